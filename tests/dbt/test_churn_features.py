"""Features of churn: what they say, and that they say nothing about what came after their date."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import expected
import pytest
from built_warehouse import create_procedure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from built_warehouse import Warehouse
    from small_bronze import Row

LABEL_DATE = date(2024, 9, 30)


@pytest.fixture(scope="module")
def features(warehouse: Warehouse) -> Iterator[dict[str, Row]]:
    """The features on the label date, by customer, written by the procedure that the stack deploys."""
    create_procedure(warehouse.connection, "WRITE_CHURN_FEATURES")
    write(warehouse, "GOLD.FEATURES")
    yield warehouse.by_customer("GOLD.FEATURES")
    warehouse.rows("drop table GOLD.FEATURES")


def write(warehouse: Warehouse, table: str) -> None:
    """Write the features on the label date into a table."""
    warehouse.rows(f"call PLATFORM.WRITE_CHURN_FEATURES('{LABEL_DATE}'::date, '{table}')")


def test_every_customer_of_the_day_has_features_and_none_is_null(
    warehouse: Warehouse, features: dict[str, Row]
) -> None:
    opened = {c for c, row in expected.customers(warehouse.bronze).items() if row["account_open_date"] <= LABEL_DATE}
    assert set(features) == opened
    assert not [(c, name) for c, row in features.items() for name, value in row.items() if value is None]


def test_features_are_what_python_counts(warehouse: Warehouse, features: dict[str, Row]) -> None:
    customers = expected.customers(warehouse.bronze)
    versions = expected.versions(warehouse.bronze)
    transactions = expected.transactions(warehouse.bronze)
    for customer_id, row in features.items():
        known = [r for r in transactions[customer_id] if r["transaction_date"] <= LABEL_DATE]
        recent = expected.window(known, LABEL_DATE, 90)
        opened = customers[customer_id]["account_open_date"]
        (valid,) = [v for v in versions[customer_id] if v.start <= LABEL_DATE and (not v.end or v.end > LABEL_DATE)]
        last = known[-1]["transaction_date"] if known else opened
        weekend = sum(r["transaction_date"].weekday() >= 5 for r in recent)
        evening = sum(r["transaction_timestamp"].hour >= 18 for r in recent)
        assert (row["card_type"], row["credit_limit"]) == (valid.card_type, float(valid.credit_limit))
        assert row["account_tenure_days"] == (LABEL_DATE - opened).days
        assert row["total_spend_90d"] == pytest.approx(float(expected.total(recent)))
        assert row["transaction_count_90d"] == len(recent)
        assert row["total_spend_30d"] == pytest.approx(float(expected.total(expected.window(known, LABEL_DATE, 30))))
        assert row["distinct_merchant_categories_90d"] == len({r["merchant_category"] for r in recent})
        assert row["days_since_last_transaction"] == (LABEL_DATE - last).days
        assert row["weekend_transaction_pct"] == pytest.approx(100 * weekend / max(1, len(recent)))
        assert row["evening_transaction_pct"] == pytest.approx(100 * evening / max(1, len(recent)))
        assert row["max_days_inactive"] == _longest_pause(known), customer_id


def _longest_pause(known: list[Row]) -> int:
    days = sorted({r["transaction_date"] for r in expected.window(known, LABEL_DATE, 180)})
    pauses = [(later - earlier).days for earlier, later in pairwise(days)]
    silence = (LABEL_DATE - known[-1]["transaction_date"]).days if known else 180
    return max([*pauses, min(180, silence)])


def test_declined_transactions_are_counted_from_bronze(warehouse: Warehouse, features: dict[str, Row]) -> None:
    declined: dict[str, set[str]] = {}
    for row in warehouse.bronze.transactions:
        if row["status"] == "declined" and LABEL_DATE - timedelta(days=90) < row["transaction_date"] <= LABEL_DATE:
            declined.setdefault(row["customer_id"], set()).add(row["transaction_id"])
    assert sum(r["declined_transaction_count"] > 0 for r in features.values()) > 10
    for customer_id, row in features.items():
        assert row["declined_transaction_count"] == len(declined.get(customer_id, ()))


def test_what_happens_later_moves_no_feature(warehouse: Warehouse, features: dict[str, Row]) -> None:
    later = LABEL_DATE + timedelta(days=1)
    turn_later_limits = "update GOLD.DIM_CUSTOMER set credit_limit = -credit_limit"
    with warehouse.connection.cursor() as cursor:
        cursor.execute("begin")
        try:
            cursor.execute(
                "insert into GOLD.FACT_TRANSACTION select -customer_sk, 'later', customer_sk, customer_id, 20241001, 1,"
                f" '{later}'::date, '{later} 20:00:00'::timestamp_ntz, 999.00 from GOLD.DIM_CUSTOMER"
            )
            cursor.execute(
                "insert into BRONZE.BRONZE_TRANSACTIONS (transaction_id, customer_id, transaction_date, status)"
                f" select 'later', customer_id, '{later}'::date, 'declined' from GOLD.DIM_CUSTOMER"
            )
            cursor.execute(f"{turn_later_limits} where effective_date > '{LABEL_DATE}'::date")
            cursor.execute("commit")
            write(warehouse, "GOLD.LATER_FEATURES")
            moved = warehouse.by_customer("GOLD.LATER_FEATURES")
        finally:
            cursor.execute(f"{turn_later_limits} where credit_limit < 0")
            cursor.execute("delete from GOLD.FACT_TRANSACTION where transaction_id = 'later'")
            cursor.execute("delete from BRONZE.BRONZE_TRANSACTIONS where transaction_id = 'later'")
            cursor.execute("drop table if exists GOLD.LATER_FEATURES")
    assert moved == features
