"""The segment explorer: filters, headline figures, how the selected customers spread and move, and their list."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import streamlit as st

from customer_360.access import customer_list, filters, segments
from customer_360.access.customer_list import Order
from customer_360.cards import Card, show_cards
from customer_360.charts import segments as charts
from customer_360.csv_export import to_csv
from customer_360.drawn import show_chart
from customer_360.formats import dollars, percent, points, relative
from customer_360.selection import LIMIT_STEP, Extent, Selection
from customer_360.state import keep_undrawn, kept
from customer_360.tabs.explorer_movement import show_changes, show_migration
from customer_360.tabs.files import recorded
from customer_360.vocabulary import CARD_TYPES, CHURN_RISKS, SEGMENTS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from streamlit.elements.lib.column_types import ColumnConfig

    from customer_360.access.segments import Figures
    from customer_360.context import Page

NAME = "explorer"
ROWS_PER_PAGE = 50
_OF_WHOM_RISK_IS = (
    "Predicted for every customer, and shown of active ones: who has bought nothing for 90 days has left already, and "
    "cannot be kept any more. Choose a status to see others."
)
_WHAT_STATUS_IS = (
    "Active: bought within the last 90 days. Lapsed: bought before, but not since. Not yet active: never bought."
)
_WIDGETS = tuple(
    kept(NAME, name) for name in ("segments", "cards", "risks", "statuses", "states", "limit", "sort", "descending")
)
_SEGMENTS, _CARDS, _RISKS, _STATUSES, _STATES, _LIMIT, _SORT, _DESCENDING = _WIDGETS
_LABELS = {
    "customer_id": "Customer",
    "name": "Name",
    "segment": "Segment",
    "card_type": "Card",
    "customer_status": "Status",
    "state": "State",
    "credit_limit": "Credit limit",
    "total_lifetime_value": "Lifetime value",
    "ltv_last_90_days": "90-day spend",
    "mom_percent_change": "Spend change",
    "churn_probability": "Churn probability",
    "churn_risk_category": "Churn risk",
}
_EXTENT = "explorer_extent"
_FIRST_ORDER = Order("total_lifetime_value", descending=True)


def show(page: Page) -> None:
    """Draw the tab."""
    try:
        _draw(page)
    finally:  # also where nobody is selected, or the database gives no answer
        keep_undrawn(_WIDGETS)


def _draw(page: Page) -> None:
    extent = filters.extent(page.ask)
    columns = customer_list.listed_columns(with_names=page.audience.sees_contact_data)
    if page.address.is_new or _EXTENT not in st.session_state:
        given = page.address.brought("segment", "card", "risk", "status", "state", "limit", "sort")
        _remember(Selection.from_params(given, extent), extent)
        _remember_order(given.get("sort", [""])[-1], list(columns))
    elif (known := st.session_state[_EXTENT]) != extent:
        # A run has brought new data while the page was open: a filter may name what is no choice any more.
        _remember(Selection.from_params(_selected(known).to_params(), extent), extent)
    st.session_state[_EXTENT] = extent
    selection = _chosen(extent)
    page.address.write(NAME, selection.to_params() | _order_params(_order()))
    chosen, everyone = segments.by_segment(page.ask, selection), segments.by_segment(page.ask, Selection())
    _figure_cards(segments.figures(chosen), segments.figures(everyone), selection)
    if chosen.empty:
        st.info("No customer matches these filters. Widen or reset them in the sidebar.", icon=":material/filter_alt:")
        return
    _spread(page, chosen, selection)
    show_changes(page, selection)
    show_migration(page, selection)
    with st.container(border=True):
        _list(page, selection, int(chosen["customers"].sum()), columns)


def _chosen(extent: Extent) -> Selection:
    """Draw the filters, and return what they select."""
    with st.sidebar:
        st.header("Filters")
        for label, options, key, everything, note in (
            ("Segment", SEGMENTS, _SEGMENTS, "segments", None),
            ("Card type", CARD_TYPES, _CARDS, "card types", None),
            ("Churn risk", CHURN_RISKS, _RISKS, "risk levels", _OF_WHOM_RISK_IS),
            ("Customer status", STATUSES, _STATUSES, "statuses", _WHAT_STATUS_IS),
            ("State", extent.states, _STATES, "states", None),
        ):
            st.multiselect(label, options, key=key, placeholder=f"All {everything}", help=note)
        low, high = extent.credit_limit
        if low < high:
            st.slider("Credit limit (US dollars)", low, high, step=LIMIT_STEP, key=_LIMIT, format="$%d")
        st.button("Reset filters", icon=":material/restart_alt:", on_click=_remember, args=(Selection(), extent))
        st.caption("An empty filter means all. The address of this page keeps the filters, so you can share it.")
    selection = _selected(extent)
    if selection.churn_risks and not selection.statuses:
        st.sidebar.caption("Of a risk only active customers are selected: the others have left, or never bought.")
    return selection


def _selected(extent: Extent) -> Selection:
    """Return what the filters hold."""
    chosen = (tuple(st.session_state[key]) for key in (_SEGMENTS, _CARDS, _RISKS, _STATUSES, _STATES))
    limit = st.session_state.get(_LIMIT, extent.credit_limit)
    return Selection(*chosen, credit_limit=limit if limit != extent.credit_limit else None)


def _remember(selection: Selection, extent: Extent) -> None:
    st.session_state[_SEGMENTS] = list(selection.segments)
    st.session_state[_CARDS] = list(selection.card_types)
    st.session_state[_RISKS] = list(selection.churn_risks)
    st.session_state[_STATUSES] = list(selection.statuses)
    st.session_state[_STATES] = list(selection.states)
    st.session_state[_LIMIT] = selection.credit_limit or extent.credit_limit


def _remember_order(text: str, columns: list[str]) -> None:
    """Take the order of the list from the address, such as `-churn_probability` for the greatest first."""
    column = text.removeprefix("-")
    order = Order(column, descending=text.startswith("-")) if column in columns else _FIRST_ORDER
    st.session_state[_SORT], st.session_state[_DESCENDING] = order.column, order.descending


def _order() -> Order:
    return Order(st.session_state[_SORT], st.session_state[_DESCENDING])


def _order_params(order: Order) -> dict[str, list[str]]:
    return {} if order == _FIRST_ORDER else {"sort": [f"{'-' if order.descending else ''}{order.column}"]}


def _figure_cards(chosen: Figures, everyone: Figures, selection: Selection) -> None:
    is_part = selection != Selection()
    whose = f"{' or '.join(selection.risk_statuses).lower()} customers"
    value = relative(chosen.average_lifetime_value, everyone.average_lifetime_value) if is_part else None
    churn = (
        points(chosen.average_churn_probability, everyone.average_churn_probability, "all active") if is_part else None
    )
    show_cards(
        NAME,
        [
            Card(
                "Customers in selection",
                f"{chosen.customers:,}",
                f"{_share(chosen.customers, everyone.customers)} of all customers" if is_part else "all customers",
            ),
            Card(
                "Average lifetime value",
                dollars(chosen.average_lifetime_value),
                value or "all customers",
                rising="good" if value else None,
                help="Approved purchases less refunds since the account was opened.",
            ),
            Card(
                "Average churn probability",
                percent(chosen.average_churn_probability),
                churn or f"of {chosen.scored_customers:,} {whose}",
                rising="bad" if churn else None,
                help=f"Predicted probability of no purchase in the 90 days to come, of the {chosen.scored_customers:,} "
                f"{whose} of the selection.",
            ),
            Card(
                "Spend of the last 90 days",
                dollars(chosen.spend_90_days),
                f"{_share(chosen.spend_90_days, everyone.spend_90_days)} of all spend" if is_part else "all customers",
            ),
        ],
    )


def _share(part: float, whole: float) -> str:
    return percent(part / whole if whole else math.nan)


def _spread(page: Page, chosen: pd.DataFrame, selection: Selection) -> None:
    left, right = st.container(key="wide_spread").columns(2)
    with left.container(border=True, height="stretch"):
        show_chart("segment_distribution", charts.distribution, chosen, page.theme)
    with right.container(border=True, height="stretch"):
        show_chart("lifetime_values", charts.lifetime_value_boxes, chosen, page.theme)
        st.caption("Box: the middle half of the customers, with the median. Line: from 5 % to 95 % of them.")
    left, right = st.container(key="wide_change").columns(2)
    with left.container(border=True, height="stretch"):
        bins = segments.churn_histogram(page.ask, selection)
        if bins.empty:
            st.subheader("Churn probability")
            st.caption("No customer of this selection has a churn probability that is spoken of.")
        else:
            show_chart("churn_probabilities", charts.churn_histogram, bins, page.theme)
            st.caption(f"Of {' or '.join(selection.risk_statuses).lower()} customers of the selection.")
    with right.container(border=True, height="stretch"):
        months = segments.monthly_spend(page.ask, selection)
        show_chart("spend_change", charts.spend_change, months, page.theme, is_part=selection != Selection())
        st.caption("Complete months only. The customers are those selected today.")


@st.fragment
def _list(page: Page, selection: Selection, count: int, columns: Mapping[str, str]) -> None:
    st.subheader("Customers")
    sort_box, descending_box, page_box, download = st.columns([3, 2, 1.5, 1.5], vertical_alignment="bottom")
    sort_box.selectbox("Sort by", list(columns), format_func=_LABELS.__getitem__, key=_SORT)
    descending_box.toggle("Greatest first", key=_DESCENDING)
    order = _order()
    page.address.write(NAME, selection.to_params() | _order_params(order))
    pages = math.ceil(count / ROWS_PER_PAGE)
    number = int(page_box.number_input(f"Page of {pages:,}", 1, pages, key=f"page_{hash((selection, order))}"))
    with_names = page.audience.sees_contact_data

    def file() -> bytes:
        return to_csv(customer_list.customers(page.ask_anew, selection, order, with_names=with_names))

    chosen = ", ".join(f"{name} {' or '.join(values)}" for name, values in selection.to_params().items())
    content = f"Customers of the explorer: {chosen or 'all'}"
    download.download_button(
        "CSV",
        data=recorded(page, content, count, file, has_contact_data=with_names),
        file_name="customers.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        help="All customers of the selection, not only those of this page. That you take it is on record.",
    )
    start = (number - 1) * ROWS_PER_PAGE
    rows = customer_list.customers(page.ask, selection, order, with_names=with_names, rows=(start, ROWS_PER_PAGE))
    _table(rows)
    st.caption(caption(start, len(rows), count))


def _table(rows: pd.DataFrame) -> None:
    money = {"credit_limit", "total_lifetime_value", "ltv_last_90_days"}
    configured: dict[str, str | ColumnConfig | None] = {
        name: st.column_config.NumberColumn(_LABELS[name], format="dollar") if name in money else _LABELS[name]
        for name in rows.columns
    }
    configured["mom_percent_change"] = st.column_config.NumberColumn(
        _LABELS["mom_percent_change"],
        help="Spend of the last 30 days against the 30 days before; nothing for who spent in neither.",
        format="%+.1f%%",
    )
    configured["churn_probability"] = st.column_config.ProgressColumn(
        _LABELS["churn_probability"], format="%.1f%%", min_value=0, max_value=100
    )
    st.dataframe(
        rows.assign(churn_probability=rows["churn_probability"] * 100),
        hide_index=True,
        column_config=configured,
        key="customers",
    )


def caption(start: int, rows: int, count: int) -> str:
    """Say which rows of the list are on a page.

    Args:
        start: how many rows are on the pages before.
        rows: how many are on this one.
        count: how many customers the filters select.
    """
    return (
        f"Rows {start + 1:,} to {start + rows:,} of {count:,} customers, in this order over all pages; "
        "the CSV file has all of them."
    )
