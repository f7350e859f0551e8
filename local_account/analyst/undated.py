"""Figures as of one day beside figures of a period: the number of customers of a state and its revenue in 2024."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.wording import capital, spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.elements import Element, Shape
    from local_account.analyst.pieces import Pieces
    from local_account.analyst.plan import Measure, Plan


def undated(measures: Sequence[Measure], shape: Shape) -> list[Measure]:
    """Return the metrics that no day is known of, where others beside them are told of days.

    Args:
        measures: the figures of a question.
        shape: the model.
    """
    plain = [m for m in measures if m.function is None and m.element.kind is Kind.METRIC]
    found = [m for m in plain if not any(shape.time_of(table) for table in shape.tables_of(m.element))]
    return found if len(found) < len(measures) else []


def period_of(pieces: Pieces, measures: Sequence[Measure], allowed: frozenset[str]) -> tuple[Plan, Element | None]:
    """Return the plan of a period that is about some of the figures alone, where it stands beside one of them.

    Args:
        pieces: the pieces of the question.
        measures: its figures.
        allowed: the tables whose dimensions may be used.

    Raises:
        Unclear: the period is about a figure of which no day is known.
    """
    still = undated(measures, pieces.shape)
    periods = pieces.draft.periods
    if not still or len(periods) != 1 or periods[0].noun is not None or _is_beside(pieces, still):
        return pieces.period(measures, allowed)
    rest = [m for m in measures if m not in still]
    plan, time = pieces.period(rest, pieces.allowed(rest))
    if plan.period is None or plan.where:
        return pieces.period(measures, allowed)
    for one in still:
        pieces.resolver.notes.append(
            f"{capital(spoken(one.element.name))} is told as of today, whatever these days hold."
        )
    return plan, time


def _is_beside(pieces: Pieces, still: Sequence[Measure]) -> bool:
    """Tell whether the figure that stands nearest to the period is one of which no day is known."""
    at = pieces.draft.periods[0].at
    ranks = [(r.measure.at or r.at, r.measure) for r in pieces.draft.ranks if r.measure is not None]
    named = [*((n.at, n) for n in pieces.figures if n.at >= 0), *ranks]
    _, nearest = min(named, key=lambda one: (abs(one[0] - at), one[0] > at), default=(0, None))
    own = {m.element for m in still}
    return nearest is None or any(m.element in own for m in nearest.mark.named()) or bool(nearest.mark.entities)
