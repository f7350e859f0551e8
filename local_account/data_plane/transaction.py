"""An open transaction that outlives a failed statement: what it wrote is known, and written again where DuckDB gave up.

Snowflake undoes only the statement that failed, and the transaction goes on
(https://docs.snowflake.com/en/sql-reference/transactions). DuckDB has no savepoints, and an error that arises while a
statement runs ends its whole transaction. So every change of an open transaction is noted; when the next statement
comes, the transaction begins anew with the changes of those statements that succeeded. What cannot be repeated exactly
is not repeated: the transaction is rolled back, and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.identifiers import joined, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

READS = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values, exp.Describe, exp.Set)
# Calls that give another value each time, in DuckDB's SQL and in its defaults of columns.
_VOLATILE = re.compile(
    r"\b(random|uuid|gen_random_uuid|nextval|currval|setseed|shuffle)\s*\(|\b(using|table)\s*sample\b", re.IGNORECASE
)
_CLOCK = re.compile(r"\b(current_\w+|localtime\w*|now|today|get_current_\w+|transaction_timestamp)\b", re.IGNORECASE)
_CLOCKS: dict[type[Expr], str] = {
    exp.CurrentTimestamp: "TIMESTAMPTZ",
    exp.CurrentDate: "DATE",
    exp.Localtime: "TIME",
    exp.Localtimestamp: "TIMESTAMP",
    exp.CurrentDatetime: "TIMESTAMP",
}
_AGAIN = "rows written again"
_TAKES_CHANCES = "random values or numbers of a sequence were written in it"


class Commits:
    """Counts the changes that the connections of an account made permanent.

    Attributes:
        count: of all of them.
        definitions: of those that may have changed what a table or view is.
    """

    def __init__(self) -> None:
        self.count = 0
        self.definitions = 0
        self._of_tables: dict[str, int] = {}
        self._elsewhere = 0

    def add(self, tables: Iterable[str | None] = (None,)) -> None:
        """Count one more, of the tables that it changed, as `changed_table` names them."""
        self.count += 1
        for table in tables:
            if table is None:
                self._elsewhere = self.count
            else:
                self._of_tables[table] = self.count

    def newest_of(self, tables: Iterable[str]) -> int:
        """Return the number of the newest change that may have reached some tables, named as for `add`."""
        return max(self._elsewhere, *(self._of_tables.get(table, 0) for table in tables), 0)


@dataclass
class Write:
    """One change of a transaction.

    Attributes:
        sql: DuckDB's SQL.
        params: values of its placeholders.
        changed: how many rows it changed, where that is known.
        rows: what an INSERT wrote, where its values would be others the next time; they are written in its place.
        many: whether the SQL runs once for each of `params`.
        why_once: why it cannot be repeated, or None where it can.
        table: which table it changes, as `changed_table` names it; None where that is not known.
    """

    sql: str
    params: Sequence[Any] | Mapping[str, Any] | None = None
    changed: int | None = None
    rows: pa.Table | None = None
    many: bool = False
    why_once: str | None = None
    table: str | None = None

    @classmethod
    def of(
        cls,
        statement: Expr,
        sql: str,
        params: dict[str, Any] | None = None,
        changed: int | None = None,
        rows: pa.Table | None = None,
    ) -> Write:
        """Describe what a statement changed, given in DuckDB's terms; the other arguments are those of the class."""
        once = _TAKES_CHANCES if is_volatile(sql) else None
        return cls(sql, params, changed, rows, why_once=once, table=changed_table(statement))

    def repeat(self, duck: duckdb.DuckDBPyConnection) -> bool:
        """Make the change again. Returns: whether as many rows changed as before. Raises: duckdb.Error."""
        if self.many:
            duck.executemany(self.sql, self.params)
            return True
        if self.rows is None:
            answer = duck.execute(self.sql, self.params).fetchall()
        else:
            duck.register(_AGAIN, self.rows)
            answer = duck.execute(self.sql).fetchall()
            duck.unregister(_AGAIN)
        return self.changed is None or bool(answer and answer[0][0] == self.changed)


@dataclass
class Transaction:
    """What an open transaction changed so far.

    Attributes:
        commits: the account's counter.
        begun: the counter when it began.
        writes: its changes, in order.
        kept: how many of them belong to statements that succeeded.
        broken: whether DuckDB has to begin it anew before anything else.
        lost: why its changes are gone for good, or None.
    """

    commits: Commits
    begun: int = field(init=False)
    writes: list[Write] = field(default_factory=list)
    kept: int = 0
    broken: bool = False
    lost: str | None = None
    _defaults: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begun = self.commits.count

    def succeeded(self) -> None:
        """Keep what was written since the last statement."""
        self.kept = len(self.writes)

    def failed(self, duck: duckdb.DuckDBPyConnection, mark: int | None = None) -> None:
        """Forget what was written since the last statement, or since there were `mark` changes."""
        if self.lost:
            return
        self.kept = self.kept if mark is None else mark
        self.broken = self.broken or len(self.writes) > self.kept or _is_aborted(duck)
        del self.writes[self.kept :]

    def begin_anew(self, duck: duckdb.DuckDBPyConnection) -> None:
        """Let DuckDB begin the transaction again and repeat its changes, if something broke it.

        Raises: ProgrammingError (40001) where they could not be repeated exactly; they are rolled back then.
        """
        if self.lost is None and self.broken:
            duck.rollback()  # does no harm to one that an error ended
            self.lost = self._why_not()
            if self.lost is None:
                self._repeat(duck)
        if self.lost is not None:
            raise ProgrammingError(
                msg=f"The transaction was rolled back, and nothing of it is kept: a statement failed, and {self.lost}, "
                "so that the local account cannot repeat exactly what ran before it.",
                errno=90082,
                sqlstate="40001",
            )

    def _why_not(self) -> str | None:
        if once := next((write.why_once for write in self.writes if write.why_once), None):
            return once
        reading = [write for write in self.writes if write.rows is None and not write.many]
        if reading and self.commits.count != self.begun:
            return "other sessions changed data meanwhile"
        return None

    def _repeat(self, duck: duckdb.DuckDBPyConnection) -> None:
        duck.begin()
        try:
            same = all(write.repeat(duck) for write in self.writes)
        except duckdb.Error:
            same = False
        if same:
            self.broken = False
            self.begun = self.commits.count
        else:
            duck.rollback()
            self.lost = "its changes came out otherwise the second time"

    def has_changing_defaults(self, duck: duckdb.DuckDBPyConnection, table: exp.Table) -> bool:
        """Tell whether a column's default gives another value each time; DDL ends a transaction, so one look is enough.

        Args:
            duck: the connection.
            table: what an INSERT writes, with its full name.
        """
        key = joined((table.catalog, table.db, table.name))
        if key not in self._defaults:  # duckdb_columns() would look at every table there is
            found = duck.execute(
                "select dflt_value from pragma_table_info(?) where dflt_value is not null", [key]
            ).fetchall()
            self._defaults[key] = any(is_volatile(default) or _CLOCK.search(default) for (default,) in found)
        return self._defaults[key]


def changed_table(statement: Expr) -> str | None:
    """Return the table that a change of rows is about; None for other statements, and where its name is not full."""
    target = statement.this if isinstance(statement, exp.Insert | exp.Update | exp.Delete) else None
    target = target.this if isinstance(target, exp.Schema) else target
    if isinstance(target, exp.Table) and target.catalog and target.db:
        return table_key((target.catalog, target.db, target.name))
    return None


def table_key(parts: Sequence[str]) -> str:
    """Return a full name as DuckDB tells tables apart, which knows no case."""
    return joined(parts).casefold()


def is_volatile(sql: str) -> bool:
    """Tell whether DuckDB's SQL gives another value each time it runs; the clock aside."""
    return bool(_VOLATILE.search(sql))


def stop_clock(duck: duckdb.DuckDBPyConnection, statement: Expr) -> Expr:
    """Write the time into a change of an open transaction, so that it is the same when it is repeated.

    Args:
        duck: the connection, in the transaction.
        statement: in DuckDB's terms; it is changed in place.
    """
    nodes = list(statement.find_all(*_CLOCKS))
    if nodes:
        kinds = {type(node) for node in nodes}
        texts = {k: duck.execute(f"select {k().sql(dialect='duckdb')}::varchar").fetchall()[0][0] for k in kinds}
        for node in nodes:
            value: Expr = exp.cast(exp.Literal.string(texts[type(node)]), _CLOCKS[type(node)])
            if node.args.get("sysdate"):
                value = exp.AtTimeZone(this=value, zone=exp.Literal.string("UTC"))
            node.replace(exp.Paren(this=value))
    return statement


def written_again(target: Expr) -> str:
    """Return the SQL that writes the rows that an INSERT returned into its table again."""
    table = target.this if isinstance(target, exp.Schema) else target
    return f"insert into {table.sql(dialect='duckdb')} select * from {quoted(_AGAIN)}"


def _is_aborted(duck: duckdb.DuckDBPyConnection) -> bool:
    try:
        duck.execute("select 1").fetchall()
    except duckdb.TransactionException:
        return True
    return False
