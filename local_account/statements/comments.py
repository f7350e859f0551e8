"""COMMENT ON every kind of object, and on columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.catalog.privileges import KINDS
from local_account.catalog.rights import grant_kind
from local_account.errors import does_not_exist
from local_account.identifiers import Name
from local_account.queries.columns import columns
from local_account.queries.rights import missing
from local_account.results import Result, status_result
from local_account.statements.object_names import find, read_kind, read_name
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_DONE = "Statement executed successfully."


@handles("COMMENT")
def comment(session: Session, statement: Statement) -> Result:
    """COMMENT [IF EXISTS] ON kind name IS 'text'; COMMENT ON COLUMN table.column IS 'text'."""
    cursor = statement.cursor
    guarded = cursor.accept("IF", "EXISTS")
    cursor.expect("ON")
    if cursor.accept("COLUMN"):
        return _comment_on_column(session, cursor)
    kind = read_kind(cursor, KINDS)
    name = read_name(session, cursor, kind)
    if guarded and session.account.catalog.find(kind, name) is None:
        return status_result(_DONE)
    item = find(session, kind, name)
    cursor.expect("IS")
    session.require("OWNERSHIP", grant_kind(item.kind), item.name)
    item.comment = str(cursor.value())
    session.account.catalog.save(item)
    return status_result(_DONE)


def _comment_on_column(session: Session, cursor: Cursor) -> Result:
    parts = [cursor.identifier()]
    while cursor.accept("."):
        parts.append(cursor.identifier())
    cursor.expect("IS")
    name = session.resolve(Name.of(*parts[:-1]))
    found = session.account.catalog.find_relation(name)
    if found is None:
        raise does_not_exist("TABLE", name)
    session.require("OWNERSHIP", found.kind, name)
    if parts[-1] not in (c.name for c in columns(session, name)):
        raise missing(Name(parts[-1]))
    item = found.copy()
    item.column_comments[parts[-1]] = str(cursor.value())
    session.account.catalog.save(item)
    return status_result(_DONE)
