"""Which kinds of statements and nodes each of fakesnow's transforms concerns: one table, in fakesnow's order.

A transform does nothing to a statement in which none of its kinds occurs, so that it need not walk it. The table knows
nothing of the local account; it could stand in fakesnow, beside the transforms, as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlglot import Expr, exp

Kinds = tuple[type[Expr], ...]


class InformationSchemaTable(exp.Expression):
    """Stands for a table of the information schema, whose kind alone says nothing."""


class NextValue(exp.Expression):
    """Stands for `sequence.NEXTVAL`, which is a column to sqlglot."""


@dataclass(frozen=True)
class Transform:
    """One transform of fakesnow.

    Attributes:
        name: of the function in `fakesnow.transforms`.
        kinds: without a node of one of these, or of a kind derived from them, it does nothing.
        whole: whether it looks at the statement as a whole, whose own kind then counts, or at every node of it.
        itself: whether it looks at nodes of these kinds only, and not at what is around them.
    """

    name: str
    kinds: Kinds
    whole: bool
    itself: bool = False

    @cached_property
    def all_kinds(self) -> frozenset[type[Expr]]:
        """The kinds with everything derived from them."""
        found: set[type[Expr]] = set()
        waiting = list(self.kinds)
        while waiting:
            kind = waiting.pop()
            found.add(kind)
            waiting += kind.__subclasses__()
        return frozenset(found)


def whole(name: str, *kinds: type[Expr]) -> Transform:
    """Declare a transform that looks at the statement as a whole."""
    return Transform(name, kinds, whole=True)


def at(name: str, *kinds: type[Expr]) -> Transform:
    """Declare a transform that looks at nodes of these kinds and no other."""
    return Transform(name, kinds, whole=False, itself=True)


def anywhere(name: str, *kinds: type[Expr]) -> Transform:
    """Declare a transform that looks at every node."""
    return Transform(name, kinds, whole=False)


_SHOW: Kinds = (exp.Show, exp.Command)
TRANSFORMS = (
    anywhere("identifier", exp.DynamicIdentifier),
    at("upper_case_unquoted_identifiers", exp.Identifier),
    whole("alter_session", exp.Alter),
    whole("update_variables", exp.Set, exp.Alias),
    anywhere("current_version", exp.CurrentVersion),
    whole("set_schema", exp.Use),
    whole("create_database", exp.Create),
    whole("extract_comment_on_table", exp.Create, exp.Comment, exp.Alter),
    whole("extract_comment_on_columns", exp.Alter),
    anywhere("information_schema_fs", InformationSchemaTable),
    anywhere("information_schema_databases", InformationSchemaTable),
    whole("drop_schema_cascade", exp.Drop),
    whole("tag", exp.Alter, exp.Command, exp.Create, exp.Drop),
    at("semi_structured_types", exp.DataType),
    anywhere("try_parse_json", exp.Anonymous),
    anywhere("split", exp.Split),
    anywhere("trim_cast_varchar", exp.Trim),
    anywhere("indices_to_json_extract", exp.Bracket),
    anywhere("json_extract_cast_as_varchar", exp.JSONExtract),
    anywhere("json_extract_cased_as_varchar", exp.JSONExtract),
    anywhere("json_extract_precedence", exp.JSONExtract, exp.JSONExtractScalar),
    anywhere("flatten_value_cast_as_varchar", exp.Explode),
    anywhere("flatten", exp.Explode),
    anywhere("regex_replace", exp.RegexpReplace),
    anywhere("regex_substr", exp.RegexpExtract),
    anywhere("result_scan", exp.TableFromRows),
    anywhere("sequence_nextval", NextValue),
    anywhere("values_columns", exp.Values),
    at("to_date", exp.Anonymous),
    at("timestamp_offsets", exp.Cast),
    at("to_decimal", exp.ToNumber),
    at("to_timestamp", exp.UnixToTime, exp.Anonymous, exp.Cast),
    anywhere("to_variant", exp.ToVariant),
    anywhere("object_construct", exp.StarMap, exp.Struct, exp.JSONObject),
    at("timestamp_ntz", exp.DataType),
    at("float_to_double", exp.DataType),
    at("integer_precision", exp.DataType),
    whole("extract_text_length", exp.Create, exp.Alter),
    anywhere("sample", exp.TableSample),
    anywhere("array_size", exp.ArraySize),
    anywhere("random", exp.Rand),
    anywhere("array_agg_within_group", exp.WithinGroup),
    anywhere("array_agg", exp.ArrayAgg),
    anywhere("object_agg", exp.ObjectAgg),
    anywhere("array_construct_etc", exp.ArrayConstructCompact, exp.Array, exp.ArrayConcat),
    anywhere("dateadd_date_cast", exp.DateAdd),
    anywhere("dateadd_string_literal_timestamp_cast", exp.DateAdd),
    anywhere("datediff_string_literal_timestamp_cast", exp.DateDiff),
    whole("show_databases", *_SHOW),
    whole("show_functions", *_SHOW),
    whole("show_procedures", *_SHOW),
    whole("show_parameters", *_SHOW),
    whole("show_warehouses", *_SHOW),
    whole("show_schemas", *_SHOW),
    whole("show_tables_etc", *_SHOW),
    whole("show_columns", *_SHOW),
    whole("show_stages", *_SHOW),
    whole("show_sequences", *_SHOW),
    whole("show_keys", *_SHOW),
    whole("show_keys", *_SHOW),
    whole("show_keys", *_SHOW),
    whole("show_users", *_SHOW),
    whole("create_user", exp.Command),
    anywhere("haversine", exp.Anonymous),
    anywhere("hex_string", exp.HexString),
    anywhere("sha256", exp.SHA2, exp.SHA2Digest, exp.Anonymous),
    whole("create_clone", exp.Create),
    anywhere("alias_in_join", exp.Join),
    anywhere("alias_in_where", exp.Anonymous),
    whole("alter_table_strip_cluster_by", exp.Alter, exp.Command),
    anywhere("numeric_agg_implicit_cast", exp.AggFunc),
    whole("create_stage", exp.Create),
    whole("create_file_format", exp.Create),
    anywhere("list_stage", exp.ListStage),
    anywhere("put_stage", exp.Put),
    whole("create_table_as", exp.Create),
)
