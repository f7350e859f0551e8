"""What aggregates rows, and what it is of no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.semantic.vocabulary import own_nodes

if TYPE_CHECKING:
    from sqlglot import Expr

AGGREGATES = (exp.AggFunc, exp.WithinGroup)
_COUNTS = (exp.Count, exp.CountIf, exp.ApproxDistinct, exp.Hll)


def aggregates_in(expression: Expr) -> list[Expr]:
    """Return the aggregates of an expression that stand in it and not in its subqueries, the outer ones first."""
    return [
        node
        for node in own_nodes(expression)
        if isinstance(node, AGGREGATES) and not isinstance(node.parent, exp.WithinGroup)
    ]


def or_of_no_rows(value: Expr, aggregate: Expr) -> Expr:
    """Return an aggregate's value where there may be none, for want of rows: that of a count is 0, of others NULL."""
    counts = isinstance(aggregate, _COUNTS)
    return exp.Coalesce(this=value, expressions=[exp.Literal.number(0)]) if counts else value
