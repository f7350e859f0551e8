"""Checks a statement that an analyst wrote before it runs: one SELECT, on the semantic view, that only computes.

What is not known to be harmless is refused. Rights and masks are the account's own work, when the statement runs.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import Expr, exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_DIALECT = "snowflake"
# It says of statements that it passes on unread what `check` says too.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
_LONGEST = 100_000
_QUERIES = (exp.Select, exp.Union, exp.Except, exp.Intersect)
# The parts that a query is built of.
_STRUCTURE = frozenset({
    *_QUERIES, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order, exp.Ordered, exp.Limit,
    exp.Offset, exp.Fetch, exp.With, exp.CTE, exp.Subquery, exp.Table, exp.TableAlias, exp.SemanticView, exp.Distinct,
    exp.Column, exp.Identifier, exp.Alias, exp.Star, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Tuple, exp.Var,
    exp.Case, exp.If, exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam, exp.Interval, exp.Window, exp.WindowSpec,
    exp.WithinGroup, exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.Rollup, exp.Cube, exp.GroupingSets,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.Is, exp.In, exp.Between, exp.Like, exp.ILike, exp.Escape, exp.Exists, exp.Add, exp.Sub, exp.Mul, exp.Div,
    exp.Mod, exp.Neg, exp.DPipe,
})  # fmt: skip
# Functions by what sqlglot calls them; each computes from its arguments alone.
_FUNCTIONS = frozenset({
    exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Mode, exp.PercentileCont,
    exp.PercentileDisc, exp.ApproxQuantile, exp.ApproxDistinct, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance,
    exp.VariancePop, exp.Skewness, exp.Kurtosis, exp.Corr, exp.CovarPop, exp.CovarSamp, exp.RegrSlope,
    exp.RegrIntercept, exp.GroupConcat, exp.ArrayAgg, exp.AnyValue, exp.ArgMin, exp.ArgMax, exp.LogicalOr,
    exp.LogicalAnd, exp.Grouping, exp.Agg, exp.WidthBucket,
    exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.PercentRank, exp.CumeDist, exp.Lag, exp.Lead, exp.FirstValue,
    exp.LastValue, exp.NthValue,
    exp.Abs, exp.Sign, exp.Sqrt, exp.Pow, exp.Exp, exp.Ln, exp.Log, exp.Round, exp.Floor, exp.Ceil, exp.Trunc,
    exp.Coalesce, exp.Nullif, exp.Nvl2, exp.Greatest, exp.Least, exp.EqualNull, exp.DecodeCase,
    exp.Upper, exp.Lower, exp.Initcap, exp.Trim, exp.Length, exp.Substring, exp.Left, exp.Right, exp.Concat,
    exp.ConcatWs, exp.SplitPart, exp.Replace, exp.Contains, exp.StartsWith, exp.EndsWith, exp.StrPosition,
    exp.ToChar, exp.ToNumber, exp.ToDouble, exp.TsOrDsToDate, exp.DateFromParts, exp.TimestampTrunc, exp.DateTrunc,
    exp.DateAdd, exp.DateSub, exp.DateDiff, exp.AddMonths, exp.MonthsBetween, exp.LastDay, exp.Extract, exp.Year,
    exp.Quarter, exp.Month, exp.Week, exp.Day, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear, exp.WeekOfYear,
    exp.YearOfWeek, exp.Monthname, exp.Dayname, exp.CurrentDate, exp.CurrentTimestamp,
})  # fmt: skip
# Functions that sqlglot has no class for.
_NAMED_FUNCTIONS = frozenset({"RATIO_TO_REPORT", "TRUNC"})
_SEQUENCE = "NEXTVAL"
Parts = tuple[str, ...]


class UnsafeSqlError(Exception):
    """A statement that is not run; the text says in one sentence what is wrong with it."""


@dataclass(frozen=True)
class CheckedQuery:
    """A statement that may run.

    Attributes:
        sql: Its text, without what stands behind its last word.
        expression: The same, parsed.
    """

    sql: str
    expression: Expr

    def limited(self, rows: int) -> str:
        """Return the statement with a limit, unless it has one of its own.

        Args:
            rows: most rows that are wanted.
        """
        return self.sql if _has_limit(self.expression) else f"{self.sql}\nLIMIT {rows}"


def check(sql: str, view: Parts, base_tables: Callable[[], Collection[Parts]]) -> CheckedQuery:
    """Check a statement.

    Args:
        sql: one statement, possibly with a comment and a semicolon behind it.
        view: database, schema and name of the semantic view.
        base_tables: returns the full names of the tables behind it; asked only where the statement names a table.

    Raises:
        UnsafeSqlError: for anything but one query of known parts over the view or its tables.
    """
    query = _parsed(sql)
    for node in query.walk():
        _require_known(node)
    for table in query.find_all(exp.Table):
        _require_of_model(table, view, base_tables)
    text = _without_end(sql)
    if not _has_limit(query) and not _has_limit(_parsed(f"{text}\nLIMIT 1")):
        raise UnsafeSqlError("The statement has no end that a limit could stand behind.")
    return CheckedQuery(text, query)


def _has_limit(query: Expr) -> bool:
    return query.args.get("limit") is not None


def _parsed(sql: str) -> Expr:
    if len(sql) > _LONGEST:
        raise UnsafeSqlError(f"The statement is longer than {_LONGEST:,} characters.")
    try:
        statements = [
            s for s in sqlglot.parse(sql, dialect=_DIALECT) if s is not None and not isinstance(s, exp.Semicolon)
        ]
    except (SqlglotError, RecursionError):
        raise UnsafeSqlError("The statement cannot be read as SQL.") from None
    if len(statements) != 1:
        raise UnsafeSqlError(f"There are {len(statements)} statements where one is allowed.")
    (query,) = statements
    if type(query) not in _QUERIES:
        raise UnsafeSqlError("The statement is no query: only a SELECT is run.")
    return query


def _require_known(node: Expr) -> None:
    kind = type(node)
    if kind is exp.Anonymous:
        if str(node.this).upper() not in _NAMED_FUNCTIONS:
            raise UnsafeSqlError(f"The function {str(node.this).upper()} is not one that an answer may use.")
    elif kind not in _STRUCTURE and kind not in _FUNCTIONS:
        what = f"The function {node.sql_name()}" if isinstance(node, exp.Func) else f"{node.key.upper()}"
        raise UnsafeSqlError(f"{what} is not one that an answer may use.")
    elif kind is exp.Column and _folded(node.this) == _SEQUENCE:
        raise UnsafeSqlError("A sequence is not one that an answer may use.")
    elif node.args.get("into") or node.args.get("locks") or node.args.get("hint"):
        raise UnsafeSqlError("The query does more than read: it has INTO, a lock or a hint.")


def _require_of_model(table: exp.Table, view: Parts, base_tables: Callable[[], Collection[Parts]]) -> None:
    """Check what a FROM clause, or the clause SEMANTIC_VIEW, names."""
    if isinstance(table.this, exp.SemanticView):
        return  # the table inside of it is looked at on its own
    if not isinstance(table.this, exp.Identifier):
        raise UnsafeSqlError("The query reads from something that is no table.")
    parts = tuple(
        _folded(part) for part in (table.args.get("catalog"), table.args.get("db"), table.this) if part is not None
    )
    if isinstance(table.parent, exp.SemanticView):
        if not _means(parts, view):
            raise UnsafeSqlError(f"The query asks {'.'.join(parts)}, which is not {'.'.join(view)}.")
    elif not (len(parts) == 1 and _is_cte(table, parts[0])) and not any(_means(parts, t) for t in base_tables()):
        raise UnsafeSqlError(f"The query reads {'.'.join(parts)}, which is no table of {'.'.join(view)}.")


def _means(parts: Parts, full: Parts) -> bool:
    """Tell whether a name with its schema, or in full, is that of a table; a bare one depends on the session."""
    return len(parts) > 1 and full[-len(parts) :] == parts


def _folded(name: Expr) -> str:
    return name.name if isinstance(name, exp.Identifier) and name.args.get("quoted") else name.name.upper()


def _is_cte(table: exp.Table, name: str) -> bool:
    """Tell whether a name means a common table expression that is visible where it stands."""
    within: Expr | None = None
    for node in _upwards(table):
        if isinstance(node, exp.CTE):
            within = node
        with_ = node.args.get("with_")
        if not isinstance(with_, exp.With):
            continue
        for cte in with_.expressions:
            matches = _folded(cte.args["alias"].this) == name
            if matches and (cte is not within or with_.args.get("recursive")):
                return True
            if cte is within:
                break
    return False


def _upwards(node: Expr) -> Iterator[Expr]:
    current: Expr | None = node
    while current is not None:
        yield current
        current = current.parent


def _without_end(sql: str) -> str:
    """Cut off semicolons and comments behind the last word, so that a clause can follow."""
    words = [token for token in sqlglot.tokenize(sql, dialect=_DIALECT) if token.token_type is not TokenType.SEMICOLON]
    return sql[: words[-1].end + 1]
