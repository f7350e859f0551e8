"""Loads the customer profiles once; every filter of the page works on the loaded frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from customer_360.database import DatabaseUnavailableError, data_version, query

if TYPE_CHECKING:
    import pandas as pd

_PROFILES_SQL = """
select
    customer_id,
    name,
    segment,
    card_type,
    credit_limit,
    city,
    state,
    total_lifetime_value,
    ltv_last_90_days,
    mom_absolute_change,
    mom_percent_change,
    churn_probability,
    churn_risk_category,
    last_transaction_date,
    profile_updated_at
from GOLD.CUSTOMER_360_PROFILE
order by customer_id
"""
# Every build makes the profiles anew: an open page shows them a moment later.
_VERSION_SQL = "select max(profile_updated_at) from GOLD.CUSTOMER_360_PROFILE"
_NUMBERS = [
    "credit_limit", "total_lifetime_value", "ltv_last_90_days", "mom_absolute_change", "mom_percent_change",
    "churn_probability",
]  # fmt: skip
_TIMES = ["last_transaction_date", "profile_updated_at"]
_LAST_GOOD = "last_good_profiles"


@dataclass(frozen=True)
class Profiles:
    """All customers (one row each), the newest transaction's date, and when the profiles were built."""

    customers: pd.DataFrame
    newest_transaction: pd.Timestamp
    updated_at: pd.Timestamp
    is_stale: bool = False


def load_profiles() -> Profiles:
    """Load all profiles, or those of the last successful load of this session where the database is away.

    Raises:
        DatabaseUnavailableError: where there is nothing to show.
    """
    try:
        loaded = prepare(query(_PROFILES_SQL, version=data_version(_VERSION_SQL)))
    except DatabaseUnavailableError:
        if _LAST_GOOD not in st.session_state:
            raise
        return replace(st.session_state[_LAST_GOOD], is_stale=True)
    st.session_state[_LAST_GOOD] = loaded
    return loaded


def prepare(rows: pd.DataFrame) -> Profiles:
    """Give the query's columns their types: decimals as floats, dates as timestamps.

    Raises:
        DatabaseUnavailableError: where the table has no rows.
    """
    if rows.empty:
        raise DatabaseUnavailableError(
            "There are no customer profiles yet. Run the pipeline (`c360 run`) and try again."
        )
    customers = rows.astype(dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(_TIMES, "datetime64[ns]"))
    # The mart says -100 % of who spent nothing in both months, which segments need; a reader is told of no change.
    spent_nothing = (customers["mom_absolute_change"] == 0) & (customers["mom_percent_change"] != 0)
    customers["mom_percent_change"] = customers["mom_percent_change"].mask(spent_nothing)
    newest, updated = customers["last_transaction_date"].max(), customers["profile_updated_at"].max()
    return Profiles(customers.drop(columns="profile_updated_at"), newest, updated)
