"""Task schedules: `USING CRON ...` and `N MINUTES`, and when they fire next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from local_account.errors import invalid_value, not_supported

_UNITS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600}
_CRON_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Interval:
    """A fixed distance between runs."""

    every: timedelta

    def next_after(self, moment: datetime) -> datetime:
        """Return the next run after a moment (the resumption or the last run)."""
        return moment + self.every


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression in a time zone.

    A day matches by date or by weekday where both are restricted. When clocks change, times are what the zone's clocks
    show, as Snowflake documents it: a time that comes twice runs twice, and one that is left out does not run (where
    midnight itself is left out, its run comes with the first moment of the day).

    Attributes:
        expression: minute, hour, day of month, month, day of week; L is the last day, 5L the last Friday of the month.
        zone: whose clocks are meant.
    """

    expression: str
    zone: ZoneInfo

    def next_after(self, moment: datetime) -> datetime:
        """Return the first matching minute after a moment, in UTC; what `parse_schedule` accepts has one."""
        # With seconds in the expression cronsim reads the clocks; without them it follows Debian's cron instead, which
        # moves the runs of an hour that is left out or comes twice.
        return next(CronSim(f"0 {self.expression}", moment.astimezone(self.zone))).astimezone(UTC)


Schedule = Interval | Cron


_INVALID = "Invalid schedule was specified. Please refer to the docs on what constitutes a valid schedule."


def parse_schedule(text: str) -> Schedule:
    """Read a task's SCHEDULE.

    Args:
        text: `USING CRON <minute> <hour> <day> <month> <weekday> <time zone>` or `<n> SECONDS|MINUTES|HOURS`.

    Raises: ProgrammingError (1008) for a text that is no schedule, 2 for # and W in cron, which Snowflake has not.
    """
    if match := re.fullmatch(r"\s*(\d+)\s+(SECOND|MINUTE|HOUR|M|S|H)S?\s*", text, re.IGNORECASE):
        unit = {"M": "MINUTE", "S": "SECOND", "H": "HOUR"}.get(match[2].upper(), match[2].upper())
        seconds = int(match[1]) * _UNITS[unit]
        if not 10 <= seconds <= 691_200:  # noqa: PLR2004 - Snowflake: ten seconds to eight days
            raise invalid_value(f"{_INVALID} '{text}': the interval must be 10 seconds to 11520 minutes.")
        return Interval(timedelta(seconds=seconds))
    parts = text.split()
    if [p.upper() for p in parts[:2]] != ["USING", "CRON"] or len(parts) != 2 + _CRON_FIELDS + 1:
        raise invalid_value(f"{_INVALID} '{text}': write 'USING CRON m h dom mon dow <time zone>' or '<n> MINUTES'.")
    *fields, zone = parts[2:]
    if odd := next((field for field in fields if "#" in field or "LW" in field.upper()), None):
        raise not_supported(f"'{odd}' in a cron schedule")
    expression = " ".join(fields)
    try:
        CronSim(expression, datetime.now(UTC))
    except CronSimError as error:
        name = str(error).removeprefix("Bad ")
        raise invalid_value(f"{_INVALID} '{text}': '{expression}' has no such {name}.") from None
    try:
        return Cron(expression, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        raise invalid_value(f"{_INVALID} '{text}': unknown time zone {zone}.") from None
