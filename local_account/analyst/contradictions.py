"""Refuses a condition that a figure's own definition excludes, so that nothing could be counted: refunded purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.elements import parsed
from local_account.analyst.plan import Compared, Form
from local_account.analyst.wording import capital, spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.elements import Element, Shape
    from local_account.analyst.plan import Condition, Plan


def refuse_contradictions(plan: Plan, shape: Shape) -> None:
    """Ask which figure is meant, where a condition holds for no row that the figure counts.

    Raises:
        Unclear: a figure counts rows of one value of a dimension alone, and another value is asked for.
    """
    _refuse_bounds(plan)
    _refuse_counts_of_one(plan, shape)
    for measure in plan.measures:
        own = _fixed(measure.element)
        of_others = (c for c in plan.where if _is_of_another(c, measure.element, shape))
        _refuse_parts(measure.element, (*plan.part, *of_others), shape)
        for one in (*plan.where, *plan.part):
            if not isinstance(one, Compared) or one.op != "=" or one.element.table != measure.element.table:
                continue
            column = one.element.expression.expr.upper()
            if column in own and own[column] != one.values[0]:
                others = [e for e in shape.elements if e.kind is Kind.METRIC and _fixed(e).get(column) == one.values[0]]
                raise Unclear(
                    f"{capital(spoken(measure.element.name))} is of {spoken(one.element.name)} {own[column]} alone, "
                    f"and {one.values[0]} is asked for.",
                    Category.INCOMPLETE,
                    [e.ref for e in others] or [measure.element.ref],
                    suggestions=[f"What is the {spoken(e.name)}?" for e in others],
                )


def _is_of_another(one: Condition, figure: Element, shape: Shape) -> bool:
    """Tell whether a condition chooses what a figure nets, and another figure is called by: revenue of refunds."""
    if not isinstance(one, Compared) or one.op != "=" or not isinstance(one.values[0], str):
        return False
    if figure.kind is not Kind.METRIC or not shape.is_additive(figure):
        return False  # the average of refunds nets nothing
    word = one.values[0]
    return any(
        e.is_money and e.table == figure.table and word.upper() in e.name.split("_")
        for e in shape.elements
        if e != figure and word in _fixed(e).values()
    )


def _refuse_counts_of_one(plan: Plan, shape: Shape) -> None:
    """Ask by what rows are ranked, where the figure is their own number: of each customer there is one.

    Raises:
        Unclear: the best customers, by the number of customers.
    """
    if plan.form is not Form.AGGREGATE or len(plan.measures) != 1 or len(plan.groups) != 1:
        return
    figure = plan.measures[0].element
    tree = parsed(figure.expression.expr) if figure.kind is Kind.METRIC else None
    if isinstance(tree, exp.Count | exp.CountIf) and shape.key(figure.table) == plan.groups:
        raise Unclear(
            f"Of each {spoken(plan.groups[0].name)} there is one: by what are they to be ranked?",
            Category.AMBIGUOUS_CRITERION,
            [plan.groups[0].ref],
        )


def _refuse_parts(figure: Element, conditions: Sequence[Condition], shape: Shape) -> None:
    """Ask where a share would be of all there is or of what a figure nets: not refunded, the refunded part of revenue.

    Raises:
        Unclear: the part is no part of the figure.
    """
    own = _fixed(figure)
    for one in conditions:
        if not isinstance(one, Compared) or one.element.table != figure.table:
            continue
        column = one.element.expression.expr.upper()
        others = [
            e
            for e in shape.elements
            if e.kind is Kind.METRIC and e.is_money == figure.is_money and shape.is_additive(e) and column in _fixed(e)
        ]
        nets = figure.is_money and column not in own and bool(others)
        if nets or (column in own and one.op == "<>"):
            raise Unclear(
                f"{capital(spoken(figure.name))} has no part that is told by {spoken(one.element.name)}: is one of "
                f"{', '.join(spoken(e.name) for e in others)} asked for?",
                Category.INCOMPLETE,
                [e.ref for e in others],
                suggestions=[f"What is the {spoken(e.name)}?" for e in others[:3]],
            )


def _refuse_bounds(plan: Plan) -> None:
    """Ask where a number has to be below one bound and above a greater one: under 25 and over 65."""
    found = [c for c in plan.where if isinstance(c, Compared) and c.op in {"<", "<=", ">", ">="} and c.values]
    for low in (c for c in found if c.op[0] == ">"):
        for high in (c for c in found if c.op[0] == "<" and c.element == low.element):
            numbers = isinstance(low.values[0], int | float) and isinstance(high.values[0], int | float)
            if numbers and float(low.values[0]) >= float(high.values[0]):
                name, below, above = spoken(low.element.name), high.values[0], low.values[0]
                raise Unclear(
                    f"No {name} is below {below:g} and above {above:g} at once.", Category.INCOMPLETE, [low.element.ref]
                )


def _fixed(element: Element) -> dict[str, str]:
    """Return by column the one value of it that a metric counts or sums."""
    tree = parsed(element.expression.expr) if element.kind is Kind.METRIC else None
    if not isinstance(tree, exp.CountIf | exp.Sum | exp.Avg | exp.Median | exp.Max | exp.Min):
        return {}
    case = tree.find(exp.Case)
    test = tree.this if isinstance(tree, exp.CountIf) else case.args["ifs"][0].this if case is not None else None
    if not isinstance(test, exp.EQ) or not isinstance(test.this, exp.Column) or not test.expression.is_string:
        return {}
    return {test.this.name.upper(): str(test.expression.this)}
