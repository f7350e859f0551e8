"""The plan of value bands that a question names itself: its figures, told of the rows in each of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Unclear
from local_account.analyst.band_text import Band, banded
from local_account.analyst.plan import Compared, Form, Having, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.analyst.plan import Condition


def bands_of(question: str, read: Callable[[str], Plan]) -> Plan | None:
    """Return the plan of a question for figures by bands of values; none where it names none, or is not understood.

    Args:
        question: what was asked.
        read: returns the plan of the question of one band, or raises `Unclear`.
    """
    asked = banded(question)
    for one, rest in asked.questions if asked is not None else ():
        try:
            plan = read(one)
            whole = read(rest) if rest else None
        except Unclear:
            continue
        if asked is None or (found := _condition(plan, asked.probe)) is None:
            continue
        if whole is None or _told(whole) == _told(_within(plan, found, Band())):
            sides = tuple(_within(plan, found, band) for band in asked.bands)
            return Plan(Form.BANDS, groups=plan.groups, sides=sides, labels=tuple(b.name for b in asked.bands))
    return None


def _told(plan: Plan) -> tuple[object, ...]:
    """Return what a plan tells and of which rows: a name behind "by" that is no figure of the bands is in it."""
    return plan.measures, plan.groups, plan.where, plan.having, plan.period


def _condition(plan: Plan, probe: tuple[float, float]) -> Compared | Having | None:
    """Return the one condition of a plan that holds the band; none where the plan is of another form."""
    beside = plan.ranking is not None or plan.count_only or plan.running or plan.moving is not None
    if plan.form is not Form.AGGREGATE or not plan.measures or beside:
        return None
    found = [c for c in (*plan.where, *plan.having) if isinstance(c, Compared | Having) and c.op == "between"]
    held = [c for c in found if c.values == probe]
    if len(held) != 1:
        return None
    one = held[0]
    others = [c for c in (*plan.where, *plan.having) if c is not one]
    groups = {f"{one.element.name}_GROUP"} if isinstance(one, Compared) else set()
    grouped = any(isinstance(c, Compared) and c.element.name in groups for c in others)
    if grouped or any(_of(c) == _of(one) for c in others):  # one more condition on the same figure is of no band
        return None
    own = isinstance(one, Having) and (plan.subject is None or plan.groups)
    return None if own else one


def _of(one: Condition | Having) -> object:
    """Return what a condition is on."""
    return one.measure if isinstance(one, Having) else one.element if isinstance(one, Compared) else one


def _within(plan: Plan, found: Compared | Having, band: Band) -> Plan:
    """Return a plan of the rows in one band, in place of those between the values that were asked about."""
    made = tuple(replace(found, op=op, values=values) for op, values in band.tests())
    where = [one for c in plan.where for one in (made if c is found else (c,)) if not isinstance(one, Having)]
    having = [one for h in plan.having for one in (made if h is found else (h,)) if isinstance(one, Having)]
    return replace(plan, where=tuple(where), having=tuple(having))
