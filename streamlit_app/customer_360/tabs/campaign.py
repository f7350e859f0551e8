"""The campaign tab: whom a campaign would reach, what it would cost and bring, and which scenario does best."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from customer_360.access import campaigns
from customer_360.campaign.roi import break_even, project
from customer_360.campaign.scenarios import GIVEN
from customer_360.campaign.targets import Target
from customer_360.campaign.warnings import warnings
from customer_360.cards import Card, show_cards
from customer_360.charts import campaign as charts
from customer_360.csv_export import to_csv
from customer_360.drawn import show_chart
from customer_360.formats import dollars, percent
from customer_360.tabs import campaign_outlook
from customer_360.tabs.campaign_setup import Setup, chosen_setup
from customer_360.tabs.files import recorded

if TYPE_CHECKING:
    from customer_360.access.campaigns import CampaignAudience
    from customer_360.campaign.roi import Projection
    from customer_360.campaign.scenarios import Scenario
    from customer_360.context import Page

ROWS_PER_PAGE = 25
ASSUMPTIONS = (
    "The formula takes the spend of the last 90 days for the spend of each month of the campaign, counts card spend as "
    "revenue, and counts each customer reached as one who responds. Cost and revenue both grow with the response rate, "
    "so it changes the profit, but not the ROI."
)
_BEST_ROI, _BEST_PROFIT = "Best ROI", "Best profit"


def show(page: Page) -> None:
    """Draw the tab."""
    setup = chosen_setup(page)
    plan = setup.plan
    with st.spinner("Counting the audience", show_time=False):
        audience = campaigns.load_audience(page.ask, plan.target)
    projection = project(audience.figures, plan.terms)
    st.subheader(plan.name or "A plan of your own")
    st.caption(f"{plan.target.in_words()}. Offer: {plan.offer}.")
    _audience_cards(audience, projection)
    # One place, however many there are: what follows keeps its own, and the browser need not make it anew.
    with st.container(key="notes"):
        _left_out(audience)
        if not audience.counted.customers:
            st.info("No customer matches this audience. Widen it in the sidebar.", icon=":material/filter_alt:")
        for text in warnings(audience.counted, plan.terms, projection):  # none of nobody
            st.warning(text, icon=":material/warning:")
    if audience.counted.customers:
        _audience_charts(page, audience, projection)
        _money(page, audience, projection, plan)
    _comparison(page, setup)
    if audience.counted.customers:
        with st.container(border=True):
            campaign_outlook.uncertainty(page, audience.figures, plan)
        with st.container(border=True):
            campaign_outlook.expected_profit(page, plan)
        with st.container(border=True, key="target_list"):
            _list(page, plan.target, audience.counted.customers)


def _audience_cards(audience: CampaignAudience, projection: Projection) -> None:
    show_cards(
        "audience",
        [
            Card("Eligible customers", f"{audience.counted.customers:,}"),
            Card("Current 90-day spend", dollars(audience.figures.spend_90_days)),
            Card("Average churn probability", percent(audience.average_churn_probability)),
            Card(
                "Reachable customers",
                charts.count(projection.reachable_customers),
                help="Eligible customers times the response rate.",
            ),
        ],
    )


def _left_out(audience: CampaignAudience) -> None:
    """Say whom the status leaves out, so that nobody takes the audience for all who match."""
    if audience.left_out:
        said = " and ".join(f"{count:,} {status.lower()}" for status, count in audience.left_out.items())
        count = sum(audience.left_out.values())
        st.caption(
            f"Not counted: {said} {'customer who matches' if count == 1 else 'customers who match'} otherwise. "
            "A lapsed customer has bought nothing for 90 days and has left already."
        )


def _audience_charts(page: Page, audience: CampaignAudience, projection: Projection) -> None:
    (everyone,) = campaigns.load_figures(page.ask, [Target(statuses=())])
    left, right = st.container(key="wide_audience").columns(2)
    with left.container(border=True, height="stretch"):
        show_chart("composition", charts.composition, audience.composition, page.theme)
    with right.container(border=True, height="stretch"):
        show_chart("funnel", charts.reach_funnel, everyone.figures.customers, projection, page.theme)
        st.caption("The formula counts each customer reached as one who responds.")


def _money(page: Page, audience: CampaignAudience, projection: Projection, plan: Scenario) -> None:
    st.subheader("ROI projection")
    show_cards(
        "money",
        [
            Card("Campaign cost", dollars(projection.campaign_cost)),
            Card("Incremental revenue", dollars(projection.incremental_revenue)),
            Card("Net profit", dollars(projection.net_profit)),
            Card("ROI", percent(projection.roi), help="Net profit as a share of the cost."),
        ],
    )
    st.caption(ASSUMPTIONS)
    left, right = st.container(key="wide_money").columns(2)
    with left.container(border=True, height="stretch"):
        show_chart("gauge", charts.roi_gauge, projection.roi, page.theme)
    with right.container(border=True, height="stretch"):
        show_chart("waterfall", charts.revenue_waterfall, projection, plan.terms.duration_months, page.theme)
    found = break_even(audience.figures, plan.terms)
    with st.container(border=True):
        show_chart("break_even", charts.break_even_chart, audience.figures, plan.terms, found, page.theme)
        if math.isnan(found.lift):
            st.caption("This audience spends nothing, so no lift pays for the offer.")
        else:
            st.caption(
                f"The campaign breaks even at a lift of {percent(found.lift)}, at a cost of "
                f"{found.cost_per_customer:,.2f} US dollars per customer, or after {found.duration_months:,.2f} "
                "months; each with the other inputs as planned."
            )


def _comparison(page: Page, setup: Setup) -> None:
    st.subheader("Scenarios compared")
    scenarios = [*GIVEN, *setup.own]
    if setup.plan not in scenarios:
        scenarios.append(setup.plan)
    table = compared(page, scenarios)
    best = table["best"].str.contains(_BEST_ROI)
    highlight = f"background-color: {page.theme.accent}33; font-weight: 600"
    st.container(key="scenarios").dataframe(
        # Written here: the table's own percentages have no thousands.
        table.style.apply(lambda _: best.map({True: highlight, False: ""}), axis=0).format("{:,.1f}%", subset=["roi"]),
        hide_index=True,
        key="compared",
        column_config={
            "scenario": st.column_config.TextColumn("Scenario", pinned=True),
            "best": st.column_config.TextColumn("Best", width="medium"),
            "roi": st.column_config.NumberColumn("ROI"),
            "campaign_cost": st.column_config.NumberColumn("Cost", format="dollar"),
            "incremental_revenue": st.column_config.NumberColumn("Revenue", format="dollar"),
            "net_profit": st.column_config.NumberColumn("Net profit", format="dollar"),
            "eligible_customers": st.column_config.NumberColumn("Eligible", format="localized"),
            "reachable_customers": st.column_config.NumberColumn("Reachable", format="%.1f"),
            "audience": "Audience",
            "offer": "Offer",
            "months": "Months",
        },
    )
    winner = table.loc[best, "scenario"]
    if not winner.empty:
        st.caption(
            f"Best ROI: {winner.iloc[0]}. Of scenarios without a customer there is no ROI. Where a scenario names a "
            "churn probability, active customers only are counted."
        )


def compared(page: Page, scenarios: list[Scenario]) -> pd.DataFrame:
    """Return one row a scenario: its name, which best it is, its ROI (%), amounts (US dollars), counts and terms."""
    found = campaigns.load_figures(page.ask, [scenario.target for scenario in scenarios])
    rows = []
    for scenario, counted in zip(scenarios, found, strict=True):
        made = project(counted.figures, scenario.terms)
        rows.append(
            {
                "scenario": scenario.name or "This plan",
                "best": "",
                "roi": made.roi * 100,
                "campaign_cost": made.campaign_cost,
                "incremental_revenue": made.incremental_revenue,
                "net_profit": made.net_profit,
                "eligible_customers": made.eligible_customers,
                "reachable_customers": made.reachable_customers,
                "audience": scenario.target.in_words(),
                "offer": scenario.offer,
                "months": scenario.terms.duration_months,
            }
        )
    table = pd.DataFrame(rows)
    by_roi = table["roi"] == table["roi"].max()
    by_profit = (table["net_profit"] == table["net_profit"].max()) & (table["eligible_customers"] > 0)
    best = [
        ", ".join(words for words, is_best in ((_BEST_ROI, roi), (_BEST_PROFIT, profit)) if is_best)
        for roi, profit in zip(by_roi, by_profit, strict=True)
    ]
    return table.assign(best=best)


@st.fragment
def _list(page: Page, target: Target, count: int) -> None:
    with_contact = page.audience.sees_contact_data
    title, page_box, download = st.columns([5, 1, 1], vertical_alignment="bottom")
    title.subheader("Target list, likeliest to leave first")
    pages = math.ceil(count / ROWS_PER_PAGE)
    number = int(page_box.number_input(f"Page of {pages:,}", 1, pages, key=f"list_page_{hash(target)}"))

    def file() -> bytes:
        return to_csv(campaigns.load_target_list(page.ask_anew, target, with_contact=with_contact))

    content = f"Campaign list: {target.in_words()}"
    download.download_button(
        "CSV",
        data=recorded(page, content, count, file, has_contact_data=with_contact),
        file_name="campaign_list.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        help="All customers of the audience, in this order. That you take it is on record.",
    )
    first = (number - 1) * ROWS_PER_PAGE + 1
    rows = campaigns.load_target_list(
        page.ask, target, with_contact=with_contact, page=(first, first + ROWS_PER_PAGE - 1)
    )
    st.dataframe(
        rows.assign(churn_probability=rows["churn_probability"] * 100),
        hide_index=True,
        key="listed",
        column_config={
            "customer_id": "Customer",
            "name": "Name",
            "email": "E-mail",
            "segment": "Segment",
            "churn_probability": st.column_config.ProgressColumn(
                "Churn probability", format="%.1f%%", min_value=0, max_value=100
            ),
            "ltv": st.column_config.NumberColumn("Lifetime value", format="dollar"),
        },
    )
    st.caption(
        f"Rows {first:,} to {first + len(rows) - 1:,} of {count:,} customers; the CSV file has all of them. Who "
        "objected to marketing is not known here: take those off the list before you use it."
    )
