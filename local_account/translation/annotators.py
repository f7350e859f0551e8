"""The types that expressions make of those of their parts, in one table; of numbers with precision and scale.

https://docs.snowflake.com/en/sql-reference/operators-arithmetic has the rules of operators; what aggregates and
functions declare was read from a live account by others (frostlake: DivisionFamilyTypingTest, functions-avg-typing).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.translation.numbers import (
    DIGITS,
    FLOATS,
    SIZE_OF_TEXT,
    TEXTS,
    Size,
    is_float,
    is_text,
    number,
    size,
    size_of,
    size_of_text,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlglot.optimizer.annotate_types import TypeAnnotator

_WITH_EXPONENT = re.compile(r"\d+(\.\d+)?e\+?\d{1,2}", re.IGNORECASE)
_SCALE_OF_QUOTIENTS = 12
_MORE_IN_QUOTIENTS = 6
_MORE_IN_SUMS = 12
_MORE_IN_MEDIANS = 3
_COUNT = (18, 0)
# Each is read as one that stands behind it.
_MOMENTS = (exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPLTZ, exp.DType.TIMESTAMPTZ)
_VARIANT = exp.DataType.build("VARIANT")
_OBJECT = exp.DataType.build("OBJECT")
_TEXT = exp.DataType.build("VARCHAR")
_MADE_BY = {
    **dict.fromkeys(("OBJECT_DELETE", "OBJECT_PICK", "ARRAYS_TO_OBJECT", "TO_OBJECT"), exp.DType.OBJECT),
    **dict.fromkeys(("ARRAY_FLATTEN", "ARRAY_REPEAT"), exp.DType.ARRAY),
}


def scale_of_quotient(scale: int) -> int:
    """Return the digits behind the point of a quotient, by those of what is divided."""
    return max(scale, min(scale + _MORE_IN_QUOTIENTS, _SCALE_OF_QUOTIENTS))


def _literal(annotator: TypeAnnotator, node: exp.Literal) -> None:
    if node.is_string:
        _ = annotator._set_type(node, exp.DType.VARCHAR)  # noqa: SLF001 - annotators are written this way
        return
    if _WITH_EXPONENT.fullmatch(node.name):  # a fixed-point number too, where it is a whole one
        value = Decimal(node.name)
        if value == value.to_integral_value() and value.adjusted() < DIGITS:
            node.set("this", f"{value:.0f}")
    whole, _, fraction = node.name.partition(".")
    exact = (whole + fraction).isdigit() and len(whole + fraction) <= DIGITS
    kind = number(max(1, len(whole.lstrip("0") + fraction)), len(fraction)) if exact else exp.DType.DOUBLE
    annotator._set_type(node, kind)  # noqa: SLF001


def _binary(combined: Callable[[Size, Size], Size]) -> Callable[[TypeAnnotator, exp.Binary], None]:
    def annotate(annotator: TypeAnnotator, node: exp.Binary) -> None:
        left, right = size(node.left), size(node.right)
        left, right = left or _read_as(node.left, right), right or _read_as(node.right, left)
        if left and right:
            annotator._set_type(node, number(*combined(left, right)))  # noqa: SLF001
        elif _is_number(node.left, left) and _is_number(node.right, right):
            annotator._set_type(node, exp.DType.DOUBLE)  # noqa: SLF001
        elif any(operand.is_type(exp.DType.UNKNOWN) or not operand.type for operand in (node.left, node.right)):
            annotator._set_type(node, exp.DType.UNKNOWN)  # noqa: SLF001
        elif node.left.is_type(exp.DType.DATE):
            annotator._set_type(node, _moved(node))  # noqa: SLF001
        else:
            annotator._annotate_binary(node)  # noqa: SLF001

    return annotate


def _read_as(node: Expr, other: Size | None) -> Size | None:
    """Return the size that arithmetic reads a text with, or NULL, beside an exact number."""
    if other and is_text(node):
        return size_of_text(node)
    return _COUNT if other and isinstance(node, exp.Null) else None


def _is_number(node: Expr, found: Size | None) -> bool:
    """Tell whether arithmetic takes an expression for a number: VARIANT and text are read as one."""
    return bool(found) or is_float(node) or is_text(node) or node.is_type(exp.DType.VARIANT, exp.DType.JSON)


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


def _aggregate(sized: Callable[[Size], Size]) -> Callable[[TypeAnnotator, exp.AggFunc], None]:
    """Return an annotator of aggregates that make a number of numbers."""

    def annotate(annotator: TypeAnnotator, node: exp.AggFunc) -> None:
        operand = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
        found = size(operand)
        if found:
            annotator._set_type(node, number(*sized(found)))  # noqa: SLF001
        elif is_float(operand) or is_text(operand) or operand.is_type(exp.DType.VARIANT, exp.DType.JSON):
            annotator._set_type(node, exp.DType.DOUBLE)  # noqa: SLF001
        else:
            annotator._set_type(node, exp.DType.UNKNOWN)  # noqa: SLF001

    return annotate


def _total(operand: Size) -> Size:
    return min(operand[0] + _MORE_IN_SUMS, DIGITS), operand[1]


def _average(operand: Size) -> Size:
    return _quotient(_total(operand), _COUNT)


def _middle(operand: Size) -> Size:
    return min(operand[0] + _MORE_IN_MEDIANS, DIGITS), min(operand[1] + _MORE_IN_MEDIANS, DIGITS - 1)


def _spread(operand: Size) -> Size:
    return DIGITS, max(operand[1], _SCALE_OF_QUOTIENTS) if operand[1] else _MORE_IN_QUOTIENTS


def _ordered(annotator: TypeAnnotator, node: exp.WithinGroup) -> None:
    """Note the type of an aggregate WITHIN GROUP: a percentile's is that of what is ordered."""
    kind = node.this.type
    if isinstance(node.this, exp.PercentileCont | exp.PercentileDisc):
        (ordered,) = node.expression.expressions
        found = size(ordered.this)
        kind = number(*_middle(found)) if found and isinstance(node.this, exp.PercentileCont) else ordered.this.type
    annotator._set_type(node, kind)  # noqa: SLF001


def _always(kind: exp.DataType) -> Callable[[TypeAnnotator, Expr], None]:
    """Return an annotator of expressions of one type; a copy each, as rules may keep it."""

    def annotate(annotator: TypeAnnotator, node: Expr) -> None:
        annotator._set_type(node, kind.copy())  # noqa: SLF001

    return annotate


def _rounded(annotator: TypeAnnotator, node: Expr) -> None:
    """Note the type of ROUND, TRUNC, CEIL, FLOOR: a digit more before the point where digits behind it go."""
    digits = node.args.get("decimals")
    found = size(node.this) or (SIZE_OF_TEXT if digits is not None and is_text(node.this) else None)
    if not found:
        annotator._set_type(node, exp.DType.DOUBLE if node.this.type and not _unknown(node.this) else None)  # noqa: SLF001
        return
    wanted = 0 if digits is None else whole(digits)
    scale = found[1] if wanted is None else max(wanted, 0)
    annotator._set_type(node, number(found[0] + 1, scale) if scale < found[1] else number(*found))  # noqa: SLF001


def _unknown(node: Expr) -> bool:
    return node.is_type(exp.DType.UNKNOWN, exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ)


def _magnitude(annotator: TypeAnnotator, node: exp.Abs) -> None:
    found = size(node.this)
    annotator._set_type(node, number(found[0] + 1, found[1]) if found else node.this.type)  # noqa: SLF001


def _between_dates(annotator: TypeAnnotator, node: exp.DateDiff) -> None:
    unit = node.text("unit").upper()
    fine = unit.startswith(("MILLI", "MICRO", "MS", "US"))
    nano = unit.startswith(("NANO", "NS"))
    annotator._set_type(node, number(DIGITS if nano else 18 if fine else 9, 0))  # noqa: SLF001


def _to_number(annotator: TypeAnnotator, node: exp.ToNumber) -> None:
    sizes = [whole(part) for key in ("precision", "scale") if (part := node.args.get(key)) is not None]
    precision, scale = (*sizes, 0)[:2] if sizes else (DIGITS, 0)
    known = precision is not None and scale is not None
    annotator._set_type(node, number(precision, scale) if known else None)  # noqa: SLF001


def _same(annotator: TypeAnnotator, node: Expr) -> None:
    operands = [node.this] if isinstance(node.this, exp.Expr) else node.expressions
    annotator._set_type(node, operands[0].type if operands else None)  # noqa: SLF001 - DISTINCT of a SELECT has none


def _negative(annotator: TypeAnnotator, node: Expr) -> None:
    """Note the type of a number below zero; a text and a VARIANT are read as approximate ones."""
    read = is_text(node.this) or node.this.is_type(exp.DType.VARIANT, exp.DType.JSON)
    annotator._set_type(node, exp.DType.DOUBLE if read else node.this.type)  # noqa: SLF001


def _decoded(annotator: TypeAnnotator, node: exp.DecodeCase) -> None:
    """Note the type of DECODE by its results, which are every second argument from the third on, and the last."""
    parts = node.expressions
    results = parts[2::2] + ([parts[-1]] if len(parts) % 2 == 0 else [])
    annotator._set_type(node, together([v for v in results if not isinstance(v, exp.Null)]))  # noqa: SLF001


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
    return common(kinds) or _mixed(values, [kind for kind in kinds if kind is not None]) or exp.DType.UNKNOWN


def _mixed(values: list[Expr], kinds: list[exp.DataType]) -> exp.DataType | None:
    """Return the type of what may be a text or another value, a number or a BOOLEAN, a date or a timestamp."""
    if len(kinds) < len(values):
        return None
    if any(kind.this is exp.DType.BOOLEAN for kind in kinds):
        numbers = all(kind.this is exp.DType.BOOLEAN or size_of(kind) or kind.this in FLOATS for kind in kinds)
        return exp.DataType.build("BOOLEAN") if numbers else None
    others = [kind for kind in kinds if kind.this not in TEXTS]
    moments = [_MOMENTS.index(kind.this) for kind in others if kind.this in _MOMENTS]
    if moments and len(moments) == len(others):
        return _MOMENTS[max(moments)].into_expr()
    if others and all(kind == others[0] for kind in others) and others[0].this is exp.DType.TIME:
        return others[0]
    if not others or not all(size_of(kind) or kind.this in FLOATS for kind in others):
        return None
    return common([_as_number(value) if is_text(value) else value.type for value in values])


def _as_number(value: Expr) -> exp.DataType:
    """Return the type of the number that a text is read as; a constant has the digits that it spells."""
    if isinstance(value, exp.Literal) and re.fullmatch(r"[+-]?\d+(\.\d+)?", value.name):
        whole_digits, _, fraction = value.name.lstrip("+-").partition(".")
        return number(max(1, len(whole_digits.lstrip("0") + fraction)), len(fraction))
    return number(*SIZE_OF_TEXT)


def common(kinds: list[exp.DataType | None]) -> exp.DataType | None:
    """Return the type of what is of any of several types, or None where it is not plain."""
    known = [kind for kind in kinds if kind is not None]
    if not known or len(known) < len(kinds):
        return None
    if all(kind == known[0] for kind in known):
        return known[0]
    if all(kind.this in TEXTS for kind in known):
        return _TEXT.copy()
    sizes = [size_of(kind) for kind in known]
    if not all(found or kind.this in FLOATS for found, kind in zip(sizes, known, strict=True)):
        return None
    exact = [found for found in sizes if found]
    if len(exact) < len(known):
        return exp.DataType.build("DOUBLE")
    scale = max(s for _, s in exact)
    return number(max(p - s for p, s in exact) + scale, scale)


def _called(annotator: TypeAnnotator, node: exp.Anonymous) -> None:
    """Note the type of a function that is none of sqlglot's, of those that make an object or an array."""
    annotator._set_type(node, _MADE_BY.get(str(node.this).upper(), exp.DType.UNKNOWN))  # noqa: SLF001


def _clock(annotator: TypeAnnotator, node: exp.CurrentTimestamp) -> None:
    """Tell SYSDATE, which gives UTC without a zone, from CURRENT_TIMESTAMP; sqlglot writes both alike."""
    annotator._set_type(node, exp.DType.TIMESTAMPNTZ if node.args.get("sysdate") else exp.DType.TIMESTAMPLTZ)  # noqa: SLF001


ANNOTATORS: dict[type[Expr], Callable[..., None]] = {
    exp.Literal: _literal,
    exp.Add: _binary(_sum),
    exp.Sub: _binary(_sum),
    exp.Mul: _binary(_product),
    exp.Div: _binary(_quotient),
    exp.Mod: _binary(_remainder),
    exp.Sum: _aggregate(_total),
    exp.Avg: _aggregate(_average),
    exp.Median: _aggregate(_middle),
    exp.Variance: _aggregate(_spread),
    exp.VariancePop: _aggregate(_spread),
    exp.WithinGroup: _ordered,
    **dict.fromkeys(
        (exp.Count, exp.Length, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile), _always(number(*_COUNT))
    ),
    exp.CountIf: _always(number(13, 0)),
    exp.Anonymous: _called,
    **dict.fromkeys(
        (exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseNot, exp.BitwiseLeftShift, exp.BitwiseRightShift),
        _always(number(DIGITS, 0)),
    ),
    **dict.fromkeys((exp.Round, exp.Trunc, exp.Ceil, exp.Floor), _rounded),
    exp.CurrentTimestamp: _clock,
    exp.ConvertTimezone: _always(exp.DType.TIMESTAMPNTZ.into_expr()),
    exp.DateDiff: _between_dates,
    exp.ToNumber: _to_number,
    exp.Abs: _magnitude,
    exp.Neg: _negative,
    **dict.fromkeys(
        (exp.Min, exp.Max, exp.AnyValue, exp.Mode, exp.ArgMax, exp.ArgMin, exp.Paren, exp.Window, exp.Filter,
         exp.FirstValue, exp.LastValue, exp.NthValue, exp.Lag, exp.Lead, exp.Nullif, exp.IgnoreNulls,
         exp.RespectNulls, exp.Distinct), _same),
    exp.Subquery: lambda annotator, node: annotator._set_type(  # noqa: SLF001
        node, node.this.selects[0].type if isinstance(node.this, exp.Select) and len(node.this.selects) == 1 else None
    ),
    **dict.fromkeys((exp.JSONExtract, exp.GetExtract, exp.ParseJSON, exp.ToVariant), _always(_VARIANT)),
    **dict.fromkeys((exp.Struct, exp.StarMap, exp.JSONObject), _always(_OBJECT)),
    **dict.fromkeys((exp.ToChar, exp.GroupConcat), _always(_TEXT)),
    exp.Case: _common("ifs", "default"),
    exp.If: _common("true", "false"),
    exp.Nvl2: _common("true", "false"),
    exp.DecodeCase: _decoded,
    exp.Coalesce: _common("this", "expressions"),
    exp.Greatest: _common("this", "expressions"),
    exp.Least: _common("this", "expressions"),
}  # fmt: skip
