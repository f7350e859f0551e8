"""What Snowflake answers, fact by fact; `facts` says how they are written."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.errors import message_of
from local_account.types import DataType
from tests.local_account.conformance.facts import KEYS, Fact, facts, tables
from tests.local_account.conformance.table import README, section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_account.account import Account
    from local_account.results import Result
    from local_account.session.session import Session

_FACTS = list(facts())
_FEWEST = 1000
_MOST_DIFFERENCES = 20


@pytest.fixture(scope="module")
def prepared(unserved: Account) -> Iterator[Callable[[Fact], Session]]:
    """Give a session in a schema of the fact's area, in which its `before` has been run once."""
    sessions: dict[str, Session] = {}
    done: set[tuple[str, tuple[str, ...]]] = set()
    with ExitStack() as closing:

        def session_of(fact: Fact) -> Session:
            if fact.area not in sessions:
                session = unserved.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database="D")
                sessions[fact.area] = closing.enter_context(session)
                session.execute(f"create or replace schema D.{fact.area}")
            session = sessions[fact.area]
            if (fact.area, fact.before) not in done:
                for statement in fact.before:
                    session.execute(statement)
                done.add((fact.area, fact.before))
            return session

        yield session_of


@pytest.mark.parametrize("fact", _FACTS, ids=lambda fact: f"{fact.area}: {fact.statement}")
def test_the_account_answers_as_snowflake_does(prepared: Callable[[Fact], Session], fact: Fact) -> None:
    session = prepared(fact)
    for statement in fact.just_before:
        session.execute(statement)
    if fact.kind in ("refused", "unsupported"):
        with pytest.raises(ProgrammingError) as caught:
            session.execute(fact.statement)
        _check_error(caught.value, fact.snowflake if fact.kind == "refused" else fact.ours)
        return
    given = _given(session.execute(fact.statement), fact.kind)
    assert given == (fact.ours if fact.kind == "differs" else fact.snowflake)
    assert fact.kind != "differs" or given != fact.snowflake, "It answers as Snowflake does by now."


def _check_error(error: ProgrammingError, expected: str) -> None:
    """Compare an error with a number, maybe an SQLSTATE, and words of a message."""
    code, _, words = str(expected).partition(" ")
    number, _, state = code.partition("/")
    message = message_of(error)
    number = str(error.errno) if number == "?" else number
    assert (str(error.errno), state and error.sqlstate, words in message) == (number, state, True), message


def _given(result: Result, kind: str) -> Any:
    if kind == "names":
        return result.names
    if kind == "types":
        return str(DataType.of_column(result.rowtype[0]))
    return [[_shown(value) for value in row] for row in result.rows()]


def _shown(value: Any) -> str | None:
    """Return a value of a result as the facts write it."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat(" ", "milliseconds")
        case float():
            return f"{value:g}" if value == round(value, 4) else repr(value)
        case Decimal():
            return f"{value:f}"
    return str(value)


def test_every_table_of_facts_names_its_source() -> None:
    missing = [area for area, table in tables() if not table.get("source") or table.keys() - KEYS]
    assert missing == []


def test_there_are_as_many_facts_and_as_few_differences_as_are_promised() -> None:
    assert len(_FACTS) >= _FEWEST
    assert sum(fact.kind == "differs" for fact in _FACTS) <= _MOST_DIFFERENCES


def test_every_difference_is_in_the_readme() -> None:
    readme = README.read_text()
    assert [fact.statement for fact in _FACTS if fact.kind == "differs" and f"`{fact.statement}`" not in readme] == []


def test_the_table_of_the_readme_is_that_of_the_facts() -> None:
    assert section() in README.read_text(), "Run python -m tests.local_account.conformance"
