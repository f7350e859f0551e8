"""The personas behind generated customers: one per segment, with the amounts and the rhythm that make it find them.

The numbers decide every generated row: a change of one is a change of the published checksum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import segments

if TYPE_CHECKING:
    from pipeline.segments import Segment


@dataclass(frozen=True)
class Persona:
    """How customers of one segment are generated."""

    segment: Segment
    """The segment that its behaviour is to be recognised as."""

    amounts: tuple[int, int]
    """Least and greatest amount of a transaction, USD."""

    flatness: int
    """How alike the amounts of a period are: 0 for few large and many small ones."""

    rate: tuple[int, int]
    """Least rate and what size adds at most, hundredths of transactions per 30 days; growing customers have none."""

    rate_noise: int
    """Deviation of the rate from period to period, percent."""

    budget: tuple[int, int]
    """Least budget and what size adds at most, cents per 30 days; that of budget customers follows from their rate."""

    budget_noise: int
    """Deviation of the budget from period to period, percent."""

    opening_limits: tuple[int, int, int] | None
    """Least, most frequent and greatest credit limit at opening, USD; None: those of the persona of an earlier time."""

    @property
    def name(self) -> str:
        """The name of the segment, which marks the persona in the customers' file."""
        return self.segment.name


PERSONAS = (
    Persona(
        segments.TRAVELERS, (75, 2_500), 0, rate=(880, 560), rate_noise=12, budget=(235_000, 330_000), budget_noise=12,
        opening_limits=(8_000, 18_000, 50_000),
    ),
    Persona(
        segments.STABLE, (15, 300), 2, rate=(540, 200), rate_noise=4, budget=(47_000, 62_000), budget_noise=2,
        opening_limits=(2_500, 7_000, 26_000),
    ),
    Persona(
        segments.BUDGET, (5, 100), 1, rate=(840, 560), rate_noise=20, budget=(0, 0), budget_noise=15,
        opening_limits=(500, 1_800, 9_000),
    ),
    Persona(
        segments.DECLINING, (10, 600), 1, rate=(760, 520), rate_noise=18, budget=(52_000, 70_000), budget_noise=12,
        # A declining customer was once a traveler, stable or budget customer, whose limits are drawn instead: the limit
        # must not give the persona away.
        opening_limits=None,
    ),
    Persona(
        segments.GROWING, (5, 600), 1, rate=(0, 0), rate_noise=4, budget=(36_000, 84_000), budget_noise=2,
        opening_limits=(500, 3_000, 12_000),
    ),
)  # fmt: skip


def sql_rows() -> str:
    """Return rows of VALUES: segment, number from 1, rate, budget and amounts as DRAW_CUSTOMER_BEHAVIOUR names them."""
    return ",\n".join(
        f"('{p.name}', {number}, {p.rate[0]}, {p.rate[1]}, {p.rate_noise}, {p.budget[0]}, {p.budget[1]}, "
        f"{p.budget_noise}, {p.amounts[0] * 100}, {p.amounts[1] * 100}, {p.flatness})"
        for number, p in enumerate(PERSONAS, start=1)
    )


def sql_amounts() -> str:
    """Return rows of VALUES: segment, least and greatest amount in USD."""
    return ",\n".join(f"('{p.name}', {p.amounts[0]}, {p.amounts[1]})" for p in PERSONAS)
