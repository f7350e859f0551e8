"""The ROI and the profit as ranges: what they are when response and lift lie somewhere within stated ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from customer_360.campaign.roi import Figures, Terms

DRAWS = 2_000
_SEED = 360  # the same question gets the same answer
_PERCENTILES = (5, 50, 95)


@dataclass(frozen=True)
class Spread:
    """Draws of one measure, and the values that 5, 50 and 95 % of them do not pass."""

    draws: np.ndarray
    low: float
    middle: float
    high: float

    @property
    def is_one_value(self) -> bool:
        """Whether all draws are the same but for rounding, as where the ranges that count are of one value."""
        return bool(np.isclose(self.draws.min(), self.draws.max(), rtol=1e-9, atol=1e-9))


@dataclass(frozen=True)
class Uncertainty:
    """The ranges of a campaign: ROI as a share of the cost, profit in US dollars, and how often it loses money, 0-1."""

    roi: Spread
    net_profit: Spread
    chance_of_loss: float


def simulate(
    audience: Figures, terms: Terms, response: tuple[float, float], lift: tuple[float, float]
) -> Uncertainty | None:
    """Draw response and lift from their ranges, each value as likely as the next and one apart from the other.

    Args:
        audience: of the campaign.
        terms: of the offer; its own response and lift are not used.
        response: lowest and highest response rate, 0-1.
        lift: lowest and highest lift, as shares of the spend.

    Returns:
        The ranges; None where the campaign costs nothing, and so has no ROI.
    """
    numbers = np.random.default_rng(_SEED)
    rates = numbers.uniform(*response, DRAWS)
    lifts = numbers.uniform(*lift, DRAWS)
    costs = audience.customers * rates * terms.cost_per_customer
    if not costs.all():
        return None
    profits = audience.spend_90_days * lifts * rates * terms.duration_months - costs
    return Uncertainty(_spread(profits / costs), _spread(profits), float((profits < 0).mean()))


def _spread(draws: np.ndarray) -> Spread:
    low, middle, high = (float(value) for value in np.percentile(draws, _PERCENTILES))
    return Spread(draws, low, middle, high)
