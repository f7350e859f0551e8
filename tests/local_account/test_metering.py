"""WAREHOUSE_METERING_HISTORY: nothing here costs credits, and only those hear of it who may monitor usage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

if TYPE_CHECKING:
    from tests.support.accounts import Connect

HISTORY = "select * from table(information_schema.warehouse_metering_history({}))"


def test_no_hour_cost_anything(cursor: Any) -> None:
    cursor.execute(HISTORY.format("dateadd('day', -7, current_date()), current_timestamp(), 'COMPUTE_WH'"))
    assert [column.name for column in cursor.description] == [
        "START_TIME", "END_TIME", "WAREHOUSE_NAME", "CREDITS_USED", "CREDITS_USED_COMPUTE",
        "CREDITS_USED_CLOUD_SERVICES",
    ]  # fmt: skip
    assert cursor.fetchall() == []
    cursor.execute(
        "select to_date(start_time) as day, sum(credits_used)::float as credits from table("
        "information_schema.warehouse_metering_history(date_range_start => '2024-01-01')) group by day"
    )
    assert cursor.fetchall() == []


@pytest.mark.parametrize("arguments", ["", "'2024-02-01', '2024-01-01'", "'yesterday'", "'2024-01-01', null, ''"])
def test_a_range_that_is_none_is_refused(cursor: Any, arguments: str) -> None:
    with pytest.raises(ProgrammingError, match=r"DATE_RANGE_START|yesterday|WAREHOUSE_NAME"):
        cursor.execute(HISTORY.format(arguments))


def test_who_may_not_monitor_usage_hears_nothing(connect: Connect, database: str) -> None:
    owner = connect().cursor()
    owner.execute("create or replace role METERING_READER")
    owner.execute(f"grant usage on database {database} to role METERING_READER")
    owner.execute("grant role METERING_READER to role ACCOUNTADMIN")
    reader = connect(role="METERING_READER", database=database, warehouse="COMPUTE_WH").cursor()
    with pytest.raises(ProgrammingError, match="MONITOR USAGE"):
        reader.execute(HISTORY.format("'2024-01-01'"))
    owner.execute("grant monitor usage on account to role METERING_READER")
    reader.execute(HISTORY.format("'2024-01-01'"))
    assert reader.fetchall() == []
