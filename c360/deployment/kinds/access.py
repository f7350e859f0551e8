"""Grants of roles and of privileges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.deployment.kinds.base import Query, SqlKind
from c360.deployment.sql import identifier

if TYPE_CHECKING:
    from c360.deployment.model import Inputs


@dataclass(frozen=True)
class RoleGrant(SqlKind):
    """A role that another role or a user holds."""

    keyword: str = "ROLE"

    def create(self, inputs: Inputs) -> list[str]:
        """Return the GRANT."""
        return [f"GRANT ROLE {identifier(inputs['roleName'])} TO {_grantee(inputs)}"]

    def alter(self, _old: Inputs, _new: Inputs, /) -> list[str] | None:
        """Every change is another grant."""
        return None

    def drop(self, inputs: Inputs) -> list[str]:
        """Return the REVOKE."""
        return [f"REVOKE ROLE {identifier(inputs['roleName'])} FROM {_grantee(inputs)}"]

    def read(self, _inputs: Inputs, _query: Query, /) -> dict[str, Any]:
        """A grant has no outputs of its own."""
        return {}


@dataclass(frozen=True)
class PrivilegeGrant(SqlKind):
    """Privileges that a role holds on one target."""

    keyword: str = "PRIVILEGE"

    def create(self, inputs: Inputs) -> list[str]:
        """Return the GRANT."""
        return [_statement("GRANT", inputs["privileges"], inputs)]

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Grant and revoke what differs; another role or target is another grant."""
        if any(old.get(key) != new.get(key) for key in {*old, *new} - {"privileges"}):
            return None
        added = [p for p in new["privileges"] if p not in old["privileges"]]
        removed = [p for p in old["privileges"] if p not in new["privileges"]]
        return [
            *([_statement("GRANT", added, new)] if added else []),
            *([_statement("REVOKE", removed, new)] if removed else []),
        ]

    def drop(self, inputs: Inputs) -> list[str]:
        """Return the REVOKE."""
        return [_statement("REVOKE", inputs["privileges"], inputs)]

    def read(self, _inputs: Inputs, _query: Query, /) -> dict[str, Any]:
        """A grant has no outputs of its own."""
        return {}


def _grantee(inputs: Inputs) -> str:
    user = inputs.get("userName")
    return f"USER {identifier(user)}" if user else f"ROLE {identifier(inputs['parentRoleName'])}"


def _statement(verb: str, privileges: list[str], inputs: Inputs) -> str:
    direction = "TO" if verb == "GRANT" else "FROM"
    role = identifier(inputs["accountRoleName"])
    return f"{verb} {', '.join(privileges)} ON {_target(inputs)} {direction} ROLE {role}"


def _target(inputs: Inputs) -> str:
    if inputs.get("onAccount"):
        return "ACCOUNT"
    if on_object := inputs.get("onAccountObject"):
        return f"{on_object['objectType']} {identifier(on_object['objectName'])}"
    if on_schema := inputs.get("onSchema"):
        return f"SCHEMA {on_schema['schemaName']}"
    on_schema_object = inputs["onSchemaObject"]
    if future := on_schema_object.get("future"):
        return f"FUTURE {future['objectTypePlural']} IN {_container(future)}"
    if every := on_schema_object.get("all"):
        return f"ALL {every['objectTypePlural']} IN {_container(every)}"
    return f"{on_schema_object['objectType']} {on_schema_object['objectName']}"


def _container(where: dict[str, str]) -> str:
    return f"SCHEMA {where['inSchema']}" if "inSchema" in where else f"DATABASE {identifier(where['inDatabase'])}"


KINDS = {
    "snowflake:index/grantAccountRole:GrantAccountRole": RoleGrant(),
    "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole": PrivilegeGrant(),
}
