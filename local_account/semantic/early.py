"""Aggregates rows before they are joined, where that gives the same with much less work.

Where all that a query groups by hangs on one column of a table, its rows are first aggregated by that column: 13.5
million transactions become one row for each customer, category or day, and only these are joined (Yan and Larson,
Eager Aggregation and Lazy Aggregation, VLDB 1995).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.identifiers import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlglot import Expr

    from local_account.semantic.rows import Rows


def aggregated_early(
    rows: Rows, keys: list[exp.Alias], values: list[exp.Alias], condition: Expr | None
) -> exp.Select | None:
    """Return the aggregates by the keys, still to be grouped, over rows that are aggregated already.

    Args:
        rows: the base table and its joins.
        keys: what is grouped by, resolved and named.
        values: the aggregates, resolved and named.
        condition: which rows count.

    Returns: None where nothing is to be gained, or an aggregate is not made of those of parts.
    """
    conditions = list(condition.flatten()) if isinstance(condition, exp.And) else [condition] if condition else []
    if not all(_is_own(rows, one) for one in conditions):
        return None  # a condition on what is joined leaves few rows to aggregate
    column = _only_column(rows, [*keys, *(join.args["on"] for join in rows.joins)])
    if column is None or not (rows.joins or (rows.is_date(column) and any(key.this != column for key in keys))):
        return None
    inner = rows.bare(column.copy())
    finals: list[Expr] = []
    for value in values:
        made = _made_of_parts(value.this, column) if _is_own(rows, value) else None
        if made is None:
            return None
        whole, parts = made
        for number, part in enumerate(parts):
            name = exp.to_identifier(f"{value.alias}_{number}", quoted=True)
            inner = inner.select(exp.Alias(this=part, alias=name), copy=False)
            whole = _filled(whole, number, exp.column(name.copy(), table=column.args["table"].copy()))
        finals.append(exp.Alias(this=whole, alias=value.args["alias"].copy()))
    grouped = inner.where(*conditions, copy=False).group_by(exp.Literal.number(1), copy=False)
    return rows.over(exp.Subquery(this=grouped, alias=exp.TableAlias(this=column.args["table"].copy())), *keys, *finals)


def _is_own(rows: Rows, expression: Expr) -> bool:
    """Tell whether an expression reads the base table alone."""
    return all(
        identifier(c.args["table"]) == rows.base for c in expression.find_all(exp.Column)
    ) and not expression.find(exp.Query)


def _only_column(rows: Rows, expressions: Iterable[Expr]) -> exp.Column | None:
    """Return the one column of the base table that expressions name, or None."""
    found: dict[str, exp.Column] = {}
    for expression in expressions:
        if expression.find(exp.Query):
            return None
        for column in expression.find_all(exp.Column):
            if identifier(column.args["table"]) == rows.base:
                found[identifier(column.this)] = column
    return next(iter(found.values())) if len(found) == 1 else None


def _made_of_parts(aggregate: Expr, column: exp.Column) -> tuple[Expr, list[Expr]] | None:
    """Return an aggregate as one over aggregates of parts of the rows, which stand in it as `:0` and `:1`."""
    argument = aggregate.this
    first, second = exp.Placeholder(this="0"), exp.Placeholder(this="1")
    if isinstance(argument, exp.Distinct):
        if isinstance(aggregate, exp.Count) and _is_column_at_times(argument, column):
            return exp.Count(this=exp.Distinct(expressions=[first])), [exp.Max(this=argument.expressions[0].copy())]
    elif not aggregate.expressions:
        match aggregate:
            case exp.Count() | exp.CountIf():
                total = exp.cast(exp.Sum(this=first), "BIGINT")
                return exp.Coalesce(this=total, expressions=[exp.Literal.number(0)]), [aggregate.copy()]
            case exp.Sum() | exp.Min() | exp.Max():
                return type(aggregate)(this=first), [aggregate.copy()]
            case exp.Avg():
                mean = exp.Div(this=exp.Sum(this=first), expression=exp.Sum(this=second))
                return mean, [exp.Sum(this=argument.copy()), exp.Count(this=argument.copy())]
    return None


def _is_column_at_times(distinct: exp.Distinct, column: exp.Column) -> bool:
    """Tell whether what is counted is the column itself or NULL, so that the rows of one value of it have one."""
    value = distinct.expressions[0]
    if isinstance(value, exp.Case):
        default = value.args.get("default")
        if value.this or len(value.args["ifs"]) != 1 or not (default is None or isinstance(default, exp.Null)):
            return False
        value = value.args["ifs"][0].args["true"]
    is_column = isinstance(value, exp.Column) and identifier(value.this) == identifier(column.this)
    return is_column and len(distinct.expressions) == 1


def _filled(whole: Expr, number: int, part: exp.Column) -> Expr:
    return whole.transform(lambda n: part.copy() if isinstance(n, exp.Placeholder) and n.name == str(number) else n)
