"""The segment explorer tab: filters, headline figures, the distribution of segments, and the list of customers."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from customer_360.charts import INK, segment_distribution
from customer_360.selection import (
    CARD_TYPES,
    CHURN_RISKS,
    LIMIT_STEP,
    SEGMENTS,
    Figures,
    Selection,
    by_segment,
    figures,
    limit_bounds,
)

MOST_ROWS = 1000
ROWS_PER_PAGE = 50
_WRITTEN = "written_address"
_OF_WHOM_RISK_IS = (
    "Predicted for every customer. Most of those at high risk have bought nothing for 90 days: they have left already, "
    "and cannot be kept any more."
)
_COLUMNS = [
    "customer_id", "name", "segment", "card_type", "credit_limit", "total_lifetime_value", "ltv_last_90_days",
    "mom_percent_change", "churn_probability", "churn_risk_category",
]  # fmt: skip
# Columns, and whether the smallest comes first; ties go by customer number.
_ORDERS: dict[str, dict[str, bool]] = {
    "Highest lifetime value": {"total_lifetime_value": False},
    "Highest churn probability": {"churn_probability": False},
    "Highest 90-day spend": {"ltv_last_90_days": False},
    "Steepest fall in monthly spend": {"mom_percent_change": True, "mom_absolute_change": True},
    "Customer number": {},
}


def show(customers: pd.DataFrame) -> None:
    """Draw the tab.

    Args:
        customers: every customer, as `profiles.load_profiles` returns.
    """
    selection = _filters(limit_bounds(customers))
    chosen = selection.of(customers)
    _figure_cards(figures(chosen), figures(customers))
    if chosen.empty:
        st.caption("No customer matches these filters. Widen or reset them in the sidebar.")
        return
    segments = by_segment(chosen)
    left, right = st.container(key="overview").columns([11, 9])
    with left.container(border=True, height="stretch"):
        st.subheader("Customers by segment")
        ink = INK.get(str(st.context.theme.type), INK["light"])
        st.altair_chart(segment_distribution(segments, ink), key="segment_distribution")
    with right.container(border=True, height="stretch"):
        st.subheader("Segments compared")
        _segment_table(segments)
    with st.container(border=True):
        _customer_table(chosen)


def _filters(bounds: tuple[int, int]) -> Selection:
    # The address counts where the page did not write it: at the start, after Back, and where a reader edits it.
    if _address() != st.session_state.get(_WRITTEN):
        _remember(Selection.from_params(_address(), bounds), bounds)
    with st.sidebar:
        st.header("Filters")
        segments = st.multiselect("Segment", SEGMENTS, key="segments", placeholder="All segments")
        cards = st.multiselect("Card type", CARD_TYPES, key="card_types", placeholder="All card types")
        risks = st.multiselect(
            "Churn risk", CHURN_RISKS, key="churn_risks", placeholder="All risk levels", help=_OF_WHOM_RISK_IS
        )
        if bounds[0] < bounds[1]:
            st.slider("Credit limit (US dollars)", *bounds, step=LIMIT_STEP, key="credit_limit", format="$%d")
        st.button("Reset filters", icon=":material/restart_alt:", on_click=_remember, args=(Selection(), bounds))
        st.caption("An empty filter means all. The address of this page keeps the filters, so you can share it.")
    limits = st.session_state["credit_limit"]
    selection = Selection(tuple(segments), tuple(cards), tuple(risks), limits if limits != bounds else None)
    if selection.to_params() != _address():
        st.query_params.from_dict(selection.to_params())
    st.session_state[_WRITTEN] = selection.to_params()
    return selection


def _address() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in st.query_params}


def _remember(selection: Selection, bounds: tuple[int, int]) -> None:
    st.session_state["segments"] = list(selection.segments)
    st.session_state["card_types"] = list(selection.card_types)
    st.session_state["churn_risks"] = list(selection.churn_risks)
    st.session_state["credit_limit"] = selection.credit_limit or bounds


def _figure_cards(chosen: Figures, everyone: Figures) -> None:
    cards = st.container(key="figures").columns(4)
    is_part = chosen.customers < everyone.customers
    cards[0].metric(
        "Customers in selection",
        f"{chosen.customers:,}",
        delta=f"{chosen.customers / everyone.customers:.1%} of all customers" if is_part else "all customers",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    cards[1].metric(
        "Average lifetime value",
        dollars(chosen.average_lifetime_value),
        delta=relative(chosen.average_lifetime_value, everyone.average_lifetime_value) if is_part else "all customers",
        delta_color="normal" if is_part else "off",
        delta_arrow="auto" if is_part else "off",
        border=True,
        help="Approved spend since the account was opened.",
    )
    cards[2].metric(
        "Average churn probability",
        percent(chosen.average_churn_probability),
        delta=points(chosen.average_churn_probability, everyone.average_churn_probability)
        if is_part
        else "all customers",
        delta_color="inverse" if is_part else "off",
        delta_arrow="auto" if is_part else "off",
        border=True,
        help="Predicted probability of no purchase in the 90 days to come.",
    )
    share = chosen.spend_90_days / everyone.spend_90_days if everyone.spend_90_days else 0.0
    cards[3].metric(
        "Spend of the last 90 days",
        dollars(chosen.spend_90_days),
        delta=f"{share:.1%} of all spend" if is_part else "all customers",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )


def _segment_table(segments: pd.DataFrame) -> None:
    shown = segments.assign(average_churn_probability=segments["average_churn_probability"] * 100)
    st.dataframe(
        shown,
        hide_index=True,
        column_order=["segment", "average_lifetime_value", "spend_90_days", "average_churn_probability"],
        column_config={
            "segment": "Segment",
            "average_lifetime_value": st.column_config.NumberColumn("Average value", format="compact"),
            "spend_90_days": st.column_config.NumberColumn("90-day spend", format="compact"),
            "average_churn_probability": st.column_config.NumberColumn("Churn", format="%.1f%%"),
        },
        key="segments_compared",
    )


@st.fragment
def _customer_table(chosen: pd.DataFrame) -> None:
    title, order_box, page_box, download = st.columns([3, 2, 1, 1], vertical_alignment="bottom")
    title.subheader("Customers")
    order = order_box.selectbox("Sort by", list(_ORDERS), key="sort_by")
    listed = first_rows(chosen, order)
    pages = math.ceil(len(listed) / ROWS_PER_PAGE)
    page = page_box.number_input(f"Page of {pages}", 1, pages, key=f"page_{pages}_{order}_{_fingerprint(chosen)}")
    download.download_button(
        "CSV",
        data=to_csv(chosen, order),
        file_name="customers.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        help="All customers of the selection, not only those listed here.",
    )
    start = (int(page) - 1) * ROWS_PER_PAGE
    rows = listed.iloc[start : start + ROWS_PER_PAGE]
    st.dataframe(
        rows.assign(churn_probability=rows["churn_probability"] * 100),
        hide_index=True,
        column_order=_COLUMNS,
        column_config={
            "customer_id": "Customer",
            "name": "Name",
            "segment": "Segment",
            "card_type": "Card",
            "credit_limit": st.column_config.NumberColumn("Credit limit", format="dollar", width="small"),
            "total_lifetime_value": st.column_config.NumberColumn("Lifetime value", format="dollar"),
            "ltv_last_90_days": st.column_config.NumberColumn("90-day spend", format="dollar"),
            "mom_percent_change": st.column_config.NumberColumn(
                "Spend change",
                help="Spend of the last 30 days against the 30 days before; nothing for who spent in neither.",
                format="%+.1f%%",
            ),
            "churn_probability": st.column_config.ProgressColumn(
                "Churn probability", format="%.1f%%", min_value=0, max_value=100
            ),
            "churn_risk_category": "Churn risk",
        },
        key="customers",
    )
    st.caption(caption(start, len(rows), len(listed), len(chosen)))


def _fingerprint(customers: pd.DataFrame) -> int:
    """Return a number that is another for another set of customers: the list of each begins with its first page."""
    return int(pd.util.hash_pandas_object(customers["customer_id"], index=False).sum())


def caption(start: int, rows: int, listed: int, chosen: int) -> str:
    """Say which rows of the table are on a page.

    Args:
        start: how many rows are on the pages before.
        rows: how many are on this one.
        listed: how many the table's pages hold.
        chosen: how many customers the filters select.
    """
    of_these = f"{chosen:,}" if listed == chosen else f"the first {listed:,} of {chosen:,}"
    return f"Rows {start + 1:,} to {start + rows:,} of {of_these} customers. The CSV file has all of the selection."


def in_order(customers: pd.DataFrame, order: str) -> pd.DataFrame:
    """Return the customers in one of the offered orders, those without a value last."""
    keys = _ORDERS[order] | {"customer_id": True}
    return customers.sort_values(list(keys), ascending=list(keys.values()), na_position="last")


def first_rows(customers: pd.DataFrame, order: str) -> pd.DataFrame:
    """Return at most the first thousand customers in one of the offered orders."""
    return in_order(customers, order).head(MOST_ROWS)


def to_csv(customers: pd.DataFrame, order: str) -> bytes:
    """Write the listed columns of the customers as CSV for spreadsheets, in the order of the list.

    It begins with a byte order mark, without which Excel takes UTF-8 for the system's code page. A text that a
    spreadsheet would take for a formula gets an apostrophe in front
    (https://owasp.org/www-community/attacks/CSV_Injection).
    """
    listed = in_order(customers, order)[_COLUMNS].copy()
    for column in _COLUMNS:
        if not pd.api.types.is_numeric_dtype(listed[column]):
            listed[column] = listed[column].str.replace(r"^(?=[=+\-@\t\r])", "'", regex=True)
    return listed.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def dollars(amount: float) -> str:
    """Write an amount in US dollars, shortened from a million on; n/a for no value."""
    if math.isnan(amount):
        return "n/a"
    for size, unit in ((1e9, "B"), (1e6, "M")):
        if abs(amount) >= size:
            return f"${amount / size:,.1f}{unit}"
    return f"${amount:,.0f}"


def percent(share: float) -> str:
    """Write a share of one as a percentage; n/a for no value."""
    return "n/a" if math.isnan(share) else f"{share:.1%}"


def relative(value: float, reference: float) -> str | None:
    """Write how far a value lies above or below a reference, in percent of it."""
    if math.isnan(value) or math.isnan(reference) or not reference:
        return None
    return f"{value / reference - 1:+.1%} against all"


def points(value: float, reference: float) -> str | None:
    """Write the difference of two shares in percentage points."""
    if math.isnan(value) or math.isnan(reference):
        return None
    return f"{(value - reference) * 100:+.1f} points against all"
