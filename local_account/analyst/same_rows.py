"""Lets figures and conditions be of the rows that the model means by their names, and of the days that were named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.analyst.elements import parsed
from local_account.analyst.plan import Compared, Declared
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.elements import Element, Shape
    from local_account.analyst.plan import Condition, Plan


def with_own_days(plan: Plan) -> Plan:
    """Tell a figure of the days of the condition on it, where no others are named: 2024 revenue over 5, with it."""
    if plan.period is not None or len(plan.measures) != 1 or len(plan.having) != 1 or not plan.groups:
        return plan
    (own,) = plan.having
    if own.measure != plan.measures[0] or own.where or own.period is None or own.than is not None or own.shown:
        return plan
    return replace(plan, having=(replace(own, shown=True),))


def still_kept(plan: Plan, shape: Shape) -> Plan:
    """Choose by several values as the filters of each would: at medium or high risk, of those who can still be kept."""
    return replace(
        plan, where=_as_declared(plan.where, shape, plan.where), part=_as_declared(plan.part, shape, plan.where)
    )


def _as_declared(found: tuple[Condition, ...], shape: Shape, where: tuple[Condition, ...]) -> tuple[Condition, ...]:
    added: list[Condition] = []
    for one in found:
        if not isinstance(one, Compared) or one.op != "in":
            continue
        rests = [_beside(shape, one.element, value) for value in one.values]
        rest = rests[0]
        if rest is None or any(other != rest for other in rests):
            continue
        columns = {c.name.upper() for c in rest.find_all(exp.Column)}
        named = [c.element for c in (*where, *found) if isinstance(c, Compared | Declared)]
        if not any(e.name in columns or e.expression.expr.upper() in columns for e in named):
            added += _compared(rest, shape, one.element.table)
    return (*found, *added)


def _beside(shape: Shape, element: Element, value: object) -> exp.Expr | None:
    """Return what the model's filter of a value asks beside it, if there is one."""
    for one in shape.elements:
        tree = parsed(one.expression.expr) if one.kind is Kind.FILTER and one.table == element.table else None
        if not isinstance(tree, exp.And) or not isinstance(tree.this, exp.EQ):
            continue
        left, right = tree.this.this, tree.this.expression
        is_of_it = isinstance(left, exp.Column) and left.name.upper() == element.expression.expr.upper()
        if is_of_it and right.is_string and right.this == value:
            return tree.expression
    return None


def _compared(rest: exp.Expr, shape: Shape, table: str) -> list[Condition]:
    """Return a plain comparison as a condition: customer_status <> 'Lapsed'."""
    op = "=" if isinstance(rest, exp.EQ) else "<>" if isinstance(rest, exp.NEQ) else None
    column, text = rest.args.get("this"), rest.args.get("expression")
    if op is None or not isinstance(column, exp.Column) or text is None or not text.is_string:
        return []
    element = shape.element(table, column.name.upper())
    return [Compared(element, op, (str(text.this),))] if element is not None else []
