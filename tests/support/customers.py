"""Profiles and standings for the tests of one customer's page."""

from __future__ import annotations

from datetime import date
from typing import Any

from customer_360.access.churn import MEASURES, Measured, Standing
from customer_360.access.customers import CustomerProfile

_PROFILE: dict[str, Any] = {
    "customer_id": "C000042", "name": "Ann O'Brien", "email": "ann@example.com", "age": 44, "city": "Springfield",
    "state": "IL", "account_open_date": date(2022, 1, 1), "account_tenure_days": 1095, "card_type": "Gold",
    "credit_limit": 12_000.0, "segment": "Declining", "segment_assigned_date": date(2024, 11, 30),
    "segment_reason": "Rule: spend -40 % on the month before, last transaction 50 days ago",
    "customer_status": "Active", "total_lifetime_value": 10_000.0, "ltv_last_90_days": 900.0,
    "ltv_last_365_days": 3_650.0, "projected_12m_ltv": 3_000.0, "current_month_spend": 200.0,
    "previous_month_spend": 400.0, "mom_absolute_change": -200.0, "mom_percent_change": -50.0,
    "three_month_trend": "decreasing", "avg_transaction_value_all_time": 50.0, "avg_transaction_value_90d": 60.0,
    "atv_trend": "up", "transaction_count": 200, "transaction_count_90d": 15, "as_of_date": date(2024, 12, 31),
    "days_since_last_transaction": 50, "last_transaction_date": date(2024, 11, 11), "last_transaction_amount": 20.0,
    "churn_probability": 0.62, "churn_risk_category": "Medium",
}  # fmt: skip


def profile(**changes: Any) -> CustomerProfile:
    """Return a customer, with some values of another."""
    return CustomerProfile(**_PROFILE | changes)


def measured(feature: str, share_below: float, correlation: float | None = 0.5, **changes: Any) -> Measured:
    """Return a feature of which the customer has more than a share of the others."""
    given: dict[str, Any] = {
        "feature": feature, "value": 10.0, "typical": 5.0, "share_below": share_below, "correlation": correlation,
        "risk_from_here_up": 0.4, "risk_from_here_down": 0.1,
    }  # fmt: skip
    return Measured(**given | changes)


def standing(value_share_below: float = 0.5, **shares: float) -> Standing:
    """Return a standing in which every feature is as usual, but for those whose share below is given."""
    return Standing(
        active_customers=1000,
        average_probability=0.08,
        value_share_below=value_share_below,
        measured=tuple(measured(feature, shares.get(feature.lower(), 0.5)) for feature in MEASURES),
    )
