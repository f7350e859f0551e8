"""Arithmetic: texts are read as numbers, whole numbers grow as far as they need, casts round half away from zero."""

from __future__ import annotations

from sqlglot import Expr, exp

from local_account.errors import not_supported
from local_account.translation import readings
from local_account.translation.numbers import (
    DIGITS,
    SIZE_OF_TEXT,
    Size,
    is_float,
    is_text,
    number,
    size,
    size_of,
    size_of_text,
    whole,
)
from local_account.translation.texts import call

_OF_INT = 9  # digits that DuckDB's INTEGER always holds
_OF_BIGINT = 18
_OF_CONSTANTS = (exp.Literal, exp.Neg, exp.Paren, exp.Add, exp.Sub, exp.Mul, exp.Mod, exp.Cast, exp.DataType)
_NONE = (0, 0)
_READ = (exp.DType.VARIANT, exp.DType.JSON)
OF_BITS = (exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseNot, exp.BitwiseLeftShift, exp.BitwiseRightShift)


def operated(node: Expr) -> Expr:
    """Write an operator of arithmetic."""
    left, right = node.args["this"], node.args["expression"]
    node.set("this", _as_number(left, right))
    node.set("expression", _as_number(right, left))
    found = size(node)
    if found and not found[1] and found[0] > _OF_INT and _is_small(left) and _is_small(right):
        wide = exp.DType.INT128 if found[0] > _OF_BIGINT else exp.DType.BIGINT
        node.set("this", exp.Cast(this=node.args["this"], to=wide.into_expr()))
    if found and isinstance(node, exp.Mul) and found[1] < sum(scale(part) for part in (left, right)):
        return exp.Cast(this=node, to=number(*found))
    return node


def of_bits(node: Expr) -> Expr:
    """Pass an operator on the bits of numbers on. Raises: ProgrammingError (2) for one on those of BINARY."""
    if any(part.is_type(exp.DType.BINARY, exp.DType.VARBINARY) for part in node.iter_expressions()):
        raise not_supported("An operator on the bits of BINARY")
    return node


def signed(node: Expr) -> Expr:
    """Write a sign, or ABS, of a text or a VARIANT, which is read as an approximate number."""
    if is_text(node.this):
        node.set("this", exp.Paren(this=_as_double(readings.digits(node.this))))
    elif node.this.is_type(*_READ):
        node.set("this", exp.Paren(this=_as_double(node.this)))
    return node


def hashed(node: Expr) -> Expr:
    """Write HASH, which is the same of equal numbers, whatever their types, and a signed number of 64 bits."""
    values = [_hash_of(value) if size(value) or is_float(value) else value for value in node.expressions]
    alone = len(values) == 1 and values[0] is not node.expressions[0]
    found = values[0] if alone else call("hash", *values)
    wide = exp.Cast(this=found, to=exp.DType.INT128.into_expr())
    signed_one = exp.Paren(this=exp.Sub(this=wide, expression=exp.Literal.number(1 << 63)))
    return exp.Cast(this=signed_one, to=exp.DType.BIGINT.into_expr())


def _hash_of(value: Expr) -> Expr:
    if scale(value) == 0 and not is_float(value):
        return call("hash", exp.Cast(this=value, to=exp.DType.BIGINT.into_expr()))
    approximate = exp.Cast(this=value, to=exp.DataType.build("DOUBLE"))
    whole_number = exp.Cast(this=value.copy(), to=exp.DType.BIGINT.into_expr())
    is_whole = exp.EQ(this=value.copy(), expression=call("trunc", value.copy()))
    in_range = exp.LT(this=call("abs", value.copy()), expression=exp.Literal.number("1e18"))
    ifs = [exp.If(this=exp.and_(is_whole, in_range), true=call("hash", whole_number))]
    return exp.Case(ifs=ifs, default=call("hash", approximate))


def scale(node: Expr) -> int:
    """Return the digits behind the point of what arithmetic reads as an exact number."""
    return (size(node) or (size_of_text(node) if is_text(node) else _NONE))[1]


def _is_small(node: Expr) -> bool:
    """Tell whether DuckDB may keep a whole number in fewer bits than its neighbours need: a constant as written."""
    found = size(node)
    return found is not None and not found[1] and all(isinstance(part, _OF_CONSTANTS) for part in node.walk())


def _as_number(value: Expr, other: Expr) -> Expr:
    known = size(other) or is_float(other) or is_text(other) or other.is_type(*_READ)
    if is_text(value) and known:
        wanted = number(*size_of_text(value)) if size(other) else exp.DataType.build("DOUBLE")
        return exp.Cast(this=readings.digits(value), to=wanted)
    return _as_double(value) if value.is_type(*_READ) and known else value


def _as_double(value: Expr) -> Expr:
    """Read a text or a VARIANT as an approximate number."""
    if value.is_type(*_READ) and not isinstance(value, exp.JSONExtract):
        value = call("json_extract_string", value, exp.Literal.string("$"))
    return exp.Cast(this=value, to=exp.DataType.build("DOUBLE"))


def cast_to_number(cast: Expr) -> Expr:
    """Write a cast to an exact number: DuckDB rounds others half to even, and keeps 18 digits of whole ones."""
    kind, operand = cast.args["to"], cast.this
    found = size_of(kind)
    if found is None:
        return cast
    if found == (DIGITS, 0) and _is_long(operand):
        cast.set("to", exp.DType.INT128.into_expr())
    if is_float(operand):
        cast.set("this", call("round", operand, exp.Literal.number(found[1])))
    return cast


def _is_long(node: Expr) -> bool:
    """Tell whether a whole number needs more digits than DuckDB's BIGINT has: a constant, as written."""
    while isinstance(node, exp.Paren | exp.Neg):
        node = node.this
    digits = node.name.strip().lstrip("+-").partition(".")[0] if isinstance(node, exp.Literal) else ""
    return digits.isdigit() and len(digits) > _OF_BIGINT


def summed(node: Expr) -> Expr:
    """Write SUM, AVG and their kin of a text or a VARIANT."""
    operand = node.this
    if isinstance(operand, exp.Distinct):
        (value,) = operand.expressions
        if is_text(value) or value.is_type(*_READ):
            operand.set("expressions", [_as_double(value)])
    elif is_text(operand) or operand.is_type(*_READ):
        node.set("this", _as_double(operand))
    return node


def rounded(node: Expr) -> Expr:
    """Write ROUND and TRUNC of a text to digits, which is read as an exact number; a VARIANT is an approximate one."""
    if node.this.is_type(*_READ):
        node.set("this", _as_double(node.this))
    if is_text(node.this) and size(node):
        node.set("this", exp.Cast(this=node.this, to=number(*SIZE_OF_TEXT)))
    return node


def to_places(node: Expr) -> Expr:
    """Write CEIL and FLOOR of exact numbers, which DuckDB would make a DOUBLE of in part, and of a VARIANT."""
    if node.this.is_type(*_READ):
        node.set("this", _as_double(node.this))
    found, operand, digits = size(node), size(node.this), node.args.get("decimals")
    places = 0 if digits is None else whole(digits)
    if not (found and operand) or places is None or places < 0:
        return node
    if places >= operand[1]:
        return node.this
    if not places:
        return node
    moved = type(node)(this=shifted(node.this, operand, places))
    return exp.Cast(this=exp.Mul(this=moved, expression=unit(places)), to=number(*found))


def shifted(node: Expr, kind: Size, places: int) -> Expr:
    """Return an exact number with its point moved to the right; DuckDB keeps 18 digits in a product of short ones."""
    digits = places + 1 if kind[0] + places <= _OF_BIGINT else max(places + 1, _OF_BIGINT + 1)
    power = exp.Cast(this=exp.Literal.number(10**places), to=number(digits, 0))
    return exp.Mul(this=exp.Paren(this=node) if isinstance(node, exp.Binary) else node, expression=power)


def unit(places: int) -> Expr:
    """Return the smallest number with so many digits behind the point."""
    return exp.Cast(this=exp.Literal.number(f"0.{'0' * (places - 1)}1"), to=number(places, places))


def months(node: Expr) -> Expr:
    """Write MONTHS_BETWEEN, which gives six digits behind the point."""
    return exp.Cast(this=node, to=number(38, 6))
