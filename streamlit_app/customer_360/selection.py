"""The reader's selection of customers: what the filters mean, its figures, and its form in the page's address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SEGMENTS = ("High-Value Travelers", "Stable Mid-Spenders", "Budget-Conscious", "Declining", "New & Growing")
CARD_TYPES = ("Platinum", "Gold", "Silver", "Basic")
CHURN_RISKS = ("High", "Medium", "Low")
LIMIT_STEP = 500  # US dollars


@dataclass(frozen=True)
class Selection:
    """A choice of customers; an empty tuple or None leaves that property unrestricted.

    credit_limit: lowest and highest limit in US dollars, both included.
    """

    segments: tuple[str, ...] = ()
    card_types: tuple[str, ...] = ()
    churn_risks: tuple[str, ...] = ()
    credit_limit: tuple[int, int] | None = None

    def of(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Return the customers that the selection contains."""
        chosen = pd.Series(data=True, index=customers.index)
        for column, values in (
            ("segment", self.segments),
            ("card_type", self.card_types),
            ("churn_risk_category", self.churn_risks),
        ):
            if values:
                chosen &= customers[column].isin(values)
        if self.credit_limit:
            chosen &= customers["credit_limit"].between(*self.credit_limit)
        return customers.drop(index=customers.index[~chosen])

    def to_params(self) -> dict[str, list[str]]:
        """Write the selection as parameters of the page's address; unrestricted properties are left out."""
        params = {"segment": self.segments, "card": self.card_types, "risk": self.churn_risks}
        written = {key: list(values) for key, values in params.items() if values}
        if self.credit_limit:
            written["limit"] = ["{}-{}".format(*self.credit_limit)]
        return written

    @classmethod
    def from_params(cls, params: Mapping[str, Sequence[str]], bounds: tuple[int, int]) -> Selection:
        """Read a selection from an address; values that do not exist are dropped, limits are brought within bounds."""
        return cls(
            segments=_known(params.get("segment", ()), SEGMENTS),
            card_types=_known(params.get("card", ()), CARD_TYPES),
            churn_risks=_known(params.get("risk", ()), CHURN_RISKS),
            credit_limit=_limits(next(iter(params.get("limit", ())), ""), bounds),
        )


@dataclass(frozen=True)
class Figures:
    """The four headline figures of a set of customers; averages are NaN for an empty set. Amounts in US dollars."""

    customers: int
    average_lifetime_value: float
    average_churn_probability: float
    spend_90_days: float


def figures(customers: pd.DataFrame) -> Figures:
    """Compute the headline figures."""
    return Figures(
        customers=len(customers),
        average_lifetime_value=float(customers["total_lifetime_value"].mean()),
        average_churn_probability=float(customers["churn_probability"].mean()),
        spend_90_days=float(customers["ltv_last_90_days"].sum()),
    )


def limit_bounds(customers: pd.DataFrame) -> tuple[int, int]:
    """Return the lowest and highest credit limit, rounded outwards to the slider's step."""
    low, high = customers["credit_limit"].min(), customers["credit_limit"].max()
    return int(low // LIMIT_STEP * LIMIT_STEP), int(-(-high // LIMIT_STEP) * LIMIT_STEP)


def by_segment(customers: pd.DataFrame) -> pd.DataFrame:
    """Return one row a segment, in the fixed order: segment, customers, share (of the set), and three averages."""
    grouped = customers.groupby("segment", observed=True).agg(
        customers=("customer_id", "size"),
        average_lifetime_value=("total_lifetime_value", "mean"),
        average_churn_probability=("churn_probability", "mean"),
        spend_90_days=("ltv_last_90_days", "sum"),
    )
    ordered = grouped.reindex([s for s in SEGMENTS if s in grouped.index]).rename_axis("segment").reset_index()
    return ordered.assign(share=ordered["customers"] / max(len(customers), 1))


def _known(values: Iterable[str], allowed: Sequence[str]) -> tuple[str, ...]:
    wanted = set(values)
    return tuple(value for value in allowed if value in wanted)


def _limits(text: str, bounds: tuple[int, int]) -> tuple[int, int] | None:
    low, dash, high = text.partition("-")
    if not (dash and low.isdecimal() and high.isdecimal()):
        return None
    clipped = (max(int(low), bounds[0]), min(int(high), bounds[1]))
    return clipped if clipped[0] <= clipped[1] and clipped != bounds else None
