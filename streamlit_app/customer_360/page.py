"""The frame of the app: a header, the choice of a tab, the open tab, and where its figures are from."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from customer_360.access import freshness
from customer_360.context import Page, Tab
from customer_360.database import DatabaseUnavailableError, query_of, try_again, unremembered_query_of
from customer_360.layout import fit_screens, help_browser
from customer_360.state import TAB, Address, address_of_this_run, keep_hidden, last_written_tab
from customer_360.theme_switch import show_switch
from customer_360.themes import theme_of

if TYPE_CHECKING:
    from customer_360.access.freshness import Freshness, Scoring
    from customer_360.audiences import Audience

TABS = (
    Tab("explorer", "Segment explorer", ":material/donut_small:"),
    Tab("customer", "Customer 360", ":material/person_search:"),
    Tab("assistant", "AI assistant", ":material/forum:"),
    Tab("campaign", "Campaign performance", ":material/campaign:"),
    Tab("monitoring", "Monitoring", ":material/monitoring:"),
)
_OPEN, _LAST_GOOD = "open_tab", "last_good_freshness"


def show_page(audience: Audience) -> None:
    """Draw the page of an audience.

    Args:
        audience: whose tabs and rights it has.
    """
    # No page icon: Streamlit would fetch it from a host on the internet.
    st.set_page_config(page_title=audience.title, layout="wide")
    theme = theme_of(st.context.theme.type)
    fit_screens(theme)
    address = address_of_this_run()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="header"):
        st.title(audience.title, width="content")
        show_switch(theme, address)
    tab = _chosen_tab(audience, address)
    keep_hidden(tab.name)
    try:
        fresh, is_stale = _newest(audience)
    except DatabaseUnavailableError as error:
        _show_failure(error)
        return
    if is_stale:
        st.caption(":material/cloud_off: The database does not answer right now; these are the figures loaded before.")
    tag = {"audience": audience.name, "tab": tab.name}
    page = Page(
        audience=audience,
        tab=tab.name,
        ask=query_of(fresh.role, fresh.version, tag),
        ask_anew=unremembered_query_of(tag),
        theme=theme,
        address=address,
        as_of_date=fresh.as_of_date,
        data_version=fresh.version,
        is_stale=is_stale,
    )
    # Seen only where the tab takes longer than a moment (layout.py), in a place of its own, so that nothing moves.
    progress = st.container(key="progress").empty()
    progress.caption(":material/hourglass_top: Loading the figures")
    try:
        tab.show(page)
    except DatabaseUnavailableError as error:
        _show_failure(error)
    progress.empty()
    if last_written_tab() != tab.name:
        address.write(tab.name, {})
    _footer(page, fresh)
    help_browser()


def tabs_of(audience: Audience) -> tuple[Tab, ...]:
    """Return the tabs of an audience, in its order."""
    by_name = {tab.name: tab for tab in TABS}
    return tuple(by_name[name] for name in audience.tabs if name in by_name)


def _chosen_tab(audience: Audience, address: Address) -> Tab:
    """Let the reader choose a tab; the address decides where the reader brought it. Only the open tab is drawn."""
    tabs = {tab.name: tab for tab in tabs_of(audience)}
    wanted = address.get(TAB)
    if _OPEN not in st.session_state or (address.is_new and wanted in tabs):
        st.session_state[_OPEN] = wanted if wanted in tabs else next(iter(tabs))
    # Not st.tabs, which runs what all of them hold.
    chosen = st.radio(
        "Tab",
        list(tabs),
        format_func=lambda name: f"{tabs[name].icon} {tabs[name].label}",
        key=_OPEN,
        horizontal=True,
        label_visibility="collapsed",
    )
    return tabs[chosen]


def _newest(audience: Audience) -> tuple[Freshness, bool]:
    """Return how fresh the data are, and whether that was learnt earlier, because the database is away."""
    try:
        fresh = _asked_freshness(audience.name, reads_customers=audience.reads_customers)
    except DatabaseUnavailableError:
        if _LAST_GOOD not in st.session_state:
            raise
        return st.session_state[_LAST_GOOD], True
    if fresh.as_of_date is None:
        raise DatabaseUnavailableError(
            "There are no customer profiles yet. Run the pipeline (`c360 run`) and try again."
        )
    st.session_state[_LAST_GOOD] = fresh
    return fresh, False


@st.cache_data(ttl=timedelta(seconds=10), show_spinner=False)
def _asked_freshness(audience: str, *, reads_customers: bool) -> Freshness:
    """Ask how fresh the data are, after ten seconds again: an open page shows a run's data a moment after it."""
    ask = unremembered_query_of({"audience": audience, "tab": "none"})
    return freshness.of_profiles(ask) if reads_customers else freshness.of_runs(ask)


def _show_failure(error: DatabaseUnavailableError) -> None:
    st.error(str(error), icon=":material/cloud_off:")
    st.button("Try again", icon=":material/refresh:", on_click=try_again)


def _footer(page: Page, fresh: Freshness) -> None:
    st.divider()
    parts = [f"Data up to {fresh.as_of_date:%d %B %Y}", f"made {fresh.updated_at:%d %B %Y, %H:%M} UTC"]
    scoring = _scoring(page)
    if scoring and scoring.model_version:
        days = scoring.model_age_days
        age = "" if days is None else f", {days:,} day{'' if days == 1 else 's'} old"
        parts.append(f"churn model {scoring.model_version}{age}, scored {scoring.prediction_date:%d %B %Y}")
    parts.append(f"account {fresh.account}, database {fresh.database}, role {fresh.role}")
    st.caption(". ".join(part[0].upper() + part[1:] for part in parts) + ".")
    st.caption("Amounts in US dollars; rolling windows end on the date of the data.")


def _scoring(page: Page) -> Scoring | None:
    if not page.audience.reads_customers:
        return None
    try:
        return freshness.of_scores(page.ask)
    except DatabaseUnavailableError:
        return None
