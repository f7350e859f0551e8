"""The whole platform at small scale: what `c360 up` leaves behind, again, after kills, and on bad input."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from c360 import summary
from c360.account_process import RunningAccount, find, is_alive, record
from c360.connection import Ports, target
from tests.support.platforms import CUSTOMERS, Platform, wait_until

if TYPE_CHECKING:
    from pathlib import Path

TRANSACTIONS = 270 * CUSTOMERS
TASKS = (
    "RUN_PIPELINE", "LOAD_CUSTOMERS", "GENERATE_TRANSACTIONS", "VALIDATE_BRONZE", "BUILD_WAREHOUSE", "LABEL_CHURN",
    "BUILD_CHURN_FEATURES", "TRAIN_CHURN_MODEL", "PREDICT_CHURN", "UPDATE_PROFILE", "CLOSE_RUN",
)  # fmt: skip
COPY_HISTORY = (
    "select count(*), sum(row_count) from table(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => '{}',"
    " START_TIME => dateadd('day', -1, current_timestamp())))"
)

pytestmark = pytest.mark.timeout(600)


def test_every_layer_holds_every_customer_and_transaction(platform: Platform) -> None:
    assert platform.ask("select count(*), count(distinct customer_id) from BRONZE.BRONZE_CUSTOMERS") == [
        (CUSTOMERS, CUSTOMERS)
    ]
    assert platform.ask(
        "select count(*), count(distinct transaction_id), min(transaction_id), max(transaction_id)"
        " from BRONZE.BRONZE_TRANSACTIONS"
    ) == [(TRANSACTIONS, TRANSACTIONS, "T00000000001", f"T{TRANSACTIONS:011d}")]
    assert platform.ask("select count(*), count(churn_probability), count(segment) from GOLD.CUSTOMER_360_PROFILE") == [
        (CUSTOMERS, CUSTOMERS, CUSTOMERS)
    ]


def test_the_run_is_recorded_task_by_task(platform: Platform) -> None:
    record = platform.record
    assert record["status"] == "SUCCEEDED"
    assert [(task["name"], task["state"]) for task in record["tasks"]] == [(name, "SUCCEEDED") for name in TASKS]
    phases = {phase["name"]: phase for phase in record["phases"]}
    assert {"start", "deploy", "customers", "upload", "run", "whole", *TASKS} <= set(phases)
    assert phases["whole"]["seconds"] >= phases["run"]["seconds"] > 0
    assert phases["whole"]["peak_bytes"] > 100_000_000
    ((status, error),) = platform.ask(
        "select status, error_message from OBSERVABILITY.PIPELINE_RUN_METADATA"
        f" where task_name = 'RUN_PIPELINE' and run_id = '{record['run_id']}'"
    )
    assert (status, error) == ("SUCCEEDED", None)


GOLD_WITH_PEOPLE = ("GOLD.CUSTOMER_360_PROFILE", "GOLD.DIM_CUSTOMER")
ALL_WITH_PEOPLE = (*GOLD_WITH_PEOPLE, "SILVER.STG_CUSTOMERS", "BRONZE.BRONZE_CUSTOMERS")


@pytest.mark.parametrize(
    ("table", "role", "contact", "rest"),
    [
        *((table, "DATA_ENGINEER", True, True) for table in ALL_WITH_PEOPLE),
        *((table, "MARKETING_MANAGER", True, False) for table in GOLD_WITH_PEOPLE),
        *((table, "DATA_ANALYST", False, False) for table in ALL_WITH_PEOPLE),
    ],
)
def test_a_run_leaves_personal_data_masked(
    platform: Platform, table: str, role: str, contact: bool, rest: bool
) -> None:
    total, names, emails, zips, phones, births = platform.ask(
        "select count(*), count_if(name <> '***'), count_if(email not like '***@%'), count_if(zip_code not like '%**'),"
        " count_if(phone not like '***-***-____'),"
        f" count_if(date_of_birth <> date_trunc('year', date_of_birth)) from {table}",
        role,
    )[0]
    assert total >= CUSTOMERS
    assert {names, emails, zips} == ({total} if contact else {0})
    # about one in 365 is born on the first of January
    assert (phones, births > total * 0.98) == ((total, True) if rest else (0, False))


def test_the_run_prints_what_came_out(platform: Platform) -> None:
    assert platform.made_by
    printed = platform.made_by.stdout
    for expected in ("BRONZE_TRANSACTIONS", f"{TRANSACTIONS:,} rows", "High-Value Travelers", "roc_auc", "peak memory"):
        assert expected in printed, printed
    assert f"Checksum of the transactions: {platform.record['checksum']}" in printed


def test_the_rules_find_the_people_and_status_shows_how_well(platform: Platform) -> None:
    with platform.cursor() as cursor:
        rows = {row[0]: row[1:] for row in summary.segments(cursor).rows}
    assert rows["all"][0] == CUSTOMERS
    assert rows["all"][3] >= 85, rows  # percent placed by an exact rule
    assert rows["all"][4] >= 90, rows  # percent in the segment of their persona
    # 2 points at full scale; of 1,000 customers a share is known to about 0.7 points
    assert all(abs(percent - expected) < 3 for _, percent, expected, *_ in rows.values()), rows
    printed = platform.c360("status").stdout
    assert "persona_percent" in printed
    assert "Stable Mid-Spenders" in printed


def test_a_healthy_run_has_no_check_that_did_not_pass(platform: Platform) -> None:
    assert platform.ask(
        "select check_name, status, observed_value from OBSERVABILITY.DATA_QUALITY_METRICS where status <> 'PASS'"
    ) == []  # fmt: skip
    kinds = dict(platform.ask("select check_type, count(*) from OBSERVABILITY.DATA_QUALITY_METRICS group by 1"))
    assert kinds["drift"] > 30
    told = platform.c360("status").stdout
    assert f"{sum(kinds.values())} data quality checks in the newest run, 0 not passed" in told, told


def test_nothing_of_it_still_runs(made_platform: Platform) -> None:
    assert find(made_platform.home) is None
    assert not (made_platform.home / "account.json").exists()


def test_again_gives_the_same_and_loads_no_file_twice(platform_copy: Platform) -> None:
    before = platform_copy.record
    with platform_copy.served():
        again = platform_copy.up()
        assert again.returncode == 0, again.stdout + again.stderr
        after = platform_copy.record
        assert after["checksum"] == before["checksum"]
        assert _data_counts(after) == _data_counts(before)
        assert platform_copy.ask("select count(*) from BRONZE.BRONZE_CUSTOMERS") == [(CUSTOMERS,)]
        ((files, rows),) = platform_copy.ask(COPY_HISTORY.format("BRONZE.BRONZE_CUSTOMERS"))
        assert (files, rows) == (1, CUSTOMERS)
        builds = platform_copy.ask(
            "select details from OBSERVABILITY.PIPELINE_RUN_METADATA where task_name = 'BUILD_WAREHOUSE'"
            " order by started_at"
        )
        assert [json.loads(details)["mode"] for (details,) in builds] == ["full", "incremental"]


def test_killed_in_the_middle_and_run_again_gives_the_same_data(made_platform: Platform, tmp_path: Path) -> None:
    platform = Platform(tmp_path / "home")
    with subprocess.Popen(
        platform.arguments("up", "--customers", str(CUSTOMERS)),
        env=platform.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        seen = []
        for line in process.stdout:
            seen.append(line)
            if line.startswith("GENERATE_TRANSACTIONS") and "executing" in line:
                break
        else:
            pytest.fail("the transactions never began:\n" + "".join(seen))
        account = _account(platform)
        os.kill(account.pid, signal.SIGKILL)
        os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(account.pid))
    assert not (platform.home / "last-run.json").exists()
    again = platform.up()
    assert again.returncode == 0, again.stdout + again.stderr
    assert platform.record["checksum"] == made_platform.record["checksum"]
    assert _data_counts(platform.record) == _data_counts(made_platform.record)


@pytest.mark.parametrize("step", ["deployment", "run"])
def test_a_command_ends_soon_after_its_account(platform_copy: Platform, tmp_path: Path, step: str) -> None:
    platform = platform_copy if step == "run" else Platform(tmp_path / "new")
    command = ("run",) if step == "run" else ("up", "--customers", str(CUSTOMERS))
    with subprocess.Popen(
        platform.arguments(*command), env=platform.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        if step == "run":
            assert any("executing" in line for line in process.stdout)
        wait_until(lambda: find(platform.home) is not None)
        os.kill(_account(platform).pid, signal.SIGKILL)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "The local account ended before this command did" in said, said
    assert "Traceback" not in said


def test_an_account_ends_with_the_command_that_started_it(platform_copy: Platform) -> None:
    with subprocess.Popen(
        platform_copy.arguments("run"), env=platform_copy.environment, stdout=subprocess.DEVNULL
    ) as process:
        wait_until(lambda: find(platform_copy.home) is not None)
        account = _account(platform_copy)
        process.kill()
    wait_until(lambda: not is_alive(account.pid))


def test_broken_rows_under_the_limit_are_kept_apart_and_counted(platform_copy: Platform) -> None:
    with platform_copy.served():
        _put_customers(platform_copy, broken=2, good=998)
        done = platform_copy.c360("run")
        assert done.returncode == 0, done.stdout + done.stderr
        rejected = platform_copy.ask(
            "select table_name, source_file, file_row_number, error_message, rejected_record"
            f" from OBSERVABILITY.REJECTED_ROWS where run_id = '{platform_copy.record['run_id']}' order by 3"
        )
        assert len(rejected) == 2
        assert all("BRONZE_CUSTOMERS" in row[0] and "day.csv" in row[1] and row[3] for row in rejected)
        assert "not a date" in rejected[0][4]
        assert platform_copy.ask("select count(*) from BRONZE.BRONZE_CUSTOMERS") == [(CUSTOMERS + 998,)]


def test_broken_rows_over_the_limit_fail_the_load(platform_copy: Platform) -> None:
    with platform_copy.served():
        _put_customers(platform_copy, broken=100, good=900)
        done = platform_copy.c360("run")
        assert done.returncode == 1
        assert "LOAD_CUSTOMERS failed" in done.stderr
        assert "Traceback" not in done.stderr
        assert platform_copy.ask("select count(*) from BRONZE.BRONZE_CUSTOMERS") == [(CUSTOMERS,)]
        run_id = platform_copy.record["run_id"]
        assert platform_copy.ask(f"select count(*) from OBSERVABILITY.REJECTED_ROWS where run_id = '{run_id}'") == [
            (100,)
        ]


def test_a_failing_task_stops_its_dependents_and_is_recorded(platform_copy: Platform) -> None:
    with platform_copy.served():
        with platform_copy.cursor() as cursor:
            cursor.execute(
                "create or replace procedure PLATFORM.VALIDATE_BRONZE() returns varchar language sql execute as caller"
                " as $$ begin select * from BRONZE.NO_SUCH_TABLE; return 'ok'; end $$"
            )
        done = platform_copy.c360("run")
        assert done.returncode == 1
        assert "VALIDATE_BRONZE failed" in done.stderr
        assert "NO_SUCH_TABLE" in done.stderr
        assert "Traceback" not in done.stderr
        states = {task["name"]: task["state"] for task in platform_copy.record["tasks"]}
        assert states["GENERATE_TRANSACTIONS"] == "SUCCEEDED"
        assert states["VALIDATE_BRONZE"] == "FAILED"
        assert {states[name] for name in TASKS[4:10]} == {"NOT RUN"}
        assert states["CLOSE_RUN"] == "SUCCEEDED"
        ((status, error),) = platform_copy.ask(
            "select status, error_message from OBSERVABILITY.PIPELINE_RUN_METADATA"
            f" where task_name = 'RUN_PIPELINE' and run_id = '{platform_copy.record['run_id']}'"
        )
        assert status == "FAILED"
        assert "NO_SUCH_TABLE" in error
        told = platform_copy.c360("status")
        assert told.returncode == 1
        assert "FAILED" in told.stdout


def test_s3_that_refuses_connections_is_one_error_and_loads_nothing(platform_copy: Platform) -> None:
    runs = "select count(*) from OBSERVABILITY.PIPELINE_RUN_METADATA where task_name = 'RUN_PIPELINE'"
    with platform_copy.served():
        before = platform_copy.ask(runs)
        # Another command finds this account by its record; the record now leads to a port where nobody listens.
        record(platform_copy.home, RunningAccount(_account(platform_copy).pid, Ports(platform_copy.ports.account, 1)))
        done = platform_copy.up()
        assert done.returncode == 1
        (line,) = done.stderr.strip().splitlines()
        assert "after 3 retries" in line
        assert "customers.csv" in line
        assert platform_copy.ask(runs) == before
        assert platform_copy.ask("select count(*) from BRONZE.BRONZE_CUSTOMERS") == [(CUSTOMERS,)]


def test_destroy_leaves_nothing(platform_copy: Platform) -> None:
    done = platform_copy.c360("destroy")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not platform_copy.home.exists()
    again = platform_copy.c360("destroy")
    assert again.returncode == 0
    assert "Nothing to destroy" in again.stdout


def _account(platform: Platform) -> RunningAccount:
    found = find(platform.home)
    assert found
    return found


def _data_counts(record: dict[str, object]) -> dict[str, int]:
    counts = record["record_counts"]
    assert isinstance(counts, dict)
    return {name: count for name, count in counts.items() if not name.startswith("OBSERVABILITY")}


def _put_customers(platform: Platform, *, broken: int, good: int) -> None:
    """Put one more file of customers beside the loaded one, some of its rows with a date that is none.

    The account must be served.
    """
    import boto3  # noqa: PLC0415 - only these tests write to the bucket themselves

    source = next((platform.home / "customers").glob("customers.csv"))
    with source.open() as file:
        rows = list(csv.DictReader(file))
    path = platform.home / "customers" / "customers_second_day.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        for number, row in enumerate(rows[: broken + good]):
            changed = {"customer_id": f"C{900_000 + number:06d}", "email": f"new{number}@example.com"}
            if number < broken:
                changed["date_of_birth"] = "not a date"
            writer.writerow(row | changed)
    client = boto3.client("s3", **target("local", platform.ports, platform.home).aws)
    bucket = client.list_buckets()["Buckets"][0]["Name"]
    client.upload_file(str(path), bucket, f"customers/{path.name}")
