"""The headline figures of one customer, each with what it is compared with; every number is one of the profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from customer_360.formats import NO_VALUE

if TYPE_CHECKING:
    from customer_360.access.customers import CustomerProfile

Arrow = Literal["up", "down", "off"]
_TRENDS: dict[str, Arrow] = {"increasing": "up", "decreasing": "down", "up": "up", "down": "down"}
# Below half a year the account is too young for its year to be a pace.
_YEAR, _LEAST_TENURE = 365, 180


@dataclass(frozen=True)
class Metric:
    """One figure, written out.

    Attributes:
        label: what it is.
        value: of the customer.
        comparison: what it is compared with, in words; None where there is nothing to compare.
        arrow: whether the comparison is a rise or a fall.
        is_good_up: whether a rise is good news.
        help: how it is counted.
        amount: the figure as a number, for the difference of two customers; None where there is none.
    """

    label: str
    value: str
    comparison: str | None
    arrow: Arrow
    help: str
    amount: float | None = None
    is_good_up: bool = True


def metrics(profile: CustomerProfile) -> tuple[Metric, ...]:
    """Return the six headline figures of a customer, in their order."""
    return (
        _lifetime_value(profile),
        _spend(profile),
        _transaction_value(profile),
        _change(profile),
        _frequency(profile),
        _silence(profile),
    )


def exact_dollars(amount: float) -> str:
    """Write an amount in US dollars and cents."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def _lifetime_value(profile: CustomerProfile) -> Metric:
    return Metric(
        "Lifetime value",
        exact_dollars(profile.total_lifetime_value),
        f"Spend of three months {profile.three_month_trend}",
        _TRENDS.get(profile.three_month_trend, "off"),
        "Approved purchases less refunds since the account was opened. Trend: the last 30 days against the first 30 of "
        "the last 90.",
        profile.total_lifetime_value,
    )


def _spend(profile: CustomerProfile) -> Metric:
    days = min(_YEAR, profile.account_tenure_days + 1)
    pace = profile.ltv_last_365_days / days * 90
    comparison, arrow = None, "off"
    if profile.account_tenure_days >= _LEAST_TENURE and pace > 0:
        change = profile.ltv_last_90_days / pace - 1
        comparison, arrow = f"{change:+.1%} against the year's pace", _sign(change, 0.0005)
    return Metric(
        "Spend of the last 90 days",
        exact_dollars(profile.ltv_last_90_days),
        comparison,
        arrow,
        "Approved purchases less refunds. The pace is what 90 days would be at the average of the last 365.",
        profile.ltv_last_90_days,
    )


def _transaction_value(profile: CustomerProfile) -> Metric:
    return Metric(
        "Average transaction (90 days)",
        exact_dollars(profile.avg_transaction_value_90d) if profile.transaction_count_90d else NO_VALUE,
        f"{profile.atv_trend.capitalize()}; {exact_dollars(profile.avg_transaction_value_all_time)} since opening"
        if profile.transaction_count
        else None,
        _TRENDS.get(profile.atv_trend, "off"),
        "Average purchase of the last 90 days. Trend: that of the last 30 days is more than 5 % above or below it.",
        profile.avg_transaction_value_90d if profile.transaction_count_90d else None,
    )


def _change(profile: CustomerProfile) -> Metric:
    is_nothing = profile.spent_in_neither_month
    return Metric(
        "Spend change by month",
        NO_VALUE if is_nothing else f"{profile.mom_percent_change:+.1f}%",
        "No spend in 60 days" if is_nothing else _signed_dollars(profile.mom_absolute_change),
        "off" if is_nothing else _sign(profile.mom_absolute_change, 0.005),
        "Spend of the last 30 days against the 30 days before, from -100 % to 1,000 %.",
        None if is_nothing else profile.mom_percent_change,
    )


def _frequency(profile: CustomerProfile) -> Metric:
    usual = profile.transaction_count / (profile.account_tenure_days + 1) * 90
    comparison, arrow = None, "off"
    if profile.account_tenure_days >= _LEAST_TENURE and usual > 0:
        comparison = f"{usual:,.1f} is usual for this customer"
        arrow = _sign(profile.transaction_count_90d - usual, 0.05)
    return Metric(
        "Purchases in 90 days",
        f"{profile.transaction_count_90d:,}",
        comparison,
        arrow,
        "Approved purchases. Usual: the average of 90 days since the account was opened.",
        float(profile.transaction_count_90d),
    )


def _silence(profile: CustomerProfile) -> Metric:
    days = profile.days_since_last_transaction
    return Metric(
        "Days since the last purchase",
        NO_VALUE if days is None else f"{days:,}",
        None if profile.last_transaction_date is None else f"On {profile.last_transaction_date:%d %b %Y}",
        "off",
        "Up to the day of the data.",
        None if days is None else float(days),
        is_good_up=False,
    )


def _signed_dollars(amount: float) -> str:
    return f"{'-' if amount < 0 else '+'}{exact_dollars(abs(amount))}"


def _sign(change: float, least: float) -> Arrow:
    """Tell a rise from a fall; what is written as zero is neither."""
    if abs(change) < least:
        return "off"
    return "up" if change > 0 else "down"
