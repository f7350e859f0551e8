"""Values as text: a moment, a number or a VARIANT becomes text on Snowflake in other forms than in DuckDB.

https://docs.snowflake.com/en/sql-reference/parameters has the forms of dates and times; the account keeps their
defaults, and UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.translation import macros
from local_account.translation.numbers import is_float, is_text
from local_account.types import DEFAULT_TEXT, DataType

if TYPE_CHECKING:
    from collections.abc import Callable

_MOMENTS = (exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMP, exp.DType.DATETIME)
_ZONED = (exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPLTZ)
_JSON = (exp.DType.VARIANT, exp.DType.JSON, exp.DType.ARRAY, exp.DType.OBJECT)
_SECONDS = "%Y-%m-%d %H:%M:%S.%g"
_HOURS_TO_SECONDS = 8  # characters
_TEXT_OF = "text of"  # under it a text that is written more than once keeps what it is the text of


def as_text(value: Expr) -> Expr:
    """Return what gives a value as Snowflake's text; the value itself where DuckDB's is that, or its type unknown."""
    kind = value.type.this if value.type else None
    if kind in (*_MOMENTS, *_ZONED):
        return call("strftime", value, exp.Literal.string(f"{_SECONDS} Z" if kind in _ZONED else _SECONDS))
    if kind is exp.DType.TIME:
        return call("left", exp.cast(value, "TEXT", copy=False), exp.Literal.number(_HOURS_TO_SECONDS))
    if kind in (exp.DType.BINARY, exp.DType.VARBINARY):
        return call("hex", value)
    if is_json(value):
        whole = isinstance(value, exp.Column | exp.Anonymous | exp.ToVariant | exp.ParseJSON)  # no part, a whole one
        return macros.call("text_of", value) if whole else call("json_extract_string", value, exp.Literal.string("$"))
    return _of_float(value) if is_float(value) else value


def _of_float(value: Expr) -> Expr:
    """Return the text of an approximate number, which for a whole one has no point; a pattern costs twice the text."""
    text = exp.cast(value, "TEXT", copy=False)
    if not isinstance(value, exp.Column):
        return call("regexp_replace", text, *map(exp.Literal.string, (r"\.0$", "")))
    point = exp.Literal.string(".0")
    whole = exp.If(this=call("suffix", text.copy(), point), true=call("left", text.copy(), exp.Literal.number(-2)))
    written = exp.Case(ifs=[whole], default=text)
    written.meta[_TEXT_OF] = value
    return written


def is_json(value: Expr) -> bool:
    """Tell whether a value is a VARIANT, ARRAY or OBJECT, and JSON by now."""
    return value.is_type(*_JSON) and not isinstance(value, exp.Array)


def cast_to_text(cast: Expr) -> Expr:
    """Write a cast to text, which cuts a text that is longer than the type."""
    length = DataType.of_node(cast.args["to"]).length
    text_before = is_text(cast.this)
    if not isinstance(cast.this, exp.JSONExtract):  # fakesnow reads its text at once
        cast.set("this", as_text(cast.this))
    if length is None or length >= DEFAULT_TEXT:
        return cast
    cast.set("to", exp.DataType.build("VARCHAR"))
    return call("left", cast, exp.Literal.number(length)) if text_before else fitting(cast, length)


def joined(node: Expr) -> Expr:
    """Write || and CONCAT, whose operands are read as text."""
    for key in ("this", "expression"):
        if isinstance(operand := node.args.get(key), Expr):
            node.set(key, as_text(operand))
    if node.expressions:
        node.set("expressions", [as_text(operand) for operand in node.expressions])
    return _separated(node.expressions) if isinstance(node, exp.ConcatWs) else node


def _separated(operands: list[Expr]) -> Expr:
    """Return CONCAT_WS, which is NULL where one of its operands is; each is made a text once, not to be looked at."""
    missing = [_read_from(operand) for operand in operands if not isinstance(operand, exp.Literal)]
    whole = call("concat_ws", *operands)
    if not missing:
        return whole
    any_missing = exp.or_(*(exp.Is(this=part.copy(), expression=exp.Null()) for part in missing), copy=False)
    return exp.Case(ifs=[exp.If(this=any_missing, true=exp.Null())], default=whole)


def _read_from(text: Expr) -> Expr:
    """Return what a text is made of, which is NULL where the text is."""
    while _TEXT_OF in text.meta or (isinstance(text, exp.Cast) and text.to.this in exp.DataType.TEXT_TYPES):
        text = text.meta.get(_TEXT_OF) or text.this
    return text


def converted(node: Expr) -> Expr:
    """Write TO_VARCHAR and TO_CHAR without a format."""
    moment = node.this.type and node.this.type.this in (*_MOMENTS, *_ZONED, exp.DType.TIME)
    if node.args.get("format") is None and (moment or isinstance(node, exp.ToChar)):
        node.set("this", as_text(node.this))
    elif node.args.get("format") is not None and node.this.is_type(exp.DType.TIME):
        node.set("this", of_the_first_day(node.this))  # DuckDB formats moments only
    return node


def of_the_first_day(time: Expr) -> Expr:
    """Return the moment of a time of day on the day that Snowflake counts from."""
    return exp.Paren(this=exp.Add(this=exp.cast(exp.Literal.string("1970-01-01"), "DATE"), expression=time))


def listed(node: Expr) -> Expr:
    """Write LISTAGG: without a delimiter it puts none, of no rows it makes an empty text, and it reads a VARIANT."""
    order = node.this if isinstance(node.this, exp.Order) else None
    value = order.this if order else node.this
    value = value.expressions[0] if isinstance(value, exp.Distinct) else value
    if is_json(value):
        keys = [part.this for part in order.expressions if part.this == value] if order else []
        for read in (*keys, value):
            _ = read.replace(as_text(read.copy()))
    if node.args.get("separator") is None:
        node.set("separator", exp.Literal.string(""))
    return _around(node, lambda whole: exp.Coalesce(this=whole, expressions=[exp.Literal.string("")]))


def collected(node: Expr) -> Expr:
    """Write ARRAY_AGG, which makes an empty array of no rows, and of NULLs, which it leaves out as a constant too."""
    if isinstance(node.this, exp.Null) and not isinstance(node.parent, exp.WithinGroup | exp.Window | exp.Filter):
        none = exp.Filter(this=call("list", node.this), expression=exp.Where(this=exp.false()))
        return _or_empty(call("to_json", none))
    return node if isinstance(node.parent, exp.WithinGroup) else _around(node, _or_empty)


def ordered(node: Expr) -> Expr:
    """Write ARRAY_AGG with WITHIN GROUP, which leaves NULLs out as it does without."""
    if not isinstance(node.this, exp.ArrayAgg):
        return node
    operand = node.this.this
    counted = operand.expressions[0] if isinstance(operand, exp.Distinct) else operand
    given = exp.Where(this=exp.Not(this=exp.Is(this=counted.copy(), expression=exp.Null())))
    in_order = exp.Order(this=operand, expressions=node.expression.expressions)
    array = exp.Filter(this=call("list", in_order), expression=given)
    parent, key = node.parent, node.arg_key
    if parent is not None and key:
        parent.set(key, array, node.index)
    return _around(array, lambda whole: _or_empty(call("to_json", whole)))


def _or_empty(array: Expr) -> Expr:
    return exp.Coalesce(this=array, expressions=[exp.cast(exp.Literal.string("[]"), "JSON")])


def _around(aggregate: Expr, wrapped: Callable[[Expr], Expr]) -> Expr:
    """Return an aggregate with something around it; what belongs to it (OVER, WITHIN GROUP) stays inside."""
    outermost = aggregate
    while isinstance(outermost.parent, exp.WithinGroup | exp.Window | exp.Filter) and outermost.arg_key == "this":
        outermost = outermost.parent
    if outermost is aggregate:
        return wrapped(aggregate)
    parent, key, index = outermost.parent, outermost.arg_key, outermost.index
    whole = wrapped(outermost)
    if parent is not None and key:
        parent.set(key, whole, index)
    return aggregate


def fitting(value: Expr, length: int, sentence: str = "") -> Expr:
    """Return what gives a text, and fails where it has more characters than a type.

    Args:
        value: the text.
        length: in characters.
        sentence: what the message says before.
    """
    message = call(
        "concat",
        exp.Literal.string(f"{sentence}String '"),
        value.copy(),
        exp.Literal.string("' is too long and would be truncated"),
    )
    too_long = exp.GT(this=call("length", exp.cast(value.copy(), "TEXT")), expression=exp.Literal.number(length))
    return exp.Case(ifs=[exp.If(this=too_long, true=call("error", message))], default=value)


def call(name: str, *arguments: Expr) -> Expr:
    """Return a call of one of DuckDB's functions."""
    return exp.Anonymous(this=name, expressions=list(arguments))
