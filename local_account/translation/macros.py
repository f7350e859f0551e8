"""Functions of Snowflake that DuckDB has none for, as macros of its own: one table of their SQL.

They stand in the database in memory that every connection sees, and are called by their full names, also by views.
ARRAY, OBJECT and VARIANT are JSON here; a macro takes lists as well. Those on text and numbers come last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.translation import flattened_rows
from local_account.translation.text_values import from_text, misread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlglot import Expr

_PLACE = "memory.main"
_PREFIX = "sf_"
_ELEMENTS = "CAST(to_json(a) AS JSON[])"
_IS_ARRAY = "json_type(to_json(a)) = 'ARRAY'"
_IS_NULL = "x IS NULL OR json_type(x) = 'NULL'"
_VALUE = r"json_extract(to_json(o), '/' || replace(replace(k, '~', '~0'), '/', '~1'))"


def _array(sql: str, *parameters: str) -> str:
    """Return the SQL of a macro on an array `a`, whose elements are `l`; of what is no array it gives NULL."""
    names = "".join(f", {name}" for name in parameters)
    return f"(a{names}) AS (SELECT CASE WHEN {_IS_ARRAY} THEN {sql} END FROM (SELECT {_ELEMENTS} AS l))"


def _any_null(elements: str) -> str:
    """Return the SQL that tells whether there is a NULL among the elements of an array."""
    return f"len(list_filter({elements}, lambda x: {_IS_NULL})) > 0"


def _object(pairs: str, *parameters: str) -> str:
    """Return the SQL of a macro that makes an object of the rows (k, v) of a query, in the order of its keys."""
    made = "CAST('{' || coalesce(string_agg(to_json(k) || ':' || v, ',' ORDER BY k), '') || '}' AS JSON)"
    return f"({', '.join(parameters)}) AS (SELECT {made} FROM ({pairs}) AS pairs(k, v) WHERE k IS NOT NULL)"


def _is(*kinds: str) -> str:
    """Return the SQL of a macro that tells whether a VARIANT holds a value of one of the kinds that TYPEOF names."""
    return f"(v) AS {_PLACE}.{_PREFIX}kind(v) IN ({', '.join(map(repr, kinds))})"


def _as(wanted: str, *kinds: str) -> str:
    """Return the SQL of a macro that gives the value of a VARIANT that holds one of such a kind, and NULL of others."""
    special = {"JSON": "to_json(v)", "BLOB": "unhex(to_json(v) ->> '$')"}
    value = special.get(wanted, f"CAST(to_json(v) ->> '$' AS {wanted})")
    return f"(v) AS CASE WHEN {_PLACE}.{_PREFIX}kind(v) IN ({', '.join(map(repr, kinds))}) THEN {value} END"


_NUMBERS = ("INTEGER", "DECIMAL", "DOUBLE")
# JSON has no moments and no bytes, and one kind of numbers. Where a VARIANT is made of such a value, its text says so:
# the first character is written as an escape, which is read as that character, and a DOUBLE has an exponent.
_KIND = r"""(v) AS CASE
    WHEN v IS NULL THEN NULL
    WHEN typeof(v) <> 'JSON' THEN CASE typeof(v) WHEN 'TIMESTAMP' THEN 'TIMESTAMP_NTZ' WHEN 'BLOB' THEN 'BINARY'
        WHEN 'TIMESTAMP WITH TIME ZONE' THEN 'TIMESTAMP_LTZ' WHEN 'DATE' THEN 'DATE' WHEN 'TIME' THEN 'TIME'
        WHEN 'DOUBLE' THEN 'DOUBLE' ELSE memory.main.sf_kind_of_json(to_json(v)) END
    WHEN CAST(v AS VARCHAR) LIKE '"\u00__\u00%' THEN 'TIMESTAMP_TZ'
    WHEN CAST(v AS VARCHAR) LIKE '"\u00%' THEN CASE
        WHEN (v ->> '$') LIKE '____-__-__' THEN 'DATE' WHEN (v ->> '$') LIKE '__:__:__%' THEN 'TIME'
        WHEN (v ->> '$') LIKE '____-__-__ % Z' THEN 'TIMESTAMP_LTZ'
        WHEN (v ->> '$') LIKE '____-__-__ %' THEN 'TIMESTAMP_NTZ' ELSE 'BINARY' END
    WHEN regexp_matches(CAST(v AS VARCHAR), '^-?[0-9.]+e') THEN 'DOUBLE'
    ELSE memory.main.sf_kind_of_json(v) END"""
_KIND_OF_JSON = """(j) AS CASE json_type(j) WHEN 'UBIGINT' THEN 'INTEGER' WHEN 'BIGINT' THEN 'INTEGER'
    WHEN 'HUGEINT' THEN 'INTEGER' WHEN 'UHUGEINT' THEN 'INTEGER'
    WHEN 'DOUBLE' THEN CASE WHEN regexp_full_match(CAST(j AS VARCHAR), '-?[0-9]+') THEN 'INTEGER' ELSE 'DECIMAL' END
    WHEN 'NULL' THEN 'NULL_VALUE' ELSE json_type(j) END"""
_IS_FLOAT = r"regexp_full_match(s, '\s*-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+\s*')"
_AS_FLOAT = f"{_PLACE}.{_PREFIX}held_double(CAST(s AS DOUBLE))"
_KEYS = "unnest(json_keys(to_json(o))) AS k"
_PARTS = """(s, d) AS TABLE SELECT 1 AS SEQ, i AS INDEX, p AS VALUE
    FROM (SELECT unnest(str_split(s, d)) AS p, generate_subscripts(str_split(s, d), 1) AS i)"""
# Of a list of arrays; an array that is shorter than others gives nulls.
_ZIPPED = """(a) AS (SELECT CASE WHEN len(l) = len(list_filter(l, lambda x: x IS NOT NULL)) THEN CAST(
    '[' || array_to_string(list_transform(range(list_max(list_transform(l, lambda x: len(x)))), lambda i:
        '{' || array_to_string(list_transform(range(1, len(l) + 1), lambda j:
            '"$' || j || '":' || coalesce(CAST(l[j][i + 1] AS VARCHAR), 'null')), ',') || '}'), ',') || ']' AS JSON) END
    FROM (SELECT list_transform(a, lambda x: CAST(x AS JSON[])) AS l))"""
# Letters that sound alike have one digit; vowels separate equal ones, H and W do not.
_SOUNDEX = """(s) AS CASE WHEN s = '' THEN '0000' ELSE (
    SELECT s[1] || left(array_to_string(list_filter(l, lambda x, i:
        x <> '0' AND (i > 1 OR upper(s[1]) IN ('H', 'W')) AND (i = 1 OR x <> l[i - 1])), '') || '000', 3)
    FROM (SELECT str_split(
        translate(upper(s), 'BFPVCGJKQSXZDTLMNRAEIOUYHW', '111122222222334556000000'), '') AS l)) END"""
_TOKENS = """(s, d) AS TABLE SELECT 1 AS SEQ, i AS INDEX, p AS VALUE FROM (
    SELECT unnest(l) AS p, generate_subscripts(l, 1) AS i FROM (SELECT list_filter(
        str_split(translate(s, d, repeat(d[1], length(d))), d[1]), lambda x: x <> '') AS l))"""
_IS_HEX = "regexp_full_match(s, '([0-9A-Fa-f]{2})*')"
_BUCKET = """(x, low, high, n) AS CASE
    WHEN low > high AND x > low THEN 0 WHEN low > high AND x <= high THEN n + 1
    WHEN low > high THEN CAST(floor((low - x) / ((low - high)::DOUBLE / n)) AS BIGINT) + 1
    WHEN x < low THEN 0 WHEN x >= high THEN n + 1
    ELSE CAST(floor((x - low) / ((high - low)::DOUBLE / n)) AS BIGINT) + 1 END"""
_MACROS = {
    # arrays
    "array_append": _array("to_json(list_append(l, to_json(v)))", "v"),
    "array_prepend": _array("to_json(list_prepend(to_json(v), l))", "v"),
    "array_cat": _array("to_json(CASE WHEN b IS NOT NULL THEN list_concat(l, CAST(to_json(b) AS JSON[])) END)", "b"),
    "array_compact": _array(f"to_json(list_filter(l, lambda x: NOT ({_IS_NULL})))"),
    "array_contains": _array(
        f"CASE WHEN v IS NOT NULL THEN list_contains(l, to_json(v)) WHEN {_any_null('l')} THEN true END", "v"
    ),
    "array_distinct": _array("to_json(list_filter(l, lambda x, i: list_position(l, x) = i))"),
    "array_flatten": _array(
        f"CASE WHEN {_any_null('l')} THEN NULL WHEN len(list_filter(l, lambda x: json_type(x) <> 'ARRAY')) > 0 "
        "THEN error('Not an array: ''Input argument to ARRAY_FLATTEN is not an array of arrays''') "
        "ELSE to_json(flatten(list_transform(l, lambda x: CAST(x AS JSON[])))) END"
    ),
    "array_insert": _array(
        "(SELECT to_json(list_concat(list_concat(CASE WHEN i > len(l) THEN list_resize(l, i) ELSE l[:i] END, "
        "[to_json(v)]), l[i + 1:])) FROM (SELECT CASE WHEN p < 0 THEN greatest(len(l) + p, 0) ELSE p END AS i))",
        "p", "v",
    ),
    "array_position": _array("list_position(l, to_json(v)) - 1", "v"),
    "array_remove": _array("to_json(list_filter(l, lambda x: x <> to_json(v)))", "v"),
    "array_remove_at": _array(
        "to_json(list_filter(l, lambda x, i: i - 1 <> CASE WHEN p < 0 THEN len(l) + p ELSE p END))", "p"
    ),
    "array_reverse": _array("to_json(list_reverse(l))"),
    "array_slice": _array(
        "to_json(l[(CASE WHEN p < 0 THEN greatest(len(l) + p, 0) ELSE p END) + 1:"
        "CASE WHEN q < 0 THEN len(l) + q ELSE q END])",
        "p", "q",
    ),
    "array_to_string": _array("array_to_string(list_transform(l, lambda x: coalesce(x ->> '$', '')), d)", "d"),
    "arrays_zip": _ZIPPED,
    "arrays_overlap": _array(
        f"list_has_any(l, m) OR ({_any_null('l')} AND {_any_null('m')})", "b"
    ).replace(" AS l)", " AS l, CAST(to_json(b) AS JSON[]) AS m)"),
    "arrays_to_object": _object(
        "SELECT unnest(list_transform(CAST(to_json(a) AS JSON[]), lambda x: x ->> '$')), "
        "unnest(CAST(to_json(b) AS JSON[]))",
        "a", "b",
    ),
    # objects
    "object_construct": _object(
        "SELECT unnest(a), unnest(CASE WHEN nulls THEN list_transform(b, lambda x: coalesce(x, 'null'::JSON)) "
        "ELSE b END)",
        "a", "b", "nulls",
    ).replace("WHERE k IS NOT NULL", "WHERE k IS NOT NULL AND v IS NOT NULL"),
    "object_delete": _object(f"SELECT k, {_VALUE} FROM (SELECT {_KEYS}) WHERE NOT list_contains(w, k)", "o", "w"),
    "object_pick": _object(f"SELECT k, {_VALUE} FROM (SELECT {_KEYS}) WHERE list_contains(w, k)", "o", "w"),
    "object_insert": _object(
        f"SELECT k, {_VALUE} FROM (SELECT {_KEYS}) WHERE CASE WHEN k = w AND NOT changes "
        "THEN error('Duplicate field key ''' || w || '''') ELSE k <> w END "
        "UNION ALL SELECT w, to_json(x) WHERE x IS NOT NULL",
        "o", "w", "x", "changes",
    ),
    "object_keys": "(o) AS CASE WHEN json_type(to_json(o)) = 'OBJECT' "
                   "THEN to_json(list_sort(json_keys(to_json(o)))) END",
    "to_object": "(v) AS CASE WHEN v IS NULL OR json_type(to_json(v)) = 'OBJECT' THEN to_json(v) "
                 "ELSE error('Failed to cast variant value ' || to_json(v) || ' to OBJECT') END",
    "get_ignore_case": f"(o, w) AS (SELECT {_VALUE} FROM (SELECT {_KEYS}) WHERE lower(k) = lower(w) "
                       "ORDER BY k <> w, k LIMIT 1)",
    # values of a VARIANT
    "kind_of_json": _KIND_OF_JSON, "kind": _KIND,
    "held": r"""(s) AS CAST('"' || printf('\u%04x', unicode(s[1])) || s[2:] || '"' AS JSON)""",
    "held_tz": r"""(s) AS CAST('"' || printf('\u%04x\u%04x', unicode(s[1]), unicode(s[2])) || s[3:] || '"' AS JSON)""",
    "held_double": "(x) AS CAST(printf('%.15e', x) AS JSON)",
    # of a text, and of what it is when its keys are in order
    "parsed": f"(s, t) AS CASE WHEN {_IS_FLOAT} THEN {_AS_FLOAT} ELSE JSON(t) END",
    "try_parsed": f"(s, t) AS CASE WHEN {_IS_FLOAT} THEN {_AS_FLOAT} WHEN json_valid(t) THEN JSON(t) END",
    "checked": f"(s, t) AS CASE WHEN trim(s) <> '' AND NOT {_IS_FLOAT} AND NOT json_valid(coalesce(t, '')) "
               "THEN 'Invalid JSON' END",
    "text_of": r"(v) AS CASE WHEN regexp_matches(CAST(v AS VARCHAR), '^-?[0-9.]+e') "
               r"THEN regexp_replace(v ->> '$', '\.0$', '') ELSE v ->> '$' END",
    "is_array": _is("ARRAY"), "is_object": _is("OBJECT"), "is_boolean": _is("BOOLEAN"),
    "is_varchar": _is("VARCHAR"), "is_char": _is("VARCHAR"), "is_integer": _is("INTEGER"), "is_binary": _is("BINARY"),
    "is_decimal": _is("INTEGER", "DECIMAL"), "is_double": _is(*_NUMBERS), "is_real": _is(*_NUMBERS),
    "is_date": _is("DATE"), "is_date_value": _is("DATE"), "is_time": _is("TIME"),
    **{f"is_timestamp_{zone}": _is(f"TIMESTAMP_{zone.upper()}") for zone in ("ntz", "ltz", "tz")},
    "as_array": _as("JSON", "ARRAY"), "as_object": _as("JSON", "OBJECT"), "as_boolean": _as("BOOLEAN", "BOOLEAN"),
    "as_varchar": _as("VARCHAR", "VARCHAR"), "as_char": _as("VARCHAR", "VARCHAR"), "as_binary": _as("BLOB", "BINARY"),
    "as_integer": _as("BIGINT", "INTEGER"), "as_double": _as("DOUBLE", *_NUMBERS),
    "as_real": _as("DOUBLE", *_NUMBERS), "as_date": _as("DATE", "DATE"), "as_time": _as("TIME", "TIME"),
    "as_timestamp_ntz": _as("TIMESTAMP", "TIMESTAMP_NTZ"),
    "as_timestamp_ltz": "(v) AS CASE WHEN memory.main.sf_kind(v) = 'TIMESTAMP_LTZ' "
                        "THEN CAST(replace(v ->> '$', ' Z', '+00') AS TIMESTAMP WITH TIME ZONE) END",
    # rows
    **flattened_rows.MACROS, "split_to_table": _PARTS, "strtok_split_to_table": _TOKENS,
    # text and numbers
    "jarowinkler": "(s, t) AS CAST(floor(jaro_winkler_similarity(upper(s), upper(t)) * 100) AS BIGINT)",
    "soundex": _SOUNDEX, "octet_length": "(s) AS octet_length(encode(s))",
    "ascii": "(s) AS CASE WHEN ascii(s) < 128 THEN ascii(s) ELSE CAST('0x' || hex(encode(s))[1:2] AS BIGINT) END",
    "bitcount": "(n) AS CAST(bit_count(CAST(n AS BIGINT)) AS BIGINT)", "negate": "(n) AS -n",
    # of more digits than BIGINT has it fails, in place of being none
    "try_whole": "(s) AS coalesce(TRY_CAST(s AS BIGINT), CAST(TRY_CAST(s AS HUGEINT) AS BIGINT))",
    "array_repeat": "(v, n) AS to_json(list_transform(range(n), lambda i: to_json(v)))",
    "as_number": "(v) AS CASE WHEN memory.main.sf_kind(v) IN ('INTEGER', 'DECIMAL') "
                 "THEN CAST(to_json(v) ->> '$' AS DECIMAL(38, 12)) END",
    "getbit": "(n, p) AS (CAST(n AS BIGINT) >> CAST(p AS INTEGER)) & 1",
    "bitmap_bucket_number": "(n) AS CASE WHEN n > 0 THEN 1 + (n - 1) // 32768 ELSE n // 32768 END",
    "bitmap_bit_position": "(n) AS CASE WHEN n > 0 THEN (n - 1) % 32768 ELSE abs(n) % 32768 END",
    "md5_lower": "(s) AS CAST('0x' || md5(s)[17:] AS UBIGINT)",
    "md5_upper": "(s) AS CAST('0x' || md5(s)[:16] AS UBIGINT)",
    "md5_binary": "(s) AS unhex(md5(s))", "sha1_binary": "(s) AS unhex(sha1(s))",
    "try_hex_decode_string": f"(s) AS CASE WHEN {_IS_HEX} THEN TRY(decode(unhex(s))) END",
    "try_hex_decode_binary": f"(s) AS CASE WHEN {_IS_HEX} THEN unhex(s) END",
    "read_hex": f"(s) AS CASE WHEN s IS NULL OR {_IS_HEX} THEN unhex(s) ELSE "
                "error(concat('The following string is not a legal hex-encoded value: ', chr(39), s, chr(39))) END",
    "try_base64_decode_string": "(s) AS TRY(decode(from_base64(s)))",
    "try_base64_decode_binary": "(s) AS TRY(from_base64(s))", "base64_decode_binary": "(s) AS from_base64(s)",
    "normal": "(m, d, g) AS m + d * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) + 0 * g",
    # a moment, cut to so many microseconds
    "cut": "(t, m) AS make_timestamp(epoch_us(t) - ((epoch_us(t) % m) + m) % m)",
    "of_parts": "(y, mo, d, h, mi, s, n := 0) AS make_timestamp(CAST(y AS BIGINT), 1, 1, 0, 0, 0) "
                "+ to_months(CAST(mo AS INTEGER) - 1) + to_days(CAST(d AS INTEGER) - 1) + to_hours(CAST(h AS BIGINT)) "
                "+ to_minutes(CAST(mi AS BIGINT)) + to_seconds(CAST(s AS DOUBLE)) "
                "+ to_microseconds(CAST(n AS BIGINT) // 1000)",
    "width_bucket": _BUCKET,
    # DuckDB's own is a bit off where the root is whole
    "cbrt": "(x) AS (SELECT CASE WHEN pow(round(r), 3) = x THEN round(r) ELSE r END "
            "FROM (SELECT cbrt(CAST(x AS DOUBLE)) AS r))",
}  # fmt: skip
# Texts read as values: NULL, or an error, where Snowflake's AUTO formats do not know one.
for _name, _said, _kind_of in (
    ("date", "Date", "DATE"), ("timestamp", "Timestamp", "TIMESTAMP"), ("time", "Time", "TIME"),
    ("boolean", "Boolean value", "BOOLEAN"), ("timestamp_ltz", "Timestamp", "TIMESTAMP WITH TIME ZONE"),
):  # fmt: skip
    _unread = f"error(concat('{_said} ''', s, ''' is not recognized'))"
    _MACROS[f"try_{_name}"] = f"(s) AS {from_text('s', _kind_of)}"
    _MACROS[f"read_{_name}"] = (
        f"(s) AS CASE WHEN s IS NOT NULL THEN coalesce({_PLACE}.{_PREFIX}try_{_name}(s), {_unread}) END"
    )
# The offset that a text names cannot be kept, and would be missed where the value is shown.
_OTHER_OFFSET = "error(concat('The offset of the TIMESTAMP_TZ ''', s, ''' is not supported'))"
for _name in ("try", "read"):
    _MACROS[f"{_name}_timestamp_tz"] = (
        f"(s) AS CASE WHEN {_PLACE}.{_PREFIX}try_timestamp_ltz(s) <> "
        f"{_PLACE}.{_PREFIX}try_timestamp(s) AT TIME ZONE 'UTC' THEN {_OTHER_OFFSET} "
        f"ELSE {_PLACE}.{_PREFIX}{_name}_timestamp_ltz(s) END"
    )
_MACROS["try_digits"] = f"(s) AS CASE WHEN {misread('s')} THEN NULL ELSE s END"
_MACROS["read_digits"] = (
    f"(s) AS CASE WHEN {misread('s')} THEN error(concat('Numeric value ''', s, ''' is not recognized')) ELSE s END"
)
# Which of them stand for what sqlglot reads as an expression of its own, with its arguments in the macro's order.
_NODES: dict[type[Expr], tuple[str, tuple[str, ...]]] = {
    exp.ArrayAppend: ("array_append", ("this", "expression")),
    exp.ArrayPrepend: ("array_prepend", ("this", "expression")),
    exp.ArrayCompact: ("array_compact", ("this",)),
    exp.ArrayContains: ("array_contains", ("this", "expression")),
    exp.ArrayDistinct: ("array_distinct", ("this",)),
    exp.Flatten: ("array_flatten", ("this",)),
    exp.ArrayInsert: ("array_insert", ("this", "position", "expression")),
    exp.ArrayPosition: ("array_position", ("this", "expression")),
    exp.ArrayRemove: ("array_remove", ("this", "expression")),
    exp.ArrayRemoveAt: ("array_remove_at", ("this", "position")),
    exp.ArrayReverse: ("array_reverse", ("this",)),
    exp.ArraySlice: ("array_slice", ("this", "start", "end")),
    exp.ArrayToString: ("array_to_string", ("this", "expression")),
    exp.ArrayOverlaps: ("arrays_overlap", ("this", "expression")),
    exp.JSONKeys: ("object_keys", ("this",)),
    exp.GetIgnoreCase: ("get_ignore_case", ("this", "expression")),
    exp.ByteLength: ("octet_length", ("this",)),
    exp.JarowinklerSimilarity: ("jarowinkler", ("this", "expression")),
    exp.Soundex: ("soundex", ("this",)),
    exp.Ascii: ("ascii", ("this",)),
    exp.Cbrt: ("cbrt", ("this",)),
    exp.Getbit: ("getbit", ("this", "expression")),
    exp.MD5NumberLower64: ("md5_lower", ("this",)),
    exp.MD5NumberUpper64: ("md5_upper", ("this",)),
    exp.MD5Digest: ("md5_binary", ("this",)),
    exp.SHA1Digest: ("sha1_binary", ("this",)),
    exp.TryHexDecodeString: ("try_hex_decode_string", ("this",)),
    exp.TryHexDecodeBinary: ("try_hex_decode_binary", ("this",)),
    exp.TryBase64DecodeString: ("try_base64_decode_string", ("this",)),
    exp.TryBase64DecodeBinary: ("try_base64_decode_binary", ("this",)),
    exp.Base64DecodeBinary: ("base64_decode_binary", ("this",)),
    exp.BitmapBucketNumber: ("bitmap_bucket_number", ("this",)),
    exp.BitmapBitPosition: ("bitmap_bit_position", ("this",)),
    exp.Normal: ("normal", ("this", "stddev", "gen")),
    exp.Typeof: ("kind", ("this",)),
    exp.WidthBucket: ("width_bucket", ("this", "min_value", "max_value", "num_buckets")),
}
# Their names that are no expressions of sqlglot's, with the number of their arguments.
_NAMES = {
    "ARRAYS_TO_OBJECT": 2, "TO_OBJECT": 1, "ARRAY_FLATTEN": 1, "BITCOUNT": 1, "NEGATE": 1, "ARRAY_REPEAT": 2,
    **dict.fromkeys((name.upper() for name in _MACROS if name.startswith(("is_", "as_"))), 1),
}  # fmt: skip


def creation_sql() -> Iterator[str]:
    """Yield the statements that make the macros, for the database in memory."""
    for name, sql in _MACROS.items():
        yield f"CREATE OR REPLACE MACRO {_PLACE}.{_PREFIX}{name}{sql}"


def call(name: str, *arguments: Expr) -> exp.Anonymous:
    """Return the call of a macro of the table."""
    return exp.Anonymous(this=f"{_PLACE}.{_PREFIX}{name}", expressions=list(arguments))


def json_of(value: Expr) -> exp.Anonymous:
    """Return a value as JSON."""
    return exp.Anonymous(this="to_json", expressions=[value.copy()])


def names() -> frozenset[str]:
    """Return the names of Snowflake's functions that are macros here and no expressions of sqlglot's."""
    return frozenset((*_NAMES, *_OF_KEYS, *_OF_NUMBERS))


def written(node: Expr) -> Expr | None:
    """Return the call of the macro that a function stands for, or None of any other expression."""
    if type(node) in _NODES:
        name, keys = _NODES[type(node)]
        return call(name, *_parts(node, keys))
    return _MADE[type(node)](node) if type(node) in _MADE else None


def _parts(node: Expr, keys: Iterable[str]) -> list[Expr]:
    """Return copies of those arguments of a function that are given."""
    return [node.args[key].copy() for key in keys if node.args.get(key) is not None]


def _concatenated(node: Expr) -> Expr:
    whole = node.this.copy()
    for other in node.expressions:
        whole = call("array_cat", whole, other.copy())
    return whole


def _zipped(node: Expr) -> Expr:
    lists = [json_of(array) for array in node.expressions]
    return call("arrays_zip", exp.Anonymous(this="list_value", expressions=lists))


def _inserted(node: Expr) -> Expr:
    changes = node.args.get("update_flag") or exp.false()
    return call("object_insert", *_parts(node, ("this", "key", "value")), changes.copy())


def _of_parts(node: Expr) -> Expr | None:
    if node.args.get("year") is None or node.args.get("zone"):
        return None
    return call("of_parts", *_parts(node, ("year", "month", "day", "hour", "min", "sec", "nano")))


_OF_NUMBERS = ("AS_NUMBER", "AS_DECIMAL")
_OF_KEYS = ("OBJECT_DELETE", "OBJECT_PICK")


def _named(node: exp.Anonymous) -> Expr | None:
    name, arguments = str(node.this).upper(), node.expressions
    if name in _OF_KEYS and len(arguments) > 1:
        keys = exp.Array(expressions=[key.copy() for key in arguments[1:]])
        return call(name.lower(), arguments[0].copy(), keys)
    if name in _OF_NUMBERS and arguments:
        parts = [exp.DataTypeParam(this=size.copy()) for size in arguments[1:]]
        kind = exp.DataType(this=exp.DType.DECIMAL, expressions=parts) if parts else exp.DType.BIGINT.into_expr()
        return exp.Cast(this=call("as_number", arguments[0].copy()), to=kind)
    if _NAMES.get(name) == len(arguments):
        return call(name.lower(), *(argument.copy() for argument in arguments))
    return None


_MADE: dict[type[Expr], Callable[..., Expr | None]] = {
    exp.ArrayConcat: _concatenated, exp.ArraysZip: _zipped, exp.ObjectInsert: _inserted,
    exp.TimestampFromParts: _of_parts, exp.Anonymous: _named,
}  # fmt: skip
KINDS: tuple[type[Expr], ...] = (*_NODES, *_MADE)
