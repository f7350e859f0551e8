"""Where a plan says more than its figures can, the reader is told."""

from __future__ import annotations

import pytest
from customer_360.campaign.roi import Figures, Terms, project
from customer_360.campaign.warnings import Counted, warnings

TERMS = Terms(response_rate=0.30, lift=0.40, cost_per_customer=50.0, duration_months=3)
ALL_WELL = Counted(customers=1_000, lapsed=0, not_yet_active=0, without_score=0)


def said(counted: Counted = ALL_WELL, spend: float = 500_000.0, terms: Terms = TERMS) -> list[str]:
    return warnings(counted, terms, project(Figures(counted.customers, spend), terms))


def test_a_sound_plan_has_no_warning() -> None:
    assert said() == []


def test_nobody_needs_no_warning() -> None:
    assert said(Counted(0, 0, 0, 0), 0) == []


@pytest.mark.parametrize(
    ("counted", "spend", "terms", "words"),
    [
        (Counted(1_000, 120, 0, 0), 500_000, TERMS, "120 of the 1,000 customers have left already"),
        (Counted(1_000, 1, 0, 0), 500_000, TERMS, "1 of the 1,000 customers has left already"),
        (Counted(1_000, 0, 7, 0), 500_000, TERMS, "7 of the 1,000 customers have never bought"),
        (Counted(1_000, 0, 0, 3), 500_000, TERMS, "3 of the 1,000 customers have no churn score"),
        (Counted(99, 0, 0, 0), 50_000, TERMS, "Only about 29.7 customers would respond"),
        (ALL_WELL, 14_000, Terms(0.3, 1.0, 50.0, 12), "costs $15,000, more than all that this audience spent"),
        (ALL_WELL, 500_000, Terms(0.3, 0.01, 50.0, 3), "would lose $10,500 at a lift of 1%"),
        (ALL_WELL, 500_000, Terms(0.3, 0.4, 0.0, 3), "there is no ROI"),
    ],
)
def test_one_fault_is_one_warning(counted: Counted, spend: float, terms: Terms, words: str) -> None:
    (warning,) = said(counted, spend, terms)
    assert words in warning


def test_a_hundred_are_enough_and_the_cost_may_be_all_of_the_spend() -> None:
    assert said(Counted(100, 0, 0, 0), 50_000) == []
    assert said(ALL_WELL, 15_000, Terms(0.3, 1.0, 50.0, 12)) == []
