"""Runs statements in a session within the process, and tells how one was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import DatabaseError

if TYPE_CHECKING:
    from local_account.session.session import Session


def refusal(session: Session, sql: str) -> tuple[int | None, str | None, str]:
    """Run a statement that is refused. Returns: its code, its SQLSTATE, and what it says."""
    with pytest.raises(DatabaseError) as error:
        session.execute(sql)
    return error.value.errno, error.value.sqlstate, str(error.value.raw_msg)


def records(session: Session, sql: str) -> list[dict[str, Any]]:
    """Run a statement and return its rows as dicts by column name."""
    result = session.execute(sql)
    return [dict(zip(result.names, row, strict=True)) for row in result.rows()]
