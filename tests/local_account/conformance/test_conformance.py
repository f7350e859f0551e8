"""What Snowflake answers, fact by fact: each file beside this one is a table of statements and their answers."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from snowflake.connector.errors import ProgrammingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_account.account import Account
    from local_account.session.session import Session

_FILES = sorted(Path(__file__).parent.glob("*.yaml"))


@dataclass(frozen=True)
class Fact:
    """One fact.

    Attributes:
        area: the file that has it.
        statement: what is run, the last of `before`.
        gives: the rows, each a list of values as text; or of an error what its message contains.
        before: the statements that are run first.
        of_names: whether the names of the result's columns are meant, not its rows.
    """

    area: str
    statement: str
    gives: Any
    before: tuple[str, ...] = ()
    of_names: bool = False


def _facts() -> Iterator[Any]:
    """Read the facts: `values` of expressions, `answers` of statements, `names` of columns, `refused` statements."""
    for file in _FILES:
        for table in yaml.safe_load(file.read_text())["tables"]:
            rows = table.get("from", "")
            before = tuple(table.get("before", ()))
            for expression, value in table.get("values", ()):
                statement = f"select {expression} {rows}".strip()
                yield _parameter(Fact(file.stem, statement, [[value]], before))
            for statement, answer in table.get("answers", ()):
                yield _parameter(Fact(file.stem, statement, answer, before))
            for statement, names in table.get("names", ()):
                yield _parameter(Fact(file.stem, statement, names, before, of_names=True))
            for statement, message in table.get("refused", ()):
                yield _parameter(Fact(file.stem, statement, message, before))


def _parameter(fact: Fact) -> Any:
    return pytest.param(fact, id=f"{fact.area}: {fact.statement}")


@pytest.fixture(scope="module")
def prepared(unserved: Account) -> Iterator[Callable[[Fact], Session]]:
    """Give a session in a schema of the fact's area, in which its `before` has been run once."""
    sessions: dict[str, Session] = {}
    done: set[tuple[str, ...]] = set()
    with ExitStack() as closing:

        def session_of(fact: Fact) -> Session:
            if fact.area not in sessions:
                session = unserved.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database="D")
                sessions[fact.area] = closing.enter_context(session)
                session.execute(f"create or replace schema D.{fact.area}")
                done.clear()
            session = sessions[fact.area]
            if fact.before not in done:
                for statement in fact.before:
                    session.execute(statement)
                done.add(fact.before)
            return session

        yield session_of


@pytest.mark.parametrize("fact", list(_facts()))
def test_the_account_answers_as_snowflake_does(prepared: Callable[[Fact], Session], fact: Fact) -> None:
    session = prepared(fact)
    if fact.of_names:
        assert session.execute(fact.statement).names == fact.gives
        return
    if isinstance(fact.gives, list):
        assert [[_shown(value) for value in row] for row in session.execute(fact.statement).rows()] == fact.gives
        return
    with pytest.raises(ProgrammingError) as caught:
        session.execute(fact.statement)
    code, _, message = str(fact.gives).partition(" ")
    assert (str(caught.value.errno), message in str(caught.value.raw_msg)) == (code, True), caught.value.raw_msg


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
    return str(value)
