"""The checklist's formula, against figures worked out by hand."""

from __future__ import annotations

import math

import pytest
from customer_360.campaign.roi import Figures, Terms, break_even, by_lift, by_response, project, tornado

# 1,000 customers who spent $500,000 in 90 days; 30 % of them take an offer of $50, and spend 40 % more for 3 months.
AUDIENCE = Figures(1_000, 500_000.0)
TERMS = Terms(response_rate=0.30, lift=0.40, cost_per_customer=50.0, duration_months=3)


def test_a_campaign_worked_out_by_hand() -> None:
    found = project(AUDIENCE, TERMS)
    assert found.eligible_customers == 1_000
    assert found.reachable_customers == pytest.approx(300)  # 1,000 x 30 %
    assert found.current_spend == 500_000
    assert found.incremental_spend == pytest.approx(60_000)  # 500,000 x 40 % x 30 %
    assert found.incremental_revenue == pytest.approx(180_000)  # x 3 months
    assert found.campaign_cost == pytest.approx(15_000)  # 300 x $50
    assert found.net_profit == pytest.approx(165_000)
    assert found.roi == pytest.approx(11.0)  # 165,000 / 15,000


@pytest.mark.parametrize(
    ("audience", "terms", "roi", "profit"),
    [
        (Figures(40, 800.0), Terms(0.05, 0.10, 100.0, 1), -0.98, -196.0),  # 4 of revenue for 200 of cost
        (Figures(37, 74_000.0), Terms(0.25, 1.0, 75.0, 2), 52.3333333, 36_306.25),
        (Figures(10, 0.0), Terms(0.40, 0.50, 20.0, 12), -1.0, -80.0),
    ],
)
def test_small_losing_and_spendless_audiences(audience: Figures, terms: Terms, roi: float, profit: float) -> None:
    found = project(audience, terms)
    assert found.roi == pytest.approx(roi)
    assert found.net_profit == pytest.approx(profit)


@pytest.mark.parametrize(("audience", "cost"), [(Figures(0, 0.0), 50.0), (AUDIENCE, 0.0)])
def test_without_a_cost_there_is_no_roi(audience: Figures, cost: float) -> None:
    assert math.isnan(project(audience, Terms(0.3, 0.4, cost, 3)).roi)


def test_at_each_break_even_the_profit_is_nothing() -> None:
    found = break_even(AUDIENCE, TERMS)
    assert found.lift == pytest.approx(50_000 / 1_500_000)
    assert found.cost_per_customer == pytest.approx(600)
    assert found.duration_months == pytest.approx(0.25)
    for terms in (
        Terms(0.3, found.lift, 50.0, 3), Terms(0.3, 0.4, found.cost_per_customer, 3),
        Terms(0.3, 0.4, 50.0, found.duration_months),
    ):  # fmt: skip
        assert project(AUDIENCE, terms).net_profit == pytest.approx(0)


def test_who_spends_nothing_never_breaks_even() -> None:
    found = break_even(Figures(10, 0.0), TERMS)
    assert math.isnan(found.lift)
    assert math.isnan(found.duration_months)
    assert found.cost_per_customer == 0


def test_the_response_rate_moves_the_profit_and_not_the_roi() -> None:
    (_, few), (_, many) = by_response(AUDIENCE, TERMS, (0.05, 0.40))
    assert few.roi == pytest.approx(many.roi)
    assert many.net_profit == pytest.approx(8 * few.net_profit)


def test_the_lift_moves_both() -> None:
    (_, low), (_, high) = by_lift(AUDIENCE, TERMS, (0.10, 0.20))
    assert (low.roi, high.roi) == (pytest.approx(2.0), pytest.approx(5.0))
    assert (low.net_profit, high.net_profit) == (pytest.approx(30_000), pytest.approx(75_000))


def test_the_tornado_begins_with_what_moves_the_roi_most() -> None:
    swings = tornado(AUDIENCE, TERMS, lambda projection: projection.roi)
    # Cost at 75 %: 180,000 / 11,250 - 1 = 15; at 125 %: 180,000 / 18,750 - 1 = 8.6.
    assert swings[0].name == "Cost per customer"
    assert (swings[0].low.roi, swings[0].high.roi) == (pytest.approx(15.0), pytest.approx(8.6))
    assert swings[-1].name == "Response rate"
    assert swings[-1].low.roi == pytest.approx(swings[-1].high.roi)


def test_the_tornado_of_the_profit_has_the_response_too() -> None:
    swings = {s.name: s for s in tornado(AUDIENCE, TERMS, lambda projection: projection.net_profit)}
    assert swings["Response rate"].low.net_profit == pytest.approx(0.75 * 165_000)
    assert swings["Response rate"].high.net_profit == pytest.approx(1.25 * 165_000)
    assert swings["90-day spend"].high.net_profit == pytest.approx(180_000 * 1.25 - 15_000)
