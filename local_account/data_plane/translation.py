"""fakesnow's translation of Snowflake SQL, run as far as a statement needs it.

fakesnow 0.12 walks the whole statement once for each of its 77 transforms, most of which look for a node that is not
there: a page of SQL costs a second. Each transform is listed here, in fakesnow's order, with the kinds of nodes without
which it does nothing, and is skipped where none of them occurs. The tests compare the outcome with fakesnow's own, and
the list with fakesnow's source.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb
from fakesnow import transforms
from fakesnow.cursor import FakeSnowflakeCursor
from sqlglot import Expr, exp

if TYPE_CHECKING:
    from fakesnow.params import MutableParams

Kinds = tuple[type[Expr], ...]
Step = Callable[[Expr], Expr]


class _InformationSchema(exp.Expression):
    """Stands for a table of the information schema, whose kind alone says nothing."""


class _NextValue(exp.Expression):
    """Stands for `sequence.NEXTVAL`, which is a column to sqlglot."""


_SHOW: Kinds = (exp.Show, exp.Command)
# Transforms that look at the statement as a whole, by the kinds of statements that they change.
_ROOTS: dict[str, Kinds] = {
    "alter_session": (exp.Alter,),
    "update_variables": (exp.Set, exp.Alias),
    "set_schema": (exp.Use,),
    "create_database": (exp.Create,),
    "extract_comment_on_table": (exp.Create, exp.Comment, exp.Alter),
    "extract_comment_on_columns": (exp.Alter,),
    "drop_schema_cascade": (exp.Drop,),
    "tag": (exp.Alter, exp.Command, exp.Create, exp.Drop),
    "extract_text_length": (exp.Create, exp.Alter),
    "show_databases": _SHOW,
    "show_functions": _SHOW,
    "show_procedures": _SHOW,
    "show_parameters": _SHOW,
    "show_warehouses": _SHOW,
    "show_schemas": _SHOW,
    "show_tables_etc": _SHOW,
    "show_columns": _SHOW,
    "show_stages": _SHOW,
    "show_sequences": _SHOW,
    "show_keys": _SHOW,
    "show_users": _SHOW,
    "create_user": (exp.Command,),
    "create_clone": (exp.Create,),
    "alter_table_strip_cluster_by": (exp.Alter, exp.Command),
    "create_stage": (exp.Create,),
    "create_file_format": (exp.Create,),
    "create_table_as": (exp.Create,),
}
# Transforms that look at every node, by the kinds of nodes that must occur.
_NODES: dict[str, Kinds] = {
    "identifier": (exp.DynamicIdentifier,),
    "upper_case_unquoted_identifiers": (exp.Identifier,),
    "current_version": (exp.CurrentVersion,),
    "information_schema_fs": (_InformationSchema,),
    "information_schema_databases": (_InformationSchema,),
    "semi_structured_types": (exp.DataType,),
    "try_parse_json": (exp.Anonymous,),
    "split": (exp.Split,),
    "trim_cast_varchar": (exp.Trim,),
    "indices_to_json_extract": (exp.Bracket,),
    "json_extract_cast_as_varchar": (exp.JSONExtract,),
    "json_extract_cased_as_varchar": (exp.JSONExtract,),
    "json_extract_precedence": (exp.JSONExtract, exp.JSONExtractScalar),
    "flatten_value_cast_as_varchar": (exp.Explode,),
    "flatten": (exp.Explode,),
    "regex_replace": (exp.RegexpReplace,),
    "regex_substr": (exp.RegexpExtract,),
    "result_scan": (exp.TableFromRows,),
    "sequence_nextval": (_NextValue,),
    "values_columns": (exp.Values,),
    "to_date": (exp.Anonymous,),
    "timestamp_offsets": (exp.Cast,),
    "to_decimal": (exp.ToNumber,),
    "to_timestamp": (exp.UnixToTime, exp.Anonymous, exp.Cast),
    "to_variant": (exp.ToVariant,),
    "object_construct": (exp.StarMap, exp.Struct, exp.JSONObject),
    "timestamp_ntz": (exp.DataType,),
    "float_to_double": (exp.DataType,),
    "integer_precision": (exp.DataType,),
    "sample": (exp.TableSample,),
    "array_size": (exp.ArraySize,),
    "random": (exp.Rand,),
    "array_agg_within_group": (exp.WithinGroup,),
    "array_agg": (exp.ArrayAgg,),
    "object_agg": (exp.ObjectAgg,),
    "array_construct_etc": (exp.ArrayConstructCompact, exp.Array, exp.ArrayConcat),
    "dateadd_date_cast": (exp.DateAdd,),
    "dateadd_string_literal_timestamp_cast": (exp.DateAdd,),
    "datediff_string_literal_timestamp_cast": (exp.DateDiff,),
    "haversine": (exp.Anonymous,),
    "hex_string": (exp.HexString,),
    "sha256": (exp.SHA2, exp.SHA2Digest, exp.Anonymous),
    "alias_in_join": (exp.Join,),
    "alias_in_where": (exp.Anonymous,),
    "numeric_agg_implicit_cast": (exp.AggFunc,),
    "list_stage": (exp.ListStage,),
    "put_stage": (exp.Put,),
}
ORDER = (
    "identifier", "upper_case_unquoted_identifiers", "alter_session", "update_variables", "current_version",
    "set_schema", "create_database", "extract_comment_on_table", "extract_comment_on_columns", "information_schema_fs",
    "information_schema_databases", "drop_schema_cascade", "tag", "semi_structured_types", "try_parse_json", "split",
    "trim_cast_varchar", "indices_to_json_extract", "json_extract_cast_as_varchar", "json_extract_cased_as_varchar",
    "json_extract_precedence", "flatten_value_cast_as_varchar", "flatten", "regex_replace", "regex_substr",
    "result_scan", "sequence_nextval", "values_columns", "to_date", "timestamp_offsets", "to_decimal", "to_timestamp",
    "to_variant", "object_construct", "timestamp_ntz", "float_to_double", "integer_precision", "extract_text_length",
    "sample", "array_size", "random", "array_agg_within_group", "array_agg", "object_agg", "array_construct_etc",
    "dateadd_date_cast", "dateadd_string_literal_timestamp_cast", "datediff_string_literal_timestamp_cast",
    "show_databases", "show_functions", "show_procedures", "show_parameters", "show_warehouses", "show_schemas",
    "show_tables_etc", "show_columns", "show_stages", "show_sequences", "show_keys", "show_keys", "show_keys",
    "show_users", "create_user", "haversine", "hex_string", "sha256", "create_clone", "alias_in_join",
    "alias_in_where", "alter_table_strip_cluster_by", "numeric_agg_implicit_cast", "create_stage",
    "create_file_format", "list_stage", "put_stage", "create_table_as",
)  # fmt: skip


class Cursor(FakeSnowflakeCursor):
    """fakesnow's cursor with the transforms that a statement needs.

    cast_aggregates: whether SUM, AVG and their kin cast their argument to DOUBLE, as fakesnow always does. Snowflake
    does so for text only; a sum of NUMBER stays exact.
    """

    cast_aggregates = False

    def _transform(self, expression: Expr, params: MutableParams | None) -> Expr:
        named = _named_kinds(expression, self._conn.schema == "INFORMATION_SCHEMA")
        kinds = named | _kinds(expression)
        for name in ORDER:
            if name == "numeric_agg_implicit_cast" and not self.cast_aggregates:
                continue
            if roots := _ROOTS.get(name):
                if isinstance(expression, roots) and name != "show_keys":
                    expression = self._step(name, params)(expression)
                    kinds = named | _kinds(expression)
            elif not kinds.isdisjoint(_subclasses(_NODES[name])):
                expression = expression.transform(self._step(name, params), copy=False)
                kinds = named | _kinds(expression)
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


def without_positions(expression: Expr) -> Expr:
    """Take out of a parsed statement where its words stood in the text: copies take four times as long with them.

    fakesnow reads the positions of functions only (transforms.numeric_agg_implicit_cast).
    """
    for node in expression.walk():
        if node._meta and not isinstance(node, exp.Func):  # noqa: SLF001 - `meta` would create what is to be removed
            node._meta = None  # noqa: SLF001
    return expression


def _kinds(expression: Expr) -> set[type[Expr]]:
    """Return the kinds of nodes in a statement."""
    return set(map(type, expression.walk()))


def _named_kinds(expression: Expr, inside: bool) -> set[type[Expr]]:
    """Return what names alone say of a statement; inside: whether bare names are of the information schema."""
    found: set[type[Expr]] = {_InformationSchema} if inside else set()
    if any(table.db.upper() == "INFORMATION_SCHEMA" for table in expression.find_all(exp.Table)):
        found.add(_InformationSchema)
    if any(column.name.upper() == "NEXTVAL" for column in expression.find_all(exp.Column)):
        found.add(_NextValue)
    return found


@cache
def _reserved() -> frozenset[str]:
    """Return the words that DuckDB reserves; most of them are ordinary names on Snowflake, such as AT."""
    rows = duckdb.connect().execute("select keyword_name from duckdb_keywords() where keyword_category <> 'unreserved'")
    return frozenset(word for (word,) in rows.fetchall())


_SUBCLASSES: dict[Kinds, frozenset[type[Expr]]] = {}


def _subclasses(kinds: Kinds) -> frozenset[type[Expr]]:
    """Return the kinds and everything derived from them."""
    if kinds not in _SUBCLASSES:
        found: set[type[Expr]] = set()
        waiting = list(kinds)
        while waiting:
            kind = waiting.pop()
            found.add(kind)
            waiting += kind.__subclasses__()
        _SUBCLASSES[kinds] = frozenset(found)
    return _SUBCLASSES[kinds]
