"""A kind of Snowflake object: pure functions from inputs to statements, and a reader of its outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.deployment.sql import Clause, alterations, clauses, identifier

if TYPE_CHECKING:
    from c360.deployment.model import Inputs

Query = Callable[[str], list[dict[str, Any]]]


def or_replace(statements: list[str]) -> list[str]:
    """Return the statements of a creation that takes the place of what is there; for what holds no data."""
    first, *others = statements
    return [first.replace("CREATE ", "CREATE OR REPLACE ", 1), *others]


class _Asked(dict[str, Any]):
    """Inputs that remember which of them were asked for."""

    def __init__(self, inputs: Inputs) -> None:
        super().__init__(inputs)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


@dataclass(frozen=True)
class SqlKind:
    """An object with CREATE, ALTER ... SET and DROP.

    Attributes:
        keyword: Kind of object in SQL, such as WAREHOUSE.
        properties: Properties that CREATE and ALTER set.
        only_create: Properties that ALTER does not know, so that a change replaces the object.
        parts: Inputs that its qualified name is made of.
    """

    keyword: str
    properties: tuple[Clause, ...] = ()
    only_create: tuple[Clause, ...] = ()
    parts: tuple[str, ...] = ("database", "schema", "name")

    def name(self, inputs: Inputs) -> str:
        """Return the fully qualified name."""
        return identifier(*(inputs[part] for part in self.parts))

    def create(self, inputs: Inputs) -> list[str]:
        """Return the statements that create the object."""
        return [f"CREATE {self.keyword} {self.name(inputs)}{clauses(inputs, (*self.only_create, *self.properties))}"]

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Return the statements that turn the old object into the new one, or None where it must be replaced."""
        altered = {p.key for p in self.properties}
        if any(old.get(key) != new.get(key) for key in {*old, *new} - altered):
            return None
        return alterations(f"ALTER {self.keyword} {self.name(new)}", old, new, self.properties)

    def unsaid(self, inputs: Inputs) -> list[str]:
        """Return the inputs that no statement of the object's creation or end says, sorted.

        An object without them would be another one than the engine makes.
        """
        asked = _Asked(inputs)
        said = [*self.create(asked), *self.drop(asked)]
        silent = [key for key, value in inputs.items() if value is not None and key not in asked.asked]
        # A kind that works on a copy of its inputs asks that.
        return sorted(key for key in silent if said == self._without(key, inputs))

    def adopt(self, inputs: Inputs, _query: Query, /) -> list[str] | None:
        """Return the statements that bring an object of unknown properties to the inputs, or None where none can."""
        set_later = {p.key for p in self.properties}
        return self.alter({key: value for key, value in inputs.items() if key not in set_later}, inputs)

    def drop(self, inputs: Inputs) -> list[str]:
        """Return the statements that remove the object; an object that is gone is no error."""
        return [f"DROP {self.keyword} IF EXISTS {self.name(inputs)}"]

    def _without(self, key: str, inputs: Inputs) -> list[str]:
        rest = {name: value for name, value in inputs.items() if name != key}
        return [*self.create(rest), *self.drop(rest)]

    def before_change(self, _inputs: Inputs, _query: Query, /) -> tuple[list[str], list[str]]:
        """Return statements to put in front of and behind any change of the object."""
        return [], []

    def read(self, inputs: Inputs, _query: Query, /) -> dict[str, Any]:
        """Return what the account adds to the inputs."""
        return {"fullyQualifiedName": self.name(inputs)}
