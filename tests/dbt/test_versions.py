"""Customer versions and the facts that land on them, against plain Python and by case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.support.warehouse import expected
import pytest

if TYPE_CHECKING:
    from tests.support.warehouse.built_warehouse import Warehouse
    from tests.support.warehouse.small_bronze import Row


def _dimension(warehouse: Warehouse, case: str) -> list[Row]:
    customer_id = warehouse.bronze.cases[case]
    return warehouse.rows(f"select * from DIM_CUSTOMER where customer_id = '{customer_id}' order by effective_date")


def test_every_customer_has_exactly_the_versions_that_its_changes_make(warehouse: Warehouse) -> None:
    found: dict[str, list[expected.Version]] = {}
    for row in warehouse.rows("select * from DIM_CUSTOMER order by customer_id, effective_date"):
        version = expected.Version(row["effective_date"], row["end_date"], row["card_type"], row["credit_limit"])
        found.setdefault(row["customer_id"], []).append(version)
    wanted = expected.versions(warehouse.bronze)
    assert sum(len(v) > 1 for v in wanted.values()) > 50
    assert found == wanted


@pytest.mark.parametrize(
    ("case", "limits"),
    [
        ("exactly 10 %", ["10000.00"]),
        ("10.01 %", ["10000.00", "11001.00"]),
        ("10.01 % down", ["10000.00", "8999.00"]),
        ("small steps", ["10000.00", "11500.00", "12700.00"]),
        ("same day", ["10000.00"]),
        ("same day reloaded", ["10000.00", "20000.00"]),
        ("on opening day", ["30000.00"]),
        ("address only", ["10000.00"]),
        ("there and back", ["10000.00", "20000.00", "10000.00"]),
        ("change in the future", ["10000.00"]),
        ("extracts say otherwise", ["10000.00", "20000.00", "20000.00"]),
        ("extract corrected", ["10000.00"]),
        ("extracts as at the opening", ["10000.00", "20000.00"]),
        ("extract and change on one day", ["10000.00", "30000.00"]),
        ("delivered by extracts alone", ["10000.00", "20000.00"]),
        ("opening corrected", ["15000.00", "20000.00"]),
        ("extract with an address", ["10000.00"]),
    ],
)
def test_credit_limits_of_versions(warehouse: Warehouse, case: str, limits: list[str]) -> None:
    assert [str(row["credit_limit"]) for row in _dimension(warehouse, case)] == limits


def test_another_card_opens_a_version_at_the_same_limit(warehouse: Warehouse) -> None:
    rows = _dimension(warehouse, "card only")
    assert [(r["card_type"], r["is_current"]) for r in rows] == [("Gold", False), ("Platinum", True)]


@pytest.mark.parametrize("case", ["address only", "extract with an address"])
def test_an_address_is_corrected_in_place(warehouse: Warehouse, case: str) -> None:
    (row,) = _dimension(warehouse, case)
    assert (row["city"], row["zip_code"]) == ("Chicago", "60601")


def test_what_an_extract_says_otherwise_holds_from_its_day_on(warehouse: Warehouse) -> None:
    rows = _dimension(warehouse, "extracts say otherwise")
    assert [r["effective_date"] for r in rows] == [date(2022, 3, 1), date(2023, 5, 1), date(2023, 6, 1)]


@pytest.mark.parametrize(("when", "age"), [("before", 22), ("after", 23), ("on", 24)])
def test_age_of_someone_born_on_a_leap_day(warehouse: Warehouse, when: str, age: int) -> None:
    (row,) = _dimension(warehouse, f"leap day {when} birthday")
    assert row["age_at_effective_date"] == age


def test_a_transaction_carries_the_version_of_its_day(warehouse: Warehouse) -> None:
    limits = warehouse.rows(
        "select f.transaction_date, d.credit_limit from FACT_TRANSACTION f"
        " join DIM_CUSTOMER d on f.customer_sk = d.customer_sk"
        f" where f.customer_id = '{warehouse.bronze.cases['there and back']}' order by 1"
    )
    assert [(r["transaction_date"], r["credit_limit"]) for r in limits] == [
        (date(2022, 12, 31), Decimal("10000.00")),
        (date(2023, 1, 1), Decimal("20000.00")),
        (date(2023, 5, 31), Decimal("20000.00")),
        (date(2023, 6, 1), Decimal("10000.00")),
    ]


def test_every_fact_carries_the_version_of_its_day(warehouse: Warehouse) -> None:
    versions = expected.versions(warehouse.bronze)
    facts = warehouse.rows(
        "select f.customer_id, f.transaction_date, d.effective_date, d.customer_id as owner from FACT_TRANSACTION f"
        " join DIM_CUSTOMER d on f.customer_sk = d.customer_sk"
    )
    assert len(facts) == sum(len(rows) for rows in expected.transactions(warehouse.bronze).values())
    for fact in facts:
        day = fact["transaction_date"]
        (valid,) = [v for v in versions[fact["customer_id"]] if v.start <= day and (v.end is None or day < v.end)]
        assert (fact["owner"], fact["effective_date"]) == (fact["customer_id"], valid.start)


def test_keys_of_facts_are_numbers_and_unique(warehouse: Warehouse) -> None:
    keys = warehouse.rows("select transaction_id, transaction_key from FACT_TRANSACTION")
    assert len({r["transaction_key"] for r in keys}) == len(keys)
    (foreign,) = [r for r in keys if not r["transaction_id"].startswith("T")]
    assert foreign["transaction_key"] < 0
    assert all(r["transaction_key"] == int(r["transaction_id"][1:]) for r in keys if r is not foreign)
