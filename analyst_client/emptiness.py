"""Finds out which condition left an answer without rows: the same query is asked again without one after the other."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlglot import Expr

    from analyst_client.sql_check import CheckedQuery

_MOST_CONDITIONS = 8


def is_empty(rows: Sequence[Sequence[Any]]) -> bool:
    """Tell whether a result says nothing: it has no rows, or one that only counts and sums over no rows can give."""
    return not rows or (len(rows) == 1 and all(_is_nothing(value) for value in rows[0]))


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value == 0)


def why_empty(query: CheckedQuery, run: Callable[[str], Sequence[Sequence[Any]]]) -> str | None:
    """Say which conditions emptied a result.

    Args:
        query: the statement whose result is empty.
        run: runs a statement and returns its first rows.

    Returns:
        A sentence, or None where the query has no conditions.
    """
    conditions = list(_conditions(query.expression))[:_MOST_CONDITIONS]
    if not conditions:
        return None
    guilty = [one for index, one in enumerate(conditions) if not is_empty(run(_without(query.expression, index)))]
    if not guilty:
        return "Nothing matches, and no one condition alone is the reason: leaving any single one out changes nothing."
    if len(guilty) == 1:
        return f"Nothing matches because of the condition {_in_words(guilty[0])}: without it there is something."
    listed = "; ".join(map(_in_words, guilty))
    return f"Nothing matches all conditions together; without any one of these there is something: {listed}."


def _conditions(query: Expr) -> Iterator[Expr]:
    """Yield what a query demands of its rows and groups, each condition by itself."""
    for node in query.walk():
        if isinstance(node, exp.Where | exp.Having | exp.Qualify):
            yield from _conjuncts(node.this)
        elif isinstance(node, exp.SemanticView) and (where := node.args.get("where")):
            yield from _conjuncts(where)


def _conjuncts(condition: Expr) -> Iterator[Expr]:
    if isinstance(condition, exp.And):
        yield from _conjuncts(condition.this)
        yield from _conjuncts(condition.expression)
    elif isinstance(condition, exp.Paren) and isinstance(condition.this, exp.And):
        yield from _conjuncts(condition.this)
    else:
        yield condition


def _without(query: Expr, index: int) -> str:
    """Write a query without one of its conditions."""
    changed = query.copy()
    condition = list(_conditions(changed))[index]
    condition.replace(exp.true())
    return changed.sql(dialect="snowflake")


def _in_words(condition: Expr) -> str:
    """Write a condition with the names of its dimensions alone."""
    named = condition.copy()
    for column in list(named.find_all(exp.Column)):
        words = column.name.lower().replace("_", " ")
        column.replace(exp.Var(this=words))
    return named.sql(dialect="snowflake")
