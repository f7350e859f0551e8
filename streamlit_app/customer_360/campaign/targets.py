"""Whom a campaign is for: the filters of its audience, and their form in the page's address."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_360.vocabulary import CARD_TYPES, SEGMENTS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Those who can be kept: a lapsed customer has left by the definition of churn.
KEEPABLE = ("Active",)
# Lowest churn probabilities that the page offers; above 0.7 is the category High.
CHURN_FLOORS = (0.4, 0.5, 0.6, 0.7)
_EVERYONE = "everyone"


@dataclass(frozen=True)
class Target:
    """A campaign's audience; an empty tuple or None leaves that property unrestricted.

    Attributes:
        segments: by name.
        card_types: by name.
        churn_above: the churn probability is greater than this, 0-1.
        statuses: of `STATUSES`.
        has_low_spend: whether only those count whose 90-day spend is at most the median of their segment.
    """

    segments: tuple[str, ...] = ()
    card_types: tuple[str, ...] = ()
    churn_above: float | None = None
    statuses: tuple[str, ...] = KEEPABLE
    has_low_spend: bool = False

    def to_params(self) -> dict[str, list[str]]:
        """Write the target as parameters of an address; what is as by default is left out."""
        written = {"segment": list(self.segments), "card": list(self.card_types)}
        if self.churn_above is not None:
            written["churn"] = [f"{self.churn_above:g}"]
        if self.statuses != KEEPABLE:
            written["status"] = list(self.statuses) or [_EVERYONE]
        if self.has_low_spend:
            written["spend"] = ["low"]
        return {key: values for key, values in written.items() if values}

    @classmethod
    def from_params(cls, params: Mapping[str, Sequence[str]]) -> Target:
        """Read a target from an address; values that do not exist are dropped."""
        statuses = params.get("status", ())
        return cls(
            segments=_known(params.get("segment", ()), SEGMENTS),
            card_types=_known(params.get("card", ()), CARD_TYPES),
            churn_above=_floor(next(iter(params.get("churn", ())), "")),
            statuses=() if _EVERYONE in statuses else _known(statuses, STATUSES) or KEEPABLE,
            has_low_spend="low" in params.get("spend", ()),
        )

    def in_words(self) -> str:
        """Say whom the target names, for the page and its tables."""
        said = [" or ".join(self.statuses) if self.statuses else "Everyone, active or not"]
        said += [" or ".join(values) for values in (self.segments, self.card_types) if values]
        if self.churn_above is not None:
            said.append(f"churn probability above {self.churn_above:g}")
        if self.has_low_spend:
            said.append("90-day spend at most their segment's median")
        return ", ".join(said)


def _known(values: Iterable[str], allowed: Sequence[str]) -> tuple[str, ...]:
    wanted = set(values)
    return tuple(value for value in allowed if value in wanted)


def _floor(text: str) -> float | None:
    try:
        floor = float(text)
    except ValueError:
        return None
    return floor if math.isfinite(floor) and 0 < floor < 1 else None
