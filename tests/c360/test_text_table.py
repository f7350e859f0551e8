from datetime import date, datetime
from decimal import Decimal

from c360.text_table import text_table


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
