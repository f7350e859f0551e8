"""The shape of the tables of GOLD that the semantic view stands on: dbt builds them, and until then they are declared.

A semantic view can only be made over tables that are there, with the columns that it names.
"""

from __future__ import annotations

from pipeline.tables import BOOLEAN, COUNT, DAY, MOMENT, MONEY, REAL, TEXT

SCHEMA = "GOLD"
PROFILE = "CUSTOMER_360_PROFILE"
_SUM, _CHANGE, _SHARE = "NUMBER(14,2)", "NUMBER(6,2)", "NUMBER(5,2)"

_PROFILE: dict[str, str] = {
    "CUSTOMER_ID": TEXT, "CUSTOMER_SK": COUNT, "NAME": TEXT, "EMAIL": TEXT, "PHONE": TEXT, "DATE_OF_BIRTH": DAY,
    "AGE": COUNT, "CITY": TEXT, "STATE": TEXT, "ZIP_CODE": TEXT, "ACCOUNT_OPEN_DATE": DAY,
    "ACCOUNT_TENURE_DAYS": COUNT, "CARD_TYPE": TEXT, "CREDIT_LIMIT": MONEY,
    "SEGMENT": TEXT, "SEGMENT_ASSIGNED_DATE": DAY, "SEGMENT_REASON": TEXT,
    "TOTAL_LIFETIME_VALUE": _SUM, "LTV_LAST_90_DAYS": _SUM, "LTV_LAST_365_DAYS": _SUM, "PROJECTED_12M_LTV": _SUM,
    "CUSTOMER_TENURE_DAYS": COUNT, "AVERAGE_MONTHLY_SPEND": _SUM,
    "CURRENT_MONTH_SPEND": _SUM, "PREVIOUS_MONTH_SPEND": _SUM, "MOM_ABSOLUTE_CHANGE": _SUM,
    "MOM_PERCENT_CHANGE": _CHANGE, "THREE_MONTH_TREND": TEXT,
    "AVG_TRANSACTION_VALUE_ALL_TIME": MONEY, "AVG_TRANSACTION_VALUE_90D": MONEY, "AVG_TRANSACTION_VALUE_30D": MONEY,
    "ATV_TREND": TEXT, "MAX_TRANSACTION_AMOUNT": MONEY, "MIN_TRANSACTION_AMOUNT": MONEY,
    "TRANSACTION_COUNT": COUNT, "TRANSACTION_COUNT_90D": COUNT, "DAYS_SINCE_LAST_TRANSACTION": COUNT,
    "LAST_TRANSACTION_DATE": DAY, "LAST_TRANSACTION_AMOUNT": MONEY, "CUSTOMER_STATUS": TEXT,
    "TOP_CATEGORY_1": TEXT, "TOP_CATEGORY_2": TEXT, "TOP_CATEGORY_3": TEXT,
    "CHURN_PROBABILITY": REAL, "CHURN_PREDICTION": BOOLEAN, "CHURN_RISK_CATEGORY": TEXT,
    "AS_OF_DATE": DAY, "PROFILE_UPDATED_AT": MOMENT,
}  # fmt: skip

# Names and types as dbt builds them (a test holds them equal), by table.
GOLD_TABLES: dict[str, dict[str, str]] = {
    PROFILE: _PROFILE,
    "FACT_TRANSACTION": {
        "TRANSACTION_KEY": COUNT, "TRANSACTION_ID": TEXT, "CUSTOMER_SK": COUNT, "CUSTOMER_ID": TEXT,
        "DATE_KEY": COUNT, "MERCHANT_CATEGORY_KEY": COUNT, "TRANSACTION_DATE": DAY, "TRANSACTION_TIMESTAMP": MOMENT,
        "TRANSACTION_TYPE": TEXT, "TRANSACTION_AMOUNT": MONEY, "NET_AMOUNT": MONEY,
    },
    "DIM_MERCHANT_CATEGORY": {
        "MERCHANT_CATEGORY_KEY": COUNT, "MERCHANT_CATEGORY_NAME": TEXT, "CATEGORY_GROUP": TEXT,
        "IS_DISCRETIONARY": BOOLEAN,
    },
    "DIM_DATE": {
        "DATE_KEY": COUNT, "FULL_DATE": DAY, "YEAR": COUNT, "QUARTER": COUNT, "MONTH": COUNT, "MONTH_NAME": TEXT,
        "WEEK": COUNT, "DAY": COUNT, "DAY_OF_YEAR": COUNT, "DAY_OF_WEEK": COUNT, "DAY_NAME": TEXT,
        "IS_MONTH_END": BOOLEAN, "IS_WEEKEND": BOOLEAN, "IS_WEEKDAY": BOOLEAN, "FISCAL_YEAR": COUNT,
        "FISCAL_QUARTER": COUNT, "FISCAL_MONTH": COUNT, "IS_HOLIDAY": BOOLEAN, "HOLIDAY_NAME": TEXT,
        "IS_HOLIDAY_OBSERVED": BOOLEAN, "OBSERVED_HOLIDAY_NAME": TEXT,
    },
    "CUSTOMER_SEGMENTS": {
        "CUSTOMER_ID": TEXT, "SEGMENT": TEXT, "SEGMENT_ASSIGNED_DATE": DAY, "SEGMENT_REASON": TEXT,
        "IS_EXACT_RULE": BOOLEAN, "TOTAL_SPEND_90D": _SUM, "TRANSACTION_COUNT_90D": COUNT,
        "AVG_TRANSACTION_VALUE_90D": MONEY, "MOM_PERCENT_CHANGE": _CHANGE, "DAYS_SINCE_LAST_TRANSACTION": COUNT,
        "TRAVEL_PERCENT_90D": _SHARE,
    },
    "CUSTOMER_SEGMENT_HISTORY": {
        "CUSTOMER_ID": TEXT, "SEGMENT_ASSIGNED_DATE": DAY, "SEGMENT_END_DATE": DAY, "IS_CURRENT": BOOLEAN,
        "SEGMENT": TEXT, "PREVIOUS_SEGMENT": TEXT, "SEGMENT_REASON": TEXT,
    },
    "CUSTOMER_MONTHLY_SPEND": {
        "CUSTOMER_ID": TEXT, "MONTH_START": DAY, "TRANSACTION_COUNT": COUNT, "SPEND": _SUM, "PURCHASE_SPEND": _SUM,
        "MAX_TRANSACTION_AMOUNT": MONEY, "MIN_TRANSACTION_AMOUNT": MONEY, "FIRST_TRANSACTION_DATE": DAY,
        "LAST_TRANSACTION_DATE": DAY, "LAST_TRANSACTION_AMOUNT": MONEY,
    },
}  # fmt: skip

# Columns that came later: a table that was built before them gets them, empty until the next run.
ADDED_COLUMNS: dict[str, tuple[str, ...]] = {PROFILE: ("CUSTOMER_STATUS", "AS_OF_DATE")}


def declaration(table: str, qualified_name: str) -> str:
    """Return the statement that declares a table empty where there is none yet.

    Args:
        table: one of `GOLD_TABLES`.
        qualified_name: its full name, as SQL writes it.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in GOLD_TABLES[table].items())
    return f"CREATE TRANSIENT TABLE IF NOT EXISTS {qualified_name} ({columns})"


def addition(table: str, column: str, qualified_name: str) -> str:
    """Return the statement that adds a column to a table that lacks it. Arguments are those of `declaration`."""
    return f"ALTER TABLE {qualified_name} ADD COLUMN IF NOT EXISTS {column} {GOLD_TABLES[table][column]}"
