"""Statements made at random fail in no words of DuckDB, sqlglot, fakesnow or Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.local_account.fuzz import Grammar, faults

if TYPE_CHECKING:
    from local_account.session.session import Session


def test_no_statement_fails_in_foreign_words(session: Session) -> None:
    assert list(faults(session, Grammar(seed=11).statements(150))) == []


@pytest.mark.parametrize(
    "error",
    [
        ProgrammingError(msg="Binder Error: Referenced column", errno=904),
        ProgrammingError(msg="a sentence without a number"),
        KeyError("this"),
    ],
)
def test_foreign_words_would_be_seen(error: Exception) -> None:
    class Failing:
        def execute(self, statement: str) -> Any:
            if statement == "select 1":
                raise error

    failing: Any = Failing()
    assert [statement for statement, _ in faults(failing, iter(["select 1"]))] == ["select 1"]


def test_the_same_seed_makes_the_same_statements() -> None:
    assert list(Grammar(5).statements(20)) == list(Grammar(5).statements(20))
