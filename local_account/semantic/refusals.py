"""Why a query to a semantic view has no answer, in Snowflake's words where it has some."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError

if TYPE_CHECKING:
    from collections.abc import Iterable

_INVALID_DIMENSION = 10234
_INVALID_IDENTIFIER = 904


def invalid_query(message: str) -> ProgrammingError:
    """Build the error of a query that asks for what its semantic view cannot give."""
    return ProgrammingError(msg=f"SQL compilation error:\n{message}", errno=_INVALID_DIMENSION, sqlstate="42601")


def unrelated(dimension_table: str, base: str) -> ProgrammingError:
    """Build the error of a table that another one does not reach many-to-one, so that a join would multiply rows.

    https://docs.snowflake.com/en/user-guide/views-semantic/querying#choosing-the-dimensions-that-you-can-return-for-a-given-metric
    """
    return invalid_query(
        f"Invalid dimension specified: The dimension entity '{dimension_table}' must be related to and have an equal "
        f"or lower level of granularity compared to the base metric or dimension entity '{base}'."
    )


def several_paths(dimension_table: str, base: str) -> ProgrammingError:
    """Build the error of a table that another one reaches in several ways, of which the metric names none."""
    return invalid_query(
        f"Invalid dimension specified: Multi-path relationship between the dimension entity '{dimension_table}' and "
        f"the base metric or dimension entity '{base}' is not supported."
    )


def unknown_name(name: str, known: Iterable[str]) -> ProgrammingError:
    """Build the error of a name that a semantic view does not have, with the nearest that it has."""
    last = {full: full.rpartition(".")[2] for full in known}
    near = get_close_matches(name.rpartition(".")[2].upper(), sorted(set(last.values())), n=1)
    meant = sorted(full for full, short in last.items() if near and short == near[0])
    hint = f" The nearest name of the semantic view is {' or '.join(meant)}." if meant else ""
    return ProgrammingError(
        msg=f"SQL compilation error:\ninvalid identifier '{name}'.{hint}", errno=_INVALID_IDENTIFIER, sqlstate="42000"
    )
