"""Periods of time: days from a first to a last one, and the calendar units that they fill."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

GRAINS = ("day", "week", "month", "quarter", "year")
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Period:
    """Days from a first to a last one, both within.

    Attributes:
        start: the first day; the year 1900 where there is none.
        end: the last day.
        label: how it is called in an answer.
        grain: the unit that it is counted in.
        whole: whether it is one or several whole units, so that the one before it is as long.
        named: whether its year was named, so that nothing was assumed.
        ends: the periods that it goes from and to, of one that was said so.
        every: "each" or "any" where it is meant of every year: December of each year.
    """

    start: date
    end: date
    label: str
    grain: str = "day"
    whole: bool = False
    named: bool = True
    ends: tuple[Period, Period] | None = None
    every: str = ""

    @property
    def open_start(self) -> bool:
        """Whether it has no first day."""
        return self.start == EARLIEST

    def words(self) -> str:
        """Return it with its dates, for a reading."""
        if self.open_start:
            return f"up to {self.end.isoformat()}"
        if self.start == self.end:
            return (
                self.start.isoformat()
                if self.label == self.start.isoformat()
                else f"{self.label} ({self.start.isoformat()})"
            )
        dates = f"{self.start.isoformat()} to {self.end.isoformat()}"
        return dates if self.label == dates else f"{self.label} ({dates})"


def shift(day: date, months: int) -> date:
    """Return the day so many months later, or the last of its month where that is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def unit(grain: str, day: date) -> tuple[date, date]:
    """Return the first and last day of the calendar unit that a day lies in."""
    if grain == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if grain == "month":
        first = day.replace(day=1)
        return first, shift(first, 1) - timedelta(days=1)
    if grain == "quarter":
        first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        return first, shift(first, 3) - timedelta(days=1)
    if grain == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day, day


def part_of(whole: Period, grain: str, place: int, count: int) -> Period | None:
    """Return the first, second or last few units of a period; weeks are counted from its first or last day.

    Args:
        whole: the period.
        grain: day, week, month or quarter.
        place: 1 for the first, 2 for the second, -1 for the last.
        count: how many units; 1 unless it is the first or last few.

    Returns:
        The part, or nothing where the period does not hold that many.
    """
    months = {"month": 1, "quarter": 3}.get(grain, 0)
    days = {"day": 1, "week": 7}.get(grain, 0)

    def moved_on(day: date, units: int) -> date:
        return shift(day, units * months) if months else day + timedelta(days=units * days)

    behind = whole.end + timedelta(days=1)
    start = moved_on(behind, -count) if place < 0 else moved_on(whole.start, place - 1)
    end = whole.end if place < 0 else moved_on(start, count) - timedelta(days=1)
    if whole.open_start or start < whole.start or end > whole.end:
        return None
    aligned = unit(grain, start)[0] == start and unit(grain, end)[1] == end
    return Period(start, end, _span_label(start, end, grain), grain if aligned else "day", aligned, whole.named)


def days_in(count: float, grain: str, until: date) -> int:
    """Return how many days so many units of time are that end on a day."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain)
    if months is None:
        return round(count * {"day": 1, "week": 7}[grain])
    return (until - shift(until, -round(count * months))).days


def before(period: Period) -> Period:
    """Return the period of the same length right before another."""
    if period.whole and period.grain in {"month", "quarter", "year"}:
        size = {"month": 1, "quarter": 3, "year": 12}[period.grain]
        full_end = unit(period.grain, period.end)[1]
        count = ((full_end.year - period.start.year) * 12 + full_end.month - period.start.month + 1) // size
        start = shift(period.start, -count * size)
        end = shift(period.end + timedelta(days=1), -count * size) - timedelta(days=1)
        return Period(start, end, _span_label(start, end, period.grain), period.grain, whole=True)
    days = (period.end - period.start).days + 1
    start, end = period.start - timedelta(days=days), period.start - timedelta(days=1)
    return Period(start, end, f"{start.isoformat()} to {end.isoformat()}", period.grain)


def year_before(period: Period) -> Period:
    """Return the same days one year earlier."""
    start, end = shift(period.start, -12), shift(period.end + timedelta(days=1), -12) - timedelta(days=1)
    return Period(start, end, _span_label(start, end, period.grain), period.grain, whole=period.whole)


def moved(period: Period, years: int) -> Period:
    """Return the same days of another year, which was named."""
    start = shift(period.start, 12 * years)
    end = shift(period.end + timedelta(days=1), 12 * years) - timedelta(days=1)
    return Period(start, end, _span_label(start, end, period.grain), period.grain, whole=period.whole)


def of_years(period: Period, first: date, last: date) -> tuple[Period, ...]:
    """Return the same month or quarter of every year, as far as one of its days lies between two days."""
    years = range(first.year - period.start.year, last.year - period.start.year + 1)
    found = (moved(period, one) for one in years)
    return tuple(one for one in found if one.start <= last and one.end >= first)


def _span_label(start: date, end: date, grain: str) -> str:
    """Return the name of a calendar unit, or its dates."""
    if unit(grain, start) == (start, end):
        return label_of(grain, start)
    return f"{start.isoformat()} to {end.isoformat()}"


def label_of(grain: str, first: date) -> str:
    """Return the name of the calendar unit that begins on a day."""
    names = {
        "year": str(first.year),
        "quarter": f"Q{(first.month - 1) // 3 + 1} {first.year}",
        "month": f"{first:%B} {first.year}",
        "week": f"the week of {first.isoformat()}",
    }
    return names.get(grain, first.isoformat())
