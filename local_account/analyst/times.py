"""Periods of time in a question, read on the day that the data are of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from local_account.analyst.numbers import read_number
from local_account.analyst.periods import EARLIEST, GRAINS, Period, label_of, shift, unit
from local_account.analyst.points import EVERY, MONTHS, WEEKDAYS, PointReader, Read

PREVIOUS = {"last", "previous", "past", "prior", "preceding", "latest", "recent", "trailing", "final"}
_CURRENT = {"this", "current"}
_DAYS = {"today": 0, "yesterday": 1}
_FUTURE = {"next", "coming", "upcoming", "following"}
_WEEK, _FORTNIGHT = 7, 14
_MOST_UNITS = 100_000
# By the way in which a point of time bounds a period, the words before it; the longest that is there counts.
_BOUNDS = {
    "from": "since | starting | starting in | starting from | starting with | beginning | beginning in | beginning with"
    " | beginning from | on or after | no earlier than | not earlier than | not before | ever since"
    " | from and including",
    "after": "after | later than",
    "before": "before | prior to | earlier than | up to but not including",
    "to": "until | till | through | up to | up to and including | up until | no later than | not later than | not after"
    " | by the end of | to the end of | through to | on or before | until the end of | up to the end of"
    " | through the end of | till the end of | up until the end of",
}
_PHRASES = [(tuple(text.split()), way) for way, texts in _BOUNDS.items() for text in texts.split("|")]
_OPENERS = {
    first: sorted((one for one in _PHRASES if one[0][0] == first), key=lambda one: -len(one[0]))
    for first in {words[0] for words, _ in _PHRASES}
}
_ONWARD = {"on", "onward", "onwards", "forward", "forwards", "upward"}


class TimeReader(PointReader):
    """Reads periods out of tokens; all of them end on the day that the data are of at the latest."""

    def read(self, at: int) -> Read | None:
        """Read the longest period that begins at a token; return it with the number of its tokens."""
        ways = (self._every, self._spanning, self._to_date, self._relative, self._bounded, self._onward, self._point)
        read = [one for way in ways if (one := way(at))]
        return max(read, key=lambda one: one[1]) if read else None

    def future(self, at: int) -> int:
        """Return how many tokens from here name a time that has not come, such as "next month"; 0 where none do."""
        if self._word(at) == "tomorrow":
            return 1
        if 0 <= at < len(self._found) and self._found[at].lower in _FUTURE:
            number = read_number(self._found, at + 1)
            taken = 1 + (number[1] if number else 0)
            return taken + 1 if self._word(at + taken) in {*GRAINS, *MONTHS, *WEEKDAYS, "weekend"} else 0
        return 0

    def _every(self, at: int) -> Read | None:
        """Read "every December", "in each Q4": that month or quarter of every year."""
        i = at + (self._word(at) in {"in", "during", "for"})
        if self._word(i) not in EVERY:
            return None
        named = self._quarter(i + 1) or self._named_month(i + 1)
        if named is None or named[0].named or named[0].grain not in {"month", "quarter"}:
            return None
        return replace(named[0], every=EVERY[self._word(i)]), i + 1 + named[1] - at

    def _spanning(self, at: int) -> Read | None:
        """Read "between X and Y", "from X to Y", "X to Y", "X through Y"."""
        opener = self._word(at)
        i = at + (opener in {"between", "from"})
        first = self._point(i) or self._day_before(i)
        if first is None:
            return None
        i += first[1]
        joins = {"to", "until", "till", "through", "thru"} | ({"and"} if opener == "between" else set())
        if self._word(i) not in joins:
            return None
        i += 1 + (self._word(i) == "up" and self._word(i + 1) == "to")
        i += 2 if (self._word(i), self._word(i + 1)) == ("and", "including") else 0
        second = self._point(i) or self._today(i)
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
        whole = early.whole and late.whole
        return Period(early.start, late.end, label, early.grain, whole, late.named, (early, late)), i + second[1] - at

    def _day_before(self, at: int) -> Read | None:
        """Read the 3 of "3 to 9 June 2022": a day of the month that stands behind the last one."""
        day, last = self._day(at), self._named_month(at + 2)
        if day is None or last is None or last[0].start != last[0].end or day >= last[0].start.day:
            return None
        found = last[0].start.replace(day=day)
        return Period(found, found, found.isoformat(), named=last[0].named), 1

    def _in_year(self, period: Period, year: int) -> Period:
        """Return a month, quarter or day in another year."""
        start = shift(period.start, (year - period.start.year) * 12)
        first, last = unit(period.grain, start)
        return Period(first, last, label_of(period.grain, first), period.grain, period.whole)

    def _today(self, at: int) -> Read | None:
        """Read "today", "now" or "date" where something ends on it."""
        return (Period(self.as_of, self.as_of, "today"), 1) if self._word(at) in {"today", "now", "date"} else None

    def _to_date(self, at: int) -> Read | None:
        """Read "year to date", "month to date", "ytd", "so far this year", "2024 so far"."""
        short = {"ytd": "year", "mtd": "month", "qtd": "quarter"}
        if self._word(at) in short:
            return self._up_to_now(short[self._word(at)]), 1
        if self._word(at) in {"ttm", "ltm"}:
            return self._rolling(12, "month"), 1
        if self._word(at) in GRAINS and self._word(at + 1) == "to" and self._word(at + 2) == "date":
            return self._up_to_now(self._word(at)), 3
        ahead = 2 * (self._word(at) == "so" and self._word(at + 1) == "far")
        i = at + ahead + (ahead > 0 and self._word(at + ahead) in {"in", "for", "of"})
        named = self._this(i) or self._point(i)
        if named is None or named[0].end < self.as_of or named[0].start > self.as_of:
            return None
        end = i + named[1]
        behind = 2 * ((self._word(end), self._word(end + 1)) in {("so", "far"), ("to", "date"), ("until", "now")})
        if not ahead and not behind:
            return None
        label = f"{named[0].label} to date"
        return replace(named[0], end=self.as_of, label=label), end + behind - at

    def _up_to_now(self, grain: str) -> Period:
        first = unit(grain, self.as_of)[0]
        return Period(first, self.as_of, f"{label_of(grain, first)} to date", grain, whole=True)

    def _relative(self, at: int) -> Read | None:  # noqa: PLR0911 (each phrase has its own end)
        """Read "last 6 months", "the past year", "this quarter", "previous month", "yesterday"."""
        if self._word(at) in _DAYS:
            day = self.as_of - timedelta(days=_DAYS[self._word(at)])
            return Period(day, day, day.isoformat()), 1
        i = at + (self._word(at) == "the")
        i += self._word(i) == "most" and self._word(i + 1) == "recent"
        how = self._word(i)
        if how not in PREVIOUS | _CURRENT:
            return self._before_last(i, at) or self._ago(at)
        i += 1
        number = read_number(self._found, i)
        if how in {"last", "past"} and self._word(i) in {"few", "couple"}:
            return None
        if number and not _is_count(number[0].value):
            return None
        i += number[1] if number else 0
        i += self._word(i) in {"full", "complete", "calendar"}
        if self._word(i) == "half" and self._word(i + 1) == "year" and how in PREVIOUS:
            return self._rolling(6, "month"), i + 2 - at
        if self._word(i) == "fortnight" and how in PREVIOUS and not number:
            return self._rolling(_FORTNIGHT, "day"), i + 1 - at
        grain = self._word(i)
        if grain not in GRAINS:
            return self._last_named(at, i, how)
        i += 1
        if (number and how in PREVIOUS) or how in {"past", "trailing"}:
            return self._rolling(int(number[0].value) if number else 1, grain), i - at
        day = self.as_of if how in _CURRENT else unit(grain, self.as_of)[0] - timedelta(days=1)
        first, last = unit(grain, day)
        return Period(first, min(last, self.as_of), label_of(grain, first), grain, whole=True), i - at

    def _before_last(self, i: int, at: int) -> Read | None:
        """Read "month before last"."""
        grain = self._word(i)
        if grain not in GRAINS or (self._word(i + 1), self._word(i + 2)) != ("before", "last"):
            return None
        first, last = unit(grain, self._back(2, grain) or self.as_of)
        return Period(first, last, label_of(grain, first), grain, whole=True), i + 3 - at

    def _last_named(self, at: int, i: int, how: str) -> Read | None:
        """Read "last December", "this March", "last Monday", "last weekend": the newest that has come."""
        weekday = 5 if self._word(i) == "weekend" else WEEKDAYS.get(self._word(i))
        if weekday is not None and how in {"last", "past"}:
            lasting = 1 if self._word(i) == "weekend" else 0
            end = self.as_of - timedelta(days=1)
            first = end - timedelta(days=(end.weekday() - weekday - lasting) % _WEEK + lasting)
            last = first + timedelta(days=lasting)
            return Period(first, last, f"last {self._word(i)}"), i + 1 - at
        month = self._month(i)
        if month is None:
            return None
        found = self._newest_month(month)
        if how in _CURRENT and found.start.year != self.as_of.year:
            return None
        if how in PREVIOUS and found.end >= self.as_of:
            found = self._in_year(found, found.start.year - 1)
        return found, i + 1 - at

    def _ago(self, at: int) -> Read | None:
        """Read "3 months ago", "a year ago"."""
        number = read_number(self._found, at)
        taken = number[1] if number else (self._word(at) in {"a", "one"}) * 1
        grain = self._word(at + taken)
        if not taken or grain not in GRAINS or self._word(at + taken + 1) != "ago":
            return None
        if number and not _is_count(number[0].value):
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
            return self.as_of - timedelta(days=count * (_WEEK if grain == "week" else 1))
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

    def _bounded(self, at: int) -> Read | None:
        """Read "since June", "before 2023", "later than March 2024", "up to and including 2023", "since X until Y"."""
        first = self._bound(at)
        if first is None:
            return None
        i = at + first[1]
        i += self._word(i) in {"and", "but", ","}
        second = self._bound(i)
        if second is None or first[0].open_start == second[0].open_start:
            return first
        early, late = (second[0], first[0]) if first[0].open_start else (first[0], second[0])
        if early.start > late.end:
            return first
        label = f"{early.start.isoformat()} to {late.end.isoformat()}"
        return Period(early.start, late.end, label, "day", named=early.named and late.named), i + second[1] - at

    def _bound(self, at: int) -> Read | None:
        """Read a point of time with a word before it that says on which side of it the days are."""
        openers = _OPENERS.get(self._found[at].lower, []) if at < len(self._found) else []
        opened = next((one for one in openers if self._says(at, one[0])), None)
        if opened is None:
            return None
        skip, way = len(opened[0]), opened[1]
        i = at + skip + (self._word(at + skip) == "the" and self._word(at + skip + 1) in {"beginning", "start", "end"})
        edge = self._word(i) if self._word(i) in {"beginning", "start", "end"} and self._word(i + 1) == "of" else ""
        i += 2 * bool(edge)
        point = (self._this(i) if edge else None) or self._relative(i) or self._point(i)
        point = point or (self._today(i) if way == "to" else None)
        if point is None or (edge == "end" and way == "before") or (edge[:1] in {"b", "s"} and way in {"to", "after"}):
            return None  # whether the day at the edge counts is open
        return self._side(point[0], "after" if edge == "end" and way == "from" else way, i + point[1] - at)

    def _side(self, named: Period, way: str, length: int) -> Read | None:
        """Return the days on one side of a point of time."""
        if way in {"from", "after"}:
            start = named.start if way == "from" else named.end + timedelta(days=1)
            label = f"{'since' if way == 'from' else 'after'} {named.label}"
            if start > self.as_of and way == "after":
                return None
            return Period(start, self.as_of, label, named.grain, named=named.named), length
        end = named.start - timedelta(days=1) if way == "before" else named.end
        label = f"{'before' if way == 'before' else 'up to'} {named.label}"
        return Period(EARLIEST, end, label, named=named.named), length

    def _onward(self, at: int) -> Read | None:
        """Read "from June 2024 on", "2022 and later", "2022 or earlier"."""
        i = at + (self._word(at) == "from")
        point = self._point(i)
        if point is None:
            return None
        end = i + point[1]
        joint = self._word(end) in {"and", "or"}
        behind = self._word(end + joint)
        if behind in {"earlier", "before"} and joint:
            return self._side(point[0], "to", end + 2 - at)
        later = behind in (_ONWARD - {"on"} if i == at else _ONWARD) or (joint and behind in {"later", "after", "on"})
        return self._side(point[0], "from", end + joint + 1 - at) if later else None

    def _says(self, at: int, words: tuple[str, ...]) -> bool:
        return all(self._found[at + n].lower == word for n, word in enumerate(words) if at + n < len(self._found)) and (
            at + len(words) <= len(self._found)
        )


def _is_count(value: float) -> bool:
    """Tell whether so many units of time can be counted back: whole ones, and not more than the calendar has."""
    return value == int(value) and 0 < value < _MOST_UNITS
