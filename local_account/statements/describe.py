"""DESCRIBE of tables, views, databases and schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakesnow import statement_type

from local_account.catalog.objects import Table
from local_account.errors import not_supported
from local_account.queries.columns import columns
from local_account.queries.rights import missing
from local_account.results import Result, table_result
from local_account.statements.keys import Key, keys_of
from local_account.statements.registry import Statement, handles
from local_account.statements.session_statements import result_scan
from local_account.types import DataType

if TYPE_CHECKING:
    from local_account.identifiers import Name
    from local_account.session.session import Session

_TABLE = ("name", "type", "kind", "null?", "default", "primary key", "unique key", "check", "expression", "comment",
          "policy name", "privacy domain", "schema evolution record")  # fmt: skip


@handles("DESCRIBE TABLE", "DESC TABLE", "DESCRIBE VIEW", "DESC VIEW")
def describe_relation(session: Session, statement: Statement) -> Result:
    """DESCRIBE TABLE | VIEW name [TYPE = COLUMNS]."""
    cursor = statement.cursor
    name = session.resolve(cursor.name())
    if cursor.accept("TYPE", "="):
        cursor.expect("COLUMNS")
    if name.schema == "INFORMATION_SCHEMA":
        return _describe_known(session, name)
    if str(name) not in session.temporaries:
        kind = session.find_relation(name)
        session.require_containers(name)
        if kind is None or not session.account.access.sees(session.role, kind, name):
            raise missing(name)
    item = session.account.catalog.find(Table, name)
    keys = list(keys_of(item)) if item else []
    rows = [
        (c.name, str(c.type), "COLUMN", "Y" if c.nullable else "N", c.identity or c.default,
         _in(keys, "PRIMARY KEY", c.name),
         _in(keys, "UNIQUE", c.name), None, None, c.comment, c.policy, None, None)
        for c in columns(session, name)
    ]  # fmt: skip
    return table_result([(c, "text") for c in _TABLE], rows, statement_type.DESCRIBE)


@handles("DESCRIBE RESULT", "DESC RESULT")
def describe_result(session: Session, statement: Statement) -> Result:
    """DESCRIBE RESULT 'query id' | LAST_QUERY_ID(): the columns of an earlier statement's rows."""
    query_id = session.execute(f"select {statement.cursor.rest()}").scalar()
    return _described(result_scan(session, query_id))


def _describe_known(session: Session, name: Name) -> Result:
    """Describe a view of INFORMATION_SCHEMA by what a query of it gives."""
    return _described(session.execute(f"select * from {name.sql} limit 0"))


def _described(found: Result) -> Result:
    rows = [(c["name"], str(DataType.of_column(c)), "COLUMN", "Y", None, "N", "N", *[None] * 6) for c in found.rowtype]
    return table_result([(c, "text") for c in _TABLE], rows, statement_type.DESCRIBE)


def _in(keys: list[Key], kind: str, column: str) -> str:
    """Tell, as Y or N, whether a column is part of a key of a kind."""
    return "Y" if any(key.kind == kind and column in key.columns for key in keys) else "N"


@handles("DESCRIBE DATABASE", "DESC DATABASE", "DESCRIBE SCHEMA", "DESC SCHEMA")
def describe_container(session: Session, statement: Statement) -> Result:
    """DESCRIBE DATABASE | SCHEMA name: what is inside."""
    kind = statement.phrase.split()[1]
    name = session.resolve(statement.cursor.name(), kind)
    session.account.catalog.get(kind, name)
    session.require("USAGE", kind, name)
    catalog = session.account.catalog
    inside = catalog.list("SCHEMA", name.name) if kind == "DATABASE" else catalog.within(str(name.schema), name.name)
    seen = [o for o in inside if session.account.access.sees(session.role, o.kind, o.name)]
    columns_ = [("created_on", "timestamp_ltz"), ("name", "text"), ("kind", "text")]
    return table_result(columns_, [(o.created_on, o.name.name, o.kind) for o in seen], statement_type.DESCRIBE)


@handles("DESCRIBE", "DESC")
def describe_other(_session: Session, statement: Statement) -> Result:
    """Refuse every other kind."""
    raise not_supported(f"DESCRIBE {statement.cursor.rest()}")
