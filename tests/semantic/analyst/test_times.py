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
    "fourth quarter of 2023": ("2023-10-01", "2023-12-31"),
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
    "the 3rd quarter of 2024": ("2024-07-01", "2024-09-30"),
    "2024 Q3": ("2024-07-01", "2024-09-30"),
    "2024Q3": ("2024-07-01", "2024-09-30"),
    "Q3'23": ("2023-07-01", "2023-09-30"),
    "Q3/2023": ("2023-07-01", "2023-09-30"),
    "1st half 2023": ("2023-01-01", "2023-06-30"),
    "H1 2024": ("2024-01-01", "2024-06-30"),
    "2023 H2": ("2023-07-01", "2023-12-31"),
    "Jan-Mar 2024": ("2024-01-01", "2024-03-31"),
    "2022-2024": ("2022-01-01", "2024-12-31"),
    "Jan '24": ("2024-01-01", "2024-01-31"),
    "01/2024": ("2024-01-01", "2024-01-31"),
    "15.03.2024": ("2024-03-15", "2024-03-15"),
    "the 15th of March 2024": ("2024-03-15", "2024-03-15"),
    "the week of 2024-06-05": ("2024-06-03", "2024-06-09"),
    "week 23 of 2024": ("2024-06-03", "2024-06-09"),
    "first three months of 2024": ("2024-01-01", "2024-03-31"),
    "first two weeks of December 2024": ("2024-12-01", "2024-12-14"),
    "second month of Q3 2024": ("2024-08-01", "2024-08-31"),
    "the last month of 2023": ("2023-12-01", "2023-12-31"),
    "last 3 months of last year": ("2023-10-01", "2023-12-31"),
    "until 2024-06-30": ("1900-01-01", "2024-06-30"),
    "up to and including March 2024": ("1900-01-01", "2024-03-31"),
    "by the end of 2023": ("1900-01-01", "2023-12-31"),
    "no later than June 2024": ("1900-01-01", "2024-06-30"),
    "before the start of 2024": ("1900-01-01", "2023-12-31"),
    "later than March 2024": ("2024-04-01", "2024-12-31"),
    "on or after 2024-06-01": ("2024-06-01", "2024-12-31"),
    "not before 2024": ("2024-01-01", "2024-12-31"),
    "from June 2024 on": ("2024-06-01", "2024-12-31"),
    "from June 2024 onwards": ("2024-06-01", "2024-12-31"),
    "since the start of the year": ("2024-01-01", "2024-12-31"),
    "since the end of 2023": ("2024-01-01", "2024-12-31"),
    "since March 2022 and before 2024": ("2022-03-01", "2023-12-31"),
    "from March until today": ("2024-03-01", "2024-12-31"),
    "so far this year": ("2024-01-01", "2024-12-31"),
    "this year so far": ("2024-01-01", "2024-12-31"),
    "2024 to date": ("2024-01-01", "2024-12-31"),
    "ttm": ("2024-01-01", "2024-12-31"),
    "the month before last": ("2024-10-01", "2024-10-31"),
    "the year before last": ("2022-01-01", "2022-12-31"),
    "last fortnight": ("2024-12-18", "2024-12-31"),
    "last 2 yrs": ("2023-01-01", "2024-12-31"),
    "last weekend": ("2024-12-28", "2024-12-29"),
    "last Tuesday": ("2024-12-24", "2024-12-24"),
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
    "words",
    [
        "may I",
        "recent",
        "last few months",
        "february 30",
        "the 45th",
        "second",
        "2024-13-01",
        "first 20 months of 2024",
        "until the start of 2024",
        "before the end of 2024",
        "fifth quarter of 2024",
        "third half of 2024",
    ],
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
