"""Labels and features of churn: what they say, and that no feature says anything about what came after its date."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, median
from typing import TYPE_CHECKING

from tests.support.warehouse import expected
import pytest
from tests.support.warehouse.built_warehouse import create_procedure

if TYPE_CHECKING:
    from tests.support.warehouse.built_warehouse import Warehouse
    from tests.support.warehouse.small_bronze import Row

LABEL_DATE = date(2024, 9, 30)


@pytest.fixture(scope="module", autouse=True)
def procedures(warehouse: Warehouse) -> None:
    """The procedures that write labels and features, as the stack deploys them."""
    for name in ("WRITE_CHURN_LABELS", "WRITE_CHURN_FEATURES"):
        create_procedure(warehouse.connection, name)


@pytest.fixture(scope="module")
def features(warehouse: Warehouse) -> dict[str, Row]:
    """The features on the label date, by customer."""
    return written(warehouse, "FEATURES")


@pytest.fixture(scope="module")
def labels(warehouse: Warehouse) -> dict[str, Row]:
    """The labels as of the label date, by customer."""
    return written(warehouse, "LABELS")


def purchases(warehouse: Warehouse) -> dict[str, list[Row]]:
    """Return each customer's approved purchases: a refund is no sign of life."""
    booked = expected.transactions(warehouse.bronze)
    return {customer_id: expected.purchases(rows) for customer_id, rows in booked.items()}


def written(warehouse: Warehouse, what: str, day: date = LABEL_DATE) -> dict[str, Row]:
    """Write the features or labels of a day into a table, and return its rows by customer."""
    table = f"GOLD.WRITTEN_{what}"
    warehouse.rows(f"call PLATFORM.WRITE_CHURN_{what}('{day}'::date, '{table}')")
    found = warehouse.by_customer(table)
    warehouse.rows(f"drop table {table}")
    return found


def test_churned_is_who_was_active_and_then_silent_for_ninety_days(
    warehouse: Warehouse, labels: dict[str, Row]
) -> None:
    wanted = {}
    for customer_id, rows in purchases(warehouse).items():
        before = [r for r in rows if LABEL_DATE - timedelta(days=90) < r["transaction_date"] <= LABEL_DATE]
        after = [r for r in rows if LABEL_DATE < r["transaction_date"] <= LABEL_DATE + timedelta(days=90)]
        if before:
            wanted[customer_id] = (not after, (LABEL_DATE - before[-1]["transaction_date"]).days)
    assert {c: (r["is_churned"], r["days_since_last_transaction"]) for c, r in labels.items()} == wanted
    assert {r["churn_label"] for r in labels.values() if r["is_churned"]} == {"CHURNED"}
    assert {r["churn_label"] for r in labels.values() if not r["is_churned"]} == {"ACTIVE"}
    assert all(r["was_previously_active"] and r["label_date"] == LABEL_DATE for r in labels.values())


@pytest.mark.parametrize(
    ("days", "kind", "has_churned"),
    [
        (1, "purchase", False), (31, "purchase", False), (90, "purchase", False), (91, "purchase", True),
        (31, "refund", True),
    ],
)  # fmt: skip
def test_a_purchase_within_ninety_days_is_no_churn(
    warehouse: Warehouse, labels: dict[str, Row], days: int, kind: str, has_churned: bool
) -> None:
    churned = next(c for c, row in labels.items() if row["is_churned"])
    day = LABEL_DATE + timedelta(days=days)
    with warehouse.connection.cursor() as cursor:
        cursor.execute(
            "insert into GOLD.FACT_TRANSACTION select -customer_sk, 'back', customer_sk, customer_id, 20241001, 1,"
            f" '{day}'::date, '{day} 20:00:00'::timestamp_ntz, '{kind}', 9.00, 9.00 from GOLD.DIM_CUSTOMER"
            f" where is_current and customer_id = '{churned}'"
        )
        try:
            moved = written(warehouse, "LABELS")
        finally:
            cursor.execute("delete from GOLD.FACT_TRANSACTION where transaction_id = 'back'")
    assert moved[churned]["is_churned"] == has_churned


def test_the_same_code_labels_another_day(warehouse: Warehouse, labels: dict[str, Row]) -> None:
    earlier = written(warehouse, "LABELS", date(2024, 6, 30))
    assert earlier.keys() != labels.keys()
    assert {r["label_date"] for r in earlier.values()} == {date(2024, 6, 30)}


def test_every_customer_of_the_day_has_features_and_none_is_null(
    warehouse: Warehouse, features: dict[str, Row]
) -> None:
    opened = {c for c, row in expected.customers(warehouse.bronze).items() if row["account_open_date"] <= LABEL_DATE}
    assert set(features) == opened
    assert not [(c, name) for c, row in features.items() for name, value in row.items() if value is None]


def test_features_are_what_python_counts(warehouse: Warehouse, features: dict[str, Row]) -> None:
    customers = expected.customers(warehouse.bronze)
    versions = expected.versions(warehouse.bronze)
    transactions = purchases(warehouse)
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
        assert row["distinct_merchant_categories_90d"] == len({r["merchant_category"] for r in recent})
        assert row["days_since_last_transaction"] == (LABEL_DATE - last).days
        assert row["weekend_transaction_pct"] == pytest.approx(100 * weekend / max(1, len(recent)))
        assert row["evening_transaction_pct"] == pytest.approx(100 * evening / max(1, len(recent)))
        assert row["max_days_inactive"] == _longest_pause(known), customer_id


def test_trends_are_those_of_the_customer_against_the_typical_one(
    warehouse: Warehouse, features: dict[str, Row]
) -> None:
    trends: dict[str, dict[str, float | None]] = {"frequency": {}, "breadth": {}}
    active = set()
    for customer_id, rows in purchases(warehouse).items():
        of_30, of_90, of_365 = (expected.window(rows, LABEL_DATE, days) for days in (30, 90, 365))
        kinds, kinds_of_year = (len({r["merchant_category"] for r in window}) for window in (of_90, of_365))
        trends["frequency"][customer_id] = 3 * len(of_30) / len(of_90) if of_90 else None
        trends["breadth"][customer_id] = kinds / kinds_of_year if of_365 else None
        active |= {customer_id} if of_90 else set()
    columns = {"frequency": "transaction_frequency_trend", "breadth": "category_breadth_trend_90d_vs_365d"}
    for name, column in columns.items():
        typical = median(trend for c in active if (trend := trends[name][c]) is not None)
        for customer_id, row in features.items():
            trend = trends[name].get(customer_id)
            assert row[column] == pytest.approx(0 if trend is None else trend / typical - 1), customer_id


def test_what_the_model_reads_of_a_level_is_its_share_of_the_mean_of_active_customers(features: dict[str, Row]) -> None:
    levels = [name.removesuffix("_vs_all") for name in next(iter(features.values())) if name.endswith("_vs_all")]
    assert len(levels) == 7
    for level in levels:
        mean = fmean(r[level] for r in features.values() if r["days_since_last_transaction"] < 90)
        for customer_id, row in features.items():
            assert row[f"{level}_vs_all"] == pytest.approx(row[level] / mean, abs=1e-5), (customer_id, level)


def test_a_season_that_all_customers_share_moves_levels_and_nothing_that_the_model_reads(
    warehouse: Warehouse, features: dict[str, Row]
) -> None:
    with warehouse.connection.cursor() as cursor:
        cursor.execute(
            "insert into GOLD.FACT_TRANSACTION select -transaction_key, 'season', * exclude (transaction_key,"
            f" transaction_id) from GOLD.FACT_TRANSACTION where transaction_date > '{LABEL_DATE}'::date - 90"
        )
        try:
            moved = written(warehouse, "FEATURES")
        finally:
            cursor.execute("delete from GOLD.FACT_TRANSACTION where transaction_id = 'season'")
    for customer_id, row in features.items():
        found = moved[customer_id]
        for level in ("total_spend_90d", "transaction_count_90d"):
            assert found[level] == pytest.approx(2 * row[level])
            assert found[f"{level}_vs_all"] == pytest.approx(row[f"{level}_vs_all"], abs=1e-5)
        for trend in ("transaction_frequency_trend", "spend_trend_60d_vs_90d"):
            assert found[trend] == pytest.approx(row[trend])


def _longest_pause(known: list[Row]) -> int:
    days = sorted({r["transaction_date"] for r in expected.window(known, LABEL_DATE, 180)})
    pauses = [(later - earlier).days for earlier, later in pairwise(days)]
    silence = (LABEL_DATE - known[-1]["transaction_date"]).days if known else 180
    return max([*pauses, min(180, silence)])


def test_declined_transactions_are_counted_from_bronze(warehouse: Warehouse, features: dict[str, Row]) -> None:
    declined: dict[str, dict[str, date]] = {}
    for row in warehouse.bronze.transactions:
        if row["status"] == "declined" and row["transaction_date"] <= LABEL_DATE:
            declined.setdefault(row["customer_id"], {})[row["transaction_id"]] = row["transaction_date"]
    approved = purchases(warehouse)
    assert sum(r["declined_transaction_count"] > 0 for r in features.values()) > 10
    for customer_id, row in features.items():
        days = declined.get(customer_id, {}).values()
        known = [r for r in approved[customer_id] if r["transaction_date"] <= LABEL_DATE]
        year = expected.window(known, LABEL_DATE, 365)
        of_90, of_365 = (sum(d > LABEL_DATE - timedelta(days=n) for d in days) for n in (90, 365))
        assert row["declined_transaction_count"] == of_90
        assert row["declined_transaction_pct_365d"] == pytest.approx(_percent(of_365, of_365 + len(year)))
        assert row["declined_transaction_pct_ever"] == pytest.approx(_percent(len(days), len(days) + len(known)))


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def test_what_happens_later_moves_labels_and_no_feature(
    warehouse: Warehouse, features: dict[str, Row], labels: dict[str, Row]
) -> None:
    assert any(r["is_churned"] for r in labels.values())
    later = LABEL_DATE + timedelta(days=1)
    turn_later_limits = "update GOLD.DIM_CUSTOMER set credit_limit = -credit_limit"
    with warehouse.connection.cursor() as cursor:
        cursor.execute("begin")
        try:
            cursor.execute(
                "insert into GOLD.FACT_TRANSACTION select -customer_sk, 'later', customer_sk, customer_id, 20241001, 1,"
                f" '{later}'::date, '{later} 20:00:00'::timestamp_ntz, 'purchase', 999.00, 999.00 from GOLD.DIM_CUSTOMER"
            )
            cursor.execute(
                "insert into BRONZE.BRONZE_TRANSACTIONS (transaction_id, customer_id, transaction_date, status)"
                f" select 'later', customer_id, '{later}'::date, 'declined' from GOLD.DIM_CUSTOMER"
            )
            cursor.execute(f"{turn_later_limits} where effective_date > '{LABEL_DATE}'::date")
            cursor.execute("commit")
            moved, moved_labels = written(warehouse, "FEATURES"), written(warehouse, "LABELS")
        finally:
            cursor.execute(f"{turn_later_limits} where credit_limit < 0")
            cursor.execute("delete from GOLD.FACT_TRANSACTION where transaction_id = 'later'")
            cursor.execute("delete from BRONZE.BRONZE_TRANSACTIONS where transaction_id = 'later'")
    assert moved == features
    # everybody has bought something on the day after: nobody has churned, and nobody else is labelled
    assert {c: r["is_churned"] for c, r in moved_labels.items()} == dict.fromkeys(labels, False)


def test_what_happened_before_moves_features(warehouse: Warehouse, features: dict[str, Row]) -> None:
    with warehouse.connection.cursor() as cursor:
        cursor.execute(
            "insert into GOLD.FACT_TRANSACTION select -customer_sk, 'earlier', customer_sk, customer_id, 20240930, 1,"
            f" '{LABEL_DATE}'::date, '{LABEL_DATE} 20:00:00'::timestamp_ntz, 'purchase', 999.00, 999.00 from GOLD.DIM_CUSTOMER"
            " where is_current"
        )
        try:
            moved = written(warehouse, "FEATURES")
        finally:
            cursor.execute("delete from GOLD.FACT_TRANSACTION where transaction_id = 'earlier'")
    assert all(r["days_since_last_transaction"] == 0 for r in moved.values())
    assert all(r["transaction_count_90d"] == features[c]["transaction_count_90d"] + 1 for c, r in moved.items())
