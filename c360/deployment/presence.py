"""What is in the account already: asked once a kind, before anything is created, deleted or believed to be there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from c360.deployment.model import Inputs

Key = tuple[str, ...]
Rows = list[dict[str, Any]]
Where = Literal["account", "database", "schema"]


@dataclass(frozen=True)
class Shown:
    """How SHOW lists the objects of one resource type.

    Attributes:
        plural: What SHOW calls them.
        within: What they are in; SHOW is asked for a whole database at a time.
        database: Column with the name of their database.
        has_arguments: Whether types of arguments belong to their name.
    """

    plural: str
    within: Where = "schema"
    database: str = "database_name"
    has_arguments: bool = False


SHOWN = {
    "snowflake:index/accountRole:AccountRole": Shown("ROLES", "account"),
    "snowflake:index/database:Database": Shown("DATABASES", "account"),
    "snowflake:index/emailNotificationIntegration:EmailNotificationIntegration": Shown("INTEGRATIONS", "account"),
    "snowflake:index/resourceMonitor:ResourceMonitor": Shown("RESOURCE MONITORS", "account"),
    "snowflake:index/storageIntegrationAws:StorageIntegrationAws": Shown("INTEGRATIONS", "account"),
    "snowflake:index/warehouse:Warehouse": Shown("WAREHOUSES", "account"),
    "snowflake:index/schema:Schema": Shown("SCHEMAS", "database"),
    "snowflake:index/alert:Alert": Shown("ALERTS"),
    "snowflake:index/fileFormatCsv:FileFormatCsv": Shown("FILE FORMATS"),
    "snowflake:index/maskingPolicy:MaskingPolicy": Shown("MASKING POLICIES"),
    "snowflake:index/procedureSql:ProcedureSql": Shown("PROCEDURES", database="catalog_name", has_arguments=True),
    "pulumi-python:dynamic/customer360:SemanticView": Shown("SEMANTIC VIEWS"),
    "snowflake:index/stageExternalS3:StageExternalS3": Shown("STAGES"),
    "snowflake:index/stageInternal:StageInternal": Shown("STAGES"),
    "snowflake:index/streamlit:Streamlit": Shown("STREAMLITS"),
    "snowflake:index/table:Table": Shown("TABLES"),
    "snowflake:index/tag:Tag": Shown("TAGS"),
    "snowflake:index/task:Task": Shown("TASKS"),
    "snowflake:index/view:View": Shown("VIEWS"),
}


class Presence:
    """The objects of an account.

    What this deployment creates and deletes itself it must say: nothing is asked twice.

    Args:
        query: runs a statement with a role that sees every object, and returns its rows by lower-case column.
    """

    def __init__(self, query: Callable[[str], Rows]) -> None:
        self._query = query
        self._found: dict[str, set[Key]] = {}

    def has(self, kind: str, inputs: Inputs) -> bool | None:
        """Tell whether an object is there.

        Args:
            kind: type token of the resource.
            inputs: its inputs.

        Returns:
            None where nothing lists this kind: a grant, a file, a statement.
        """
        shown = SHOWN.get(kind)
        return None if shown is None else _key(shown, inputs) in self._listed(shown, inputs)

    def note(self, kind: str, inputs: Inputs, *, is_there: bool) -> None:
        """Take down that an object was created or deleted."""
        if shown := SHOWN.get(kind):
            change = self._listed(shown, inputs).add if is_there else self._listed(shown, inputs).discard
            change(_key(shown, inputs))

    def _listed(self, shown: Shown, inputs: Inputs) -> set[Key]:
        database = "" if shown.within == "account" else str(inputs["database"])
        statement = f"SHOW {shown.plural}" + (f' IN DATABASE "{database}"' if database else "")
        if statement not in self._found:
            is_empty = database and (database,) not in self._listed(_DATABASES, {})
            self._found[statement] = set() if is_empty else {_row_key(shown, row) for row in self._query(statement)}
        return self._found[statement]


_DATABASES = SHOWN["snowflake:index/database:Database"]


def _key(shown: Shown, inputs: Inputs) -> Key:
    parts = {"account": (), "database": ("database",), "schema": ("database", "schema")}[shown.within]
    types = tuple(_type(a["argDataType"]) for a in inputs.get("arguments") or []) if shown.has_arguments else ()
    return (*(str(inputs[part]) for part in parts), str(inputs["name"]), *types)


def _row_key(shown: Shown, row: dict[str, Any]) -> Key:
    columns = {"account": (), "database": (shown.database,), "schema": (shown.database, "schema_name")}[shown.within]
    types: tuple[str, ...] = ()
    if shown.has_arguments:  # such as NAME(VARCHAR, NUMBER) RETURN VARCHAR
        listed = re.split(r"\(|\) RETURN", str(row["arguments"]))[1]
        types = tuple(_type(one) for one in listed.split(",") if one.strip())
    return (*(str(row[column]) for column in columns), str(row["name"]), *types)


def _type(name: str) -> str:
    """Return a type without precision, as SHOW PROCEDURES writes it."""
    return re.sub(r"\(.*\)", "", name).strip().upper()
