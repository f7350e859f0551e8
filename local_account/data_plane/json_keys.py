"""JSON texts as Snowflake reads them: keys of objects in their order, elements that are left out, exact numbers.

https://docs.snowflake.com/en/sql-reference/functions/parse_json; live: frostlake JsonArrayHole, ArrayUndefined
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pyarrow as pa

from local_account.errors import not_supported

# What DuckDB calls `all_in_order`.
IN_ORDER = "sf_keys_in_order"


# Without any of these, and without an object, DuckDB reads a text as Snowflake does.
_ODD = re.compile(r"\d{16}|\.\d{15}|,\s*[,\]]|\[\s*,|undefined|'|(?:^|[\[,:])\s*\.")
_DIGITS = 15  # what a FLOAT always holds
_TOKENS = re.compile(r"""\s+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\[\]{},:]|[^\s"'\[\]{},:]+|.""", re.DOTALL)


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class _UnknownError(Exception):
    """The text is none that can be written anew without a change."""


class _TwiceError(Exception):
    """A key stands in an object twice."""


def in_order_of_keys(text: str) -> str:
    """Return a JSON text with the keys of its objects sorted, its numbers as they were written.

    Args:
        text: that of any value; one that is no JSON is returned as it is, and one with a key twice made none. An
            element that is left out of an array, or undefined, is NULL.

    Raises: ProgrammingError (2) for a number with a fraction that no FLOAT holds, as which DuckDB reads it.
    """
    for read in (str, _completed):
        try:
            return written(_loaded(read(text)))
        except _TwiceError as error:
            return f'{text}: duplicate object attribute "{error}"'
        except (RecursionError, _UnknownError):
            return text
        except ValueError:
            continue
    return text


def _completed(text: str) -> str:
    """Write what Snowflake reads beyond JSON as JSON.

    A comma closes an element, be it there or not; a closing bracket only where the array has held one.
    """
    pieces: list[str] = []
    around: list[bool | None] = []  # of each open array whether it has held an element; None of an object
    last, comma = "", None  # the last piece that is no space, and where the comma behind a pair is
    for piece in _TOKENS.findall(text):
        array = around[-1] if around else None
        left_out = last == "," or (last == "[" and piece == ",")
        if piece == "," and left_out and array is not None:
            pieces.append("null")
        elif piece in ("]", "}") and last == ",":
            if array:
                pieces.append("null")
            elif comma is not None:
                pieces[comma] = ""
        if piece == ",":
            comma = None if last == "{" else len(pieces)
        elif piece in ("]", "}"):
            _ = around.pop() if around else None
        elif not piece.isspace() and around and array is not None:
            around[-1] = True
        if piece in ("[", "{"):
            around.append(False if piece == "[" else None)
        pieces.append(_plain(piece))
        last = last if piece.isspace() else piece
    return "".join(pieces)


def _plain(piece: str) -> str:
    """Write a text in single quotes, a number that begins with its point, and what is not defined as JSON does."""
    match piece[0]:
        case "'" if len(piece) > 1:
            inner = re.sub(r"\\'|\"", lambda found: "'" if found[0] == "\\'" else '\\"', piece[1:-1])
            return f'"{inner}"'
        case ".":
            return f"0{piece}" if len(piece) > 1 else "0"
    return "null" if piece == "undefined" else piece


def is_odd(text: str) -> bool:
    """Tell whether a text may be one that DuckDB reads otherwise."""
    return "{" in text or _ODD.search(text) is not None


def _loaded(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_distinct, parse_int=Number, parse_float=_exact, parse_constant=_refused)


def _exact(text: str) -> Number:
    """Keep a number with a fraction as it is written. Raises: ProgrammingError (2) where a FLOAT does not hold it."""
    if "e" not in text.lower() and len(text) > _DIGITS and Decimal(repr(float(text))) != Decimal(text):
        raise not_supported(f"A number in JSON with more digits than a FLOAT has, {text},")
    return Number(text)


def all_in_order(texts: pa.Array) -> pa.Array:
    """Do the same to each of many texts; NULL stays NULL, and a blank text is NULL too."""
    blank = (None if t is None or not t.strip() else t for t in texts.to_pylist())
    return pa.array([in_order_of_keys(t) if t is not None and is_odd(t) else t for t in blank], pa.string())


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _refused(_: str) -> Any:
    raise _UnknownError


def written(value: Any) -> str:
    """Write a value, whose numbers are texts, as JSON with the keys of objects in their order."""
    match value:
        case dict():
            return "{" + ",".join(f"{_text(key)}:{written(value[key])}" for key in sorted(value)) + "}"
        case list():
            return "[" + ",".join(map(written, value)) + "]"
        case Number():
            return str(value)
    return _text(value)


def _text(value: str | bool | None) -> str:
    return json.dumps(value, ensure_ascii=False)
