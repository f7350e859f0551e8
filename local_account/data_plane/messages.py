"""The errors of DuckDB, sqlglot, fakesnow and Python, said as Snowflake says them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb
from snowflake.connector.errors import DatabaseError, Error, ProgrammingError
from sqlglot.errors import SqlglotError

from local_account.errors import message_of, not_supported, syntax_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import Expr

_UNKNOWN_FUNCTION = 2140
_EXECUTION = 100000  # codes from here on arise while a statement runs
_NOT_A_NUMBER = "Numeric value '{0}' is not recognized"
_DUPLICATE = "Duplicate row detected during DML action: several source rows match one target row."
_MESSAGES: tuple[tuple[str, str, int, str], ...] = (
    (r"Table with name \"?([^\"\s]+)\"? does not exist",
     "Object '{0}' does not exist or not authorized.", 2003, "42S02"),
    (r"Function with name \"?([^\"\s]+)\"? does not exist", "Unknown function {0}.", 2140, "42601"),
    (r"No function matches the given name and argument types '([^']+)'",
     "Invalid argument types for function: {0}.", 1044, "42P13"),
    (r"Referenced column \"([^\"]+)\" (?:was )?not found", "invalid identifier '{0}'", 904, "42000"),
    (r"does not have a column named \"([^\"]+)\"", "invalid identifier '{0}'", 904, "42000"),
    (r"Referenced table \"([^\"]+)\" not found", "invalid identifier '{0}'", 904, "42000"),
    (r"Could not convert string '(.*)' to (?:U?INT|DECIMAL|DOUBLE|HUGEINT)", _NOT_A_NUMBER, 100038, "22018"),
    (r"MERGE INTO command cannot affect the same target row", _DUPLICATE, 100090, "42P18"),
    (r"Division by zero", "Division by zero", 100051, "22012"),
    (r"NOT NULL constraint failed: (\S+)", "NULL result in a non-nullable column {0}.", 100072, "22000"),
)  # fmt: skip
_CODES: tuple[tuple[type[Exception], int, str], ...] = (
    (duckdb.InterruptException, 604, "57014"),
    (duckdb.ConversionException, 100038, "22018"),
    (duckdb.OutOfRangeException, 100046, "22003"),
    (duckdb.TransactionException, 625, "57014"),
    (duckdb.ParserException, 1003, "42000"),
    (duckdb.BinderException, 2043, "02000"),
    (duckdb.CatalogException, 2003, "42S02"),
)


def translated(error: Exception) -> ProgrammingError:
    """Turn whatever a statement runs into into one sentence with Snowflake's code.

    This is the one way out for errors of DuckDB, sqlglot, fakesnow and Python: none of them reaches a client.

    Args:
        error: what was raised; one of the connector's own keeps its code, unless DuckDB's words show through.
    """
    message = message_of(error)
    if isinstance(error, duckdb.InterruptException):
        return ProgrammingError(msg="SQL execution canceled", errno=604, sqlstate="57014")
    if known := _known(message) or (error if isinstance(error, ProgrammingError) else None):
        return known
    first = re.split(r"\n\n|\nLINE ", message)[0].strip()
    if isinstance(error, duckdb.ParserException | SqlglotError):
        return syntax_error(first)
    for kind, errno, sqlstate in _CODES:
        if isinstance(error, kind):
            return ProgrammingError(msg=first, errno=errno, sqlstate=sqlstate)
    if isinstance(error, duckdb.Error | Error | RuntimeError):
        return ProgrammingError(msg=first, errno=getattr(error, "errno", None) or 603, sqlstate="XX000")
    inside = f"Internal error of the local account: {type(error).__name__}: {error}"
    return ProgrammingError(msg=inside, errno=603, sqlstate="XX000")


def _known(message: str) -> ProgrammingError | None:
    """Return Snowflake's error for a message of DuckDB that clients meet, or None."""
    for pattern, text, errno, sqlstate in _MESSAGES:
        if match := re.search(pattern, message):
            subject = "" if not match.groups() else match[1].upper() if errno == _UNKNOWN_FUNCTION else match[1]
            prefix = "SQL compilation error:\n" if errno < _EXECUTION else ""
            return ProgrammingError(msg=prefix + text.format(subject), errno=errno, sqlstate=sqlstate)
    return None


@contextmanager
def in_sentences(expression: Expr) -> Iterator[None]:
    """Turn what fakesnow, sqlglot and DuckDB raise over a statement into Snowflake's errors."""
    kind = type(expression).__name__.upper()
    try:
        yield
    except NotImplementedError as error:
        raise not_supported(str(error) or type(error).__name__) from error
    except (duckdb.Error, DatabaseError, RuntimeError, SqlglotError) as error:
        raise translated(error) from error
    except (AssertionError, KeyError, TypeError, AttributeError, ValueError) as error:
        # What fakesnow's transforms do not foresee surfaces as these; the client gets a sentence, not a traceback.
        raise not_supported(f"This form of {kind} ({error})") from error
