"""fakesnow's translation of Snowflake SQL, run as far as a statement needs it.

fakesnow 0.12 walks the whole statement once for each of its 77 transforms, most of which look for a node that is not
there: a page of SQL costs a second. `transform_kinds` says what each looks for, and it is skipped where that does not
occur. The tests compare the outcome with fakesnow's own, and the table's order with fakesnow's source.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from fakesnow import transforms
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.transforms.stage import LOCAL_BUCKET_PATH
from sqlglot import Expr, exp

from local_account.data_plane.transform_kinds import TRANSFORMS, InformationSchemaTable, NextValue

if TYPE_CHECKING:
    from fakesnow.params import MutableParams

# fakesnow makes this folder for its stages at its import. Ours are elsewhere, and a killed process would leave it.
Path(LOCAL_BUCKET_PATH).rmdir()

Step = Callable[[Expr], Expr]
_CASTS = "numeric_agg_implicit_cast"
# SHOW PRIMARY KEYS and its like are statements of the control plane; `functions` writes TRIM.
_LEFT_OUT = ("show_keys", "trim_cast_varchar")


class SelectiveCursor(FakeSnowflakeCursor):
    """fakesnow's cursor with the transforms that a statement needs.

    cast_aggregates: whether SUM, AVG and their kin cast their argument to DOUBLE, as fakesnow always does. Snowflake
    does so for text only; a sum of NUMBER stays exact.
    """

    cast_aggregates = False

    def _transform(self, expression: Expr, params: MutableParams | None) -> Expr:
        named = _named_kinds(expression, self._conn.schema == "INFORMATION_SCHEMA")
        kinds = named | kinds_of(expression)
        for transform in TRANSFORMS:
            if transform.name in _LEFT_OUT or (transform.name == _CASTS and not self.cast_aggregates):
                continue
            if transform.whole:
                if not isinstance(expression, transform.kinds):
                    continue
                expression = self._step(transform.name, params)(expression)
            elif kinds.isdisjoint(transform.all_kinds):
                continue
            elif transform.itself:
                expression = _transformed(expression, self._step(transform.name, params), transform.all_kinds)
            else:
                expression = expression.transform(self._step(transform.name, params), copy=False)
            kinds = named | kinds_of(expression)
        for identifier in expression.find_all(exp.Identifier):
            if not identifier.quoted and str(identifier.this).lower() in _reserved():
                identifier.set("quoted", True)
        return expression

    def _step(  # noqa: C901, PLR0911 - one case a signature
        self, name: str, params: MutableParams | None
    ) -> Step:
        function: Any = getattr(transforms, name)
        connection = self._conn
        where = connection.database, connection.schema
        match name:
            case "identifier":
                return lambda e: function(e, params)
            case "update_variables":
                return lambda e: function(e, variables=connection.variables)
            case "set_schema":
                return lambda e: function(e, current_database=where[0])
            case "create_database":
                return lambda e: function(e, db_path=connection.db_path)
            case "information_schema_databases":
                return lambda e: function(e, current_schema=where[1])
            case "show_schemas":
                return lambda e: function(e, where[0])
            case (
                "show_tables_etc"
                | "show_columns"
                | "show_stages"
                | "show_sequences"
                | "create_stage"
                | "create_file_format"
            ):
                return lambda e: function(e, *where)
            case "list_stage":
                return lambda e: function(e, *where, connection.table_stages)
            case "put_stage":
                return lambda e: function(e, *where, params, connection.table_stages)
            case "create_table_as":
                return lambda e: function(e, self._duck_conn)
            case _:
                return function


def _transformed(expression: Expr, step: Step, kinds: frozenset[type[Expr]]) -> Expr:
    """Do what `expression.transform(step, copy=False)` does, for a step that only looks at nodes of these kinds.

    What stands below a node that was replaced is left alone, as there.
    """
    root: Expr = expression
    new: Expr = expression
    for node in expression.dfs(prune=lambda visited: visited is not new):  # noqa: B023 - the newest is what counts
        new = node
        if type(node) in kinds:
            parent, key, index = node.parent, node.arg_key, node.index
            new = step(node)
            if node is expression:
                root = new
            elif parent and key and new is not node:
                parent.set(key, new, index)
    return root


def kinds_of(expression: Expr) -> set[type[Expr]]:
    """Return the kinds of nodes in a statement."""
    return set(map(type, expression.walk()))


def _named_kinds(expression: Expr, inside: bool) -> set[type[Expr]]:
    """Return what names alone say of a statement; inside: whether bare names are of the information schema."""
    found: set[type[Expr]] = {InformationSchemaTable} if inside else set()
    if any(table.db.upper() == "INFORMATION_SCHEMA" for table in expression.find_all(exp.Table)):
        found.add(InformationSchemaTable)
    if any(column.name.upper() == "NEXTVAL" for column in expression.find_all(exp.Column)):
        found.add(NextValue)
    return found


@cache
def _reserved() -> frozenset[str]:
    """Return the words that DuckDB reserves; most of them are ordinary names on Snowflake, such as AT."""
    rows = duckdb.connect().execute("select keyword_name from duckdb_keywords() where keyword_category <> 'unreserved'")
    return frozenset(word for (word,) in rows.fetchall())
