"""Quotients, averages and medians of exact numbers: exact, with Snowflake's digits, rounded half away from zero.

DuckDB divides as DOUBLE. Of whole numbers up to 15 digits that rounds as the true quotient does; longer ones are
divided as integers of 128 bits, to one digit more than is wanted, so that a cast rounds half away from zero.

Decimals of 38 digits cost DuckDB a hundred times what DOUBLE does. Where a quotient of whole numbers is rounded at once
(FLOOR, CEIL, a cast), its six digits are seen by nobody, and it is rounded as DOUBLE where that gives the same.
"""

from __future__ import annotations

from sqlglot import Expr, exp

from local_account.translation import quantities
from local_account.translation.numbers import DIGITS, SIZE_OF_TEXT, Size, number, size, size_of, whole
from local_account.translation.quantities import operated, shifted, summed, to_places, unit
from local_account.translation.texts import call

_EXACT_DOUBLE = 15  # digits of whole numbers whose quotients DOUBLE rounds as they are
_BIGINT = 18  # digits
_WHOLE = (_BIGINT, 0)
_SIDES = ("this", "expression")
_REPEATED = 24  # nodes at most of an operand that is written more than once
# Operands whose precision is that of what DuckDB keeps.
_AS_DECLARED = (exp.Column, exp.Literal, exp.Cast)
# What must not be written twice: it gives another value, or it costs.
_ANEW = (exp.Query, exp.Window, exp.Rand, exp.Uuid, exp.Uniform)
_ONCE = (*_ANEW, exp.Anonymous, exp.Case)
_REPEATED_AT_ONCE = 200  # nodes, of a quotient that is rounded at once: what is written for it costs little
_OURS = frozenset(("abs", "divide", "round"))  # functions that are written here, and give the same value each time
# Up to here a quotient that is no whole number (or no half of one) is further from it than its seventh digit.
_LARGEST_DIVISOR = 500_000
_PLACES = 6  # behind the point of a quotient of whole numbers
_DIVIDED = "divided"  # under it a written quotient keeps its dividend and divisor


def divided(node: Expr) -> Expr:
    """Write a division; one of approximate numbers, or of unknown types, is DuckDB's."""
    sizes = [size(node.args[side]) for side in _SIDES]
    found = size(node)
    node = operated(node)
    if not found:
        return node
    over, by = ((part := node.args[side], known or _read_size(part)) for side, known in zip(_SIDES, sizes, strict=True))
    written = quotient(over, by, found)
    if over[1][1] == by[1][1] == 0:
        written.meta[_DIVIDED] = (over[0], by[0])
    return written


def floored(node: Expr) -> Expr:
    """Write FLOOR and CEIL; of a quotient of whole numbers by DOUBLE, where that gives the same."""
    sides = _sides(node.this)
    written = to_places(node)
    if sides is None or written is not node or node.args.get("decimals") is not None:
        return written
    rounded = type(node)(this=exp.Div(this=_double(sides[0]), expression=_double(sides[1])))
    return _at_once(sides, _as(rounded, exp.DType.INT128), _as(node, exp.DType.INT128), 1)


def cast_to_number(cast: Expr) -> Expr:
    """Write a cast to an exact number; of a quotient of whole numbers by DOUBLE, where that gives the same."""
    sides, wanted = _sides(cast.this), size_of(cast.args["to"])
    cast = quantities.cast_to_number(cast)
    if sides is None or wanted is None or wanted[0] - wanted[1] < 1 or wanted[1] > _PLACES:
        return cast
    power = 10 ** wanted[1]
    dividend = exp.Mul(this=_double(sides[0]), expression=_power(wanted[1])) if wanted[1] else _double(sides[0])
    rounded: Expr = call("round", exp.Div(this=dividend, expression=_double(sides[1])))
    if wanted[1]:
        rounded = exp.Div(this=rounded, expression=_power(wanted[1]))
    return _at_once(sides, exp.Cast(this=rounded, to=cast.args["to"].copy()), cast, power)


def _sides(operand: Expr) -> tuple[Expr, Expr] | None:
    """Return dividend and divisor of what was written for a quotient of whole numbers, None of anything else."""
    return operand.unnest().meta.get(_DIVIDED)


def _double(node: Expr) -> Expr:
    return _as(node.copy(), exp.DType.DOUBLE)


def _at_once(sides: tuple[Expr, Expr], fast: Expr, exact: Expr, power: int) -> Expr:
    """Return the quick way to round a quotient where it gives what the exact one does, else the exact one.

    Args:
        sides: dividend and divisor.
        fast: the quotient, rounded as DOUBLE.
        exact: the same, exactly.
        power: by which the dividend is multiplied before it is rounded.
    """
    dividend, divisor = sides
    largest = _LARGEST_DIVISOR // power
    known = whole(divisor)
    if known is not None and 1 <= known <= largest and _counts_rows(dividend):
        return fast
    if not (_is_cheap(dividend) and _is_cheap(divisor)):
        return exact
    if _leaves_nothing(dividend, divisor):
        limits = _below_number(exp.Div(this=_double(dividend), expression=_double(divisor)), 10**_EXACT_DOUBLE // power)
    else:
        limits = _below_number(dividend, 10**_EXACT_DOUBLE // power)
        if known is None:
            low, high = map(exp.Literal.number, (1, largest))
            limits = exp.And(this=limits, expression=exp.Between(this=divisor.copy(), low=low, high=high))
        elif not 1 <= known <= largest:
            return exact
    return exp.Case(ifs=[exp.If(this=limits, true=fast)], default=exact)


def _leaves_nothing(dividend: Expr, divisor: Expr) -> bool:
    """Tell whether a dividend is `x - x % divisor`, however long: its quotient is a whole number."""
    match dividend.unnest():
        case exp.Sub(this=whole_part, expression=exp.Mod(this=again, expression=by)):
            return whole_part == again and by.unnest() == divisor.unnest()
    return False


def _counts_rows(dividend: Expr) -> bool:
    """Tell whether a dividend is a number of rows, of which no table has so many that DOUBLE would not know them."""
    counted = dividend.unnest()
    counted = counted.this if isinstance(counted, exp.Window) else counted
    return isinstance(counted, exp.Count | exp.RowNumber)


def _is_cheap(node: Expr) -> bool:
    """Tell whether an operand may be written again beside a quotient that is rounded at once."""
    parts = list(node.walk())
    return len(parts) <= _REPEATED_AT_ONCE and not any(
        isinstance(part, _ANEW) or (isinstance(part, exp.Anonymous) and str(part.this).lower() not in _OURS)
        for part in parts
    )


def _read_size(part: Expr) -> Size:
    """Return the size of what is no exact number itself, but read as one."""
    if isinstance(part, exp.Null):
        return _WHOLE
    return (size_of(part.args["to"]) if isinstance(part, exp.Cast) else None) or SIZE_OF_TEXT


def averaged(node: Expr) -> Expr:
    """Write AVG of exact numbers as their sum by their count."""
    found = size(node)
    if not found:
        return summed(node)
    plain = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
    around = _outermost(node)
    total = _instead(node, around, exp.Sum(this=node.this.copy()))
    count = _instead(node, around, exp.Count(this=node.this.copy(), big_int=True))
    scale = (size(plain) or found)[1]
    return _put(node, around, quotient((total, (DIGITS, scale)), (count, _WHOLE), found))


def middle(node: Expr) -> Expr:
    """Write MEDIAN of exact numbers, which has more digits than they."""
    if found := size(node):
        node.set("this", exp.Cast(this=node.this, to=number(*found)))
        return node
    return summed(node)


def percentile(node: Expr) -> Expr:
    """Write PERCENTILE_CONT of exact numbers, which has more digits than they."""
    if found := size(node):
        (ordered,) = node.expression.expressions
        ordered.set("this", exp.Cast(this=ordered.this, to=number(*found)))
    return node


def spread(node: Expr) -> Expr:
    """Write VARIANCE of exact numbers, which DuckDB gives as DOUBLE."""
    found, around = size(node), _outermost(node)
    if not found:
        return summed(node)
    inner = around.copy() if around is not node else node
    return _put(node, around, exp.Cast(this=inner, to=number(*found)))


def quotient(over: tuple[Expr, Size], by: tuple[Expr, Size], found: Size) -> Expr:
    """Return what divides an exact number by another.

    Args:
        over: the dividend, with its precision and scale.
        by: the divisor, likewise.
        found: precision and scale of the quotient.
    """
    dividend, (digits, scale) = over
    divisor, (digits_by, scale_by) = by
    for part in (*dividend.walk(), *divisor.walk()):
        part._type = None  # noqa: SLF001 - copies would copy it
    zeros = found[1] - scale + scale_by  # behind the dividend, so that whole numbers divide to the wanted digits
    short = digits + zeros < _BIGINT and digits_by <= _BIGINT
    if short and isinstance(dividend, _AS_DECLARED) and isinstance(divisor, _AS_DECLARED):
        return _in_integers(over, by, found, zeros, exp.DType.BIGINT)
    exact = _in_integers(over, by, found, zeros, exp.DType.INT128)
    digits_left = _EXACT_DOUBLE - zeros - scale
    if digits_left < 1 or not (_may_repeat(dividend) and _may_repeat(divisor)):
        return exact
    fits = exp.And(this=_below(dividend, digits_left), expression=_below(divisor, _EXACT_DOUBLE - scale_by))
    return exp.Case(ifs=[exp.If(this=fits, true=_in_doubles(over, by, found, zeros))], default=exact)


def _in_integers(over: tuple[Expr, Size], by: tuple[Expr, Size], found: Size, zeros: int, kind: exp.DType) -> Expr:
    """Divide integers to one digit more than is wanted; the cast that takes it off rounds."""
    divided = exp.Anonymous(
        this="divide",
        expressions=[
            exp.Mul(this=_unscaled(over, kind), expression=_as(exp.Literal.number(10 ** (zeros + 1)), kind)),
            _unscaled(by, kind),
        ],
    )
    short = exp.Cast(this=divided, to=number(*_WHOLE)) if kind is exp.DType.BIGINT else divided
    return exp.Cast(this=exp.Mul(this=short, expression=unit(found[1] + 1)), to=number(*found))


def _unscaled(value: tuple[Expr, Size], kind: exp.DType) -> Expr:
    """Return a number without its point, as an integer."""
    node, size_of_it = value
    places = size_of_it[1]
    known = size_of_it if kind is exp.DType.BIGINT else (DIGITS, places)
    return _as(shifted(node.copy(), known, places) if places else node.copy(), kind)


def _in_doubles(over: tuple[Expr, Size], by: tuple[Expr, Size], found: Size, zeros: int) -> Expr:
    """Divide whole numbers that are short enough for DOUBLE to round their quotient as it is."""
    dividend = exp.Mul(this=_unscaled_double(over), expression=_power(zeros))
    rounded = call("round", exp.Div(this=dividend, expression=_unscaled_double(by)))
    return exp.Cast(this=exp.Div(this=rounded, expression=_power(found[1])), to=number(*found))


def _unscaled_double(value: tuple[Expr, Size]) -> Expr:
    node, (_, scale) = value
    approximate = _as(node.copy(), exp.DType.DOUBLE)
    return call("round", exp.Mul(this=approximate, expression=_power(scale))) if scale else approximate


def _as(node: Expr, kind: exp.DType) -> exp.Cast:
    return exp.Cast(this=node, to=kind.into_expr())


def _power(zeros: int) -> Expr:
    return _as(exp.Literal.number(10**zeros), exp.DType.DOUBLE)


def _below(node: Expr, digits: int) -> Expr:
    """Return whether a number has so many digits before its point at most."""
    return _below_number(node, 10**digits)


def _below_number(node: Expr, limit: int) -> Expr:
    bound = _as(exp.Literal.number(limit), exp.DType.DOUBLE)
    return exp.LT(this=call("abs", _double(node)), expression=bound)


def _may_repeat(node: Expr) -> bool:
    """Tell whether an operand may be written more than once: it costs little, and gives the same value each time."""
    parts = list(node.walk())
    return len(parts) <= _REPEATED and not any(isinstance(part, _ONCE) for part in parts)


def _outermost(aggregate: Expr) -> Expr:
    """Return an aggregate with what belongs to it: FILTER, OVER."""
    while isinstance(aggregate.parent, exp.Filter | exp.Window) and aggregate.arg_key == "this":
        aggregate = aggregate.parent
    return aggregate


def _instead(aggregate: Expr, around: Expr, other: Expr) -> Expr:
    """Return a copy of what stands around an aggregate, with another one in it."""
    if around is aggregate:
        return other
    copied = around.copy()
    inner = copied
    while isinstance(inner.this, exp.Filter | exp.Window):
        inner = inner.this
    inner.set("this", other)
    return copied


def _put(aggregate: Expr, around: Expr, written: Expr) -> Expr:
    """Put what is written for an aggregate in the place of it and what belongs to it; return what the rule returns."""
    if around is aggregate:
        return written
    if around.parent is not None and around.arg_key:
        written._type = around.type  # noqa: SLF001 - the setter would copy it
        around.parent.set(around.arg_key, written, around.index)
    return aggregate
