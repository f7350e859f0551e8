"""REGEXP_REPLACE from a position on, of one occurrence, or with parameters, which no function of DuckDB does.

https://docs.snowflake.com/en/sql-reference/functions/regexp_replace
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa

# What DuckDB calls `all_replaced`.
REPLACED = "sf_regexp_replaced"
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}


def all_replaced(*arguments: pa.Array) -> pa.Array:
    """Replace in many texts; of each row the text, pattern, replacement, position, occurrence and parameters.

    An occurrence of 0 means all of them. Where anything is NULL the result is.
    """
    rows = zip(*(argument.to_pylist() for argument in arguments), strict=True)
    return pa.array([None if None in row else _replaced(*row) for row in rows], pa.string())


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
    return re.compile(pattern, flags)
