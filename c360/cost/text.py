"""The estimate as text: what costs how much, by which assumptions, and beside what the account metered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c360.cost.metered import METERED_DAYS
from c360.cost.rates import DAYS_PER_MONTH, READ_ON
from c360.text_table import text_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from c360.cost.assumptions import Assumptions
    from c360.cost.estimate import Estimate

_FIGURES = ("credits/day", "credits/month", "USD/day", "USD/month")
_NOT_COUNTED = (
    "Not counted: what people ask by SQL, failed runs tried again, a deployment's own statements, taxes; cloud "
    "services, free below a tenth of a day's compute; data that leave the region, of which there are none."
)


def as_text(found: Estimate, assumed: Assumptions, stack: str) -> str:
    """Write an estimate: each thing that costs, the same by warehouse, the monitor's quota, and what is assumed."""
    lines = [(line.what, *_figures(line.credits_per_day, line.dollars_per_day), line.because) for line in found.lines]
    lines.append(("everything", *_figures(found.credits_per_day, found.dollars_per_day), ""))
    warehouses = [(n, *_figures(c, c * found.dollars_per_credit)) for n, c in found.by_warehouse().items()]
    assumptions = ", ".join(f"{name}={value}" for name, value in assumed.shown())
    parts = [
        f"What stack {stack} is expected to cost in an account, by list prices read on {READ_ON}:",
        text_table(("what", *_FIGURES, "because"), lines),
        text_table(("warehouse", *_FIGURES), warehouses),
        *_quota_text(found),
        f"Assumed, each set by --set NAME=VALUE, seconds of a task by its name: {assumptions}.",
        _NOT_COUNTED,
    ]
    return "\n\n".join(parts)


def compared_text(metered: Mapping[str, float], found: Estimate) -> str:
    """Write what warehouses used beside what was expected of them.

    Args:
        metered: credits a day by warehouse, on average over `METERED_DAYS`.
        found: the estimate.
    """
    expected = found.by_warehouse()
    rows = [
        (name, f"{metered.get(name, 0.0):.3f}", f"{expected[name]:.3f}", _share(metered.get(name, 0.0), expected[name]))
        for name in sorted(expected)
    ]
    rows.append(
        ("all", f"{sum(metered.get(name, 0.0) for name in expected):.3f}", f"{found.credits_per_day:.3f}",
         _share(sum(metered.get(name, 0.0) for name in expected), found.credits_per_day))
    )  # fmt: skip
    heading = f"Credits a day, of the last {METERED_DAYS} whole days, beside those that 'c360 cost' expects"
    return f"{heading}\n{text_table(('warehouse', 'used', 'expected', 'used of expected'), rows)}"


def _quota_text(found: Estimate) -> list[str]:
    if found.quota is None:
        return []
    share = found.credits_per_month / found.quota
    said = f"The resource monitor allows {found.quota:g} credits a month; {found.credits_per_month:.1f} are expected"
    warning = ": warehouses would be suspended before the month ends." if share > 1 else f", {share:.0%} of them."
    return [said + warning]


def _share(used: float, expected: float) -> str:
    return f"{used / expected:.0%}" if expected else "—"


def _figures(credits_a_day: float, dollars_a_day: float) -> tuple[str, str, str, str]:
    month = DAYS_PER_MONTH
    return (
        f"{credits_a_day:.3f}", f"{credits_a_day * month:.1f}", f"{dollars_a_day:.2f}", f"{dollars_a_day * month:.2f}",
    )  # fmt: skip
