"""SYSTEM$TYPEOF: the type of an expression, and how Snowflake stores its values.

https://docs.snowflake.com/en/sql-reference/functions/system_typeof
"""

from __future__ import annotations

from sqlglot import Expr, exp

from local_account.errors import not_supported
from local_account.translation.numbers import whole
from local_account.translation.writes import shown
from local_account.types import DEFAULT_TEXT, DataType, Family

NAME = "SYSTEM$TYPEOF"
_STORED = {
    Family.APPROXIMATE: "DOUBLE", Family.BOOLEAN: "SB1", Family.DATE: "SB4", Family.TIME: "SB8",
    Family.TIMESTAMP: "SB16",
}  # fmt: skip
_SIZED = (exp.Literal, exp.Column, exp.Cast)  # Snowflake reckons the lengths of other texts
_SIZES = (1, 2, 4, 8)  # bytes


def named(call: Expr) -> Expr:
    """Write SYSTEM$TYPEOF as the text that it gives.

    Raises: ProgrammingError (2) where the type of its argument, or the length of a text, is not known.
    """
    (value,) = call.expressions
    if isinstance(value, exp.Null):
        return exp.Literal.string("NULL[LOB]")
    kind = DataType.of_known(value.type)
    if kind is None or (kind.length == DEFAULT_TEXT and not isinstance(value.unnest(), _SIZED)):
        raise not_supported(f"{NAME} of an expression whose type is not known")
    stored = _bytes(value, kind) if kind.family is Family.EXACT else _STORED.get(kind.family, "LOB")
    return exp.Literal.string(f"{shown(kind, value)}[{stored}]")


def _bytes(value: Expr, kind: DataType) -> str:
    """Return how many bytes a number is stored in: a constant in as few as it needs, others by their digits."""
    constant = whole(value)
    largest = abs(constant) if constant is not None else 10 ** (kind.precision or 0) - 1
    return next((f"SB{size}" for size in _SIZES if largest < 1 << (8 * size - 1)), "SB16")
