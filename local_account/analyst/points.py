"""Points of time in a question: a year, quarter, month, week or day, and the first or last few units of one."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from local_account.analyst.numbers import read_number
from local_account.analyst.periods import GRAINS, Period, label_of, part_of, shift, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.words import Token

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_SHORT_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
}  # fmt: skip
_BEFORE_MONTHS = {
    "in", "since", "from", "to", "until", "and", "before", "after", "last", "of", "during", "for", "every", "each",
    "through", "till", "or", ",", "this", "vs", "versus", "with",
}  # fmt: skip
_LAST = {"last", "final"}
EVERY = {"each": "each", "every": "each", "any": "any", "all": "any"}
_YEARS = range(1990, 2100)
_MONTHS_OF_YEAR = 12

Read = tuple[Period, int]


class PointReader:
    """Reads points of time out of tokens.

    Args:
        found: the tokens of a question.
        as_of: the day that the data are of.
    """

    def __init__(self, found: Sequence[Token], as_of: date) -> None:
        self._found = found
        self.as_of = as_of
        self._points: dict[int, Read | None] = {}  # by where they begin: several ways to read a period ask for them

    def _word(self, at: int) -> str:
        return self._found[at].stem if 0 <= at < len(self._found) else ""

    def _point(self, at: int) -> Read | None:
        """Read a year, quarter, half, month, week or day, with its year or without, or the first or last part of one.

        Returns: the period with the number of its tokens.
        """
        if at not in self._points:
            self._points[at] = self._point_from(at)
        return self._points[at]

    def _point_from(self, at: int) -> Read | None:
        i = at + (self._word(at) == "the")
        ways = (self._part, self._iso, self._quarter, self._half, self._named_month, self._week, self._year)
        found = next((one for way in ways if (one := way(i))), None)
        return (found[0], found[1] + i - at) if found is not None else None

    def _part(self, at: int) -> Read | None:
        """Read "first 3 months of 2024", "last week of March", "second month of Q3"."""
        number = read_number(self._found, at + 1)
        count = int(number[0].value) if number else 1
        i = at + 1 + (number[1] if number else 0)
        place = -1 if self._word(at) in _LAST else ORDINALS.get(self._word(at), 0)
        grain = self._word(i)
        if not place or grain not in {"day", "week", "month", "quarter"} or (number and place not in {1, -1}):
            return None
        if self._word(i + 1) not in {"of", "in"}:
            return None
        whole = self._point(i + 2) or self._this(i + 2)
        found = part_of(whole[0], grain, place, count) if whole else None
        return (found, i + 2 + whole[1] - at) if found is not None and whole is not None else None

    def _this(self, at: int) -> Read | None:
        """Read "the year", "last year" or "this month" behind a part or a bound of it."""
        i = at + (self._word(at) == "the")
        back = self._word(i) in {*_LAST, "previous"}
        i += back or self._word(i) in {"this", "current"}
        if self._word(i) not in GRAINS or i == at:
            return None
        first = unit(self._word(i), self.as_of)[0]
        first, last = unit(self._word(i), first - timedelta(days=1) if back else first)
        return Period(first, last, label_of(self._word(i), first), self._word(i), whole=True), i + 1 - at

    def _iso(self, at: int) -> Read | None:
        if at >= len(self._found) or self._found[at].kind != "date":
            return None
        text = self._found[at].text
        try:
            if "/" in text:
                month, day, year = (int(part) for part in text.split("/"))
                found = date(year, month, day) if month <= _MONTHS_OF_YEAR else date(year, day, month)
            elif text.count("-") == 1:
                year, month = (int(part) for part in text.split("-"))
                found = date(year, month, 1)
                return Period(*unit("month", found), label_of("month", found), "month", whole=True), 1
            else:
                found = date(*(int(part) for part in text.split("-")))
        except ValueError:
            return None
        return Period(found, found, found.isoformat()), 1

    def _year(self, at: int) -> Read | None:
        i = at + (self._word(at) in {"year", "calendar"} and self._word(at + 1) != "over")
        value = self._year_at(i)
        if value is None:
            return None
        behind = next((one for way in (self._quarter, self._half) if (one := way(i + 1))), None)
        if behind is not None and not behind[0].named:  # "2024 Q3"
            months = 12 * (value - behind[0].start.year)
            first, last = shift(behind[0].start, months), shift(self._end_of(behind[0]) + timedelta(days=1), months)
            label = f"{behind[0].label.split()[0]} {value}"
            return Period(first, last - timedelta(days=1), label, behind[0].grain, whole=True), i + 1 + behind[1] - at
        return Period(date(value, 1, 1), date(value, 12, 31), str(value), "year", whole=True), i + 1 - at

    @staticmethod
    def _end_of(period: Period) -> date:
        """Return the last day of a quarter or half of which not all has come."""
        if period.grain == "quarter":
            return unit("quarter", period.start)[1]
        return shift(period.start, 6) - timedelta(days=1)

    def _year_at(self, at: int) -> int | None:
        """Return the year that a token names."""
        if (
            at < len(self._found)
            and re.fullmatch(r"(19|20)\d\d", self._found[at].text)
            and int(self._found[at].text) in _YEARS
        ):
            return int(self._found[at].text)
        return None

    def _year_behind(self, at: int) -> tuple[int, int] | None:
        """Return the year behind a month or quarter, such as "2024", "of 2024", "last year", and its tokens."""
        i = at + (self._word(at) in {"of", "in", ","})
        year = self._year_at(i)
        if year:
            return year, i + 1 - at
        i += self._word(i) == "the"
        if self._word(i) in {"last", "previous", "this", "current"} and self._word(i + 1) == "year":
            return self.as_of.year - (self._word(i) in {"last", "previous"}), i + 2 - at
        return None

    def _week(self, at: int) -> Read | None:
        """Read "week of 2024-06-03" and "week 23 of 2024"."""
        if self._word(at) != "week":
            return None
        if self._word(at + 1) == "of" and (day := self._iso(at + 2) or self._named_month(at + 2)) is not None:
            first, last = unit("week", day[0].start)
            single = day[0].start == day[0].end
            return (Period(first, last, label_of("week", first), "week", whole=True), day[1] + 2) if single else None
        year = self._year_behind(at + 2)
        if year is None or not self._word(at + 1).isdigit():
            return None
        try:
            first = date.fromisocalendar(year[0], int(self._word(at + 1)), 1)
        except ValueError:
            return None
        return Period(*unit("week", first), label_of("week", first), "week", whole=True), 2 + year[1]

    def _quarter(self, at: int) -> Read | None:
        number, taken = 0, 0
        if re.fullmatch(r"q[1-4]", self._word(at)):
            number, taken = int(self._word(at)[1]), 1
        elif self._word(at) in _LAST and self._word(at + 1) == "quarter" and self._word(at + 2) == "of":
            number, taken = 4, 2
        elif ORDINALS.get(self._word(at)) in {1, 2, 3, 4} and self._word(at + 1) == "quarter":
            number, taken = ORDINALS[self._word(at)], 2
        elif self._word(at) == "quarter" and self._word(at + 1) in {"1", "2", "3", "4"}:
            number, taken = int(self._word(at + 1)), 2
        if not number:
            return None
        return self._sub_year("quarter", (number - 1) * 3 + 1, at, taken)

    def _half(self, at: int) -> Read | None:
        number, taken = 0, 0
        if re.fullmatch(r"h[12]", self._word(at)):
            number, taken = int(self._word(at)[1]), 1
        elif ORDINALS.get(self._word(at)) in {1, 2} and self._word(at + 1) == "half":
            number, taken = ORDINALS[self._word(at)], 2
        if not number:
            return None
        year = self._year_behind(at + taken)
        if year is None:
            if self._word(at + taken) == "of" or number * 6 - 5 > self.as_of.month:
                return None
            first = date(self.as_of.year, number * 6 - 5, 1)
            last = min(shift(first, 6) - timedelta(days=1), self.as_of)
            return Period(first, last, f"H{number} {first.year}", "month", whole=True, named=False), taken
        first = date(year[0], number * 6 - 5, 1)
        return Period(
            first, shift(first, 6) - timedelta(days=1), f"H{number} {year[0]}", "month", whole=True
        ), taken + year[1]

    def _month(self, at: int) -> int | None:
        """Return the month that a token names; "may" and "march" are verbs where no capital letter stands."""
        if not 0 <= at < len(self._found):
            return None
        token = self._found[at]
        return None if self.is_verb(at) else MONTHS.get(token.lower) or _SHORT_MONTHS.get(token.lower)

    def is_verb(self, at: int) -> bool:
        """Tell whether "may" or "mar" is written small, and stands where no month does."""
        small = self._word(at) in {"may", "mar"} and self._found[at].text.islower()
        return small and not (self._year_behind(at + 1) or self._word(at - 1) in _BEFORE_MONTHS)

    def _named_month(self, at: int) -> Read | None:
        """Read "March 2024", "March", "March 15, 2024", "15 March 2024", "15th of March"."""
        day = self._day(at)
        of = self._word(at + 1) == "of" and not self._word(at).isdigit()
        if day and (month := self._month(at + 1 + of)):
            return self._on_day(day, month, at, 2 + of)
        month = self._month(at)
        if month is None:
            return None
        day = self._day(at + 1)
        if day and not self._year_at(at + 1):
            return self._on_day(day, month, at, 2)
        return self._sub_year("month", month, at, 1)

    def _day(self, at: int) -> int | None:
        match = re.fullmatch(r"(\d{1,2})(st|nd|rd|th)?", self._word(at))
        return int(match[1]) if match and 1 <= int(match[1]) <= 31 else None  # noqa: PLR2004

    def _on_day(self, day: int, month: int, at: int, taken: int) -> Read | None:
        year = self._year_behind(at + taken)
        try:
            found = date(year[0] if year else self.as_of.year, month, day)
            if not year and found > self.as_of:
                found = date(self.as_of.year - 1, month, day)
        except ValueError:
            return None
        return Period(found, found, found.isoformat(), named=year is not None), taken + (year[1] if year else 0)

    def _sub_year(self, grain: str, month: int, at: int, taken: int) -> Read:
        """Return a month or quarter: of the year behind it, or the newest that has begun."""
        year = self._year_behind(at + taken)
        if year:
            first, last = unit(grain, date(year[0], month, 1))
            return Period(first, last, label_of(grain, first), grain, whole=True), taken + year[1]
        newest = self._newest_month(month)
        first, last = unit(grain, newest.start)
        found = Period(first, last, label_of(grain, first), grain, whole=True, named=False)
        i = at + taken + (self._word(at + taken) in {"of", "in", "for", "during", "from"})
        if self._word(i) in EVERY and self._word(i + 1) == "year":
            return replace(found, every=EVERY[self._word(i)]), i + 2 - at
        return found, taken

    def _newest_month(self, month: int) -> Period:
        """Return the newest month of that name that has begun."""
        year = self.as_of.year - (month > self.as_of.month)
        first, last = unit("month", date(year, month, 1))
        return Period(first, last, label_of("month", first), "month", whole=True, named=False)
