"""Grants as the account has them, against those that the program declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.grant_target import Scope, grant_target, without_quotes
from c360.review.effective_rights import ADMINISTRATORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c360.review.snapshot import Snapshot

Query = Callable[[str], list[dict[str, Any]]]


# Rights on the account by which a role reads what it was not granted here; the others concern other databases too.
_OPENING = frozenset({"MANAGE GRANTS", "APPLY MASKING POLICY", "APPLY ROW ACCESS POLICY", "APPLY TAG"})


@dataclass(frozen=True, order=True)
class Held:
    """One privilege that a role holds on one object, or (by its scope) on every object of a kind in a place.

    Attributes:
        role: Who holds it.
        privilege: The privilege, with its grant option.
        kind: Kind of the object in the singular, such as TABLE.
        name: Name of the object or the place, without quotes.
        scope: Whether future or all objects of the kind are meant; empty for one object.
    """

    role: str
    privilege: str
    kind: str
    name: str
    scope: Scope = ""

    def as_text(self) -> str:
        """Write it as a clause, such as "SELECT on future TABLE in DB.GOLD"."""
        if self.kind == "ACCOUNT":
            return f"{self.privilege} on the account"
        where = f"{self.scope} {self.kind} in {self.name}" if self.scope else f"{self.kind} {self.name}"
        return f"{self.privilege} on {where}"


@dataclass(frozen=True, order=True)
class Member:
    """A role that somebody holds.

    Attributes:
        role: The role that is held.
        holder: The role that holds it, or USER and the name of a user.
    """

    role: str
    holder: str


@dataclass(frozen=True)
class GrantDrift:
    """What the account and the program do not agree on.

    Attributes:
        undeclared: Grants that the account has and the program does not declare.
        missing: Grants that the program declares and the account lacks.
        users: Users who were assigned a role by hand, which is no drift.
    """

    undeclared: tuple[Held | Member, ...]
    missing: tuple[Held | Member, ...]
    users: tuple[Member, ...]

    @property
    def is_none(self) -> bool:
        """Whether both agree."""
        return not self.undeclared and not self.missing

    def as_text(self) -> str:
        """Write one line for each difference, and one for each person's role."""
        lines = [f"UNDECLARED  {_sentence(one)}" for one in self.undeclared]
        lines += [f"MISSING     {_sentence(one)}" for one in self.missing]
        lines += [f"assigned    {_sentence(one)}" for one in self.users]
        return "\n".join(lines or ["Grants are as the program declares them."])


def declared_grants(snapshot: Snapshot) -> tuple[set[Held], set[Member]]:
    """Return what the program grants: privileges by role, and roles by holder."""
    held = {one for grant in snapshot.of("GrantPrivilegesToAccountRole") for one in _declared(grant.inputs)}
    members = {
        Member(
            r.inputs["roleName"], f"USER {user}" if (user := r.inputs.get("userName")) else r.inputs["parentRoleName"]
        )
        for r in snapshot.of("GrantAccountRole")
    }
    return held, members


def compare_grants(snapshot: Snapshot, query: Query) -> GrantDrift:
    """Compare an account with the program.

    Asked are the declared roles for what they hold, and the declared containers, the tables and views in them, and of
    the account those rights that open what is closed here, for who else holds something there.
    Ownership follows from who created an object, and a right on a single object from a grant on future ones: neither
    is drift. Nor is a user who was given a role, unless the program assigns that role's users itself.

    Args:
        snapshot: of the stack.
        query: runs a statement with a role that may see every grant, and returns rows by lower-case column.
    """
    declared, members = declared_grants(snapshot)
    roles = sorted(str(role.inputs["name"]) for role in snapshot.of("AccountRole"))
    found = {one for role in roles for one in _held_by(role, query)} | set(_held_by_others(snapshot, set(roles), query))
    holders = {one for role in roles for one in _holders(role, query)}
    users = {one for one in holders - members if one.holder.startswith("USER ")}
    assigned = {one.role for one in members if one.holder.startswith("USER ")}
    by_hand = {one for one in users if one.role not in assigned}
    required = {one for one in declared if one.scope != "all"}
    undeclared = {one for one in found - declared if not _follows(one, declared)}
    return GrantDrift(
        (*sorted(undeclared), *sorted(holders - members - by_hand)),
        (*sorted(required - found), *sorted(members - holders)),
        tuple(sorted(by_hand)),
    )


def _declared(inputs: dict[str, Any]) -> Iterator[Held]:
    role = str(inputs["accountRoleName"])
    option = " WITH GRANT OPTION" if inputs.get("withGrantOption") else ""
    target = grant_target(inputs)
    for privilege in inputs.get("privileges", []):
        yield Held(role, f"{privilege}{option}", target.kind, target.plain_name, target.scope)


def _held_by(role: str, query: Query) -> Iterator[Held]:
    for row in query(f'SHOW GRANTS TO ROLE "{role}"'):
        if row["privilege"] != "OWNERSHIP" and row["granted_on"] != "ROLE":
            yield _found(row, role)
    for row in query(f'SHOW FUTURE GRANTS TO ROLE "{role}"'):
        yield _future(row, role)


def _held_by_others(snapshot: Snapshot, roles: set[str], query: Query) -> Iterator[Held]:
    """Yield what roles that the program does not know hold on what it declares."""
    for what, row in _grants_on(snapshot, query):
        role = str(row["grantee_name"])
        to = str(row.get("granted_to") or row.get("grant_to"))
        if role not in roles | ADMINISTRATORS and row["privilege"] != "OWNERSHIP":
            holder = role if to == "ROLE" else f"{to} {role}"
            yield _future(row, holder) if what == "future" else _found(row, holder)


def _grants_on(snapshot: Snapshot, query: Query) -> Iterator[tuple[str, dict[str, Any]]]:
    for keyword, kind in (
        ("DATABASE", "Database"),
        ("WAREHOUSE", "Warehouse"),
        ("INTEGRATION", "StorageIntegrationAws"),
    ):
        for resource in snapshot.of(kind):
            yield from (("", row) for row in query(f'SHOW GRANTS ON {keyword} "{resource.inputs["name"]}"'))
    for schema in snapshot.of("Schema"):
        name = f'"{schema.inputs["database"]}"."{schema.inputs["name"]}"'
        yield from (("", row) for row in query(f"SHOW GRANTS ON SCHEMA {name}"))
        yield from (("future", row) for row in query(f"SHOW FUTURE GRANTS IN SCHEMA {name}"))
    for database in snapshot.of("Database"):
        yield from (("", row) for row in _grants_on_objects(str(database.inputs["name"]), query))
    yield from (("", row) for row in query("SHOW GRANTS ON ACCOUNT") if row["privilege"] in _OPENING)


def _grants_on_objects(database: str, query: Query) -> Iterator[dict[str, Any]]:
    """Yield the grants on each table and view of a database, whoever made it: most of them are dbt's."""
    for row in query(f'SHOW OBJECTS IN DATABASE "{database}"'):
        if row["schema_name"] != "INFORMATION_SCHEMA":
            kind = "VIEW" if "VIEW" in row["kind"] else "TABLE"
            yield from query(f'SHOW GRANTS ON {kind} "{database}"."{row["schema_name"]}"."{row["name"]}"')


def _holders(role: str, query: Query) -> Iterator[Member]:
    for row in query(f'SHOW GRANTS OF ROLE "{role}"'):
        holder = str(row["grantee_name"])
        yield Member(role, holder if row["granted_to"] == "ROLE" else f"{row['granted_to']} {holder}")


def _found(row: dict[str, Any], role: str) -> Held:
    kind = str(row["granted_on"]).replace("_", " ")
    return Held(role, _privilege(row), kind, "" if kind == "ACCOUNT" else without_quotes(row["name"]))


def _future(row: dict[str, Any], role: str) -> Held:
    place = without_quotes(str(row["name"]).rpartition(".<")[0])
    return Held(role, _privilege(row), str(row["grant_on"]).replace("_", " "), place, "future")


def _privilege(row: dict[str, Any]) -> str:
    return f"{row['privilege']}{' WITH GRANT OPTION' if str(row.get('grant_option')).lower() == 'true' else ''}"


def _follows(one: Held, declared: Iterable[Held]) -> bool:
    """Whether a right on a single object comes from a declared grant on future or all objects of its place."""
    return not one.scope and any(
        many.scope
        and (many.role, many.privilege, many.kind) == (one.role, one.privilege, one.kind)
        and one.name.startswith(f"{many.name}.")
        for many in declared
    )


def _sentence(one: Held | Member) -> str:
    if isinstance(one, Member):
        return f"{one.holder} holds role {one.role}"
    return f"{one.role} holds {one.as_text()}"
