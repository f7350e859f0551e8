"""One table: what is written differently for DuckDB where the types of its parts say so.

A rule is a function that takes a node, whose own parts have been written already, and returns what stands in its place.
Where a type is unknown, a rule leaves the node as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.translation import (
    annotation,
    branches,
    comparisons,
    conditionals,
    flattened,
    moments,
    orders,
    predicates,
    quantities,
    quotients,
    readings,
    stored_types,
    texts,
    variants,
    writes,
)  # fmt: skip
from local_account.translation.annotation import Outputs

if TYPE_CHECKING:
    from local_account.translation.annotation import TableColumns

Rule = Callable[[Expr], Expr]


def _cut(node: Expr) -> Expr:
    """Keep a date, or a time of day, that is cut what it is: DuckDB makes a timestamp of the one and cuts no other."""
    if node.this.is_type(exp.DType.TIME):
        node.set("this", texts.of_the_first_day(node.this))
        return exp.cast(node, "TIME", copy=False)
    node = readings.part_of(node)
    return exp.cast(node, "DATE", copy=False) if node.is_type(exp.DType.DATE) else node


def _sliced(node: Expr) -> Expr:
    """Keep the start or end of a slice of dates a date."""
    return exp.cast(node, "DATE", copy=False) if node.this.is_type(exp.DType.DATE) else node


def _sum_or_move(node: Expr) -> Expr:
    if node.is_type(exp.DType.DATE) and isinstance(node.args.get("expression"), exp.Interval):
        return exp.Paren(this=exp.cast(exp.Paren(this=node), "DATE", copy=False))
    return quantities.operated(node)


def _cast(node: Expr) -> Expr:
    wanted = node.args["to"]
    if wanted.this in exp.DataType.TEXT_TYPES:
        return texts.cast_to_text(node)
    node = variants.cast(node)
    if not isinstance(node, exp.Cast):
        return node
    read = readings.read(node)
    return quotients.cast_to_number(read) if isinstance(read, exp.Cast) else read


def _within_group(node: Expr) -> Expr:
    return quotients.percentile(node) if isinstance(node.this, exp.PercentileCont) else texts.ordered(node)


def _called(node: Expr) -> Expr:
    match str(node.this).upper():
        case "HASH":
            return quantities.hashed(node)
        case stored_types.NAME:
            return stored_types.named(node)
    return readings.to_timestamp(node)


_PARTS = (exp.Year, exp.Quarter, exp.Month, exp.Week, exp.WeekOfYear, exp.YearOfWeek, exp.YearOfWeekIso, exp.Day,
          exp.DayOfMonth, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear, exp.Hour, exp.Minute, exp.Second, exp.Dayname,
          exp.Monthname, exp.LastDay, exp.NextDay, exp.PreviousDay, exp.Extract)  # fmt: skip
RULES: dict[type[Expr], Rule] = {
    **dict.fromkeys((exp.TimestampTrunc, exp.DateTrunc), _cut),
    **dict.fromkeys(_PARTS, readings.part_of),
    **dict.fromkeys((exp.DateAdd, exp.DateSub, exp.AddMonths), moments.moved),
    exp.DateDiff: readings.between,
    exp.StrToTime: moments.by_format,
    exp.ConvertTimezone: moments.elsewhere,
    **dict.fromkeys((exp.Add, exp.Sub), _sum_or_move),
    **dict.fromkeys((exp.Mul, exp.Mod), quantities.operated),
    exp.Cast: _cast,
    exp.TryCast: readings.tried,
    **dict.fromkeys((exp.ToNumber, exp.ToDouble), readings.to_number),
    exp.TsOrDsToDate: readings.to_date,
    exp.Time: readings.to_time,
    exp.ToBinary: readings.to_binary,
    exp.UnixToTime: readings.counted,
    exp.Anonymous: _called,
    exp.TimeSlice: _sliced,
    exp.MonthsBetween: quantities.months,
    **dict.fromkeys((exp.DPipe, exp.Concat, exp.ConcatWs), texts.joined),
    **dict.fromkeys(variants.OF_TEXT, variants.read_as_text),
    **dict.fromkeys((exp.Struct, exp.JSONObject, exp.Array), variants.built),
    **dict.fromkeys((exp.Neg, exp.Abs), quantities.signed),
    **dict.fromkeys(quantities.OF_BITS, quantities.of_bits),
    **dict.fromkeys((exp.ToChar, exp.TimeToStr), texts.converted),
    exp.ToVariant: variants.made,
    exp.GetExtract: variants.element,
    exp.GroupConcat: texts.listed,
    exp.ArrayAgg: texts.collected,
    exp.WithinGroup: _within_group,
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), comparisons.compared),
    exp.Between: comparisons.between,
    exp.In: comparisons.among,
    **dict.fromkeys((exp.Sum, exp.Stddev, exp.StddevPop, exp.StddevSamp), quantities.summed),
    **dict.fromkeys((exp.Round, exp.Trunc), quantities.rounded),
    **dict.fromkeys((exp.Ceil, exp.Floor), quotients.floored),
    **dict.fromkeys(
        (exp.Coalesce, exp.If, exp.Case, exp.Nvl2, exp.DecodeCase, exp.Greatest, exp.Least), conditionals.chosen
    ),
    exp.Div: quotients.divided,
    exp.Avg: quotients.averaged,
    exp.Median: quotients.middle,
    **dict.fromkeys((exp.Variance, exp.VariancePop), quotients.spread),
}
_KINDS = tuple(RULES)


def apply(statement: Expr, columns_of: TableColumns) -> Outputs:
    """Write a statement of Snowflake by the types of its parts.

    Args:
        statement: its tables with full names; it is changed in place.
        columns_of: gives the types of a table's columns.

    Returns: the columns of the query that the statement is, or that it writes.
    """
    reads = isinstance(statement, exp.Query | exp.Delete) or statement.args.get("expression") is not None
    if not reads and statement.find(*_KINDS) is None and writes.target(statement) is None:
        return Outputs()
    for name in statement.find_all(exp.Identifier):
        if not name.quoted:
            name.set("this", str(name.this).upper())
    outputs = annotation.annotate(statement, columns_of)
    if isinstance(statement, exp.Create) and isinstance(statement.this, exp.Table):  # no list names its columns anew
        outputs.require_distinct()
    predicates.check(statement)
    predicates.check_arguments(statement)
    orders.check(statement)
    flattened.check(statement)
    writes.check(statement, columns_of)
    writes.fit_declared(statement, outputs.types)
    branches.agree(statement)
    for node in reversed(list(statement.find_all(*_KINDS))):  # parts first
        rule = RULES.get(type(node))
        parent, key, index, kind = node.parent, node.arg_key, node.index, node.type
        if rule is None or parent is None or key is None:
            continue
        written = rule(node)
        if written is not node:
            written._type = kind  # noqa: SLF001 - the setter would copy it
            parent.set(key, written, index)
    annotation.forget(statement)
    return outputs
