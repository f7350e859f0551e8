"""Tables and views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.deployment.kinds.base import Query, SqlKind, or_replace
from c360.deployment.model import DeploymentError
from c360.deployment.sql import COMMENT, alterations, clauses, identifier, literal

if TYPE_CHECKING:
    from c360.deployment.model import Inputs


@dataclass(frozen=True)
class Table(SqlKind):
    """A table: columns are added and dropped in place, so that its rows stay."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE."""
        columns = ", ".join(_column(column) for column in inputs["columns"])
        cluster = _cluster(inputs)
        comment = clauses(inputs, self.properties)
        return [f"CREATE TABLE {self.name(inputs)} ({columns}){f' CLUSTER BY {cluster}' if cluster else ''}{comment}"]

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Add, drop and retype columns, set the clustering key and the comment.

        Raises:
            DeploymentError: for a column in front of one that is there; replacing the table would drop its rows.
        """
        altered = {"columns", "clusterBies", "comment"}
        if any(old.get(key) != new.get(key) for key in {*old, *new} - altered):
            return None
        statement = f"ALTER TABLE {self.name(new)}"
        changes = _column_changes(statement, old["columns"], new["columns"])
        if _cluster(old) != _cluster(new):
            key = _cluster(new)
            changes.append(f"{statement} CLUSTER BY {key}" if key else f"{statement} DROP CLUSTERING KEY")
        return [*changes, *alterations(statement, old, new, self.properties)]

    def adopt(self, inputs: Inputs, query: Query, /) -> list[str] | None:
        """Set comments; a table of other columns is another table."""
        present = [row["name"] for row in query(f"DESCRIBE TABLE {self.name(inputs)}")]
        if present != [column["name"] for column in inputs["columns"]]:
            return None
        return alterations(f"ALTER TABLE {self.name(inputs)}", {}, inputs, self.properties)


@dataclass(frozen=True)
class View(SqlKind):
    """A view; another query is another definition of the same view, and its grants stay."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE."""
        return [f"CREATE VIEW {self.name(inputs)}{clauses(inputs, self.properties)} AS {_query(inputs)}"]

    def adopt(self, inputs: Inputs, _query: Query, /) -> list[str] | None:
        """Create it over what is there, which holds no data."""
        return or_replace(self.create(inputs))

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Redefine the view, or set its comment."""
        if any(old.get(key) != new.get(key) for key in {*old, *new} - {"statement", "comment"}):
            return None
        if old["statement"] == new["statement"]:
            return alterations(f"ALTER VIEW {self.name(new)}", old, new, self.properties)
        comment = clauses(new, self.properties)
        return [f"CREATE OR REPLACE VIEW {self.name(new)} COPY GRANTS{comment} AS {_query(new)}"]


def _query(inputs: Inputs) -> str:
    return str(inputs["statement"]).strip().rstrip(";")


def _column(column: dict[str, Any]) -> str:
    mandatory = " NOT NULL" if column.get("nullable") is False else ""
    comment = f" COMMENT {literal(column['comment'])}" if column.get("comment") else ""
    return f"{identifier(column['name'])} {column['type']}{mandatory}{comment}"


def _cluster(inputs: Inputs) -> str:
    keys = inputs.get("clusterBies")
    return f"({', '.join(keys)})" if keys else ""


def _column_changes(statement: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[str]:
    before = {column["name"]: column for column in old}
    wanted = {column["name"]: column for column in new}
    kept = [name for name in before if name in wanted]
    if list(wanted)[: len(kept)] != kept:
        misplaced = next(name for name, there in zip(wanted, kept, strict=False) if name != there)
        raise DeploymentError(
            f"Column {misplaced} cannot be put in front of columns that are there already: Snowflake adds columns "
            "at the end of a table. Declare it last."
        )
    changes = [f"{statement} DROP COLUMN {identifier(name)}" for name in before if name not in wanted]
    for name, column in wanted.items():
        if name not in before:
            changes.append(f"{statement} ADD COLUMN {_column(column)}")
            continue
        target = f"{statement} ALTER COLUMN {identifier(name)}"
        if column["type"] != before[name]["type"]:
            changes.append(f"{target} SET DATA TYPE {column['type']}")
        if column.get("nullable", True) != before[name].get("nullable", True):
            changes.append(f"{target} {'DROP' if column.get('nullable', True) else 'SET'} NOT NULL")
        if column.get("comment") != before[name].get("comment"):
            changes.append(f"{target} COMMENT {literal(column.get('comment') or '')}")
    return changes


KINDS = {
    "snowflake:index/table:Table": Table("TABLE", (COMMENT,)),
    "snowflake:index/view:View": View("VIEW", (COMMENT,)),
}
