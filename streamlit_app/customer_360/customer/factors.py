"""Says in plain words what goes with a customer's risk of churn, from the features that the model has.

A factor goes with risk; it is no cause. Whether much or little of a feature goes with risk is not assumed: it is the
sign of its correlation with the predicted probability over all active customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from customer_360.access.churn import Measured, Standing

# A correlation below this says too little to call a value risky.
LEAST_CORRELATION = 0.05
# Who lies among the fifth of active customers on the risky side has a raised factor; among the other end's, a lowered.
RAISED, LOWERED = 0.8, 0.2


class Pull(Enum):
    """Which way a factor points; the value is what a page calls it."""

    RAISES = "goes with more risk"
    TYPICAL = "as usual"
    LOWERS = "goes with less risk"
    UNCLEAR = "says little about risk"


def _days(value: float) -> str:
    return f"{value:,.0f} day{'' if round(value) == 1 else 's'}"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _percent(value: float) -> str:
    return f"{value:.1f}%"


def _pace(value: float) -> str:
    """Write a trend of the features, against the typical customer: 0 is typical, -1 nothing any more."""
    percent = round(100 * value)
    return f"{percent:+d}%" if percent else "0%"


PACES_ARE = "A pace of -50% is half that of the typical active customer of the same days."
# What a page calls each feature, and how it writes its values. The names are those of GOLD.CHURN_FEATURES.
_WORDS: dict[str, tuple[str, Callable[[float], str]]] = {
    "DAYS_SINCE_LAST_TRANSACTION": ("Days since the last purchase", _days),
    "FREQUENCY_TREND_90D_VS_EVER": ("Pace of purchases: 90 days against all time", _pace),
    "SPEND_TREND_90D_VS_365D": ("Pace of spend: 90 days against a year", _pace),
    "TRANSACTION_COUNT_90D": ("Purchases in 90 days", _count),
    "DISTINCT_MERCHANT_CATEGORIES_90D": ("Merchant categories used in 90 days", _count),
    "DECLINED_TRANSACTION_PCT_EVER": ("Share of transactions that were declined", _percent),
    "ACCOUNT_TENURE_DAYS": ("Age of the account", _days),
}


@dataclass(frozen=True)
class Factor:
    """One factor, as a page shows it.

    Attributes:
        feature: as GOLD.CHURN_FEATURES names it.
        label: in plain words.
        value: the customer's value, written out.
        typical: the median of the active customers, written out.
        pull: which way it points.
        risk_rank: the share of the active customers on the less risky side, 0 to 1; None where that is unclear.
        share_below: the share of the active customers with a lower value.
        risk_alike: the average predicted probability of the active customers who are at this value or beyond it, on
            the risky side; None where that is unclear, or nobody is.
        contribution: what the model itself attributes to the factor, as a difference of probabilities; or None.
    """

    feature: str
    label: str
    value: str
    typical: str
    pull: Pull
    risk_rank: float | None
    share_below: float
    risk_alike: float | None
    contribution: float | None


def factors(standing: Standing) -> tuple[Factor, ...]:
    """Read the factors of a customer, the most risky first; those that say little come last."""
    found = [_factor(measured) for measured in standing.measured]
    return tuple(sorted(found, key=lambda f: -1.0 if f.risk_rank is None else f.risk_rank, reverse=True))


def _factor(measured: Measured) -> Factor:
    label, written = _WORDS[measured.feature]
    correlation = measured.correlation or 0.0
    is_clear = abs(correlation) >= LEAST_CORRELATION
    rank = (measured.share_below if correlation > 0 else 1 - measured.share_below) if is_clear else None
    beyond = measured.risk_from_here_up if correlation > 0 else measured.risk_from_here_down
    return Factor(
        feature=measured.feature,
        label=label,
        value=written(measured.value),
        typical=written(measured.typical),
        pull=_pull(rank),
        risk_rank=rank,
        share_below=measured.share_below,
        risk_alike=beyond if is_clear else None,
        contribution=measured.contribution,
    )


def _pull(rank: float | None) -> Pull:
    if rank is None:
        return Pull.UNCLEAR
    if rank >= RAISED:
        return Pull.RAISES
    return Pull.LOWERS if rank <= LOWERED else Pull.TYPICAL
