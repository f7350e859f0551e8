"""The words below the list of customers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from customer_360 import segment_explorer
from customer_360.segment_explorer import caption


@pytest.mark.parametrize(
    ("start", "rows", "listed", "chosen", "said"),
    [
        (0, 25, 80, 80, "Rows 1 to 25 of 80 customers."),
        (75, 5, 80, 80, "Rows 76 to 80 of 80 customers."),
        (0, 25, 1_000, 1_000, "Rows 1 to 25 of 1,000 customers."),
        (0, 25, 1_000, 12_345, "Rows 1 to 25 of the first 1,000 of 12,345 customers."),
    ],
)
def test_a_cut_list_says_of_how_many(start: int, rows: int, listed: int, chosen: int, said: str) -> None:
    assert caption(start, rows, listed, chosen).startswith(said)


def test_segments_are_compared_without_row_numbers_and_churn_in_percent(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[pd.DataFrame, dict[str, Any]]] = []
    monkeypatch.setattr(segment_explorer.st, "dataframe", lambda frame, **options: shown.append((frame, options)))
    segments = pd.DataFrame({"segment": ["A"], "average_churn_probability": [0.25]})
    segment_explorer._segment_table(segments)
    ((frame, options),) = shown
    assert options["hide_index"] is True
    assert frame["average_churn_probability"].to_list() == [25.0]
    assert segments["average_churn_probability"].to_list() == [0.25]
