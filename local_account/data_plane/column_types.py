"""The Snowflake types of the columns of tables and views, as DuckDB and the declarations together tell them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from local_account.identifiers import joined
from local_account.translation.writes import UNCHECKED
from local_account.types import DataType, Family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from local_account.data_plane.transaction import Commits

Known = tuple[tuple[str, str | None, str], ...]
_CHANGES_ROWS = re.compile(r"\s*(insert|update|delete|merge|with)\b", re.IGNORECASE)


class ColumnTypes:
    """What one connection knows of columns; it is looked up anew after any change that may be of a definition.

    Args:
        duck: the connection's cursor.
        commits: the account's counters of changes.

    Attributes:
        declared: gives the types of a table's columns as they were declared, by the parts of its full name.
    """

    def __init__(self, duck: duckdb.DuckDBPyConnection, commits: Commits) -> None:
        self.declared: Callable[[Sequence[str]], Mapping[str, str]] = lambda _: {}
        self._duck = duck
        self._commits = commits
        self._found: dict[str, list[tuple[str, str]]] = {}
        self._version = -1
        self._temporary: dict[str, dict[str, str]] = {}

    def of(self, table: exp.Table) -> dict[str, exp.DataType]:
        """Return the types of a table's columns, or of a view's, UNKNOWN of those that Snowflake has not.

        Nothing is returned of what DuckDB does not know by this name.
        """
        if not isinstance(table.this, exp.Identifier):
            return {}
        return {
            name: _read(declared, kind) if declared is not None else _of_duckdb(kind)
            for name, declared, kind in self.known([part.name for part in table.parts])
        }

    def known(self, parts: Sequence[str]) -> Known:
        """Return all that `of` goes by: of each column its name, its type as declared, if it was, and DuckDB's.

        Args:
            parts: of the table's full name.
        """
        is_temporary = len(parts) == len(("temp", "main", "name")) and parts[0] == "temp"
        declared = self.temporary(parts[-1]) if is_temporary else self.declared(parts)
        return tuple((name, declared.get(name), kind) for name, kind in self._described(joined(parts)))

    def confirmed(self, place: str, types: Sequence[exp.DataType | None] | None) -> Iterator[tuple[str, DataType]]:
        """Yield the types of a new table's columns that its query told, where DuckDB made the same kind of column.

        Args:
            place: its full name.
            types: those of the query's columns, in order, or None where they are not known.
        """
        if types is None:
            return
        for (name, made), known in zip(self._described(place), types, strict=False):
            kind, in_duckdb = DataType.of_known(known), DataType.of_duckdb(made)
            if kind and kind.family is in_duckdb.family and (kind.name != "NUMBER" or kind.scale == in_duckdb.scale):
                yield name, kind

    def changed(self, sql: str) -> None:
        """Note a change that DuckDB was told to make."""
        if not _CHANGES_ROWS.match(sql):
            self._commits.definitions += 1

    def temporary(self, name: str) -> Mapping[str, str]:
        """Return the types of a temporary table's columns, as they were declared, or as its query told them."""
        return self._temporary.get(name, {})

    def made_temporary(self, name: str, types: Mapping[str, str]) -> None:
        """Keep the types of a temporary table's columns, which nobody else knows."""
        self._temporary[name] = dict(types)

    def _described(self, place: str) -> list[tuple[str, str]]:
        if self._version != self._commits.definitions:
            self._found.clear()
            self._version = self._commits.definitions
        if place not in self._found:
            try:
                rows = self._duck.execute("select name, type from pragma_table_info(?)", [place]).fetchall()
            except duckdb.Error:
                return []
            self._found[place] = rows
        return self._found[place]


@lru_cache(maxsize=1024)
def _read(written: str, described: str) -> exp.DataType:
    """Read a declared type; it is noted there where DuckDB's takes longer numbers, as that of a query's column may."""
    declared = DataType.parse(written)
    node = declared.node
    node.meta[UNCHECKED] = declared.family is Family.EXACT and declared.duckdb not in (described, "BIGINT")
    return node


@lru_cache(maxsize=1024)
def _of_duckdb(described: str) -> exp.DataType:
    found = DataType.of_duckdb(described)
    return exp.DType.UNKNOWN.into_expr() if found.family is Family.OTHER else found.node
