"""Charts of one customer draw exactly the rows that they are given, under a title with units, offline."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from customer_360.access.customers import CustomerVersion, SegmentPeriod
from customer_360.charts import customer as charts
from customer_360.customer.categories import category_shares
from customer_360.customer.factors import factors
from customer_360.customer.trend import monthly_trend
from customer_360.themes import DARK, LIGHT, Theme

from tests.support.customers import measured, standing

if TYPE_CHECKING:
    import altair as alt

AS_OF = date(2024, 12, 30)
MONTHS = pd.DataFrame(
    {"month_start": pd.to_datetime(["2024-10-01", "2024-12-01"]), "transaction_count": [2, 3], "spend": [700.5, 20.0]}
)
TREND = monthly_trend(MONTHS, AS_OF, date(2020, 1, 1))
SHARES = category_shares(pd.DataFrame({"category": list("ABCDEFG"), "spend": range(7, 0, -1), "transaction_count": 1}))
PERIODS = (
    SegmentPeriod("New & Growing", date(2023, 12, 31), "young", date(2024, 12, 30)),
    SegmentPeriod("Declining", date(2024, 12, 30), "silent", None, "New & Growing"),
)
VERSIONS = (
    CustomerVersion(1, date(2022, 1, 1), "Silver", 9_000.0, date(2023, 5, 1)),
    CustomerVersion(2, date(2023, 5, 1), "Gold", 12_000.0),
)
FACTORS = factors(
    replace(
        standing(),
        measured=(measured("DAYS_SINCE_LAST_TRANSACTION", 0.97), measured("ACCOUNT_TENURE_DAYS", 0.5, 0.0)),
    )
)


def specifications(theme: Theme) -> dict[str, Any]:
    return {
        "Spend by month (US dollars)": charts.spend_trend(TREND, theme),
        "Spend by category (US dollars)": charts.category_share(SHARES, theme),
        "Churn probability (next 90 days)": charts.churn_gauge(0.95, "High", theme),
        "Against active customers (percent)": charts.factor_ranks(FACTORS, theme),
        "Segment over time (by month end)": charts.segment_timeline(PERIODS, AS_OF, theme),
        "Credit limit (US dollars)": charts.limit_history(VERSIONS, AS_OF, theme),
    }


def drawn(chart: alt.TopLevelMixin) -> list[dict[str, Any]]:
    """Return all rows that a chart draws."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_charts_have_a_title_and_need_nothing_from_outside(theme: Theme) -> None:
    for title, chart in specifications(theme).items():
        specification = chart.to_dict()
        assert specification["title"] == title
        specification.pop("$schema")
        assert "http" not in json.dumps(specification)


def test_the_trend_draws_every_month_and_marks_the_one_that_is_not_over() -> None:
    rows = drawn(charts.spend_trend(TREND, LIGHT))
    assert [(row["month_start"][:7], row["spend"]) for row in rows] == [
        (f"{month:%Y-%m}", spend) for month, spend in zip(TREND["month_start"], TREND["spend"], strict=True)
    ]
    assert [row["shown"] for row in rows if row["is_current"]] == ["Dec 2024 so far"]


def test_a_category_is_labelled_with_its_percentage() -> None:
    rows = [row for row in drawn(charts.category_share(SHARES, LIGHT)) if "label" in row]
    assert [row["label"] for row in rows] == [
        "A  25.0%",
        "B  21.4%",
        "C  17.9%",
        "D  14.3%",
        "E  10.7%",
        "Other  10.7%",
    ]


@pytest.mark.parametrize(("probability", "angle"), [(0.0, -1.5708), (0.5, 0.0), (1.0, 1.5708), (1.2, 1.5708)])
def test_the_hand_of_the_gauge_points_at_the_probability(probability: float, angle: float) -> None:
    rows = drawn(charts.churn_gauge(probability, "High", LIGHT))
    (hand,) = [row for row in rows if set(row) == {"start", "end"}]
    assert (hand["start"] + hand["end"]) / 2 == pytest.approx(angle, abs=1e-4)
    bands = {row["risk"]: (row["start"], row["end"]) for row in rows if "risk" in row}
    assert bands["Low"][1] == bands["Medium"][0] == pytest.approx((0.4 - 0.5) * 3.14159, abs=1e-4)
    assert bands["Medium"][1] == bands["High"][0] == pytest.approx((0.7 - 0.5) * 3.14159, abs=1e-4)
    assert any(row.get("words") == "High risk" for row in rows)


def test_factors_that_say_little_are_not_drawn() -> None:
    rows = drawn(charts.factor_ranks(FACTORS, LIGHT))
    assert [(row["label"], row["said"]) for row in rows] == [("Days since the last purchase", "97%")]


def test_segments_and_limits_last_until_the_day_of_the_data() -> None:
    segments = drawn(charts.segment_timeline(PERIODS, AS_OF, LIGHT))
    assert [(s["segment"], s["start"][:10], s["end"][:10], s["until"]) for s in segments] == [
        ("New & Growing", "2023-12-31", "2024-12-30", "30 Dec 2024"),
        ("Declining", "2024-12-30", "2024-12-30", "now"),
    ]
    limits = {(row["on"][:10], row["limit"]) for row in drawn(charts.limit_history(VERSIONS, AS_OF, LIGHT))}
    assert limits == {("2022-01-01", 9_000.0), ("2023-05-01", 12_000.0), ("2024-12-30", 12_000.0)}


def test_two_customers_are_told_apart_by_more_than_colour() -> None:
    chart = charts.trends_compared({"Ann (C1)": TREND, "Bob (C2)": TREND}, LIGHT)
    assert {row["customer"] for row in drawn(chart)} == {"Ann (C1)", "Bob (C2)"}
    assert "strokeDash" in chart.to_dict()["encoding"]
