"""The one query of the pages: whose answers it remembers, and what it does where the database does not answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import streamlit as st
from customer_360 import database
from customer_360.database import DatabaseUnavailableError, advice, ask_database, query_of, unremembered_query_of
from snowflake.connector.errors import InterfaceError, OperationalError, ProgrammingError

if TYPE_CHECKING:
    from collections.abc import Iterator

DROPPED = ProgrammingError(msg="Authentication token has expired.", errno=390114)
AWAY = OperationalError(msg="Could not connect", errno=250001)
REFUSED = ProgrammingError(msg="SQL compilation error:\nerror line 1\ninvalid identifier 'X'", errno=904, sfqid="01b2")
MISSING = ProgrammingError(msg="Object does not exist or not authorized.", errno=2003)
ROWS = pd.DataFrame({"n": [1]})


class Answers:
    """Gives one answer after the other, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[object]]] = []
        self.next: list[Exception | pd.DataFrame] = []
        self.resets = 0

    def run(self, statement: str, params: Any) -> pd.DataFrame:
        self.asked.append((statement, list(params)))
        answer = self.next.pop(0) if self.next else pd.DataFrame({"n": [len(self.asked)]})
        if isinstance(answer, Exception):
            raise answer
        return answer

    def reset(self) -> None:
        self.resets += 1


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    given = Answers()
    monkeypatch.setattr(database, "_run", given.run)
    monkeypatch.setattr(database, "connection", lambda: given)
    st.cache_data.clear()
    database.try_again()
    yield given
    st.cache_data.clear()
    database.try_again()


def number(frame: pd.DataFrame) -> int:
    return int(frame["n"].iloc[0])


def test_an_answer_is_remembered_for_its_text_and_values(answers: Answers) -> None:
    ask = query_of("R", "1", {"tab": "a"})
    first, second = number(ask("select ?", ["C1"])), number(ask("select ?", ["C2"]))
    assert first != second, "the second customer gets the first one's rows"
    assert [number(ask("select ?", ["C1"])), number(ask("select ?", ("C2",)))] == [first, second]
    assert number(ask("select ? ", ["C1"])) not in (first, second)
    assert number(ask("select ?", ["1"])) != number(ask("select ?", [1]))
    assert len(answers.asked) == 5


@pytest.mark.parametrize("other", [("OTHER", "1"), ("R", "2")], ids=["another role", "a new run's data"])
def test_an_answer_is_not_another_role_s_nor_of_older_data(answers: Answers, other: tuple[str, str]) -> None:
    first = number(query_of("R", "1", {})("select 1"))
    assert number(query_of(*other, {})("select 1")) != first
    assert number(query_of("R", "1", {"tab": "another"})("select 1")) == first
    assert len(answers.asked) == 2


def test_what_is_written_to_a_file_is_asked_anew(answers: Answers) -> None:
    ask = unremembered_query_of({})
    assert number(ask("select 1")) != number(ask("select 1"))
    assert len(answers.asked) == 2


def test_a_statement_says_what_asks_and_how_long_it_took(answers: Answers, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger=database.__name__):
        ask_database("select ?\n", [1], {"audience": "marketing", "tab": "*/ drop"})
    ((statement, params),) = answers.asked
    assert statement == 'select ?\n/* {"app": "customer_360", "audience": "marketing", "tab": " drop"} */'
    assert params == [1]
    assert caplog.messages[-1].startswith("1 rows in 0.0")


@pytest.mark.parametrize("error", [DROPPED, AWAY, InterfaceError(msg="closed", errno=252006)])
def test_a_dropped_connection_is_tried_once_more_on_a_fresh_one(answers: Answers, error: Exception) -> None:
    answers.next = [error]
    assert number(ask_database("select 1", (), {})) == 2
    assert answers.resets == 1


@pytest.mark.parametrize("error", [REFUSED, MISSING])
def test_a_refused_statement_is_not_tried_again(answers: Answers, error: Exception) -> None:
    answers.next = [error]
    with pytest.raises(DatabaseUnavailableError):
        ask_database("select x", (), {})
    assert (len(answers.asked), answers.resets) == (1, 0)
    assert number(ask_database("select 1", (), {})) == 2, "and does not keep others from asking"


def test_a_failure_is_not_remembered(answers: Answers) -> None:
    ask = query_of("R", "1", {})
    answers.next = [REFUSED]
    with pytest.raises(DatabaseUnavailableError):
        ask("select 1")
    assert number(ask("select 1")) == 2


def test_an_account_that_is_away_is_left_alone_for_a_while(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    answers.next = [AWAY, AWAY]
    now = 100.0
    monkeypatch.setattr(database.time, "monotonic", lambda: now)
    for _ in range(3):
        with pytest.raises(DatabaseUnavailableError, match="cannot be reached right now"):
            ask_database("select 1", (), {})
    assert len(answers.asked) == 2
    now += 11
    assert number(ask_database("select 1", (), {})) == 3


def test_a_reader_may_try_again_at_once(answers: Answers) -> None:
    answers.next = [AWAY, AWAY]
    with pytest.raises(DatabaseUnavailableError):
        ask_database("select 1", (), {})
    database.try_again()
    assert number(ask_database("select 1", (), {})) == 3


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MISSING, "Run the pipeline"),
        (REFUSED, "invalid identifier 'X' (query 01b2)"),
        (AWAY, "cannot be reached right now"),
        (DROPPED, "cannot be reached right now"),
    ],
)
def test_a_failure_is_a_sentence_that_says_what_to_do(error: Exception, said: str) -> None:
    assert said in advice(error)
    assert "\n" not in advice(error)
