"""Whether an answer's rows say what the gold rows say.

The rules, in favour of what a reader would take for the same table:

- Each gold column is found among the answer's columns, by its values; further columns of the answer may be there, and
  names and order of columns do not count.
- Rows are compared as a collection (twice the same row is two rows), in order only where the question asks for one.
- Numbers are the same within one part in a million, whatever their type. Of percentages, what is rounded to two
  decimals is the same too, and a column of fractions is the column of percentages that it says.
- Text is compared without blanks around it; a truth may be told as true, 1, 'true' or 'Y'.
- A day of the week is told by its name or the first three letters of it, a state of the US by its name or its code.
- A period may be told by its first day, by a text such as 2024-03, 2024-Q1 or March 2024, by a whole number (a year),
  or by two columns, year and month or year and quarter.
- Gold rows of two columns, a label and a number, may stand as one row with the numbers side by side.
"""

from __future__ import annotations

import re
from calendar import day_name, month_name
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Value: TypeAlias = str | int | float | bool | Decimal | date | datetime | bytes | None
Row: TypeAlias = "Sequence[Value]"
_Key: TypeAlias = str | date | float | None

_PART = 1e-6
_ROUNDED = 0.005 + 1e-9
_MONTHS = [month.lower() for month in month_name[1:]]
_WEEKDAYS = {day[:3]: day for day in day_name}
_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
_TRUTHS = {"true": 1.0, "false": 0.0, "y": 1.0, "n": 0.0}
_TOLD_OTHERWISE = _WEEKDAYS | _STATES
_MOST_WAYS = 5_000


@dataclass(frozen=True)
class Rules:
    """How two tables of rows are compared.

    Attributes:
        ordered: whether the order of rows counts.
        percent: whether numbers are percentages, rounded or told as fractions.
    """

    ordered: bool = False
    percent: bool = False


def same(gold: Sequence[Row], answer: Sequence[Row], rules: Rules = Rules()) -> bool:
    """Tell whether an answer's rows say what the gold rows say.

    Args:
        gold: rows of the gold SQL, all of one width.
        answer: rows of the answer.
        rules: how to compare.
    """
    wanted = [[_key(row[n]) for row in gold] for n in range(len(gold[0]))] if gold else []
    if len(gold) != len(answer):
        return _side_by_side(wanted, answer, rules)
    if not gold:
        return True
    offered = _offered([[_key(row[n]) for row in answer] for n in range(len(answer[0]))], rules)
    candidates = [[n for n, column in enumerate(offered) if _same_values(one, column, rules)] for one in wanted]
    return _assigned(wanted, offered, candidates, [], rules)


def _assigned(
    wanted: list[list[_Key]], offered: list[list[_Key]], candidates: list[list[int]], chosen: list[int], rules: Rules
) -> bool:
    """Tell whether the gold columns that are left can be given columns of the answer so that whole rows agree."""
    if len(chosen) == len(wanted):
        return not chosen or _same_rows(wanted, [offered[n] for n in chosen], rules)
    return any(
        _assigned(wanted, offered, candidates, [*chosen, n], rules) for n in candidates[len(chosen)] if n not in chosen
    )


def _same_rows(wanted: list[list[_Key]], offered: list[list[_Key]], rules: Rules) -> bool:
    left, right = list(zip(*wanted, strict=True)), list(zip(*offered, strict=True))
    if not rules.ordered:
        left, right = sorted(left, key=_sortable), sorted(right, key=_sortable)
    if all(_same_row(a, b, rules) for a, b in zip(left, right, strict=True)):
        return True
    return not rules.ordered and _matched(left, right, rules)


def _matched(left: list[tuple[_Key, ...]], right: list[tuple[_Key, ...]], rules: Rules) -> bool:
    """Pair rows that a rounded number sorts otherwise: by their texts and days first, which are told exactly."""
    rest: dict[tuple[_Key, ...], list[tuple[_Key, ...]]] = {}
    for row in right:
        rest.setdefault(_exact(row), []).append(row)
    for row in left:
        rows = rest.get(_exact(row), [])
        found = next((one for one in rows if _same_row(row, one, rules)), None)
        if found is None:
            return False
        rows.remove(found)
    return True


def _exact(row: tuple[_Key, ...]) -> tuple[_Key, ...]:
    return tuple(value if not isinstance(value, float) else 0.0 for value in row)


def _same_row(gold: tuple[_Key, ...], answer: tuple[_Key, ...], rules: Rules) -> bool:
    return all(_equal(a, b, rules) for a, b in zip(gold, answer, strict=True))


def _same_values(gold: list[_Key], answer: list[_Key], rules: Rules) -> bool:
    """Tell whether a column holds the values of a gold column, in whatever order."""
    if Counter(map(type, gold)) != Counter(map(type, answer)):
        return False
    pairs = zip(sorted(gold, key=_alone), sorted(answer, key=_alone), strict=True)
    return all(_equal(a, b, rules) for a, b in pairs)


def _equal(gold: _Key, answer: _Key, rules: Rules) -> bool:
    if isinstance(gold, float) and isinstance(answer, float):
        if gold != gold or answer != answer:  # noqa: PLR0124 - what is not a number equals nothing but its kind
            return gold != gold and answer != answer  # noqa: PLR0124
        limit = _PART * max(abs(gold), 1e-9)
        rounded = rules.percent and answer == round(answer, 2) and abs(gold - answer) <= _ROUNDED
        return abs(gold - answer) <= limit or rounded
    return gold == answer


def _side_by_side(wanted: list[list[_Key]], answer: Sequence[Row], rules: Rules) -> bool:
    """Tell whether the numbers of labelled gold rows stand side by side in the one row of an answer."""
    if len(wanted) != 2 or len(answer) != 1 or len(wanted[1]) > len(answer[0]):  # noqa: PLR2004 - a label, a number
        return False
    numbers = [value for value in map(_key, answer[0]) if isinstance(value, float)]
    left = wanted[1]
    ways = permutations(numbers, len(left)) if len(numbers) >= len(left) else iter(())
    for n, way in enumerate(ways):
        if n == _MOST_WAYS:
            return False
        if all(_equal(a, b, rules) for a, b in zip(left, way, strict=True)):
            return True
    return False


def _offered(columns: list[list[_Key]], rules: Rules) -> list[list[_Key]]:
    """Return an answer's columns, and the ways in which they may be meant."""
    found = list(columns)
    found += [days for column in columns if (days := _days(column))]
    found += [years for column in columns if (years := _years(column))]
    for year in columns:
        for part in columns:
            found += _periods(year, part)
    if rules.percent:
        found += [[100 * v if isinstance(v, float) else v for v in c] for c in columns if _are_fractions(c)]
    return found


def _are_fractions(column: list[_Key]) -> bool:
    numbers = [value for value in column if isinstance(value, float)]
    return bool(numbers) and all(-1 <= value <= 1 for value in numbers)


def _days(column: list[_Key]) -> list[_Key]:
    """Return the first days of the periods that a column of text names; nothing where it names others."""
    days = [_first_day(value) if isinstance(value, str) else None for value in column]
    return list(days) if column and all(days) else []


def _first_day(text: str) -> date | None:
    low = text.lower()
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})", low):
        year, month = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d{4})[ -]?q([1-4])", low):
        year, month = int(found[1]), 3 * int(found[2]) - 2
    elif found := re.fullmatch(r"q([1-4])[ -]?(\d{4})", low):
        year, month = int(found[2]), 3 * int(found[1]) - 2
    elif found := re.fullmatch(r"([a-z]{3,9})[ -](\d{4})", low):
        year, month = int(found[2]), 1 + next((n for n, m in enumerate(_MONTHS) if m.startswith(found[1])), -1)
    else:
        return None
    return date(year, month, 1) if 1 <= month <= 12 else None  # noqa: PLR2004 - months of a year


def _years(column: list[_Key]) -> list[_Key]:
    """Return the years of a column of New Year's Days."""
    days = [value for value in column if isinstance(value, date) and (value.month, value.day) == (1, 1)]
    return [float(day.year) for day in days] if column and len(days) == len(column) else []


def _periods(years: list[_Key], parts: list[_Key]) -> list[list[_Key]]:
    """Return the first days that a column of years makes with one of months, and with one of quarters."""
    whole = [
        (int(y), int(p)) for y, p in zip(years, parts, strict=True) if isinstance(y, float) and isinstance(p, float)
    ]
    named = [
        (int(y), next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(p.lower())))
        for y, p in zip(years, parts, strict=True)
        if isinstance(y, float) and isinstance(p, str) and len(p) > 2  # noqa: PLR2004 - Jan, Feb, ...
        if any(month.startswith(p.lower()) for month in _MONTHS)
    ]
    whole = whole if len(whole) == len(years) else named
    if not whole or len(whole) < len(years) or not all(1900 <= y <= 2200 and 1 <= p <= 12 for y, p in whole):  # noqa: PLR2004
        return []
    found: list[list[_Key]] = [[date(y, p, 1) for y, p in whole]]
    if all(p <= 4 for _, p in whole):  # noqa: PLR2004 - quarters of a year
        found.append([date(y, 3 * p - 2, 1) for y, p in whole])
    return found


def _key(value: Value) -> _Key:
    """Return a value in the one form in which values are compared."""
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date() if midnight else value.isoformat()
    if isinstance(value, bool | int | float | Decimal):
        return float(value)
    if isinstance(value, str):
        text = value.strip()
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
        return _TRUTHS.get(text.lower(), _TOLD_OTHERWISE.get(text, text))
    return value.hex() if isinstance(value, bytes) else value


def _alone(value: _Key) -> tuple[str, float, str]:
    return (type(value).__name__, value if isinstance(value, float) else 0.0, str(value))


def _sortable(row: tuple[_Key, ...]) -> list[tuple[str, float, str]]:
    return [_alone(value) for value in row]
