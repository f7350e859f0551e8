"""The Customer 360 tab: one customer found by number or name, everything that is known, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from customer_360.access.customers import BEST, load_profile, search
from customer_360.customer.session_lists import RECENT, with_newest
from customer_360.customer.view import load_trend, load_view
from customer_360.state import kept
from customer_360.tabs.customer_actions import show_actions
from customer_360.tabs.customer_comparison import show_comparison
from customer_360.tabs.customer_sections import (
    show_categories_and_churn,
    show_factors,
    show_history,
    show_overview,
    show_transactions,
    show_trend,
)
from customer_360.tabs.markdown_text import escaped

if TYPE_CHECKING:
    from customer_360.access.customers import CustomerProfile, Match
    from customer_360.context import Page

TAB = "customer"
# The session's choice; in the address under the same names.
CUSTOMER, OTHER = "customer", "compare"
_SEARCH, _SEARCH_OTHER = "search", "search_other"


def show(page: Page) -> None:
    """Draw the tab.

    Args:
        page: the page's run.
    """
    if page.address.is_new:
        _choose(CUSTOMER, (page.address.get(CUSTOMER) or "").strip().upper())
        _choose(OTHER, (page.address.get(OTHER) or "").strip().upper())
    # One place, whatever is found: what follows keeps its own, and the browser need not make it anew.
    with st.container(key="search"):
        _search_box(page)
    profile = _profile(page, CUSTOMER)
    other = _profile(page, OTHER) if profile else None
    chosen = {CUSTOMER: [profile.customer_id] if profile else [], OTHER: [other.customer_id] if other else []}
    page.address.write(page.tab, chosen)
    if profile is None:
        return
    st.session_state[RECENT] = with_newest(st.session_state.get(RECENT, {}), profile.customer_id, profile.title)
    with st.spinner("Loading the customer"):
        view = load_view(page.ask, profile)
        other_trend = load_trend(page.ask, other) if other else None
    show_actions(page, view)
    _other_box(page, profile, other)
    if other is not None and other_trend is not None:
        show_comparison(page, (profile, other), (view.trend, other_trend))
        return
    show_overview(page, view)
    show_trend(page, view)
    show_categories_and_churn(page, view)
    show_factors(page, view)
    show_transactions(page, view)
    show_history(page, view)


def _search_box(page: Page) -> None:
    sees_names = page.audience.sees_contact_data
    by = "name or number" if sees_names else "number"
    text = st.text_input(
        f"Find a customer by {by}",
        key=kept(TAB, _SEARCH),
        placeholder=f"Such as C000042 or 42{', or a part of the name' if sees_names else ''}; then Enter",
        icon=":material/search:",
    ).strip()
    if text:
        _matches(page, text, CUSTOMER)
    recent = {known: title for known, title in st.session_state.get(RECENT, {}).items() if known != _chosen(CUSTOMER)}
    if recent:
        with st.container(horizontal=True, vertical_alignment="center", key="recent_customers_row"):
            st.caption("Looked at lately:")
            for customer_id, title in recent.items():
                _button(escaped(title), customer_id, CUSTOMER, "recent")
    if not text and not _chosen(CUSTOMER):
        st.info(
            "Type a name or a customer number above and press Enter; the ten best matches appear as buttons. "
            "The address of this page keeps the customer, so you can share it."
            if sees_names
            else "Type a customer number above and press Enter; the ten best matches appear as buttons. "
            "Names are personal data, which this page does not read.",
            icon=":material/person_search:",
        )


def _other_box(page: Page, profile: CustomerProfile, other: CustomerProfile | None) -> None:
    with st.expander("Compare with another customer", icon=":material/compare_arrows:", expanded=other is not None):
        text = st.text_input(
            "Find the other customer", key=kept(TAB, _SEARCH_OTHER), placeholder="Name or number; then Enter"
        ).strip()
        if text:
            _matches(page, text, OTHER, leave_out=profile.customer_id)
        if other is not None:
            st.button(
                "End the comparison", key="end_comparison", icon=":material/close:", on_click=_choose, args=(OTHER, "")
            )


def _matches(page: Page, text: str, of: str, leave_out: str = "") -> None:
    with st.spinner("Searching"):
        found = search(page.ask, text, sees_names=page.audience.sees_contact_data)
    matches = [match for match in found.matches if match.customer_id != leave_out]
    if not matches:
        st.warning(_nothing_found(text, sees_names=page.audience.sees_contact_data), icon=":material/search_off:")
        return
    with st.container(horizontal=True, key=f"matches_{of}"):
        for match in matches:
            _button(_called(match), match.customer_id, of, "match")
    if found.total > BEST:
        st.caption(f"The best {BEST} of {found.total:,} matches. Type more of the name, or the number, to narrow it.")


def _nothing_found(text: str, *, sees_names: bool) -> str:
    shown = text.strip()[:40].replace("`", "'")
    if sees_names:
        return (
            f"Nobody matches `{shown}`. Try a part of the name (three letters are enough), first or last name alone, "
            "or the customer number, such as C000042."
        )
    return f"No customer number matches `{shown}`. Numbers look like C000042; 42 is enough."


def _called(match: Match) -> str:
    who = f"{match.name}, {match.customer_id}" if match.name else match.customer_id
    return escaped(f"{who}, {match.city} {match.state}")


def _button(label: str, customer_id: str, of: str, kind: str) -> None:
    st.button(
        label,
        key=f"{kind}_{of}_{customer_id}",
        type="primary" if _chosen(of) == customer_id else "secondary",
        on_click=_choose,
        args=(of, customer_id),
    )


def _choose(which: str, customer_id: str) -> None:
    st.session_state[f"{TAB}_{which}"] = customer_id


def _chosen(which: str) -> str:
    return st.session_state.get(f"{TAB}_{which}", "")


def _profile(page: Page, which: str) -> CustomerProfile | None:
    customer_id = _chosen(which)
    if not customer_id or (which == OTHER and customer_id == _chosen(CUSTOMER)):
        return None
    profile = load_profile(page.ask, customer_id, sees_names=page.audience.sees_contact_data)
    if profile is None:
        by = "name or number" if page.audience.sees_contact_data else "number"
        shown = customer_id[:40].replace("`", "")
        st.warning(
            f"There is no customer with the number `{shown}`. Search above by {by}.", icon=":material/person_off:"
        )
    return profile
