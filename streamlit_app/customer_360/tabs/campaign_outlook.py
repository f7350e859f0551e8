"""How sure a campaign's figures are, and what the churn model's scores say about whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import streamlit as st

from customer_360.access import campaigns
from customer_360.campaign.expected_profit import Response, profit_curve
from customer_360.campaign.roi import LIFT_BOUNDS, RESPONSE_BOUNDS, by_lift, by_response, project, tornado
from customer_360.campaign.targets import Target
from customer_360.campaign.uncertainty import DRAWS, simulate
from customer_360.cards import Card, show_cards
from customer_360.charts import campaign_outlook as charts
from customer_360.drawn import show_chart
from customer_360.formats import dollars, percent
from customer_360.selection import whole_range
from customer_360.state import kept

if TYPE_CHECKING:
    from customer_360.campaign.roi import Figures, Terms
    from customer_360.campaign.scenarios import Scenario
    from customer_360.context import Page
    from customer_360.state import Address

_MEASURES = {"ROI": charts.ROI, "Net profit": charts.NET_PROFIT}
_STEP = 5  # percent between the points of a sensitivity, and how far a range reaches to both sides at first
GAMMA_WORDS = (
    "Gamma: of the customers who are about to leave, the share who take the offer and stay. Only they earn anything."
)
PSI_WORDS = (
    "Psi: of the customers who would have stayed anyway, the share who take the offer too. To them it is given away."
)


@st.fragment
def uncertainty(page: Page, audience: Figures, plan: Scenario) -> None:
    """Draw how the ROI and the profit move with response and lift, and within what range they lie.

    Args:
        page: this run of the page.
        audience: of the plan.
        plan: what is planned.
    """
    title, choice = st.columns([3, 1], vertical_alignment="bottom")
    title.subheader("How sure is that?")
    name = choice.segmented_control("Measure", list(_MEASURES), default="ROI", key="measure") or "ROI"
    measure, terms = _MEASURES[name], plan.terms
    left, right = st.container(key="wide_sensitivity").columns(2)
    for side, parameter, points, now in (
        (left, "Response rate", by_response(audience, terms, _percents(RESPONSE_BOUNDS)), terms.response_rate),
        (right, "Lift in spend", by_lift(audience, terms, _percents(LIFT_BOUNDS)), terms.lift),
    ):
        with side:
            show_chart(f"by_{parameter}", charts.sensitivity, points, now, parameter, measure, page.theme)
    swings = tornado(audience, terms, measure.of)
    show_chart("tornado", charts.tornado_chart, swings, project(audience, terms), measure, page.theme)
    sides = st.container(key="wide_ranges").columns(2)
    rates, lifts = (_chosen(side, one) for side, one in zip(sides, _ranges(terms), strict=True))
    page.address.amend(range_params(terms))
    found = simulate(audience, terms, rates, lifts)
    if found is None:
        st.caption("An offer that costs nothing has no range of ROI: enter its cost per customer in the sidebar.")
        return
    spread, called = (found.roi, "ROI") if name == "ROI" else (found.net_profit, "net profit")
    if spread.is_one_value:
        st.caption(f"Within these ranges the {called} is {measure.text(spread.middle)} in every case.")
        return
    show_chart("range", charts.range_chart, spread, measure, page.theme)
    st.caption(
        f"In 90 of 100 cases the {called} lies between {measure.text(spread.low)} and "
        f"{measure.text(spread.high)}, half of them above {measure.text(spread.middle)}; the campaign loses money in "
        f"{percent(found.chance_of_loss)} of them. {DRAWS:,} draws, each value of a range as likely as the next."
    )


@st.fragment
def expected_profit(page: Page, plan: Scenario) -> None:
    """Draw what asking customers in the order of their expected profit would earn, and where to stop. As above."""
    st.subheader("Whom is it worth asking?")
    st.caption(
        "By the churn model's scores, for all active customers of these segments and card types, whatever their risk: "
        "p x gamma x (value - cost) - (1 - p) x psi x cost for each, where p is the churn probability and value is "
        f"what the issuer earns of the spend projected for twelve months. {GAMMA_WORDS} {PSI_WORDS}"
    )
    inputs = st.container(key="wide_profit").columns(3)
    gamma = inputs[0].slider("Gamma: leavers who stay", 0, 100, 30, key="gamma", format="%d%%", help=GAMMA_WORDS)
    psi = inputs[1].slider("Psi: stayers who take it too", 0, 100, 20, key="psi", format="%d%%", help=PSI_WORDS)
    margin = inputs[2].slider(
        "Earned of a dollar spent", 0.5, 10.0, 2.0, step=0.5, key="margin", format="%.1f%%",
        help="What the issuer keeps of card spend: interchange, interest and fees.",
    )  # fmt: skip
    target = Target(plan.target.segments, plan.target.card_types, has_low_spend=plan.target.has_low_spend)
    with st.spinner("Loading the scores", show_time=False):
        probabilities, spend = campaigns.load_scores(page.ask, target)
    if not len(probabilities):
        st.info("Nobody of this audience has a churn score yet: run the pipeline first.", icon=":material/info:")
        return
    response = Response(gamma / 100, psi / 100, margin / 100, plan.terms.cost_per_customer)
    curve = profit_curve(probabilities, spend, response)
    asked = f"likeliest to leave first, {curve.riskiest_count:,} asked"
    show_cards(
        "curve",
        [
            Card("Customers worth asking", f"{curve.best_count:,}", f"of {curve.total:,}"),
            Card("Expected profit", dollars(curve.best_profit), "most profitable first"),
            Card("The same by risk", dollars(curve.riskiest_profit), asked),
        ],
    )
    if not curve.best_count:
        st.info(
            "At these values no customer earns more than the offer costs. Lower the cost per customer, or offer it to "
            "customers who spend more.",
            icon=":material/info:",
        )
    show_chart("profit_curve", charts.profit_curve_chart, curve, page.theme)
    if curve.customers[-1] < curve.total:
        st.caption(
            f"Drawn for the first {curve.customers[-1]:,} of {curve.total:,} customers: beyond, neither gets better."
        )


def _percents(bounds: tuple[float, float]) -> list[float]:
    low, high = (round(bound * 100) for bound in bounds)
    return [value / 100 for value in range(low, high + 1, _STEP)]


def take_ranges(address: Address, terms: Terms) -> None:
    """Take the ranges from an address that a reader brought.

    Args:
        address: of this run.
        terms: of the plan, around which a range lies that the address does not name.
    """
    for one in _ranges(terms):
        found = whole_range(address.get(one.parameter))
        if found and one.bounds[0] <= found[0] <= found[1] <= one.bounds[1]:
            st.session_state[one.key] = found


def range_params(terms: Terms) -> dict[str, list[str]]:
    """Return the ranges as parameters of the address, without those that lie around the plan's values anyway."""
    chosen = ((one, st.session_state.get(one.key, one.start)) for one in _ranges(terms))
    return {one.parameter: [] if value == one.start else [f"{value[0]}-{value[1]}"] for one, value in chosen}


@dataclass(frozen=True)
class _Range:
    """A range that the reader sets, in percent: its words, its parameter, its bounds, and where it begins."""

    label: str
    parameter: str
    bounds: tuple[int, int]
    middle: int

    @property
    def key(self) -> str:
        """Of its widget; another for each value of the plan, around which the range then begins anew."""
        return kept("campaign", f"{self.parameter}_{self.middle}")

    @property
    def start(self) -> tuple[int, int]:
        low, high = self.bounds
        return max(low, self.middle - 2 * _STEP), min(high, self.middle + 2 * _STEP)


def _ranges(terms: Terms) -> tuple[_Range, _Range]:
    def of(label: str, parameter: str, bounds: tuple[float, float], now: float) -> _Range:
        return _Range(label, parameter, (round(bounds[0] * 100), round(bounds[1] * 100)), round(now * 100))

    return (
        of("Range of the response rate", "response_range", RESPONSE_BOUNDS, terms.response_rate),
        of("Range of the lift in spend", "lift_range", LIFT_BOUNDS, terms.lift),
    )


def _chosen(where: st.delta_generator.DeltaGenerator, one: _Range) -> tuple[float, float]:
    """Let the reader set a range."""
    st.session_state.setdefault(one.key, one.start)
    # A slider of a pair, which the session has: its types are those of one value.
    low, high = cast("tuple[int, int]", where.slider(one.label, *one.bounds, key=one.key, format="%d%%"))
    return low / 100, high / 100
