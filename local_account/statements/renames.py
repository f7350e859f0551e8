"""ALTER TABLE ... RENAME TO and SWAP WITH."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import Relation, Table
from local_account.errors import already_exists, invalid_value, not_supported
from local_account.identifiers import Name, quoted, same_for_duckdb
from local_account.queries.rights import missing
from local_account.stages.load_history import LoadHistory

if TYPE_CHECKING:
    from local_account.session.session import Session


def rename(session: Session, item: Relation, new: Name) -> None:
    """Give a table or view another name in its schema, with what was loaded into it."""
    session.require_containers(new)
    if (new.database, new.schema) != (item.name.database, item.name.schema):
        raise not_supported("ALTER ... RENAME TO another schema")
    if session.find_relation(new):
        raise already_exists(new.name)
    if not same_for_duckdb(item.name.name, new.name):
        session.account.catalog.require_distinct(item.kind, new)
    session.require(f"CREATE {item.kind}", "SCHEMA", Name.of(new.database, new.schema))
    with session.account.changing(replace(item, name=new), item.name):
        session.connection.sql(f"ALTER {item.kind} {item.name.sql} RENAME TO {quoted(new.name)}")
        for move in LoadHistory(session.connection, item.name).moves(new):
            session.connection.sql(move)
        _move_lengths(session, item.name, new)


def swap(session: Session, item: Relation, other: Name) -> None:
    """Give two tables of a schema each other's name, with what was loaded into them, at once."""
    one = item.name
    if not isinstance(item, Table) or session.account.catalog.find(Table, other) is None:
        session.require_containers(other)
        raise missing(other, Table.KIND) if isinstance(item, Table) else missing(one)
    session.require("OWNERSHIP", Table.KIND, other)
    if (one.database, one.schema) != (other.database, other.schema):
        raise not_supported("ALTER TABLE ... SWAP WITH a table of another schema")
    if one == other:
        raise invalid_value(f"The table {one} cannot be swapped with itself.")
    between, connection = Name.of(one.database, one.schema, "swap"), session.connection
    ways = ((one, between), (other, one), (between, other))
    with session.account.swapping(one, other) as steps:
        steps += [move for old, new in ways for move in LoadHistory(connection, old).moves(new)]
        connection.begin()
        try:
            for step in steps:
                connection.sql(step)
        except ProgrammingError:
            connection.rollback()
            raise
        connection.commit()
    for old, new in ways:
        _move_lengths(session, old, new)


def _move_lengths(session: Session, old: Name, new: Name) -> None:
    where = "where ext_table_catalog = ? and ext_table_schema = ? and ext_table_name = ?"
    table = "_fs_global._fs_information_schema._fs_columns_ext"
    session.connection.sql(f"delete from {table} {where}", list(new.parts))
    session.connection.sql(f"update {table} set ext_table_name = ? {where}", [new.name, *old.parts])
