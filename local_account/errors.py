"""The errors of the local account, as the Snowflake connector's own exception with Snowflake's codes.

fakesnow raises the same class, so the server turns both into one kind of answer.
"""

from __future__ import annotations

import re

from snowflake.connector.errors import Error, ProgrammingError


def not_supported(what: str) -> ProgrammingError:
    """Build the refusal of a statement or option that the local account does not know."""
    return ProgrammingError(msg=f"{what} is not supported by the local account.", errno=2, sqlstate="0A000")


def syntax_error(message: str) -> ProgrammingError:
    """Build the error of a statement that cannot be parsed."""
    return ProgrammingError(msg=f"SQL compilation error:\n{message}", errno=1003, sqlstate="42000")


def unknown_function(name: str) -> ProgrammingError:
    """Build the error of a call of a function that nobody knows."""
    return ProgrammingError(msg=f"SQL compilation error:\nUnknown function {name}.", errno=2140, sqlstate="42601")


def invalid_identifier(said: str) -> ProgrammingError:
    """Build the error of a name that stands for no column here; said: it as the statement says it."""
    return ProgrammingError(msg=f"SQL compilation error:\ninvalid identifier '{said}'", errno=904, sqlstate="42000")


def does_not_exist(kind: str, name: object) -> ProgrammingError:
    """Build the error for an object that is missing or hidden from the current role."""
    if kind.upper() in ("FUNCTION", "PROCEDURE"):  # whose key has the types of its arguments
        name = re.sub(r'"?\(.*', "", str(name)).replace('"', "")
    return ProgrammingError(
        msg=f"SQL compilation error:\n{kind.capitalize()} '{name}' does not exist or not authorized.",
        errno=2003,
        sqlstate="02000",
    )


def already_exists(name: object) -> ProgrammingError:
    """Build the error for a CREATE without OR REPLACE or IF NOT EXISTS on a taken name."""
    return ProgrammingError(
        msg=f"SQL compilation error:\nObject '{name}' already exists.", errno=2002, sqlstate="42710"
    )


def column_exists(name: str) -> ProgrammingError:
    """Return the error for a column that is added to a table that has one of its name."""
    return ProgrammingError(msg=f"SQL compilation error:\ncolumn '{name}' already exists", errno=1430, sqlstate="42601")


def already_dropped(name: str) -> str:
    """Say what DROP ... IF EXISTS answers where there is nothing to drop; it is no error.

    https://docs.snowflake.com/en/sql-reference/sql/drop-table shows it.
    """
    return f"Drop statement executed successfully ({name} already dropped)."


def insufficient_privileges(privilege: str, kind: str, name: object, role: str) -> ProgrammingError:
    """Build the error for a right that the current role lacks."""
    return ProgrammingError(
        msg=f"SQL access control error:\nInsufficient privileges to operate on {kind.lower()} '{name}': "
        f"role {role} lacks {privilege}.",
        errno=3001,
        sqlstate="42501",
    )


def invalid_value(message: str) -> ProgrammingError:
    """Build the error for a property value that the statement does not allow."""
    return ProgrammingError(msg=f"SQL compilation error:\n{message}", errno=1008, sqlstate="22023")


def execution_error(message: str, errno: int = 100183, sqlstate: str = "P0000") -> ProgrammingError:
    """Build the error of a statement that started and failed, such as a task's or procedure's body."""
    return ProgrammingError(msg=message, errno=errno, sqlstate=sqlstate)


def unreadable_file(path: str, local: str, error: ProgrammingError) -> ProgrammingError:
    """Build the error of a staged file that cannot be read at all.

    path: its name on the stage; local: where its copy was read from, which means nothing to anybody else.
    """
    message = message_of(error).replace(local, path)
    if not message.isprintable():  # pieces of a binary file
        message = "it is not a text file of the format's encoding, or its first line is no header"
    return ProgrammingError(
        msg=f"File '{path}' cannot be loaded: {message}",
        errno=error.errno or 100183,
        sqlstate=error.sqlstate or "22000",
    )


def message_of(error: BaseException) -> str:
    """Return what an error says, without the code and the query's id that the connector puts before it."""
    return str(getattr(error, "raw_msg", None) or getattr(error, "msg", None) or error)


def require_one_way(*, replace: bool, guarded: bool) -> None:
    """Refuse CREATE OR REPLACE ... IF NOT EXISTS, as Snowflake does. Raises: ProgrammingError (1003)."""
    if replace and guarded:
        raise syntax_error("options IF NOT EXISTS and OR REPLACE are incompatible.")


def errno_of(error: Error) -> int:
    """Return an error's number; one that was raised without, of which the connector makes -1, is internal (603)."""
    return error.errno if error.errno not in (None, -1) else 603


def sqlstate_of(error: Error) -> str:
    """Return an error's SQLSTATE; where it was raised without, of which the connector makes "n/a", that of 603."""
    return error.sqlstate if error.sqlstate not in (None, "n/a") else "XX000"
