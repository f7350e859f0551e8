"""The six figures: the profile's numbers, and arrows that say what they mean."""

from __future__ import annotations

from typing import Any

import pytest
from customer_360.customer.metrics import Metric, metrics

from tests.support.customers import profile


def metric(label: str, **changes: Any) -> Metric:
    return next(m for m in metrics(profile(**changes)) if m.label == label)


def test_the_figures_are_those_of_the_profile() -> None:
    assert {m.label: (m.value, m.comparison, m.arrow) for m in metrics(profile())} == {
        "Lifetime value": ("$10,000.00", "Spend of three months decreasing", "down"),
        "Spend of the last 90 days": ("$900.00", "+0.0% against the year's pace", "off"),
        "Average transaction (90 days)": ("$60.00", "Up; $50.00 since opening", "up"),
        "Spend change by month": ("-50.0%", "-$200.00", "down"),
        "Purchases in 90 days": ("15", "16.4 is usual for this customer", "down"),
        "Days since the last purchase": ("50", "On 11 Nov 2024", "off"),
    }


CHANGE, AVERAGE = "Spend change by month", "Average transaction (90 days)"
NO_SPEND = {
    "current_month_spend": 0.0, "previous_month_spend": 0.0, "mom_percent_change": -100.0, "mom_absolute_change": 0.0,
}  # fmt: skip
NEVER = {"days_since_last_transaction": None, "last_transaction_date": None}
NOT_LATELY = {"transaction_count_90d": 0, "avg_transaction_value_90d": 0.0, "atv_trend": "stable"}
SPEND = "Spend of the last 90 days"


@pytest.mark.parametrize(
    ("label", "changes", "shown"),
    [
        (CHANGE, NO_SPEND, ("n/a", "No spend in 60 days", "off")),
        (CHANGE, {"mom_percent_change": 12.34, "mom_absolute_change": 5.5}, ("+12.3%", "+$5.50", "up")),
        ("Days since the last purchase", NEVER, ("n/a", None, "off")),
        (AVERAGE, NOT_LATELY, ("n/a", "Stable; $50.00 since opening", "off")),
        (SPEND, {"account_tenure_days": 100}, ("$900.00", None, "off")),
        (SPEND, {"ltv_last_90_days": -20.0}, ("-$20.00", "-102.2% against the year's pace", "down")),
        ("Purchases in 90 days", {"account_tenure_days": 100}, ("15", None, "off")),
        ("Lifetime value", {"three_month_trend": "stable"}, ("$10,000.00", "Spend of three months stable", "off")),
    ],
)
def test_what_cannot_be_compared_is_not(label: str, changes: dict[str, Any], shown: tuple[str, str, str]) -> None:
    found = metric(label, **changes)
    assert (found.value, found.comparison, found.arrow) == shown
