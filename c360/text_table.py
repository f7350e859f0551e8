"""Writes rows as an aligned text table, whatever the width of the terminal."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def text_table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Lay rows out in columns: numbers to the right, NULL where there is no value.

    Args:
        names: the columns' names.
        rows: values by column.
    """
    return "\n".join(table_lines(names, rows))


def table_lines(names: Sequence[str], rows: Iterable[Sequence[Any]], measured: int | None = None) -> Iterator[str]:
    """Lay rows out as `text_table` does, line by line while they come.

    Args:
        names: the columns' names.
        rows: values by column.
        measured: how many rows, of those that come first, say how wide the columns are; by default all. A value that
            comes later and is wider stands out, whole.

    Yields:
        The head, the ruler, and a line a row.
    """
    coming = iter(rows)
    first = list(islice(coming, measured))
    cells = [[_cell(value) for value in row] for row in first]
    widths = [max([len(name), *(len(row[i]) for row in cells)]) for i, name in enumerate(names)]
    right = [any(_is_number(row[i]) for row in first) for i in range(len(names))]
    yield _line(names, widths, [False] * len(widths))
    yield "  ".join("-" * width for width in widths).rstrip()
    for row in chain(cells, ([_cell(value) for value in row] for row in coming)):
        yield _line(row, widths, right)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = zip(cells, widths, right, strict=True)
    return "  ".join(cell.rjust(width) if is_right else cell.ljust(width) for cell, width, is_right in padded).rstrip()


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
