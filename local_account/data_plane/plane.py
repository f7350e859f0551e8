"""The data plane of an account: fakesnow's metadata and every database, in files below one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
from duckdb.func import FunctionNullHandling, PythonUDFType
from fakesnow import info_schema
from fakesnow.conn import FakeSnowflakeConnection
from fakesnow.instance import GLOBAL_DATABASE_NAME
from fakesnow.macros import creation_sql as macros_sql
from fakesnow.transforms import show

from local_account.data_plane import json_keys, json_trees, number_formats, regexps
from local_account.data_plane.connection import Connection
from local_account.data_plane.kept_translations import Translations
from local_account.data_plane.transaction import Commits, table_key
from local_account.errors import syntax_error
from local_account.identifiers import file_name, from_file_name, joined, quoted, text_literal
from local_account.translation import macros

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import pyarrow as pa

    from local_account.identifiers import Name

# fakesnow's INFORMATION_SCHEMA.TABLES holds tables only; Snowflake's holds views too.
_TABLES_AND_VIEWS = """
ALTER VIEW {quoted}._fs_information_schema._fs_tables RENAME TO _base_tables;
CREATE VIEW {quoted}._fs_information_schema._fs_tables AS
SELECT * FROM {quoted}._fs_information_schema._base_tables
UNION ALL BY NAME
SELECT
  database_name AS TABLE_CATALOG, schema_name AS TABLE_SCHEMA, view_name AS TABLE_NAME, 'SYSADMIN' AS TABLE_OWNER,
  'VIEW' AS TABLE_TYPE, 'NO' AS IS_INSERTABLE_INTO, 'NO' AS IS_TEMPORARY, 'NO' AS IS_DYNAMIC, 'NO' AS IS_ICEBERG,
  to_timestamp(0)::TIMESTAMPTZ AS CREATED, to_timestamp(0)::TIMESTAMPTZ AS LAST_ALTERED
FROM duckdb_views()
WHERE database_name = {literal} AND NOT internal AND schema_name NOT IN ('main', '_fs_information_schema')
"""

# What no SQL of DuckDB says.
_FUNCTIONS = {
    json_keys.IN_ORDER: json_keys.all_in_order,
    json_trees.PARTS: json_trees.all_parts,
    number_formats.WRITTEN: number_formats.all_written,
    number_formats.READ: number_formats.all_read,
    regexps.REPLACED: regexps.all_replaced,
    regexps.FOUND: regexps.all_found,
}

# Stands for the name of a database in what fakesnow runs for a new one.
_PLACEHOLDER = "_FS_NEW_DATABASE"


def _attach(file: Path, name: str) -> str:
    return f"ATTACH {text_literal(str(file))} AS {quoted(name)}"


class _Discard(dict[str, tuple[Any, ...]]):
    """A results cache that keeps nothing: the account keeps a bounded number of results itself."""

    def __setitem__(self, key: str, value: tuple[Any, ...]) -> None:
        """Drop the value."""


class DataPlane:
    """DuckDB with fakesnow's metadata; sessions come in by `connect`.

    fakesnow keeps comments and text lengths in a database in memory; here that database is a file as well, and every
    database file found in the folder is attached again.

    Args:
        folder: where the databases' files are.
        temporary: where DuckDB puts what does not fit into memory.
        memory_limit: as DuckDB's setting of that name.
    """

    def __init__(self, folder: Path, temporary: Path, memory_limit: str = "6GB") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._functions: list[duckdb.DuckDBPyConnection] = []
        self._commits = Commits()
        self._translations = Translations()
        # The setting is fakesnow's own: sqlglot writes lambdas with arrows.
        self._duck = duckdb.connect(":memory:", config={"lambda_syntax": "ENABLE_SINGLE_ARROW"})
        # Text stays compressed (dict_fsst): without it a full run needs 7 to 9 s of processor time less, but its three
        # tables of transactions 2.8 GB on disk in place of 0.9.
        for setting in (
            f"memory_limit = '{memory_limit}'",
            f"temp_directory = '{temporary}'",
            # Without it DuckDB 2.0.0 hands out the rows of an ORDER BY in any order when they are fetched as Arrow.
            "preserve_insertion_order = true",
            # With the default of 16 MB the small changes of a day rewrite parts of large tables between statements. The
            # log is replayed after a kill, and emptied when the account ends.
            "checkpoint_threshold = '256MB'",
            "python_enable_replacements = false",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "TimeZone = 'UTC'",
            # A division by zero fails; with IEEE's rules it would be infinite.
            "ieee_floating_point_ops = false",
            # What DuckDB finds out before a statement runs does not end its transaction; `transaction` has the rest.
            "default_transaction_invalidation_policy = 'SYNTACTIC_ERRORS_DO_NOT_INVALIDATE'",
        ):
            self._duck.execute(f"SET GLOBAL {setting}")
        self._duck.execute(f"ATTACH '{folder / GLOBAL_DATABASE_NAME}.db' AS {GLOBAL_DATABASE_NAME}")
        self._duck.execute(info_schema.fs_global_creation_sql())
        self._duck.execute(show.fs_global_creation_sql())
        # Every database has the macros; a session that has not chosen one finds them here.
        self._duck.execute(macros_sql("memory.main"))
        for sql in macros.creation_sql():
            self._duck.execute(sql)
        for name, function in _FUNCTIONS.items():
            self.add_function(name, function)
        for file in sorted(folder.glob("*.db")):
            if file.stem != GLOBAL_DATABASE_NAME:
                self._duck.execute(_attach(file, from_file_name(file.stem)))

    def connect(self) -> Connection:
        """Open a connection with its own DuckDB cursor, transaction and temporary tables."""
        return Connection(
            FakeSnowflakeConnection(
                self._duck.cursor(), _Discard(), create_database=False, create_schema=False, db_path=self._folder
            ),
            self._commits,
            self._translations,
        )

    @property
    def version(self) -> int:
        """A number that each change of the data that became permanent makes greater."""
        return self._commits.count

    def version_of(self, tables: Iterable[Name]) -> int:
        """Return such a number of some tables: each change that may have reached one of them makes it greater."""
        return self._commits.newest_of(table_key(table.parts) for table in tables)

    def query(self, sql: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run DuckDB SQL outside of any session. Returns: its rows."""
        return self._duck.cursor().execute(sql, params).fetchall()

    def add_function(self, name: str, function: Callable[..., pa.Array]) -> None:
        """Make a function known to every connection.

        Args:
            name: what queries call it.
            function: it takes any number of Arrow arrays, one an argument, and returns one of text, of their length.
        """
        cursor = self._duck.cursor()
        cursor.create_function(
            name,
            function,
            None,
            duckdb.sqltypes.VARCHAR,
            type=PythonUDFType.ARROW,
            null_handling=FunctionNullHandling.SPECIAL,
        )
        self._functions.append(cursor)  # it lives as long as the connection that made it, not as long as the database

    def databases(self) -> list[str]:
        """Return the names of the attached databases."""
        internal = ("system", "temp", "memory", GLOBAL_DATABASE_NAME)
        return sorted(
            name for (name,) in self.query("select database_name from duckdb_databases()") if name not in internal
        )

    def create_database(self, name: str) -> None:
        """Create and attach a database with fakesnow's information schema and macros, and a schema PUBLIC."""
        cursor = self._duck.cursor()
        cursor.execute(_attach(self.file(name), name))
        for sql in (info_schema.per_db_creation_sql(_PLACEHOLDER), macros_sql(_PLACEHOLDER)):
            # fakesnow writes the name both as a text and as an identifier, and quotes neither.
            cursor.execute(sql.replace(f"'{_PLACEHOLDER}'", text_literal(name)).replace(_PLACEHOLDER, quoted(name)))
        cursor.execute(_TABLES_AND_VIEWS.format(quoted=quoted(name), literal=text_literal(name)))
        cursor.execute(f"CREATE SCHEMA {joined((name, 'PUBLIC'))}")

    def drop_database(self, name: str) -> None:
        """Detach a database and delete its file."""
        self._duck.cursor().execute(f"DETACH {quoted(name)}")
        self._commits.definitions += 1
        # The log first: left alone it would be replayed into the next database of this name.
        file = self.file(name)
        for each in (file.with_name(f"{file.name}.wal"), file):
            each.unlink(missing_ok=True)

    def file(self, name: str) -> Path:
        """Return the file of a database. Raises: ProgrammingError (1003) where its name would be too long for one."""
        if from_file_name(file_name(name)) != name:
            raise syntax_error(f"The name of database {name[:40]}... is too long for the name of its file.")
        return self._folder / f"{file_name(name)}.db"

    def close(self) -> None:
        """Write the files' pending changes and close them."""
        for cursor in self._functions:
            cursor.close()
        self._duck.close()
