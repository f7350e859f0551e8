"""The build itself: its records, its tests as metrics, its calendar, and that nothing reads what it must not."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.warehouse.built_warehouse import PROJECT, Dbt, Warehouse

if TYPE_CHECKING:
    from pathlib import Path

# Days off work at US federal offices, as the Office of Personnel Management published them.
OBSERVED_HOLIDAYS = {
    2020: "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25",
    2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2022: "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
    2023: "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2024: "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
}


def test_observed_holidays_are_the_official_ones(warehouse: Warehouse) -> None:
    found = {r["full_date"] for r in warehouse.rows("select full_date from DIM_DATE where is_holiday_observed")}
    assert found == {
        date.fromisoformat(f"{year}-{day}") for year, days in OBSERVED_HOLIDAYS.items() for day in days.split()
    }


def _weekday_of_month(year: int, month: int, weekday: int, number: int) -> date:
    """Return the number-th such weekday (0 is Monday) of a month; from its end where the number is negative."""
    days = [date(year, month, 1) + timedelta(days=n) for n in range(31)]
    return [d for d in days if (d.month, d.weekday()) == (month, weekday)][number - (number > 0)]


def _federal_holidays(year: int) -> set[date]:
    """Return the legal public holidays of a year: 5 U.S.C. 6103(a)."""
    fixed = [(1, 1), (7, 4), (11, 11), (12, 25)] + ([(6, 19)] if year >= 2021 else [])
    moving = [(1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4)]
    return {date(year, *day) for day in fixed} | {_weekday_of_month(year, *rule) for rule in moving}


def test_holidays_follow_from_the_law(warehouse: Warehouse) -> None:
    wanted = {day for year in range(2020, 2026) for day in _federal_holidays(year)}
    found = {
        r["full_date"] for r in warehouse.rows("select full_date from DIM_DATE where is_holiday and holiday_name > ''")
    }
    assert found == wanted
    shift = {5: -1, 6: 1}
    observed = {
        day + timedelta(days=shift.get(day.weekday(), 0))
        for year in range(2019, 2028)
        for day in _federal_holidays(year)
    }
    inside = {day for day in observed if 2020 <= day.year <= 2025}
    assert {
        r["full_date"] for r in warehouse.rows("select full_date from DIM_DATE where is_holiday_observed")
    } == inside


def test_every_day_of_the_calendar_is_right(warehouse: Warehouse) -> None:
    rows = warehouse.rows("select * from DIM_DATE order by full_date")
    assert [r["full_date"] for r in rows] == [date(2020, 1, 1) + timedelta(days=n) for n in range(2192)]
    for row in rows:
        day = row["full_date"]
        assert row["date_key"] == int(day.strftime("%Y%m%d"))
        assert (row["year"], row["month"], row["day"], row["week"], row["day_of_week"]) == (
            day.year, day.month, day.day, day.isocalendar().week, day.isoweekday(),
        )  # fmt: skip
        assert row["is_weekend"] == (day.weekday() >= 5) == (not row["is_weekday"])
        assert row["is_month_end"] == ((day + timedelta(days=1)).month != day.month)
        fiscal_year, fiscal_month = (day.year + 1, day.month - 9) if day.month >= 10 else (day.year, day.month + 3)
        assert (row["fiscal_year"], row["fiscal_month"]) == (fiscal_year, fiscal_month)
        assert row["fiscal_quarter"] == (fiscal_month + 2) // 3
        assert (row["day_name"], row["month_name"]) == (day.strftime("%a"), day.strftime("%b"))


def test_a_build_leaves_its_record(warehouse: Warehouse) -> None:
    (record,) = warehouse.rows(
        "select * from OBSERVABILITY.PIPELINE_RUN_METADATA where task_name = 'BUILD_WAREHOUSE'"
        " and details like '%build%' order by started_at limit 1"
    )
    assert (record["run_id"], record["status"], record["error_message"]) == ("run-1", "SUCCEEDED", None)
    assert record["as_of_date"] == date(2024, 12, 31)
    assert record["ended_at"] >= record["started_at"]
    details = json.loads(record["details"])
    assert (details["is_whole"], details["mode"], details["reason"]) == (True, "full", "no whole build precedes")
    (facts,) = warehouse.rows("select count(*) as n from FACT_TRANSACTION")
    assert record["rows_processed"] > 2 * facts["n"]


def test_a_build_counts_the_rows_of_every_layer(warehouse: Warehouse) -> None:
    counts = {
        f"{r['layer']}.{r['table_name']}": r["record_count"]
        for r in warehouse.rows("select * from OBSERVABILITY.LAYER_RECORD_COUNTS where run_id = 'run-1'")
    }
    assert counts["BRONZE.BRONZE_TRANSACTIONS"] == len(warehouse.bronze.transactions)
    for table in ("SILVER.STG_TRANSACTIONS", "GOLD.FACT_TRANSACTION", "GOLD.CUSTOMER_360_PROFILE"):
        assert [{"n": counts[table]}] == warehouse.rows(f"select count(*) as n from {table}")


def test_every_data_test_is_a_quality_metric(warehouse: Warehouse, manifest: dict[str, Any]) -> None:
    metrics = {
        r["check_name"]: r
        for r in warehouse.rows("select * from OBSERVABILITY.DATA_QUALITY_METRICS where run_id = 'run-1'")
    }
    tests = {n["name"]: n for n in manifest["nodes"].values() if n["resource_type"] == "test"}
    assert set(metrics) >= set(tests)
    assert {r["status"] for r in metrics.values()} <= {"PASS", "WARN"}
    unique = metrics["unique_fact_transaction_transaction_key"]
    assert (unique["layer"], unique["table_name"], unique["check_type"]) == ("GOLD", "FACT_TRANSACTION", "unique")
    assert unique["failed_rows"] == 0


def test_a_failing_test_fails_the_build_and_is_recorded(warehouse: Warehouse, dbt: Dbt) -> None:
    with warehouse.connection.cursor() as cursor:
        cursor.execute("insert into GOLD.DIM_MERCHANT_CATEGORY select 21, 'O''Brien''s', 'Pubs', true")
        try:
            failed = dbt("test", "--select", "dim_merchant_category")
        finally:
            cursor.execute("delete from GOLD.DIM_MERCHANT_CATEGORY where merchant_category_key = 21")
    assert failed.returncode == 1, failed.stdout
    (record,) = warehouse.rows(
        "select * from OBSERVABILITY.PIPELINE_RUN_METADATA where task_name = 'BUILD_WAREHOUSE' and status = 'FAILED'"
    )
    assert "accepted_values_dim_merchant_category_category_group" in record["error_message"]
    (metric,) = warehouse.rows("select * from OBSERVABILITY.DATA_QUALITY_METRICS where status = 'FAIL'")
    assert (metric["table_name"], metric["failed_rows"]) == ("DIM_MERCHANT_CATEGORY", 1)


@pytest.mark.usefixtures("warehouse")
def test_unit_tests_of_models_pass(dbt: Dbt) -> None:
    tested = dbt("test", "--select", "resource_type:unit_test")
    assert tested.returncode == 0, tested.stdout
    assert "PASS=" in tested.stdout
    assert "ERROR=0" in tested.stdout


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize(("as_of", "status"), [("2024-12-31", "pass"), ("2025-01-03", "warn"), ("2025-01-10", "error")])
def test_freshness_is_measured_against_as_of_date(dbt: Dbt, dbt_folder: Path, as_of: str, status: str) -> None:
    done = dbt("source", "freshness", "--vars", f"{{as_of_date: '{as_of}'}}")
    (result,) = json.loads((dbt_folder / "target" / "sources.json").read_text())["results"]
    assert (result["unique_id"], result["status"]) == ("source.customer_360.bronze.bronze_transactions", status)
    assert done.returncode == (1 if status == "error" else 0)


def test_recalculated_segments_and_a_rebuild_change_nothing(warehouse: Warehouse, dbt: Dbt) -> None:
    queries = (
        "select * from DIM_CUSTOMER order by customer_sk",
        "select * from CUSTOMER_SEGMENT_EVALUATIONS order by customer_id, recalculation_date",
        "select * from CUSTOMER_SEGMENTS order by customer_id",
        "select * from CUSTOMER_SEGMENT_HISTORY order by customer_id, segment_assigned_date",
    )
    before = [warehouse.rows(q) for q in queries]
    for table in ("CUSTOMER_ACTIVITY", "CUSTOMER_SEGMENT_EVALUATIONS"):
        warehouse.rows(f"delete from {table} where recalculation_date = '2024-12-31'")
    recalculated = dbt("run-operation", "recalculate_segments")
    assert recalculated.returncode == 0, recalculated.stdout
    rebuilt = dbt("run", "--select", "dim_customer")
    assert rebuilt.returncode == 0, rebuilt.stdout
    assert [warehouse.rows(q) for q in queries] == before


def test_the_sample_queries_run_and_find_rows(warehouse: Warehouse, dbt: Dbt, dbt_folder: Path) -> None:
    compiled = dbt("compile", "--select", "customer_360_queries")
    assert compiled.returncode == 0, compiled.stdout
    (file,) = dbt_folder.glob("target/compiled/**/customer_360_queries.sql")
    found = [warehouse.rows(query) for query in file.read_text().split(";") if query.strip()]
    assert len(found) == 5
    assert [bool(rows) for rows in found] == [True, False, True, True, True]  # nobody at risk before there is a model
    assert sum(row["customers"] for row in found[0]) == len(warehouse.by_customer("CUSTOMER_360_PROFILE"))


def test_documentation_describes_every_model_and_column(manifest: dict[str, Any], warehouse: Warehouse) -> None:
    actual: dict[str, set[str]] = {}
    for row in warehouse.rows("select table_schema, table_name, column_name from INFORMATION_SCHEMA.COLUMNS"):
        actual.setdefault(f"{row['table_schema']}.{row['table_name']}", set()).add(row["column_name"].lower())
    for unique_id, model in manifest["nodes"].items():
        if model["resource_type"] != "model":
            continue
        described = {name.lower(): c["description"] for name, c in model["columns"].items()}
        assert model["description"], unique_id
        assert actual[f"{model['schema']}.{model['name']}".upper()] == set(described), unique_id
        assert all(described.values()), unique_id


def test_no_model_reads_the_generating_persona(warehouse: Warehouse, manifest: dict[str, Any]) -> None:
    readers = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and any("bronze_customers" in d for d in node["depends_on"]["nodes"])
    ]
    assert sorted(readers) == ["changed_customers", "stg_customer_changes", "stg_customers"]
    for reader in readers:
        assert "segment" not in (PROJECT / "models" / "staging" / f"{reader}.sql").read_text().lower()
        assert "segment" not in {row["name"].lower() for row in warehouse.rows(f"describe table SILVER.{reader}")}


def test_every_window_ends_on_as_of_date(manifest: dict[str, Any]) -> None:
    for node in manifest["nodes"].values():
        text = (node.get("raw_code") or "").lower()
        assert "current_date" not in text, node["name"]
        assert "getdate" not in text, node["name"]
