"""SHOW's clauses, the same for every kind: LIKE, IN, STARTS WITH, LIMIT ... FROM, and what the role may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.base import CatalogObject
from local_account.catalog.rights import ACCOUNT_KINDS, grant_kind
from local_account.errors import does_not_exist, not_supported
from local_account.identifiers import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local_account.parsing import Cursor
    from local_account.session.session import Session

T = TypeVar("T", bound=CatalogObject)


# Of these kinds a SHOW takes STARTS WITH and LIMIT, and lists all; live: frostlake ddl-show-modifier-matrix.
_WHOLE = ("STAGE", "SEQUENCE", "FILE FORMAT", "WAREHOUSE", "FUNCTION", "PROCEDURE")


# Of these kinds a SHOW names the schema that is missing; live: frostlake ddl-identifier-exactness.
_NAMING = ("PIPE", "STREAM", "TASK", "SEQUENCE", "TAG", "MASKING POLICY", "ROW ACCESS POLICY", "MATERIALIZED VIEW",
           "PROCEDURE", "FUNCTION")  # fmt: skip


@dataclass(frozen=True)
class Options:
    """What a SHOW asks for; database and schema None mean everywhere."""

    like: str | None = None
    database: str | None = None
    schema: str | None = None
    start: str = ""
    limit: int | None = None
    after: str = ""

    def matches(self, name: str) -> bool:
        """Tell whether a name fits LIKE, STARTS WITH and FROM."""
        return (
            (self.like is None or like(self.like, name))
            and name.startswith(self.start)
            and (not self.after or name > self.after)
        )


def column_list(names: str) -> list[tuple[str, str]]:
    """Declare a SHOW's columns: text, unless `:t` says a moment or `:n` a number."""
    found = []
    for name in names.split():
        column, _, kind = name.partition(":")
        found.append((column, {"": "text", "t": "timestamp_ltz", "n": "fixed"}[kind]))
    return found


def read(session: Session, kind: str, cursor: Cursor) -> Options:
    """Consume SHOW's clauses. Raises: ProgrammingError (2043) where the named database or schema is not there."""
    cursor.accept("HISTORY")
    pattern = str(cursor.value()) if cursor.accept("LIKE") else None
    database, schema = _scope(session, kind, cursor)
    start = str(cursor.value()) if cursor.accept("STARTS", "WITH") else ""
    limit, after = None, ""
    if cursor.accept("LIMIT"):
        limit = cursor.whole_number()
        after = str(cursor.value()) if cursor.accept("FROM") else ""
    if not cursor.done:
        raise not_supported(f"SHOW ... {cursor.rest()}")
    if kind in _WHOLE:
        start, limit, after = "", None, ""
    return Options(pattern, database, schema, "" if kind == "TAG" else start, limit, after)


def _scope(  # noqa: PLR0911 - one return for each form of IN
    session: Session, kind: str, cursor: Cursor
) -> tuple[str | None, str | None]:
    of_account = grant_kind(kind) in ACCOUNT_KINDS
    if not cursor.accept("IN"):
        if of_account:
            return None, None
        return session.database, None if kind == "SCHEMA" else session.schema
    if cursor.accept("ACCOUNT"):
        return None, None
    if cursor.accept("DATABASE") or kind == "SCHEMA":
        named = session.database if _at_end(cursor) else cursor.name().name
        _exists(session, "DATABASE", Name(str(named)))
        return named, None
    keyword = cursor.accept("SCHEMA")
    if _at_end(cursor):
        current = session.resolve(Name("X"))
        return current.database, current.schema
    name = cursor.name()
    resolved = session.resolve(name, "SCHEMA")
    if not keyword and name.schema is None and session.account.catalog.find("SCHEMA", resolved) is None:
        _exists(session, "DATABASE", name)
        return name.name, None
    _exists(session, "SCHEMA", resolved, kind)
    return resolved.schema, resolved.name


def _exists(session: Session, kind: str, name: Name, listed: str = "") -> None:
    """Refuse to list what is in a database or schema that is not there; each kind of objects has its words for that.

    Raises: ProgrammingError (2043, or 2003).
    """
    if not session.account.access.sees(session.role, kind, name) or session.account.catalog.find(kind, name) is None:
        if listed in _NAMING:
            raise does_not_exist(kind, name)
        raise ProgrammingError(
            msg="SQL compilation error:\nObject does not exist, or operation cannot be performed.",
            errno=2043,
            sqlstate="02000",
        )


def _at_end(cursor: Cursor) -> bool:
    return cursor.done or cursor.looking_at("STARTS") or cursor.looking_at("LIMIT")


def visible(
    session: Session, kind: type[T], cursor: Cursor, name: Callable[[T], str] = lambda o: o.name.name
) -> list[T]:
    """Consume SHOW's clauses and return the objects of a kind that they select and the role may see.

    Args:
        session: who asks.
        kind: the class of the objects.
        cursor: stands behind the kind's word.
        name: what LIKE, STARTS WITH and FROM are compared with.
    """
    options = read(session, kind.KIND, cursor)
    return select(session, [kind], options, name)


def select(
    session: Session, kinds: Sequence[type[T]], options: Options, name: Callable[[T], str] = lambda o: o.name.name
) -> list[T]:
    """Return the objects of some kinds that the options select and the role may see, by name."""
    catalog, access = session.account.catalog, session.account.access
    found: list[T] = []
    for kind in kinds:
        listed = catalog.list(kind, options.database, options.schema)
        seen = [o for o in listed if access.sees(session.role, kind.KIND, o.name)]
        found += [o for o in _with_temporaries(session, kind, seen, options) if options.matches(name(o))]
    found.sort(key=lambda o: o.name.parts)
    return found[: options.limit]


def _with_temporaries(session: Session, kind: type[T], seen: list[T], options: Options) -> list[T]:
    """Return objects with the session's own tables or views, which hide others of their names."""
    own = [
        o
        for o in session.temporaries.values()
        if isinstance(o, kind)
        and options.database in (None, o.name.database)
        and options.schema in (None, o.name.schema)
    ]
    return [o for o in seen if str(o.name) not in session.temporaries or kind.KIND not in ("TABLE", "VIEW")] + own


def like(pattern: str, text: str) -> bool:
    """Compare as SHOW ... LIKE does: % and _ are wildcards, a backslash takes them literally, case does not count."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    expression = "".join(
        ".*" if p == "%" else "." if p == "_" else re.escape(p[1:] if p.startswith("\\") and len(p) > 1 else p)
        for p in parts
    )
    return re.fullmatch(expression, text, re.IGNORECASE | re.DOTALL) is not None
