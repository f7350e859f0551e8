"""Casts of text to dates, times and truth values, which read what Snowflake's AUTO formats know and nothing else.

https://docs.snowflake.com/en/sql-reference/date-time-input-output#supported-formats-for-auto-detection
"""

from __future__ import annotations

import re

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.errors import not_supported
from local_account.translation import macros, moments
from local_account.translation.numbers import DIGITS, NUMBERS, is_text, size_of
from local_account.translation.texts import call
from local_account.types import DataType, Family

_KINDS = {
    exp.DType.DATE: "date",
    exp.DType.TIMESTAMP: "timestamp",
    exp.DType.TIMESTAMPNTZ: "timestamp",
    exp.DType.DATETIME: "timestamp",
    exp.DType.TIMESTAMPLTZ: "timestamp_ltz",
    exp.DType.TIMESTAMPTZ: "timestamp_tz",
    exp.DType.TIME: "time",
    exp.DType.BOOLEAN: "boolean",
}
_MOMENTS = (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.DATETIME)
# What DuckDB reads as Snowflake does.
_COMMON = re.compile(r"[12]\d{3}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d{1,6})?)?")
# Where a TIMESTAMP_TZ stands for its moment alone, whatever its offset.
_OF_MOMENTS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.ConvertTimezone)
_READ_BY = {"TO_TIMESTAMP": "read_timestamp", "TO_TIMESTAMP_NTZ": "read_timestamp", "TO_DATE": "read_date"}
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*", re.IGNORECASE)
_NOT_TRIED = (Family.EXACT, Family.APPROXIMATE, Family.BOOLEAN, Family.DATE, Family.TIME, Family.TIMESTAMP)


def digits(value: Expr, *, tried: bool = False) -> Expr:
    """Return a text that is read as a number, without what DuckDB reads beyond Snowflake: 1_000 and 0x1F.

    Args:
        value: what is read; what is no text stays as it is.
        tried: whether such a text gives NULL, in place of an error.
    """
    if not is_text(value) or (isinstance(value, exp.Literal) and _NUMBER.fullmatch(value.name)):
        return value
    return macros.call("try_digits" if tried else "read_digits", value)


def to_number(node: Expr) -> Expr:
    """Write TO_NUMBER and TO_DOUBLE of a text without a format, and what tries them."""
    if node.args.get("format") is None:
        node.set("this", digits(node.this, tried=bool(node.args.get("safe"))))
    return node


def read(cast: Expr) -> Expr:
    """Write a cast of a text."""
    kind = _KINDS.get(cast.args["to"].this)
    value = cast.this
    if cast.args["to"].this in NUMBERS:
        cast.set("this", digits(value))
        return cast
    if kind is None or not is_text(value):
        return _binary(cast)
    if is_common(value):
        return cast
    if kind == "timestamp_tz" and _is_moment(cast.parent):
        kind = "timestamp_ltz"
    return macros.call(f"read_{kind}", value)


def is_common(value: Expr) -> bool:
    """Tell whether a value is a constant text that DuckDB reads as Snowflake does."""
    return isinstance(value, exp.Literal) and bool(_COMMON.fullmatch(value.name) or value.name in ("true", "false"))


def _is_moment(user: Expr | None) -> bool:
    """Tell whether what uses a TIMESTAMP_TZ does not see its offset."""
    while isinstance(user, exp.Paren):
        user = user.parent
    if isinstance(user, exp.EQ) and isinstance(user.parent, exp.Update):
        return False  # what is assigned is kept
    return isinstance(user, _OF_MOMENTS) or (isinstance(user, exp.Cast) and user.is_type(exp.DType.TIMESTAMPLTZ))


def to_date(node: Expr) -> Expr:
    """Write TO_DATE and TRY_TO_DATE of a text."""
    if node.args.get("format") is not None:
        return moments.by_format(node)
    if not is_text(node.this):
        return node
    return macros.call("try_date" if node.args.get("safe") else "read_date", node.this)


def to_binary(node: Expr) -> Expr:
    """Write TO_BINARY and TRY_TO_BINARY, which read hexadecimal digits where no format says otherwise.

    Raises: ProgrammingError (2) for a format that is no constant.
    """
    written = node.args.get("format")
    name = "HEX" if written is None else written.name.upper().replace("_", "-")
    tried = bool(node.args.get("safe"))
    if name == "HEX":
        return macros.call("try_hex_decode_binary" if tried else "read_hex", node.this)
    if name == "BASE64":
        return macros.call("try_base64_decode_binary" if tried else "base64_decode_binary", node.this)
    if name not in ("UTF-8", "UTF8"):
        raise not_supported(f"TO_BINARY with the format {written.sql(dialect='snowflake') if written else name}")
    return call("encode", node.this)


def to_time(node: Expr) -> Expr:
    """Write TIME of a text."""
    return macros.call("read_time", node.this) if is_text(node.this) else exp.cast(node.this, "TIME", copy=False)


def to_timestamp(node: Expr) -> Expr:
    """Write TO_TIMESTAMP, TO_TIMESTAMP_NTZ and TO_DATE of a text, where sqlglot leaves them as they are."""
    name = _READ_BY.get(str(node.this).upper())
    if name and len(node.expressions) == 1 and is_text(node.expressions[0]):
        return macros.call(name, node.expressions[0])
    return node


def part_of(node: Expr) -> Expr:
    """Write a part of a moment, such as YEAR, which reads a text as a moment."""
    key = "expression" if isinstance(node, exp.Extract) else "this"
    if is_text(node.args[key]):
        node.set(key, macros.call("read_timestamp", node.args[key]))
    return node


def between(node: Expr) -> Expr:
    """Write DATEDIFF, which reads texts as moments, whatever of the AUTO formats they have."""
    for key in ("this", "expression"):
        if is_text(value := node.args[key]) and not is_common(value):
            node.set(key, macros.call("read_timestamp", value))
    return node


def counted(node: Expr) -> Expr:
    """Write TO_TIMESTAMP of a text of digits without a scale, whose size tells seconds from milliseconds."""
    return macros.call("read_timestamp", node.this) if is_text(node.this) and not node.args.get("scale") else node


def tried(cast: Expr) -> Expr:
    """Write TRY_CAST.

    Raises: ProgrammingError (1065) where what is tried is no text.
    """
    value, wanted = cast.this, cast.args["to"]
    if value.type and not value.is_type(exp.DType.UNKNOWN, exp.DType.NULL):
        given = DataType.of_node(value.type)
        if given.family in _NOT_TRIED:
            raise ProgrammingError(
                msg="SQL compilation error:\nFunction TRY_CAST cannot be used with arguments of types "
                f"{given} and {DataType.of_node(wanted)}",
                errno=1065,
                sqlstate="22023",
            )
    kind = _KINDS.get(wanted.this)
    if wanted.this in NUMBERS:
        cast.set("this", digits(value, tried=True))
    if size_of(wanted) == (DIGITS, 0) and is_text(value):
        return macros.call("try_whole", cast.this)
    if kind is None or not (is_text(value) or wanted.this in _MOMENTS):
        return cast
    return macros.call(f"try_{kind}", value if is_text(value) else exp.cast(value, "TEXT", copy=False))


def _binary(cast: Expr) -> Expr:
    """Write a cast of a text to BINARY, which reads hexadecimal digits."""
    wanted = cast.args["to"].this
    if wanted in (exp.DType.BINARY, exp.DType.VARBINARY) and is_text(cast.this):
        return macros.call("read_hex", cast.this)
    return cast
