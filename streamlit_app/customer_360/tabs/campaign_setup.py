"""The setup of a campaign in the sidebar: its audience, its offer, and the scenarios that a reader keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from customer_360.campaign.roi import LIFT_BOUNDS, RESPONSE_BOUNDS, Terms
from customer_360.campaign.scenarios import (
    GIVEN,
    LONGEST_NAME,
    MONTHS_BOUNDS,
    MOST_COST,
    OFFER_TYPES,
    Scenario,
    from_params,
    from_texts,
    named,
    to_params,
    to_text,
    with_custom,
)
from customer_360.campaign.targets import CHURN_FLOORS, Target
from customer_360.state import kept
from customer_360.tabs.campaign_outlook import range_params, take_ranges
from customer_360.vocabulary import CARD_TYPES, SEGMENTS, STATUSES

if TYPE_CHECKING:
    from customer_360.context import Page
    from customer_360.state import Address

NAME = "campaign"
_OWN_PARAM = "own"
_START, _SEGMENTS, _CARDS, _CHURN, _STATUSES, _LOW_SPEND, _OFFER, _RESPONSE, _LIFT, _COST, _MONTHS = (
    kept(NAME, name)
    for name in (
        "start", "segments", "cards", "churn", "statuses", "low_spend", "offer", "response", "lift", "cost", "months",
    )
)  # fmt: skip
_OWN, _NEW_NAME, _REFUSAL = (kept(NAME, name) for name in ("own", "new_name", "refusal"))
_NO_FLOOR = 0.0  # a box of choices takes None for nothing chosen
_CHURN_LABELS = {_NO_FLOOR: "Everyone", 0.4: "Above 0.4 (medium and high)", 0.7: "Above 0.7 (high only)"}


@dataclass(frozen=True)
class Setup:
    """What the reader plans, under its name where it is one of the scenarios, and the reader's own scenarios."""

    plan: Scenario
    own: tuple[Scenario, ...]


def chosen_setup(page: Page) -> Setup:
    """Draw the setup, keep it in the address, and return it."""
    if page.address.is_new or _OFFER not in st.session_state:
        _take_from(page.address)
    with st.sidebar:
        st.header("Campaign")
        _scenario_choice()
        st.subheader("Audience")
        _audience_inputs()
        st.subheader("Offer")
        _offer_inputs()
        _keeping()
    setup = Setup(_plan(), st.session_state[_OWN])
    if page.address.is_new:
        take_ranges(page.address, setup.plan.terms)
    written = {} if setup.plan == GIVEN[0] else to_params(setup.plan)
    written |= range_params(setup.plan.terms)
    page.address.write(NAME, written | {_OWN_PARAM: [to_text(scenario) for scenario in setup.own]})
    return setup


def _scenario_choice() -> None:
    names = [scenario.name for scenario in (*GIVEN, *st.session_state[_OWN])]
    st.selectbox(
        "Start from a scenario",
        names,
        key=_START,
        index=None,
        placeholder="Choose one to fill in the form",
        on_change=_take_scenario,
    )


def _audience_inputs() -> None:
    st.multiselect("Target segments", SEGMENTS, key=_SEGMENTS, placeholder="All segments")
    st.multiselect("Card types", CARD_TYPES, key=_CARDS, placeholder="All card types")
    floors = [_NO_FLOOR, *CHURN_FLOORS]
    if st.session_state[_CHURN] not in floors:
        floors.append(st.session_state[_CHURN])
    st.selectbox(
        "Churn probability",
        floors,
        format_func=lambda floor: _CHURN_LABELS.get(floor, f"Above {floor}"),
        key=_CHURN,
        help="The model's probability that the customer buys nothing in the 90 days to come.",
    )
    st.multiselect(
        "Customer status",
        STATUSES,
        key=_STATUSES,
        placeholder="Everyone",
        help="Active: bought within the last 90 days. Lapsed: bought before, but not since, so has left already. "
        "Not yet active: never bought. Only active customers can be kept.",
    )
    st.checkbox(
        "Low spend only",
        key=_LOW_SPEND,
        help="Customers whose 90-day spend is at most the median of their segment.",
    )


def _offer_inputs() -> None:
    st.selectbox("Offer type", OFFER_TYPES, key=_OFFER)
    low, high = (round(bound * 100) for bound in RESPONSE_BOUNDS)
    st.slider(
        "Response rate", low, high, key=_RESPONSE, format="%d%%", help="Share of the audience who take the offer."
    )
    low, high = (round(bound * 100) for bound in LIFT_BOUNDS)
    st.slider("Lift in spend", low, high, key=_LIFT, format="%d%%", help="How much more those who take it will spend.")
    st.slider("Duration (months)", *MONTHS_BOUNDS, key=_MONTHS)
    st.number_input("Cost per customer (US dollars)", 0.0, MOST_COST, step=5.0, key=_COST, format="%.2f")


def _keeping() -> None:
    """Let the reader keep the plan as a scenario, and remove one kept before."""
    with st.expander("Your own scenarios", icon=":material/bookmark_add:", expanded=bool(st.session_state[_OWN])):
        st.text_input("Name", key=_NEW_NAME, max_chars=LONGEST_NAME, placeholder="Such as Spring retention")
        st.button("Save this plan", icon=":material/save:", on_click=_save, width="stretch")
        if st.session_state.get(_REFUSAL):
            st.caption(f":material/error: {st.session_state[_REFUSAL]}")
        for number, scenario in enumerate(st.session_state[_OWN]):
            st.button(
                f"Remove {scenario.name}",
                key=f"remove_{number}_{scenario.name}",
                icon=":material/delete:",
                on_click=_remove,
                args=(scenario.name,),
                width="stretch",
            )
        st.caption("They stay in the address of this page, so you can share it.")


def _plan() -> Scenario:
    """Return the plan of the inputs, under the name of the scenario that it is."""
    state = st.session_state
    target = Target(
        segments=tuple(name for name in SEGMENTS if name in state[_SEGMENTS]),
        card_types=tuple(name for name in CARD_TYPES if name in state[_CARDS]),
        churn_above=state[_CHURN] or None,
        statuses=tuple(name for name in STATUSES if name in state[_STATUSES]),
        has_low_spend=state[_LOW_SPEND],
    )
    terms = Terms(state[_RESPONSE] / 100, state[_LIFT] / 100, float(state[_COST]), state[_MONTHS])
    plan = Scenario("", target, state[_OFFER], state[_OFFER], terms)
    same = (s for s in (*GIVEN, *state[_OWN]) if to_params(s) == to_params(plan))
    return next(same, plan)


def _take_from(address: Address) -> None:
    keys = ("segment", "card", "churn", "status", "spend", "offer", "response", "lift", "cost", "months")
    given = address.brought(*keys, _OWN_PARAM)
    _fill(from_params(given, GIVEN[0]))
    st.session_state[_OWN] = from_texts(given.get(_OWN_PARAM, ()))
    st.session_state[_START] = None
    st.session_state[_REFUSAL] = ""


def _take_scenario() -> None:
    chosen = named((*GIVEN, *st.session_state[_OWN]), st.session_state[_START] or "")
    if chosen:
        _fill(chosen)


def _fill(scenario: Scenario) -> None:
    """Put a scenario into the inputs."""
    target, terms = scenario.target, scenario.terms
    st.session_state[_SEGMENTS] = list(target.segments)
    st.session_state[_CARDS] = list(target.card_types)
    st.session_state[_CHURN] = target.churn_above or _NO_FLOOR
    st.session_state[_STATUSES] = list(target.statuses)
    st.session_state[_LOW_SPEND] = target.has_low_spend
    st.session_state[_OFFER] = scenario.offer_type
    st.session_state[_RESPONSE] = round(terms.response_rate * 100)
    st.session_state[_LIFT] = round(terms.lift * 100)
    st.session_state[_COST] = float(terms.cost_per_customer)
    st.session_state[_MONTHS] = round(terms.duration_months)


def _save() -> None:
    state = st.session_state
    try:
        kept_now = with_custom(state[_OWN], Scenario(state[_NEW_NAME], *_unnamed(_plan())))
    except ValueError as error:
        state[_REFUSAL] = str(error)
        return
    state[_OWN], state[_REFUSAL], state[_NEW_NAME] = kept_now, "", ""


def _unnamed(plan: Scenario) -> tuple[Target, str, str, Terms]:
    return plan.target, plan.offer_type, plan.offer, plan.terms


def _remove(name: str) -> None:
    st.session_state[_OWN] = tuple(s for s in st.session_state[_OWN] if s.name != name)
    if st.session_state[_START] == name:
        st.session_state[_START] = None
