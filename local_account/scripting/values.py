"""Values of scripting variables: conversion to their declared Snowflake type, and what they are bound as."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import ProgrammingError

from local_account.errors import not_supported
from local_account.types import DIGITS, DataType, Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.results import Result
    from local_account.scripting.tree import Fragment

# Python rounds to 28 digits otherwise, and a number that is too long should be called that.
_WIDE = Context(prec=4 * DIGITS)
_TRUE, _FALSE = {"true", "t", "yes", "y", "on", "1"}, {"false", "f", "no", "n", "off", "0"}


# The variables that every block has.
ALWAYS = ("SQLROWCOUNT", "SQLID", "SQLFOUND", "SQLNOTFOUND")


@dataclass(slots=True)
class Cell:
    """A scalar variable: its declared type (None until a value decides) and its value."""

    type: DataType | None
    value: Any = None


@dataclass(slots=True)
class Rows:
    """A RESULTSET variable, or a cursor before it runs (`query` set, `result` None).

    Attributes:
        result: the rows of a RESULTSET.
        query: of a cursor.
        left: the rows of an open cursor that were not fetched yet, the next one last.
        opened: what an open cursor read.
    """

    result: Result | None = None
    query: Fragment | None = None
    left: list[tuple[Any, ...]] = field(default_factory=list)
    opened: Result | None = None


@dataclass(slots=True)
class Row:
    """The row variable of a FOR loop: cells by column name."""

    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class UserException:
    """A declared exception."""

    name: str
    code: int
    message: str


def unset(name: str) -> ProgrammingError:
    """Build the error for a name that is no scalar variable."""
    return ProgrammingError(msg=f"SQL compilation error:\nBind variable :{name} not set.", errno=2049, sqlstate="42601")


def convert(value: Any, wanted: DataType) -> Any:
    """Convert a value to a Snowflake type as an assignment does.

    Args:
        value: a Python value as results carry it, or None.
        wanted: the type of the variable or argument.

    Raises:
        ProgrammingError: 100038 for a value that the type does not take, 2 for a type that is not supported.
    """
    converter = _CONVERTERS.get(wanted.family)
    if converter is None:
        raise not_supported(f"A variable or argument of type {wanted.name}")
    if value is None:
        return None
    try:
        return converter(value, wanted)
    except (ValueError, TypeError, InvalidOperation):
        raise ProgrammingError(
            msg=f"Value '{value}' is not recognized as {wanted.name}.", errno=100038, sqlstate="22018"
        ) from None


def _text(value: Any, wanted: DataType) -> str:
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, datetime):
        text = value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
    elif isinstance(value, Decimal):
        text = format(value, "f")
    else:
        text = str(value)
    if wanted.length is not None and len(text) > wanted.length:
        raise ProgrammingError(
            msg=f"String '{text}' is too long and would be truncated", errno=100078, sqlstate="22000"
        )
    return text


def _exact(value: Any, wanted: DataType) -> int | Decimal:
    scale = wanted.scale or 0
    number = Decimal(str(value).strip()) if not isinstance(value, bool) else Decimal(int(value))
    rounded = number.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP, context=_WIDE)
    if len(rounded.as_tuple().digits) > (wanted.precision or DIGITS):
        raise ProgrammingError(msg=f"Number out of representable range: {value}", errno=100132, sqlstate="22003")
    return rounded if scale else int(rounded)


def _boolean(value: Any, _: DataType) -> bool:
    if not isinstance(value, str):
        return bool(value)
    lowered = value.strip().lower()
    if lowered not in _TRUE | _FALSE:
        raise ValueError(value)
    return lowered in _TRUE


def _date(value: Any, _: DataType) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value).strip()[:10])


def _timestamp(value: Any, wanted: DataType) -> datetime:
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    else:
        found = datetime.fromisoformat(str(value).strip())
    if wanted.name == "TIMESTAMP_NTZ":
        return found.replace(tzinfo=None)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_CONVERTERS: dict[Family, Callable[[Any, DataType], Any]] = {
    Family.TEXT: _text,
    Family.EXACT: _exact,
    Family.APPROXIMATE: lambda value, _: float(value),
    Family.BOOLEAN: _boolean,
    Family.DATE: _date,
    Family.TIMESTAMP: _timestamp,
    Family.SEMI_STRUCTURED: lambda value, _: value,
}
