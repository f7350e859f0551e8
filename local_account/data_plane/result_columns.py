"""Columns of DuckDB's answers as clients of Snowflake know them: types that it lacks become those that it has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from fakesnow.rowtype import ColumnInfo, describe_as_rowtype

from local_account.errors import not_supported
from local_account.types import BYTES_OF_A_CHARACTER, DEFAULT_TEXT, DataType, Family

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
            info["byteLength"] = min(kind.length * BYTES_OF_A_CHARACTER, DEFAULT_TEXT)


def _exceeds(column: pa.ChunkedArray) -> bool:
    """Tell whether a column of unsigned integers holds one that a signed integer of 64 bits cannot."""
    greatest = pc.call_function("max", [column]).as_py()
    return greatest is not None and greatest >= 1 << 63


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
