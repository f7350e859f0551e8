"""Everything that the page of one customer shows, in one value: the page and its report draw the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_360.access.churn import load_standing
from customer_360.access.customers import load_segment_history, load_versions
from customer_360.access.spending import load_category_spend, load_monthly_spend, load_recent_transactions
from customer_360.customer.categories import category_shares
from customer_360.customer.factors import factors
from customer_360.customer.recommendations import recommendations
from customer_360.customer.trend import monthly_trend

if TYPE_CHECKING:
    import pandas as pd

    from customer_360.access.churn import Standing
    from customer_360.access.customers import CustomerProfile, CustomerVersion, SegmentPeriod
    from customer_360.customer.categories import CategoryShares
    from customer_360.customer.factors import Factor
    from customer_360.customer.recommendations import Recommendation
    from customer_360.database import Query


@dataclass(frozen=True)
class CustomerView:
    """One customer.

    Attributes:
        profile: who it is, with the figures of the profile.
        trend: spend by month, as `trend.monthly_trend` returns.
        shares: spend by merchant category.
        transactions: the newest ones, as `spending.load_recent_transactions` returns.
        segments: the segments of the past, the oldest first.
        versions: of card type and credit limit, the oldest first.
        standing: among the active customers; None where the customer was not scored.
        factors: what goes with the risk, the most risky first; empty without a standing.
        recommendations: what to do, in order.
    """

    profile: CustomerProfile
    trend: pd.DataFrame
    shares: CategoryShares
    transactions: pd.DataFrame
    segments: tuple[SegmentPeriod, ...]
    versions: tuple[CustomerVersion, ...]
    standing: Standing | None
    factors: tuple[Factor, ...]
    recommendations: tuple[Recommendation, ...]


def load_view(ask: Query, profile: CustomerProfile) -> CustomerView:
    """Load what belongs to a profile.

    Args:
        ask: runs a query.
        profile: of the customer.
    """
    customer_id = profile.customer_id
    standing = load_standing(ask, customer_id) if profile.churn_probability is not None else None
    found = factors(standing) if standing else ()
    return CustomerView(
        profile=profile,
        trend=load_trend(ask, profile),
        shares=category_shares(load_category_spend(ask, customer_id)),
        transactions=load_recent_transactions(ask, customer_id),
        segments=load_segment_history(ask, customer_id),
        versions=load_versions(ask, customer_id),
        standing=standing,
        factors=found,
        recommendations=recommendations(profile, found, standing.value_share_below if standing else None),
    )


def load_trend(ask: Query, profile: CustomerProfile) -> pd.DataFrame:
    """Load a customer's spend by month, as `trend.monthly_trend` returns. Arguments are those of `load_view`."""
    months = load_monthly_spend(ask, profile.customer_id, profile.as_of_date)
    return monthly_trend(months, profile.as_of_date, profile.account_open_date)
