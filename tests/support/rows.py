"""Reads what a statement returns, the same way in every test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from snowflake.connector.cursor import SnowflakeCursor

Row = dict[str, Any]


def rows(cursor: SnowflakeCursor, sql: str, binds: tuple[Any, ...] = ()) -> list[Row]:
    """Run a statement and return its rows as dicts by column name, as the account spells the names."""
    cursor.execute(sql, binds or None)
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def tuples(cursor: SnowflakeCursor, sql: str) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows as they come."""
    return [tuple(row) for row in cursor.execute(sql).fetchall()]
