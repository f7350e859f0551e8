"""REGEXP_INSTR, and REGEXP_REPLACE from a position on, of one occurrence, or with parameters: DuckDB has neither.

https://docs.snowflake.com/en/sql-reference/functions/regexp_replace, .../regexp_instr
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa

# What DuckDB calls `all_replaced` and `all_found`.
REPLACED = "sf_regexp_replaced"
FOUND = "sf_regexp_found"
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
# Python knows no names of classes of characters, and would look for their letters.
_CLASS = re.compile(r"\[:(\w+):\]")
_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": r"\t ", "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "lower": "a-z",
    "upper": "A-Z", "punct": r"!-/:-@\[-`{-~", "space": r"\t\n\v\f\r ", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip


def all_replaced(*arguments: pa.Array) -> pa.Array:
    """Replace in many texts; of each row the text, pattern, replacement, position, occurrence and parameters.

    An occurrence of 0 means all of them. Where anything is NULL the result is.
    """
    rows = zip(*(argument.to_pylist() for argument in arguments), strict=True)
    return pa.array([None if None in row else _replaced(*row) for row in rows], pa.string())


def all_found(*arguments: pa.Array) -> pa.Array:
    """Look for a pattern in many texts; of each row the text, pattern, position, occurrence, option and parameters.

    Where anything is NULL the result is.
    """
    rows = zip(*(argument.to_pylist() for argument in arguments), strict=True)
    return pa.array([None if None in row else str(_found(*row)) for row in rows], pa.string())


def _found(  # noqa: PLR0913, PLR0917 - as many as the function has
    text: str, pattern: str, position: int, occurrence: int, behind: int, parameters: str
) -> int:
    start = int(position) - 1
    for number, match in enumerate(_compiled(pattern, parameters).finditer(text[start:]), start=1):
        if number == occurrence:
            return start + 1 + (match.end() if behind else match.start())
    return 0


def _replaced(  # noqa: PLR0913, PLR0917 - as many as the function has
    text: str, pattern: str, replacement: str, position: int, occurrence: int, parameters: str
) -> str:
    found, start = _compiled(pattern, parameters), int(position) - 1
    if not occurrence:
        return text[:start] + found.sub(replacement, text[start:])
    for number, match in enumerate(found.finditer(text[start:]), start=1):
        if number == occurrence:
            return text[: start + match.start()] + match.expand(replacement) + text[start + match.end() :]
    return text


@lru_cache(maxsize=64)
def _compiled(pattern: str, parameters: str) -> re.Pattern[str]:
    flags = re.RegexFlag(0)
    for letter in parameters:  # the last of c and i counts
        flags = flags & ~re.IGNORECASE if letter == "c" else flags | _FLAGS.get(letter, 0)
    return re.compile(_CLASS.sub(lambda named: _CLASSES.get(named[1], named[0]), pattern), flags)
