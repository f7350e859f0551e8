"""SHOW PRIMARY, UNIQUE, IMPORTED and EXPORTED KEYS: what tables declare; nobody enforces it.

https://docs.snowflake.com/en/sql-reference/sql/show-primary-keys, .../show-unique-keys, .../show-imported-keys and
.../show-exported-keys have the columns.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import Table
from local_account.errors import does_not_exist
from local_account.identifiers import Name
from local_account.parsing import Cursor
from local_account.queries import information_schema
from local_account.results import Result, table_result
from local_account.statements import listing
from local_account.statements.registry import Statement, handles
from local_account.statements.show import relations_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.catalog.objects import Relation
    from local_account.session.session import Session

_OF_TABLE = ("created_on", "database_name", "schema_name", "table_name", "column_name", "key_sequence",
             "constraint_name", "rely", "comment")  # fmt: skip
_OF_TWO = ("created_on", "pk_database_name", "pk_schema_name", "pk_table_name", "pk_column_name", "fk_database_name",
           "fk_schema_name", "fk_table_name", "fk_column_name", "key_sequence", "update_rule", "delete_rule", "fk_name",
           "pk_name", "deferrability", "rely", "comment")  # fmt: skip
_TYPES = {"created_on": "timestamp_ltz", "key_sequence": "fixed"}
MADE_NAME = "SYS_CONSTRAINT_"  # what a name begins with that nobody gave
_CONSTRAINTS = listing.column_list(
    "CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_CATALOG TABLE_SCHEMA TABLE_NAME CONSTRAINT_TYPE "
    "IS_DEFERRABLE INITIALLY_DEFERRED ENFORCED COMMENT CREATED:t LAST_ALTERED:t RELY"
)
_REFERENCES = listing.column_list(
    "CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME UNIQUE_CONSTRAINT_CATALOG UNIQUE_CONSTRAINT_SCHEMA "
    "UNIQUE_CONSTRAINT_NAME MATCH_OPTION UPDATE_RULE DELETE_RULE COMMENT CREATED:t LAST_ALTERED:t"
)
_KINDS = ("PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "REFERENCES")


@dataclass(frozen=True)
class Key:
    """A key that a table declares.

    Attributes:
        kind: PRIMARY KEY, UNIQUE or FOREIGN KEY.
        columns: of the table.
        name: as it was given, or else one that is made of the rest.
        of: of a foreign key the table that it refers to, as it was written.
        referred: the columns there, where they are named.
    """

    kind: str
    columns: tuple[str, ...]
    name: str
    of: Name | None = None
    referred: tuple[str, ...] = ()


def keys_of(table: Relation) -> Iterator[Key]:
    """Yield the keys that a table declares, in their order."""
    yield from (key for written in table.keys if (key := _read(table, written)))


def add(table: Relation, cursor: Cursor) -> None:
    """Add the key that ADD names to a table, which enforces none. Raises: ProgrammingError for a second primary key."""
    table.keys.append(cursor.rest())
    if sum(key.kind == "PRIMARY KEY" for key in keys_of(table)) > 1:
        raise ProgrammingError(
            msg=f"SQL compilation error:\nprimary key already exists for table '{table.name.name}'",
            errno=2009,
            sqlstate="42710",
        )


def drop(table: Relation, cursor: Cursor) -> bool:
    """Take the keys off a table that DROP names: PRIMARY KEY, UNIQUE (..), FOREIGN KEY (..) or CONSTRAINT name.

    Returns: whether it names a key.
    Raises: ProgrammingError (2003) where the table has no such key.
    """
    name = cursor.identifier() if cursor.accept("CONSTRAINT") else ""
    kind = None if name else next((kind for kind in _KINDS if cursor.accept(*kind.split())), None)
    if not name and kind is None:
        return False
    of = _names(cursor)
    left = [written for written in table.keys if not _is_meant(_read(table, written), name, kind, of)]
    if len(left) == len(table.keys):
        raise does_not_exist("CONSTRAINT", name or f"{kind} of {table.name}")
    table.keys = left
    return True


def _is_meant(key: Key | None, name: str, kind: str | None, columns: tuple[str, ...]) -> bool:
    if key is None:
        return False
    return key.name == name if name else key.kind == kind and columns in ((), key.columns)


def _read(table: Relation, written: str) -> Key | None:
    """Read a key as the catalog keeps it, such as `CONSTRAINT c PRIMARY KEY (A, B)`."""
    cursor = Cursor.over(written)
    name = cursor.identifier() if cursor.accept("CONSTRAINT") else ""
    kind = next((kind for kind in _KINDS if cursor.accept(*kind.split())), None)
    if kind is None:
        return None
    behind_column = kind == "REFERENCES"  # whose name stands last
    own, of, referred = () if behind_column else _names(cursor), None, ()
    if behind_column or cursor.accept("REFERENCES"):
        of, referred, kind = cursor.name(), _names(cursor), "FOREIGN KEY"
    if behind_column:
        own, referred = (_names(cursor), referred) if cursor.looking_at("(") else (referred, ())
    made = uuid.uuid5(uuid.NAMESPACE_OID, f"{table.name} {kind} {own}")
    return Key(kind, own, name or f"{MADE_NAME}{made}", of, referred)


def _names(cursor: Cursor) -> tuple[str, ...]:
    if not cursor.accept("("):
        return ()
    return tuple(part.identifier() for part in cursor.inside().parts() if not part.done)


@handles("SHOW PRIMARY KEYS")
def show_primary_keys(session: Session, statement: Statement) -> Result:
    """SHOW PRIMARY KEYS [IN ACCOUNT | DATABASE d | SCHEMA s | TABLE t]."""
    return _of_table(session, statement, "PRIMARY KEY")


@handles("SHOW UNIQUE KEYS")
def show_unique_keys(session: Session, statement: Statement) -> Result:
    """SHOW UNIQUE KEYS [IN ACCOUNT | DATABASE d | SCHEMA s | TABLE t]."""
    return _of_table(session, statement, "UNIQUE")


@handles("SHOW IMPORTED KEYS")
def show_imported_keys(session: Session, statement: Statement) -> Result:
    """SHOW IMPORTED KEYS [IN ...]: the foreign keys of the tables that are meant."""
    meant = {table.name for table in _tables(session, statement.cursor)}
    return _of_two(row for row in _foreign(session) if row[0] in meant)


@handles("SHOW EXPORTED KEYS")
def show_exported_keys(session: Session, statement: Statement) -> Result:
    """SHOW EXPORTED KEYS [IN ...]: the foreign keys that refer to the tables that are meant."""
    meant = {table.name for table in _tables(session, statement.cursor)}
    return _of_two(row for row in _foreign(session) if row[1] in meant)


def _tables(session: Session, cursor: Cursor) -> list[Table]:
    return [found for found in relations_in(session, cursor) if isinstance(found, Table)]


def _of_table(session: Session, statement: Statement, kind: str) -> Result:
    rows = [
        (table.created_on, *table.name.parts, column, number, key.name, "false", None)
        for table in _tables(session, statement.cursor)
        for key in keys_of(table)
        if key.kind == kind
        for number, column in enumerate(key.columns, start=1)
    ]
    return table_result([(name, _TYPES.get(name, "text")) for name in _OF_TABLE], rows)


def _foreign(session: Session) -> Iterator[tuple[Name, Name, Table, Key, Key | None]]:
    """Yield the foreign keys that the role sees: the tables on both sides, and the key that each refers to."""
    catalog, access = session.account.catalog, session.account.access
    for table in catalog.list(Table):
        if not access.sees(session.role, table.kind, table.name):
            continue
        for key in keys_of(table):
            if key.of is None:
                continue
            of = Name.of(key.of.database or table.name.database, key.of.schema or table.name.schema, key.of.name)
            other = catalog.find(Table, of)
            primary = next((k for k in keys_of(other) if k.kind == "PRIMARY KEY"), None) if other else None
            yield table.name, of, table, key, primary


def _constraints(session: Session, database: str) -> Result:
    """Return the rows of INFORMATION_SCHEMA.TABLE_CONSTRAINTS: one for each key, however many columns it has."""
    rows = [
        (*table.name.parts[:2], key.name, *table.name.parts, key.kind, "NO", "YES", "NO", None,
         *[table.created_on] * 2, "NO")
        for table in session.account.catalog.list(Table, database)
        if session.account.access.sees(session.role, table.kind, table.name)
        for key in keys_of(table)
    ]  # fmt: skip
    return table_result(_CONSTRAINTS, rows)


def _references(session: Session, database: str) -> Result:
    """Return the rows of INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS."""
    rows = [
        (*of.parts[:2], key.name, *to.parts[:2], primary.name if primary else None, "FULL", "NO ACTION", "NO ACTION",
         None, *[table.created_on] * 2)
        for of, to, table, key, primary in _foreign(session)
        if of.database == database
    ]  # fmt: skip
    return table_result(_REFERENCES, rows)


information_schema.MADE.update({"TABLE_CONSTRAINTS": _constraints, "REFERENTIAL_CONSTRAINTS": _references})


def _of_two(found: Iterator[tuple[Name, Name, Table, Key, Key | None]]) -> Result:
    rows = []
    for of, to, table, key, primary in found:
        referred = key.referred or (primary.columns if primary else ())
        for number, (column, other) in enumerate(zip(key.columns, referred, strict=False), start=1):
            rows.append((table.created_on, *to.parts, other, *of.parts, column, number, "NO ACTION", "NO ACTION",
                         key.name, primary.name if primary else None, "NOT DEFERRABLE", "false", None))  # fmt: skip
    return table_result([(name, _TYPES.get(name, "text")) for name in _OF_TWO], rows)
