"""The parts of a customer's spend: five categories, the rest together, and what no pie can show."""

from __future__ import annotations

import pandas as pd
import pytest
from customer_360.customer.categories import OTHER, category_shares


def spent(*amounts: float) -> pd.DataFrame:
    """Return categories A, B, ... with what was spent in each."""
    names = [chr(ord("A") + n) for n in range(len(amounts))]
    return pd.DataFrame({"category": names, "spend": amounts, "transaction_count": range(1, len(amounts) + 1)})


@pytest.mark.parametrize(
    ("amounts", "parts"),
    [
        ((), []),
        ((10.0,), [("A", 1.0)]),
        ((1.0, 3.0), [("B", 0.75), ("A", 0.25)]),
        ((10.0, 10.0, 10.0, 10.0, 10.0), [("A", 0.2), ("B", 0.2), ("C", 0.2), ("D", 0.2), ("E", 0.2)]),
        (
            (1.0, 2.0, 30.0, 20.0, 10.0, 9.0, 28.0),
            [("C", 0.3), ("G", 0.28), ("D", 0.2), ("E", 0.1), ("F", 0.09), (OTHER, 0.03)],
        ),
    ],
)
def test_five_categories_and_the_rest(amounts: tuple[float, ...], parts: list[tuple[str, float]]) -> None:
    found = category_shares(spent(*amounts)).parts
    assert found["category"].to_list() == [name for name, _ in parts]
    assert found["share"].to_list() == pytest.approx([share for _, share in parts])


def test_the_rest_has_the_purchases_of_all_its_categories() -> None:
    found = category_shares(spent(70, 60, 50, 40, 30, 20, 10))
    assert found.parts.iloc[-1].to_dict() == {
        "category": OTHER, "spend": 30, "transaction_count": 6 + 7, "share": pytest.approx(30 / 280),
    }  # fmt: skip
    assert found.total == 280


def test_a_category_with_more_refunds_than_purchases_is_no_part() -> None:
    found = category_shares(spent(100, -40, 0))
    assert found.parts["category"].to_list() == ["A"]
    assert (found.total, found.refunded) == (100, ("B",))
