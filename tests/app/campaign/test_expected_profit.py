"""Expected profits by the model's scores, against figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from customer_360.campaign.expected_profit import Response, expected_profits, profit_curve

# Half of the leavers stay, a fifth of the others take it too; 2 % of spend is earned; $10 an offer.
RESPONSE = Response(gamma=0.5, psi=0.2, margin=0.02, cost_per_customer=10.0)
PROBABILITIES = np.array([0.9, 0.5, 0.1, 0.8])
YEARLY_SPEND = np.array([5_000.0, 20_000.0, 50_000.0, 0.0])
# value: 100, 400, 1,000, 0
# 0.9 x 0.5 x 90  - 0.1 x 0.2 x 10 =  40.3
# 0.5 x 0.5 x 390 - 0.5 x 0.2 x 10 =  96.5
# 0.1 x 0.5 x 990 - 0.9 x 0.2 x 10 =  47.7
# 0.8 x 0.5 x -10 - 0.2 x 0.2 x 10 =  -4.4
PROFITS = [40.3, 96.5, 47.7, -4.4]


def test_each_customer_s_profit() -> None:
    assert expected_profits(PROBABILITIES, YEARLY_SPEND, RESPONSE) == pytest.approx(PROFITS)


def test_the_best_are_asked_first_until_nobody_earns_anything() -> None:
    curve = profit_curve(PROBABILITIES, YEARLY_SPEND, RESPONSE)
    assert curve.best_first == pytest.approx([0, 96.5, 144.2, 184.5, 180.1])
    assert (curve.best_count, curve.total) == (3, 4)
    assert curve.best_profit == pytest.approx(184.5)


def test_the_riskiest_first_earn_less_on_the_way() -> None:
    curve = profit_curve(PROBABILITIES, YEARLY_SPEND, RESPONSE)
    assert curve.riskiest_first == pytest.approx([0, 40.3, 35.9, 132.4, 180.1])
    assert (curve.riskiest_count, curve.riskiest_profit) == (4, pytest.approx(180.1))


def test_where_nobody_is_worth_the_offer_nobody_is_asked() -> None:
    curve = profit_curve(PROBABILITIES, YEARLY_SPEND, Response(0.5, 0.2, 0.02, 5_000.0))
    assert (curve.best_count, curve.best_profit) == (0, 0)


def test_of_nobody_there_is_a_curve_of_one_point() -> None:
    curve = profit_curve(np.array([]), np.array([]), RESPONSE)
    assert (curve.total, curve.best_count, list(curve.customers)) == (0, 0, [0])


def test_a_drawn_curve_is_short_and_has_its_greatest_values() -> None:
    numbers = np.random.default_rng(1)
    curve = profit_curve(numbers.uniform(size=50_000), numbers.uniform(0, 3_000, size=50_000), RESPONSE)
    assert len(curve.customers) <= 203
    assert curve.total == 50_000
    assert curve.customers[-1] == min(50_000, 4 * max(curve.best_count, curve.riskiest_count))
    assert curve.best_first.max() == curve.best_profit
    assert curve.customers[curve.best_first.argmax()] == curve.best_count
    assert curve.riskiest_first.max() == curve.riskiest_profit < curve.best_profit


def test_a_curve_that_soon_falls_is_drawn_as_far_as_it_matters() -> None:
    worth_it = np.where(np.arange(1_000) < 20, 100_000.0, 0.0)
    curve = profit_curve(np.full(1_000, 0.5), worth_it, RESPONSE)
    assert (curve.best_count, curve.customers[-1]) == (20, 80)
    few = profit_curve(np.full(1_000, 0.5), np.zeros(1_000), RESPONSE)
    assert (few.best_count, few.customers[-1]) == (0, 50)
