"""Texts that Snowflake's AUTO formats know are read right, and all others are refused: one table of cases a type."""

from __future__ import annotations

import duckdb
import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.translation.text_values import from_text, strptime

TIMESTAMPS = {
    "2024-01-31 23:59:58": "2024-01-31 23:59:58",
    "2024-01-31T23:59:58": "2024-01-31 23:59:58",
    "2024-01-31T23:59:58.123456789": "2024-01-31 23:59:58.123456",
    "2024-01-31 23:59": "2024-01-31 23:59:00",
    "2024-01-31 23": "2024-01-31 23:00:00",
    "2024-01-31T23": "2024-01-31 23:00:00",
    "2024-01-31": "2024-01-31 00:00:00",
    "2024-01-01": "2024-01-01 00:00:00",  # the day is no time zone
    "2024-12-05": "2024-12-05 00:00:00",
    "2024-1-5 1:02:03": "2024-01-05 01:02:03",
    " 2024-01-31 23:59:58 ": "2024-01-31 23:59:58",
    "2024-01-31 23:59:58Z": "2024-01-31 23:59:58",
    "2024-01-31T23:59:58.5+02:00": "2024-01-31 23:59:58.5",
    "2024-01-31 23:59:58 +0200": "2024-01-31 23:59:58",
    "2024-01-31 23:59+02": "2024-01-31 23:59:00",
    "12/31/2024": "2024-12-31 00:00:00",
    "3/5/2024": "2024-03-05 00:00:00",
    "12/31/2024 10:00:00": "2024-12-31 10:00:00",
    "31-DEC-2024": "2024-12-31 00:00:00",
    "1-jan-2024": "2024-01-01 00:00:00",
    "Thu, 21 Dec 2000 16:01:07 +0200": "2000-12-21 16:01:07",
    "Thu, 21 Dec 2000 16:01:07.25": "2000-12-21 16:01:07.25",
    "Thu, 21 Dec 2000 04:01:07 PM": "2000-12-21 16:01:07",
    "Thu, 21 Dec 2000 12:01:07.5 AM +0200": "2000-12-21 00:01:07.5",
    "Mon Jul 08 18:09:51 +0000 2013": "2013-07-08 18:09:51",
    "1735689600": "2025-01-01 00:00:00",
    "1735689600000": "2025-01-01 00:00:00",
    "1735689600000000": "2025-01-01 00:00:00",
    "1735689600000000000": "2025-01-01 00:00:00",
    "-86400": "1969-12-31 00:00:00",
    "20241231": "1970-08-23 06:33:51",  # digits alone are seconds, whatever they look like
    "31536000000": "1971-01-01 00:00:00",
}  # fmt: skip
NO_TIMESTAMPS = (
    "", "2025-01-02 09:15 PM", "2025-01-02 09:15:00 PM", "2025-01-02 12:05:00 AM", "2025-01-02 10:00:00 garbage",
    "2025-01-02 10:00:00 EST", "2025-01-02 10:00:00 UTC", "2025-01-02 10:00:00 Europe/Berlin",
    "2025-01-02 10:00:00+99:00", "2025-01-02 10:00:00+02:60", "2025-01-02 (BC)", "2025-01-02 10:00:00 (BC)", "infinity",
    "-infinity", "epoch", "now", "today", "2024/12/31", "2024/12/31 10:00:00", "31/12/2024", "13/31/2024",
    "31.12.2024", "12-31-2024", "24-01-05 10:00:00", "12024-01-05", "2024-02-30", "2024-13-01", "2023-02-29",
    "2024-01-01 24:00:01", "2024-01-01 24:00:00", "2024-01-01 10:60:00", "2024-01-01 10:00:61",
    "2024-01-01 10:00:00 10:00",
    "yesterday",
    "Dec 31, 2024", "31 December 2024", "31-DEC-24", "12/31/24", "2024-W01", "2024-001", "2024-01", "1e9", "1.5e9",
    "2024-01-01T10:00:00,5", "١٢/31/2024", " 024-01-05 10:00:00", "24-01-05 10:00:00  ",
)  # fmt: skip
TIMES = {
    "10:00:00": "10:00:00", "10:00": "10:00:00", "23:59:59.5": "23:59:59.5", "9:15 PM": "21:15:00",
    "09:15:30 am": "09:15:30", "12:00:00 AM": "00:00:00", "3600": "01:00:00", "10": "00:00:10",
}  # fmt: skip
NO_TIMES = ("24:00:01", "24:00:00", "13:00 PM", "noon", "10:00:00 EST", "10:61")
NUMBERS = {"12.50": "12.50", "-0.005": "-0.01", ".5": "0.50", "+5": "5.00", "1e3": "1000.00", " 7 ": "7.00"}
NO_NUMBERS = ("1_000", "1_0.0", "0x1F", "1,234.50", "9,99", "$5", "(5)", "5-", "1 000", "NaN", "inf", "", "1.2.3", "١٢",
              "99999999999.00")  # fmt: skip


ZONED = {
    "2024-01-31T23:59:58+02:00": "2024-01-31 21:59:58+00",
    "2024-01-31 23:59:58 -0530": "2024-02-01 05:29:58+00",
    "2024-01-31 23:59:58": "2024-01-31 23:59:58+00",
    "2024-01-31 23:59:58Z": "2024-01-31 23:59:58+00",
    "Thu, 21 Dec 2000 04:01:07 PM +0200": "2000-12-21 14:01:07+00",
    "Mon Jul 08 18:09:51 -0100 2013": "2013-07-08 19:09:51+00",
    "1735689600": "2025-01-01 00:00:00+00",
}
BOOLEANS = {"TRUE": "true", "t": "true", "Yes": "true", "on": "true", "1": "true", "off": "false", "N": "false"}
NO_BOOLEANS = ("2", "ja", "-1", "1.0", "")
CASES: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = [
    ("TIMESTAMP", dict(TIMESTAMPS), NO_TIMESTAMPS),
    ("DATE", {text: value[:10] for text, value in TIMESTAMPS.items()}, NO_TIMESTAMPS),
    ("TIMESTAMP WITH TIME ZONE", dict(ZONED), NO_TIMESTAMPS),
    ("TIME", dict(TIMES), NO_TIMES),
    ("DECIMAL(12,2)", dict(NUMBERS), NO_NUMBERS),
    ("BIGINT", {"12": "12", "1.5": "2", "-3": "-3"}, ("1_000", "0x1F", " 0X1f", "0b101", "\n0B1", "1,000", "x", "")),
    ("DOUBLE", {"1.5": "1.5", "inf": "inf", "NaN": "nan"}, ("1e400", "1_0.5", "x")),
    ("BOOLEAN", dict(BOOLEANS), NO_BOOLEANS),
    ("BLOB", {"4a4B": "JK"}, ("4", "xy")),
]
GIVEN = [
    ("DATE", "DATE_FORMAT", "DD.MM.YYYY", {"31.12.2024": "2024-12-31", "2024-12-31": None}),
    ("TIMESTAMP", "TIMESTAMP_FORMAT", "DD/MM/YYYY HH12:MI AM", {"31/12/2024 1:05 PM": "2024-12-31 13:05:00"}),
    ("TIME", "TIME_FORMAT", "HH24.MI", {"13.05": "13:05:00", "13:05": None}),
]  # fmt: skip


def read(texts: list[str], kind: str, **formats: str) -> list[str | None]:
    """Read texts, and write the values as DuckDB does."""
    with duckdb.connect() as connection:
        rows = "unnest(?::varchar[]) as v, generate_subscripts(?::varchar[], 1) as n"
        sql = f"select cast({from_text('v', kind, formats)} as varchar) from (select {rows}) order by n"
        return [row[0] for row in connection.execute(sql, [texts, texts]).fetchall()]


@pytest.mark.parametrize(("kind", "known", "unknown"), CASES, ids=[case[0] for case in CASES])
def test_texts_that_snowflake_knows_are_read_and_all_others_refused(
    kind: str, known: dict[str, str | None], unknown: tuple[str, ...]
) -> None:
    expected = known | dict.fromkeys(unknown)
    assert dict(zip(expected, read(list(expected), kind), strict=True)) == expected


@pytest.mark.parametrize(("kind", "option", "written", "expected"), GIVEN)
def test_a_given_format_is_the_only_one(kind: str, option: str, written: str, expected: dict[str, str | None]) -> None:
    assert dict(zip(expected, read(list(expected), kind, **{option: written}), strict=True)) == expected


def test_a_format_with_an_unknown_element_is_refused() -> None:
    with pytest.raises(ProgrammingError, match="The element Q of the format 'YYYY-Q'"):
        strptime("YYYY-Q")
