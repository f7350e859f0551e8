"""What Snowflake answers, fact by fact; `facts` says how they are written."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.errors import message_of
from local_account.types import DataType
from tests.local_account.conformance.facts import AREAS, KEYS, Fact, facts, tables
from tests.local_account.conformance.table import README, section

if TYPE_CHECKING:
    from local_account.account import Account
    from local_account.results import Result
    from local_account.session.session import Session

_FACTS = list(facts())
_ANSWERED = ("values", "answers", "names", "types")
_FEWEST = 1000
_MOST_DIFFERENCES = 20


@pytest.mark.parametrize("area", AREAS)
def test_the_account_answers_as_snowflake_does(unserved: Account, area: str) -> None:
    """Look at the facts of an area in one test: a test for each would cost several times what it asks."""
    found: list[str] = []
    done: set[tuple[str, ...]] = set()
    with unserved.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database="D") as session:
        session.execute(f"create or replace schema D.{area}")
        for fact in (fact for fact in _FACTS if fact.area == area):
            first = () if fact.before in done else fact.before
            done.add(fact.before)
            for statement in (*first, *fact.just_before):
                session.execute(statement)
            if wrong := _disagreement(session, fact):
                found.append(f"{fact.statement}\n    {wrong}")
    assert not found, "\n".join(["", *found])


def _disagreement(session: Session, fact: Fact) -> str | None:
    """Run the statement of a fact. Returns: what is not as the fact says it, or None."""
    expected = fact.snowflake if fact.kind in ("refused", *_ANSWERED) else fact.ours
    try:
        result = session.execute(fact.statement)
    except ProgrammingError as error:
        message = message_of(error)
        refused = fact.kind in ("refused", "unsupported") and _is_error(error, message, expected)
        return None if refused else f"{error.errno}/{error.sqlstate} {message!r}, not {expected}"
    if fact.kind in ("refused", "unsupported"):
        return f"It was answered, by {result.rows()}, not refused as {expected}"
    given = _given(result, fact.kind)
    if fact.kind == "differs" and given == fact.snowflake:
        return "It answers as Snowflake does by now."
    return None if given == expected else f"{given}, not {expected}"


def _is_error(error: ProgrammingError, message: str, expected: str) -> bool:
    """Compare an error with a number, maybe an SQLSTATE, and words of a message."""
    code, _, words = str(expected).partition(" ")
    number, _, state = code.partition("/")
    return number in ("?", str(error.errno)) and state in ("", error.sqlstate) and words in message


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
