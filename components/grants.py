"""Who may do what: one pure function from roles and schemas to the list of all grants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Level = Literal["full", "read", "use"]
Scope = Literal["account", "account object", "schema", "future objects"]

# What a role of level "full" may do in a schema, spelled out so that a review sees each right.
FULL_ON_SCHEMA = (
    "USAGE", "MONITOR", "MODIFY",
    "CREATE TABLE", "CREATE VIEW", "CREATE DYNAMIC TABLE", "CREATE FUNCTION", "CREATE PROCEDURE", "CREATE SEQUENCE",
    "CREATE STAGE", "CREATE FILE FORMAT", "CREATE STREAM", "CREATE TASK", "CREATE ALERT",
    "CREATE MASKING POLICY", "CREATE ROW ACCESS POLICY", "CREATE TAG",
    "CREATE STREAMLIT", "CREATE SEMANTIC VIEW", "CREATE DBT PROJECT",
    "CREATE MODEL", "CREATE SNOWFLAKE.ML.CLASSIFICATION",
)  # fmt: skip
FULL_ON_FUTURE = {"TABLES": ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"), "VIEWS": ("SELECT",)}
READ_ON_FUTURE = {"TABLES": ("SELECT",), "VIEWS": ("SELECT",)}


@dataclass(frozen=True)
class Access:
    """What one role gets.

    schemas: level by schema ("use" is USAGE alone); warehouses: purposes by level ("full" adds OPERATE and MONITOR,
    "use" is USAGE); uses: privileges on future objects of a schema beyond tables and views, by (schema, plural);
    account: privileges on the account; integrations: whether it may use the storage integration.
    """

    schemas: Mapping[str, Level]
    warehouses: Mapping[str, Literal["full", "use"]]
    future: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    account: tuple[str, ...] = ()
    database: tuple[str, ...] = ()
    uses_integration: bool = False


@dataclass(frozen=True)
class Grant:
    """One grant: role and target by their names without an environment's suffix, privileges in upper case.

    object_type: of the target ("DATABASE", "WAREHOUSE", ...), the plural for future objects; target: the object, or
    the schema that will hold the future objects; empty for the account.
    """

    role: str
    privileges: tuple[str, ...]
    scope: Scope
    object_type: str = ""
    target: str = ""

    @property
    def key(self) -> str:
        """A name that stays the same while privileges change, such as data-analyst-on-future-tables-in-gold."""
        match self.scope:
            case "account":
                where = "on-account"
            case "future objects":
                where = f"on-future-{self.object_type}-in-{self.target}"
            case _:
                where = f"on-{self.object_type}-{self.target}"
        return f"{self.role}-{where}".lower().replace("_", "-").replace(" ", "-")


def build_grants(access: Mapping[str, Access], schemas: Sequence[str]) -> tuple[Grant, ...]:
    """List every grant of every role.

    A role that reaches into a schema always gets USAGE on the database and on that schema beside the rest, because
    SELECT alone opens nothing.

    Args:
        access: what each role gets, by role.
        schemas: all schemas of the database.

    Returns: the grants; targets are base names (the database is "DATABASE").

    Raises:
        ValueError: for access to a schema that is not there.
    """
    grants: list[Grant] = []
    for role, wanted in access.items():
        named = {*wanted.schemas, *(schema for schema, _ in wanted.future)}
        if unknown := sorted(named - set(schemas)):
            raise ValueError(f"Role {role} is given access to schema {unknown[0]}, which is not declared.")
        grants += _account_grants(role, wanted)
        grants += _warehouse_grants(role, wanted)
        if named:
            grants.append(Grant(role, ("USAGE", *wanted.database), "account object", "DATABASE", "DATABASE"))
        for schema in schemas:
            if schema in named:
                grants += _schema_grants(role, schema, wanted)
    return tuple(grants)


def _account_grants(role: str, wanted: Access) -> list[Grant]:
    grants = [Grant(role, wanted.account, "account")] if wanted.account else []
    if wanted.uses_integration:
        grants.append(Grant(role, ("USAGE",), "account object", "INTEGRATION", "INTEGRATION"))
    return grants


def _warehouse_grants(role: str, wanted: Access) -> list[Grant]:
    full = ("USAGE", "OPERATE", "MONITOR")
    return [
        Grant(role, full if level == "full" else ("USAGE",), "account object", "WAREHOUSE", purpose)
        for purpose, level in wanted.warehouses.items()
    ]


def _schema_grants(role: str, schema: str, wanted: Access) -> list[Grant]:
    level = wanted.schemas.get(schema, "use")
    on_schema = FULL_ON_SCHEMA if level == "full" else ("USAGE",)
    on_future = {"full": FULL_ON_FUTURE, "read": READ_ON_FUTURE, "use": {}}[level]
    more = {plural: privileges for (where, plural), privileges in wanted.future.items() if where == schema}
    return [
        Grant(role, on_schema, "schema", "SCHEMA", schema),
        *(
            Grant(role, privileges, "future objects", plural, schema)
            for plural, privileges in {**on_future, **more}.items()
        ),
    ]
