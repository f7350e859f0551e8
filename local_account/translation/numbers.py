"""What kind of number an expression is, by the type that is noted at it, and how many digits it has."""

from __future__ import annotations

import re

from sqlglot import Expr, exp

DIGITS = 38
SIZE_OF_TEXT = (18, 5)  # what a text is in arithmetic with exact numbers
INTEGERS = (exp.DType.BIGINT, exp.DType.INT, exp.DType.SMALLINT, exp.DType.TINYINT, exp.DType.UBIGINT,
             exp.DType.UINT, exp.DType.INT128)  # fmt: skip
FLOATS = (exp.DType.DOUBLE, exp.DType.FLOAT)
NUMBERS = (exp.DType.DECIMAL, *INTEGERS, *FLOATS)
TEXTS = tuple(exp.DataType.TEXT_TYPES)
Size = tuple[int, int]
_SPELLED = re.compile(r"[+-]?\d+(?:\.(\d+))?")


def number(precision: int, scale: int) -> exp.DataType:
    """Return the type NUMBER(precision, scale), its precision within 38 digits."""
    sizes = [exp.DataTypeParam(this=exp.Literal.number(n)) for n in (min(precision, DIGITS), scale)]
    return exp.DataType(this=exp.DType.DECIMAL, expressions=sizes)


def size(node: Expr) -> Size | None:
    """Return precision and scale of an expression that is an exact number, None of any other."""
    return None if node.type is None else size_of(node.type)


def size_of(kind: exp.DataType) -> Size | None:
    """Return precision and scale of a type of exact numbers, None of any other."""
    if kind.this in INTEGERS:
        return DIGITS, 0
    if kind.this is not exp.DType.DECIMAL:
        return None
    sizes = [int(part.name) for part in kind.expressions]
    return (sizes[0], sizes[1] if len(sizes) > 1 else 0) if sizes else (DIGITS, 0)


def size_of_text(node: Expr) -> Size:
    """Return what a text is in arithmetic with exact numbers: a constant has the digits behind the point it spells."""
    spelled = _SPELLED.fullmatch(node.name) if isinstance(node, exp.Literal) else None
    return (SIZE_OF_TEXT[0], len(spelled[1] or "")) if spelled else SIZE_OF_TEXT


def is_float(node: Expr) -> bool:
    """Tell whether an expression is an approximate number."""
    return node.is_type(*FLOATS)


def is_text(node: Expr) -> bool:
    """Tell whether an expression is text."""
    return node.is_type(*TEXTS)


def whole(node: Expr) -> int | None:
    """Return the whole number that a constant is, or None where it is none."""
    try:
        return int(node.sql(dialect="snowflake"))
    except ValueError:
        return None
