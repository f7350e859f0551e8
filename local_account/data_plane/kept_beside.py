"""What is kept beside a table: the lengths of its texts, which DuckDB forgets, and the files that were loaded."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.identifiers import joined
from local_account.types import octets

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

# Where fakesnow keeps the declared lengths of texts.
_LENGTHS = "_fs_global._fs_information_schema._fs_columns_ext"


def keep_beside(duck: duckdb.DuckDBPyConnection, translated_one: Expr) -> None:
    """Begin a new table's load history, and keep the lengths of texts for INFORMATION_SCHEMA.COLUMNS."""
    table = translated_one.find(exp.Table)
    if table is None:
        return
    if isinstance(translated_one, exp.Create):
        marks = joined((table.catalog, "_fs_information_schema", "_fs_load_history"))
        duck.execute(f"delete from {marks} where schema_name = ? and table_name = ?", [table.db, table.name])
    keep_lengths(duck, table, translated_one.args.get("text_lengths") or ())


def keep_lengths(duck: duckdb.DuckDBPyConnection, table: exp.Table, lengths: Iterable[tuple[str, int | None]]) -> None:
    """Keep the lengths of a table's texts, in characters, by the names of their columns; None is no text.

    All at once: each statement is a commit, which waits for the disk.
    """
    rows = [
        (table.catalog, table.db, table.name, column, size, octets(size))
        for column, size in lengths
        if size is not None
    ]
    if rows:
        places = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(rows))
        duck.execute(f"insert or replace into {_LENGTHS} values {places}", list(chain.from_iterable(rows)))


def change_columns(
    duck: duckdb.DuckDBPyConnection, place: str, required: Iterable[str], also: Iterable[str] = ()
) -> None:
    """Let columns of a new table refuse NULL, which DuckDB forgets of a query's; also: what else is to be done."""
    for statement in (*(f"ALTER TABLE {place} ALTER COLUMN {joined([name])} SET NOT NULL" for name in required), *also):
        duck.execute(statement)
