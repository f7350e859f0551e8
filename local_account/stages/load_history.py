"""Which files a table has been loaded from, and the rows that were refused: kept in the table's own database.

The rows of a load and its record are written in one transaction, so a rollback or a kill leaves neither. fakesnow
empties its `_fs_load_history` for a table that is created (also by CREATE OR REPLACE); a file counts as loaded only
while it is listed there, so a new table starts without a history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_account.identifiers import quoted, text_literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from local_account.data_plane.connection import Connection
    from local_account.identifiers import Name
    from local_account.stages.file_scan import Reject

_SCHEMA = "_fs_information_schema"
_FILES = """(
    schema_name varchar, table_name varchar, file_name varchar, stage varchar, size bigint, etag varchar,
    modified timestamptz, status varchar, row_parsed bigint, row_count bigint, error_count bigint, error_limit bigint,
    first_error varchar, first_error_line bigint, first_error_character bigint, first_error_column varchar,
    query_id varchar, loaded_at timestamptz
)"""
_ERRORS = """(
    schema_name varchar, table_name varchar, query_id varchar, error varchar, file varchar, line bigint,
    character bigint, byte_offset bigint, category varchar, code bigint, sql_state varchar, column_name varchar,
    row_number bigint, row_start_line bigint, rejected_record varchar
)"""


@dataclass
class LoadedFile:
    """What became of one file in a COPY; `name` is its path in the stage's storage, `shown` as COPY prints it."""

    name: str
    shown: str
    stage: str
    size: int
    etag: str
    modified: datetime
    parsed: int
    loaded: int
    error_limit: int
    rejects: list[Reject]

    @property
    def status(self) -> str:
        """LOADED, PARTIALLY_LOADED or LOAD_FAILED."""
        if not self.rejects:
            return "LOADED"
        return "PARTIALLY_LOADED" if self.loaded else "LOAD_FAILED"

    @property
    def first(self) -> tuple[str | None, int | None, int | None, str | None]:
        """The first error: message, line, character, column."""
        if not self.rejects:
            return None, None, None, None
        first = self.rejects[0]
        return first.error, first.line, first.character, first.column


class LoadHistory:
    """The load history of one table."""

    def __init__(self, connection: Connection, table: Name) -> None:
        self._connection = connection
        self._key = [str(table.schema), table.name]
        self._database = str(table.database)
        inside = f"{quoted(self._database)}.{_SCHEMA}"
        self._files, self._errors = f"{inside}._c360_loaded_files", f"{inside}._c360_rejected_rows"
        self._marks = f"{inside}._fs_load_history"

    def prepare(self) -> None:
        """Create the tables where they are missing, and forget what belongs to an earlier table of this name."""
        for table, columns in ((self._files, _FILES), (self._errors, _ERRORS)):
            self._connection.sql(f"create table if not exists {table} {columns}")
        stale = self._rows(f"select file_name from {self._files} where schema_name = ? and table_name = ? limit 1")
        marked = self._rows(f"select 1 from {self._marks} where schema_name = ? and table_name = ? limit 1")
        if stale and not marked:
            self.forget()

    def forget(self) -> None:
        """Remove everything about the table, as TRUNCATE TABLE does."""
        for table in (self._files, self._errors, self._marks):
            if self._exists(table):
                self._rows(f"delete from {table} where schema_name = ? and table_name = ?")

    def moves(self, to: Name) -> list[str]:
        """Return DuckDB's statements that give another table what is kept of this one, whatever that table had."""
        return [
            f"update {table} set table_name = {text_literal(to.name)} "
            f"where schema_name = {text_literal(self._key[0])} and table_name = {text_literal(self._key[1])}"
            for table in (self._files, self._errors, self._marks)
            if self._exists(table)
        ]

    def loaded(self) -> dict[str, tuple[int, str]]:
        """Return size (bytes) and etag of each file that was loaded at least in part, by name; the newest load wins."""
        rows = self._rows(
            f"select file_name, size, etag from {self._files} where schema_name = ? and table_name = ? "
            "and status <> 'LOAD_FAILED' order by loaded_at"
        )
        return {name: (size, etag) for name, size, etag in rows}

    def record(self, files: Iterable[LoadedFile], query_id: str, at: datetime) -> None:
        """Write down what a COPY did."""
        for f in files:
            values = [*self._key, f.name, f.stage, f.size, f.etag, f.modified, f.status, f.parsed, f.loaded,
                      len(f.rejects), f.error_limit, *f.first, query_id, at]  # fmt: skip
            self._connection.sql(f"insert into {self._files} values ({_marks(len(values))})", values)
            self._connection.sql(
                f"insert into {self._marks} (schema_name, file_name, table_name, last_load_time, status, row_count, "
                f"row_parsed, error_count) values ({_marks(8)})",
                [self._key[0], f.name, self._key[1], at, f.status, f.loaded, f.parsed, len(f.rejects)],
            )
            if f.rejects:
                rows = [
                    [*self._key, query_id, r.error, f.name, r.line, r.character, r.byte_offset, r.category, r.code,
                     r.sql_state, r.column, r.row_number, r.line, r.record]
                    for r in f.rejects
                ]  # fmt: skip
                self._connection.insert(f"insert into {self._errors} values ({_marks(15)})", rows)

    def rejected(self, query_id: str) -> list[tuple[Any, ...]]:
        """Return the rows that a COPY refused; `_last` means the newest COPY into the table that took files."""
        if not self._known():
            return []
        wanted = query_id
        if query_id.lower() == "_last":
            newest = self._rows(
                f"select query_id from {self._files} where schema_name = ? and table_name = ? "
                "order by loaded_at desc limit 1"
            )
            if not newest:
                return []
            wanted = newest[0][0]
        return self._connection.sql(
            "select error, file, line, character, byte_offset, category, code, sql_state, column_name, row_number, "
            f"row_start_line, rejected_record from {self._errors} "
            "where schema_name = ? and table_name = ? and query_id = ? order by file, row_number",
            [*self._key, wanted],
        )

    def copies(self) -> list[dict[str, Any]]:
        """Return one record a loaded file, oldest first."""
        if not self._known():
            return []
        rows = self._rows(
            f"select f from {self._files} as f where schema_name = ? and table_name = ? order by loaded_at"
        )
        return [record for (record,) in rows]

    def _known(self) -> bool:
        """Tell whether there is a history of the present table."""
        return self._exists(self._files) and bool(
            self._rows(f"select 1 from {self._marks} where schema_name = ? and table_name = ? limit 1")
        )

    def _exists(self, table: str) -> bool:
        return bool(
            self._connection.sql(
                "select 1 from duckdb_tables() where database_name = ? and schema_name = ? and table_name = ?",
                [self._database, _SCHEMA, table.rpartition(".")[2]],
            )
        )

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.sql(sql, self._key)


def _marks(count: int) -> str:
    return ", ".join("?" * count)
