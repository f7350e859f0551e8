"""The errors of DuckDB, sqlglot, fakesnow and Python, said as Snowflake says them.

None of their own words reach a client: what the table below does not know becomes one sentence of the account's, and
the log keeps the rest.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
from snowflake.connector.errors import DatabaseError, ProgrammingError
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import SqlglotError

from local_account.errors import errno_of, message_of, not_supported, sqlstate_of
from local_account.types import DataType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import Expr

log = logging.getLogger(__name__)

_UNKNOWN_FUNCTION = 2140
_EXECUTION = 100000  # codes from here on arise while a statement runs
_NAME = r"\"?([^\"\s]+?)\"?"
_INVALID = "invalid identifier '{0}'"
_NUMERIC = "Numeric value '{0}' is not recognized"
_RANGE = "Number out of representable range: {0}"
_TOO_LONG = _RANGE.format("a result has more digits than its type")
LONG_WHOLE = "A whole number of more than 18 digits in NUMBER(38,0), where NUMBER(37,0) holds 37, is not supported."
_LONG_VALUE = r"(?:string|value) ['\"]?-?(?:\d{19,38}(?:\.\d+)?|[\d.]+e\+(?:19|2\d|3[0-7]))['\"]? "
_DUPLICATE = "Duplicate row detected during DML action: several source rows match one target row."
_GONE = "Object '{0}' does not exist or not authorized."
_TAKEN = "Object '{0}' already exists."

_BAD_PATTERN = (
    r"Invalid Input Error: (?:missing [\])]|unexpected \)|no argument for repetition|bad repetition|trailing|"
    r"invalid (?:escape|character|named|repetition|perl))"
)
_MISPLACED = (
    r"WHERE clause cannot contain aggregates|aggregate function calls cannot be nested|"
    r"aggregates? (?:function )?(?:calls )?(?:are |is )?not (?:allowed|supported)"
)


@dataclass(frozen=True, slots=True)
class _Known:
    """One message of DuckDB that clients meet.

    Attributes:
        pattern: what it looks like; its groups stand for what it is about.
        text: what Snowflake says, with the groups in their places.
        errno: Snowflake's code.
        sqlstate: its SQL state.
    """

    pattern: str
    text: str
    errno: int
    sqlstate: str


_MESSAGES = tuple(
    _Known(*row)
    for row in (
        # names
        (rf"(?:Table|View|Schema|Sequence) with name {_NAME} does not exist", _GONE, 2003, "42S02"),
        (rf"(?:Scalar |Aggregate |Table |Window )?Function with name {_NAME} does not exist", "Unknown function {U0}.",
         2140, "42601"),
        (rf"Function with name {_NAME} is not in the catalog", "Unknown function {U0}.", 2140, "42601"),
        (rf"Type with name {_NAME} does not exist", "Unsupported data type '{U0}'.", 2040, "42601"),
        (rf"Existing object {_NAME} is of type", _TAKEN, 2002, "42710"),
        (rf"Column with name {_NAME} already exists", "duplicate column name '{0}'", 2025, "42S21"),
        (rf"(?:with name|Entry) {_NAME} already exists", _TAKEN, 2002, "42710"),
        (r"Duplicate CTE name \"([^\"]+)\"", "duplicate alias '{0}'", 2009, "42710"),
        (r"[Rr]eferenced (?:update )?column \"?([^\"\s]+)\"? (?:was )?not found", _INVALID, 904, "42000"),
        (r"Table \"([^\"]+)\" does not have a column named \"([^\"]+)\"",
         "invalid identifier '{U0}.{1}'", 904, "42000"),
        (r"does not have a column (?:named|with name) \"([^\"]+)\"", _INVALID, 904, "42000"),
        (r"Referenced table \"([^\"]+)\" not found", _INVALID, 904, "42000"),
        (r"[Cc]olumn \"([^\"]+)\" (?:does not exist on|in (?:EXCLUDE|REPLACE|RENAME) list not found)", _INVALID,
         904, "42000"),
        (r"Ambiguous reference to (?:column name|table) \"([^\"]+)\"", "ambiguous column name '{0}'", 2028, "42601"),
        (r"column \"([^\"]+)\" must appear in the GROUP BY clause", "[{0}] is not a valid group by expression", 979,
         "42601"),
        (r"Column \"([^\"]+)\" referenced that exists in the SELECT clause", _INVALID, 904, "42000"),
        (r"Cannot extract field '([^']+)'", _INVALID, 904, "42000"),
        (r"infinite recursion detected: attempting to recursively bind view \"([^\"]+)\"",
         "The view '{0}' reads itself.", 2037, "42601"),
        # arguments and forms
        (r"No function matches the given name and argument types '([A-Za-z_]\w*)\(",
         "Invalid argument types for function '{F0}'.", 1044, "42P13"),
        (r"No function matches|Could not choose a best candidate function|can only be applied to",
         "Invalid argument types for an operator or a function of the statement.", 1044, "42P13"),
        (r"Unimplemented type for cast \((.+) -> (.+)\)", "invalid type {T0} for parameter 'TO_{T1}'", 1007, "22023"),
        (r"has (\d+) columns but (\d+) values were supplied",
         "Insert value list does not match column list expecting {0} but got {1}", 2020, "21S01"),
        (r"same number of result columns", "invalid number of result columns for set operator input branches", 1789,
         "42601"),
        (_MISPLACED, "Invalid use of an aggregate function.", 2036, "42601"),
        (r"[Ww]indow functions are not (?:allowed|supported)|WHERE clause cannot contain window functions",
         "Window functions stand in the select list, in QUALIFY and in ORDER BY only.", 2303, "42601"),
        (r"at least one window function must appear", "The QUALIFY clause needs a window function.", 2301, "42601"),
        (r"LIMIT/OFFSET cannot be negative", "Invalid row count: it must not be negative.", 1015, "22023"),
        (r"extract specifier \"([^\"]+)\" not recognized", "'{0}' is not a valid date/time component.", 1007, "22023"),
        (r"parameters?: (\d+)$", "Bind variable {0} not set.", 2049, "42601"),
        ((r"((?:DML operation to table .* failed on column .* with error: )?String '[\s\S]*' is too long and would be "
         r"truncated)"), "{0}", 100078, "22000"),
        # files
        (r"No magic bytes|too small to be a Parquet file", "It is no Parquet file.", 100152, "22000"),
        # values; the first rows are of macros, which know Snowflake's words
        (r"(The offset of the TIMESTAMP_TZ '[\s\S]*' is not supported)",
         "{0} by the local account, which keeps none; TIMESTAMP_LTZ keeps the moment.", 2, "0A000"),
        (r"(Date '[\s\S]*' is not recognized)", "{0}", 100040, "22007"),
        (r"(Timestamp '[\s\S]*' is not recognized)", "{0}", 100035, "22007"),
        (r"(Time '[\s\S]*' is not recognized)", "{0}", 100108, "22007"),
        (r"(Boolean value '[\s\S]*' is not recognized)", "{0}", 100037, "22018"),
        (r"(Can't parse '[\s\S]*' as (?:number|date|time|timestamp) with format '[^']*')", "{0}", 100140, "22007"),
        (r"(Duplicate field key '[\s\S]*')", "{0}", 100069, "22P02"),
        (r"(A number in JSON with more digits than a FLOAT has, \S+, is not supported)", "{0} by the local account.", 2,
         "0A000"),
        (r"Map keys must be unique", "Duplicate field key in an object", 100069, "22P02"),
        (r"(Not an array: '[\s\S]*')", "{0}", 100107, "22000"),
        (r"Cannot left-shift negative number",
         "BITSHIFTLEFT of a number below zero is not supported by the local account.", 2, "0A000"),
        (r"(Failed to cast variant value [\s\S]* to OBJECT)", "{0}", 100071, "22000"),
        (r"Could not (?:convert string|cast value) ['\"]?(.*?)['\"]? to BOOL", "Boolean value '{0}' is not recognized",
         100037, "22018"),
        (_LONG_VALUE + r"(?:to(?: type)? |can't be cast because .* destination type )(?:INT64|BIGINT)", LONG_WHOLE, 2,
         "0A000"),
        (r"Overflow in \w+ of INT64", LONG_WHOLE, 2, "0A000"),
        (r"Could not convert string ['\"](-?\d+(?:\.\d+)?)['\"] to (?:U?(?:TINY|SMALL|BIG|HUGE)?INT\d*|DECIMAL)",
         _RANGE.format("value {0}"), 100046, "22003"),
        (r"Could not convert string ['\"](.*)['\"] to (?:U?INT|DECIMAL|DOUBLE|FLOAT|HUGEINT)", _NUMERIC, 100038,
         "22018"),
        (r"(Numeric value '[\s\S]*' is not recognized)", "{0}", 100038, "22018"),
        (r"Casting value \"(\S+)\" to type DECIMAL", _RANGE.format("value {0}"), 100046, "22003"),
        (r"Could not cast value (\S+) to|with value (\S+) can't be cast", _RANGE.format("value {0}"), 100046, "22003"),
        (r"date field[^\"]*: \"([^\"]*)\"", "Date '{0}' is not recognized", 100040, "22007"),
        (r"timestamp field[^\"]*: \"([^\"]*)\"", "Timestamp '{0}' is not recognized", 100035, "22007"),
        (r"time field[^\"]*: \"([^\"]*)\"", "Time '{0}' is not recognized", 100108, "22007"),
        (r"Could not parse string \"([^\"]*)\" according to", "Timestamp '{0}' is not recognized", 100035, "22007"),
        (r"Malformed JSON[\s\S]*?Input: \"([\s\S]*?)\"(?=\s+LINE \d|\s*$)", "Error parsing JSON: {0}", 100069, "22P02"),
        (r"Malformed JSON", "Error parsing JSON.", 100069, "22P02"),
        (r"(The following string is not a legal hex-encoded value: '[\s\S]*')", "{0}", 100115, "22000"),
        (r"[Ii]nvalid input for hex digit", "A text is not a legal hex-encoded value.", 100115, "22000"),
        (r"cannot take (?:square root|logarithm)", "Invalid floating point operation.", 100050, "22023"),
        (r"Overflow in|Out of Range Error|value is out of range for", _TOO_LONG, 100046, "22003"),
        (r"Division by zero", "Division by zero", 100051, "22012"),
        (r"MERGE INTO command cannot affect the same target row", _DUPLICATE, 100090, "42P18"),
        (r"nextval: reached (?:maximum|minimum) value of sequence", "The sequence has no further value in 64 bits.",
         100183, "22003"),
        (r"More than one row returned by a subquery", "Single-row subquery returns more than one row.", 100113,
         "22000"),
        (r'NOT NULL constraint failed: (?:"(?:[^".]+\.)*)?([^".\s]+)"?\.(\S+)',
         "DML operation to table {0} failed on column {1} with error: NULL result in a non-nullable column",
         100072, "22000"),
        (r"(NULL result in a non-nullable column)", "{0}", 100072, "22000"),
        (r"constraint failed|violates", "A constraint of the table is violated.", 200001, "22000"),
        (r"Duplicate column name \"([^\"]+)\" in INSERT|Multiple assignments to same column \"([^\"]+)\"",
         "duplicate column name '{0}'", 2025, "42S21"),
        (_BAD_PATTERN, "Invalid regular expression.", 100048, "2201B"),
    )
)  # fmt: skip
# What the kinds of errors say where the table does not know the message.
_REST: tuple[tuple[type[BaseException], str, int, str], ...] = (
    (duckdb.ConversionException, "A value cannot be converted to the type that is wanted.", 100038, "22018"),
    (duckdb.OutOfRangeException, _TOO_LONG, 100046, "22003"),
    (duckdb.TransactionException, "The statement was aborted: another transaction changed the same rows first.",
     625, "57014"),
    (duckdb.OutOfMemoryException, "The statement needs more memory than the local account has.", 604, "53200"),
    (duckdb.IOException, "A file of the local account cannot be read or written.", 603, "58030"),
    (duckdb.BinderException, "A part of this statement is not supported by the local account.", 2043, "02000"),
    (duckdb.CatalogException, "A part of this statement is not supported by the local account.", 2003, "42S02"),
    (duckdb.ParserException, "A part of this statement is not supported by the local account.", 2, "0A000"),
    (duckdb.NotImplementedException, "A part of this statement is not supported by the local account.", 2, "0A000"),
    (duckdb.InvalidInputException, "The statement cannot be computed with these values.", 100183, "22000"),
    (duckdb.Error, "The statement cannot be computed by the local account.", 603, "XX000"),
    (RecursionError, "The statement, or what it calls, nests too deeply for the local account.", 603, "54001"),
    (SqlglotError, "A part of this statement is not supported by the local account.", 2, "0A000"),
    (NotImplementedError, "A part of this statement is not supported by the local account.", 2, "0A000"),
)  # fmt: skip
_FULL_DISK = re.compile(r"No space left|not enough (?:disk )?space|disk (?:is )?full|quota exceeded", re.IGNORECASE)
# Words that no sentence of Snowflake's or of the account's own has.
_FOREIGN = re.compile(
    r"\b(?:Binder|Catalog|Parser|Conversion|Constraint|Invalid Input|Out of Range|TransactionContext|IO|Internal|"
    r"Not implemented) Error\b|DuckDB|sqlglot|fakesnow|<class |Candidate |Traceback|NoneType|object has no attribute|"
    r"Required keyword|recursion depth",
    re.IGNORECASE,
)
# What queries that were translated call DuckDB's functions.
_WRITTEN_NAMES = {"strftime": "TO_CHAR", "array_extract": "GET", "json_extract": "GET", "date_part": "DATE_PART"}


def translated(error: BaseException) -> ProgrammingError:
    """Turn whatever a statement runs into into one sentence with Snowflake's code.

    This is the one way out for errors of DuckDB, sqlglot, fakesnow and Python: none of them reaches a client.

    Args:
        error: what was raised; one of the connector's own keeps its code and words, unless others show through.
    """
    message = message_of(error)
    if isinstance(error, duckdb.InterruptException):
        return ProgrammingError(msg="SQL execution canceled", errno=604, sqlstate="57014")
    if isinstance(error, ProgrammingError) and not _FOREIGN.search(message):
        return error
    if known := _known(message):
        log.debug("%s was said as: %s", message, known.msg)
        return known
    log.warning("%s: %s", type(error).__name__, message)
    return _unknown(error, message)


def _unknown(error: BaseException, message: str) -> ProgrammingError:
    """Return what is said of an error whose message the table does not know."""
    if _FULL_DISK.search(message):
        return ProgrammingError(msg="The disk of the local account is full.", errno=603, sqlstate="53100")
    for kind, text, errno, sqlstate in _REST:
        if isinstance(error, kind):
            return ProgrammingError(msg=text, errno=errno, sqlstate=sqlstate)
    if isinstance(error, DatabaseError):
        return ProgrammingError(
            msg="The statement is not supported by the local account in this form.",
            errno=errno_of(error),
            sqlstate=sqlstate_of(error),
        )
    return ProgrammingError(
        msg="SQL execution internal error: the local account failed at this statement; its log says why.",
        errno=603,
        sqlstate="XX000",
    )


def _known(message: str) -> ProgrammingError | None:
    """Return Snowflake's error for a message of DuckDB that clients meet, or None."""
    for row in _MESSAGES:
        if match := re.search(row.pattern, message):
            if row.errno == _UNKNOWN_FUNCTION and match[1].upper() in Snowflake.Parser.FUNCTIONS:
                return not_supported(f"The function {match[1].upper()}")
            groups = [group for group in match.groups() if group is not None]
            values = {str(n): group for n, group in enumerate(groups)}
            values |= {f"U{n}": group.upper() for n, group in enumerate(groups)}
            values |= {f"F{n}": _WRITTEN_NAMES.get(group.lower(), group.upper()) for n, group in enumerate(groups)}
            values |= {f"T{n}": DataType.of_duckdb(group).name for n, group in enumerate(groups)}
            text = re.sub(r"\{([UFT]?\d)\}", lambda found, values=values: values.get(found[1], ""), row.text)
            prefix = "SQL compilation error:\n" if row.errno < _EXECUTION else ""
            return ProgrammingError(msg=prefix + text, errno=row.errno, sqlstate=row.sqlstate)
    return None


@contextmanager
def in_sentences(expression: Expr) -> Iterator[None]:
    """Turn what fakesnow, sqlglot and DuckDB raise over a statement into Snowflake's errors."""
    kind = type(expression).__name__.upper()
    try:
        yield
    except (duckdb.Error, DatabaseError, RuntimeError, SqlglotError, NotImplementedError) as error:
        raise translated(error) from error
    except (AssertionError, KeyError, TypeError, AttributeError, ValueError) as error:
        # What fakesnow's transforms do not foresee surfaces as these; the client gets a sentence, not a traceback.
        log.warning("%s: %s", type(error).__name__, error)
        raise not_supported(f"This form of {kind}") from error
