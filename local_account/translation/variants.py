"""Values of VARIANT, ARRAY and OBJECT, which are JSON: as text they are what they hold, not how JSON writes it.

https://docs.snowflake.com/en/sql-reference/data-types-semistructured
"""

from __future__ import annotations

from sqlglot import Expr, exp

from local_account.translation import macros
from local_account.translation.numbers import NUMBERS
from local_account.translation.texts import as_text, call, is_json
from local_account.types import DataType, Family

_HELD = (exp.DType.VARIANT, exp.DType.JSON, exp.DType.ARRAY, exp.DType.OBJECT)
_SHOWN = (*NUMBERS, exp.DType.DATE, exp.DType.TIME, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPTZ,
          exp.DType.TIMESTAMPLTZ, exp.DType.BOOLEAN)  # fmt: skip
_HELD_AS_TEXT = (Family.DATE, Family.TIME, Family.TIMESTAMP, Family.BINARY)
# Functions of text, whose arguments are read as text.
OF_TEXT: tuple[type[Expr], ...] = (
    exp.Length, exp.ByteLength, exp.BitLength, exp.Like, exp.ILike, exp.Upper, exp.Lower, exp.Initcap, exp.Reverse,
    exp.Left, exp.Right, exp.Substring, exp.Replace, exp.Split, exp.SplitPart, exp.Trim, exp.Pad, exp.Repeat,
    exp.Contains, exp.StartsWith, exp.EndsWith, exp.StrPosition, exp.RegexpLike, exp.RegexpReplace, exp.RegexpExtract,
    exp.RegexpCount, exp.RegexpInstr, exp.MD5, exp.SHA, exp.SHA2, exp.Translate, exp.Unicode, exp.Ascii,
)  # fmt: skip
# What functions give whose types sqlglot does not know.
RETURNED: dict[type[Expr], exp.DType] = {
    exp.GetIgnoreCase: exp.DType.VARIANT, exp.JSONKeys: exp.DType.ARRAY, exp.ToArray: exp.DType.ARRAY,
    exp.ArrayInsert: exp.DType.ARRAY, exp.ArrayRemoveAt: exp.DType.ARRAY, exp.ArrayReverse: exp.DType.ARRAY,
    exp.ArrayDistinct: exp.DType.ARRAY, exp.Flatten: exp.DType.ARRAY, exp.ObjectInsert: exp.DType.OBJECT,
}  # fmt: skip


def read_as_text(node: Expr) -> Expr:
    """Let a function of text read a VARIANT, and what it is about as the text that any other value has."""
    for key, operand in list(node.args.items()):
        if isinstance(operand, Expr) and is_json(operand):
            node.set(key, as_text(operand))
    if isinstance(node.this, Expr) and node.this.is_type(*_SHOWN) and not isinstance(node.this, exp.Null):
        node.set("this", exp.cast(as_text(node.this), "TEXT", copy=False))
    return node


def built(node: Expr) -> Expr:
    """Write an object or an array, in which a moment is the text that it has."""
    for part in node.expressions:
        key = "expression" if isinstance(part, exp.PropertyEQ | exp.JSONKeyValue) else None
        value = part.args["expression"] if key else part
        if isinstance(value, Expr) and value.is_type(exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ):
            value.replace(as_text(value.copy()))
    return node


def cast(node: Expr) -> Expr:
    """Write a cast from or to VARIANT, ARRAY or OBJECT."""
    value, wanted = node.this, node.args["to"]
    if wanted.this is exp.DType.VARIANT and _is_plain(value):
        return held(value)
    if wanted.this not in _HELD and is_json(value) and not isinstance(value, exp.JSONExtract | exp.Bracket):
        node.set("this", as_text(value))
    return node


def element(node: Expr) -> Expr:
    """Write GET by a number: one below zero gives NULL, where DuckDB counts from the end."""
    kind, asked = DataType.of_known(node.expression.type), node.expression
    if kind is not None and kind.family is Family.EXACT and not isinstance(asked, exp.Literal):
        below = exp.Neg(this=exp.Literal.number(1))
        number = call("greatest", exp.cast(asked, "BIGINT"), below)
        node.set("expression", exp.Nullif(this=number, expression=below.copy()))
    return node


def made(node: Expr) -> Expr:
    """Write TO_VARIANT."""
    return held(node.this) if _is_plain(node.this) else node


def held(value: Expr) -> Expr:
    """Return a value of a plain type as a VARIANT, which keeps what JSON has no type for."""
    kind = DataType.of_known(value.type)
    if kind is None or isinstance(value, exp.Null):
        return call("to_json", value)
    if kind.family is Family.APPROXIMATE:
        return macros.call("held_double", value)
    if kind.family not in _HELD_AS_TEXT:
        return call("to_json", value)
    text = as_text(value) if kind.family is not Family.DATE else exp.cast(value, "TEXT", copy=False)
    return macros.call("held_tz" if kind.name == "TIMESTAMP_TZ" else "held", text)


def _is_plain(value: Expr) -> bool:
    return value.type is not None and not value.is_type(exp.DType.UNKNOWN, exp.DType.NULL, *_HELD)
