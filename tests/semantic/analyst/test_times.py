from __future__ import annotations

from datetime import date

import pytest

from local_account.analyst.periods import before, year_before
from local_account.analyst.times import TimeReader
from local_account.analyst.words import tokens

AS_OF = date(2024, 12, 31)
PERIODS = {
    "last 6 months": ("2024-07-01", "2024-12-31"),
    "last 90 days": ("2024-10-03", "2024-12-31"),
    "past year": ("2024-01-01", "2024-12-31"),
    "this year": ("2024-01-01", "2024-12-31"),
    "last year": ("2023-01-01", "2023-12-31"),
    "last month": ("2024-11-01", "2024-11-30"),
    "last quarter": ("2024-07-01", "2024-09-30"),
    "last week": ("2024-12-23", "2024-12-29"),
    "Q3 2024": ("2024-07-01", "2024-09-30"),
    "Q4": ("2024-10-01", "2024-12-31"),
    "first quarter of 2024": ("2024-01-01", "2024-03-31"),
    "Q4 of last year": ("2023-10-01", "2023-12-31"),
    "second half of 2023": ("2023-07-01", "2023-12-31"),
    "March 2024": ("2024-03-01", "2024-03-31"),
    "February 2024": ("2024-02-01", "2024-02-29"),
    "March 15, 2024": ("2024-03-15", "2024-03-15"),
    "15 March": ("2024-03-15", "2024-03-15"),
    "2024-03-15": ("2024-03-15", "2024-03-15"),
    "2024-03": ("2024-03-01", "2024-03-31"),
    "2023": ("2023-01-01", "2023-12-31"),
    "since June": ("2024-06-01", "2024-12-31"),
    "before 2023": ("1900-01-01", "2022-12-31"),
    "after March 2024": ("2024-04-01", "2024-12-31"),
    "between 2022 and 2023": ("2022-01-01", "2023-12-31"),
    "from January to March 2024": ("2024-01-01", "2024-03-31"),
    "from November to February 2024": ("2023-11-01", "2024-02-29"),
    "year to date": ("2024-01-01", "2024-12-31"),
    "3 months ago": ("2024-09-01", "2024-09-30"),
    "yesterday": ("2024-12-30", "2024-12-30"),
}


@pytest.mark.parametrize(("words", "days"), PERIODS.items())
def test_a_period_is_read_whole(words: str, days: tuple[str, str]) -> None:
    found = tokens(words)
    read = TimeReader(found, AS_OF).read(0)
    assert read is not None
    period, length = read
    assert (period.start.isoformat(), period.end.isoformat(), length) == (*days, len(found))


def test_the_last_months_end_on_the_day_of_the_data() -> None:
    read = TimeReader(tokens("last 3 months"), date(2024, 11, 15)).read(0)
    assert read is not None
    assert (read[0].start, read[0].end) == (date(2024, 8, 16), date(2024, 11, 15))


@pytest.mark.parametrize(
    "words", ["may I", "recent", "last few months", "february 30", "the 45th", "second", "2024-13-01"]
)
def test_what_is_no_period_is_left(words: str) -> None:
    assert TimeReader(tokens(words), AS_OF).read(0) is None


@pytest.mark.parametrize(
    ("words", "length"), [("next month", 2), ("tomorrow", 1), ("next 3 months", 3), ("next of kin", 0)]
)
def test_the_future_is_told_apart(words: str, length: int) -> None:
    assert TimeReader(tokens(words), AS_OF).future(0) == length


@pytest.mark.parametrize(
    ("words", "previous", "a_year_earlier"),
    [
        ("Q3 2024", ("2024-04-01", "2024-06-30"), ("2023-07-01", "2023-09-30")),
        ("March 2024", ("2024-02-01", "2024-02-29"), ("2023-03-01", "2023-03-31")),
        ("2024", ("2023-01-01", "2023-12-31"), ("2023-01-01", "2023-12-31")),
        ("last 90 days", ("2024-07-05", "2024-10-02"), ("2023-10-03", "2023-12-31")),
        ("February 2024", ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
    ],
)
def test_the_period_before_is_as_long(words: str, previous: tuple[str, str], a_year_earlier: tuple[str, str]) -> None:
    read = TimeReader(tokens(words), AS_OF).read(0)
    assert read is not None
    for found, days in ((before(read[0]), previous), (year_before(read[0]), a_year_earlier)):
        assert (found.start.isoformat(), found.end.isoformat()) == days
