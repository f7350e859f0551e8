"""What an offer is expected to earn with each customer by the churn model's score, and how many to ask.

The profit of one customer is p * gamma * (value - cost) - (1 - p) * psi * cost: p is the churn probability, gamma the
chance that a customer who is about to leave takes the offer and stays, psi the chance that one who would have stayed
anyway takes it too. Source: Neslin et al., "Defection Detection", Journal of Marketing Research 43 (2006), whose form
without a cost of contact this is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Points of a drawn curve: more would not be seen, and would be sent to the browser.
_POINTS = 200
# The curve is drawn to this many times the best number of customers: beyond, it is never better.
_LOOK_BEYOND, _FEWEST = 4, 50


@dataclass(frozen=True)
class Response:
    """How customers take an offer, and what it costs.

    Attributes:
        gamma: share of those about to leave who take it and stay, 0-1.
        psi: share of those who would have stayed anyway who take it, 0-1.
        margin: what the issuer earns of a dollar of spend, as a share of it.
        cost_per_customer: US dollars for each who takes the offer.
    """

    gamma: float
    psi: float
    margin: float
    cost_per_customer: float


@dataclass(frozen=True)
class ProfitCurve:
    """The expected profit over the number of customers asked, in US dollars.

    Attributes:
        customers: numbers of customers, rising from 0 as far as the curve is worth looking at; shape (points,).
        best_first: profit when those who earn most are asked first; shape (points,).
        riskiest_first: profit when those likeliest to leave are asked first; shape (points,).
        best_count: how many to ask, so that the profit is greatest; 0 where nobody earns anything.
        best_profit: that profit.
        total: of how many customers in all.
        riskiest_count: how many to ask where the likeliest to leave come first.
        riskiest_profit: the profit of that.
    """

    customers: np.ndarray
    best_first: np.ndarray
    riskiest_first: np.ndarray
    best_count: int
    best_profit: float
    total: int
    riskiest_count: int
    riskiest_profit: float


def expected_profits(probabilities: np.ndarray, yearly_spend: np.ndarray, response: Response) -> np.ndarray:
    """Compute each customer's expected profit.

    Args:
        probabilities: of churn, 0-1; shape (customers,).
        yearly_spend: expected of the next twelve months, US dollars; shape (customers,).
        response: to the offer.

    Returns:
        US dollars; shape (customers,).
    """
    value = yearly_spend * response.margin
    kept = probabilities * response.gamma * (value - response.cost_per_customer)
    given_away = (1 - probabilities) * response.psi * response.cost_per_customer
    return kept - given_away


def profit_curve(probabilities: np.ndarray, yearly_spend: np.ndarray, response: Response) -> ProfitCurve:
    """Cumulate the expected profits in both orders, and find where each is greatest. Arguments as above."""
    profits = expected_profits(probabilities, yearly_spend, response)
    best = _cumulated(np.sort(profits)[::-1])
    riskiest = _cumulated(profits[np.argsort(-probabilities, kind="stable")])
    greatest = max(int(best.argmax()), int(riskiest.argmax()))
    shown = min(len(profits), max(_LOOK_BEYOND * greatest, _FEWEST))
    points = np.unique(np.linspace(0, shown, min(_POINTS, shown) + 1).round().astype(int))
    # The greatest values are points of the drawing too.
    points = np.unique(np.append(points, [best.argmax(), riskiest.argmax()]))
    return ProfitCurve(
        customers=points,
        best_first=best[points],
        riskiest_first=riskiest[points],
        best_count=int(best.argmax()),
        best_profit=float(best.max()),
        total=len(profits),
        riskiest_count=int(riskiest.argmax()),
        riskiest_profit=float(riskiest.max()),
    )


def _cumulated(profits: np.ndarray) -> np.ndarray:
    return np.concatenate(([0.0], np.cumsum(profits)))
