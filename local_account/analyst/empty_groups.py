"""Keeps groups of which nothing is counted: a metric that counts under a condition shows them with a zero."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.fragments import condition
from local_account.analyst.plan import Compared, Measure, Plan
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.elements import Element, Shape


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
    counting = {_plain(e.expression.expr): e for e in shape.elements if e.kind is Kind.METRIC}
    for one in plan.where:
        if isinstance(one, Compared) and one.element in plan.groups:
            continue  # what leaves a group out
        metric = counting.get(_plain(f"COUNT_IF({condition(one)})"))
        if metric is not None and metric.table == plan.measures[0].element.table:
            ranking = replace(plan.ranking, measure=Measure(metric)) if plan.ranking is not None else None
            rest = tuple(c for c in plan.where if c is not one)
            return replace(plan, measures=(Measure(metric),), where=rest, ranking=ranking)
    return plan


def _plain(text: str) -> str:
    """Return SQL without what does not tell two conditions apart: tables, blanks and the case of names."""
    return re.sub(r"\b\w+\.|\s", "", text).upper()
