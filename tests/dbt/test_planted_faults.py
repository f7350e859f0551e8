"""Every data test of the project is seen failing: on a fault planted in the built tables, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.warehouse.built_warehouse import Warehouse

# Faults for tests of expressions and of whole tables, by the test's name.
FAULTS = {
    "stg_customers_credit_limit_is_positive": "update {table} set credit_limit = 0 where customer_id = 'C000001'",
    "stg_customers_are_of_age": "update {table} set date_of_birth = account_open_date where customer_id = 'C000001'",
    "stg_transactions_amount_is_positive": "update {table} set amount = -1 where transaction_id = 'T00000000001'",
    "fact_transaction_amount_is_positive": "update {table} set transaction_amount = 0 where transaction_key = 1",
    "fact_transaction_net_amount_is_negative": "update {table} set net_amount = -net_amount where transaction_key = 1",
    "fact_transaction_is_not_in_the_future": "update {table} set transaction_date = '2025-01-01'"
    " where transaction_key = 1",
    "dim_date_holidays_are_observed_on_weekdays": "update {table} set is_holiday_observed = true where is_weekend",
    "customer_activity_months_add_up_to_the_window": "update {table} set spend_90d = spend_90d + 0.01",
    "metric_customer_ltv_windows_are_nested": "update {table} set ltv_last_90_days = total_lifetime_value + 0.01",
    "metric_mom_spend_change_is_reasonable": "update {table} set mom_absolute_change = mom_absolute_change + 0.01",
    "metric_avg_transaction_value_lies_between_extremes": "update {table} set min_transaction_amount = 1000000",
    "scd_continuous_dim_customer": "update {table} set end_date = end_date - 1",
    "scd_one_current_dim_customer": "update {table} set is_current = true",
    "scd_hash_changes_dim_customer": "update {table} set row_hash = 'same'",
    "scd_one_current_customer_segment_history": "update {table} set segment_end_date = null",
    "customer_segment_history_rows_are_changes": "update {table} set segment = 'Declining'",
    "every_staged_transaction_is_a_fact": "delete from GOLD.FACT_TRANSACTION where transaction_key = 1",
    "segments_follow_the_rules": "update GOLD.CUSTOMER_SEGMENTS set segment = 'Declining' where is_exact_rule",
    "profile_has_every_customer_once": "delete from GOLD.CUSTOMER_360_PROFILE where customer_id = 'C000001'",
    "segment_shares_are_as_expected": "update GOLD.CUSTOMER_SEGMENTS set segment = 'Declining'",
}

# What is empty until a second day gets rows first: those of the day, as if they were of the day before.
ROWS = {
    "GOLD.CUSTOMER_PREVIOUS_STANDING": "insert into {table} select customer_id, as_of_date - 1, segment,"
    " customer_status, churn_risk_category, churn_probability from GOLD.CUSTOMER_360_PROFILE",
}

# Every figure that is reconciled with bronze: wrong by a cent, or by one, for one customer.
_RECONCILED = {
    "METRIC_CUSTOMER_LTV": ("total_lifetime_value", "ltv_last_365_days", "ltv_last_90_days"),
    "METRIC_MOM_SPEND_CHANGE": ("current_month_spend", "previous_month_spend"),
    "METRIC_AVG_TRANSACTION_VALUE": ("max_transaction_amount", "min_transaction_amount"),
    "CUSTOMER_360_PROFILE": ("transaction_count", "transaction_count_90d"),
}


def _faults(test: dict[str, Any], table: str, columns: dict[str, str]) -> list[str]:
    """Return statements, each of which breaks the test."""
    named = next((sql for name, sql in FAULTS.items() if test["name"].startswith(name)), None)
    if named:
        return [named.format(table=table)]
    if test["name"] == "metrics_are_what_bronze_says":
        change = {"CUSTOMER_360_PROFILE": "1"}
        return [
            f"update GOLD.{mart} set {column} = {column} + {change.get(mart, '0.01')} where customer_id = 'C000100'"
            for mart, columns in _RECONCILED.items()
            for column in columns
        ] + ["delete from GOLD.METRIC_CUSTOMER_LTV where customer_id = 'C000100'"]
    kind, arguments = test["test_metadata"]["name"], test["test_metadata"]["kwargs"]
    column = arguments.get("column_name")
    absent = "-999999999" if column and columns.get(column, "").startswith(("NUMBER", "FIXED")) else "'nonsense'"
    match kind:
        case "not_null":
            return [f"update {table} set {column} = null"]
        case "no_nulls":
            return [f"update {table} set {c} = null" for c in arguments["columns"]]
        case "unique" | "unique_together":
            return [f"insert into {table} select * from {table} limit 1"]
        case "accepted_values" | "relationships" | "foreign_key":
            return [f"update {table} set {column} = {absent}"]
    pytest.fail(f"No fault is planted for the test {test['name']}: add one to FAULTS.")


def test_every_test_fails_on_a_planted_fault(warehouse: Warehouse, manifest: dict[str, Any]) -> None:
    tests = [n for n in manifest["nodes"].values() if n["resource_type"] == "test"]
    assert len(tests) > 60
    silent = []
    with warehouse.connection.cursor() as cursor:
        for test in tests:
            attached = manifest["nodes"].get(test.get("attached_node") or "")
            table, columns = "", {}
            if attached:
                table = f"{attached['schema']}.{attached['name']}".upper()
                columns = {r["name"].lower(): r["type"] for r in warehouse.rows(f"describe table {table}")}
            for fault in _faults(test, table, columns):
                cursor.execute("begin")
                try:
                    if table in ROWS:
                        cursor.execute(ROWS[table].format(table=table))
                    cursor.execute(fault)
                    cursor.execute(test["compiled_code"])
                    if not cursor.fetchone():
                        silent.append((test["name"], fault))
                finally:
                    cursor.execute("rollback")
    assert not silent
