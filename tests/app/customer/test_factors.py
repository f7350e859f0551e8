"""Factors: which side is risky is what the correlation says, and everything else is a stated bound."""

from __future__ import annotations

from dataclasses import replace

import pytest
from customer_360.access.churn import MEASURES
from customer_360.customer.factors import Factor, Pull, factors

from tests.support.customers import measured, standing

SILENCE = "DAYS_SINCE_LAST_TRANSACTION"


def factor_of(share_below: float, correlation: float | None, **changes: object) -> Factor:
    """Return the only factor of a customer."""
    one = measured(SILENCE, share_below, correlation, **changes)
    (found,) = factors(replace(standing(), measured=(one,)))
    return found


@pytest.mark.parametrize(
    ("share_below", "correlation", "pull", "rank"),
    [
        (0.95, 0.5, Pull.RAISES, 0.95),
        (0.95, -0.5, Pull.LOWERS, 0.05),
        (0.05, -0.5, Pull.RAISES, 0.95),
        (0.05, 0.5, Pull.LOWERS, 0.05),
        (0.8, 0.05, Pull.RAISES, 0.8),
        (0.79, 0.05, Pull.TYPICAL, 0.79),
        (0.2, 0.05, Pull.LOWERS, 0.2),
        (0.21, 0.05, Pull.TYPICAL, 0.21),
        (0.99, 0.049, Pull.UNCLEAR, None),
        (0.99, -0.049, Pull.UNCLEAR, None),
        (0.99, None, Pull.UNCLEAR, None),
    ],
)
def test_which_way_a_factor_points(
    share_below: float, correlation: float | None, pull: Pull, rank: float | None
) -> None:
    found = factor_of(share_below, correlation)
    assert found.pull is pull
    assert found.risk_rank == (None if rank is None else pytest.approx(rank))
    assert found.share_below == share_below


@pytest.mark.parametrize(("correlation", "alike"), [(0.5, 0.4), (-0.5, 0.1), (0.0, None)])
def test_the_risk_of_those_alike_is_of_the_risky_side(correlation: float, alike: float | None) -> None:
    assert factor_of(0.9, correlation).risk_alike == alike


def test_the_most_risky_factor_comes_first_and_unclear_ones_last() -> None:
    given = standing(declined_transaction_pct_ever=0.97, days_since_last_transaction=0.9)
    unclear = replace(given.measured[0], feature="ACCOUNT_TENURE_DAYS", correlation=0.0)
    found = factors(replace(given, measured=(unclear, *given.measured[:-1])))
    assert [f.feature for f in found][:2] == ["DECLINED_TRANSACTION_PCT_EVER", SILENCE]
    assert found[-1].feature == "ACCOUNT_TENURE_DAYS"


@pytest.mark.parametrize(
    ("feature", "value", "written"),
    [
        (SILENCE, 1.0, "1 day"),
        (SILENCE, 76.0, "76 days"),
        ("FREQUENCY_TREND_90D_VS_EVER", -0.64, "-64%"),
        ("FREQUENCY_TREND_90D_VS_EVER", 0.1, "+10%"),
        ("SPEND_TREND_90D_VS_365D", 0.004, "0%"),
        ("DECLINED_TRANSACTION_PCT_EVER", 8.26, "8.3%"),
        ("TRANSACTION_COUNT_90D", 1234.0, "1,234"),
    ],
)
def test_values_are_written_in_their_unit(feature: str, value: float, written: str) -> None:
    (found,) = factors(replace(standing(), measured=(measured(feature, 0.5, value=value),)))
    assert found.value == written


def test_every_feature_that_is_read_has_words() -> None:
    assert {f.feature for f in factors(standing())} == set(MEASURES)
