"""How figures are written on the pages: amounts, shares, and how they compare."""

from __future__ import annotations

import math

NO_VALUE = "n/a"


def dollars(amount: float) -> str:
    """Write an amount in US dollars, shortened from a million on; n/a for no value."""
    if math.isnan(amount):
        return NO_VALUE
    sign = "-" if amount < 0 else ""
    for size, unit in ((1e9, "B"), (1e6, "M")):
        if abs(amount) >= size:
            return f"{sign}${abs(amount) / size:,.1f}{unit}"
    return f"{sign}${abs(amount):,.0f}"


def percent(share: float) -> str:
    """Write a share of one as a percentage; n/a for no value."""
    return NO_VALUE if math.isnan(share) else f"{share:,.1%}"


def relative(value: float, reference: float, to: str = "all") -> str | None:
    """Write how far a value lies above or below a reference, in percent of it.

    Args:
        value: the value.
        reference: what it is compared with.
        to: what the reference is called.

    Returns:
        Such as "+4.0% against all"; None where there is nothing to compare.
    """
    if math.isnan(value) or math.isnan(reference) or not reference:
        return None
    return f"{value / reference - 1:+.1%} against {to}"


def points(value: float, reference: float, to: str = "all") -> str | None:
    """Write the difference of two shares of one in percentage points; arguments and result as `relative`."""
    if math.isnan(value) or math.isnan(reference):
        return None
    return f"{(value - reference) * 100:+.1f} points against {to}"
