"""The command that measures the analyst: who is asked what, what is kept of a conversation, and what is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

import analyst
import pytest
from analyst import Examiner, report

from analyst_client.client import AnalystAnswer, AnalystError, analyst_message, user_message
from analyst_client.desk import AnswerError, AskedAnswer, QuestionDesk
from semantic.evaluation.questions import Case, Gold, Refusal
from semantic.evaluation.scoring import Response, Verdict, tallies

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FIRST = Case("chains", "How many?", Gold("select 7"), group="one")
SECOND = Case("chains", "And by state?", Gold("select 7"), ("How many?",), "one")


def said(text: str, sql: str | None = None, *suggestions: str) -> AnalystAnswer:
    return AnalystAnswer(text, sql, suggestions, None, (), "", "", "1", ({"type": "text", "text": text},))


class Cursor:
    """Answers every gold statement with one row of 7."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def execute(self, sql: str) -> None:
        assert sql == "select 7"

    def fetchall(self) -> list[tuple[int]]:
        return [(7,)]


class Connection:
    def cursor(self) -> Cursor:
        return Cursor()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is answered, by question; and below `asked` what was asked with which history."""
    answers: dict[str, Any] = {"asked": []}

    def ask(_self: QuestionDesk, question: str, history: Sequence[dict[str, Any]] = ()) -> AskedAnswer:
        answers["asked"].append((question, list(history)))
        if isinstance(answers[question], Exception):
            raise answers[question]
        return answers[question]

    monkeypatch.setattr(QuestionDesk, "ask", ask)
    return answers


def examiner() -> Examiner:
    return Examiner(Connection(), Connection(), "DB")  # type: ignore[arg-type]


def test_a_conversation_is_sent_back_and_the_next_question_begins_anew(desk: dict[str, Any]) -> None:
    first = said("All of them.", "select 7")
    desk["How many?"] = desk["And by state?"] = AskedAnswer("answer", first, "", ("N",), ((7,),))
    by = examiner()
    assert all(by.judge(case).right for case in (FIRST, SECOND, FIRST))
    histories = [history for _, history in desk["asked"]]
    assert histories == [[], [user_message("How many?"), analyst_message(first)], []]


def test_failures_are_no_answers(desk: dict[str, Any]) -> None:
    by = examiner()
    for failure in (AnswerError("The query failed."), AnalystError("It is busy.")):
        desk["How many?"] = failure
        verdict = by.judge(FIRST)
        assert not verdict.right
        assert str(failure) in verdict.reason


def test_suggestions_are_asked_themselves(desk: dict[str, Any]) -> None:
    desk["The value?"] = AskedAnswer("clarify", said("Which?", None, "Good?", "Bad?"), "Which?")
    desk["Good?"] = AskedAnswer("answer", said("So.", "select 7"), "", ("N",), ((7,),))
    desk["Bad?"] = AskedAnswer("refuse", said("No."), "No.")
    by = examiner()
    assert by.judge(Case("unanswerable: x", "The value?", Refusal(("clarify",)))).right
    assert {question: by.answers(question) for question in by.suggested} == {"Good?": True, "Bad?": False}


def test_the_report_tells_figures_and_what_is_not_right() -> None:
    verdicts = [
        Verdict(Case("filter", "a", Gold("")), Response("answer", reading_seconds=0.1, result_seconds=0.3), right=True),
        Verdict(Case("filter", "b", Gold("")), Response("answer"), False, "it shows 1"),
        Verdict(SECOND, Response("refuse"), False, "it did not answer"),
        Verdict(Case("unanswerable: x", "c", Refusal(("clarify",))), Response("clarify"), right=True),
    ]
    text = report(verdicts, {"Good?": True, "Bad?": False})
    for line in (
        "right of the answerable", "50.0 % (1 of 2)", "right of all tables that were shown", "100.0 % (1 of 1)",
        "0.0 % (0 of 1)", "Wrong tables: 1", "- filter: b\n  it shows 1", "Otherwise not right: 1",
        "- chains: How many? > And by state?\n  it did not answer", "Suggested and not answered: 1\n- Bad?",
    ):  # fmt: skip
        assert line in text
    assert "Good?" not in text


def test_the_baseline_is_written_where_it_is_meant_and_held_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "baseline.json"
    monkeypatch.setattr(analyst, "BASELINE", path)
    right = [Verdict(Case("filter", str(n), Gold("")), Response("answer"), right=True) for n in range(3)]
    wrong = [Verdict(one.case, one.response, right=False) for one in right]
    assert analyst._compared("development", tallies(right), write=True) == []
    assert json.loads(path.read_text()) == {"development": {"filter": 3}}
    assert analyst._compared("development", tallies(right[:1] + wrong[1:]), write=False) == [
        "filter: 1 right, 3 before"
    ]
    assert analyst._compared("development", tallies(right[:2] + wrong[2:]), write=False) == []
    assert analyst._compared("unseen", tallies(wrong), write=False) == []
