"""From a parsed Snowflake statement to DuckDB's SQL: the account's rules, then fakesnow's transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.data_plane.functions import complete, duckdb_sql
from local_account.data_plane.kept_translations import Translation, Translations, key_of
from local_account.data_plane.transaction import READS
from local_account.data_plane.translation import SelectiveCursor
from local_account.translation import rules

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    import duckdb
    from fakesnow.conn import FakeSnowflakeConnection

    from local_account.data_plane.column_types import ColumnTypes, Known
    from local_account.translation.annotation import Outputs, TableColumns


class Translator:
    """One connection's translations.

    Args:
        fakesnow: its connection.
        duck: DuckDB's.
        types: of what statements read and write.
        kept: translations of queries that the account keeps.
    """

    def __init__(
        self, fakesnow: FakeSnowflakeConnection, duck: duckdb.DuckDBPyConnection, types: ColumnTypes, kept: Translations
    ) -> None:
        self._fakesnow = fakesnow
        self._duck = duck
        self._types = types
        self._kept = kept

    def written(
        self,
        statement: Expr,
        values: list[Any] | None,
        columns_of: TableColumns | None = None,
        *,
        cast_aggregates: bool = False,
    ) -> tuple[Expr, Outputs]:
        """Write a statement in DuckDB's terms.

        Args:
            statement: which is consumed.
            values: of its placeholders.
            columns_of: gives the types of a table's columns, if not as the connection knows them.
            cast_aggregates: whether SUM and its kin read their argument as DOUBLE, which text needs.

        Returns: the statement, and the columns that it gives.
        """
        cursor = SelectiveCursor(self._fakesnow, self._duck)
        cursor.cast_aggregates = cast_aggregates
        columns = rules.apply(statement, columns_of or self._types.of)
        # fakesnow offers no public entry for a parsed statement; its version is pinned.
        return cursor._transform(complete(statement), values), columns  # noqa: SLF001

    def query(self, query: Expr, values: list[Any] | None, *, cast_aggregates: bool = False) -> Translation:
        """Translate a query, or find what it was translated to before; it stays as it is. Arguments: as `written`."""
        key = key_of(query, self._fakesnow.database, self._fakesnow.schema, cast_aggregates)
        if found := self._kept.find(key, self._types.known):
            return found
        read: dict[tuple[str, ...], Known] = {}

        def columns_of(table: exp.Table) -> dict[str, exp.DataType]:
            parts = tuple(part.name for part in table.parts)
            read[parts] = self._types.known(parts)
            return self._types.of(table)

        statement, columns = self.written(query.copy(), values, columns_of, cast_aggregates=cast_aggregates)
        names, seed, reads = placeholders(statement), statement.args.get("seed"), isinstance(statement, READS)
        sql = duckdb_sql(statement)
        if seed:
            sql = f"SELECT setseed(({seed}) % 1); {sql}"  # it takes seeds from -1 to 1
        translation = Translation(sql, names, columns.types, read)
        if reads:
            self._kept.keep(key, translation)
        return translation


def placeholders(translated: Expr) -> frozenset[str]:
    """Return the names of the placeholders in a statement: `p1` is the first of the client's."""
    return frozenset(placeholder.name for placeholder in translated.find_all(exp.Placeholder))


def given(names: AbstractSet[str], values: list[Any] | None) -> dict[str, Any] | None:
    """Return the values of placeholders by their names. Raises: ProgrammingError (2049) where one has none."""
    if not names:
        return None
    known = {f"p{n}": value for n, value in enumerate(values or (), start=1)}
    if missing := sorted(names - known.keys()):
        raise ProgrammingError(msg=f"Bind variable {missing[0] or '?'} not set.", errno=2049, sqlstate="42601")
    return {name: known[name] for name in names}
