"""The twelve months of one customer's spend: months without purchases are zeros, and an average runs along."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from datetime import date

MONTHS = 12
AVERAGED = 3


def monthly_trend(months: pd.DataFrame, as_of: date, account_open: date) -> pd.DataFrame:
    """Lay the months of a customer on a calendar that ends with the month of as_of_date.

    Args:
        months: `month_start`, `transaction_count` and `spend` of the months in which something happened; two months
            more than are shown feed the average.
        as_of: the last day that counts.
        account_open: the first day of the account: there are no months before its own.

    Returns:
        One row a month, ascending, twelve at most: `month_start`; `transaction_count`; `spend` (US dollars, 0 without
        purchases); `average` (of the month and the two before; none where the account is younger, nor for a month
        that is not over); `is_current` (the month of as_of_date); `is_complete` (its last day has come).
    """
    last = pd.Timestamp(as_of).to_period("M")
    first = max(last - (MONTHS + AVERAGED - 2), pd.Timestamp(account_open).to_period("M"))
    calendar = pd.period_range(first, last, freq="M").to_timestamp()
    laid = months.set_index("month_start").reindex(calendar).rename_axis("month_start").reset_index()
    laid["spend"] = laid["spend"].fillna(0.0)
    laid["transaction_count"] = laid["transaction_count"].fillna(0).astype("int64")
    laid["is_current"] = laid["month_start"] == last.to_timestamp()
    laid["is_complete"] = ~laid["is_current"] | (as_of.day == monthrange(as_of.year, as_of.month)[1])
    laid["average"] = laid["spend"].rolling(AVERAGED).mean().where(laid["is_complete"])
    return laid.tail(MONTHS).reset_index(drop=True)
