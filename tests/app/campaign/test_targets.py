from __future__ import annotations

import pytest
from customer_360.campaign.targets import KEEPABLE, Target


@pytest.mark.parametrize(
    "target",
    [
        Target(),
        Target(statuses=()),
        Target(statuses=("Lapsed", "Not yet active")),
        Target(("Declining", "New & Growing"), ("Gold",), 0.65, ("Active", "Lapsed"), has_low_spend=True),
    ],
)
def test_an_address_gives_back_the_target(target: Target) -> None:
    assert Target.from_params(target.to_params()) == target


def test_what_is_as_by_default_is_not_in_the_address() -> None:
    assert Target().to_params() == {}


@pytest.mark.parametrize("churn", ["", "high", "nan", "inf", "-0.5", "0", "1", "1.5", "' or 1=1 --"])
def test_nonsense_in_an_address_is_dropped(churn: str) -> None:
    params = {"segment": ["Nobody"], "card": ["gold"], "churn": [churn], "status": ["dead"], "spend": ["high"]}
    assert Target.from_params(params) == Target(statuses=KEEPABLE)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(), "Active"),
        (Target(statuses=()), "Everyone, active or not"),
        (Target(("Declining",), churn_above=0.6), "Active, Declining, churn probability above 0.6"),
        (
            Target(("Declining", "New & Growing"), ("Gold",), statuses=("Active", "Lapsed"), has_low_spend=True),
            "Active or Lapsed, Declining or New & Growing, Gold, 90-day spend at most their segment's median",
        ),
    ],
)
def test_in_words(target: Target, words: str) -> None:
    assert target.in_words() == words
