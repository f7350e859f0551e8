"""Values of scripting variables: conversion to their declared Snowflake type, and what they are bound as."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import ProgrammingError

from local_account.errors import not_supported

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.results import Result
    from local_account.scripting.tree import Fragment

_TEXT = {"VARCHAR", "STRING", "TEXT", "CHAR", "CHARACTER", "NVARCHAR"}
_EXACT = {"NUMBER", "NUMERIC", "DECIMAL", "INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT"}
_FLOAT = {"FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "DOUBLE PRECISION", "REAL"}
_NAIVE = {"TIMESTAMP", "TIMESTAMP_NTZ", "DATETIME"}
_AWARE = {"TIMESTAMP_LTZ", "TIMESTAMP_TZ"}
SEMI_STRUCTURED = {"VARIANT", "OBJECT", "ARRAY"}
_TRUE, _FALSE = {"true", "t", "yes", "y", "on", "1"}, {"false", "f", "no", "n", "off", "0"}
# Snowflake's names in signatures and in DESCRIBE for the synonyms above.
_CANONICAL = {
    **dict.fromkeys(_TEXT, "VARCHAR"), **dict.fromkeys(_EXACT, "NUMBER"), **dict.fromkeys(_FLOAT, "FLOAT"),
    "TIMESTAMP": "TIMESTAMP_NTZ", "DATETIME": "TIMESTAMP_NTZ",
}  # fmt: skip


@dataclass(slots=True)
class Cell:
    """A scalar variable: its declared type (None until a value decides) and its value."""

    type_name: str | None
    value: Any = None


@dataclass(slots=True)
class Rows:
    """A RESULTSET variable, or a cursor before it runs (`query` set, `result` None)."""

    result: Result | None = None
    query: Fragment | None = None


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


def canonical_type(type_name: str) -> str:
    """Return the type's name in a signature: `STRING` and `VARCHAR(10)` are VARCHAR, `INT` is NUMBER."""
    base = _base(type_name)[0]
    return _CANONICAL.get(base, base)


def full_type(type_name: str) -> str:
    """Return the type as DESCRIBE shows it, with Snowflake's default length and precision."""
    base, arguments = canonical_type(type_name), _base(type_name)[1]
    defaults = {"VARCHAR": (16777216,), "NUMBER": (38, 0), "TIMESTAMP_NTZ": (9,)}
    shown = arguments or defaults.get(base, ())
    if base == "NUMBER" and len(shown) == 1:
        shown = (*shown, 0)
    return f"{base}({','.join(map(str, shown))})" if shown else base


def convert(value: Any, type_name: str) -> Any:
    """Convert a value to a Snowflake type as an assignment does.

    Args:
        value: a Python value as results carry it, or None.
        type_name: such as `NUMBER(12,2)`, `VARCHAR`, `DATE`.

    Raises:
        ProgrammingError: 100038 for a value that the type does not take, 2 for a type that is not supported.
    """
    base, arguments = _base(type_name)
    converter = _converter(base)
    if value is None:
        return None
    try:
        return converter(value, arguments)
    except (ValueError, TypeError, InvalidOperation):
        raise ProgrammingError(
            msg=f"Value '{value}' is not recognized as {base}.", errno=100038, sqlstate="22018"
        ) from None


def infer_type(kind: str, scale: int | None) -> str:
    """Return the type of a variable that takes a result column's type (`kind` and `scale` of its rowtype)."""
    names = {"text": "VARCHAR", "real": "FLOAT", "variant": "VARIANT", "object": "OBJECT", "array": "ARRAY"}
    if kind == "fixed":
        return f"NUMBER(38,{scale or 0})"
    return names.get(kind, kind.upper())


def _base(type_name: str) -> tuple[str, tuple[int, ...]]:
    base, _, rest = type_name.upper().strip().partition("(")
    return base.strip(), tuple(int(n) for n in re.findall(r"\d+", rest))


def _converter(base: str) -> Callable[[Any, tuple[int, ...]], Any]:
    for names, function in (
        (_TEXT, _text), (_EXACT, _exact), (_FLOAT, lambda v, _: float(v)), ({"BOOLEAN"}, _boolean),
        ({"DATE"}, _date), (_NAIVE, _naive), (_AWARE, _aware), (SEMI_STRUCTURED, lambda v, _: v),
    ):  # fmt: skip
        if base in names:
            return function
    raise not_supported(f"A variable or argument of type {base}")


def _text(value: Any, arguments: tuple[int, ...]) -> str:
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, datetime):
        text = value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
    elif isinstance(value, Decimal):
        text = format(value, "f")
    else:
        text = str(value)
    if arguments and len(text) > arguments[0]:
        raise ProgrammingError(
            msg=f"String '{text}' is too long and would be truncated", errno=100078, sqlstate="22000"
        )
    return text


def _exact(value: Any, arguments: tuple[int, ...]) -> int | Decimal:
    scale = arguments[1] if len(arguments) > 1 else 0
    number = Decimal(str(value).strip()) if not isinstance(value, bool) else Decimal(int(value))
    rounded = number.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)
    if arguments and len(rounded.as_tuple().digits) > arguments[0]:
        raise ProgrammingError(msg=f"Number out of representable range: {value}", errno=100132, sqlstate="22003")
    return rounded if scale else int(rounded)


def _boolean(value: Any, _: tuple[int, ...]) -> bool:
    if not isinstance(value, str):
        return bool(value)
    lowered = value.strip().lower()
    if lowered not in _TRUE | _FALSE:
        raise ValueError(value)
    return lowered in _TRUE


def _date(value: Any, _: tuple[int, ...]) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value).strip()[:10])


def _timestamp(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time()) if isinstance(value, date) else datetime.fromisoformat(str(value).strip())


def _naive(value: Any, _: tuple[int, ...]) -> datetime:
    return _timestamp(value).replace(tzinfo=None)


def _aware(value: Any, _: tuple[int, ...]) -> datetime:
    found = _timestamp(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
