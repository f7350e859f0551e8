"""Task schedules: `USING CRON ...` and `N MINUTES`, and when they fire next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from local_account.errors import invalid_value, not_supported

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_NAMES = {
    "month": ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    "weekday": ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
}
_UNITS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600}
_LONGEST_SEARCH = timedelta(days=366 * 5)


@dataclass(frozen=True, slots=True)
class Interval:
    """A fixed distance between runs."""

    every: timedelta

    def next_after(self, moment: datetime) -> datetime:
        """Return the next run after a moment (the resumption or the last run)."""
        return moment + self.every


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression in a time zone; a day matches by date or by weekday where both are restricted."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool
    zone: ZoneInfo

    def next_after(self, moment: datetime) -> datetime:
        """Return the first matching minute after a moment, in UTC. Raises: ProgrammingError where there is none."""
        local = moment.astimezone(self.zone).replace(second=0, microsecond=0, tzinfo=None) + timedelta(minutes=1)
        limit = local + _LONGEST_SEARCH
        while local < limit:
            if local.month not in self.months or not self._matches_day(local):
                local = (local + timedelta(days=1)).replace(hour=0, minute=0)
            elif local.hour not in self.hours:
                local = (local + timedelta(hours=1)).replace(minute=0)
            elif local.minute not in self.minutes:
                local += timedelta(minutes=1)
            else:
                return local.replace(tzinfo=self.zone).astimezone(UTC)
        raise invalid_value("The cron schedule never fires.")

    def _matches_day(self, local: datetime) -> bool:
        day, weekday = local.day in self.days, local.isoweekday() % 7 in self.weekdays
        return (day or weekday) if self.either_day else (day and weekday)


Schedule = Interval | Cron


def parse_schedule(text: str) -> Schedule:
    """Read a task's SCHEDULE.

    Args:
        text: `USING CRON <minute> <hour> <day> <month> <weekday> <time zone>` or `<n> SECONDS|MINUTES|HOURS`.

    Raises: ProgrammingError (1008) for a text that is no schedule, 2 for L and # in cron.
    """
    if match := re.fullmatch(r"\s*(\d+)\s+(SECOND|MINUTE|HOUR|M|S|H)S?\s*", text, re.IGNORECASE):
        unit = {"M": "MINUTE", "S": "SECOND", "H": "HOUR"}.get(match[2].upper(), match[2].upper())
        seconds = int(match[1]) * _UNITS[unit]
        if not 10 <= seconds <= 691_200:  # noqa: PLR2004 - Snowflake: ten seconds to eight days
            raise invalid_value(f"Invalid schedule '{text}': the interval must be 10 seconds to 11520 minutes.")
        return Interval(timedelta(seconds=seconds))
    parts = text.split()
    if [p.upper() for p in parts[:2]] != ["USING", "CRON"] or len(parts) != 2 + len(_FIELDS) + 1:
        raise invalid_value(
            f"Invalid schedule '{text}': write 'USING CRON m h dom mon dow <time zone>' or '<n> MINUTES'."
        )
    minutes, hours, days, months, weekdays = (
        _field(part, *field) for part, field in zip(parts[2:7], _FIELDS, strict=True)
    )
    try:
        zone = ZoneInfo(parts[7])
    except (ZoneInfoNotFoundError, ValueError):
        raise invalid_value(f"Invalid schedule '{text}': unknown time zone {parts[7]}.") from None
    either = parts[4] != "*" and parts[6] != "*"
    return Cron(minutes, hours, days, months, frozenset(d % 7 for d in weekdays), either, zone)


def _field(text: str, name: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for item in text.upper().split(","):
        body, _, step = item.partition("/")
        first, dash, last = body.partition("-")
        if "L" in (body, body[-1:]) or "#" in body:
            raise not_supported(f"'{item}' in a cron schedule")
        if body == "*":
            start, stop = low, high
        else:
            start = _number(first, name)
            stop = _number(last, name) if dash else high if step else start
        if not low <= start <= stop <= high or (step and not (step.isdigit() and int(step))):
            raise invalid_value(f"Invalid cron schedule: '{item}' is no {name}.")
        found.update(range(start, stop + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, name: str) -> int:
    names = _NAMES.get(name, [])
    if text in names:
        return names.index(text) + (1 if name == "month" else 0)
    if not text.isdigit():
        raise invalid_value(f"Invalid cron schedule: '{text}' is no {name}.")
    return int(text)
