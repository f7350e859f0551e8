from __future__ import annotations

from datetime import date

import pytest
from customer_360.access.freshness import Scoring


@pytest.mark.parametrize(
    ("version", "day", "age"),
    [
        ("2024-11-30-2b7987d9", date(2024, 12, 31), 31),
        ("2024-12-31-2b7987d9", date(2024, 12, 31), 0),
        ("of_our_own", date(2024, 12, 31), None),
        ("2024-12-31-2b7987d9", None, None),
        (None, None, None),
    ],
)
def test_a_model_is_as_old_as_the_days_between_what_it_learnt_from_and_what_it_scored(
    version: str | None, day: date | None, age: int | None
) -> None:
    assert Scoring(version, day).model_age_days == age
