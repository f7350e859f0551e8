"""GRANT, REVOKE and SHOW GRANTS: privileges on objects, on all and on future ones, roles, ownership."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.moments import moment
from local_account.catalog.privileges import KINDS, PLURALS, PRIVILEGES, known_privilege
from local_account.catalog.rights import ACCOUNT, Grant, grant_kind
from local_account.errors import does_not_exist, not_supported, syntax_error
from local_account.identifiers import Name
from local_account.results import Result, status_result, table_result
from local_account.statements.object_names import find, read_kind, read_name
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.catalog.base import CatalogObject
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_DONE = "Statement executed successfully."


@dataclass
class _Target:
    """What a GRANT names: one object, all objects of a kind in a container, or future ones."""

    kind: str
    name: Name
    container: str = ""
    mode: str = "ONE"
    objects: list[CatalogObject] = field(default_factory=list)


@handles("GRANT")
def grant(session: Session, statement: Statement) -> Result:
    """GRANT ROLE r TO ROLE|USER x; GRANT OWNERSHIP ON ...; GRANT privileges ON ... TO [ROLE] r [WITH GRANT OPTION]."""
    cursor = statement.cursor
    if cursor.accept("ROLE"):
        role, grantee, kind = _role_grant(session, cursor, "TO")
        session.account.access.add([Grant("USAGE", "ROLE", role, grantee, kind, granted_by=session.role)])
        return status_result(_DONE)
    if cursor.accept("OWNERSHIP"):
        return _ownership(session, cursor)
    privileges = _privileges(cursor)
    target = _target(session, cursor)
    cursor.expect("TO")
    role = _grantee(session, cursor)
    option = cursor.accept("WITH", "GRANT", "OPTION")
    _end(cursor)
    session.account.access.add(
        Grant(privilege, kind, name, role, "ROLE", target.mode == "FUTURE", option, session.role)
        for kind, name in _named(target)
        for privilege in _expanded(session, privileges, kind, target)
    )
    return status_result(_DONE)


@handles("REVOKE")
def revoke(session: Session, statement: Statement) -> Result:
    """REVOKE ROLE r FROM ROLE|USER x; REVOKE [GRANT OPTION FOR] privileges ON ... FROM [ROLE] r [CASCADE|RESTRICT]."""
    cursor = statement.cursor
    if cursor.accept("ROLE"):
        role, grantee, kind = _role_grant(session, cursor, "FROM")
        session.account.access.remove([Grant("USAGE", "ROLE", role, grantee, kind)])
        return status_result(_DONE)
    option_alone = cursor.accept("GRANT", "OPTION", "FOR")
    privileges = _privileges(cursor)
    target = _target(session, cursor)
    cursor.expect("FROM")
    role = _grantee(session, cursor)
    if not cursor.accept("CASCADE"):
        cursor.accept("RESTRICT")
    _end(cursor)
    access = session.account.access
    (access.withdraw_option if option_alone else access.remove)(
        Grant(privilege, kind, name, role, "ROLE", target.mode == "FUTURE")
        for kind, name in _named(target)
        for privilege in _expanded(session, privileges, kind, target)
    )
    return status_result(_DONE)


def _role_grant(session: Session, cursor: Cursor, word: str) -> tuple[str, str, str]:
    role = cursor.identifier()
    cursor.expect(word)
    kind = "USER" if cursor.accept("USER") else "ROLE"
    if kind == "ROLE":
        cursor.accept("ROLE")
    grantee = cursor.identifier()
    _end(cursor)
    catalog = session.account.catalog
    for what, name in (("ROLE", role), (kind, grantee)):
        if catalog.find(what, Name(name)) is None:
            raise does_not_exist(what, name)
    owner = session.allows("OWNERSHIP", "ROLE", Name(role))
    if not owner and not session.allows("MANAGE GRANTS", "ACCOUNT", ACCOUNT):
        raise _refused(f"role '{role}'")
    if word == "TO" and kind == "ROLE" and grantee in _inheriting(session, role):
        raise ProgrammingError(
            msg=f"SQL compilation error:\nRole '{grantee}' is granted to role '{role}' already: "
            "a role cannot inherit itself.",
            errno=3042,
            sqlstate="42501",
        )
    return role, grantee, kind


def _inheriting(session: Session, role: str) -> frozenset[str]:
    """Return the roles that a role inherits (itself among them); granting it to one of them would close a circle."""
    return session.account.access.roles_of(role) - {"PUBLIC"}


def _privileges(cursor: Cursor) -> list[str]:
    found = [_privilege(cursor)]
    while cursor.accept(","):
        found.append(_privilege(cursor))
    cursor.expect("ON")
    if "ALL" in found or "ALL PRIVILEGES" in found:
        return ["ALL"]
    return found


def _privilege(cursor: Cursor) -> str:
    words = []
    while not cursor.done and not cursor.looking_at("ON") and not cursor.looking_at(","):
        words.append(cursor.identifier())
        if cursor.accept("."):  # CREATE SNOWFLAKE.ML.CLASSIFICATION
            words.append(words.pop() + "." + cursor.identifier())
            if cursor.accept("."):
                words.append(words.pop() + "." + cursor.identifier())
    if not words:
        raise cursor.unexpected("a privilege")
    return " ".join(words)


def _target(session: Session, cursor: Cursor) -> _Target:
    for mode in ("ALL", "FUTURE"):
        if cursor.accept(mode):
            return _many(session, cursor, mode)
    if cursor.accept("ACCOUNT"):
        if not session.allows("MANAGE GRANTS", "ACCOUNT", ACCOUNT):
            raise _refused("account")
        return _Target("ACCOUNT", ACCOUNT)
    kind = read_kind(cursor, KINDS)
    name = read_name(session, cursor, kind)
    found = find(session, kind, name)
    _may_grant(session, kind, found.name)
    return _Target(grant_kind(found.kind), found.name, objects=[found])


def _many(session: Session, cursor: Cursor, mode: str) -> _Target:
    kind = PLURALS[read_kind(cursor, PLURALS)]
    cursor.expect("IN")
    container = cursor.identifier()
    if container not in ("DATABASE", "SCHEMA"):
        raise syntax_error(f"syntax error: expected DATABASE or SCHEMA, found {container}.")
    name = session.resolve(cursor.name(), container)
    session.account.catalog.get(container, name)
    _may_grant(session, container, name)
    target = _Target(kind, name, container, mode)
    if mode == "ALL":
        database, schema = (name.name, None) if container == "DATABASE" else (name.schema, name.name)
        target.objects = session.account.catalog.list(kind, database, schema)
    return target


def _may_grant(session: Session, kind: str, name: Name) -> None:
    access, role = session.account.access, session.role
    if "OWNERSHIP" in access.held(role, kind, name) or access.allows(role, "MANAGE GRANTS", "ACCOUNT", ACCOUNT):
        return
    roles = access.roles_of(role)
    if any(g.grant_option and g.grantee in roles for g in access.on(kind, name)):
        return
    if not access.held(role, kind, name):
        raise does_not_exist(kind, name)
    raise _refused(f"{kind.lower()} '{name}'")


def _refused(what: str) -> ProgrammingError:
    return ProgrammingError(
        msg=f"SQL access control error:\nInsufficient privileges to operate on {what}.", errno=3001, sqlstate="42501"
    )


def _grantee(session: Session, cursor: Cursor) -> str:
    if cursor.looking_at("DATABASE", "ROLE") or cursor.looking_at("SHARE") or cursor.looking_at("USER"):
        raise not_supported(f"A grant to a {cursor.identifier().lower()}")
    cursor.accept("ROLE")
    role = cursor.identifier()
    if session.account.catalog.find("ROLE", Name(role)) is None:
        raise does_not_exist("Role", role)
    return role


def _named(target: _Target) -> list[tuple[str, str]]:
    if target.mode == "FUTURE":
        return [(target.kind, str(target.name))]
    if target.kind == "ACCOUNT":
        return [("ACCOUNT", str(ACCOUNT))]
    return [(grant_kind(o.kind), str(o.name)) for o in target.objects]


def _expanded(session: Session, privileges: list[str], kind: str, target: _Target) -> list[str]:
    if privileges == ["ALL"]:
        return [p for p in PRIVILEGES.get(kind, ()) if p != "OWNERSHIP"]
    for privilege in privileges:
        if not known_privilege(kind, privilege):
            raise syntax_error(f"Privilege {privilege} does not exist on {kind} {target.name} for role {session.role}.")
    return privileges


def _ownership(session: Session, cursor: Cursor) -> Result:
    cursor.expect("ON")
    target = _target(session, cursor)
    cursor.expect("TO")
    role = _grantee(session, cursor)
    keep = cursor.accept("COPY", "CURRENT", "GRANTS")
    revoked = cursor.accept("REVOKE", "CURRENT", "GRANTS")
    _end(cursor)
    access, catalog = session.account.access, session.account.catalog
    if target.mode == "FUTURE":
        raise not_supported("GRANT OWNERSHIP ON FUTURE objects")
    for item in target.objects:
        if not session.allows("MANAGE GRANTS", "ACCOUNT", ACCOUNT):
            session.require("OWNERSHIP", grant_kind(item.kind), item.name)
        held = access.on(item.kind, item.name)
        if held and not (keep or revoked) and item.owner != role:
            raise ProgrammingError(
                msg="SQL execution error: Dependent grant of privilege exists. It must be revoked first; to transfer "
                "ownership with a copy of current grants, use GRANT OWNERSHIP ... COPY CURRENT GRANTS.",
                errno=3036,
                sqlstate="0LP01",
            )
        with catalog.together():
            if revoked:
                access.remove(held)
            item.owner = role
            catalog.save(item)
    return status_result(_DONE)


def _end(cursor: Cursor) -> None:
    if not cursor.done:
        raise cursor.unexpected("the end of the statement")


_SHOW = [("created_on", "timestamp_ltz"), ("privilege", "text"), ("granted_on", "text"), ("name", "text"),
         ("granted_to", "text"), ("grantee_name", "text"), ("grant_option", "text"),
         ("granted_by", "text")]  # fmt: skip
_SHOW_FUTURE = [("created_on", "timestamp_ltz"), ("privilege", "text"), ("grant_on", "text"), ("name", "text"),
                ("grant_to", "text"), ("grantee_name", "text"), ("grant_option", "text")]  # fmt: skip
_SHOW_OF = [("created_on", "timestamp_ltz"), ("role", "text"), ("granted_to", "text"), ("grantee_name", "text"),
            ("granted_by", "text")]  # fmt: skip


@handles("SHOW GRANTS")
def show_grants(session: Session, statement: Statement) -> Result:
    """SHOW GRANTS [ON ACCOUNT | ON kind name | TO ROLE r | TO USER u | OF ROLE r]."""
    cursor, access, catalog = statement.cursor, session.account.access, session.account.catalog
    if cursor.done:
        return table_result(_SHOW, [_row(g) for g in access.to(session.user, "USER")])
    if cursor.accept("ON"):
        if cursor.accept("ACCOUNT"):
            return table_result(_SHOW, [_row(g) for g in access.on("ACCOUNT", ACCOUNT)])
        kind = read_kind(cursor, KINDS)
        item = find(session, kind, read_name(session, cursor, kind))
        if not access.sees(session.role, grant_kind(item.kind), item.name):
            raise does_not_exist(kind, item.name)
        owned = [Grant("OWNERSHIP", grant_kind(item.kind), str(item.name), item.owner, "ROLE", False, True, item.owner,
                       item.created_on.isoformat())] if item.owner else []  # fmt: skip
        return table_result(_SHOW, [_row(g) for g in [*owned, *access.on(item.kind, item.name)]])
    if cursor.accept("OF", "ROLE"):
        role = cursor.identifier()
        catalog.get("ROLE", Name(role))
        rows = [
            (moment(g.created_on), role, g.grantee_kind, g.grantee, g.granted_by) for g in access.on("ROLE", Name(role))
        ]
        return table_result(_SHOW_OF, rows)
    cursor.expect("TO")
    if cursor.accept("USER"):
        user = cursor.identifier()
        catalog.get("USER", Name(user))
        rows = [(moment(g.created_on), g.name, g.grantee_kind, g.grantee, g.granted_by)
                for g in access.to(user, "USER")]  # fmt: skip
        return table_result(_SHOW_OF, rows)
    cursor.accept("ROLE")
    role = cursor.identifier()
    catalog.get("ROLE", Name(role))
    owned = [
        Grant("OWNERSHIP", grant_kind(o.kind), str(o.name), role, "ROLE", False, True, role, o.created_on.isoformat())
        for o in catalog.owned_by(role)
    ]
    return table_result(_SHOW, [_row(g) for g in [*owned, *access.to(role)]])


def _row(grant: Grant) -> tuple[object, ...]:
    return (
        moment(grant.created_on), grant.privilege, grant.kind.replace(" ", "_"), grant.name,
        grant.grantee_kind, grant.grantee, "true" if grant.grant_option else "false", grant.granted_by,
    )  # fmt: skip


@handles("SHOW FUTURE GRANTS")
def show_future_grants(session: Session, statement: Statement) -> Result:
    """SHOW FUTURE GRANTS IN DATABASE d | IN SCHEMA s | TO ROLE r."""
    cursor, access, catalog = statement.cursor, session.account.access, session.account.catalog
    if cursor.accept("TO"):
        cursor.accept("ROLE")
        role = cursor.identifier()
        catalog.get("ROLE", Name(role))
        return table_result(_SHOW_FUTURE, [_future_row(g) for g in access.future_to(role)])
    cursor.expect("IN")
    container = cursor.identifier()
    name = session.resolve(cursor.name(), container)
    catalog.get(container, name)
    return table_result(_SHOW_FUTURE, [_future_row(g) for g in access.future_in(name)])


def _future_row(grant: Grant) -> tuple[object, ...]:
    created = moment(grant.created_on)
    kind = grant.kind.replace(" ", "_")
    option = "true" if grant.grant_option else "false"
    return created, grant.privilege, kind, f"{grant.name}.<{kind}>", "ROLE", grant.grantee, option
