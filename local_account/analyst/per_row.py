"""Figures per customer, or the like, of some days or of groups that do not reach the customers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.plan import Compared, Form, Measure, Plan
from local_account.analyst.wording import spoken

if TYPE_CHECKING:
    from local_account.analyst.elements import Element
    from local_account.analyst.pieces import Pieces

_BOUNDS = {">", ">=", "<", "<=", "="}


def reachable(
    pieces: Pieces, probe: tuple[Measure, ...], measures: tuple[Measure, ...], allowed: frozenset[str]
) -> tuple[tuple[Measure, ...], tuple[Measure, ...], frozenset[str]]:
    """Replace a figure per customer, or the like, where groups, filters or days do not reach the customers."""
    if not any(m.element.table == "" for m in probe):
        return probe, measures, allowed
    try:
        _, time = pieces.period(probe, allowed)
        pieces.groups(probe, allowed, time)
        pieces.conditions(pieces.draft.tests, probe, allowed)
    except Unclear:
        per = {m: other for m in probe if (other := _per_row(pieces, m)) is not None}
        if not per:
            raise
        probe = tuple(per.get(m, m) for m in probe)
        measures = tuple(per.get(m, m) for m in measures)
        pieces.resolver.notes.append("Only those who have any of it within what is looked at are counted.")
        return probe, measures, pieces.allowed(probe)
    return probe, measures, allowed


def per_in_period(pieces: Pieces, probe: tuple[Measure, ...]) -> Plan | None:
    """Return a figure per customer, or the like, of some days: what the days hold, divided by all rows there are."""
    parts = _divided(pieces, probe[0]) if len(probe) == 1 and probe[0].function is None else None
    draft = pieces.draft
    if parts is None or not draft.periods or any(g.grain for g in draft.groups):
        return None
    having = pieces.having(draft.clauses)
    if any(h.measure.element != parts[1] or h.where or h.period or h.op not in _BOUNDS for h in having):
        name = spoken(probe[0].element.name)
        raise Unclear(
            f"{name[:1].upper()}{name[1:]} of some days is not told beside this condition: leave one of them out.",
            Category.UNSUPPORTED_JOIN,
            [probe[0].element.ref],
        )
    allowed = pieces.allowed(probe)
    numerator, denominator = (Measure(e) for e in parts)
    try:
        groups, each = pieces.groups(probe, allowed, None)
        where = pieces.conditions(draft.tests, probe, allowed)
    except Unclear:
        return None  # of other things than those that are divided by
    dated, time = pieces.period([numerator], pieces.allowed([numerator]))
    if dated.period is None or time is None or any(n.grain for n in pieces.dimensions):
        return None
    ranking, ranked = pieces.ranking(probe, groups, each)
    if ranked != probe or each:
        return None
    days = Compared(time, "between", (dated.period.start.isoformat(), dated.period.end.isoformat()))
    return Plan(
        Form.RATIO, (numerator, denominator), tuple(groups), where, part=(days,), having=having,
        ranking=replace(ranking, measure=None) if ranking is not None else None,
    )  # fmt: skip


def _divided(pieces: Pieces, measure: Measure) -> tuple[Element, Element] | None:
    """Return the metric and the number of rows by which the model divides it."""
    text = measure.element.expression.expr.replace(" ", "").upper()
    top, slash, bottom = text.partition("/NULLIF(")
    if not slash or measure.element.table:
        return None
    numerator = next((e for e in pieces.shape.elements if e.ref.upper() == top.strip("()")), None)
    denominator = next((e for e in pieces.shape.elements if e.ref.upper() == bottom.partition(",")[0]), None)
    if numerator is None or denominator is None or denominator != pieces.lexicon.count(denominator.table):
        return None
    return numerator, denominator


def _per_row(pieces: Pieces, measure: Measure) -> Measure | None:
    """Return the mean over the rows of a table of a metric that the model divides by the number of these rows."""
    parts = _divided(pieces, measure)
    if parts is None:
        return None
    numerator, denominator = parts
    identity = pieces.shape.identity(denominator.table)
    return Measure(numerator, "average", identity[0]) if len(identity) == 1 else None
