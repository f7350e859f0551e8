"""What CREATE, DROP and SHOW of objects inside a schema have in common."""

from __future__ import annotations

import re
from dataclasses import replace as with_changes
from typing import TYPE_CHECKING

from local_account.errors import does_not_exist, not_supported
from local_account.parsing import Cursor, Name

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.catalog import CatalogObject
    from local_account.session import Session


def create_object(session: Session, item: CatalogObject, *, replace: bool = False, copy_grants: bool = False) -> None:
    """Add an object to the catalog with the grants of a new one.

    Args:
        session: its role needs CREATE <kind> on the schema, and OWNERSHIP of an object that is replaced.
        item: the object, its name resolved.
        replace: whether an object of that name gives way.
        copy_grants: whether the grants of the replaced object stay.
    """
    schema = Name.of(item.name.database, item.name.schema)
    if session.account.catalog.find("SCHEMA", schema) is None:
        raise does_not_exist("Schema", schema)
    session.require(f"CREATE {item.kind}", "SCHEMA", schema)
    if replace and session.account.catalog.find(item.kind, item.name):
        session.require("OWNERSHIP", item.kind, item.name)
    kept = session.account.access.on(item.kind, item.name) if copy_grants else []
    session.account.catalog.create(item, replace=replace)
    session.account.access.created(item)
    session.account.access.add(with_changes(g) for g in kept)


def drop_object(session: Session, item: CatalogObject) -> None:
    """Remove an object and the grants on it; the role must own it."""
    session.require("OWNERSHIP", item.kind, item.name)
    session.account.catalog.drop(item.kind, item.name)
    session.account.access.dropped(item.kind, item.name)


def listed(
    session: Session, kind: str, cursor: Cursor, name: Callable[[CatalogObject], str] = lambda o: o.name.name
) -> list[CatalogObject]:
    """Read `[LIKE ..] [IN ..] [STARTS WITH ..] [LIMIT n [FROM ..]]`, and return what the role may see of it.

    Args:
        session: decides what is visible, and the scope where IN is missing.
        kind: of the objects.
        cursor: behind the words that name the kind.
        name: what the patterns are compared with.
    """
    pattern = str(cursor.value()) if cursor.accept("LIKE") else None
    database, schema = _scope(session, cursor)
    start = str(cursor.value()) if cursor.accept("STARTS", "WITH") else ""
    limit, after = None, ""
    if cursor.accept("LIMIT"):
        limit = cursor.value()
        after = str(cursor.value()) if cursor.accept("FROM") else ""
    if not cursor.done:
        raise not_supported(f"SHOW ... {cursor.rest()}")
    found = [
        o
        for o in session.account.catalog.list(kind, database, schema)
        if (pattern is None or like(pattern, name(o)))
        and name(o).startswith(start)
        and (not after or name(o) > after)
        and session.account.access.sees(session.role, kind, o.name)
    ]
    return found[:limit]


def _scope(session: Session, cursor: Cursor) -> tuple[str | None, str | None]:
    if not cursor.accept("IN"):
        return (session.database, session.schema) if session.schema else (session.database, None)
    if cursor.accept("ACCOUNT"):
        return None, None
    if cursor.accept("DATABASE"):
        named = None if _at_end(cursor) else cursor.name().name
        return named or session.resolve(Name("X", "X")).database, None
    cursor.accept("SCHEMA")
    if _at_end(cursor):
        current = session.resolve(Name("X"))
        return current.database, current.schema
    resolved = session.resolve(cursor.name(), "SCHEMA")
    if session.account.catalog.find("SCHEMA", resolved) is None:
        raise does_not_exist("Schema", resolved)
    return resolved.schema, resolved.name


def _at_end(cursor: Cursor) -> bool:
    return cursor.done or cursor.looking_at("STARTS") or cursor.looking_at("LIMIT")


def like(pattern: str, text: str) -> bool:
    """Compare as SHOW ... LIKE does: % and _ are wildcards, a backslash takes them literally, case does not count."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    expression = "".join(
        ".*" if p == "%" else "." if p == "_" else re.escape(p[1:] if p.startswith("\\") and len(p) > 1 else p)
        for p in parts
    )
    return re.fullmatch(expression, text, re.IGNORECASE | re.DOTALL) is not None
