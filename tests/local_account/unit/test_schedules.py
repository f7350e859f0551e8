"""Schedules: what Snowflake accepts, and when it fires, over clock changes too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.tasks.schedules import Interval, parse_schedule

BERLIN = "Europe/Berlin"
# Hours and half hours of difference, to both sides, changes on other days, at midnight, and none.
ZONES = (
    "UTC", BERLIN, "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Africa/Cairo",
)  # fmt: skip
EXPRESSIONS = (
    "*/15 * * * *", "0 * * * *", "30 2 * * *", "0 0 * * *", "59 23 L * *", "0 1,2,3 * * SUN", "0 3 1 */3 *",
    "5 2 * * 0L", "7 7 13 * FRI",
)  # fmt: skip


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def times(schedule: str, after: str, count: int = 1) -> list[str]:
    """The next runs in UTC."""
    parsed, found = parse_schedule(schedule), [moment(after)]
    for _ in range(count):
        found.append(parsed.next_after(found[-1]))
    return [f"{time:%Y-%m-%d %H:%M:%S}" for time in found[1:]]


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("10 MINUTES", 600), ("1 minute", 60), ("10 SECONDS", 10), ("90 s", 90), ("2 HOURS", 7200), ("1 h", 3600),
        ("5 M", 300), (" 11520  MINUTES ", 691_200),
    ],
)  # fmt: skip
def test_an_interval_counts_from_the_last_run(text: str, every: int) -> None:
    assert parse_schedule(text) == Interval(timedelta(seconds=every))
    assert parse_schedule(text).next_after(moment("2024-01-01")) == moment("2024-01-01") + timedelta(seconds=every)


@pytest.mark.parametrize("text", ["9 SECONDS", "11521 MINUTES", "0 MINUTES"])
def test_an_interval_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(ProgrammingError, match="10 seconds to 11520 minutes"):
        parse_schedule(text)


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("0 5 * * * UTC", "2024-05-05 05:00", "2024-05-06 05:00:00"),
        ("0 5 * * * UTC", "2024-05-05 04:59:59", "2024-05-05 05:00:00"),
        ("0 5 * * * Europe/Berlin", "2024-01-05", "2024-01-05 04:00:00"),  # a zone's hour, not Greenwich's
        ("0 5 * * * Europe/Berlin", "2024-07-05", "2024-07-05 03:00:00"),
        ("0 5 * * * America/Los_Angeles", "2024-01-05", "2024-01-05 13:00:00"),
        ("0 0 * * MON UTC", "2024-05-05", "2024-05-06 00:00:00"),  # the 5th is a Sunday
        ("0 0 * * SUN UTC", "2024-05-04", "2024-05-05 00:00:00"),
        ("0 0 * * 0 UTC", "2024-05-04", "2024-05-05 00:00:00"),
        ("0 0 * * 7 UTC", "2024-05-04", "2024-05-05 00:00:00"),
        ("0 0 * * SAT UTC", "2024-05-05", "2024-05-11 00:00:00"),
        ("0 0 * * MON-FRI UTC", "2024-05-03 12:00", "2024-05-06 00:00:00"),
        ("0 0 15 * MON UTC", "2024-05-06", "2024-05-13 00:00:00"),  # date or weekday
        ("0 0 15 * MON UTC", "2024-05-13", "2024-05-15 00:00:00"),
        ("0 0 1 JAN * UTC", "2024-01-01", "2025-01-01 00:00:00"),
        ("0 0 1 dec * UTC", "2024-01-01", "2024-12-01 00:00:00"),
        ("0 0 1 4/3 * UTC", "2024-10-01", "2025-04-01 00:00:00"),  # April, July, October, and April again
        ("*/20 * * * * UTC", "2024-01-01 00:20", "2024-01-01 00:40:00"),
        ("5/20 * * * * UTC", "2024-01-01 00:45", "2024-01-01 01:05:00"),
        ("10-30/10 8 * * * UTC", "2024-01-01 08:10", "2024-01-01 08:20:00"),
        ("0,30 8 * * * UTC", "2024-01-01 08:00", "2024-01-01 08:30:00"),
        ("0 0 29 2 * UTC", "2024-02-29", "2028-02-29 00:00:00"),
        ("0 0 L * * UTC", "2024-02-01", "2024-02-29 00:00:00"),
        ("0 0 L * * UTC", "2023-02-01", "2023-02-28 00:00:00"),
        ("0 0 * * 5L UTC", "2024-05-01", "2024-05-31 00:00:00"),  # the last Friday
        ("0 0 * * 0L UTC", "2024-05-01", "2024-05-26 00:00:00"),
    ],
)
def test_the_next_run(cron: str, after: str, expected: str) -> None:
    assert times(f"USING CRON {cron}", after) == [expected]


def test_in_the_hour_that_comes_twice_time_goes_on() -> None:
    assert times(f"USING CRON */15 * * * * {BERLIN}", "2024-10-27 01:10", 2) == [
        "2024-10-27 01:15:00", "2024-10-27 01:30:00",
    ]  # fmt: skip


def test_an_hourly_run_comes_in_each_hour_of_a_long_day() -> None:
    assert times(f"USING CRON 0 * * * * {BERLIN}", "2024-10-26 23:00", 3) == [
        "2024-10-27 00:00:00", "2024-10-27 01:00:00", "2024-10-27 02:00:00",
    ]  # fmt: skip


def test_a_time_that_comes_twice_runs_twice_and_one_that_is_left_out_does_not() -> None:
    assert times(f"USING CRON 30 2 * * * {BERLIN}", "2024-10-26 12:00", 3) == [
        "2024-10-27 00:30:00", "2024-10-27 01:30:00", "2024-10-28 01:30:00",
    ]  # fmt: skip
    assert times(f"USING CRON 30 2 * * * {BERLIN}", "2024-03-30 12:00", 1) == ["2024-04-01 00:30:00"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_next_run_is_later_and_matches_the_zone_s_clocks(zone: str, expression: str) -> None:
    """Over a whole year: once in 26 hours, and every 13 minutes around each change of the clocks."""
    schedule = parse_schedule(f"USING CRON {expression} {zone}")
    minutes, hours = (_values(field, top) for field, top in zip(expression.split()[:2], (60, 24), strict=True))
    for now in _moments(ZoneInfo(zone)):
        found = schedule.next_after(now)
        assert found > now
        assert found.tzinfo is UTC
        local, before = (time.astimezone(ZoneInfo(zone)) for time in (found, found - timedelta(minutes=1)))
        midnight_left_out = local.date() != before.date() and (local.hour, local.minute) != (0, 0)
        assert midnight_left_out or (local.minute in minutes and local.hour in hours)


@cache
def _moments(zone: ZoneInfo) -> list[datetime]:
    days = [moment("2024-01-01") + timedelta(hours=26 * n) for n in range(338)]
    changes = [day for day in days if offset(day + timedelta(hours=26), zone) != offset(day, zone)]
    hours = [day + timedelta(hours=n) for day in changes for n in range(26)]
    changing = [hour for hour in hours if offset(hour + timedelta(hours=1), zone) != offset(hour, zone)]
    return days + [hour + timedelta(minutes=13 * n, seconds=n) for hour in changing for n in range(-12, 18)]


def offset(time: datetime, zone: ZoneInfo) -> timedelta | None:
    return time.astimezone(zone).utcoffset()


def _values(field: str, top: int) -> set[int]:
    base, _, step = field.partition("/")
    every = range(top) if base == "*" else [int(value) for value in base.split(",")]
    return set(every[:: int(step or 1)])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "write 'USING CRON"),
        ("daily", "write 'USING CRON"),
        ("5 WEEKS", "write 'USING CRON"),
        ("USING CRON 0 5 * * *", "write 'USING CRON"),
        ("USING CRON 0 5 * * * * UTC", "write 'USING CRON"),
        ("USING CRON 60 * * * * UTC", "no such minute"),
        ("USING CRON 0 24 * * * UTC", "no such hour"),
        ("USING CRON 0 0 0 * * UTC", "no such day-of-month"),
        ("USING CRON 0 0 32 * * UTC", "no such day-of-month"),
        ("USING CRON 0 0 1 13 * UTC", "no such month"),
        ("USING CRON 0 0 * * 8 UTC", "no such day-of-week"),
        ("USING CRON 0 0 * * XXX UTC", "no such day-of-week"),
        ("USING CRON */0 * * * * UTC", "no such minute"),
        ("USING CRON 30-10 * * * * UTC", "no such minute"),
        ("USING CRON x * * * * UTC", "no such minute"),
        ("USING CRON 0 0 31 2 * UTC", "no such day-of-month"),  # it would never fire
        ("USING CRON 0 0 * * MON#1 UTC", "not supported"),
        ("USING CRON 0 0 LW * * UTC", "not supported"),
        ("USING CRON 0 5 * * * Mars/Olympus", "unknown time zone Mars/Olympus"),
    ],
)
def test_what_is_no_schedule_is_refused(text: str, message: str) -> None:
    with pytest.raises(ProgrammingError, match=message):
        parse_schedule(text)
