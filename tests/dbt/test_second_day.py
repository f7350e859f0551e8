"""Further days of data: what the build adds equals what a build of everything makes, row by row."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import snowflake.connector
from tests.support.warehouse.bronze_account import begin_run, create_account_objects, load_bronze
from tests.support.warehouse.built_warehouse import DATABASE, Dbt, Warehouse, dbt_runner
from tests.support.warehouse.second_day import (
    FOURTH_DAY,
    HALF_A_YEAR_LATER,
    add_fourth_day,
    add_half_a_year,
    add_second_day,
    add_third_day,
    prepare_first_day,
)
from tests.support.warehouse.small_bronze import NEXT_DAY, make_bronze

from local_account.server.serve import ServedAccount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.loaded_dbt import LoadedDbt

# Tables of the last build only, and columns that say when a row was written.
_OF_ONE_BUILD = {"TOUCHED_TRANSACTIONS", "CHANGED_TRANSACTIONS", "CHANGED_CUSTOMERS"}
_MOMENTS = {"profile_updated_at"}
Tables = dict[str, pa.Table]


@dataclass
class Days:
    """A warehouse built day by day: its tables after each day, and the same days built from nothing."""

    warehouse: Warehouse
    dbt: Dbt
    first: Tables = field(default_factory=dict)
    added: list[Tables] = field(default_factory=list)
    anew: list[Tables] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)

    def build(self, *arguments: str) -> Tables:
        """Build, keep the record that the build left, and return the tables."""
        built = self.dbt(*arguments)
        assert built.returncode == 0, built.stdout[-6000:]
        (record,) = self.warehouse.rows(
            "select details from OBSERVABILITY.PIPELINE_RUN_METADATA where task_name = 'BUILD_WAREHOUSE'"
            " order by started_at desc limit 1"
        )
        self.records.append(json.loads(record["details"]))
        return tables(self.warehouse)


def tables(warehouse: Warehouse) -> Tables:
    """Return every table of SILVER and GOLD, its rows in an order of their own."""
    listed = warehouse.rows(
        "select table_schema, table_name from information_schema.tables where table_schema in ('SILVER', 'GOLD')"
    )
    found: Tables = {}
    for row in listed:
        if row["table_name"] not in _OF_ONE_BUILD:
            with warehouse.connection.cursor() as cursor:
                cursor.execute(f"select * from {row['table_schema']}.{row['table_name']}")
                table = cursor.fetch_arrow_all(force_return_table=True)
            kept = table.select([name for name in table.column_names if name.lower() not in _MOMENTS])
            found[row["table_name"]] = kept.sort_by([(name, "ascending") for name in kept.column_names])
    return found


@pytest.fixture(scope="module")
def days(loaded_dbt: LoadedDbt, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    """Days in an account of their own: each is added, and then built anew from all that is in bronze."""
    folder = tmp_path_factory.mktemp("days")
    (folder / "dbt").mkdir()
    with ServedAccount(folder / "account") as served:
        settings = {"account": "local", "user": "local", "password": "local", "host": "127.0.0.1",
                    "port": served.port, "protocol": "http"}  # fmt: skip
        create_account_objects(settings)
        bronze = make_bronze()
        prepare_first_day(bronze)
        load_bronze(served, bronze)
        with snowflake.connector.connect(
            **settings, role="DATA_ENGINEER", database=DATABASE, schema="GOLD", warehouse="TRANSFORM_WH"
        ) as connection:
            found = Days(Warehouse(bronze, connection), dbt_runner(loaded_dbt, settings, folder / "dbt"))
            found.first = found.build("run")
            for as_of, add in (
                (NEXT_DAY, add_second_day),
                (NEXT_DAY + timedelta(days=1), add_third_day),
                (FOURTH_DAY, add_fourth_day),
                (HALF_A_YEAR_LATER, add_half_a_year),
            ):
                begin_run(connection, f"run-{as_of}", as_of)
                load_bronze(served, add(bronze).rows())
                # the last of the days holds what all of them brought, and is tested
                found.added.append(found.build("build" if as_of == HALF_A_YEAR_LATER else "run"))
                found.anew.append(found.build("run", "--full-refresh"))
            yield found


def test_a_day_is_added_and_a_refresh_makes_anew(days: Days) -> None:
    assert [(r["mode"], r["reason"]) for r in days.records] == [
        ("full", "no whole build precedes"),
        ("incremental", ""),
        ("full", "asked for"),
        ("incremental", ""),
        ("full", "asked for"),
        ("incremental", ""),
        ("full", "asked for"),
        ("incremental", ""),
        ("full", "asked for"),
    ]


@pytest.mark.parametrize("day", range(4), ids=["second day", "third day", "fourth day", "half a year later"])
def test_every_table_is_what_a_build_of_all_days_makes(days: Days, day: int) -> None:
    added, anew = days.added[day], days.anew[day]
    assert set(added) == set(anew) == set(days.first)
    assert len(added) >= 17
    for name in anew:
        assert added[name].num_rows > 0, name
        assert added[name].equals(anew[name]), name
    before = days.added[day - 1] if day else days.first
    changed = {name for name in anew if not anew[name].equals(before[name])}
    assert {"FACT_TRANSACTION", "CUSTOMER_SEGMENTS", "CUSTOMER_360_PROFILE"} <= changed


def test_each_day_keeps_where_customers_stood_the_day_before(days: Days) -> None:
    """Each day is built twice, the second time anew: what is kept is of the day before all the same."""
    standing = ["CUSTOMER_ID", "AS_OF_DATE", "SEGMENT", "CUSTOMER_STATUS", "CHURN_RISK_CATEGORY", "CHURN_PROBABILITY"]
    assert days.first["CUSTOMER_PREVIOUS_STANDING"].num_rows == 0
    for before, built in zip([days.first, *days.added], days.added, strict=False):
        profile = before["CUSTOMER_360_PROFILE"].select(standing).sort_by("CUSTOMER_ID")
        assert built["CUSTOMER_PREVIOUS_STANDING"].select(standing).sort_by("CUSTOMER_ID").equals(profile)


def test_the_file_of_the_later_day_holds_though_another_of_the_load_says_it_further_down(days: Days) -> None:
    """Rows of one load are not in the order of their files: the date in a file's name says which is newer."""
    rows = days.warehouse.rows(
        "select transaction_amount from FACT_TRANSACTION where transaction_date = '2025-01-04'"
        f" and customer_id = '{days.warehouse.bronze.cases['late row']}'"
    )
    assert [str(row["transaction_amount"]) for row in rows] == ["10.00"]


def test_changes_of_somebody_unknown_hold_when_the_customer_comes(days: Days) -> None:
    versions = [added["DIM_CUSTOMER"]["CUSTOMER_ID"].to_pylist().count("C9") for added in days.added[2:]]
    assert versions == [0, 2]


def test_the_calendar_begins_in_the_year_of_the_first_transaction(days: Days) -> None:
    first = days.warehouse.rows("select min(full_date) as day, count(*) as n, count(distinct date_key) as k from DIM_DATE")
    assert first == [{"day": date(2018, 1, 1), "n": 2922, "k": 2922}]
    before = days.added[2]["DIM_DATE"]["FULL_DATE"].to_pylist()
    assert (min(before), max(before)) == (date(2020, 1, 1), date(2025, 12, 31))


def _reason(days: Days, *arguments: str) -> str:
    """Return why the next build would not add to the one before; an empty text where it would."""
    shown = days.dbt("compile", "--quiet", "--inline", "{{ (this_build().reason or 'none') if execute }}", *arguments)
    assert shown.returncode == 0, shown.stdout
    return shown.stdout.strip().removesuffix("none")


def test_a_build_adds_only_to_what_is_whole_and_still_there(days: Days) -> None:
    assert _reason(days) == ""
    assert _reason(days, "--vars", "{as_of_date: '2025-01-01'}") == "as_of_date moved back"
    with days.warehouse.connection.cursor() as cursor:
        cursor.execute("create table BRONZE.KEPT as select * from BRONZE.BRONZE_TRANSACTIONS limit 1")
        cursor.execute(
            "delete from BRONZE.BRONZE_TRANSACTIONS where transaction_id in (select transaction_id from BRONZE.KEPT)"
        )
    assert _reason(days) == "bronze_transactions no longer holds the rows that were read"


def test_after_a_part_of_a_build_the_next_one_makes_everything_anew(days: Days) -> None:
    days.build("run", "--select", "customer_segments")
    assert not days.records[-1]["is_whole"]
    assert _reason(days) == "no whole build precedes"


def test_no_later_day_is_called_the_one_before(days: Days) -> None:
    days.build("run", "--select", "customer_previous_standing", "--vars", "{as_of_date: '2025-01-01'}")
    assert days.warehouse.rows("select count(*) as n from CUSTOMER_PREVIOUS_STANDING") == [{"n": 0}]
