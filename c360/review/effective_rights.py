"""The effective rights of every role and user of a snapshot, and what a change gives and takes."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from c360.grant_target import grant_target
from components.documents import allow_statements, listed, principals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c360.review.snapshot import Resource, Snapshot

# Inherit every role by convention; a change would show once more for each of them and say nothing new.
ADMINISTRATORS = frozenset({"ACCOUNTADMIN", "SECURITYADMIN", "SYSADMIN", "USERADMIN"})
_UNDERSTOOD = frozenset({"GrantPrivilegesToAccountRole", "GrantAccountRole"})
_RULES = frozenset(
    {
        "BucketPolicy",
        "BucketPublicAccessBlock",
        "MaskingPolicy",
        "RowAccessPolicy",
        "TableColumnMaskingPolicyApplication",
        "TagMaskingPolicyAssociation",
    }
)


@dataclass(frozen=True, order=True)
class Right:
    """One privilege on one target.

    Attributes:
        privilege: The privilege, or the action of AWS, with its grant option.
        target: What it is on, such as "future tables in DB.GOLD".
    """

    privilege: str
    target: str

    def as_future(self) -> Right:
        """Return a right on all objects of a kind as the one on future objects; any other as it is."""
        return Right(self.privilege, re.sub(r"^all ", "future ", self.target))


@dataclass(frozen=True, order=True)
class AccessChange:
    """Rights on one target that a holder gains or loses.

    Attributes:
        holder: Role, user or AWS principal.
        target: What the rights are on, in words.
        privileges: The rights.
        through: Roles through which it holds them; empty: by itself.
    """

    holder: str
    target: str
    privileges: tuple[str, ...]
    through: tuple[str, ...]


@dataclass
class _Holdings:
    rights: dict[str, set[Right]] = field(default_factory=lambda: defaultdict(set))
    members: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def effective_access(snapshot: Snapshot) -> dict[str, dict[Right, frozenset[str]]]:
    """Return the rights of every role and user, through all roles that they hold.

    Returns:
        By holder and right, the roles that carry the right ("" for the holder itself). Roles that only others hold
        (access roles) are there too. Users are "user NAME", AWS roles "AWS role NAME".
    """
    held = _held(snapshot)
    holders = {*held.rights, *held.members}
    found: dict[str, dict[Right, frozenset[str]]] = {}
    for holder in sorted(holders - ADMINISTRATORS | (ADMINISTRATORS & held.rights.keys())):
        roles = {holder} if holder in ADMINISTRATORS else _reachable(holder, held.members)
        carried: dict[Right, set[str]] = defaultdict(set)
        for role in roles:
            for right in held.rights.get(role, ()):
                carried[right].add("" if role == holder else role)
        found[holder] = {right: frozenset(through) for right, through in carried.items()}
    return found


def compare_access(old: Snapshot, new: Snapshot) -> tuple[list[AccessChange], list[AccessChange]]:
    """Return who gains and who loses which rights.

    A role that others hold and that holds none itself is left out, because its change shows for those who hold it.
    """
    before, after = effective_access(old), effective_access(new)
    hidden = _access_roles(old) & _access_roles(new) | (_access_roles(new) - before.keys())
    holders = sorted({*before, *after} - hidden, key=lambda name: (name != "PUBLIC", name))
    gained = [change for name in holders for change in _difference(name, after.get(name, {}), before.get(name, {}))]
    lost = [change for name in holders for change in _difference(name, before.get(name, {}), after.get(name, {}))]
    return gained, lost


def rules_on_data(resources: Iterable[Resource]) -> list[Resource]:
    """Return the resources that decide what rights are worth: masking, row access, the bucket's public access."""
    return [
        r
        for r in resources
        if r.kind in _RULES
        or (r.kind == "Tag" and r.inputs.get("maskingPolicies"))
        or (r.kind == "TagAssociation" and r.inputs.get("objectType") == "COLUMN")
    ]


def not_understood(snapshot: Snapshot) -> list[Resource]:
    """Return the grants of kinds that the comparison cannot read, to be named in the report."""
    return [r for r in snapshot.resources if r.kind.startswith("Grant") and r.is_custom and r.kind not in _UNDERSTOOD]


def _held(snapshot: Snapshot) -> _Holdings:
    held = _Holdings()
    for resource in snapshot.resources:
        inputs = resource.inputs
        match resource.kind:
            case "GrantPrivilegesToAccountRole":
                held.rights[str(inputs["accountRoleName"])] |= set(_rights(inputs))
            case "GrantAccountRole":
                user = inputs.get("userName")
                member = f"user {user}" if user else str(inputs.get("parentRoleName"))
                held.members[member].add(str(inputs["roleName"]))
            case "Role" if "assumeRolePolicy" in inputs:
                for principal, action in _trusted(inputs["assumeRolePolicy"]):
                    held.rights[f"AWS principal {principal}"].add(Right(action, f"AWS role {inputs['name']}"))
            case "RolePolicy":
                held.rights[f"AWS role {inputs.get('role')}"] |= set(_allowed(inputs["policy"]))
    for rights in held.rights.values():
        # What there is and what comes are granted together: one line says both.
        rights -= {right for right in rights if right.as_future() in rights - {right}}
    return held


def _rights(inputs: dict[str, Any]) -> Iterator[Right]:
    privileges = ["ALL PRIVILEGES"] if inputs.get("allPrivileges") else inputs.get("privileges", [])
    suffix = " WITH GRANT OPTION" if inputs.get("withGrantOption") else ""
    for privilege in privileges:
        yield Right(f"{privilege}{suffix}", target_of(inputs))


def target_of(inputs: dict[str, Any]) -> str:
    """Say in words on what a grant is, from its inputs; a target that is not known is shown as it stands."""
    try:
        target = grant_target(inputs)
    except ValueError:
        return json.dumps(inputs.get("onSchema") or inputs.get("onSchemaObject") or {}, sort_keys=True)
    if target.kind == "ACCOUNT":
        return "the account"
    if target.scope:
        return f"{target.scope} {target.plural.lower()} in {target.plain_name}"
    return f"{target.kind.lower()} {target.plain_name}"


def _trusted(document: str) -> Iterator[tuple[str, str]]:
    for statement in allow_statements(document):
        for who in principals(statement):
            for action in listed(statement.get("Action")):
                yield str(who), str(action)


def _allowed(document: str) -> Iterator[Right]:
    for statement in allow_statements(document):
        condition = f" where {json.dumps(statement['Condition'], sort_keys=True)}" if "Condition" in statement else ""
        for action in listed(statement.get("Action")):
            for where in listed(statement.get("Resource")):
                yield Right(str(action), f"{where}{condition}")


def _reachable(holder: str, members: dict[str, set[str]]) -> set[str]:
    found, waiting = {holder}, [holder]
    while waiting:
        fresh = members.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += sorted(fresh)
    return found


def _access_roles(snapshot: Snapshot) -> set[str]:
    held = _held(snapshot)
    inherited = {role for member, roles in held.members.items() if member not in ADMINISTRATORS for role in roles}
    return {role for role in inherited if not held.members.get(role)}


def _difference(
    holder: str, more: dict[Right, frozenset[str]], less: dict[Right, frozenset[str]]
) -> Iterator[AccessChange]:
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for right in sorted(more.keys() - less.keys()):
        groups[right.target, tuple(sorted(more[right]))].append(right.privilege)
    for (target, through), privileges in sorted(groups.items()):
        yield AccessChange(holder, target, tuple(privileges), tuple(role for role in through if role))
