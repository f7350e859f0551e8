"""What warehouses really used, as the account metered it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snowflake.connector.cursor import SnowflakeCursor

# Whole days: of today's hours some are missing, and the newest come late.
METERED_DAYS = 7
_METERED_SQL = f"""
select warehouse_name, sum(credits_used_compute) / {METERED_DAYS}
from table(INFORMATION_SCHEMA.WAREHOUSE_METERING_HISTORY(
    DATE_RANGE_START => dateadd('day', -{METERED_DAYS}, current_date()),
    DATE_RANGE_END => dateadd('day', -1, current_date())
))
group by warehouse_name
"""


def credits_per_day(cursor: SnowflakeCursor) -> dict[str, float]:
    """Return the credits that each warehouse of the account used, on an average day of the last whole ones.

    Args:
        cursor: with a role that may MONITOR USAGE, and a database.
    """
    cursor.execute(_METERED_SQL)
    return {str(row[0]): float(row[1] or 0) for row in cursor.fetchall() if isinstance(row, tuple)}
