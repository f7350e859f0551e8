"""The precision and scale of numbers that operators and aggregates make of others.

https://docs.snowflake.com/en/sql-reference/operators-arithmetic has the rules of operators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Expr, exp

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlglot.optimizer.annotate_types import TypeAnnotator

DIGITS = 38
_SCALE_OF_QUOTIENTS = 12
_MORE_IN_QUOTIENTS = 6
_INTEGERS = (exp.DType.BIGINT, exp.DType.INT, exp.DType.SMALLINT, exp.DType.TINYINT, exp.DType.UBIGINT,
             exp.DType.UINT, exp.DType.INT128)  # fmt: skip
FLOATS = (exp.DType.DOUBLE, exp.DType.FLOAT)
TEXTS = tuple(exp.DataType.TEXT_TYPES)
Size = tuple[int, int]


def number(precision: int, scale: int) -> exp.DataType:
    """Return the type NUMBER(precision, scale), its precision within 38 digits."""
    sizes = [exp.DataTypeParam(this=exp.Literal.number(n)) for n in (min(precision, DIGITS), scale)]
    return exp.DataType(this=exp.DType.DECIMAL, expressions=sizes)


def size(node: Expr) -> Size | None:
    """Return precision and scale of an expression that is an exact number, None of any other."""
    kind = node.type
    if kind is None:
        return None
    if kind.this in _INTEGERS:
        return DIGITS, 0
    if kind.this is not exp.DType.DECIMAL:
        return None
    sizes = [int(part.name) for part in kind.expressions]
    return (sizes[0], sizes[1] if len(sizes) > 1 else 0) if sizes else (DIGITS, 0)


def is_float(node: Expr) -> bool:
    """Tell whether an expression is an approximate number."""
    return node.is_type(*FLOATS)


def is_text(node: Expr) -> bool:
    """Tell whether an expression is text."""
    return node.is_type(*TEXTS)


def scale_of_quotient(scale: int) -> int:
    """Return the digits behind the point of a quotient, by those of what is divided."""
    return max(scale, min(scale + _MORE_IN_QUOTIENTS, _SCALE_OF_QUOTIENTS))


def _literal(annotator: TypeAnnotator, node: exp.Literal) -> None:
    if node.is_string:
        _ = annotator._set_type(node, exp.DType.VARCHAR)  # noqa: SLF001 - annotators are written this way
        return
    whole, _, fraction = node.name.partition(".")
    exact = (whole + fraction).isdigit() and len(whole + fraction) <= DIGITS
    kind = number(max(1, len(whole.lstrip("0") + fraction)), len(fraction)) if exact else exp.DType.DOUBLE
    annotator._set_type(node, kind)  # noqa: SLF001


def _binary(combined: Callable[[Size, Size], Size]) -> Callable[[TypeAnnotator, exp.Binary], None]:
    def annotate(annotator: TypeAnnotator, node: exp.Binary) -> None:
        left, right = size(node.left), size(node.right)
        if left and right:
            annotator._set_type(node, number(*combined(left, right)))  # noqa: SLF001
        elif (left or is_float(node.left)) and (right or is_float(node.right)):
            annotator._set_type(node, exp.DType.DOUBLE)  # noqa: SLF001
        elif any(operand.is_type(exp.DType.UNKNOWN) or not operand.type for operand in (node.left, node.right)):
            annotator._set_type(node, exp.DType.UNKNOWN)  # noqa: SLF001
        elif node.left.is_type(exp.DType.DATE):
            annotator._set_type(node, _moved(node))  # noqa: SLF001
        else:
            annotator._annotate_binary(node)  # noqa: SLF001

    return annotate


def _moved(node: exp.Binary) -> exp.DType:
    """Return the type of a date plus or minus something: days, or an interval of them, leave it a date."""
    by = node.right
    if isinstance(by, exp.Interval):
        unit = str(by.args["unit"].name if by.args.get("unit") else "").upper().rstrip("S")
        return exp.DType.DATE if unit in ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR") else exp.DType.TIMESTAMPNTZ
    if by.is_type(exp.DType.DATE):
        return exp.DType.BIGINT
    return exp.DType.DATE if size(by) else exp.DType.UNKNOWN


def _sum(left: Size, right: Size) -> Size:
    scale = max(left[1], right[1])
    return max(left[0] - left[1], right[0] - right[1]) + scale + 1, scale


def _product(left: Size, right: Size) -> Size:
    scale = min(left[1] + right[1], max(left[1], right[1], _SCALE_OF_QUOTIENTS))
    return left[0] - left[1] + right[0] - right[1] + scale, scale


def _quotient(left: Size, right: Size) -> Size:
    scale = scale_of_quotient(left[1])
    return left[0] - left[1] + right[1] + scale, scale


def _remainder(left: Size, right: Size) -> Size:
    scale = max(left[1], right[1])
    return max(left[0] - left[1], right[0] - right[1]) + scale, scale


def _aggregate(more: int, scale_more: int, most: int) -> Callable[[TypeAnnotator, exp.AggFunc], None]:
    def annotate(annotator: TypeAnnotator, node: exp.AggFunc) -> None:
        operand = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
        found = size(operand)
        if found:
            scale = max(found[1], min(found[1] + scale_more, most))
            annotator._set_type(node, number(DIGITS if more == DIGITS else found[0] + more, scale))  # noqa: SLF001
        elif is_float(operand) or is_text(operand) or operand.is_type(exp.DType.VARIANT):
            annotator._set_type(node, exp.DType.DOUBLE)  # noqa: SLF001
        else:
            annotator._set_type(node, exp.DType.UNKNOWN)  # noqa: SLF001

    return annotate


def _same(annotator: TypeAnnotator, node: Expr) -> None:
    annotator._set_type(node, node.this.type)  # noqa: SLF001


def _variant(annotator: TypeAnnotator, node: Expr) -> None:
    annotator._set_type(node, exp.DType.VARIANT)  # noqa: SLF001


def _object(annotator: TypeAnnotator, node: Expr) -> None:
    annotator._set_type(node, exp.DType.OBJECT)  # noqa: SLF001


def _text(annotator: TypeAnnotator, node: Expr) -> None:
    annotator._set_type(node, exp.DType.VARCHAR)  # noqa: SLF001


def _common(*keys: str) -> Callable[[TypeAnnotator, Expr], None]:
    """Return an annotator of expressions that give one of several values."""

    def annotate(annotator: TypeAnnotator, node: Expr) -> None:
        values: list[Expr] = []
        for key in keys:
            found = node.args.get(key)
            values += found if isinstance(found, list) else [found] if found is not None else []
        values = [v.args["true"] if isinstance(v, exp.If) and isinstance(node, exp.Case) else v for v in values]
        annotator._set_type(node, together([v for v in values if not isinstance(v, exp.Null)]))  # noqa: SLF001

    return annotate


def together(values: list[Expr]) -> exp.DataType | exp.DType:
    """Return the type of what may be any of several values, or UNKNOWN where it is not plain."""
    kinds = [value.type for value in values]
    if not kinds or kinds[0] is None:
        return exp.DType.UNKNOWN
    if all(kind == kinds[0] for kind in kinds):
        return kinds[0]
    if all(map(is_text, values)):
        return exp.DType.VARCHAR
    sizes = [size(value) for value in values]
    if all(found or is_float(value) for found, value in zip(sizes, values, strict=True)):
        known = [found for found in sizes if found]
        if len(known) < len(values):
            return exp.DType.DOUBLE
        scale = max(s for _, s in known)
        return number(max(p - s for p, s in known) + scale, scale)
    return exp.DType.UNKNOWN


ANNOTATORS: dict[type[Expr], Callable[..., None]] = {
    exp.Literal: _literal,
    exp.Add: _binary(_sum),
    exp.Sub: _binary(_sum),
    exp.Mul: _binary(_product),
    exp.Div: _binary(_quotient),
    exp.Mod: _binary(_remainder),
    exp.Sum: _aggregate(DIGITS, 0, DIGITS),
    exp.Avg: _aggregate(DIGITS, _MORE_IN_QUOTIENTS, _SCALE_OF_QUOTIENTS),
    exp.Median: _aggregate(3, 3, DIGITS),
    exp.Min: _same,
    exp.Max: _same,
    exp.AnyValue: _same,
    exp.Abs: _same,
    exp.Neg: _same,
    exp.Paren: _same,
    exp.Window: _same,
    exp.Filter: _same,
    exp.FirstValue: _same,
    exp.LastValue: _same,
    exp.Lag: _same,
    exp.Lead: _same,
    exp.Subquery: lambda annotator, node: annotator._set_type(  # noqa: SLF001
        node, node.this.selects[0].type if isinstance(node.this, exp.Select) and len(node.this.selects) == 1 else None
    ),
    **dict.fromkeys((exp.JSONExtract, exp.GetExtract, exp.ParseJSON, exp.ToVariant), _variant),
    **dict.fromkeys((exp.Struct, exp.StarMap, exp.JSONObject), _object),
    **dict.fromkeys((exp.ToChar, exp.GroupConcat), _text),
    exp.Case: _common("ifs", "default"),
    exp.If: _common("true", "false"),
    exp.Coalesce: _common("this", "expressions"),
    exp.Greatest: _common("this", "expressions"),
    exp.Least: _common("this", "expressions"),
}
