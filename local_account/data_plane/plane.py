"""The data plane: fakesnow's translation of Snowflake SQL to DuckDB, with its state on disk."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from fakesnow import info_schema
from fakesnow.instance import GLOBAL_DATABASE_NAME, FakeSnow
from fakesnow.macros import creation_sql as macros_sql
from fakesnow.rowtype import describe_as_rowtype
from fakesnow.statement_type import DML_TYPE_IDS, statement_type_id
from fakesnow.transforms import show
from snowflake.connector.errors import DatabaseError, ProgrammingError
from sqlglot import Expr, exp

from local_account.data_plane.translation import Cursor
from local_account.errors import not_supported, syntax_error
from local_account.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from fakesnow.conn import FakeSnowflakeConnection

# sqlglot reports every statement outside its grammar; the local account refuses or handles those itself.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

_NUMERIC_AGGREGATES = (exp.Sum, exp.Avg, exp.Variance, exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.VariancePop,
                       exp.Median)  # fmt: skip
_TEXT_AGGREGATE = re.compile(r"No function matches the given name and argument types '\w+\(.*(VARCHAR|JSON)")
_LOG_LOCK = threading.Lock()
# fakesnow's INFORMATION_SCHEMA.TABLES holds tables only; Snowflake's holds views too.
_TABLES_AND_VIEWS = """
ALTER VIEW "{database}"._fs_information_schema._fs_tables RENAME TO _base_tables;
CREATE VIEW "{database}"._fs_information_schema._fs_tables AS
SELECT * FROM "{database}"._fs_information_schema._base_tables
UNION ALL BY NAME
SELECT
  database_name AS TABLE_CATALOG, schema_name AS TABLE_SCHEMA, view_name AS TABLE_NAME, 'SYSADMIN' AS TABLE_OWNER,
  'VIEW' AS TABLE_TYPE, 'NO' AS IS_INSERTABLE_INTO, 'NO' AS IS_TEMPORARY, 'NO' AS IS_DYNAMIC, 'NO' AS IS_ICEBERG,
  to_timestamp(0)::TIMESTAMPTZ AS CREATED, to_timestamp(0)::TIMESTAMPTZ AS LAST_ALTERED
FROM duckdb_views()
WHERE database_name = '{database}' AND NOT internal AND schema_name NOT IN ('main', '_fs_information_schema')
"""


class _Discard(dict[str, tuple[Any, ...]]):
    """A results cache that keeps nothing: the account keeps a bounded number of results itself."""

    def __setitem__(self, key: str, value: tuple[Any, ...]) -> None:
        """Drop the value."""


class DataPlane(FakeSnow):
    """fakesnow with its own metadata and every database in files below one folder.

    fakesnow keeps comments and text lengths in a database in memory; here that database is a file as well, and every
    database file found in the folder is attached again.
    """

    def __init__(self, folder: Path, temporary: Path, memory_limit: str = "6GB") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.mkdir(parents=True, exist_ok=True)
        self.create_database_on_connect = False
        self.create_schema_on_connect = False
        self.db_path = folder
        self.nop_regexes = None
        self.results_cache = _Discard()
        # The setting is fakesnow's own: sqlglot writes lambdas with arrows.
        self.duck_conn = duckdb.connect(":memory:", config={"lambda_syntax": "ENABLE_SINGLE_ARROW"})
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
        ):
            self.duck_conn.execute(f"SET GLOBAL {setting}")
        self.duck_conn.execute(f"ATTACH '{folder / GLOBAL_DATABASE_NAME}.db' AS {GLOBAL_DATABASE_NAME}")
        self.duck_conn.execute(info_schema.fs_global_creation_sql())
        self.duck_conn.execute(show.fs_global_creation_sql())
        for file in sorted(folder.glob("*.db")):
            if file.stem != GLOBAL_DATABASE_NAME:
                self.duck_conn.execute(f"ATTACH '{file}' AS \"{file.stem}\"")

    def databases(self) -> list[str]:
        """Return the names of the attached databases."""
        internal = ("system", "temp", "memory", GLOBAL_DATABASE_NAME)
        rows = self.duck_conn.cursor().execute("select database_name from duckdb_databases()").fetchall()
        return sorted(name for (name,) in rows if name not in internal)

    def create_database(self, name: str) -> None:
        """Create and attach a database with fakesnow's information schema and macros, and a schema PUBLIC."""
        cursor = self.duck_conn.cursor()
        cursor.execute(f"ATTACH '{self._file(name)}' AS \"{name}\"")
        cursor.execute(info_schema.per_db_creation_sql(name))
        cursor.execute(_TABLES_AND_VIEWS.format(database=name))
        cursor.execute(macros_sql(name))
        cursor.execute(f'CREATE SCHEMA "{name}".PUBLIC')

    def drop_database(self, name: str) -> None:
        """Detach a database and delete its file."""
        self.duck_conn.cursor().execute(f'DETACH "{name}"')
        # The log first: left alone it would be replayed into the next database of this name.
        for file in (self._file(name).with_suffix(".db.wal"), self._file(name)):
            file.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return Path(str(self.db_path)) / f"{name}.db"

    def open(self) -> FakeSnowflakeConnection:
        """Open a connection with its own DuckDB cursor, transaction and temporary tables."""
        return self.connect()

    def close(self) -> None:
        """Write the files' pending changes and close them."""
        self.duck_conn.close()


def run(
    connection: FakeSnowflakeConnection,
    expression: Expr,
    params: Sequence[Any] | None,
    tag: str = "",
    *,
    cast_aggregates: bool = False,
) -> Result:
    """Translate and execute one parsed Snowflake statement.

    Args:
        connection: the session's connection.
        expression: the statement, which the translation consumes.
        params: values of its placeholders; `:p1` stands for the first.
        tag: what the statement log records beside the statement, such as the task's name.
        cast_aggregates: whether SUM and its kin read their argument as DOUBLE, which text needs.

    Returns: the rows, with Snowflake's types and the number of rows that DML changed.
    Raises: ProgrammingError with Snowflake's code for whatever the data plane refuses.
    """
    kind = statement_type_id(expression)
    values = list(params) if params else None
    cursor = Cursor(connection, connection._duck_conn)  # noqa: SLF001 - fakesnow has no public accessor
    cursor.cast_aggregates = cast_aggregates
    started = time.perf_counter()
    executed: list[str] = []
    retry = expression.copy() if expression.find(*_NUMERIC_AGGREGATES) else None
    # fakesnow offers no public entry for a parsed statement; its version is pinned.
    try:
        for statement in cursor._transform_explode(expression):  # noqa: SLF001
            translated = cursor._transform(statement, values)  # noqa: SLF001
            needed = _needed(translated, values)
            if _log_path():
                executed.append(translated.sql(dialect="duckdb"))
            cursor._execute(translated, needed)  # noqa: SLF001
    except NotImplementedError as error:
        raise not_supported(str(error) or type(error).__name__) from error
    except ProgrammingError as error:
        if retry is not None and not cursor.cast_aggregates and _TEXT_AGGREGATE.search(str(error.msg)):
            return run(connection, retry, params, tag, cast_aggregates=True)
        raise translated_error(error) from error
    except (duckdb.Error, DatabaseError, RuntimeError) as error:
        raise translated_error(error) from error
    except (AssertionError, KeyError, TypeError, AttributeError, ValueError) as error:
        # What fakesnow's transforms do not foresee surfaces as these; the client gets one sentence, not a traceback.
        raise not_supported(f"This form of {type(expression).__name__.upper()} ({error})") from error
    _log(executed, values, time.perf_counter() - started, tag)
    table: pa.Table = cursor._arrow_table  # noqa: SLF001
    try:
        rowtype = describe_as_rowtype([(c[0], str(c[1]), None, None, None, None) for c in _description(connection)])
    except NotImplementedError as error:
        raise not_supported(f"A result {error}") from error
    affected = cursor.rowcount if kind in DML_TYPE_IDS else None
    return Result(table, rowtype, kind, affected)


def execute_translated(
    connection: FakeSnowflakeConnection,
    expression: Expr,
    params: Sequence[Any] | None,
    tag: str = "",
    suffix: str = "",
) -> None:
    """Translate and execute a statement without fakesnow's splitting and bookkeeping; the cursor keeps the result.

    suffix: DuckDB SQL that is added to the translated statement.
    Raises: ProgrammingError as `run` does.
    """
    values = list(params) if params else None
    started = time.perf_counter()
    try:
        translated = Cursor(connection, connection._duck_conn)._transform(expression, values)  # noqa: SLF001
        sql = translated.sql(dialect="duckdb", copy=False) + suffix
        connection._duck_conn.execute(sql, _needed(translated, values))  # noqa: SLF001
    except (duckdb.Error, ProgrammingError, DatabaseError, RuntimeError) as error:
        raise translated_error(error) from error
    _log([sql], values, time.perf_counter() - started, tag)


def _needed(translated: Expr, values: list[Any] | None) -> dict[str, Any] | None:
    """Return the values of the placeholders in a statement by name (`p1` is the first of the client's)."""
    names = {p.name for p in translated.find_all(exp.Placeholder)}
    if not names:
        return None
    given = {f"p{n}": value for n, value in enumerate(values or (), start=1)}
    if missing := sorted(names - given.keys()):
        raise ProgrammingError(msg=f"Bind variable {missing[0] or '?'} not set.", errno=2049, sqlstate="42601")
    return {name: given[name] for name in names}


def _description(connection: FakeSnowflakeConnection) -> list[Any]:
    return connection._duck_conn.description or []  # noqa: SLF001


def _log_path() -> str | None:
    return os.environ.get("C360_STATEMENT_LOG")


def _log(statements: list[str], values: list[Any] | None, seconds: float, tag: str) -> None:
    path = _log_path()
    if not path:
        return
    line = json.dumps({"seconds": round(seconds, 4), "sql": statements, "params": values, "tag": tag}, default=str)
    with _LOG_LOCK, Path(path).open("a") as file:
        file.write(line + "\n")


_UNKNOWN_FUNCTION = 2140
_EXECUTION = 100000  # codes from here on arise while a statement runs
_NOT_A_NUMBER = "Numeric value '{0}' is not recognized"
_DUPLICATE = "Duplicate row detected during DML action: several source rows match one target row."
_MESSAGES: tuple[tuple[str, str, int, str], ...] = (
    (r"Table with name \"?([^\"\s]+)\"? does not exist",
     "Object '{0}' does not exist or not authorized.", 2003, "42S02"),
    (r"Function with name \"?([^\"\s]+)\"? does not exist", "Unknown function {0}.", 2140, "42601"),
    (r"No function matches the given name and argument types '([^']+)'",
     "Invalid argument types for function: {0}.", 1044, "42P13"),
    (r"Referenced column \"([^\"]+)\" (?:was )?not found", "invalid identifier '{0}'", 904, "42000"),
    (r"does not have a column named \"([^\"]+)\"", "invalid identifier '{0}'", 904, "42000"),
    (r"Referenced table \"([^\"]+)\" not found", "invalid identifier '{0}'", 904, "42000"),
    (r"Could not convert string '(.*)' to (?:U?INT|DECIMAL|DOUBLE|HUGEINT)", _NOT_A_NUMBER, 100038, "22018"),
    (r"MERGE INTO command cannot affect the same target row", _DUPLICATE, 100090, "42P18"),
    (r"NOT NULL constraint failed: (\S+)", "NULL result in a non-nullable column {0}.", 100072, "22000"),
)  # fmt: skip
_CODES: tuple[tuple[type[Exception], int, str], ...] = (
    (duckdb.InterruptException, 604, "57014"),
    (duckdb.ConversionException, 100038, "22018"),
    (duckdb.OutOfRangeException, 100046, "22003"),
    (duckdb.TransactionException, 625, "57014"),
    (duckdb.ParserException, 1003, "42000"),
)


def translated_error(error: Exception) -> ProgrammingError:
    """Turn an error of DuckDB or fakesnow into one sentence with Snowflake's code."""
    message = str(getattr(error, "raw_msg", None) or getattr(error, "msg", None) or error)
    if isinstance(error, duckdb.InterruptException):
        return ProgrammingError(msg="SQL execution canceled", errno=604, sqlstate="57014")
    for pattern, text, errno, sqlstate in _MESSAGES:
        if match := re.search(pattern, message):
            subject = "" if not match.groups() else match[1].upper() if errno == _UNKNOWN_FUNCTION else match[1]
            prefix = "SQL compilation error:\n" if errno < _EXECUTION else ""
            return ProgrammingError(msg=prefix + text.format(subject), errno=errno, sqlstate=sqlstate)
    if isinstance(error, ProgrammingError):
        return error
    first = re.split(r"\n\n|\nLINE ", message)[0].strip()
    if isinstance(error, duckdb.ParserException):
        return syntax_error(first)
    for kind, errno, sqlstate in _CODES:
        if isinstance(error, kind):
            return ProgrammingError(msg=first, errno=errno, sqlstate=sqlstate)
    return ProgrammingError(msg=first, errno=getattr(error, "errno", None) or 603, sqlstate="XX000")
