"""The five given scenarios are the checklist's; those of a reader survive the address."""

from __future__ import annotations

import runpy
from dataclasses import replace

import pytest
from customer_360 import vocabulary
from customer_360.campaign import scenarios
from customer_360.campaign.roi import Terms
from customer_360.campaign.scenarios import (
    GIVEN,
    MOST_CUSTOM,
    Scenario,
    from_params,
    from_text,
    from_texts,
    to_params,
    to_text,
    with_custom,
)
from customer_360.campaign.targets import Target

OWN = Scenario(
    "Gold & Co", Target(("Declining",), ("Gold", "Basic"), 0.5, (), has_low_spend=True), "Cashback", "Cashback",
    Terms(0.12, 0.35, 12.5, 6),
)  # fmt: skip


def test_the_given_scenarios_are_the_checklist_s() -> None:
    assert [
        (s.name, s.offer, s.terms.cost_per_customer, s.terms.response_rate, s.terms.lift, s.target.segments,
         s.target.churn_above)
        for s in GIVEN
    ] == [
        ("Aggressive Retention", "5% cashback on all purchases", 50, 0.30, 0.40, (), 0.7),
        ("High-Value Focus", "10,000 bonus points", 75, 0.25, 0.50,
         ("High-Value Travelers", "Stable Mid-Spenders"), 0.5),
        ("Declining Recovery", "Annual fee waiver", 95, 0.35, 0.60, ("Declining",), 0.6),
        ("New Customer Nurture", "Credit limit increase", 20, 0.40, 0.80, ("New & Growing",), None),
        ("Budget Engagement", "2% cashback on groceries", 30, 0.35, 0.30, ("Budget-Conscious",), 0.4),
    ]  # fmt: skip


def test_who_is_at_risk_can_be_kept_and_the_nurtured_are_all_of_low_spend() -> None:
    assert all(s.target.statuses == ("Active",) for s in GIVEN if s.target.churn_above is not None)
    (nurture,) = (s for s in GIVEN if s.target.churn_above is None)
    assert nurture.target.statuses == ()
    assert nurture.target.has_low_spend


def test_an_address_gives_back_the_scenario() -> None:
    assert from_text(to_text(OWN)) == OWN


@pytest.mark.parametrize("scenario", [*GIVEN, OWN])
def test_an_address_gives_back_the_plan(scenario: Scenario) -> None:
    read = from_params(to_params(scenario), GIVEN[0])
    assert (read.target, read.offer_type, read.terms) == (scenario.target, scenario.offer_type, scenario.terms)


def test_without_a_plan_in_the_address_it_is_the_usual_one() -> None:
    assert from_params({"tab": ["campaign"]}, GIVEN[2]) == GIVEN[2]


def test_of_a_plan_what_is_wrong_is_as_usual() -> None:
    params = {"cost": ["12"], "lift": ["9"], "response": ["x"], "months": ["inf"], "offer": ["Gold bars"]}
    assert from_params(params, OWN) == replace(
        OWN, name="", target=Target(), terms=replace(OWN.terms, cost_per_customer=12)
    )


def test_numbers_of_an_address_are_those_of_the_inputs() -> None:
    read = from_params({"response": ["0.1234"], "cost": ["9.999"], "months": ["2.6"]}, OWN)
    assert (read.terms.response_rate, read.terms.cost_per_customer, read.terms.duration_months) == (0.12, 10.0, 3)


@pytest.mark.parametrize(
    "broken",
    [
        "", "x", "name=", to_text(OWN).replace("Cashback", "Gold+bars"), to_text(OWN).replace("response=0.12", ""),
        to_text(OWN).replace("response=0.12", "response=0.5"), to_text(OWN).replace("lift=0.35", "lift=nan"),
        to_text(OWN).replace("cost=12.50", "cost=-1"), to_text(OWN).replace("months=6", "months=600"),
    ],
)  # fmt: skip
def test_what_the_page_does_not_offer_is_no_scenario(broken: str) -> None:
    assert from_text(broken) is None
    assert from_texts([broken, to_text(OWN)]) == (OWN,)


def test_a_scenario_of_the_same_name_takes_the_place_of_the_older() -> None:
    kept = with_custom((OWN,), replace(OWN, name="  Gold   & Co ", offer_type="Fee Waiver"))
    assert [(s.name, s.offer_type) for s in kept] == [("Gold & Co", "Fee Waiver")]


@pytest.mark.parametrize(("name", "said"), [(" ", "a name first"), ("Declining Recovery", "is given; choose another")])
def test_a_name_that_cannot_be_is_refused(name: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        with_custom((), replace(OWN, name=name))


def test_scenarios_are_bounded() -> None:
    many = from_texts(to_text(replace(OWN, name=str(n))) for n in range(MOST_CUSTOM + 5))
    assert len(many) == MOST_CUSTOM
    with pytest.raises(ValueError, match="remove one first"):
        with_custom(many, OWN)
    assert len(with_custom(many, replace(OWN, name="3"))) == MOST_CUSTOM


def test_a_segment_more_leaves_the_given_ones_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "SEGMENTS", (*vocabulary.SEGMENTS, "Another"))
    read_again = runpy.run_path(scenarios.__file__)
    assert [str(one) for one in read_again["GIVEN"]] == [str(one) for one in scenarios.GIVEN]
