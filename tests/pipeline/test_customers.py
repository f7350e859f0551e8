"""The customer generator: counts, ranges, shares, and the same bytes every time."""

from __future__ import annotations

import csv
import hashlib
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest

from pipeline.cards import card_type
from pipeline.customers import (
    YOUNG_SINCE,
    Customer,
    CustomerChange,
    Place,
    _changes,
    generate_customers,
    write_files,
)
from pipeline.scale import AS_OF_DATE
from pipeline.segments import GROWING, SEGMENT_NAMES

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 4_000
# Changing these means that every database built from the generator changes.
SHA256 = (
    "4902ad1b7b6f6415574ae5f2a73b1b9fe60ecc4d08318ac689394ce6d5a579ef",
    "a0eb5162b0b4205a417f93799e6bf5340d669da8b1b33f73f90249a453ab5b32",
)


@pytest.fixture(scope="module")
def generated() -> tuple[list[Customer], list[CustomerChange]]:
    return generate_customers(COUNT)


@pytest.fixture(scope="module")
def customers(generated: tuple[list[Customer], list[CustomerChange]]) -> list[Customer]:
    return generated[0]


@pytest.fixture(scope="module")
def changes(generated: tuple[list[Customer], list[CustomerChange]]) -> list[CustomerChange]:
    return generated[1]


def years_between(first: date, last: date) -> int:
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def test_ids_run_from_one_without_gap(customers: list[Customer]) -> None:
    assert [c.customer_id for c in customers] == [f"C{n:06d}" for n in range(1, COUNT + 1)]


def test_emails_are_unique_and_well_formed(customers: list[Customer]) -> None:
    assert len({c.email for c in customers}) == COUNT
    assert all(re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+)+@([a-z]+\.)?example\.(com|org|net)", c.email) for c in customers)


def test_phones_are_numbers_that_the_us_could_assign(customers: list[Customer]) -> None:
    assert all(re.fullmatch(r"\([2-9](?!11)\d\d\) [2-9](?!11)\d\d-\d{4}", c.phone) for c in customers)


def test_customers_are_adults_when_they_open_and_at_most_eighty(customers: list[Customer]) -> None:
    assert min(years_between(c.date_of_birth, c.account_open_date) for c in customers) >= 18
    assert max(years_between(c.date_of_birth, AS_OF_DATE) for c in customers) <= 80


def test_accounts_open_within_five_years_and_growing_customers_within_the_last(customers: list[Customer]) -> None:
    assert all(date(2020, 1, 1) <= c.account_open_date <= AS_OF_DATE for c in customers)
    assert all(c.account_open_date >= YOUNG_SINCE for c in customers if c.segment == GROWING.name)
    others = [c for c in customers if c.segment != GROWING.name]
    assert 0 < sum(c.account_open_date >= YOUNG_SINCE for c in others) < 0.04 * len(others)
    assert max(c.account_open_date for c in customers) > date(2024, 11, 30)


def test_cards_follow_limits(customers: list[Customer], changes: list[CustomerChange]) -> None:
    assert all(Decimal(500) <= row.credit_limit <= Decimal(50_000) for row in (*customers, *changes))
    assert all(row.card_type == card_type(row.credit_limit) for row in (*customers, *changes))
    assert {c.card_type for c in customers} == {"Platinum", "Gold", "Silver", "Basic"}
    assert [card_type(Decimal(n)) for n in (2_999, 3_000, 9_999, 10_000, 24_999, 25_000)] == [
        "Basic", "Silver", "Silver", "Gold", "Gold", "Platinum",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [20, 500, COUNT])
def test_personas_have_their_shares_at_every_scale(customers: list[Customer], count: int) -> None:
    shares = Counter(c.segment for c in customers[:count])
    assert [shares[p] / count for p in SEGMENT_NAMES] == [0.15, 0.35, 0.25, 0.15, 0.10]


def test_a_fifth_of_the_customers_change_some_by_exactly_ten_percent(
    customers: list[Customer], changes: list[CustomerChange]
) -> None:
    assert 0.17 < len({c.customer_id for c in changes}) / COUNT < 0.23
    limits = {c.customer_id: c.credit_limit for c in customers}
    ratios = []
    for change in changes:
        ratios.append(change.credit_limit / limits[change.customer_id])
        limits[change.customer_id] = change.credit_limit
    assert Decimal("1.1") in ratios
    assert Decimal("1.1001") in ratios
    assert sum(1 < r < Decimal("1.1") for r in ratios) > 50
    assert sum(r == 1 for r in ratios) > 50  # addresses only


def test_changes_are_dated_after_the_opening_and_in_order(
    customers: list[Customer], changes: list[CustomerChange]
) -> None:
    opened = {c.customer_id: c.account_open_date for c in customers}
    assert all(opened[c.customer_id] < c.change_date <= AS_OF_DATE for c in changes)
    assert [(c.customer_id, c.change_date) for c in changes] == sorted((c.customer_id, c.change_date) for c in changes)
    repeated = Counter((c.customer_id, c.change_date) for c in changes)
    assert max(repeated.values()) >= 2


@pytest.mark.parametrize(("days", "are_changed"), [(0, False), (1, True), (2, True)])
def test_who_opens_on_the_last_day_has_no_day_to_change_on(
    customers: list[Customer], days: int, are_changed: bool
) -> None:
    late = customers[0]._replace(account_open_date=AS_OF_DATE - timedelta(days=days))
    places = [Place("A", "B", "00000")]
    changes = [change for seed in range(50) for change in _changes(late, Random(seed), places)]  # noqa: S311 - no secret
    assert bool(changes) is are_changed
    assert all(late.account_open_date < change.change_date <= AS_OF_DATE for change in changes)


def test_a_change_repeats_what_it_does_not_change(customers: list[Customer], changes: list[CustomerChange]) -> None:
    state = {c.customer_id: (c.credit_limit, c.city, c.state, c.zip_code) for c in customers}
    for change in changes:
        before = state[change.customer_id]
        after = (change.credit_limit, change.city, change.state, change.zip_code)
        assert before[0] == after[0] or before[1:] == after[1:], change
        state[change.customer_id] = after


def test_a_customer_is_the_same_at_every_scale(customers: list[Customer], changes: list[CustomerChange]) -> None:
    few, their_changes = generate_customers(33)
    assert few == customers[:33]
    assert their_changes == [c for c in changes if c.customer_id <= "C000033"]


def test_another_seed_makes_other_people(customers: list[Customer]) -> None:
    others, _ = generate_customers(100, seed=361)
    assert sum(a.name == b.name for a, b in zip(customers[:100], others, strict=True)) < 5


@pytest.mark.parametrize("count", [0, -1, 1_000_000])
def test_a_count_that_ids_cannot_number_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"cannot generate {count} customers: choose 1 to 999,999"):
        generate_customers(count)


def test_files_have_headers_and_quote_only_where_needed(tmp_path: Path, customers: list[Customer]) -> None:
    path, changes_path = write_files(tmp_path, COUNT)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(Customer._fields)
    assert rows[17] == {k: str(v) for k, v in customers[17]._asdict().items()}
    assert any("O'Brien" in row["name"] for row in rows)
    assert b"\r" not in path.read_bytes()
    assert changes_path.read_text().splitlines()[0] == ",".join(CustomerChange._fields)


def test_the_bytes_are_pinned_also_in_another_process(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from pipeline.customers import write_files; write_files(pathlib.Path(sys.argv[1]), 500)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, env={"PYTHONHASHSEED": "12345"})
    names = ("customers.csv", "customer_changes.csv")
    assert tuple(hashlib.sha256((tmp_path / n).read_bytes()).hexdigest() for n in names) == SHA256


def test_leap_days_are_birthdays_too() -> None:
    people, _ = generate_customers(3_000)
    assert any((c.date_of_birth.month, c.date_of_birth.day) == (2, 29) for c in people)
