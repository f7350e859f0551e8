"""WAREHOUSE_METERING_HISTORY: what warehouses cost, which is nothing on a computer of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakesnow import statement_type

from local_account.catalog.moments import given
from local_account.errors import invalid_value
from local_account.queries.rewrite import table_function
from local_account.results import Result, table_result

if TYPE_CHECKING:
    from local_account.session.session import Session

# https://docs.snowflake.com/en/sql-reference/functions/warehouse_metering_history
_COLUMNS = [
    ("START_TIME", "timestamp_ltz"), ("END_TIME", "timestamp_ltz"), ("WAREHOUSE_NAME", "text"),
    ("CREDITS_USED", "fixed"), ("CREDITS_USED_COMPUTE", "fixed"), ("CREDITS_USED_CLOUD_SERVICES", "fixed"),
]  # fmt: skip


@table_function("WAREHOUSE_METERING_HISTORY")
def warehouse_metering_history(
    session: Session, date_range_start: Any = None, date_range_end: Any = None, warehouse_name: str | None = None
) -> Result:
    """List the hours in which warehouses used credits: none, for a role that may monitor usage."""
    session.require("MONITOR USAGE", "ACCOUNT")
    start, end = given(date_range_start), given(date_range_end)
    if start is None or (end is not None and end < start):
        raise invalid_value("WAREHOUSE_METERING_HISTORY needs DATE_RANGE_START, and no end before it.")
    if warehouse_name is not None and not str(warehouse_name).strip():
        raise invalid_value("WAREHOUSE_METERING_HISTORY: WAREHOUSE_NAME is empty.")
    return table_result(_COLUMNS, [], statement_type.SELECT)
