"""Comparisons between values of different types: the text, or the VARIANT, is read as a value of the other's type.

https://docs.snowflake.com/en/sql-reference/data-type-conversion
"""

from __future__ import annotations

from sqlglot import Expr, exp

from local_account.translation import readings
from local_account.translation.numbers import is_float, is_text, number, size
from local_account.translation.texts import call

_EXACT = number(38, 12)  # of texts that are compared with exact numbers
_TEMPORAL = (exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPTZ,
             exp.DType.TIMESTAMPLTZ, exp.DType.TIME, exp.DType.DATETIME)  # fmt: skip
_READ = (exp.DType.VARIANT, exp.DType.JSON)


def compared(node: Expr) -> Expr:
    """Write a comparison of two values."""
    left, right = node.args["this"], node.args["expression"]
    if isinstance(right, exp.Any | exp.All):
        return node
    node.set("this", alike(left, right))
    node.set("expression", alike(right, left))
    return node


def between(node: Expr) -> Expr:
    """Write BETWEEN, whose bounds decide about a text, and the value about texts of bounds."""
    value, low, high = node.this, node.args["low"], node.args["high"]
    node.set("low", alike(low, value))
    node.set("high", alike(high, value))
    node.set("this", alike(value, low))
    return node


def among(node: Expr) -> Expr:
    """Write IN of a list."""
    if node.expressions:
        value = node.this
        node.set("this", alike(value, node.expressions[0]))
        node.set("expressions", [alike(each, value) for each in node.expressions])
    return node


def alike(value: Expr, other: Expr) -> Expr:
    """Return a value as what it is compared with.

    Args:
        value: a text, a VARIANT, or a number beside a BOOLEAN; others stay as they are.
        other: what it is compared with.
    """
    wanted = _wanted(value, other)
    if wanted is None or isinstance(other, exp.Null):
        return value
    if value.is_type(*_READ) and not isinstance(value, exp.JSONExtract):
        value = call("json_extract_string", value, exp.Literal.string("$"))
    if not isinstance(wanted, exp.DataType):
        return value
    cast = exp.Cast(this=value, to=wanted)
    return readings.read(cast) if wanted.is_type(*_TEMPORAL) else cast


def _wanted(value: Expr, other: Expr) -> exp.DataType | str | None:
    """Return the type that a value is read as, "" for its text, None where it stays."""
    if is_text(value):
        return _of_text(value, other)
    if value.is_type(*_READ):
        if is_text(other):
            return exp.DataType.build("VARCHAR")
        return _of_number(other) or _of_temporal(other) or _of_boolean(other)
    if size(value) and other.is_type(exp.DType.BOOLEAN):
        return exp.DataType.build("BOOLEAN")
    return None


def _of_text(value: Expr, other: Expr) -> exp.DataType | None:
    if found := _of_number(other) or _of_boolean(other):
        return found
    return None if readings.is_common(value) else _of_temporal(other)


def _of_number(other: Expr) -> exp.DataType | None:
    if is_float(other):
        return exp.DataType.build("DOUBLE")
    return _EXACT.copy() if size(other) else None


def _of_temporal(other: Expr) -> exp.DataType | None:
    """Return the type of a date or time; of a TIMESTAMP_TZ the moment alone is compared."""
    if other.is_type(exp.DType.TIMESTAMPTZ):
        return exp.DType.TIMESTAMPLTZ.into_expr()
    return other.type.copy() if other.type and other.is_type(*_TEMPORAL) else None


def _of_boolean(other: Expr) -> exp.DataType | None:
    return exp.DataType.build("BOOLEAN") if other.is_type(exp.DType.BOOLEAN) else None
