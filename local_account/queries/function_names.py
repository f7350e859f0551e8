"""Refuses functions that the data plane has and Snowflake has not: what works with them here would fail there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.data_plane.functions import names_of_duckdb
from local_account.errors import unknown_function
from local_account.queries import rewrite

if TYPE_CHECKING:
    from sqlglot import Expr

# Of those that sqlglot does not read, these have the same name on Snowflake.
_SHARED = frozenset({"HASH", "TO_TIMESTAMP"})


def check(expression: Expr) -> None:
    """Look at the functions that a statement calls, as it is written.

    Raises: ProgrammingError (2140) for one that Snowflake does not know.
    """
    for call in expression.find_all(exp.Anonymous):
        name = str(call.this).upper()
        if name in _foreign() and not isinstance(call.parent, exp.Dot | exp.TableFromRows | exp.Table):
            raise unknown_function(name)


@cache
def _foreign() -> frozenset[str]:
    return names_of_duckdb() - _SHARED - set(rewrite.functions())
