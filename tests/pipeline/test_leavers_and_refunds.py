"""An issuer's customers who leave, who never came, and money that is paid back: what the load makes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.jobs import RunSettings
from tests.support import own_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.bronze_jobs import Ingestion

FILES = RunSettings(source="files", as_of_date=None)
CUSTOMER = ("C1", "Jo", "jo@example.com", "555", "1980-01-01", "2024-01-01", "5000.00", "Gold", "Town", "IL", "01234")
CHANGE = ("C1", "2024-05-01", "9000.00", "Gold", "Town", "IL", "01234")
SPENT = ("T1", "C1", "2024-12-31 10:00:00", "12.50", "Grocery", "approved")


def deliver(ingestion: Ingestion, folder: Path) -> None:
    for stage in ("customers", "transactions"):
        ingestion.stage(*(p for p in sorted(folder.glob(f"{stage}/*"))), stage=f"{stage.upper()}_STAGE")


def test_a_customer_who_leaves_the_extract_stays_as_last_known(
    deploy_ingestion: Callable[..., Ingestion], tmp_path: Path
) -> None:
    ingestion = deploy_ingestion(FILES)

    def deliver_customers(*numbers: int, city: str) -> None:
        customers = [(f"K{n}", *CUSTOMER[1:8], city, *CUSTOMER[9:]) for n in numbers]
        own_files.write(tmp_path / "customers/customers.csv", own_files.CUSTOMERS, customers)
        changes = [(f"K{n}", *CHANGE[1:4], city, *CHANGE[5:]) for n in numbers]
        own_files.write(tmp_path / "customers/customer_changes.csv", own_files.CHANGES, changes)
        deliver(ingestion, tmp_path)
        states = ingestion.run()
        assert {state for state, _ in states.values()} == {"SUCCEEDED"}, states

    spent = [(f"T{n}", f"K{n}", *SPENT[2:]) for n in (1, 2, 3)]
    own_files.write(tmp_path / "transactions/2024-12-31.csv", own_files.TRANSACTIONS, spent)
    deliver_customers(1, 2, 3, city="Old")
    check = (
        "select status, observed_value, expected from OBSERVABILITY.DATA_QUALITY_METRICS"
        " where check_name = 'customers_are_still_delivered' order by measured_at desc limit 1"
    )
    assert ingestion.rows(check) == [("PASS", 0, "0")]
    cities = "select customer_id, city from BRONZE.{} order by 1"
    for _ in range(2):  # and stays so, however often the others are delivered
        deliver_customers(1, 2, city="New")
        for table in ("BRONZE_CUSTOMERS", "BRONZE_CUSTOMER_CHANGES"):
            assert ingestion.rows(cities.format(table)) == [("K1", "New"), ("K2", "New"), ("K3", "Old")]
        assert ingestion.rows(check) == [("WARN", 1, "0, not K3")]
    deliver_customers(1, 2, 3, city="Back")
    assert ingestion.rows(cities.format("BRONZE_CUSTOMERS")) == [("K1", "Back"), ("K2", "Back"), ("K3", "Back")]
    assert ingestion.rows(check) == [("PASS", 0, "0")]


def test_who_is_unknown_is_named(deploy_ingestion: Callable[..., Ingestion], tmp_path: Path) -> None:
    ingestion = deploy_ingestion(FILES)
    own_files.write(tmp_path / "customers/customers.csv", own_files.CUSTOMERS, [CUSTOMER])
    spent = [SPENT, ("T2", "C77", *SPENT[2:])]
    own_files.write(tmp_path / "transactions/2024-12-31.csv", own_files.TRANSACTIONS, spent)
    deliver(ingestion, tmp_path)
    assert ingestion.run()["VALIDATE_BRONZE"][0] == "FAILED"
    failed = "select expected from OBSERVABILITY.V_RECENT_DQ_FAILURES where check_name = 'customer_exists'"
    assert ingestion.rows(failed) == [("0, not of C77",)]


@pytest.mark.parametrize(("amount", "rejected"), [("-12.50", 0), ("0.00", 1), ("0", 1)])
def test_a_negative_amount_is_a_refund_and_zero_is_refused(
    deploy_ingestion: Callable[..., Ingestion], tmp_path: Path, amount: str, rejected: int
) -> None:
    ingestion = deploy_ingestion(FILES)
    own_files.write(tmp_path / "customers/customers.csv", own_files.CUSTOMERS, [CUSTOMER])
    spent = [(f"T{n}", *SPENT[1:]) for n in range(200)] + [("T900", *SPENT[1:3], amount, *SPENT[4:])]
    own_files.write(tmp_path / "transactions/2024-12-31.csv", own_files.TRANSACTIONS, spent)
    deliver(ingestion, tmp_path)
    assert {state for state, _ in ingestion.run().values()} == {"SUCCEEDED"}
    assert ingestion.value("select count(*) from BRONZE.BRONZE_TRANSACTIONS") == 201 - rejected
    refused = ingestion.rows("select error_message from OBSERVABILITY.REJECTED_ROWS")
    assert refused == [("AMOUNT is 0",)] * rejected
