"""Columns of DuckDB's answers as clients of Snowflake know them: types that it lacks become those that it has."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from fakesnow.rowtype import ColumnInfo, describe_as_rowtype
from snowflake.connector.errors import ProgrammingError

from local_account.errors import not_supported
from local_account.types import DIGITS, DataType, Family, octets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlglot import exp

_WHOLE = ("TINYINT", "SMALLINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_SAME = {
    **dict.fromkeys(_WHOLE, "BIGINT"),
    "FLOAT": "DOUBLE",
    "UUID": "VARCHAR",
    "TIMESTAMP_S": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
}
# DuckDB hands these over as Arrow types that Snowflake's clients cannot read.
_ARROW = {
    **dict.fromkeys(_WHOLE, pa.int64()),
    "UBIGINT": pa.decimal128(20, 0),
    "FLOAT": pa.float64(),
    "TIMESTAMP_S": pa.timestamp("us"),
    "TIMESTAMP_MS": pa.timestamp("us"),
}
_ESCAPE = r"\u00"
# Such an escape at the start of a text; a backslash before it would be another character's.
_ESCAPED = re.compile(r'((?:^|[\[,:{])"(?:[^"\\]?))\\u00(3[0-9]|4[1-6]|2d)')
# What DuckDB answers, and what its type may be on Snowflake.
_TOLD = (("text", "ARRAY"), ("timestamp_tz", "TIMESTAMP_LTZ"))


def for_clients(
    table: pa.Table, described: Sequence[Sequence[Any]], types: Sequence[exp.DataType | None] | None = None
) -> tuple[pa.Table, list[ColumnInfo]]:
    """Return the rows and columns of a result in Snowflake's types.

    Args:
        table: what DuckDB answered.
        described: its columns' names and types, as DuckDB's cursor describes them.
        types: their types on Snowflake, in order, as far as they are known.

    Returns: the table, and one entry a column; lists are ARRAY, structures and maps OBJECT, as JSON.
    Raises: ProgrammingError (2) for a type that Snowflake has not.
    """
    names: list[tuple[str, str]] = []
    nested: dict[int, str] = {}
    for index, (name, kind) in enumerate((str(column[0]), str(column[1])) for column in described):
        if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
            nested[index] = "array" if kind.endswith("]") else "object"
            texts = [None if v is None else _json(v, kind) for v in table.column(index).to_pylist()]
            table = table.set_column(index, table.field(index).name, pa.array(texts, pa.string()))
            names.append((name, "JSON"))
        else:
            if kind in _ARROW:
                column = table.column(index)
                wanted = _ARROW[kind] if kind != "UBIGINT" or _exceeds(column) else pa.int64()
                table = table.set_column(index, table.field(index).name, column.cast(wanted))
            names.append((name, _SAME.get(kind, kind)))
    table = _checked(table, [kind for _, kind in names])
    try:
        rowtype = describe_as_rowtype([(*column, None, None, None, None) for column in names])
    except NotImplementedError as error:
        kinds = {kind for _, kind in names}
        raise not_supported(f"A result of one of the types {', '.join(sorted(kinds))}") from error
    for index, kind in nested.items():
        rowtype[index]["type"] = kind
    for info, known in zip(rowtype, types if types is not None and len(types) == len(rowtype) else (), strict=False):
        if kind := DataType.of_known(known):
            _sized(info, kind)
    return table, rowtype


def _sized(info: ColumnInfo, kind: DataType) -> None:
    """Give a column the size of its type on Snowflake, where that is a type of what DuckDB answered."""
    if info["type"] == "variant" and kind.family is Family.SEMI_STRUCTURED:
        info["type"] = kind.protocol
    elif (info["type"], kind.name) in _TOLD:
        info.update(type=kind.protocol, length=None, byteLength=None)
    if kind.protocol != info["type"]:
        return
    if kind.name == "NUMBER" and kind.scale == info["scale"]:
        info["precision"] = kind.precision
    elif kind.length is not None:
        info["length"], info["byteLength"] = kind.length, kind.length
        if kind.name == "VARCHAR":
            info["byteLength"] = octets(kind.length)


def _exceeds(column: pa.ChunkedArray) -> bool:
    """Tell whether a column of unsigned integers holds one that a signed integer of 64 bits cannot."""
    greatest = pc.call_function("max", [column]).as_py()
    return greatest is not None and greatest >= 1 << 63


def _checked(table: pa.Table, kinds: list[str]) -> pa.Table:
    """Return a result's rows as clients may see them. Raises: ProgrammingError (100046) for numbers too long."""
    for index, kind in enumerate(kinds):
        if kind == "JSON":
            table = table.set_column(index, table.field(index).name, _plain_json(table.column(index)))
        elif kind in ("HUGEINT", f"DECIMAL({DIGITS},0)"):
            _require_digits(table.column(index))
    return table


def _plain_json(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the texts of VARIANT values without the escapes that tell which of them are moments and bytes."""
    marked = pc.call_function("match_substring", [column], pc.MatchSubstringOptions(_ESCAPE))
    if not pc.call_function("any", [marked]).as_py():
        return column
    texts = [None if v is None else _ESCAPED.sub(lambda m: m[1] + chr(int(m[2], 16)), v) for v in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _require_digits(column: pa.ChunkedArray) -> None:
    """Refuse a whole number of more digits than NUMBER has; a sum in DuckDB may have one more.

    Raises: ProgrammingError (100046).
    """
    for value in pc.call_function("min_max", [column]).as_py().values():
        if value is not None and abs(value) >= 10**DIGITS:
            raise ProgrammingError(
                msg=f"Number out of representable range: type FIXED[SB16]({DIGITS},0){{nullable}}, value {value}",
                errno=100046,
                sqlstate="22003",
            )


def _json(value: Any, kind: str) -> str:
    """Write a value of a list, structure or map as JSON.

    Args:
        value: as Python has it.
        kind: its type in DuckDB; JSON within lists is written as it is.
    """
    if kind.endswith("]") and value is not None:
        inner = kind[: kind.rindex("[")]
        return f"[{','.join(_json(each, inner) for each in value)}]"
    if kind == "JSON" and value is not None:
        return str(value)
    if kind.startswith("MAP") and value is not None:
        value = dict(value)
    return json.dumps(value, separators=(",", ":"), default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Return what JSON has for a value: a number for a decimal, text for the rest."""
    text = str(value)
    try:
        return float(text) if "." in text or "E" in text.upper() else int(text)
    except ValueError:
        return text
