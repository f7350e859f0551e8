"""Forms of queries that Snowflake knows and the data plane does not, written as others that mean the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp
from sqlglot.dialects.snowflake import Snowflake

from local_account.data_plane.regexps import REPLACED
from local_account.data_plane.translation import kinds_of
from local_account.errors import not_supported, syntax_error
from local_account.identifiers import identifier
from local_account.queries import elements, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.session.session import Session

_PARTS = frozenset((*Snowflake.DATE_PART_MAPPING, *Snowflake.DATE_PART_MAPPING.values()))
# sqlglot has these, Snowflake has not.
_LONG_PARTS = ("DECADE", "CENTURY", "MILLENNIUM")
_OF_PARTS = (exp.DateAdd, exp.DateDiff, exp.DateSub, exp.TimestampTrunc, exp.DateTrunc)
# https://docs.snowflake.com/en/sql-reference/functions-window: these need an order.
_ORDERED = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.Lag, exp.Lead,
            exp.FirstValue, exp.LastValue, exp.NthValue)  # fmt: skip
_SAMPLES = {"ROW": "BERNOULLI", "BLOCK": "SYSTEM"}
_CLOSEST = (exp.GTE, exp.GT, exp.LTE, exp.LT)
_LARGE_PRIME = 999_999_999_989
_INTERVAL = re.compile(r"\s*([+-]?\d+)\s+([A-Za-z]+)\s*")


def write(session: Session, expression: Expr) -> None:
    """Write a parsed statement's forms, in place.

    Raises: ProgrammingError: 2 for PIVOT ... ANY in a view, 1007 for a part of dates that there is none of.
    """
    elements.write(expression)
    there = kinds_of(expression)
    for kind, rewritten in _FORMS.items():
        if not any(issubclass(each, kind) for each in there):  # most are not, and to look for each takes a walk
            continue
        for node in list(expression.find_all(kind)):
            rewritten(node)
        there = kinds_of(expression)
    for pivot in list(expression.find_all(exp.Pivot)):
        _fill(session, expression, pivot)


def _recursive(node: Expr) -> None:
    """Let common table expressions be recursive where one reads itself: the word RECURSIVE may be left out."""
    for cte in node.expressions:
        query, name = cte.this, identifier(cte.args["alias"].this)
        if isinstance(query, exp.Union) and _reads(query.expression, name) and not _reads(query.this, name):
            node.set("recursive", True)


def _reads(query: Expr, name: str) -> bool:
    return any(
        isinstance(table.this, exp.Identifier) and not table.args.get("db") and identifier(table.this) == name
        for table in query.find_all(exp.Table)
    )


def _ratio(node: Expr) -> None:
    """Write RATIO_TO_REPORT as the division that it is; of a sum of zero it gives NULL."""
    window = node.parent
    if str(node.this).upper() != "RATIO_TO_REPORT" or not isinstance(window, exp.Window) or len(node.expressions) != 1:
        return
    (value,) = node.expressions
    total = window.copy()
    total.set("this", exp.Sum(this=value.copy()))
    divisor = exp.Nullif(this=total, expression=exp.Literal.number(0))
    window.replace(exp.Paren(this=exp.Div(this=value.copy(), expression=divisor)))


def _events(node: Expr) -> None:
    """Write CONDITIONAL_TRUE_EVENT as the count of the rows so far in which a condition is true."""
    window = node.parent
    if str(node.this).upper() != "CONDITIONAL_TRUE_EVENT" or not isinstance(window, exp.Window):
        return
    (condition,) = node.expressions
    counted = exp.Case(ifs=[exp.If(this=condition, true=exp.Literal.number(1))])
    window.set("this", exp.Count(this=counted))
    window.set("spec", exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"))


def count(node: Expr) -> None:
    """Write COUNT of several values, which counts rows in which none is NULL."""
    values = [node.this, *node.expressions]
    if len(values) > 1:
        given = [exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())) for value in values]
        node.set("this", exp.Case(ifs=[exp.If(this=exp.and_(*given), true=exp.Literal.number(1))]))
        node.set("expressions", [])


def _interval(node: Expr) -> None:
    """Write an interval of several parts as several intervals."""
    operation, written = node.parent, node.this
    if (
        node.args.get("unit") is not None
        or not isinstance(operation, exp.Add | exp.Sub)
        or node.arg_key != "expression"
    ):
        return
    parts = [_INTERVAL.fullmatch(part) for part in written.name.split(",")]
    if len(parts) < 2 or None in parts:  # noqa: PLR2004 - one part is no form of its own
        return
    whole = operation.this.copy()
    for part in parts:
        if part:
            interval = exp.Interval(this=exp.Literal.string(part[1]), unit=exp.var(part[2].upper()))
            whole = type(operation)(this=whole, expression=interval)
    operation.replace(whole)


def _part(node: Expr) -> None:
    unit = node.args.get("unit")
    name = unit.name.upper() if isinstance(unit, Expr) else ""
    if (name and name not in _PARTS) or name in _LONG_PARTS:
        raise ProgrammingError(
            msg=f"SQL compilation error:\n'{name}' is not a valid date/time component.", errno=1007, sqlstate="22023"
        )


def _window(node: Expr) -> None:
    of = node.this.this if isinstance(node.this, exp.IgnoreNulls | exp.RespectNulls) else node.this
    if isinstance(of, _ORDERED) and not node.args.get("order") and not node.args.get("alias"):
        raise ProgrammingError(
            msg=f"SQL compilation error:\nWindow function type [{of.sql_name()}] requires ORDER BY in window "
            "specification.",
            errno=2303,
            sqlstate="42601",
        )


def _values(node: Expr) -> None:
    """Name the columns of VALUES that has an alias of its own."""
    alias = node.args.get("alias")
    if isinstance(alias, exp.TableAlias) and not alias.columns and node.expressions:
        row = node.expressions[0]
        width = len(row.expressions) if isinstance(row, exp.Tuple) else 1
        alias.set("columns", [exp.to_identifier(f"COLUMN{n}") for n in range(1, width + 1)])


def _sketch(node: Expr) -> None:
    """Write HLL under its other name."""
    _ = node.replace(exp.ApproxDistinct(this=node.this.copy()))


def _replaced(node: Expr) -> None:
    """Write REGEXP_REPLACE with more than a pattern and a replacement."""
    given = [node.args.get(key) for key in ("position", "occurrence", "modifiers")]
    if any(each is not None for each in given):
        plain = (exp.Literal.number(1), exp.Literal.number(0), exp.Literal.string("c"))
        more = [each or default for each, default in zip(given, plain, strict=True)]
        replacement = node.args.get("replacement") or exp.Literal.string("")
        _ = node.replace(exp.Anonymous(this=REPLACED, expressions=[node.this, node.expression, replacement, *more]))


def _sampled(node: Expr) -> None:
    """Write a sample of so many rows, and ROW and BLOCK as the methods that they are other words for."""
    method = node.args.get("method")
    if node.args.get("size") is not None:
        node.set("method", exp.var("RESERVOIR"))
    elif method is not None and method.name.upper() in _SAMPLES:
        node.set("method", exp.var(_SAMPLES[method.name.upper()]))


def _unwrapped(node: Expr) -> None:
    """Take the parentheses off a table function: behind them fakesnow does not find GENERATOR."""
    if isinstance(node.this, exp.TableFromRows) and not node.args.get("alias") and isinstance(node.parent, exp.From):
        _ = node.replace(node.this)


def _distinct(node: Expr) -> None:
    """Refuse DISTINCT ON, which other dialects have. Raises: ProgrammingError (1003)."""
    if node.args.get("on") is not None:
        raise syntax_error("syntax error: unexpected 'ON' behind DISTINCT.")


def _numbers(node: Expr) -> None:
    """Write SEQ1, SEQ2 and SEQ8 as SEQ4, which is as long as any of them here."""
    _ = node.replace(exp.Seq4(this=node.this))


def _assigned(node: Expr) -> None:
    """Keep the word DEFAULT, which stands alone for a column's default, from being taken for a column."""
    value = node.expression
    if isinstance(node.parent, exp.Update) and isinstance(value, exp.Column) and _is_word(value, "DEFAULT"):
        node.set("expression", exp.var("DEFAULT"))


def _by_all(node: Expr) -> None:
    """Keep the word of ORDER BY ALL from being taken for a column."""
    if len(node.expressions) == 1 and _is_word(node.expressions[0].this, "ALL"):
        node.expressions[0].set("this", exp.var("ALL"))


def _is_word(node: Expr, word: str) -> bool:
    if not isinstance(node, exp.Column) or node.table or not isinstance(node.this, exp.Identifier):
        return False
    return not node.this.quoted and node.name.upper() == word


def _total_hash(node: Expr) -> None:
    """Write HASH_AGG as the sum of the rows' hashes, which is the same in any order; of no rows it is 0."""
    row = exp.Anonymous(this="HASH", expressions=[node.this, *node.expressions])
    total = exp.Sum(this=exp.Mod(this=row, expression=exp.Literal.number(_LARGE_PRIME)))
    _ = node.replace(exp.Coalesce(this=total, expressions=[exp.Literal.number(0)]))


def _keys(node: Expr) -> None:
    """Keep the keys of an object constant as they are written; sqlglot takes them for names, and {*} for one."""
    if len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Star):
        _ = node.replace(exp.StarMap(this=node.expressions[0]))
    for pair in node.expressions:
        if isinstance(pair, exp.PropertyEQ) and isinstance(pair.this, exp.Identifier):
            pair.set("this", exp.Literal.string(pair.this.name))


def _contains(node: Expr) -> None:
    """Give a NULL its type, without which DuckDB does not choose among functions."""
    for key in ("this", "expression"):
        if isinstance(node.args.get(key), exp.Null):
            node.set(key, exp.cast(exp.Null(), "TEXT"))


def _called(source: Expr) -> str:
    """Return what a source of a FROM clause is called."""
    alias = source.args.get("alias")
    name = alias.this if isinstance(alias, exp.TableAlias) else source.this
    return identifier(name) if isinstance(name, exp.Identifier) else ""


def _joined(node: Expr) -> None:
    if node.args.get("method") == "ASOF":
        _asof(node)
    give_condition(node)


def give_condition(node: Expr) -> None:
    """Give an outer join without a condition the one that is always true: without it sqlglot leaves its side out."""
    if node.args.get("side") and not any(node.args.get(key) for key in ("on", "using", "method")):
        node.set("on", exp.true())


def _asof(node: Expr) -> None:
    """Write ASOF JOIN, which keeps the rows that match none, as the outer join that it is.

    https://docs.snowflake.com/en/sql-reference/constructs/asof-join
    """
    match, right = node.args.get("match_condition"), _called(node.this)
    if match is None or node.args.get("side") or node.args.get("kind"):
        raise syntax_error("syntax error: an ASOF JOIN has a MATCH_CONDITION, and neither a side nor a kind.")
    sides = [{c.table.upper() for c in match.args.get(key, exp.null()).find_all(exp.Column)}
             for key in ("this", "expression")]  # fmt: skip
    if not isinstance(match, _CLOSEST) or right in sides[0] or sides[1] - {right, ""}:
        raise ProgrammingError(
            msg="SQL compilation error:\nMATCH_CONDITION clause is invalid: it compares a column of the left table "
            "with one of the right table by >=, <=, > or <.",
            errno=10402,
            sqlstate="42601",
        )
    on = node.args.get("on")
    if using := node.args.get("using"):
        on = _same(node, [identifier(name) for name in using], right)
    node.set("using", None)
    node.set("match_condition", None)
    node.set("side", "LEFT")
    node.set("on", exp.and_(on, match) if on else match)


def _same(join: Expr, names: list[str], right: str) -> Expr:
    """Write USING of an ASOF JOIN as its conditions, and names without a table as the left table's.

    Raises: ProgrammingError (2) beside an asterisk, which shows such a column once.
    """
    select = join.find_ancestor(exp.Select)
    if select is None or select.is_star:
        raise not_supported("An asterisk beside ASOF JOIN with USING")
    left = _called(select.args["from_"].this)
    for column in select.find_all(exp.Column):
        if not column.table and identifier(column.this) in names and column.find_ancestor(exp.Select) is select:
            column.set("table", exp.to_identifier(left, quoted=True))
    return exp.and_(*(
        exp.EQ(this=exp.column(name, left, quoted=True), expression=exp.column(name, right, quoted=True))
        for name in names
    ))  # fmt: skip


_FORMS: dict[type[Expr], Callable[[Expr], None]] = {
    exp.With: _recursive,
    exp.TableSample: _sampled,
    exp.Join: _joined,
    exp.Subquery: _unwrapped,
    exp.Distinct: _distinct,
    **dict.fromkeys((exp.Seq1, exp.Seq2, exp.Seq8), _numbers),
    exp.Interval: _interval,
    exp.Count: count,
    exp.Contains: _contains,
    exp.Struct: _keys,
    exp.HashAgg: _total_hash,
    exp.EQ: _assigned,
    exp.Order: _by_all,
    exp.Window: _window,
    exp.Values: _values,
    exp.Hll: _sketch,
    exp.RegexpReplace: _replaced,
    **dict.fromkeys(_OF_PARTS, _part),
}


def write_functions(expression: Expr) -> None:
    """Write functions whose names sqlglot does not know as what they stand for."""
    for node in list(expression.find_all(exp.Anonymous)):
        _ratio(node)
        _events(node)


def _fill(session: Session, expression: Expr, pivot: exp.Pivot) -> None:
    """Put the values that there are in place of PIVOT ... IN (ANY)."""
    for field in pivot.args.get("fields") or ():
        found = field.expressions[0] if isinstance(field, exp.In) and len(field.expressions) == 1 else None
        if not isinstance(found, exp.PivotAny):
            continue
        if isinstance(expression, exp.Create) and expression.args.get("kind") == "VIEW":
            raise not_supported("PIVOT with ANY in a view")
        if pivot.parent is None or pivot.parent.find(exp.Placeholder):
            raise not_supported("PIVOT with ANY over bound values")
        source = pivot.parent.copy()
        source.set("pivots", None)
        values = exp.select(field.this.copy()).distinct().from_(source)
        values = values.where(exp.Not(this=exp.Is(this=field.this.copy(), expression=exp.Null())))
        order = found.this if isinstance(found.this, exp.Order) else None
        values = values.order_by(*(order.copy().expressions if order else [exp.Literal.number(1)]))
        if with_ := _with(pivot):
            values.set("with_", with_.copy())
        rows = session.execute(values.sql(dialect="snowflake")).rows()
        if not rows:
            raise not_supported("PIVOT with ANY over no rows")
        values_there = [rewrite.literal(value) for (value,) in rows]
        field.set("expressions", [
            exp.PivotAlias(this=value, alias=exp.to_identifier(value.sql(dialect="snowflake"), quoted=True))
            for value in values_there
        ])  # fmt: skip


def _with(node: Expr) -> exp.With | None:
    """Return the common table expressions of the queries around a node, where one query has them."""
    around: Expr | None = node.parent
    while around is not None:
        if isinstance(with_ := around.args.get("with_"), exp.With):
            return with_
        around = around.parent
    return None
