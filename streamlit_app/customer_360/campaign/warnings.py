"""Where a campaign's plan says more than its figures can: each warning is one sentence for the reader."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from customer_360.campaign.roi import Projection, Terms

# Below this many responders the outcome of a campaign is mostly chance.
FEWEST_RESPONDERS = 30


@dataclass(frozen=True)
class Counted:
    """Who is in an audience: all, those who have left already, those who never bought, and those without a score."""

    customers: int
    lapsed: int
    not_yet_active: int
    without_score: int


def warnings(counted: Counted, terms: Terms, projection: Projection) -> list[str]:
    """Return what a reader should know before believing the figures, the gravest first."""
    if not counted.customers:
        return []
    return [text for text in (*_of_the_audience(counted), *_of_the_money(terms, projection)) if text]


def _of_the_audience(counted: Counted) -> tuple[str, ...]:
    everyone = counted.customers
    return (
        f"{_of(counted.lapsed, everyone, 'has', 'have')} left already: nothing bought in the last 90 days. A lift on "
        "no spend earns nothing, yet an offer taken costs the same. Choose the status Active to leave them out."
        if counted.lapsed
        else "",
        f"{_of(counted.not_yet_active, everyone, 'has', 'have')} never bought: there is no spend to lift yet."
        if counted.not_yet_active
        else "",
        f"{_of(counted.without_score, everyone, 'has', 'have')} no churn score yet; averages are of the others."
        if counted.without_score
        else "",
    )


def _of_the_money(terms: Terms, projection: Projection) -> tuple[str, ...]:
    reachable, cost, spend = projection.reachable_customers, projection.campaign_cost, projection.current_spend
    return (
        f"Only about {reachable:,.1f} customers would respond. With fewer than {FEWEST_RESPONDERS} the outcome is "
        "mostly chance: take a wider audience, or read the figures as an anecdote."
        if reachable < FEWEST_RESPONDERS
        else "",
        f"The campaign costs ${cost:,.0f}, more than all that this audience spent in the last 90 days (${spend:,.0f})."
        if cost > spend
        else "",
        f"The campaign would lose ${-projection.net_profit:,.0f} at a lift of {terms.lift:.0%}."
        if projection.net_profit < 0
        else "",
        "At a cost of nothing there is no ROI: enter what the offer costs per customer."
        if math.isnan(projection.roi)
        else "",
    )


def _of(part: int, whole: int, one: str, several: str) -> str:
    return f"{part:,} of the {whole:,} customers {one if part == 1 else several}"
