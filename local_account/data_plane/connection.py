"""A session's door to the data plane: fakesnow's translation of Snowflake SQL, and DuckDB itself.

Whatever reaches into fakesnow's private parts does it here; its version is pinned.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
from fakesnow.statement_type import statement_type_id
from sqlglot import Expr, exp

from local_account.data_plane import changes, statement_log
from local_account.data_plane.column_types import ColumnTypes
from local_account.data_plane.functions import complete, count_down, duckdb_sql
from local_account.data_plane.kept_beside import change_columns, keep_beside, keep_lengths
from local_account.data_plane.messages import in_sentences, translated
from local_account.data_plane.result_columns import for_clients
from local_account.data_plane.transaction import (
    READS,
    Commits,
    Transaction,
    Write,
    is_volatile,
    stop_clock,
    written_again,
)
from local_account.data_plane.translation import SelectiveCursor
from local_account.data_plane.translator import Translator, given, placeholders
from local_account.errors import message_of
from local_account.identifiers import joined
from local_account.results import Result
from local_account.translation import rules, writes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    from fakesnow.conn import FakeSnowflakeConnection

    from local_account.data_plane.kept_translations import Translation, Translations
    from local_account.translation.annotation import Outputs

Tell = Callable[[dict[str, str]], None]

# sqlglot reports every statement outside its grammar; the local account refuses or handles those itself.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

_NUMERIC_AGGREGATES = (exp.Sum, exp.Avg, exp.Variance, exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.VariancePop,
                       exp.Median)  # fmt: skip
_TEXT_AGGREGATE = re.compile(r"No function matches the given name and argument types '\w+\(.*(VARCHAR|JSON)")
# DuckDB's own statements that change nothing.
_READS = re.compile(r"\s*(select|from|with|describe|summarize|show|explain|values|pragma|use|set)\b", re.IGNORECASE)
_RESULTS_KEPT = 16


class Connection:
    """One session's connection: its own DuckDB cursor, transaction, current schema and temporary tables.

    Args:
        fakesnow: its connection.
        commits: the account's counter of changes.
        translations: those that the account keeps.

    Attributes:
        column_types: the types of what statements read and write.
    """

    def __init__(self, fakesnow: FakeSnowflakeConnection, commits: Commits, translations: Translations) -> None:
        self._fakesnow = fakesnow
        self._commits = commits
        self._transaction: Transaction | None = None
        self._duck = fakesnow._duck_conn  # noqa: SLF001 - fakesnow has no public accessor
        self._results: list[str] = []
        self.column_types = ColumnTypes(self._duck, commits)
        self._translator = Translator(fakesnow, self._duck, self.column_types, translations)

    def use(self, database: str | None, schema: str | None) -> None:
        """Make a database and schema current, or none."""
        fakesnow = self._fakesnow
        fakesnow.database, fakesnow._schema = database, schema  # noqa: SLF001 - fakesnow sets these by USE
        fakesnow.database_set, fakesnow.schema_set = bool(database), bool(schema)
        if database:
            inner = "_fs_information_schema" if schema == "INFORMATION_SCHEMA" else schema or "main"
            self._duck.execute(f"USE {joined((database, inner))}")
        else:
            self._duck.execute("USE memory.main")

    def run(self, expression: Expr, params: Sequence[Any] | None = None, tag: str = "") -> Result:
        """Translate and execute one parsed Snowflake statement.

        Args:
            expression: the statement; of a change, the translation consumes it.
            params: values of its placeholders; `:p1` stands for the first.
            tag: what the statement log records beside the statement, such as the task's name.

        Returns: the rows, with Snowflake's types and the number of rows that DML changed.
        Raises: ProgrammingError with Snowflake's code for whatever the data plane refuses.
        """
        self._begin_anew()
        kind = statement_type_id(expression)
        values = list(params) if params else None
        started = time.perf_counter()
        with in_sentences(expression):
            if isinstance(expression, changes.KINDS):
                statement, _ = self._translated(expression, values)
                several = self._multi_joined(statement, values)
                needed, sql = _needed(statement, values), duckdb_sql(statement)
                result = changes.counted(statement, kind, self._change(statement, sql, needed), several)
            else:
                sql, result = self._read(expression, values, kind)
        statement_log.write([sql], values, time.perf_counter() - started, tag)
        return result

    def _read(self, query: Expr, values: list[Any] | None, kind: int) -> tuple[str, Result]:
        """Run a query, once more where an aggregate turns out to read text. Returns: DuckDB's SQL, and the rows."""
        translation = self._translator.query(query, values)
        try:
            return translation.sql, self._query(translation, values, kind)
        except duckdb.BinderException as error:
            if not _TEXT_AGGREGATE.search(message_of(error)) or not query.find(*_NUMERIC_AGGREGATES):
                raise
        translation = self._translator.query(query, values, cast_aggregates=True)
        return translation.sql, self._query(translation, values, kind)

    def _translated(self, expression: Expr, values: list[Any] | None) -> tuple[Expr, Outputs]:
        """Write a statement in DuckDB's terms, which consumes it; a change of an open transaction gets the time.

        Returns: the statement, and the columns that it gives.
        """
        statement, columns = self._translator.written(expression, values)
        if self._transaction and not isinstance(statement, READS):
            statement = stop_clock(self._duck, statement)
        return statement, columns

    def _query(self, translation: Translation, values: list[Any] | None, kind: int) -> Result:
        self._duck.execute(translation.sql, given(translation.placeholders, values))
        table: pa.Table = self._duck.to_arrow_table()
        return Result(*for_clients(table, self._duck.description or [], translation.types), kind)

    def _multi_joined(self, statement: Expr, values: list[Any] | None) -> int:
        """Count the rows that an UPDATE will find several values for."""
        query = changes.multi_joined(statement)
        if query is None:
            return 0
        needed = _needed(query, values)
        return int(self._duck.execute(duckdb_sql(query), needed).fetchall()[0][0])

    def _change(self, statement: Expr, sql: str, params: dict[str, Any] | None) -> int:
        """Run an INSERT, UPDATE or DELETE. Returns: how many rows it changed."""
        if isinstance(statement, exp.Insert) and self._changes_each_time(statement, sql):
            return self._insert_once(statement, sql, params)
        count = int(self._duck.execute(sql, params).fetchall()[0][0])
        self._note(statement, sql, params, count)
        return count

    def run_translated(
        self, expression: Expr, params: Sequence[Any] | None = None, tag: str = "", suffix: str = ""
    ) -> pa.Table:
        """Translate and execute a statement without fakesnow's splitting and bookkeeping.

        Args:
            expression: the statement, which the translation consumes.
            params: values of its placeholders; `:p1` stands for the first.
            tag: as for `run`.
            suffix: DuckDB SQL that is added to the translated statement.

        Returns: what DuckDB answers: rows, or their count.
        Raises: ProgrammingError as `run` does.
        """
        values = list(params) if params else None
        self._begin_anew()
        started = time.perf_counter()
        with in_sentences(expression):
            required = writes.required_of_query(expression)
            statement, columns = self._translated(expression, values)
            needed, sql = _needed(statement, values), duckdb_sql(statement) + suffix
            self._duck.execute(sql, needed)
            answer = self._duck.to_arrow_table()
            self._note(statement, sql, needed, None)
            if isinstance(statement, exp.Create) and (table := statement.find(exp.Table)):
                place = joined([part.name for part in table.parts])
                change_columns(self._duck, place, required)
                told = self.column_types.confirmed(place, columns.types)
                self.column_types.made_temporary(table.name, {name: str(kind) for name, kind in told})
        statement_log.write([sql], values, time.perf_counter() - started, tag)
        return answer

    def define(
        self,
        expression: Expr,
        params: Sequence[Any] | None = None,
        tag: str = "",
        tell: Tell = lambda _: None,
        also: Sequence[str] = (),
    ) -> None:
        """Translate and execute CREATE of a table, view or sequence, or ALTER, with what fakesnow keeps beside it.

        Args:
            expression: the statement with its full name, which the translation consumes.
            params: values of its placeholders.
            tag: as for `run`.
            tell: hears the types of the columns that a query gives, by name, before what it makes is there for good.
            also: DuckDB's statements about what is made, which are run with it.

        Raises: ProgrammingError as `run` does.
        """
        self._begin_anew()
        values, started, executed = list(params) if params else None, time.perf_counter(), list[str]()
        target = expression.this.this if isinstance(expression.this, exp.Schema) else expression.this
        cursor, tables = SelectiveCursor(self._fakesnow, self._duck), list[Expr]()
        with in_sentences(expression):
            columns = rules.apply(expression, self.column_types.of)
            required = writes.required_of_query(expression)
            is_told = columns.types is not None and isinstance(expression, exp.Create)
            with self._whole(is_told=is_told, has_more=bool(also)) as is_told:
                # fakesnow writes names into its bookkeeping without quoting them, so that is done here
                for statement in map(count_down, cursor._transform_explode(complete(expression))):  # noqa: SLF001
                    translated_one = cursor._transform(statement, values)  # noqa: SLF001
                    needed = _needed(translated_one, values)
                    executed.append(duckdb_sql(translated_one))
                    self._duck.execute(executed[-1], needed)
                    self._note(translated_one, executed[-1], needed, None)
                    tables += [translated_one] if translated_one.args.get("kind") == "TABLE" else []
                place = joined([part.name for part in target.parts])
                change_columns(self._duck, place, required, also)
                told = dict(self.column_types.confirmed(place, columns.types)) if is_told else {}
                tell({name: str(kind) for name, kind in told.items()})
            for table in tables:
                keep_beside(self._duck, table)
            keep_lengths(self._duck, target, [(c, kind.length) for c, kind in told.items() if kind.name == "VARCHAR"])
        statement_log.write(executed, values, time.perf_counter() - started, tag)

    @contextmanager
    def _whole(self, *, is_told: bool, has_more: bool) -> Iterator[bool]:
        """Have what the block makes of a query there for good at its end, all at once; else as DuckDB does it."""
        if not (is_told or has_more) or self._transaction is not None:
            yield is_told
            return
        self._duck.begin()
        try:
            yield is_told
        except BaseException:
            self._duck.rollback()
            raise
        self._duck.commit()

    def sql(
        self, sql: str, params: Sequence[Any] | None = None, *, why_once: str | None = None
    ) -> list[tuple[Any, ...]]:
        """Run DuckDB's own SQL, which the account composes for its purposes.

        Args:
            sql: one statement.
            params: values of its placeholders.
            why_once: of a change, why it cannot be made again when a later statement of its transaction fails.

        Returns: its rows; of a change, the number of changed rows.
        Raises: ProgrammingError with Snowflake's code.
        """
        self._begin_anew()
        try:
            rows: list[tuple[Any, ...]] = self._duck.execute(sql, params).fetchall()
        except duckdb.Error as error:
            raise translated(error) from error
        if not _READS.match(sql):
            self._add(Write(sql, params, why_once=why_once))
        return rows

    def drop_scratch(self, *tables: str) -> None:
        """Drop tables that DuckDB made for a query of the account's; no transaction needs them again."""
        for table in tables:
            self._duck.execute(f"drop table {table}")

    def insert(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one INSERT of DuckDB for each row of values. Raises: ProgrammingError with Snowflake's code."""
        self._begin_anew()
        try:
            self._duck.executemany(sql, rows)
        except duckdb.Error as error:
            raise translated(error) from error
        self._add(Write(sql, rows, many=True))

    def register(self, name: str, rows: pa.Table) -> None:
        """Let this connection's SQL read an Arrow table by a name."""
        self._duck.register(name, rows)

    def unregister(self, name: str) -> None:
        """Take such a name back."""
        self._duck.unregister(name)

    def register_result(self, rows: pa.Table) -> str:
        """Let this connection's SQL read a result by a name of its own; the newest stay for who reads them."""
        name = f"result {uuid.uuid4()}"
        self.register(name, rows)
        self._results.append(name)
        while len(self._results) > _RESULTS_KEPT:
            self.unregister(self._results.pop(0))
        return name

    def begin(self) -> None:
        """Open a transaction."""
        self._in_transaction(self._duck.begin)
        self._transaction = Transaction(self._commits)

    def commit(self) -> None:
        """Make the open transaction's changes permanent.

        Raises: ProgrammingError where another one came first (625), or where its changes were lost with a statement
            that failed (90082); it is rolled back then.
        """
        try:
            self._begin_anew()
        finally:
            transaction, self._transaction = self._transaction, None
        self._in_transaction(self._duck.commit)
        if transaction and transaction.writes:
            self._commits.add({write.table for write in transaction.writes})

    def rollback(self) -> None:
        """Undo the open transaction's changes."""
        transaction, self._transaction = self._transaction, None
        if transaction is None or transaction.lost is None:  # what is lost is rolled back already
            self._in_transaction(self._duck.rollback)

    def statement_succeeded(self) -> None:
        """Keep, of an open transaction, what the statement wrote."""
        if self._transaction:
            self._transaction.succeeded()

    def statement_failed(self, mark: int | None = None) -> None:
        """Undo, of an open transaction, what the statement wrote, and nothing else, before the next one runs.

        Args:
            mark: what `mark` was before it, where it consists of several statements; by default its last one is meant.
        """
        if self._transaction:
            self._transaction.failed(self._duck, mark)

    @property
    def mark(self) -> int:
        """How many changes the open transaction made so far."""
        return len(self._transaction.writes) if self._transaction else 0

    def _begin_anew(self) -> None:
        if self._transaction:
            self._transaction.begin_anew(self._duck)

    def _note(self, statement: Expr, sql: str, params: dict[str, Any] | None, changed: int | None) -> None:
        """Note what DuckDB was told, if it changes anything."""
        if not isinstance(statement, READS):
            self._add(Write.of(statement, sql, params, changed))

    def _add(self, write: Write) -> None:
        self.column_types.changed(write.sql)
        if self._transaction is None:
            self._commits.add([write.table])
        else:
            self._transaction.writes.append(write)

    def _changes_each_time(self, statement: exp.Insert, sql: str) -> bool:
        """Tell whether an INSERT of an open transaction would write other values when it is repeated."""
        if self._transaction is None:
            return False
        target = statement.this.this if isinstance(statement.this, exp.Schema) else statement.this
        return is_volatile(sql) or self._transaction.has_changing_defaults(self._duck, target)

    def _insert_once(self, statement: exp.Insert, sql: str, params: dict[str, Any] | None) -> int:
        """Insert rows, and keep them, so that the same ones can be inserted again. Returns: their number."""
        self._duck.execute(f"{sql} RETURNING *", params)
        rows: pa.Table = self._duck.to_arrow_table()
        self._add(Write.of(statement, written_again(statement.this), changed=rows.num_rows, rows=rows))
        return rows.num_rows

    def interrupt(self) -> None:
        """Stop the statement that runs now; any thread may call it."""
        self._duck.interrupt()

    def close(self) -> None:
        """End the connection: its transaction is rolled back, its temporary tables are gone."""
        self._fakesnow.close()

    @staticmethod
    def _in_transaction(action: Callable[[], object]) -> None:
        try:
            action()
        except duckdb.Error as error:
            raise translated(error) from error


def _needed(translated: Expr, values: list[Any] | None) -> dict[str, Any] | None:
    return given(placeholders(translated), values)
