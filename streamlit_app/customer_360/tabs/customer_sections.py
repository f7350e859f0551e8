"""The sections of the page of one customer, from the profile down to the history."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import pandas as pd
import streamlit as st

from customer_360.charts.customer import (
    category_share,
    churn_gauge,
    factor_ranks,
    limit_history,
    segment_timeline,
    spend_trend,
)
from customer_360.csv_export import to_csv
from customer_360.customer.factors import PACES_ARE
from customer_360.customer.metrics import metrics
from customer_360.drawn import show_chart
from customer_360.tabs.files import recorded
from customer_360.tabs.markdown_text import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from customer_360.access.customers import CustomerProfile
    from customer_360.context import Page
    from customer_360.customer.metrics import Metric
    from customer_360.customer.view import CustomerView

RISK_BADGES: Mapping[str, tuple[Literal["red", "orange", "green"], str]] = {
    "High": ("red", ":material/warning:"),
    "Medium": ("orange", ":material/error:"),
    "Low": ("green", ":material/check_circle:"),
}
_STATUS_BADGES: Mapping[str, Literal["blue", "gray"]] = {"Active": "blue"}
OF_WHOM_RISK_IS = (
    "The probability of no purchase in the 90 days to come. It speaks of customers who are active: who bought nothing "
    "for 90 days has left already."
)


def show_overview(page: Page, view: CustomerView) -> None:
    """Draw the profile card and, beside it, the six figures."""
    left, right = st.container(key="wide_overview").columns([5, 8])
    with left.container(border=True, height="stretch", key="profile_card"):
        show_profile(view.profile, sees_contact_data=page.audience.sees_contact_data)
    with right.container(border=True, height="stretch", key="figures_customer"):
        st.subheader("Key figures")
        figures = metrics(view.profile)
        # In pairs: every width of a screen has room for one or two.
        for row in (figures[:2], figures[2:4], figures[4:]):
            for column, metric in zip(st.columns(2), row, strict=True):
                with column:
                    show_metric(metric)


def show_profile(profile: CustomerProfile, *, sees_contact_data: bool) -> None:
    """Draw who the customer is."""
    st.subheader(escaped(profile.name or profile.customer_id))
    with st.container(horizontal=True):
        st.badge(escaped(profile.segment), color="violet", help=escaped(profile.segment_reason))
        show_risk_badge(profile)
        st.badge(profile.customer_status, color=_STATUS_BADGES.get(profile.customer_status, "gray"))
    lines = {"Customer": profile.customer_id}
    if sees_contact_data:
        lines["E-mail"] = profile.email or "none"
    lines |= {
        "Age": f"{profile.age}",
        "Place": f"{profile.city}, {profile.state}",
        "Customer since": f"{profile.account_open_date:%d %B %Y} ({tenure(profile.account_tenure_days)})",
        "Card": profile.card_type,
        "Credit limit": f"${profile.credit_limit:,.0f}",
        "Segment since": f"{profile.segment_assigned_date:%d %B %Y}",
    }
    st.markdown("  \n".join(f"**{label}:** {escaped(text)}" for label, text in lines.items()))


def show_risk_badge(profile: CustomerProfile) -> None:
    """Draw the churn risk in colour and in words."""
    if profile.churn_probability is None or profile.churn_risk_category is None:
        st.badge("Not scored yet", color="gray")
        return
    colour, icon = RISK_BADGES[profile.churn_risk_category]
    st.badge(f"{profile.churn_risk_category} churn risk", color=colour, icon=icon, help=OF_WHOM_RISK_IS)


def tenure(days: int) -> str:
    """Write an age of an account: years and months where it has any, else days."""
    months = int(days / 30.4375)
    if months < 1:
        return f"{days} day{'' if days == 1 else 's'}"
    years, rest = divmod(months, 12)
    parts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((years, "year"), (rest, "month")) if n]
    return ", ".join(parts)


def show_metric(metric: Metric) -> None:
    """Draw one figure; a fall is red where a rise is good, and the arrow says the same as the colour."""
    st.metric(
        metric.label,
        metric.value,
        delta=metric.comparison,
        delta_color=_delta_color(metric),
        delta_arrow=metric.arrow,
        help=metric.help,
    )


def _delta_color(metric: Metric) -> Literal["normal", "inverse", "off"]:
    if metric.arrow == "off" or metric.comparison is None:
        return "off"
    # Streamlit takes the direction from the text: without a minus sign it is a rise.
    reads_as_rise = not metric.comparison.startswith("-")
    return "normal" if (metric.arrow == "up") == reads_as_rise else "inverse"


def show_trend(page: Page, view: CustomerView) -> None:
    """Draw the spend of twelve months."""
    with st.container(border=True, key="trend_section"):
        show_chart("spend_trend", spend_trend, view.trend, page.theme)
        newest = view.trend.iloc[-1]
        text = "A month without purchases counts as zero. The average is of the month and the two before."
        if not newest["is_complete"]:
            text += f" {newest['month_start']:%B %Y} is not over: it ends with {view.profile.as_of_date:%d %B} so far."
        st.caption(text)


def show_categories_and_churn(page: Page, view: CustomerView) -> None:
    """Draw the merchant categories and, beside them, the probability of churn."""
    left, right = st.container(key="wide_categories").columns(2)
    with left.container(border=True, height="stretch", key="category_section"):
        if view.shares.total:
            show_chart("category_share", category_share, view.shares, page.theme)
        else:
            st.subheader("Spend by merchant category")
            st.caption("Nothing was bought yet, so there is nothing to split.")
        if view.shares.refunded:
            st.caption(f"Left out, because more was returned than bought: {', '.join(view.shares.refunded)}.")
    with right.container(border=True, height="stretch", key="churn_section"):
        _show_churn(page, view)


def _show_churn(page: Page, view: CustomerView) -> None:
    profile = view.profile
    if profile.churn_probability is None or profile.churn_risk_category is None:
        st.subheader("Churn probability")
        st.caption("This customer has not been scored yet. The next run of the pipeline scores everybody.")
        return
    show_chart("churn_gauge", churn_gauge, profile.churn_probability, profile.churn_risk_category, page.theme)
    if profile.customer_status == "Lapsed":
        st.caption(
            f"No purchase for {profile.days_since_last_transaction:,} days: this customer has left already, and the "
            "probability says no more than that."
        )
    elif view.standing:
        st.caption(
            f"The average of the {view.standing.active_customers:,} active customers is "
            f"{view.standing.average_probability:.1%}. Low up to 40 %, medium up to 70 %, high above."
        )


def show_factors(page: Page, view: CustomerView) -> None:
    """Draw the factors, and what follows from them."""
    with st.container(border=True, key="factors_section"):
        st.subheader("What goes with this risk, and what to do")
        left, right = st.container(key="wide_factors").columns([7, 5])
        with left:
            if any(factor.risk_rank is not None for factor in view.factors):
                show_chart("factor_ranks", factor_ranks, view.factors, page.theme)
        with right:
            st.markdown("**Recommendations**")
            for number, one in enumerate(view.recommendations, 1):
                st.markdown(f"{number}. {escaped(one.action)}  \n   :small[{escaped(one.because)}]")
            st.caption("They follow from status, risk and factors by fixed rules; a person decides.")
        _show_factor_table(view)


def _show_factor_table(view: CustomerView) -> None:
    if not view.factors:
        st.caption("No factors: this customer has not been scored yet.")
        return
    st.dataframe(
        factor_table(view),
        hide_index=True,
        column_config={
            "factor": "Factor",
            "value": "This customer",
            "typical": "Typical",
            "pull": "Which way it points",
            "alike": st.column_config.TextColumn(
                "Average risk of those alike",
                help="Of active customers at this value or beyond it, on the risky side.",
            ),
            "contribution": st.column_config.TextColumn(
                "The model's own share",
                help="How much lower the model's probability would be if this were as it is for a typical customer who "
                "stayed. Empty below one point, and for customers below 5 %.",
            ),
        },
        height="content",
        key="factor_table",
    )
    st.caption(
        f"Compared with all active customers. {PACES_ARE} These factors go with risk in the data; "
        "none is said to be its cause. Which side is risky is what the predicted probabilities of all active customers "
        "say."
    )


def factor_table(view: CustomerView) -> pd.DataFrame:
    """Return the factors as rows of texts: factor, value, typical, pull, alike, contribution."""
    return pd.DataFrame(
        {
            "factor": [f.label for f in view.factors],
            "value": [f.value for f in view.factors],
            "typical": [f.typical for f in view.factors],
            "pull": [f.pull.value for f in view.factors],
            "alike": ["" if f.risk_alike is None else f"{f.risk_alike:.1%}" for f in view.factors],
            "contribution": [
                "" if f.contribution is None else f"{100 * f.contribution:+.1f} points" for f in view.factors
            ],
        }
    )


@st.fragment
def show_transactions(page: Page, view: CustomerView) -> None:
    """Draw the newest transactions, with filters and a file of what they leave."""
    with st.container(border=True, key="transactions_section"):
        st.subheader("Newest transactions")
        if view.transactions.empty:
            st.caption("There are no transactions yet.")
            return
        rows = _filtered(page, view)
        st.dataframe(
            rows,
            hide_index=True,
            column_order=["transaction_timestamp", "merchant_category", "transaction_type", "amount", "status"],
            column_config={
                "transaction_timestamp": st.column_config.DatetimeColumn("Date (UTC)", format="YYYY-MM-DD HH:mm"),
                "merchant_category": "Merchant category",
                "transaction_type": "Type",
                "amount": st.column_config.NumberColumn("Amount", format="dollar"),
                "status": "Status",
            },
            key="transactions_table",
        )
        declined = int((view.transactions["status"] == "declined").sum())
        st.caption(
            f"{len(rows)} of the newest {len(view.transactions)} transactions, of which {declined} were declined; "
            "declined amounts were asked for, not spent. A click on a column's head sorts."
        )


def _filtered(page: Page, view: CustomerView) -> pd.DataFrame:
    status_box, category_box, file_box = st.container(key="transactions_filters").columns(
        [3, 5, 2], vertical_alignment="bottom"
    )
    status = status_box.radio("Status", ["All", "Approved", "Declined"], key="transactions_status", horizontal=True)
    categories = category_box.multiselect(
        "Merchant category",
        sorted(view.transactions["merchant_category"].unique()),
        key="transactions_categories",
        placeholder="All categories",
    )
    rows = view.transactions
    if status != "All":
        rows = rows[rows["status"] == status.lower()]
    if categories:
        rows = rows[rows["merchant_category"].isin(categories)]
    file_box.download_button(
        "CSV",
        data=recorded(
            page,
            f"Transactions of {view.profile.customer_id}",
            len(rows),
            partial(to_csv, rows),
            has_contact_data=False,
        ),
        file_name="transactions.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="transactions_csv",
        help="The transactions that the filters leave.",
    )
    return rows


def show_history(page: Page, view: CustomerView) -> None:
    """Draw the segments of the past with their reasons, and the versions of card and limit."""
    as_of = view.profile.as_of_date
    with st.container(border=True, key="segments_section"):
        show_chart("segment_timeline", segment_timeline, view.segments, as_of, page.theme)
        st.dataframe(
            pd.DataFrame(
                [(p.segment_assigned_date, p.previous_segment or "(first)", p.segment, p.segment_reason)
                 for p in reversed(view.segments)],
                columns=["Date", "From", "To", "Reason"],
            ),
            hide_index=True,
            column_config={"Date": st.column_config.DateColumn(format="YYYY-MM-DD")},
            height="content",
            key="segment_history",
        )  # fmt: skip
    with st.container(border=True, key="versions_section"):
        if len(view.versions) > 1:
            show_chart("limit_history", limit_history, view.versions, as_of, page.theme)
        else:
            st.subheader("Card and credit limit")
        st.dataframe(
            _version_table(view),
            hide_index=True,
            column_config={
                "From": st.column_config.DateColumn(format="YYYY-MM-DD"),
                "Until": st.column_config.TextColumn(help="The day on which the next version began."),
                "Credit limit": st.column_config.NumberColumn(format="dollar"),
            },
            height="content",
            key="version_history",
        )  # fmt: skip
        st.caption("A new version begins with another card, or with a limit more than 10 % away from the one before.")


def _version_table(view: CustomerView) -> pd.DataFrame:
    rows = [
        (v.version_number, v.effective_date, f"{v.end_date}" if v.end_date else "current", v.card_type, v.credit_limit)
        for v in reversed(view.versions)
    ]
    return pd.DataFrame(rows, columns=["Version", "From", "Until", "Card", "Credit limit"])
