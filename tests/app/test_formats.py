"""How figures are written."""

from __future__ import annotations

import math

import pytest
from customer_360.formats import dollars, percent, points, relative


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (950.4, "$950"), (12_345.6, "$12,346"), (12_500_000, "$12.5M"), (3.2e9, "$3.2B"), (-1_234.4, "-$1,234"),
        (-2_500_000, "-$2.5M"), (math.nan, "n/a"),
    ],
)  # fmt: skip
def test_dollars(amount: float, text: str) -> None:
    assert dollars(amount) == text


def test_comparisons() -> None:
    assert relative(110, 100) == "+10.0% against all"
    assert relative(1, 0) is None
    assert relative(math.nan, 1) is None
    assert points(0.25, 0.2) == "+5.0 points against all"
    assert points(0.25, 0.3, "active ones") == "-5.0 points against active ones"
    assert percent(0.1234) == "12.3%"
    assert percent(math.nan) == "n/a"
