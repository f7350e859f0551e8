"""The ranges of ROI and profit: what is known of them without drawing, and that the draws are quick and repeatable."""

from __future__ import annotations

import time

import numpy as np
import pytest
from customer_360.campaign.roi import Figures, Terms, project
from customer_360.campaign.uncertainty import DRAWS, simulate

AUDIENCE = Figures(1_000, 500_000.0)
TERMS = Terms(response_rate=0.30, lift=0.40, cost_per_customer=50.0, duration_months=3)


def test_the_roi_is_that_of_the_lifts_drawn() -> None:
    found = simulate(AUDIENCE, TERMS, (0.05, 0.40), (0.10, 1.00))
    assert found
    assert len(found.roi.draws) == DRAWS == 2_000
    # ROI = lift x 500,000 x 3 / 50,000 - 1, so from 2 to 29; 5 % of uniform draws lie below 2 + 5 % of 27.
    assert 2 <= found.roi.draws.min() < found.roi.draws.max() <= 29
    assert found.roi.low == pytest.approx(2 + 0.05 * 27, abs=0.5)
    assert found.roi.middle == pytest.approx(2 + 0.50 * 27, abs=1.0)
    assert found.roi.high == pytest.approx(2 + 0.95 * 27, abs=0.5)
    assert found.chance_of_loss == 0


def test_the_profit_depends_on_both() -> None:
    found = simulate(AUDIENCE, TERMS, (0.05, 0.40), (0.10, 1.00))
    assert found
    # The mean of a product of two independent draws is the product of their means.
    expected = project(AUDIENCE, Terms(0.225, 0.55, 50.0, 3)).net_profit
    assert found.net_profit.draws.mean() == pytest.approx(expected, rel=0.05)
    assert abs(np.corrcoef(found.net_profit.draws, found.roi.draws)[0, 1]) < 0.95


def test_half_of_the_lifts_lose_money() -> None:
    # Revenue equals cost at a lift of 20 %, the middle of the range.
    found = simulate(Figures(1_000, 500_000.0), Terms(0.3, 0.4, 100.0, 1), (0.1, 0.3), (0.1, 0.3))
    assert found
    assert found.chance_of_loss == pytest.approx(0.5, abs=0.04)


def test_the_same_question_gets_the_same_answer_at_once() -> None:
    started = time.perf_counter()
    first = simulate(AUDIENCE, TERMS, (0.2, 0.3), (0.3, 0.5))
    assert time.perf_counter() - started < 0.3
    second = simulate(AUDIENCE, TERMS, (0.2, 0.3), (0.3, 0.5))
    assert first
    assert second
    assert (first.roi.draws == second.roi.draws).all()


def test_a_range_of_one_value_is_that_value() -> None:
    found = simulate(AUDIENCE, TERMS, (0.3, 0.3), (0.4, 0.4))
    assert found
    assert (found.roi.low, found.roi.high) == (pytest.approx(11.0), pytest.approx(11.0))
    assert found.roi.is_one_value
    assert found.net_profit.is_one_value


def test_one_lift_is_one_roi_whatever_the_response_but_not_one_profit() -> None:
    found = simulate(Figures(35, 6_679.31), TERMS, (0.05, 0.40), (0.10, 0.10))
    assert found
    assert found.roi.is_one_value  # but for rounding, of which no histogram can be drawn
    assert not found.net_profit.is_one_value


@pytest.mark.parametrize(("audience", "cost"), [(Figures(0, 0.0), 50.0), (AUDIENCE, 0.0)])
def test_without_a_cost_there_is_no_range(audience: Figures, cost: float) -> None:
    assert simulate(audience, Terms(0.3, 0.4, cost, 3), (0.1, 0.2), (0.1, 0.2)) is None
