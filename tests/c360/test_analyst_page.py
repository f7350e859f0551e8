"""docs/analyst.md is true: each example of what can be asked is answered, each of what never is answered is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c360.analyst_answers import QuestionDesk
from c360.analyst_client import AnalystClient
from c360.connection import connect, target

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        view = to.names.semantic_view
        yield QuestionDesk(connection, AnalystClient(connection, ".".join(view)), view)


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


def test_both_tables_are_read() -> None:
    assert len(examples("What can be asked")) > 15
    assert len(examples("What is asked back, and what is refused")) > 4
