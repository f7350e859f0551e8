"""Counts under a condition by a metric of the model: empty groups come with a zero, and a part beside its whole."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.draft import is_figure
from local_account.analyst.english import K
from local_account.analyst.fragments import condition
from local_account.analyst.plan import Compared, Measure, Plan
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.draft import Draft, Noun
    from local_account.analyst.elements import Element, Shape
    from local_account.analyst.plan import Condition


def with_empty_groups(plan: Plan, shape: Shape, count: Element | None) -> Plan:
    """Return a plan that counts under a condition by a metric of the model, where each value of its groups is listed.

    Args:
        plan: figures by groups.
        shape: the model.
        count: the metric that counts the rows of the table, whatever their state.
    """
    limited = plan.ranking is not None and plan.ranking.limit is not None
    if not plan.groups or limited or plan.having or plan.measures != (Measure(count),) if count else True:
        return plan
    if not all(group.expression.is_enum for group in plan.groups):
        return plan
    for one in plan.where:
        if isinstance(one, Compared) and one.element in plan.groups:
            continue  # what leaves a group out
        if (metric := _counted_by(one, shape, plan.measures[0].element.table)) is not None:
            ranking = replace(plan.ranking, measure=Measure(metric)) if plan.ranking is not None else None
            rest = tuple(c for c in plan.where if c is not one)
            return replace(plan, measures=(Measure(metric),), where=rest, ranking=ranking)
    return plan


def with_part_beside(plan: Plan, shape: Shape, draft: Draft, count: Element | None) -> Plan:
    """Return a plan that counts all rows and, beside them, those of one state: customers, and how many are lapsed.

    Args:
        plan: the number of rows under conditions.
        shape: the model.
        draft: what the question says.
        count: the metric that counts the rows of the table, whatever their state.
    """
    nouns = counted_twice(draft)
    if not nouns or plan.groups or count is None or plan.measures != (Measure(count),):
        return plan
    parts = [(one, m) for one in plan.where if (m := _counted_by(one, shape, count.table)) is not None]
    beside = [t for t in draft.tests if t.at > nouns[0].at]
    if len(parts) != 1 or not beside:
        return plan
    part, metric = parts[0]
    rest = tuple(one for one in plan.where if one is not part)
    return replace(plan, measures=(*plan.measures, Measure(metric)), where=rest)


def counted_twice(draft: Draft) -> list[Noun]:
    """Return the nouns by which rows of one table are counted twice, without a word that compares them.

    Args:
        draft: what a question says.
    """
    found = [n for n in draft.nouns if n.mark.entities and (n.counted or is_figure(n.mark))]
    alike = len({e.table for n in found for e in n.mark.entities}) == 1
    return found if len(found) > 1 and alike and draft.joined and not draft.has(K.VERSUS, K.SHARE) else []


def _counted_by(one: Condition, shape: Shape, table: str) -> Element | None:
    """Return the metric of a table that counts the rows under a condition."""
    text = _plain(f"COUNT_IF({condition(one)})")
    metrics = (e for e in shape.elements if e.kind is Kind.METRIC and e.table == table)
    return next((e for e in metrics if _plain(e.expression.expr) == text), None)


def _plain(text: str) -> str:
    """Return SQL without what does not tell two conditions apart: tables, blanks and the case of names."""
    return re.sub(r"\b\w+\.|\s", "", text).upper()
