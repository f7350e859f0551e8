"""The keys of a JSON text in their order, in which Snowflake keeps those of every object."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

# What DuckDB calls `all_in_order`.
IN_ORDER = "sf_keys_in_order"


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _UnknownError(Exception):
    """The text is none that can be written anew without a change."""


def in_order_of_keys(text: str) -> str:
    """Return a JSON text with the keys of its objects sorted, its numbers as they were written.

    Args:
        text: that of any value; one that is no JSON, or has a key twice, is returned as it is.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_distinct, parse_int=_Number, parse_float=_Number, parse_constant=_refused
        )
        return _written(value)
    except (ValueError, RecursionError, _UnknownError):
        return text


def all_in_order(texts: pa.Array) -> pa.Array:
    """Do the same to each of many texts; NULL stays NULL, and a blank text is NULL too."""
    blank = (None if t is None or not t.strip() else t for t in texts.to_pylist())
    return pa.array([t if t is None or "{" not in t else in_order_of_keys(t) for t in blank], pa.string())


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) != len(pairs):
        raise _UnknownError
    return found


def _refused(_: str) -> Any:
    raise _UnknownError


def _written(value: Any) -> str:
    match value:
        case dict():
            return "{" + ",".join(f"{_text(key)}:{_written(value[key])}" for key in sorted(value)) + "}"
        case list():
            return "[" + ",".join(map(_written, value)) + "]"
        case _Number():
            return str(value)
    return _text(value)


def _text(value: str | bool | None) -> str:
    return json.dumps(value, ensure_ascii=False)
