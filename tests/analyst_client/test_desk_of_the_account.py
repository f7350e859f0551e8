"""docs/analyst.md is true: each example of what can be asked is answered, each of what never is answered is not."""

from __future__ import annotations

import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from analyst_client.client import AnalystAnswer
from analyst_client.connection import desk_of
from analyst_client.desk import AnswerError, Limits
from c360.connection import connect, target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyst_client.desk import QuestionDesk
    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(420)
PAGE = (Path(__file__).parents[2] / "docs" / "analyst.md").read_text()


def examples(heading: str) -> list[str]:
    """Return the examples of the table under a heading."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [row[1] for row in re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)[2:]]


@pytest.fixture(scope="module")
def desk(platform: Platform) -> Iterator[QuestionDesk]:
    to = target("local", platform.ports, platform.home)
    with connect(to, to.names.marketing) as connection:
        yield desk_of(connection, to.names.semantic_view)


@pytest.mark.parametrize("question", examples("What can be asked"))
def test_what_can_be_asked_is_answered(desk: QuestionDesk, question: str) -> None:
    found = desk.ask(question)
    if question == "What can I ask?":
        assert (found.status, len(found.answer.suggestions)) == ("clarify", 3)
        return
    assert found.status == "answer", found.reading
    assert found.rows
    assert found.reading


@pytest.mark.parametrize("question", examples("What is asked back, and what is refused"))
def test_what_is_never_answered_is_not(desk: QuestionDesk, question: str) -> None:
    found = desk.ask(question)
    assert found.status == "refuse", found.reading
    assert found.rows == ()
    assert found.reading.endswith((".", "?"))


def test_a_query_that_takes_too_long_is_stopped(platform: Platform) -> None:
    """By the account itself: the client asks it to cancel."""
    to = target("local", platform.ports, platform.home)
    view = to.names.semantic_view
    rows = f"SEMANTIC_VIEW({'.'.join(view)} DIMENSIONS TRANSACTIONS.TRANSACTION_KEY)"
    sql = f"SELECT COUNT(*) AS N FROM {rows} AS a JOIN {rows} AS b ON a.transaction_key < b.transaction_key + 1"
    answer = AnalystAnswer("", sql, (), None, (), "", "", "", ())
    with connect(to, to.names.marketing) as connection:
        client = SimpleNamespace(ask=lambda _question, _history: answer)
        desk = desk_of(connection, view, Limits(seconds=1), client)  # pyrefly: ignore
        began = time.monotonic()
        with pytest.raises(AnswerError, match="stopped after 1 s: ask for less"):
            desk.ask("?")
        assert time.monotonic() - began < 30
        with connection.cursor() as cursor:
            assert cursor.execute("select 1").fetchall() == [(1,)], "the session goes on"


def test_both_tables_are_read() -> None:
    assert len(examples("What can be asked")) > 15
    assert len(examples("What is asked back, and what is refused")) > 4
