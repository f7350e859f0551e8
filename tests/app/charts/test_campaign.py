"""The charts of campaigns draw exactly what they are given, in words as in colours, and need nothing from outside."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from customer_360.campaign.expected_profit import Response, profit_curve
from customer_360.campaign.roi import Figures, Terms, break_even, by_lift, project, tornado
from customer_360.campaign.uncertainty import simulate
from customer_360.charts import campaign, campaign_outlook
from customer_360.themes import DARK, LIGHT

if TYPE_CHECKING:
    from customer_360.themes import AnyChart

AUDIENCE = Figures(1_000, 500_000.0)
TERMS = Terms(response_rate=0.30, lift=0.40, cost_per_customer=50.0, duration_months=3)
PLAN = project(AUDIENCE, TERMS)
LOSS = project(Figures(10, 0.0), TERMS)
NOTHING = project(Figures(0, 0.0), TERMS)


def drawn(chart: AnyChart) -> list[dict[str, Any]]:
    """Return all rows of a chart's data."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


@pytest.mark.parametrize(
    ("roi", "words"),
    [
        (-0.01, "Loses money (below 0%)"),
        (0.0, "Pays back (0% to 50%)"),
        (0.5, "Pays back (0% to 50%)"),
        (0.501, "Pays well (above 50%)"),
        (math.nan, "No cost, no ROI"),
    ],
)
def test_the_gauge_says_its_zone_in_words(roi: float, words: str) -> None:
    assert campaign.zone(roi) == words
    assert words in [row.get("text") for row in drawn(campaign.roi_gauge(roi, LIGHT))]


@pytest.mark.parametrize(("roi", "at"), [(-5.0, -1.0), (0.25, 0.25), (70.0, 2.0)])
def test_the_gauge_s_needle_stays_on_the_dial(roi: float, at: float) -> None:
    zones = {zone for _, _, zone in campaign.ZONES}
    (needle,) = [
        row for row in drawn(campaign.roi_gauge(roi, LIGHT)) if "start" in row and row.get("zone") not in zones
    ]
    assert (needle["start"] + needle["end"]) / 2 == pytest.approx(at, abs=0.021)


@pytest.mark.parametrize("projection", [PLAN, LOSS])
def test_the_waterfall_ends_at_the_net_profit(projection: Any) -> None:
    rows = campaign.waterfall_steps(projection, 3)
    assert list(rows["step"]) == [
        "Lift on 90-day spend", "Over 3 months", "Incremental revenue", "Campaign cost", "Net profit",
    ]  # fmt: skip
    steps = rows.set_index("step")["amount"]
    assert steps["Lift on 90-day spend"] + steps["Over 3 months"] == pytest.approx(projection.incremental_revenue)
    assert steps["Incremental revenue"] + steps["Campaign cost"] == pytest.approx(projection.net_profit)
    assert steps["Net profit"] == projection.net_profit


def test_the_funnel_goes_from_all_to_responders() -> None:
    rows = campaign.reach_steps(4_000, PLAN)
    assert dict(zip(rows["step"], rows["customers"], strict=True)) == {
        "All customers": 4_000, "Eligible": 1_000, "Reachable": 300, "Responders": 300,
    }  # fmt: skip
    assert list(rows["share"]) == [1, 0.25, 0.075, 0.075]


def test_customers_are_not_rounded_where_that_matters() -> None:
    assert [campaign.count(n) for n in (0, 10.5, 12.0, 99.94, 100.4, 12_345.6)] == [
        "0", "10.5", "12", "99.9", "100", "12,346",
    ]  # fmt: skip


def test_the_break_even_is_marked_where_revenue_meets_cost() -> None:
    rows = drawn(campaign.break_even_chart(AUDIENCE, TERMS, break_even(AUDIENCE, TERMS), LIGHT))
    marks = {row["mark"]: row for row in rows if "mark" in row}
    assert marks["Break-even"]["amount"] == pytest.approx(15_000)
    assert marks["Plan"]["amount"] == pytest.approx(180_000)
    spendless = Figures(10, 0.0)
    rows = drawn(campaign.break_even_chart(spendless, TERMS, break_even(spendless, TERMS), LIGHT))
    assert [row["mark"] for row in rows if "mark" in row] == ["Plan"]


def test_the_histogram_has_every_draw() -> None:
    found = simulate(AUDIENCE, TERMS, (0.2, 0.4), (0.3, 0.5))
    assert found
    rows = campaign_outlook.range_rows(found.roi)
    assert rows["draws"].sum() == 2_000
    assert rows["start"].iloc[0] == found.roi.draws.min()
    assert rows["end"].iloc[-1] == found.roi.draws.max()


def test_the_tornado_has_two_moves_of_each_input() -> None:
    swings = tornado(AUDIENCE, TERMS, campaign_outlook.ROI.of)
    rows = campaign_outlook.tornado_rows(swings, campaign_outlook.ROI)
    assert len(rows) == 10
    assert list(rows["parameter"][:2]) == ["Cost per customer", "Cost per customer"]
    assert list(rows["text"][:2]) == ["1,500.0%", "860.0%"]


def charts_of(theme: Any) -> list[AnyChart]:
    found = simulate(AUDIENCE, TERMS, (0.2, 0.4), (0.3, 0.5))
    assert found
    curve = profit_curve(np.array([0.5, 0.1]), np.array([9_000.0, 100.0]), Response(0.3, 0.2, 0.02, 10.0))
    composition = pd.DataFrame({"segment": ["Declining"], "card_type": ["Gold"], "customers": [3]})
    measure = campaign_outlook.NET_PROFIT
    return [
        campaign.composition(composition, theme), campaign.reach_funnel(4_000, PLAN, theme),
        campaign.roi_gauge(PLAN.roi, theme), campaign.roi_gauge(NOTHING.roi, theme),
        campaign.revenue_waterfall(PLAN, 3, theme),
        campaign.break_even_chart(AUDIENCE, TERMS, break_even(AUDIENCE, TERMS), theme),
        campaign_outlook.sensitivity(by_lift(AUDIENCE, TERMS, (0.1, 0.2)), 0.1, "Lift in spend", measure, theme),
        campaign_outlook.tornado_chart(tornado(AUDIENCE, TERMS, measure.of), PLAN, measure, theme),
        campaign_outlook.range_chart(found.net_profit, measure, theme),
        campaign_outlook.profit_curve_chart(curve, theme),
    ]  # fmt: skip


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_chart_has_a_title_with_its_unit_and_nothing_from_outside(theme: Any) -> None:
    for chart in charts_of(theme):
        written = chart.to_dict()
        assert any(word in written["title"] for word in ("(customers", "US dollars", "% of cost")), written["title"]
        assert "http" not in json.dumps({key: value for key, value in written.items() if key != "$schema"})
