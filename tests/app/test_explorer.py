"""The words below the list of customers."""

from __future__ import annotations

import pytest
from customer_360.tabs.explorer import caption


@pytest.mark.parametrize(
    ("start", "rows", "count", "said"),
    [
        (0, 25, 80, "Rows 1 to 25 of 80 customers"),
        (75, 5, 80, "Rows 76 to 80 of 80 customers"),
        (0, 25, 12_345, "Rows 1 to 25 of 12,345 customers"),
    ],
)
def test_the_list_says_which_of_how_many(start: int, rows: int, count: int, said: str) -> None:
    assert caption(start, rows, count).startswith(said)
