"""The reader's selection of customers: which filters there are, and their form in the page's address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_360.vocabulary import CARD_TYPES, CHURN_RISKS, SEGMENTS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LIMIT_STEP = 500  # US dollars
# Python refuses to read numbers of thousands of digits, which an address may hold.
_RANGE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
# Who can still be kept: a risk is that of losing somebody, and who has not bought for 90 days has left already.
AT_RISK = ("Active",)


@dataclass(frozen=True)
class Extent:
    """What there is to choose from.

    Attributes:
        states: Two-letter states in which customers live, in alphabetical order.
        credit_limit: Lowest and highest credit limit in US dollars, rounded outwards to `LIMIT_STEP`.
        customers: How many customers there are.
    """

    states: tuple[str, ...]
    credit_limit: tuple[int, int]
    customers: int


@dataclass(frozen=True)
class Selection:
    """A choice of customers; an empty tuple or None leaves that property unrestricted.

    Attributes:
        segments: Values of SEGMENT.
        card_types: Values of CARD_TYPE.
        churn_risks: Values of CHURN_RISK_CATEGORY.
        statuses: Values of CUSTOMER_STATUS.
        states: Values of STATE.
        credit_limit: Lowest and highest limit in US dollars, both included.
    """

    segments: tuple[str, ...] = ()
    card_types: tuple[str, ...] = ()
    churn_risks: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    credit_limit: tuple[int, int] | None = None

    @property
    def selected_statuses(self) -> tuple[str, ...]:
        """The statuses that the selection is restricted to: by risk, only those who can be kept are chosen."""
        return self.statuses or (AT_RISK if self.churn_risks else ())

    @property
    def risk_statuses(self) -> tuple[str, ...]:
        """The statuses of the customers whose churn probability is spoken of."""
        return self.statuses or AT_RISK

    def to_params(self) -> dict[str, list[str]]:
        """Write the selection as parameters of the page's address; unrestricted properties are left out."""
        params = {
            "segment": self.segments,
            "card": self.card_types,
            "risk": self.churn_risks,
            "status": self.statuses,
            "state": self.states,
        }
        written = {key: list(values) for key, values in params.items() if values}
        if self.credit_limit:
            written["limit"] = ["{}-{}".format(*self.credit_limit)]
        return written

    @classmethod
    def from_params(cls, params: Mapping[str, Sequence[str]], extent: Extent) -> Selection:
        """Read a selection from an address; values that do not exist are dropped, limits are brought within bounds."""
        return cls(
            segments=_known(params.get("segment", ()), SEGMENTS),
            card_types=_known(params.get("card", ()), CARD_TYPES),
            churn_risks=_known(params.get("risk", ()), CHURN_RISKS),
            statuses=_known(params.get("status", ()), STATUSES),
            states=_known(params.get("state", ()), extent.states),
            credit_limit=_limits(next(iter(params.get("limit", ())), ""), extent.credit_limit),
        )


def whole_range(text: str | None) -> tuple[int, int] | None:
    """Read a range of an address, such as 500-20000; None for whatever else stands there."""
    found = _RANGE.fullmatch(text or "")
    return (int(found[1]), int(found[2])) if found else None


def _known(values: Iterable[str], allowed: Sequence[str]) -> tuple[str, ...]:
    wanted = set(values)
    return tuple(value for value in allowed if value in wanted)


def _limits(text: str, bounds: tuple[int, int]) -> tuple[int, int] | None:
    found = whole_range(text)
    if found is None:
        return None
    clipped = (max(found[0], bounds[0]), min(found[1], bounds[1]))
    return clipped if clipped[0] <= clipped[1] and clipped != bounds else None
