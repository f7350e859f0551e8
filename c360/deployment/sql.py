"""Renders statements as the Snowflake provider writes them: quoted names, one property after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from c360.deployment.model import Inputs

Render = Callable[[Any], str]


def identifier(*parts: str) -> str:
    """Return a quoted name, such as "DB"."SCHEMA"."NAME"."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(value: Any) -> str:
    """Return a string literal."""
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def unquoted(value: Any) -> str:
    """Return a number, keyword or boolean as it is written without quotes."""
    if isinstance(value, bool) or value in ("true", "false"):
        return str(value).upper()
    return str(value)


def literals(values: Sequence[Any]) -> str:
    """Return a parenthesised list of string literals."""
    return "(" + ", ".join(literal(value) for value in values) + ")"


@dataclass(frozen=True)
class Clause:
    """A property of an object, as statements set it.

    Attributes:
        key: Its key among the inputs.
        sql: Its name in SQL.
        render: How its value is written.
    """

    key: str
    sql: str
    render: Render = unquoted

    def clause(self, value: Any) -> str:
        """Return `NAME = value`."""
        return f"{self.sql} = {self.render(value)}"


COMMENT = Clause("comment", "COMMENT", literal)


def clauses(inputs: Inputs, properties: Sequence[Clause]) -> str:
    """Return the clauses of the properties that are set, each behind a blank."""
    return "".join(f" {p.clause(inputs[p.key])}" for p in properties if inputs.get(p.key) is not None)


def alterations(statement: str, old: Inputs, new: Inputs, properties: Sequence[Clause]) -> list[str]:
    """Return `<statement> SET ...` and `<statement> UNSET ...` for what differs."""
    differing = [p for p in properties if old.get(p.key) != new.get(p.key)]
    to_set = [p.clause(new[p.key]) for p in differing if new.get(p.key) is not None]
    to_unset = [p.sql for p in differing if new.get(p.key) is None]
    return [
        *([f"{statement} SET {' '.join(to_set)}"] if to_set else []),
        *([f"{statement} UNSET {', '.join(to_unset)}"] if to_unset else []),
    ]
