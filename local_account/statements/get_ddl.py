"""GET_DDL: the statement that makes an object as it is now.

https://docs.snowflake.com/en/sql-reference/functions/get_ddl
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.catalog.objects import Relation, Schema, Sequence, Table, View
from local_account.errors import does_not_exist, not_supported
from local_account.identifiers import Name, written
from local_account.queries.columns import Column, columns
from local_account.queries.rewrite import scalar_function
from local_account.statements.keys import MADE_NAME, Key, keys_of
from local_account.tokens import tokenize

if TYPE_CHECKING:
    from local_account.catalog.base import CatalogObject
    from local_account.session.session import Session

_KINDS: dict[str, tuple[type[CatalogObject], ...]] = {
    "TABLE": (Table, View), "VIEW": (View, Table), "SCHEMA": (Schema,), "SEQUENCE": (Sequence,),
}  # fmt: skip


@scalar_function("GET_DDL")
def get_ddl(session: Session, kind: str, name: str, qualified: bool = False) -> str:
    """GET_DDL('kind', 'name' [, fully qualified names])."""
    if kind.upper() not in _KINDS:
        raise not_supported(f"GET_DDL of a {kind.lower()}")
    catalog = session.account.catalog
    full = session.resolve(Name.parse(name), "SCHEMA" if kind.upper() == "SCHEMA" else "TABLE")
    item = next((found for each in _KINDS[kind.upper()] if (found := catalog.find(each, full))), None)
    if item is None or not session.account.access.sees(session.role, item.kind, full):
        raise does_not_exist(kind.capitalize(), full)
    return _written(session, item, qualified=qualified)


def _written(session: Session, item: CatalogObject, *, qualified: bool) -> str:
    called = ".".join(map(written, item.name.parts)) if qualified else written(item.name.name)
    match item:
        case Schema():
            inside = [
                _written(session, each, qualified=qualified)
                for kind in (Sequence, Table, View)
                for each in session.account.catalog.list(kind, item.name.schema, item.name.name)
                if session.account.access.sees(session.role, each.kind, each.name)
            ]
            kind = "TRANSIENT schema" if item.transient else "schema"
            return "\n\n".join([f"create or replace {kind} {called};", *inside])
        case Table():
            return _table(session, item, called)
        case View():
            return _view(session, item, called)
        case Sequence():
            return sequence_ddl(session, item, called)
    raise not_supported(f"GET_DDL of a {item.kind.lower()}")


def _table(session: Session, item: Table, called: str) -> str:
    _require_untagged(item)
    lines = [_column(column) for column in columns(session, item.name)]
    lines += [_key(session, key) for key in keys_of(item)]
    transient = "TRANSIENT TABLE" if item.transient else "TABLE"
    clustered = f" cluster by {item.cluster_by.removeprefix('LINEAR')}" if item.cluster_by else ""
    end = f")COMMENT={_text(item.comment)}\n;" if item.comment else ");"
    return f"create or replace {transient} {called}{clustered} (\n\t" + ",\n\t".join(lines) + f"\n{end}"


def _column(column: Column) -> str:
    parts = [written(column.name), str(column.type)]
    parts += [] if column.nullable else ["NOT NULL"]
    if column.identity:
        parts.append(column.identity.lower().replace("identity", "autoincrement"))
    elif column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    parts += [f"WITH MASKING POLICY {column.policy}"] if column.policy else []
    parts += [f"COMMENT {_text(column.comment)}"] if column.comment else []
    return " ".join(parts)


def _key(session: Session, key: Key) -> str:
    name = "" if key.name.startswith(MADE_NAME) else f"constraint {written(key.name)} "
    text = f"{name}{key.kind.lower()} ({', '.join(map(written, key.columns))})"
    if key.of is None:
        return text
    referred = f"({', '.join(map(written, key.referred))})" if key.referred else ""
    return f"{text} references {'.'.join(map(written, session.resolve(key.of).parts))}{referred}"


def _view(session: Session, item: View, called: str) -> str:
    _require_untagged(item)
    if item.comment:
        raise not_supported(f"GET_DDL of the view {item.name}, which has a comment")
    names = [
        f"{written(c.name)} COMMENT {_text(c.comment)}" if c.comment else written(c.name)
        for c in columns(session, item.name)
    ]
    secure = "secure view" if item.secure else "view"
    return f"create or replace {secure} {called}(\n\t" + ",\n\t".join(names) + f"\n) as {query_of(item)};"


def query_of(item: View) -> str:
    """Return the query of a view as it was written: what stands behind AS."""
    depth = 0
    for token in tokenize(item.text):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if not depth and token.upper == "AS":
            return item.text[token.end :].strip()
    raise not_supported(f"GET_DDL of the view {item.name}")


def sequence_ddl(session: Session, item: Sequence, called: str, *, goes_on: bool = False) -> str:
    """Return the statement that makes a sequence; goes_on: as it stands now, not as it began."""
    start = "coalesce(last_value + increment_by, start_value)" if goes_on else "start_value"
    ((first, step),) = session.connection.sql(
        f"select {start}, increment_by from duckdb_sequences()"
        " where database_name = ? and schema_name = ? and sequence_name = ?",
        list(item.name.parts),
    )
    order = "order" if item.ordered else "noorder"
    return f"create or replace sequence {called} start with {first} increment by {step} {order};"


def _require_untagged(item: Relation) -> None:
    if item.column_tags or item.tags or (item.masking and isinstance(item, View)):
        raise not_supported(f"GET_DDL of {item.name}, which has tags, or is a view with masking policies,")


def _text(value: str | None) -> str:
    return "'" + str(value or "").replace("'", "''") + "'"
