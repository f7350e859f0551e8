"""What the warehouse must hold, computed from the bronze rows in plain Python: a second, independent implementation."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from tests.support.warehouse.small_bronze import AS_OF, TRAVEL, Bronze, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

HISTORY_MONTHS = 12


@dataclass(frozen=True)
class Version:
    """One version of a customer; end is exclusive."""

    start: date
    end: date | None
    card_type: str
    credit_limit: Decimal


def _newest(rows: Iterable[Row], *key: str) -> dict[tuple[object, ...], Row]:
    newest: dict[tuple[object, ...], Row] = {}
    for row in sorted(rows, key=lambda r: (r["_loaded_at"], r["_source_file"], r["_file_row_number"])):
        newest[tuple(row[k] for k in key)] = row
    return newest


def customers(bronze: Bronze) -> dict[str, Row]:
    """Return the newest row of each customer."""
    return {row["customer_id"]: row for row in _newest(bronze.customers, "customer_id").values()}


def _day_of_file(row: Row) -> date:
    found = re.findall(r"\d{4}-\d\d-\d\d", row["_source_file"])
    return date.fromisoformat(found[-1]) if found else date.min


def _deliveries(bronze: Bronze) -> dict[str, list[Row]]:
    """Return what was said of each customer, by the day of its file: the opening first."""
    said: dict[str, dict[date, Row]] = defaultdict(dict)
    for row in sorted(bronze.customers, key=lambda r: (r["_loaded_at"], r["_file_row_number"])):
        said[row["customer_id"]][_day_of_file(row)] = row
    return {customer_id: [rows[day] for day in sorted(rows)] for customer_id, rows in said.items()}


def versions(bronze: Bronze) -> dict[str, list[Version]]:
    """Return each customer's versions in order of their start."""
    deliveries = _deliveries(bronze)
    found: dict[str, list[Version]] = {}
    for customer_id, row in customers(bronze).items():
        opening, *extracts = deliveries[customer_id]
        changes, said = {}, opening
        for extract in extracts:
            if any(extract[k] != said[k] for k in ("card_type", "credit_limit", "city", "state", "zip_code")):
                changes[_day_of_file(extract)] = extract
            said = extract
        changes |= {
            change["change_date"]: change
            for change in _newest(bronze.changes, "customer_id", "change_date").values()
            if change["customer_id"] == customer_id
        }
        first = opening | {"account_open_date": row["account_open_date"]}
        found[customer_id] = _versions_of(first, {day: changes[day] for day in sorted(changes) if day <= AS_OF})
    return found


def _versions_of(customer: Row, changes: dict[date, Row]) -> list[Version]:
    opened = customer["account_open_date"]
    starts = [(opened, customer["card_type"], customer["credit_limit"])]
    for day, change in changes.items():
        state = (day, change["card_type"], change["credit_limit"])
        _, card_type, credit_limit = starts[-1]
        if day <= opened:
            starts[0] = (opened, *state[1:])
        elif state[1] != card_type or abs(state[2] / credit_limit - 1) > Decimal("0.1"):
            starts.append(state)
    ends = [start for start, _, _ in starts[1:]] + [None]
    return [Version(s, e, card, limit) for (s, card, limit), e in zip(starts, ends, strict=True)]


def transactions(bronze: Bronze) -> dict[str, list[Row]]:
    """Return each customer's approved purchases and refunds, in order of time; customers without any included."""
    return {
        customer_id: [row for row in rows if row["status"] == "approved"]
        for customer_id, rows in attempts(bronze).items()
    }


def attempts(bronze: Bronze) -> dict[str, list[Row]]:
    """Return what each customer's card was used for, declined or not, in order of time; as `transactions`."""
    found: dict[str, list[Row]] = {customer_id: [] for customer_id in customers(bronze)}
    for row in _newest(bronze.transactions, "transaction_id").values():
        if row["amount"] and row["transaction_date"] <= AS_OF:
            found[row["customer_id"]].append(row)
    for rows in found.values():
        rows.sort(key=lambda r: (r["transaction_timestamp"], r["transaction_id"]))
    return found


def purchases(rows: list[Row]) -> list[Row]:
    """Return the rows that are no refunds."""
    return [row for row in rows if row["amount"] > 0]


def window(rows: list[Row], end: date, first: int, last: int = 0) -> list[Row]:
    """Return the rows from `first` days before the end (exclusive) to `last` days before it (inclusive)."""
    return [r for r in rows if end - timedelta(days=first) < r["transaction_date"] <= end - timedelta(days=last)]


def total(rows: list[Row]) -> Decimal:
    """Return the sum of amounts, those of refunds below zero."""
    return sum((r["amount"] for r in rows), Decimal("0.00"))


def recalculation_dates() -> list[date]:
    """Return as_of_date and the month ends before it, in order."""
    dates = {AS_OF}
    year, month = AS_OF.year, AS_OF.month
    for _ in range(HISTORY_MONTHS + 1):
        end = date(year, month, calendar.monthrange(year, month)[1])
        if end <= AS_OF:
            dates.add(end)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return sorted(dates)


def percent_change(current: Decimal, previous: Decimal, ever: bool) -> Decimal:
    """Return the change of spend in percent by the documented conventions, to two digits."""
    if previous > 0:
        change = (100 * (current - previous) / previous).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return max(Decimal(-100), min(Decimal(1000), change))
    if current > 0:
        return Decimal(100)
    return Decimal(-100) if ever else Decimal(0)


def segment(opened: date, rows: list[Row], day: date) -> tuple[str, bool]:
    """Return the segment of a customer on a day, and whether a rule held."""
    known = purchases([r for r in rows if r["transaction_date"] <= day])
    last_90 = window(known, day, 90)
    count, spend = len(last_90), float(total(window(rows, day, 90)))
    average = float(total(last_90)) / count if count else 0.0
    travel = 100 * sum(r["merchant_category"] in TRAVEL for r in last_90) / count if count else 0.0
    mom = float(percent_change(total(window(rows, day, 30)), total(window(rows, day, 60, 30)), bool(known)))
    silence = (day - known[-1]["transaction_date"]).days if known else None
    is_new = _a_year_after(opened) > day
    age = (day - opened).days
    rules = {
        "Declining": mom < -20 and silence is not None and silence > 45,
        "High-Value Travelers": spend > 5000 and travel > 30 and count > 20,
        "New & Growing": is_new and mom > 20,
        "Budget-Conscious": average < 50 and count > 15,
        "Stable Mid-Spenders": 1000 <= spend <= 5000 and 10 <= count <= 30 and -10 <= mom <= 10,
    }
    if exact := next((name for name, holds in rules.items() if holds), None):
        return exact, True
    shortfall = {
        "Declining": 99 if silence is None else _above(mom, -20, 100) + _below(silence, 45, 45),
        "High-Value Travelers": _below(spend, 5000, 5000) + _below(travel, 30, 30) + _below(count, 20, 20),
        "New & Growing": (0 if is_new else _above(age, 365, 365)) + _below(mom, 20, 100),
        "Budget-Conscious": _above(average, 50, 50) + _below(count, 15, 15),
        "Stable Mid-Spenders": _below(spend, 1000, 1000)
        + _above(spend, 5000, 5000)
        + _below(count, 10, 10)
        + _above(count, 30, 30)
        + _above(abs(mom), 10, 100),
    }
    return min(shortfall, key=lambda name: round(shortfall[name], 9)), False


def _a_year_after(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 2, 28) if leap_day else day.replace(year=day.year + 1)


def _below(value: float, limit: float, scale: float) -> float:
    return max(0.0, (limit - value) / scale)


def _above(value: float, limit: float, scale: float) -> float:
    return max(0.0, (value - limit) / scale)
