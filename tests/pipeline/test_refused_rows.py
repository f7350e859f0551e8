"""Rows that a load refuses: few are kept apart and counted, too many fail it as a whole."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from pipeline.procedures import PROCEDURES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.bronze_jobs import Ingestion


def break_rows(path: Path, count: int, word: str = "much") -> None:
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    for row in rows[:count]:
        row[header.index("credit_limit")] = word
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def test_few_broken_rows_are_kept_and_counted(deploy_ingestion: Callable[[], Ingestion]) -> None:
    ingestion = deploy_ingestion()
    customers, _ = ingestion.stage_customers(400)
    break_rows(customers, 2)
    ingestion.stage(customers)
    assert ingestion.run()["LOAD_CUSTOMERS"] == ("SUCCEEDED", None)
    assert ingestion.value("select count(*) from BRONZE.BRONZE_CUSTOMERS") == 398
    rejected = ingestion.rows(
        "select table_name, file_row_number, rejected_record, error_message from OBSERVABILITY.REJECTED_ROWS order by 2"
    )
    assert [row[0] for row in rejected] == ["BRONZE_CUSTOMERS"] * 2
    assert [row[2].split(",")[0] for row in rejected] == ["C000001", "C000002"]
    assert all("much" in row[3] for row in rejected)


@pytest.mark.parametrize(
    ("plain", "broken"),
    [("table(validate(", "table(no_such_function("), ("copy_id || ''')))'", "copy_id || ''')) where false)'")],
    ids=["fails", "finds none"],
)
def test_where_validate_is_of_no_use_copy_says_what_it_refused(
    deploy_ingestion: Callable[[], Ingestion], plain: str, broken: str
) -> None:
    ingestion = deploy_ingestion()
    (procedure,) = [p for p in PROCEDURES if p.name == "LIST_REFUSALS"]
    assert procedure.declaration.count(plain) == 1
    ingestion.rows(procedure.declaration.replace(plain, broken))
    customers, _ = ingestion.stage_customers(400)
    break_rows(customers, 2)
    ingestion.stage(customers)
    assert ingestion.run()["LOAD_CUSTOMERS"] == ("SUCCEEDED", None)
    assert ingestion.value("select count(*) from BRONZE.BRONZE_CUSTOMERS") == 398
    (error,) = ingestion.rows("select error_message from OBSERVABILITY.REJECTED_ROWS")
    assert error[0].startswith("2 rows, the first in line 2: ")
    assert "much" in error[0]
    break_rows(customers, 30)
    ingestion.stage(customers)
    state, message = ingestion.run()["LOAD_CUSTOMERS"]
    assert state == "FAILED"
    assert "30 of 400 rows of the customer files were refused" in str(message)


def test_too_many_broken_rows_leave_nothing_behind_and_fail_the_run(deploy_ingestion: Callable[[], Ingestion]) -> None:
    ingestion = deploy_ingestion()
    customers, _ = ingestion.stage_customers(200)
    whole = customers.read_bytes()
    # what a text in quotes must not let through: a quote behind a backslash, and a backslash at the end
    break_rows(customers, 30, "o\\'much\\")
    ingestion.stage(customers)
    states = ingestion.run()
    state, error = states["LOAD_CUSTOMERS"]
    assert state == "FAILED"
    assert "rows of the customer files were refused, more than 1" in str(error)
    assert "o\\'much\\" in str(error)
    assert "GENERATE_TRANSACTIONS" not in states or states["GENERATE_TRANSACTIONS"][0] == "SKIPPED"
    assert ingestion.value("select count(*) from BRONZE.BRONZE_CUSTOMERS") == 0
    assert ingestion.value("select count(*) from BRONZE.BRONZE_CUSTOMER_CHANGES") == 0
    assert ingestion.value("select count(*) from OBSERVABILITY.REJECTED_ROWS") == 30
    status, message = ingestion.rows("select status, error_message from OBSERVABILITY.PIPELINE_RUNS")[0]
    assert status == "FAILED"
    assert message.startswith("LOAD_CUSTOMERS: ")
    customers.write_bytes(whole)
    ingestion.stage(customers)
    assert ingestion.run()["LOAD_CUSTOMERS"] == ("SUCCEEDED", None)
    assert ingestion.value("select count(*) from BRONZE.BRONZE_CUSTOMERS") == 200
