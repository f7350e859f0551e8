"""Figures and filters that leave some rows out, such as lapsed customers, and what they are with these rows in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.analyst.elements import AGGREGATES, parsed
from local_account.analyst.plan import Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlglot import Expr

    from local_account.analyst.draft import Test
    from local_account.analyst.elements import Element, Shape

Value = tuple[str, str]  # the name of a dimension, and one of its values


@dataclass(frozen=True)
class Conditional:
    """A function of a fact over the rows of its table that meet conditions.

    Attributes:
        fact: the fact.
        function: average, sum, median, max or min.
        conditions: what rows have to meet, all of it.
    """

    fact: Element
    function: str
    conditions: tuple[Expr, ...]


def conditional(metric: Element, shape: Shape) -> Conditional | None:
    """Return what a metric is, where it is a function of a fact of some rows: AVG(CASE WHEN ... THEN fact END).

    Args:
        metric: a metric of the model.
        shape: the model.
    """
    tree = parsed(metric.expression.expr)
    function = AGGREGATES.get(type(tree)) if tree is not None else None
    case = tree.this if tree is not None and function else None
    ways = case.args["ifs"] if isinstance(case, exp.Case) and not case.this else []
    if function is None or len(ways) != 1 or not isinstance(ways[0].args["true"], exp.Column):
        return None
    fact = shape.element(metric.table, ways[0].args["true"].name.upper())
    return Conditional(fact, function, tuple(conjuncts(ways[0].this))) if fact is not None else None


def conjuncts(tree: Expr) -> list[Expr]:
    """Return the conditions that an expression joins by AND."""
    return list(tree.flatten()) if isinstance(tree, exp.And) else [tree]


def excluded(condition: Expr) -> Value | None:
    """Return the value that a condition leaves out, as "customer_status <> 'Lapsed'" does."""
    if isinstance(condition, exp.NEQ) and isinstance(condition.this, exp.Column):
        return (condition.this.name.upper(), str(condition.expression.name))
    return None


def widened(metric: Element, shape: Shape, included: Sequence[Value], *, everyone: bool) -> Measure | None:
    """Return a metric over the rows that it leaves out as well, where they are asked for; nothing where it has them.

    Args:
        metric: a metric of the model.
        shape: the model.
        included: values whose rows are asked for.
        everyone: whether all rows are asked for.
    """
    found = conditional(metric, shape)
    if found is None or any(excluded(c) is None for c in found.conditions):
        return None
    if everyone or all(excluded(c) in included for c in found.conditions):
        return Measure(found.fact, found.function)
    return None


def contrary(tests: Sequence[Test]) -> tuple[str, str] | None:
    """Return what no row can be at once, such as at high and at low risk: the words of two conditions, if any are.

    Args:
        tests: conditions that must all hold.
    """
    found: dict[str, tuple[str, str, bool]] = {}
    for test in tests:
        if test.negated or test.ored:
            continue
        trees = [tree for f in test.filters if (tree := parsed(f.expression.expr)) is not None]
        parts = [one for tree in trees for one in conjuncts(tree) if isinstance(one, exp.EQ)]
        values = {one.this.name.upper(): str(one.expression.name) for one in parts}
        if test.op == "=" and isinstance(test.values[0], str):
            values |= {c.name: test.values[0] for c in test.candidates}
        for name, value in values.items():
            before, text, declared = found.setdefault(name, (value, test.text, bool(test.filters)))
            if before != value and (declared or test.filters):
                return text, test.text
    return None


def leaves_out(element: Element, included: Sequence[Value]) -> list[Expr]:
    """Return the conditions of a filter or metric that leave out rows which are asked for.

    Args:
        element: a filter or metric.
        included: values whose rows are asked for.
    """
    tree = parsed(element.expression.expr)
    return [one for one in tree.find_all(exp.NEQ) if excluded(one) in included] if tree is not None else []
