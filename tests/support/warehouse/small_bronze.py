"""A small bronze layer for the tests: hand-made customers for the hard cases, and generated ones beside them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

AS_OF = date(2024, 12, 31)
NEXT_DAY = date(2025, 1, 1)
FIRST_LOAD = datetime(2025, 1, 1, 1, 0, 0)  # noqa: DTZ001  (TIMESTAMP_NTZ)
SECOND_LOAD = datetime(2025, 1, 1, 2, 0, 0)  # noqa: DTZ001
NEXT_DAYS_LOAD = datetime(2025, 1, 2, 1, 0, 0)  # noqa: DTZ001

TRAVEL = ("Airlines", "Hotels", "Car Rental", "Travel Agencies")
OTHER = (
    "Restaurants", "Fast Food", "Coffee Shops", "Online Retail", "Department Stores", "Clothing", "Electronics",
    "Home Improvement", "Entertainment", "Streaming Services", "Grocery", "Gas Stations", "Utilities", "Healthcare",
    "Insurance", "Education",
)  # fmt: skip
CARD_LIMITS = {"Basic": 2_000, "Silver": 8_000, "Gold": 20_000, "Platinum": 40_000}

Row = dict[str, Any]


@dataclass
class Bronze:
    """Rows of the three bronze tables as dicts by lower-case column name, and the hand-made customers by case."""

    customers: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    transactions: list[Row] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)

    def customer(self, opened: date, card_type: str = "Gold", credit_limit: str = "10000.00", **values: Any) -> str:
        """Add a customer and return its id; `case` names it."""
        customer_id = f"C{len({c['customer_id'] for c in self.customers}) + 1:06d}"
        if case := values.pop("case", None):
            self.cases[case] = customer_id
        self.customers.append(
            {
                "customer_id": customer_id,
                "name": f" Customer {customer_id} ",
                "email": f"{customer_id}@Example.com",
                "phone": "(555) 010-0000",
                "date_of_birth": date(1980, 5, 17),
                "account_open_date": opened,
                "credit_limit": Decimal(credit_limit),
                "card_type": card_type,
                "segment": "Declining",
                "city": "Springfield",
                "state": "IL",
                "zip_code": "62701",
                **self._load(len(self.customers)),
                **values,
            }
        )
        return customer_id

    def change(self, customer_id: str, on: date, credit_limit: str, card_type: str = "Gold", **values: Any) -> None:
        """Add a dated change of a customer."""
        self.changes.append(
            {
                "customer_id": customer_id,
                "change_date": on,
                "credit_limit": Decimal(credit_limit),
                "card_type": card_type,
                "city": "Springfield",
                "state": "IL",
                "zip_code": "62701",
                **self._load(len(self.changes)),
                **values,
            }
        )

    def extract(
        self, customer_id: str, on: str | None, credit_limit: str, card_type: str = "Gold", **values: Any
    ) -> None:
        """Deliver a customer again, in the full extract of a day, or in a file of no day."""
        first = next(row for row in self.customers if row["customer_id"] == customer_id)
        load = self._load(len(self.customers)) | {"_source_file": f"customers_{on}.csv" if on else "more.csv"}
        said = {"credit_limit": Decimal(credit_limit), "card_type": card_type}
        self.customers.append({**first, **load, **said, **values})

    def spend(self, customer_id: str, on: date, amount: str, category: str = "Grocery", **values: Any) -> str:
        """Add a transaction, approved at noon unless told otherwise, and return its id."""
        transaction_id = values.pop("transaction_id", f"T{len(self.transactions) + 1:011d}")
        at = values.pop("at", timedelta(hours=12))
        self.transactions.append(
            {
                "transaction_id": transaction_id,
                "customer_id": customer_id,
                "transaction_timestamp": datetime(on.year, on.month, on.day) + at,  # noqa: DTZ001
                "transaction_date": on,
                "amount": Decimal(amount),
                "merchant_category": category,
                "status": "approved",
                **self._load(len(self.transactions)),
                **values,
            }
        )
        return transaction_id

    @staticmethod
    def _load(row: int) -> Row:
        return {"_loaded_at": FIRST_LOAD, "_source_file": "test.csv", "_file_row_number": row + 1, "_batch_id": "b1"}


def make_bronze(generated: int = 250, seed: int = 7) -> Bronze:
    """Make the hand-made customers and `generated` random ones."""
    bronze = Bronze()
    _add_version_cases(bronze)
    _add_transaction_cases(bronze)
    _add_window_cases(bronze)
    for number in range(generated):
        _add_random_customer(bronze, random.Random(seed * 1_000_003 + number))  # noqa: S311
    return bronze


def _add_version_cases(bronze: Bronze) -> None:
    opened = date(2022, 3, 1)
    c = bronze.customer(opened, case="exactly 10 %")
    bronze.change(c, date(2023, 1, 1), "11000.00")
    c = bronze.customer(opened, case="10.01 %")
    bronze.change(c, date(2023, 1, 1), "11001.00")
    c = bronze.customer(opened, case="10.01 % down")
    bronze.change(c, date(2023, 1, 1), "8999.00")
    c = bronze.customer(opened, case="small steps")
    for month, limit in ((1, "10800.00"), (2, "11500.00"), (3, "12500.00"), (4, "12700.00")):
        bronze.change(c, date(2023, month, 1), limit)
    c = bronze.customer(opened, case="card only")
    bronze.change(c, date(2023, 1, 1), "10000.00", "Platinum")
    c = bronze.customer(opened, case="same day")
    bronze.change(c, date(2023, 1, 1), "20000.00", "Platinum")
    bronze.change(c, date(2023, 1, 1), "10500.00", "Gold")
    c = bronze.customer(opened, case="same day reloaded")
    bronze.change(c, date(2023, 1, 1), "20000.00", _loaded_at=SECOND_LOAD)
    bronze.change(c, date(2023, 1, 1), "10000.00")
    c = bronze.customer(opened, case="on opening day")
    bronze.change(c, opened, "30000.00", "Platinum")
    c = bronze.customer(opened, case="address only")
    bronze.change(c, date(2023, 1, 1), "10000.00", city="Chicago", zip_code="60601")
    c = bronze.customer(opened, case="there and back")
    bronze.change(c, date(2023, 1, 1), "20000.00")
    bronze.change(c, date(2023, 6, 1), "10000.00")
    bronze.spend(c, date(2022, 12, 31), "10.00")
    bronze.spend(c, date(2023, 1, 1), "20.00")
    bronze.spend(c, date(2023, 5, 31), "30.00")
    bronze.spend(c, date(2023, 6, 1), "40.00")
    c = bronze.customer(opened, case="change in the future")
    bronze.change(c, date(2025, 1, 1), "90000.00", "Platinum")
    _add_extract_cases(bronze, opened)
    bronze.customer(date(2023, 2, 28), case="leap day before birthday", date_of_birth=date(2000, 2, 29))
    bronze.customer(date(2023, 3, 1), case="leap day after birthday", date_of_birth=date(2000, 2, 29))
    bronze.customer(date(2024, 2, 29), case="leap day on birthday", date_of_birth=date(2000, 2, 29))


def _add_extract_cases(bronze: Bronze, opened: date) -> None:
    c = bronze.customer(opened, case="extracts say otherwise")
    for on, limit, card in (
        ("2023-02-01", "10000.00", "Gold"),
        ("2023-05-01", "20000.00", "Gold"),
        ("2023-05-02", "20000.00", "Gold"),
        ("2023-06-01", "20000.00", "Platinum"),
        ("2025-01-01", "90000.00", "Platinum"),
    ):
        bronze.extract(c, on, limit, card)
    bronze.spend(c, date(2023, 4, 30), "10.00")
    bronze.spend(c, date(2023, 5, 1), "20.00")
    c = bronze.customer(opened, case="extract corrected")
    bronze.extract(c, "2023-05-01", "20000.00")
    bronze.extract(c, "2023-05-01", "10000.00", _loaded_at=SECOND_LOAD)
    c = bronze.customer(opened, case="extracts as at the opening")  # and changes beside them
    bronze.change(c, date(2023, 1, 1), "20000.00")
    bronze.extract(c, "2023-05-01", "10000.00")
    c = bronze.customer(opened, case="extract and change on one day")
    bronze.extract(c, "2023-05-01", "20000.00", _loaded_at=SECOND_LOAD)
    bronze.change(c, date(2023, 5, 1), "30000.00")
    c = bronze.customer(opened, case="delivered by extracts alone", _source_file="customers_2023-05-01.csv")
    bronze.extract(c, "2023-06-01", "20000.00")
    c = bronze.customer(opened, case="opening corrected")
    bronze.extract(c, "2023-05-01", "20000.00")
    bronze.extract(c, None, "15000.00", _loaded_at=SECOND_LOAD)
    c = bronze.customer(opened, case="extract with an address")
    bronze.extract(c, "2023-05-01", "10000.00", city="Chicago", zip_code="60601")


def _add_transaction_cases(bronze: Bronze) -> None:
    opened = date(2022, 3, 1)
    bronze.customer(opened, case="never spent")
    c = bronze.customer(opened, case="declined only")
    bronze.spend(c, date(2024, 12, 1), "50.00", status="declined")
    c = bronze.customer(opened, case="a refund and nothing")
    bronze.spend(c, date(2024, 12, 1), "0.00")
    bronze.spend(c, date(2024, 12, 2), "-5.00")
    bronze.spend(c, date(2024, 12, 3), "0.01")
    c = bronze.customer(opened, case="refunds")
    bronze.spend(c, AS_OF - timedelta(days=40), "40.00")
    bronze.spend(c, AS_OF - timedelta(days=35), "-10.00")
    bronze.spend(c, AS_OF - timedelta(days=10), "60.00", "Airlines")
    bronze.spend(c, AS_OF - timedelta(days=5), "-20.00", "Hotels")
    c = bronze.customer(opened, case="refunds alone")
    bronze.spend(c, AS_OF - timedelta(days=70), "-5.00")
    bronze.spend(c, AS_OF - timedelta(days=2), "-20.00")
    c = bronze.customer(opened, case="more refunds than purchases")
    bronze.spend(c, AS_OF - timedelta(days=40), "100.00")
    bronze.spend(c, AS_OF - timedelta(days=3), "-50.00")
    c = bronze.customer(opened, case="corrected")
    repeated = bronze.spend(c, date(2024, 12, 1), "100.00")
    bronze.spend(c, date(2024, 12, 1), "70.00", transaction_id=repeated, _loaded_at=SECOND_LOAD)
    withdrawn = bronze.spend(c, date(2024, 12, 2), "900.00")
    bronze.spend(c, date(2024, 12, 2), "900.00", transaction_id=withdrawn, _loaded_at=SECOND_LOAD, status="declined")
    again = bronze.spend(c, date(2024, 12, 3), "5.00")
    bronze.spend(c, date(2024, 12, 3), "5.00", transaction_id=again)
    c = bronze.customer(opened, case="loaded twice")
    first = next(row for row in bronze.customers if row["customer_id"] == c)
    bronze.customers.append({**first, "city": "Peoria", "_loaded_at": SECOND_LOAD})
    c = bronze.customer(opened, case="in the future")
    bronze.spend(c, date(2024, 12, 31), "10.00")
    bronze.spend(c, date(2025, 1, 1), "1000.00")
    c = bronze.customer(opened, case="foreign id")
    bronze.spend(c, date(2024, 6, 1), "12.34", transaction_id="5f0c-9a")
    c = bronze.customer(opened, case="same second")
    bronze.spend(c, date(2024, 12, 30), "1.00", at=timedelta(hours=9))
    bronze.spend(c, date(2024, 12, 30), "2.00", at=timedelta(hours=21))
    bronze.spend(c, date(2024, 12, 30), "3.00", at=timedelta(hours=21))


def _add_window_cases(bronze: Bronze) -> None:
    """One transaction on each side of each window's edge, each of another power of two."""
    c = bronze.customer(date(2020, 1, 1), case="window edges")
    for power, days_ago in enumerate((0, 29, 30, 59, 60, 89, 90, 179, 180, 364, 365)):
        bronze.spend(c, AS_OF - timedelta(days=days_ago), f"{2**power}.00")
    c = bronze.customer(date(2020, 1, 1), case="spent once long ago")
    bronze.spend(c, date(2021, 7, 1), "500.00")
    c = bronze.customer(date(2024, 1, 1), case="a year old to the day")  # 12 months on 2025-01-01: still new
    for day in range(1, 20):
        bronze.spend(c, date(2024, 12, 10) + timedelta(days=day), "60.00")
    c = bronze.customer(date(2023, 12, 31), case="a year and a day old")  # 12 months on as_of_date: no longer new
    for day in range(1, 20):
        bronze.spend(c, date(2024, 12, 10) + timedelta(days=day), "60.00")
    c = bronze.customer(date(2020, 1, 1), case="stopped travelling")
    for day in range(60):
        bronze.spend(c, date(2024, 9, 10) + timedelta(days=day), "400.00", "Airlines")
    c = bronze.customer(date(2020, 1, 1), case="half a cent")  # 18.935 on average, which no binary fraction is
    for amount in ("10.00", "27.87"):
        bronze.spend(c, AS_OF, amount)
    for days, case in ((45, "45 days silent"), (46, "46 days silent")):
        c = bronze.customer(date(2020, 1, 1), case=case)
        bronze.spend(c, AS_OF - timedelta(days=days), "200.00")


_HABITS = (  # transactions a month, smallest and greatest amount, share of travel
    (14, 75, 900, 0.5),
    (7, 60, 160, 0.05),
    (9, 5, 60, 0.02),
    (3, 20, 90, 0.0),
)


def _add_random_customer(bronze: Bronze, rng: random.Random) -> None:
    opened = date(2020, 1, 1) + timedelta(days=rng.randrange(1800))
    card = rng.choice(list(CARD_LIMITS))
    limit = CARD_LIMITS[card] + 100 * rng.randrange(20)
    born = date(1945, 1, 1) + timedelta(days=rng.randrange(21_000))
    customer_id = bronze.customer(opened, card, f"{limit}.00", date_of_birth=born)
    on = opened
    while rng.random() < 0.5 and (on := on + timedelta(days=rng.randrange(1, 500))) <= AS_OF:
        card = card if rng.random() < 0.7 else rng.choice(list(CARD_LIMITS))
        limit = round(limit * rng.choice((0.8, 0.95, 1.0, 1.05, 1.09, 1.1, 1.15, 1.4)), 2)
        bronze.change(customer_id, on, f"{limit:.2f}", card, city=rng.choice(("Springfield", "Peoria")))
    monthly, low, high, travel = rng.choice(_HABITS)
    stops = rng.choice((AS_OF, AS_OF, AS_OF, AS_OF - timedelta(days=rng.randrange(200))))
    growth = rng.choice((0.0, 0.0, 0.08))
    on = max(opened, date(2023, 6, 1))
    while (on := on + timedelta(days=min(60, int(rng.expovariate(monthly / 30))))) <= stops:
        scale = 1 + growth * max(0, (on - opened).days) / 30
        bronze.spend(
            customer_id,
            on,
            f"{rng.uniform(low, high) * scale:.2f}",
            rng.choice(TRAVEL) if rng.random() < travel else rng.choice(OTHER),
            status="declined" if rng.random() < 0.03 else "approved",
            at=timedelta(seconds=rng.randrange(86_400)),
        )
        if rng.random() < 0.01:
            bronze.transactions.append({**bronze.transactions[-1], "_loaded_at": SECOND_LOAD})
    bought = [row for row in bronze.transactions if row["customer_id"] == customer_id and row["status"] == "approved"]
    for row in rng.sample(bought, len(bought) // 30):
        back = min(AS_OF, row["transaction_date"] + timedelta(days=rng.randrange(40)))
        bronze.spend(customer_id, back, f"-{row['amount']}", row["merchant_category"])
