"""Values of scripting variables: what each Snowflake type makes of a value, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.scripting.values import convert
from local_account.types import DataType

MOMENT = datetime(2024, 2, 29, 13, 5, 9, 120_999)  # noqa: DTZ001 - TIMESTAMP_NTZ has no zone
EAST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "written", "expected"),
    [
        (1, "varchar", "1"),
        (True, "varchar", "true"),
        (False, "varchar", "false"),
        (Decimal("1E+3"), "varchar", "1000"),
        (Decimal("2.50"), "varchar", "2.50"),
        (MOMENT, "varchar", "2024-02-29 13:05:09.120"),
        (date(2024, 2, 29), "varchar", "2024-02-29"),
        ("abc", "varchar(3)", "abc"),
        ("12", "number", 12),
        (" 12 ", "number", 12),
        ("2.5", "number", 3),  # half away from zero
        ("-2.5", "number", -3),
        ("2.4999", "number", 2),
        (2.675, "number(10,2)", Decimal("2.68")),
        ("1", "number(10,2)", Decimal("1.00")),
        (True, "number", 1),
        (False, "number", 0),
        ("9" * 38, "number", int("9" * 38)),
        ("999", "number(3,0)", 999),
        ("1.5", "float", 1.5),
        (2, "float", 2.0),
        ("yes", "boolean", True),
        (" T ", "boolean", True),
        ("ON", "boolean", True),
        ("1", "boolean", True),
        ("off", "boolean", False),
        ("n", "boolean", False),
        (0, "boolean", False),
        (2, "boolean", True),
        (MOMENT, "date", date(2024, 2, 29)),
        ("2024-02-29 10:00:00", "date", date(2024, 2, 29)),
        (date(2024, 2, 29), "date", date(2024, 2, 29)),
        (date(2024, 2, 29), "timestamp_ntz", datetime(2024, 2, 29)),  # noqa: DTZ001
        ("2024-02-29 13:05:09.120999", "timestamp_ntz", MOMENT),
        (datetime(2024, 2, 29, 1, tzinfo=EAST), "timestamp_ntz", datetime(2024, 2, 29, 1)),  # noqa: DTZ001
        ("2024-02-29 01:00", "timestamp_tz", datetime(2024, 2, 29, 1, tzinfo=UTC)),
        (datetime(2024, 2, 29, 1, tzinfo=EAST), "timestamp_tz", datetime(2024, 2, 29, 1, tzinfo=EAST)),
        ({"a": 1}, "variant", {"a": 1}),
    ],
)
def test_a_value_becomes_what_the_type_makes_of_it(value: Any, written: str, expected: Any) -> None:
    found = convert(value, DataType.parse(written))
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "written", ["varchar(1)", "number(1,0)", "float", "boolean", "date", "timestamp_tz", "variant"]
)
def test_null_stays_null(written: str) -> None:
    assert convert(None, DataType.parse(written)) is None


@pytest.mark.parametrize(
    ("value", "written", "errno"),
    [
        ("abcd", "varchar(3)", 100078),
        ("x", "number", 100038),
        ("1000", "number(3,0)", 100132),
        ("999.5", "number(3,0)", 100132),  # rounding makes the fourth digit
        ("100", "number(3,1)", 100132),
        ("9" * 39, "number", 100132),
        ("x", "float", 100038),
        ("maybe", "boolean", 100038),
        ("2", "boolean", 100038),
        ("", "boolean", 100038),
        ("2024-02-30", "date", 100038),
        ("soon", "timestamp_ntz", 100038),
        (object(), "number", 100038),
        (None, "binary", 2),
    ],
)
def test_what_a_type_does_not_take_is_refused_by_code(value: Any, written: str, errno: int) -> None:
    with pytest.raises(ProgrammingError) as error:
        convert(value, DataType.parse(written))
    assert error.value.errno == errno
