from datetime import date, datetime
from decimal import Decimal
from itertools import count, islice

from c360.text_table import table_lines, text_table


def test_numbers_stand_right_and_the_rest_left() -> None:
    table = text_table(("NAME", "AMOUNT"), [("short", Decimal("5.00")), ("much longer", 12345)])
    assert table.splitlines() == [
        "NAME         AMOUNT",
        "-----------  ------",
        "short          5.00",
        "much longer   12345",
    ]


def test_values_of_every_type_are_readable() -> None:
    row = (None, True, date(2024, 12, 31), datetime(2024, 12, 31, 8, 5), 0.5, "two\nlines")  # noqa: DTZ001
    cells = text_table(tuple("abcdef"), [row]).splitlines()[-1].split("  ")
    assert [cell.strip() for cell in cells if cell] == [
        "NULL", "True", "2024-12-31", "2024-12-31 08:05:00", "0.5", "two lines",
    ]  # fmt: skip


def test_no_rows_leave_the_head() -> None:
    assert text_table(("A",), []).splitlines() == ["A", "-"]


def test_lines_come_before_the_rows_have_ended_and_wider_values_stay_whole() -> None:
    rows = ((10**n, "x" * n) for n in count())
    assert list(islice(table_lines(("N", "TEXT"), rows, measured=2), 6)) == [
        "N   TEXT", "--  ----", " 1", "10  x", "100  xx", "1000  xxx",
    ]  # fmt: skip


def test_what_was_measured_is_laid_out_as_the_whole_is() -> None:
    rows = [(1, None, "a"), (None, 2.5, "bcd"), (300, None, None)]
    assert "\n".join(table_lines("ABC", rows, measured=3)) == text_table("ABC", rows)
