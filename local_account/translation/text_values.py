"""Reads text as values of a column, as Snowflake does: what its AUTO formats know is read, all else is NULL.

DuckDB's casts take more (`2025-01-02 09:15 PM` loses its PM, `infinity` is a date, `1_000` is a number) and less
(`12/31/2024`); a table of shapes decides instead, and DuckDB only reads texts of a shape that it reads right.
Source: https://docs.snowflake.com/en/sql-reference/date-time-input-output#supported-formats-for-auto-detection
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_account.errors import not_supported
from local_account.identifiers import text_literal

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTO: Mapping[str, str] = {}
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_LONG_MONTH = "(?:january|february|march|april|june|july|august|september|october|november|december)"
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
_HOUR = "(?:[01]?[0-9]|2[0-3])"
_CLOCK = rf"{_HOUR}:[0-9]{{1,2}}(?::[0-9]{{1,2}}(?:\.[0-9]{{1,9}})?)?"
_TO_MINUTES = rf"{_HOUR}:[0-9]{{1,2}}"
_SECONDS = rf"{_TO_MINUTES}:[0-9]{{1,2}}"
_FRACTION = r"(?:\.[0-9]{1,9})"
# The time zone at the end of a text, which must not be mistaken for the day of a date.
_TAIL = rf"(:[0-9]{{1,2}}(?:\.[0-9]+)?(?: ?[ap]m)?) ?{_OFFSET}$"
# Digits alone count seconds, milliseconds, microseconds or nanoseconds since 1970, by their size.
_EPOCH_UNITS = ((31_536_000_000, 1_000_000), (31_536_000_000_000, 1_000), (31_536_000_000_000_000, 1))
_TRUE, _FALSE = ("true", "t", "yes", "y", "on", "1"), ("false", "f", "no", "n", "off", "0")
_FORMAT_PARTS = {
    "YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MON": "%b", "MM": "%m", "DD": "%d", "DY": "%a", "HH24": "%H", "HH12": "%I",
    "MI": "%M", "SS": "%S", "AM": "%p", "PM": "%p", "FF9": "%n", "FF6": "%f", "FF3": "%g", "FF": "%f", "TZHTZM": "%z",
}  # fmt: skip
_ELEMENTS = re.compile("|".join(sorted(_FORMAT_PARTS, key=len, reverse=True)), re.IGNORECASE)


@dataclass(frozen=True)
class Shape:
    """Texts of one look.

    Attributes:
        pattern: regular expression of the whole text, without its time zone; letters in any case.
        formats: of DuckDB's strptime, the first that fits is taken; none: DuckDB's cast reads the text right.
    """

    pattern: str
    formats: tuple[str, ...] = ()


TIMESTAMPS = (
    Shape(rf"[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?:[ T]{_CLOCK})?"),
    Shape(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T]" + _HOUR, ("%Y-%m-%d %H", "%Y-%m-%dT%H")),
    Shape(rf"[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{4}}(?: {_SECONDS})?", ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y")),
    Shape(rf"[0-9]{{1,2}}-(?:{_MONTH}|{_LONG_MONTH})-[0-9]{{4}}", ("%d-%b-%Y", "%d-%B-%Y")),
    Shape(
        rf"{_DAY}, [0-9]{{1,2}} {_MONTH} [0-9]{{4}} {_SECONDS}{_FRACTION}?",
        ("%a, %d %b %Y %H:%M:%S", "%a, %d %b %Y %H:%M:%S.%n"),
    ),
    Shape(
        rf"{_DAY}, [0-9]{{1,2}} {_MONTH} [0-9]{{4}} {_SECONDS}{_FRACTION}? [ap]m",
        ("%a, %d %b %Y %I:%M:%S %p", "%a, %d %b %Y %I:%M:%S.%n %p"),
    ),
)
# The only format whose time zone is not at the end.
_ZONE_BEFORE_YEAR = rf"{_DAY} {_MONTH} [0-9]{{1,2}} {_SECONDS} {_OFFSET} [0-9]{{4}}"
TIMES = (
    Shape(_CLOCK),
    Shape(rf"{_SECONDS}{_FRACTION}? ?[ap]m", ("%I:%M:%S %p", "%I:%M:%S.%n %p", "%I:%M:%S%p", "%I:%M:%S.%n%p")),
    Shape(rf"{_TO_MINUTES} ?[ap]m", ("%I:%M %p", "%I:%M%p")),
)


def from_text(value: str, kind: str, formats: Mapping[str, str] = AUTO) -> str:
    """Return SQL that reads a text as a value.

    Args:
        value: SQL of the text.
        kind: DuckDB's type of the value.
        formats: DATE_FORMAT, TIME_FORMAT, TIMESTAMP_FORMAT and BINARY_FORMAT as a file format gives them; by default
            AUTO and HEX.

    Returns: SQL of the value; NULL for a text that Snowflake would refuse.
    Raises: ProgrammingError for a format with an element that is not known here.
    """
    name = "TIMESTAMP" if kind.startswith("TIMESTAMP") else kind
    given = formats.get(f"{name}_FORMAT", "AUTO")
    if name in ("DATE", "TIME", "TIMESTAMP") and given.upper() != "AUTO":
        return f"try_cast(try_strptime({value}, {text_literal(strptime(given))}) as {kind})"
    read = {"TIMESTAMP": _timestamp, "DATE": _date, "TIME": _time, "BOOLEAN": _boolean, "BLOB": _binary}
    if name in read:
        return read[name](value, kind, formats)
    if name == "VARCHAR":
        return value
    return f"try_cast({value} as json)" if name == "JSON" else _number(value, kind)


def strptime(snowflake_format: str) -> str:
    """Translate a date or time format of Snowflake, such as YYYY-MM-DD HH24:MI:SS, for DuckDB.

    Raises: ProgrammingError for a format with letters that are no element known here.
    """
    if left := re.search("[A-SU-Z]", _ELEMENTS.sub("", snowflake_format), re.IGNORECASE):
        raise not_supported(f"The element {left[0]} of the format '{snowflake_format}'")
    return _ELEMENTS.sub(lambda m: _FORMAT_PARTS[m[0].upper()], snowflake_format.replace('"', ""))


def _is(value: str, pattern: str) -> str:
    return f"regexp_full_match({value}, {text_literal(pattern)}, 'i')"


def misread(value: str) -> str:
    """Return the condition under which DuckDB reads a text as a number, and Snowflake does not: 1_000, 0x1F, 0b11.

    Comparing costs least: the pattern sees only what begins like the latter, or with a blank, or has a "_".
    """
    suspect = f"{value} < '!' OR {value} BETWEEN '0A' AND '0~' OR contains({value}, '_')"
    return f"({suspect}) AND regexp_matches({value}, '_|^[[:space:]]*0[bBxX]')"


def _number(value: str, kind: str) -> str:
    cast = f"try_cast({value} as {kind})"
    known = f"not ({misread(value)})"
    if kind in ("DOUBLE", "FLOAT"):
        known += f" and (isfinite({cast}) or {_is(value, '[+-]?(inf|infinity)|nan')})"
    return f"case when {known} then {cast} end"


def _boolean(value: str, _: str, __: Mapping[str, str]) -> str:
    cases = " ".join(
        f"when lower({value}) in ({', '.join(map(text_literal, words))}) then {truth}"
        for truth, words in (("true", _TRUE), ("false", _FALSE))
    )
    return f"case {cases} end"


def _binary(value: str, _: str, formats: Mapping[str, str]) -> str:
    match formats.get("BINARY_FORMAT", "HEX").upper():
        case "HEX":
            return f"case when {_is(value, '([0-9a-f]{2})*')} then unhex({value}) end"
        case "UTF-8" | "UTF8":
            return f"encode({value})"
        case written:
            raise not_supported(f"BINARY_FORMAT = {written}")


def _date(value: str, _: str, formats: Mapping[str, str]) -> str:
    return f"try_cast({_timestamp(value, 'TIMESTAMP', formats)} as date)"


def _timestamp(value: str, kind: str, _: Mapping[str, str]) -> str:
    """Read a moment; one whose column has no time zone keeps the clock that was written, as on Snowflake."""
    has_zone = kind.endswith("WITH TIME ZONE")
    text = f"trim({value})"
    local = f"regexp_replace({text}, {text_literal(_TAIL)}, '\\1', 'i')"
    zone = f"regexp_extract({text}, {text_literal(_TAIL)}, 0, 'i')"
    moved = f"regexp_extract({zone}, {text_literal(f' ?({_OFFSET})$')}, 1, 'i')"
    cases = []
    # Nearly every text looks like these, and a pattern costs more than the reading.
    for look, read in (("___-__-__", "%Y-%m-%d"), ("___-__-__ __:__:__", "%Y-%m-%d %H:%M:%S")):
        common = " or ".join(f"{value} like '{first}{look}'" for first in "12")
        if not has_zone:
            cases.append(f"when {common} then try_strptime({value}, '{read}')")
    for shape in TIMESTAMPS:
        read = _read(local, shape, "timestamp")
        if has_zone:
            read = _at_zone(read, moved)
        cases.append(f"when {_is(local, shape.pattern)} then {read}")
    fields = f"regexp_replace({text}, {text_literal(f' {_OFFSET} ')}, ' ', 'i')"
    read = f"try_strptime({fields}, '%a %b %d %H:%M:%S %Y')"
    if has_zone:
        read = _at_zone(read, f"regexp_extract({text}, {text_literal(f' ({_OFFSET}) ')}, 1, 'i')")
    cases += [
        f"when {_is(text, _ZONE_BEFORE_YEAR)} then {read}",
        f"when {_is(text, '-?[0-9]{1,19}')} then cast({_epoch(text)} as {kind})",
    ]
    return f"case {' '.join(cases)} end"


def _read(text: str, shape: Shape, kind: str) -> str:
    if not shape.formats:
        return f"try_cast({text} as {kind})"
    return f"try_cast(try_strptime({text}, [{', '.join(map(text_literal, shape.formats))}]) as {kind})"


def _at_zone(moment: str, zone: str) -> str:
    """Give a moment the zone that its text names (UTC, the account's, where it names none)."""
    digits = f"regexp_replace({zone}, '[^0-9]', '', 'g')"
    minutes = f"coalesce(try_cast({digits}[1:2] as integer), 0) * 60 + coalesce(try_cast({digits}[3:4] as integer), 0)"
    shift = f"to_minutes(case when {zone} like '-%' then -({minutes}) else {minutes} end)"
    return f"(({moment}) - {shift}) at time zone 'UTC'"


def _epoch(text: str) -> str:
    count = f"try_cast({text} as bigint)"
    cases = " ".join(f"when abs({count}) < {limit} then {count} * {unit}" for limit, unit in _EPOCH_UNITS)
    return f"make_timestamp(case {cases} else {count} // 1000 end)"


def _time(value: str, _: str, __: Mapping[str, str]) -> str:
    text = f"trim({value})"
    local = f"regexp_replace({text}, {text_literal(_TAIL)}, '\\1', 'i')"
    cases = [f"when {_is(local, shape.pattern)} then {_read(local, shape, 'time')}" for shape in TIMES]
    cases.append(f"when {_is(text, '[0-9]{1,19}')} then cast({_epoch(text)} as time)")
    return f"case {' '.join(cases)} end"
