"""Writes rows as an aligned text table, whatever the width of the terminal."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def text_table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Lay rows out in columns: numbers to the right, NULL where there is no value.

    Args:
        names: the columns' names.
        rows: values by column.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max([len(name), *(len(row[i]) for row in cells)]) for i, name in enumerate(names)]
    right = [any(_is_number(row[i]) for row in rows) for i in range(len(names))]
    ruler = "  ".join("-" * width for width in widths)
    lines = [_line(names, widths, [False] * len(widths)), ruler, *(_line(row, widths, right) for row in cells)]
    return "\n".join(line.rstrip() for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = zip(cells, widths, right, strict=True)
    return "  ".join(cell.rjust(width) if is_right else cell.ljust(width) for cell, width, is_right in padded)


def _cell(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case float():
            return f"{value:,.4f}".rstrip("0").rstrip(".").replace(",", "")
        case _:
            return " ".join(str(value).split()) if isinstance(value, str) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
