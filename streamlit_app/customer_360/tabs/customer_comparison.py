"""Two customers side by side: who they are, their figures with the difference, and their spend by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from customer_360.charts.customer import trends_compared
from customer_360.customer.metrics import metrics
from customer_360.drawn import show_chart
from customer_360.tabs.customer_sections import show_profile
from customer_360.tabs.markdown_text import escaped

if TYPE_CHECKING:
    from customer_360.access.customers import CustomerProfile
    from customer_360.context import Page


def show_comparison(
    page: Page, pair: tuple[CustomerProfile, CustomerProfile], trends: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    """Draw two customers side by side.

    Args:
        page: the page's run.
        pair: their profiles.
        trends: their spend by month, as `trend.monthly_trend` returns.
    """
    sides = st.container(key="wide_comparison").columns(2)
    for number, (side, profile) in enumerate(zip(sides, pair, strict=True)):
        with side.container(border=True, height="stretch", key=f"compared_{number}"):
            show_profile(profile, sees_contact_data=page.audience.sees_contact_data)
    with st.container(border=True, key="comparison_section"):
        st.subheader("Figures side by side")
        st.dataframe(comparison_table(*pair), hide_index=True, height="content", key="comparison_table")
    with st.container(border=True, key="comparison_trend_section"):
        drawn = {profile.title: trend for profile, trend in zip(pair, trends, strict=True)}
        show_chart("trends_compared", trends_compared, drawn, page.theme)
    st.caption(f"End the comparison above to see all of {escaped(pair[0].title)}.")


def comparison_table(first: CustomerProfile, second: CustomerProfile) -> pd.DataFrame:
    """Return a row a figure: its name, the value of each customer by number, and the second's difference."""
    rows = [
        (one.label, one.value, two.value, _difference(one.amount, two.amount))
        for one, two in zip(metrics(first), metrics(second), strict=True)
    ]
    rows += [
        ("Churn probability", *(_probability(p) for p in (first, second)), _points(first, second)),
        ("Segment", first.segment, second.segment, ""),
        ("Status", first.customer_status, second.customer_status, ""),
        ("Card", first.card_type, second.card_type, ""),
        ("Credit limit", f"${first.credit_limit:,.0f}", f"${second.credit_limit:,.0f}",
         _difference(first.credit_limit, second.credit_limit)),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Figure", first.customer_id, second.customer_id, "Difference"])


def _difference(first: float | None, second: float | None) -> str:
    return "" if first is None or second is None else f"{second - first:+,.2f}".removesuffix(".00")


def _probability(profile: CustomerProfile) -> str:
    if profile.churn_probability is None:
        return "not scored"
    return f"{profile.churn_probability:.1%} ({profile.churn_risk_category})"


def _points(first: CustomerProfile, second: CustomerProfile) -> str:
    if first.churn_probability is None or second.churn_probability is None:
        return ""
    return f"{100 * (second.churn_probability - first.churn_probability):+.1f} points"
