"""Cursors that a block opens, fetches from and closes itself.

https://docs.snowflake.com/en/developer-guide/snowflake-scripting/cursors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_account.errors import execution_error
from local_account.scripting.values import Rows
from local_account.types import DataType

if TYPE_CHECKING:
    from local_account.results import Result


def cursor(slot: object, name: str) -> Rows:
    """Return a variable that is a cursor. Raises: ProgrammingError where it is none."""
    if not isinstance(slot, Rows):
        raise execution_error(f"'{name}' is no cursor.")
    return slot


def opened(rows: Rows, name: str, result: Result) -> None:
    """Let a cursor stand before the first row of what its query gave. Raises: ProgrammingError where it is open."""
    if rows.opened is not None:
        raise execution_error(f"Cursor '{name}' is open already.")
    rows.opened, rows.left = result, result.rows()[::-1]


def fetched(rows: Rows, name: str, count: int) -> list[tuple[Any, DataType | None]]:
    """Return the values of the next row with their types; NULL each where there is none left.

    Args:
        rows: the cursor.
        name: what it is called.
        count: how many variables take them.

    Raises: ProgrammingError where the cursor is not open, or gives another number of columns.
    """
    if rows.opened is None:
        raise execution_error(f"Cursor '{name}' is not open.")
    columns = rows.opened.rowtype
    if len(columns) != count:
        raise execution_error(f"FETCH names {count} variables for {len(columns)} columns.", 2057, "42601")
    values = rows.left.pop() if rows.left else (None,) * count
    types = (DataType.of_result(column["type"], column["scale"]) for column in columns)
    return list(zip(values, types, strict=True))


def closed(rows: Rows, name: str) -> None:
    """Forget the rows of a cursor. Raises: ProgrammingError where it is not open."""
    if rows.opened is None:
        raise execution_error(f"Cursor '{name}' is not open.")
    rows.opened, rows.left = None, []
