"""Periods of time in a question, read on the day that the data are of."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from local_account.analyst.numbers import read_number
from local_account.analyst.periods import EARLIEST, GRAINS, Period, label_of, shift, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.words import Token

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_PREVIOUS = {"last", "previous", "past", "prior", "preceding", "latest", "recent", "trailing", "final"}
_CURRENT = {"this", "current"}
_DAYS = {"today": 0, "yesterday": 1}
_FUTURE = {"next", "coming", "upcoming", "following"}
_YEARS = range(1990, 2100)


class TimeReader:
    """Reads periods out of tokens; all of them end on the day that the data are of at the latest.

    Args:
        found: the tokens of a question.
        as_of: the day that the data are of.
    """

    def __init__(self, found: Sequence[Token], as_of: date) -> None:
        self._found = found
        self.as_of = as_of

    def read(self, at: int) -> tuple[Period, int] | None:
        """Read the longest period that begins at a token; return it with the number of its tokens."""
        ways = (self._spanning, self._to_date, self._relative, self._bounded, self._point)
        read = [one for way in ways if (one := way(at))]
        return max(read, key=lambda one: one[1]) if read else None

    def future(self, at: int) -> int:
        """Return how many tokens from here name a time that has not come, such as "next month"; 0 where none do."""
        if self._word(at) == "tomorrow":
            return 1
        if 0 <= at < len(self._found) and self._found[at].lower in _FUTURE:
            number = read_number(self._found, at + 1)
            taken = 1 + (number[1] if number else 0)
            return taken + 1 if self._word(at + taken) in {*GRAINS, *MONTHS, "weekend"} else 0
        return 0

    def _word(self, at: int) -> str:
        return self._found[at].stem if 0 <= at < len(self._found) else ""

    def _spanning(self, at: int) -> tuple[Period, int] | None:
        """Read "between X and Y", "from X to Y", "X to Y", "X through Y"."""
        opener = self._word(at)
        i = at + (opener in {"between", "from"})
        first = self._point(i)
        if first is None:
            return None
        i += first[1]
        link = self._word(i)
        joins = (
            {"to", "until", "till", "through", "and"}
            if opener in {"between", "from"}
            else {"to", "through", "until", "till"}
        )
        if link not in joins or (opener == "from" and link == "and"):
            return None
        second = self._point(i + 1)
        if second is None:
            return None
        early, late = first[0], second[0]
        if not early.named and late.named and early.grain in {"month", "quarter", "day"}:
            early = self._in_year(early, late.start.year - (early.start.month > late.start.month))
        elif not early.named and early.start > late.start:
            early = self._in_year(early, early.start.year - 1)
        if early.start > late.end:
            return None
        label = f"{early.start.isoformat()} to {late.end.isoformat()}"
        named = late.named
        whole = early.whole and late.whole
        return Period(early.start, late.end, label, early.grain, whole, named, (early, late)), i + 1 + second[1] - at

    def _in_year(self, period: Period, year: int) -> Period:
        """Return a month, quarter or day in another year."""
        start = shift(period.start, (year - period.start.year) * 12)
        first, last = unit(period.grain, start)
        return Period(first, last, label_of(period.grain, first), period.grain, period.whole)

    def _to_date(self, at: int) -> tuple[Period, int] | None:
        """Read "year to date", "month to date", "ytd", "so far this year"."""
        short = {"ytd": "year", "mtd": "month", "qtd": "quarter"}
        if self._word(at) in short:
            return self._up_to_now(short[self._word(at)]), 1
        if self._word(at) in GRAINS and self._word(at + 1) == "to" and self._word(at + 2) == "date":
            return self._up_to_now(self._word(at)), 3
        if self._word(at) == "so" and self._word(at + 1) == "far":
            if self._word(at + 2) in {*_CURRENT} and self._word(at + 3) in GRAINS:
                return self._up_to_now(self._word(at + 3)), 4
            if (named := self._point(at + 2 + (self._word(at + 2) == "in"))) is not None and named[0].end >= self.as_of:
                return named[0], named[1] + 2 + (self._word(at + 2) == "in")
        return None

    def _up_to_now(self, grain: str) -> Period:
        first = unit(grain, self.as_of)[0]
        return Period(first, self.as_of, f"{label_of(grain, first)} to date", grain, whole=True)

    def _relative(self, at: int) -> tuple[Period, int] | None:  # noqa: PLR0911 (each phrase has its own end)
        """Read "last 6 months", "the past year", "this quarter", "previous month", "yesterday"."""
        if self._word(at) in _DAYS:
            day = self.as_of - timedelta(days=_DAYS[self._word(at)])
            return Period(day, day, day.isoformat()), 1
        i = at + (self._word(at) == "the")
        i += self._word(i) == "most" and self._word(i + 1) == "recent"
        how = self._word(i)
        if how not in _PREVIOUS | _CURRENT:
            return self._ago(at)
        i += 1
        number = read_number(self._found, i)
        if how in {"last", "past"} and self._word(i) in {"few", "couple"}:
            return None
        i += number[1] if number else 0
        i += self._word(i) in {"full", "complete", "calendar"}
        grain = {"weekend": ""}.get(self._word(i), self._word(i))
        if self._word(i) == "half" and self._word(i + 1) == "year" and how in _PREVIOUS:
            return self._rolling(6, "month"), i + 2 - at
        if grain not in GRAINS:
            return self._last_named(at, i, how)
        i += 1
        if (number and how in _PREVIOUS) or how in {"past", "trailing"}:
            return self._rolling(int(number[0].value) if number else 1, grain), i - at
        day = self.as_of if how in _CURRENT else unit(grain, self.as_of)[0] - timedelta(days=1)
        first, last = unit(grain, day)
        return Period(first, min(last, self.as_of), label_of(grain, first), grain, whole=True), i - at

    def _last_named(self, at: int, i: int, how: str) -> tuple[Period, int] | None:
        """Read "last December", "this March": the newest that has come, of last year the one in it."""
        month = self._month(i)
        if month is None:
            return None
        found = self._newest_month(month)
        if how in _CURRENT and found.start.year != self.as_of.year:
            return None
        if how in _PREVIOUS and found.end >= self.as_of:
            found = self._in_year(found, found.start.year - 1)
        return found, i + 1 - at

    def _ago(self, at: int) -> tuple[Period, int] | None:
        """Read "3 months ago", "a year ago"."""
        number = read_number(self._found, at)
        taken = number[1] if number else (self._word(at) in {"a", "one"}) * 1
        grain = self._word(at + taken)
        if not taken or grain not in GRAINS or self._word(at + taken + 1) != "ago":
            return None
        count = int(number[0].value) if number else 1
        day = self._back(count, grain)
        if day is None:
            return None
        first, last = unit(grain, day)
        return Period(first, last, label_of(grain, first), grain, whole=True), taken + 2

    def _back(self, count: int, grain: str) -> date | None:
        """Return the day so many units earlier; nothing where the calendar does not reach so far."""
        months = {"month": 1, "quarter": 3, "year": 12}
        try:
            if grain in months:
                return shift(self.as_of, -count * months[grain])
            return self.as_of - timedelta(days=count * (7 if grain == "week" else 1))
        except (ValueError, OverflowError):
            return None

    def _rolling(self, count: int, grain: str) -> Period:
        """Return the last n units, which end on the day that the data are of."""
        day = self._back(count, grain)
        start = max(day, EARLIEST + timedelta(days=1)) + timedelta(days=1) if day else EARLIEST
        if grain in {"month", "quarter", "year"} and unit("month", self.as_of)[1] == self.as_of and start.day != 1:
            start = unit("month", start)[1] + timedelta(days=1)
        whole = unit(grain, self.as_of)[1] == self.as_of and unit(grain, start)[0] == start
        return Period(
            min(start, self.as_of), self.as_of, f"the last {count} {grain}{'s' * (count != 1)}", grain, whole=whole
        )

    def _bounded(self, at: int) -> tuple[Period, int] | None:
        """Read "since June", "before 2023", "after March 2024", "until 2022", "up to 2023"."""
        word = self._word(at)
        skip = (
            2
            if (word == "up" and self._word(at + 1) == "to") or (word == "prior" and self._word(at + 1) == "to")
            else 1
        )
        if word not in {"since", "before", "after", "until", "till", "through", "prior", "up", "starting"}:
            return None
        skip += word == "starting" and self._word(at + 1) in {"in", "from"}
        skip += self._word(at + skip) == "the" and self._word(at + skip + 1) in {"beginning", "start", "end"}
        if self._word(at + skip) in {"beginning", "start"} and self._word(at + skip + 1) == "of":
            skip += 2
        point = self._relative(at + skip) or self._point(at + skip)
        if point is None:
            return None
        named, length = point[0], point[1] + skip
        if word in {"since", "starting"}:
            return Period(named.start, self.as_of, f"since {named.label}", named.grain, named=named.named), length
        if word == "after":
            start = named.end + timedelta(days=1)
            if start > self.as_of:
                return None
            return Period(start, self.as_of, f"after {named.label}", named.grain, named=named.named), length
        end = named.start - timedelta(days=1) if word in {"before", "prior"} else named.end
        return Period(
            EARLIEST, end, f"{'before' if word in {'before', 'prior'} else 'up to'} {named.label}", named=named.named
        ), length

    def _point(self, at: int) -> tuple[Period, int] | None:
        """Read a year, quarter, half, month or day, with its year or without."""
        i = at + (self._word(at) == "the")
        found = self._iso(i) or self._quarter(i) or self._half(i) or self._named_month(i) or self._year(i)
        if found is None:
            return None
        return found[0], found[1] + i - at

    def _iso(self, at: int) -> tuple[Period, int] | None:
        if at >= len(self._found) or self._found[at].kind != "date":
            return None
        text = self._found[at].text
        try:
            if "/" in text:
                month, day, year = (int(part) for part in text.split("/"))
                found = date(year, month, day)
            elif text.count("-") == 1:
                found = date.fromisoformat(f"{text}-01")
                return Period(*unit("month", found), label_of("month", found), "month", whole=True), 1
            else:
                found = date(*(int(part) for part in text.split("-")))
        except ValueError:
            return None
        return Period(found, found, found.isoformat()), 1

    def _year(self, at: int) -> tuple[Period, int] | None:
        i = at + (self._word(at) in {"year", "calendar"} and self._word(at + 1) != "over")
        value = self._year_at(i)
        if value is None:
            return None
        return Period(date(value, 1, 1), date(value, 12, 31), str(value), "year", whole=True), i + 1 - at

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

    def _quarter(self, at: int) -> tuple[Period, int] | None:
        number, taken = 0, 0
        if re.fullmatch(r"q[1-4]", self._word(at)):
            number, taken = int(self._word(at)[1]), 1
        elif (
            self._word(at) in {*_ORDINALS, "last", "final"}
            and self._word(at + 1) == "quarter"
            and self._word(at + 2) == "of"
        ):
            number, taken = _ORDINALS.get(self._word(at), 4), 2
        elif self._word(at) in _ORDINALS and self._word(at + 1) == "quarter":
            number, taken = _ORDINALS[self._word(at)], 2
        elif self._word(at) == "quarter" and self._word(at + 1) in {"1", "2", "3", "4"}:
            number, taken = int(self._word(at + 1)), 2
        if not number:
            return None
        return self._sub_year("quarter", (number - 1) * 3 + 1, at, taken)

    def _half(self, at: int) -> tuple[Period, int] | None:
        number, taken = 0, 0
        if re.fullmatch(r"h[12]", self._word(at)):
            number, taken = int(self._word(at)[1]), 1
        elif self._word(at) in {"first", "second"} and self._word(at + 1) == "half":
            number, taken = _ORDINALS[self._word(at)], 2
        if not number:
            return None
        year = self._year_behind(at + taken)
        if year is None:
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
        month = MONTHS.get(token.lower) or _SHORT_MONTHS.get(token.lower)
        if (
            token.lower in {"may", "mar"}
            and token.text[0].islower()
            and not (
                self._year_behind(at + 1)
                or self._word(at - 1) in {"in", "since", "from", "to", "until", "and", "before", "after", "last"}
            )
        ):
            return None
        return month

    def _named_month(self, at: int) -> tuple[Period, int] | None:
        """Read "March 2024", "March", "March 15, 2024", "15 March 2024"."""
        day = self._day(at)
        if day and self._word(at + 1) != "of" and (month := self._month(at + 1)):
            return self._on_day(day, month, at, 2)
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

    def _on_day(self, day: int, month: int, at: int, taken: int) -> tuple[Period, int] | None:
        taken += self._word(at + taken) in {"st", "nd", "rd", "th"}
        year = self._year_behind(at + taken)
        try:
            found = date(year[0] if year else self.as_of.year, month, day)
            if not year and found > self.as_of:
                found = date(self.as_of.year - 1, month, day)
        except ValueError:
            return None
        return Period(found, found, found.isoformat(), named=year is not None), taken + (year[1] if year else 0)

    def _sub_year(self, grain: str, month: int, at: int, taken: int) -> tuple[Period, int]:
        """Return a month or quarter: of the year behind it, or the newest that has begun."""
        year = self._year_behind(at + taken)
        if year:
            first, last = unit(grain, date(year[0], month, 1))
            return Period(first, last, label_of(grain, first), grain, whole=True), taken + year[1]
        newest = self._newest_month(month)
        first, last = unit(grain, newest.start)
        return Period(first, last, label_of(grain, first), grain, whole=True, named=False), taken

    def _newest_month(self, month: int) -> Period:
        """Return the newest month of that name that has begun."""
        year = self.as_of.year - (month > self.as_of.month)
        first, last = unit("month", date(year, month, 1))
        return Period(first, last, label_of("month", first), "month", whole=True, named=False)
