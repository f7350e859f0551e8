"""What a campaign would cost and bring, by the checklist's formula.

The formula takes the audience's spend of the last 90 days for the spend of each month that the offer runs, and counts
card spend as revenue. Both costs and revenue grow with the response rate, so the ROI does not depend on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

RESPONSE_BOUNDS = (0.05, 0.40)
LIFT_BOUNDS = (0.10, 1.00)
# How far each input of the tornado is moved down and up, as a share of its value.
TORNADO_STEP = 0.25


@dataclass(frozen=True)
class Terms:
    """What an offer is assumed to do, and what it costs.

    Attributes:
        response_rate: share of the eligible customers who take the offer, 0-1.
        lift: rise of their spend, as a share of it.
        cost_per_customer: US dollars for each customer who takes it.
        duration_months: months that the offer runs.
    """

    response_rate: float
    lift: float
    cost_per_customer: float
    duration_months: float


@dataclass(frozen=True)
class Figures:
    """What the formula needs to know of an audience: its size, and its spend of the last 90 days in US dollars."""

    customers: int
    spend_90_days: float


@dataclass(frozen=True)
class Projection:
    """What the formula makes of an audience and an offer. Amounts in US dollars.

    Attributes:
        eligible_customers: all of the audience.
        reachable_customers: those who take the offer; not rounded.
        current_spend: of the eligible customers in the last 90 days.
        incremental_spend: what the lift adds to it.
        incremental_revenue: the same over the duration.
        campaign_cost: of all who take the offer.
        net_profit: revenue less cost.
        roi: net profit as a share of the cost; NaN where nothing is spent.
    """

    eligible_customers: int
    reachable_customers: float
    current_spend: float
    incremental_spend: float
    incremental_revenue: float
    campaign_cost: float
    net_profit: float
    roi: float


@dataclass(frozen=True)
class BreakEven:
    """The value of each input at which revenue equals cost, the others unchanged; NaN where no value does that.

    Attributes:
        lift: as a share of the spend.
        cost_per_customer: US dollars.
        duration_months: months.
    """

    lift: float
    cost_per_customer: float
    duration_months: float


@dataclass(frozen=True)
class Swing:
    """What one input does to the ROI and the profit when it is moved down and up by `TORNADO_STEP` of its value."""

    name: str
    low: Projection
    high: Projection


def project(audience: Figures, terms: Terms) -> Projection:
    """Compute a campaign by the checklist's formula (its prompt 5.4, "ROI calculation logic")."""
    reachable = audience.customers * terms.response_rate
    incremental_spend = audience.spend_90_days * terms.lift * terms.response_rate
    revenue = incremental_spend * terms.duration_months
    cost = reachable * terms.cost_per_customer
    return Projection(
        eligible_customers=audience.customers,
        reachable_customers=reachable,
        current_spend=audience.spend_90_days,
        incremental_spend=incremental_spend,
        incremental_revenue=revenue,
        campaign_cost=cost,
        net_profit=revenue - cost,
        roi=(revenue - cost) / cost if cost else math.nan,
    )


def break_even(audience: Figures, terms: Terms) -> BreakEven:
    """Find where revenue equals cost; the response rate is in both, and so cannot change that."""
    spend = audience.spend_90_days
    cost = audience.customers * terms.cost_per_customer
    return BreakEven(
        lift=_quotient(cost, spend * terms.duration_months),
        cost_per_customer=_quotient(spend * terms.lift * terms.duration_months, audience.customers),
        duration_months=_quotient(cost, spend * terms.lift),
    )


def by_response(audience: Figures, terms: Terms, rates: Iterable[float]) -> list[tuple[float, Projection]]:
    """Project the campaign at several response rates."""
    return [(rate, project(audience, replace(terms, response_rate=rate))) for rate in rates]


def by_lift(audience: Figures, terms: Terms, lifts: Iterable[float]) -> list[tuple[float, Projection]]:
    """Project the campaign at several lifts."""
    return [(lift, project(audience, replace(terms, lift=lift))) for lift in lifts]


def tornado(audience: Figures, terms: Terms, measure: Callable[[Projection], float]) -> list[Swing]:
    """Move each input down and up, and bring the one that changes a measure most to the front.

    Args:
        audience: of the campaign.
        terms: of the offer.
        measure: takes the measure from a projection.
    """
    down, up = 1 - TORNADO_STEP, 1 + TORNADO_STEP

    def of(name: str, changed: Callable[[float], tuple[Figures, Terms]]) -> Swing:
        return Swing(name, project(*changed(down)), project(*changed(up)))

    swings = [
        of("Spend lift", lambda by: (audience, replace(terms, lift=terms.lift * by))),
        of("Cost per customer", lambda by: (audience, replace(terms, cost_per_customer=terms.cost_per_customer * by))),
        of("Duration", lambda by: (audience, replace(terms, duration_months=terms.duration_months * by))),
        of("90-day spend", lambda by: (replace(audience, spend_90_days=audience.spend_90_days * by), terms)),
        of("Response rate", lambda by: (audience, replace(terms, response_rate=terms.response_rate * by))),
    ]
    return sorted(swings, key=lambda swing: -_width(measure(swing.high) - measure(swing.low)))


def _quotient(dividend: float, divisor: float) -> float:
    return dividend / divisor if divisor else math.nan


def _width(difference: float) -> float:
    """Return how much two values differ, without the last digits, in which equal products differ."""
    return 0.0 if math.isnan(difference) else float(f"{abs(difference):.9g}")
