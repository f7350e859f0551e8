"""Audiences, scenarios and lists are what independent SQL says, and the ROI of each scenario is worked out by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from customer_360.access.campaigns import load_audience, load_figures, load_scores, load_target_list
from customer_360.campaign.roi import project
from customer_360.campaign.scenarios import GIVEN
from customer_360.campaign.targets import Target

if TYPE_CHECKING:
    from customer_360.database import Query

    from tests.support.platforms import Platform

PROFILE = "GOLD.CUSTOMER_360_PROFILE"
# The checklist's scenarios: a condition, cost, response and lift; each for three months.
SCENARIOS = {
    "Aggressive Retention": ("customer_status = 'Active' and churn_probability > 0.7", 50, 0.30, 0.40),
    "High-Value Focus": (
        (
            "customer_status = 'Active' and churn_probability > 0.5"
            " and segment in ('High-Value Travelers', 'Stable Mid-Spenders')"
        ), 75, 0.25, 0.50,
    ),
    "Declining Recovery": (
        "customer_status = 'Active' and churn_probability > 0.6 and segment = 'Declining'", 95, 0.35, 0.60,
    ),
    "New Customer Nurture": (
        (
            "segment = 'New & Growing' and ltv_last_90_days <= (select percentile_cont(0.5) within group"
            f" (order by ltv_last_90_days) from {PROFILE} where segment = 'New & Growing')"
        ), 20, 0.40, 0.80,
    ),
    "Budget Engagement": (
        "customer_status = 'Active' and churn_probability > 0.4 and segment = 'Budget-Conscious'", 30, 0.35, 0.30,
    ),
}  # fmt: skip
TARGETS = {
    "true": Target(statuses=()),
    "customer_status = 'Active'": Target(),
    "segment = 'Declining' and customer_status in ('Lapsed', 'Active')": Target(
        ("Declining",), statuses=("Active", "Lapsed")
    ),
    "card_type in ('Gold', 'Silver') and churn_probability > 0.4": Target(
        card_types=("Gold", "Silver"), churn_above=0.4, statuses=()
    ),
    "segment = 'New & Growing' and card_type = 'Platinum' and churn_probability > 0.95": Target(
        ("New & Growing",), ("Platinum",), 0.95, ()
    ),
}


def test_the_roi_of_each_scenario_is_worked_out_by_hand(platform: Platform, ask: Query) -> None:
    assert [scenario.name for scenario in GIVEN] == list(SCENARIOS)
    loaded = load_figures(ask, [scenario.target for scenario in GIVEN])
    for scenario, found in zip(GIVEN, loaded, strict=True):
        condition, cost, response, lift = SCENARIOS[scenario.name]
        ((customers, spend),) = platform.ask(
            f"select count(*), sum(ltv_last_90_days)::float from {PROFILE} where {condition}"
        )
        assert customers > 0, scenario.name
        reachable = customers * response
        revenue = spend * lift * response * 3
        paid = reachable * cost
        made = project(found.figures, scenario.terms)
        assert made.eligible_customers == customers, scenario.name
        assert made.reachable_customers == pytest.approx(reachable)
        assert made.current_spend == pytest.approx(spend)
        assert made.incremental_revenue == pytest.approx(revenue)
        assert made.campaign_cost == pytest.approx(paid)
        assert made.roi == pytest.approx((revenue - paid) / paid), scenario.name


@pytest.mark.parametrize(("condition", "target"), TARGETS.items())
def test_an_audience_is_counted(platform: Platform, ask: Query, condition: str, target: Target) -> None:
    ((customers, spend, churn, lapsed, never),) = platform.ask(
        "select count(*), coalesce(sum(ltv_last_90_days), 0)::float, avg(churn_probability),"
        " count_if(customer_status = 'Lapsed'), count_if(customer_status = 'Not yet active')"
        f" from {PROFILE} where {condition}"
    )
    found = load_audience(ask, target)
    assert found.figures.customers == found.counted.customers == customers
    assert found.figures.spend_90_days == pytest.approx(spend)
    assert found.average_churn_probability == pytest.approx(np.nan if churn is None else churn, nan_ok=True)
    assert (found.counted.lapsed, found.counted.not_yet_active, found.counted.without_score) == (lapsed, never, 0)
    assert found.composition["customers"].sum() == customers
    (again,) = load_figures(ask, [target])
    assert (again.figures.customers, again.counted) == (customers, found.counted)


def test_the_composition_is_by_segment_and_card(platform: Platform, ask: Query) -> None:
    found = load_audience(ask, Target(churn_above=0.4)).composition
    rows = platform.ask(
        f"select segment, card_type, count(*) from {PROFILE}"
        " where customer_status = 'Active' and churn_probability > 0.4"
        " group by segment, card_type order by segment, card_type"
    )
    assert list(found[["segment", "card_type", "customers"]].itertuples(index=False, name=None)) == rows


def test_whom_the_status_leaves_out_is_said(platform: Platform, ask: Query) -> None:
    found = load_audience(ask, Target(("Declining",), churn_above=0.6))
    rows = platform.ask(
        f"select customer_status, count(*) from {PROFILE}"
        " where segment = 'Declining' and churn_probability > 0.6 and customer_status <> 'Active'"
        " group by customer_status"
    )
    assert rows
    assert found.left_out == dict(rows)
    assert load_audience(ask, Target(statuses=())).left_out == {}


def test_the_list_begins_with_the_likeliest_to_leave(platform: Platform, ask: Query) -> None:
    rows = platform.ask(
        f"select customer_id, name, email, segment, churn_probability, total_lifetime_value::float from {PROFILE}"
        " where customer_status = 'Active' and churn_probability > 0.4 order by churn_probability desc, customer_id",
        role="APP_MARKETING",
    )
    whole = load_target_list(ask, Target(churn_above=0.4), with_contact=True)
    assert list(whole.columns) == ["customer_id", "name", "email", "segment", "churn_probability", "ltv"]
    assert list(whole.itertuples(index=False, name=None)) == rows
    part = load_target_list(ask, Target(churn_above=0.4), with_contact=True, page=(11, 20))
    assert list(part["customer_id"]) == [row[0] for row in rows[10:20]]


def test_who_may_not_see_contact_data_does_not_ask_for_them(ask: Query) -> None:
    asked: list[str] = []

    def listening(sql: str, params: tuple[object, ...] = ()) -> object:
        asked.append(sql)
        return ask(sql, params)

    found = load_target_list(listening, Target(churn_above=0.7), with_contact=False)  # type: ignore[arg-type]
    assert list(found.columns) == ["customer_id", "segment", "churn_probability", "ltv"]
    assert not re.search(r"\b(name|email)\b", asked[0])


def test_scores_are_those_of_the_audience(platform: Platform, ask: Query) -> None:
    probabilities, spend = load_scores(ask, Target(("Declining",)))
    rows = platform.ask(
        f"select churn_probability, projected_12m_ltv::float from {PROFILE}"
        " where segment = 'Declining' and customer_status = 'Active' order by churn_probability desc, customer_id"
    )
    assert probabilities == pytest.approx([row[0] for row in rows])
    assert spend == pytest.approx([row[1] for row in rows])


def test_of_no_scenario_there_are_no_figures(ask: Query) -> None:
    assert load_figures(ask, []) == []
