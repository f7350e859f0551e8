"""What a second day brings into the small bronze: new rows, late ones, repeats, corrections, changed customers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.support.warehouse.small_bronze import NEXT_DAY, NEXT_DAYS_LOAD, OTHER, SECOND_LOAD, Bronze

if TYPE_CHECKING:
    from tests.support.warehouse.small_bronze import Row

FOURTH_DAY = date(2025, 1, 4)  # the third is skipped
HALF_A_YEAR_LATER = date(2025, 6, 10)


@dataclass
class Day:
    """Rows that one more day loads, taken from a bronze that holds all days; `cases` names transactions."""

    bronze: Bronze
    before: tuple[int, int, int]
    loaded_at: datetime
    cases: dict[str, str] = field(default_factory=dict)

    def rows(self) -> Bronze:
        """Return the day's own rows, each as loaded on this day in its own batch."""
        customers, changes, transactions = self.before
        return Bronze(
            self._loaded(self.bronze.customers[customers:]),
            self._loaded(self.bronze.changes[changes:]),
            self._loaded(self.bronze.transactions[transactions:]),
        )

    def _loaded(self, rows: list[Row]) -> list[Row]:
        for number, row in enumerate(rows, start=1):
            row.update(_loaded_at=self.loaded_at, _batch_id=f"{self.loaded_at:%d}", _file_row_number=number)
        return rows


def begin_day(bronze: Bronze, loaded_at: datetime) -> Day:
    """Begin a day: whatever is added to the bronze from now on is its."""
    return Day(bronze, (len(bronze.customers), len(bronze.changes), len(bronze.transactions)), loaded_at)


def prepare_first_day(bronze: Bronze) -> None:
    """Add to the first day what the second one meets: rows that are not due yet, and rows that will be corrected."""
    opened = date(2022, 3, 1)
    bronze.cases |= {
        name: bronze.customer(opened, case=name)
        for name in ("only transaction", "moves month", "moves customer", "versions vanish", "late change", "late row")
    }
    for name in ("only transaction", "moves month", "moves customer"):
        bronze.spend(bronze.cases[name], date(2024, 11, 15), "80.00", "Hotels", transaction_id=f"X {name}")
    c = bronze.cases["versions vanish"]
    for month, limit in ((2, "20000.00"), (5, "40000.00")):
        bronze.change(c, date(2023, month, 1), limit)
    for name in ("versions vanish", "late change", "late row"):
        for month in range(1, 13):
            bronze.spend(bronze.cases[name], date(2023, month, 10), f"{month}.00")
    c = bronze.customer(NEXT_DAY, case="opens on the next day")
    c = bronze.customer(opened, case="refunds of later")
    bronze.spend(c, date(2024, 12, 10), "-8.00", "Hotels", transaction_id="X refund goes")
    bronze.spend(c, date(2024, 12, 11), "-9.00", "Airlines", transaction_id="X refund becomes purchase")
    bronze.spend(c, date(2024, 12, 12), "10.00", transaction_id="X purchase becomes refund")
    c = bronze.customer(opened, case="superseded before it was due")
    first = bronze.spend(c, NEXT_DAY, "500.00")
    bronze.spend(c, date(2024, 12, 30), "50.00", transaction_id=first, _loaded_at=SECOND_LOAD)
    gone = bronze.spend(c, NEXT_DAY, "700.00")
    bronze.spend(c, NEXT_DAY, "700.00", transaction_id=gone, _loaded_at=SECOND_LOAD, status="declined")
    moved = bronze.spend(c, date(2024, 12, 29), "900.00")
    bronze.spend(c, date(2025, 1, 2), "900.00", transaction_id=moved, _loaded_at=SECOND_LOAD)


def add_second_day(bronze: Bronze, seed: int = 11) -> Day:
    """Add the day after AS_OF, whose first day `prepare_first_day` has prepared."""
    day = begin_day(bronze, NEXT_DAYS_LOAD)
    rng = random.Random(seed)  # noqa: S311
    customers = sorted({row["customer_id"] for row in bronze.customers})
    for customer_id in rng.sample(customers, 90):
        bronze.spend(customer_id, NEXT_DAY, f"{rng.uniform(3, 300):.2f}", rng.choice(OTHER))
    _add_late_and_repeated(bronze, rng)
    _add_corrections(bronze, day)
    _add_changes(bronze)
    return day


def _add_late_and_repeated(bronze: Bronze, rng: random.Random) -> None:
    c = bronze.cases["there and back"]
    for on in (date(2022, 12, 31), date(2023, 1, 1), date(2023, 5, 31), date(2023, 6, 1)):
        bronze.spend(c, on, "7.00")
    bronze.spend(bronze.cases["late row"], date(2024, 10, 1), "950.00", "Airlines")
    bronze.spend(bronze.cases["spent once long ago"], date(2024, 12, 30), "45.00", transaction_id="late and foreign")
    opened = {row["customer_id"]: row["account_open_date"] for row in bronze.customers}
    for customer_id in rng.sample(sorted(opened), 30):
        on = max(opened[customer_id], NEXT_DAY - timedelta(days=rng.randrange(1, 400)))
        if on <= NEXT_DAY:
            bronze.spend(customer_id, on, f"{rng.uniform(3, 300):.2f}", rng.choice(OTHER))
    bronze.transactions.extend(dict(row) for row in rng.sample(bronze.transactions, 40))


def _add_corrections(bronze: Bronze, day: Day) -> None:
    other = bronze.cases["late row"]
    corrections: dict[str, tuple[str, dict[str, Any]]] = {
        "only transaction": ("only transaction", {"status": "declined"}),
        "moves month": ("moves month", {"transaction_date": date(2024, 9, 30)}),
        "moves customer": ("moves customer", {"customer_id": other, "merchant_category": "Airlines"}),
    }
    for case, (name, values) in corrections.items():
        row = next(r for r in bronze.transactions if r["transaction_id"] == f"X {name}")
        bronze.transactions.append({**row, **values})
        day.cases[case] = row["transaction_id"]
    for name, values in (
        ("refund goes", {"status": "declined"}),
        ("refund becomes purchase", {"amount": Decimal("9.00")}),
        ("purchase becomes refund", {"amount": Decimal("-10.00")}),
    ):
        row = next(r for r in bronze.transactions if r["transaction_id"] == f"X {name}")
        bronze.transactions.append({**row, **values})
    bronze.spend(bronze.cases["refunds of later"], NEXT_DAY, "-1.00", "Utilities")
    bronze.spend(bronze.cases["refunds of later"], date(2024, 9, 3), "-2.00", "Education")
    c = bronze.customer(date(2024, 12, 1), case="new and corrected at once")
    twice = bronze.spend(c, NEXT_DAY, "10.00")
    bronze.spend(c, NEXT_DAY, "20.00", transaction_id=twice)


def _add_changes(bronze: Bronze) -> None:
    cases = bronze.cases
    bronze.change(cases["never spent"], NEXT_DAY, "50000.00", "Platinum")
    bronze.change(cases["late change"], date(2023, 4, 5), "30000.00", "Platinum")
    bronze.change(cases["versions vanish"], date(2023, 2, 1), "10500.00")
    bronze.change(cases["address only"], NEXT_DAY, "10000.00", city="Boston", state="MA", zip_code="02101")
    bronze.spend(bronze.customer(NEXT_DAY, case="new on the day"), NEXT_DAY, "33.00")
    late = bronze.customer(date(2024, 8, 20), case="customer came late")
    for month in (9, 10, 12):
        bronze.spend(late, date(2024, month, 2), "66.00", "Car Rental")
    _add_extract(bronze, NEXT_DAY)
    row = next(r for r in bronze.customers if r["customer_id"] == cases["declined only"])
    bronze.customers.append({**row, "email": "new@example.com", "city": "Salem"})


def _add_extract(bronze: Bronze, on: date) -> None:
    """Deliver every other customer again, as of a day: most say what they said, a few another card or limit."""
    newest = {row["customer_id"]: row for row in bronze.customers if row["account_open_date"] <= on}
    for number, (customer_id, row) in enumerate(sorted(newest.items())):
        if not number % 2:
            limit = row["credit_limit"] * 2 if number % 7 == 0 else row["credit_limit"]
            bronze.extract(customer_id, on.isoformat(), str(limit), "Silver" if number % 11 == 0 else row["card_type"])


def add_third_day(bronze: Bronze) -> Day:
    """Add a day after the second: little, but the day before was no month end."""
    day = begin_day(bronze, NEXT_DAYS_LOAD + timedelta(days=1))
    bronze.spend(bronze.cases["never spent"], date(2025, 1, 2), "5.00")
    bronze.spend(bronze.cases["declined only"], NEXT_DAY, "15.00")
    for name in ("opening moves", "opening moves to the day"):
        bronze.customer(date(2024, 3, 1), case=name)
    # an extract of a day before the last one, and one that is not due
    bronze.extract(bronze.cases["late change"], "2024-12-15", "70000.00", "Silver")
    bronze.extract(bronze.cases["versions vanish"], "2025-01-03", "70000.00", "Silver")
    bronze.spend(bronze.cases["opening moves"], date(2024, 11, 20), "50.00")
    return day


def add_fourth_day(bronze: Bronze) -> Day:
    """Add a day that corrects what the days before said, some of it twice, in files of two days loaded at once."""
    day = begin_day(bronze, NEXT_DAYS_LOAD + timedelta(days=2))
    cases = bronze.cases
    for name, opened in (("opening moves", date(2024, 8, 15)), ("opening moves to the day", FOURTH_DAY)):
        row = next(r for r in bronze.customers if r["customer_id"] == cases[name])
        bronze.customers.append({**row, "account_open_date": opened})
    bronze.change("C9", date(2024, 5, 1), "90000.00", "Platinum")  # no customer, until half a year later
    bronze.change(cases["there and back"], FOURTH_DAY, "30000.00", "Platinum")
    bronze.change(cases["there and back"], FOURTH_DAY, "10000.00")
    spent = bronze.spend(cases["late row"], FOURTH_DAY, "10.00", _source_file="t_2025-01-03.csv")
    bronze.spend(cases["late row"], FOURTH_DAY, "20.00", transaction_id=spent, _source_file="t_2025-01-02.csv")
    greatest = max(bronze.transactions, key=lambda r: r["amount"])
    bronze.transactions.append({**greatest, "amount": Decimal("0.01"), "merchant_category": "Education"})
    return day


def add_half_a_year(bronze: Bronze) -> Day:
    """Add what came in half a year, by HALF_A_YEAR_LATER: every window has left the days that it held before.

    Somebody spent where neither the windows before nor the present ones reach, others in the months between.
    """
    day = begin_day(bronze, NEXT_DAYS_LOAD + timedelta(days=160))
    bronze.spend(bronze.cases["never spent"], date(2025, 2, 10), "21.00")
    bronze.spend(bronze.cases["late row"], date(2025, 4, 15), "31.00", "Airlines")
    bronze.spend(bronze.cases["late row"], date(2025, 5, 20), "41.00")
    bronze.spend(bronze.cases["late change"], date(2024, 12, 31), "51.00", "Hotels")
    bronze.spend(bronze.customer(date(2025, 3, 3), case="new in half a year"), HALF_A_YEAR_LATER, "61.00")
    bronze.customer(date(2024, 4, 1), case="changed before it came")
    bronze.customers[-1]["customer_id"] = bronze.cases["changed before it came"] = "C9"
    bronze.spend(bronze.customer(date(2015, 3, 1), case="before the calendar"), date(2018, 2, 3), "71.00")
    return day
