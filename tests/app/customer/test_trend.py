"""The months of a customer on a calendar: zeros, the average, the month that is not over."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from customer_360.customer.trend import monthly_trend

OPENED = date(2020, 1, 1)


def months(**spend: float) -> pd.DataFrame:
    """Return the months that had purchases, such as `nov_2024=20`."""
    starts = pd.to_datetime([name.replace("_", " ") for name in spend], format="%b %Y")
    return pd.DataFrame({"month_start": starts, "transaction_count": 1, "spend": [float(s) for s in spend.values()]})


def test_twelve_months_end_with_that_of_the_day_and_are_zero_without_purchases() -> None:
    found = monthly_trend(months(mar_2024=30, nov_2024=20), date(2024, 12, 31), OPENED)
    assert [f"{m:%Y-%m}" for m in found["month_start"]] == [f"2024-{n:02d}" for n in range(1, 13)]
    assert found["spend"].to_list() == [0, 0, 30, 0, 0, 0, 0, 0, 0, 0, 20, 0]
    assert found["transaction_count"].to_list() == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    assert found["is_current"].to_list() == [False] * 11 + [True]


def test_the_average_is_of_the_month_and_the_two_before_which_are_not_shown() -> None:
    found = monthly_trend(months(nov_2023=9, dec_2023=6, jan_2024=3, apr_2024=12), date(2024, 12, 31), OPENED)
    assert found["average"].to_list()[:7] == [6, 3, 1, 4, 4, 4, 0]


@pytest.mark.parametrize(
    ("as_of", "is_complete"),
    [(date(2024, 12, 31), True), (date(2024, 12, 30), False), (date(2024, 2, 29), True), (date(2024, 2, 28), False)],
)
def test_a_month_that_is_not_over_is_told_and_has_no_average(as_of: date, is_complete: bool) -> None:
    newest = monthly_trend(months(jan_2024=3), as_of, OPENED).iloc[-1]
    assert newest["is_complete"] == is_complete
    assert pd.notna(newest["average"]) == is_complete


def test_there_are_no_months_before_the_account_s_own() -> None:
    found = monthly_trend(months(nov_2024=30), date(2024, 12, 31), date(2024, 10, 20))
    assert [f"{m:%Y-%m}" for m in found["month_start"]] == ["2024-10", "2024-11", "2024-12"]
    assert found["average"].isna().to_list() == [True, True, False]
    assert found["average"].iloc[-1] == 10


def test_a_customer_who_never_bought_has_months_of_zeros() -> None:
    found = monthly_trend(months(), date(2024, 12, 31), OPENED)
    assert (len(found), found["spend"].sum(), found["average"].iloc[-1]) == (12, 0, 0)
