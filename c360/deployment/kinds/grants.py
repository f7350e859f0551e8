"""Grants of roles and of privileges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.deployment.kinds.base import Query, SqlKind
from c360.deployment.sql import identifier
from c360.grant_target import grant_target

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
    target = grant_target(inputs)
    if target.kind == "ACCOUNT":
        return "ACCOUNT"
    # The provider is given names below a database quoted, and those of the account's own objects bare.
    if target.scope:
        place = identifier(target.name) if target.place == "DATABASE" else target.name
        return f"{target.scope.upper()} {target.plural} IN {target.place} {place}"
    is_of_account = inputs.get("onAccountObject") is not None
    return f"{target.kind} {identifier(target.name) if is_of_account else target.name}"


KINDS = {
    "snowflake:index/grantAccountRole:GrantAccountRole": RoleGrant(),
    "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole": PrivilegeGrant(),
}
