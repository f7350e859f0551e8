"""Reads what one customer spent: by month, by merchant category, and transaction by transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from customer_360.database import Query

# The trend shows twelve months, and its average looks back two more.
MONTHS, MONTHS_BEFORE = 12, 2
MOST_TRANSACTIONS = 50


def load_monthly_spend(ask: Query, customer_id: str, as_of: date) -> pd.DataFrame:
    """Read the months up to as_of_date in which a customer bought or returned something.

    Args:
        ask: runs a query.
        customer_id: the whole number, such as C000042.
        as_of: the day on which the newest month ends, so far.

    Returns:
        `month_start` (timestamps, ascending), `transaction_count` (purchases) and `spend` (less refunds, US dollars);
        no row for a month without either.
    """
    rows = ask(
        "select month_start, transaction_count, spend from GOLD.CUSTOMER_MONTHLY_SPEND where customer_id = ?"
        f" and month_start > dateadd(month, -{MONTHS + MONTHS_BEFORE}, ?::date) and month_start <= ?::date"
        " order by month_start",
        [customer_id, as_of.isoformat(), as_of.isoformat()],
    )
    return rows.astype({"month_start": "datetime64[ns]", "transaction_count": "int64", "spend": "float64"})


def load_category_spend(ask: Query, customer_id: str) -> pd.DataFrame:
    """Read what a customer spent by merchant category since the account opened. Arguments as `load_monthly_spend`.

    Returns:
        `category`, `category_group`, `transaction_count` (purchases) and `spend` (less refunds, US dollars), the
        greatest spend first.
    """
    rows = ask(
        "select categories.merchant_category_name as category, categories.category_group,"
        " sums.transaction_count, sums.spend from GOLD.CUSTOMER_CATEGORY_SPEND as sums"
        " inner join GOLD.DIM_MERCHANT_CATEGORY as categories"
        " on sums.merchant_category_key = categories.merchant_category_key"
        " where sums.customer_id = ? order by sums.spend desc, category",
        [customer_id],
    )
    return rows.astype({"transaction_count": "int64", "spend": "float64"})


def load_recent_transactions(ask: Query, customer_id: str) -> pd.DataFrame:
    """Read a customer's newest 50 transactions, declined ones too. Arguments as `load_monthly_spend`.

    Returns:
        `transaction_id`, `transaction_timestamp`, `merchant_category`, `transaction_type` (purchase, refund), `amount`
        (US dollars; negative for a refund) and `status` (approved, declined), the newest first.
    """
    rows = ask(
        "select transaction_id, transaction_timestamp, merchant_category, transaction_type, amount, status"
        f" from GOLD.CUSTOMER_RECENT_TRANSACTIONS where customer_id = ? and recency_rank <= {MOST_TRANSACTIONS}"
        " order by recency_rank",
        [customer_id],
    )
    return rows.astype({"transaction_timestamp": "datetime64[ns]", "amount": "float64"})
