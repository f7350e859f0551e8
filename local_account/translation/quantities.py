"""Arithmetic: texts are read as numbers, whole numbers grow as far as they need, casts round half away from zero."""

from __future__ import annotations

from sqlglot import Expr, exp

from local_account.translation.numbers import is_float, is_text, number, size
from local_account.translation.texts import call

_OF_TEXT = number(18, 5)  # what a text is in arithmetic
_OF_INT = 9  # digits that DuckDB's INTEGER always holds
_OF_BIGINT = 18
_OF_CONSTANTS = (exp.Literal, exp.Neg, exp.Paren, exp.Add, exp.Sub, exp.Mul, exp.Mod, exp.Cast, exp.DataType)
_READ = (exp.DType.VARIANT, exp.DType.JSON)


def operated(node: Expr) -> Expr:
    """Write an operator of arithmetic."""
    left, right = node.args["this"], node.args["expression"]
    node.set("this", _as_number(left, right))
    node.set("expression", _as_number(right, left))
    found = size(node)
    if found and not found[1] and found[0] > _OF_INT and _is_small(left) and _is_small(right):
        wide = exp.DType.INT128 if found[0] > _OF_BIGINT else exp.DType.BIGINT
        node.set("this", exp.Cast(this=node.args["this"], to=wide.into_expr()))
    return node


def _is_small(node: Expr) -> bool:
    """Tell whether DuckDB may keep a whole number in fewer bits than its neighbours need: a constant as written."""
    found = size(node)
    return found is not None and not found[1] and all(isinstance(part, _OF_CONSTANTS) for part in node.walk())


def _as_number(value: Expr, other: Expr) -> Expr:
    if is_text(value) and (size(other) or is_float(other)):
        wanted = _OF_TEXT.copy() if size(other) else exp.DataType.build("DOUBLE")
        return exp.Cast(this=value, to=wanted)
    if value.is_type(*_READ) and (size(other) or is_float(other) or other.is_type(*_READ)):
        if not isinstance(value, exp.JSONExtract):
            value = call("json_extract_string", value, exp.Literal.string("$"))
        return exp.Cast(this=value, to=exp.DataType.build("DOUBLE"))
    return value


def cast_to_number(cast: Expr) -> Expr:
    """Write a cast of an approximate number to an exact one, which DuckDB rounds half to even."""
    kind = cast.args["to"]
    if not is_float(cast.this) or not (kind.this is exp.DType.DECIMAL or kind.this in exp.DataType.INTEGER_TYPES):
        return cast
    sizes = [int(part.name) for part in kind.expressions]
    scale = sizes[1] if len(sizes) > 1 else 0
    cast.set("this", call("round", cast.this, exp.Literal.number(scale)))
    return cast


def summed(node: Expr) -> Expr:
    """Write SUM of a text or a VARIANT."""
    operand = node.this
    if is_text(operand) or (operand.is_type(*_READ) and not isinstance(operand, exp.JSONExtract)):
        if not is_text(operand):
            operand = call("json_extract_string", operand, exp.Literal.string("$"))
        node.set("this", exp.Cast(this=operand, to=exp.DataType.build("DOUBLE")))
    return node
