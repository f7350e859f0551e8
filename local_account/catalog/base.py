"""What every object of an account has, and how it is written down."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from local_account.identifiers import Name

Value = str | int | float | bool | None


@dataclass
class CatalogObject:
    """What every object has.

    Attributes:
        name: its full name; a schema's is (database, schema).
        owner: the role that owns it, empty for the account's own.
        comment: what COMMENT says.
        created_on: when it was made, UTC.
        tags: values of the tags that are set on it, by the tags' full names.
        parameters: object parameters that are set on it, such as DATA_RETENTION_TIME_IN_DAYS, by name.
    """

    KIND: ClassVar[str] = ""

    name: Name
    owner: str
    comment: str = ""
    created_on: datetime = field(default_factory=lambda: datetime.now(UTC))
    tags: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Value] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind's name in SQL, such as FILE FORMAT."""
        return self.KIND

    def set(self, values: dict[str, Any]) -> None:
        """Set properties by their names in SQL. Raises: KeyError for one that the kind does not have."""
        for key, value in values.items():
            if key.lower() not in self.__dataclass_fields__:
                raise KeyError(f"{self.KIND} has no property {key}")
            setattr(self, key.lower(), value)

    def get(self, key: str) -> Any:
        """Return a property by its name in SQL. Raises: AttributeError for one that the kind does not have."""
        return getattr(self, key.lower())

    def reset(self, key: str) -> None:
        """Give a property, by its name in SQL, the value that it has without being set."""
        setattr(self, key.lower(), self.default(key))

    @classmethod
    def default(cls, key: str) -> Any:
        """Return the value that a property, by its name in SQL, has without being set."""
        declared = cls.__dataclass_fields__[key.lower()]
        return declared.default if declared.default_factory is MISSING else declared.default_factory()

    def settings(self) -> dict[str, Value]:
        """Return everything that is set on the object by its name in SQL, for SHOW PARAMETERS."""
        own = {f.name.upper(): getattr(self, f.name) for f in fields(self)}
        return {key: value for key, value in own.items() if isinstance(value, str | int | float)} | self.parameters

    def to_json(self) -> dict[str, Any]:
        """Write the object as JSON-able values."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        found |= {"kind": self.KIND, "name": list(self.name.parts), "created_on": self.created_on.isoformat()}
        return found

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(**body | {"name": Name.of(*body["name"]), "created_on": datetime.fromisoformat(body["created_on"])})

    def copy(self) -> Self:
        """Return a copy to change: what turns out to be wrong must leave the object as it is."""
        return deepcopy(self)
