"""The plan of access: one pure function from roles and schemas to access roles, their members, and all grants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Level = Literal["full", "read", "use", "host"]
Scope = Literal["account", "account object", "schema", "schema object", "all objects", "future objects"]
_OBJECTS: tuple[Scope, ...] = ("all objects", "future objects")
Privileges = tuple[str, ...]
# Privileges on the future objects of one kind, by the kind's plural.
Future = dict[str, Privileges]

# What level "full" may do in a schema, spelled out so that a review sees each right.
FULL_ON_SCHEMA = (
    "USAGE", "MONITOR", "MODIFY",
    "CREATE TABLE", "CREATE VIEW", "CREATE DYNAMIC TABLE", "CREATE FUNCTION", "CREATE PROCEDURE", "CREATE SEQUENCE",
    "CREATE STAGE", "CREATE FILE FORMAT", "CREATE STREAM", "CREATE TASK", "CREATE ALERT",
    "CREATE MASKING POLICY", "CREATE ROW ACCESS POLICY", "CREATE TAG",
    "CREATE STREAMLIT", "CREATE SEMANTIC VIEW", "CREATE DBT PROJECT",
    "CREATE MODEL", "CREATE SNOWFLAKE.ML.CLASSIFICATION",
)  # fmt: skip
ON_SCHEMA: dict[Level, Privileges] = {
    "full": FULL_ON_SCHEMA,
    "read": ("USAGE",),
    "use": ("USAGE",),
    "host": ("USAGE", "CREATE STREAMLIT"),
}
ON_FUTURE: dict[Level, Future] = {
    "full": {"TABLES": ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"), "VIEWS": ("SELECT",)},
    "read": {"TABLES": ("SELECT",), "VIEWS": ("SELECT",)},
    "use": {},
    "host": {},
}


@dataclass(frozen=True)
class RoleAccess:
    """What one functional role gets.

    Attributes:
        schemas: Level by schema; "use" reaches single objects only, "host" holds apps of its own besides.
        warehouses: Level by purpose: "use" is USAGE, "full" adds OPERATE and MONITOR.
        account: Privileges on the account.
        database: Privileges on the database beyond USAGE.
        integrations: Integrations that it may use.
        applies: Tags that it may set on what it owns.
        sees: Roles of personal data that it is a member of.
        objects: Privileges on single objects, by their kind and name.
    """

    schemas: Mapping[str, Level]
    warehouses: Mapping[str, Literal["full", "use"]]
    account: Privileges = ()
    database: Privileges = ()
    integrations: tuple[str, ...] = ()
    applies: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
    objects: Mapping[tuple[str, str], Privileges] = field(default_factory=dict)


@dataclass(frozen=True)
class Grant:
    """One grant, by names without an environment's suffix.

    Attributes:
        role: Who is granted.
        privileges: What is granted, in upper case.
        scope: On what kind of target.
        object_type: Type of the target ("DATABASE", "WAREHOUSE", ...); of all or future objects in the plural.
        target: The object, or the schema that holds the objects; empty for the account.
    """

    role: str
    privileges: Privileges
    scope: Scope
    object_type: str = ""
    target: str = ""

    @property
    def key(self) -> str:
        """A name that stays the same while privileges change, such as gold-read-on-future-tables-in-gold."""
        match self.scope:
            case "account":
                where = "on-account"
            case "all objects" | "future objects":
                where = f"on-{self.scope.partition(' ')[0]}-{self.object_type}-in-{self.target}"
            case _:
                where = f"on-{self.object_type}-{self.target}"
        return f"{self.role}-{where}".lower().replace("_", "-").replace(" ", "-")


@dataclass(frozen=True)
class AccessRole:
    """A role that holds one level of access to one schema and nothing else; functional roles are its members.

    Attributes:
        schema: The schema.
        level: What its members may do there.
    """

    schema: str
    level: Level

    @property
    def name(self) -> str:
        """The role without an environment's prefix and suffix, such as GOLD_READ."""
        return f"{self.schema}_{self.level.upper()}"


@dataclass(frozen=True)
class AccessPlan:
    """Everything that is granted.

    Attributes:
        access_roles: Roles that hold one level of access to one schema.
        members: Pairs of an access role and a functional role that is a member of it.
        grants: Privileges by role and target.
        on_objects: Privileges on single objects, which can be granted once those are there.
    """

    access_roles: tuple[AccessRole, ...]
    members: tuple[tuple[str, str], ...]
    grants: tuple[Grant, ...]
    on_objects: tuple[Grant, ...] = ()


def plan_access(
    access: Mapping[str, RoleAccess], schemas: Sequence[str], more: Mapping[tuple[str, Level], Future] | None = None
) -> AccessPlan:
    """Derive access roles, their members and every grant.

    An access role always gets USAGE on the database and on its schema beside the rest, because SELECT alone opens
    nothing.

    Args:
        access: what each functional role gets, by role.
        schemas: all schemas of the database.
        more: what a level of access to a schema means beyond its tables and views.

    Returns:
        The plan; targets are base names (the database is "DATABASE").

    Raises:
        ValueError: for access to a schema that is not there.
    """
    for role, wanted in access.items():
        if unknown := sorted(set(wanted.schemas) - set(schemas)):
            raise ValueError(f"Role {role} is given access to schema {unknown[0]}, which is not declared.")
    levels: tuple[Level, ...] = ("full", "read", "use", "host")
    access_roles = tuple(
        AccessRole(schema, level)
        for schema in schemas
        for level in levels
        if any(wanted.schemas.get(schema) == level for wanted in access.values())
    )
    members = [
        (held.name, role)
        for held in access_roles
        for role, wanted in access.items()
        if wanted.schemas.get(held.schema) == held.level
    ]
    members += [(seen, role) for role, wanted in access.items() for seen in wanted.sees]
    grants = [
        grant
        for held in access_roles
        for grant in _schema_grants(held, ON_FUTURE[held.level] | (more or {}).get((held.schema, held.level), {}))
    ]
    for role, wanted in access.items():
        grants += _functional_grants(role, wanted)
    on_objects = tuple(
        Grant(role, privileges, "schema object", kind, name)
        for role, wanted in access.items()
        for (kind, name), privileges in wanted.objects.items()
    )
    return AccessPlan(access_roles, tuple(members), tuple(grants), on_objects)


def _schema_grants(held: AccessRole, on_future: Future) -> list[Grant]:
    return [
        Grant(held.name, ("USAGE",), "account object", "DATABASE", "DATABASE"),
        Grant(held.name, ON_SCHEMA[held.level], "schema", "SCHEMA", held.schema),
        # Access that is given later must reach what is there already.
        *(
            Grant(held.name, privileges, scope, plural, held.schema)
            for plural, privileges in on_future.items()
            for scope in _OBJECTS
        ),
    ]


def _functional_grants(role: str, wanted: RoleAccess) -> list[Grant]:
    grants = [Grant(role, wanted.account, "account")] if wanted.account else []
    grants += [Grant(role, ("USAGE",), "account object", "INTEGRATION", used) for used in wanted.integrations]
    grants += [Grant(role, ("APPLY",), "schema object", "TAG", tag) for tag in wanted.applies]
    if wanted.database:
        grants.append(Grant(role, wanted.database, "account object", "DATABASE", "DATABASE"))
    full = ("USAGE", "OPERATE", "MONITOR")
    return [
        *grants,
        *(
            Grant(role, full if level == "full" else ("USAGE",), "account object", "WAREHOUSE", purpose)
            for purpose, level in wanted.warehouses.items()
        ),
    ]
