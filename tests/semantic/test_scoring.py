"""Verdicts on answers that are made by hand, and the figures of them."""

from __future__ import annotations

import pytest

from semantic.evaluation.questions import Case, Gold, Refusal
from semantic.evaluation.scoring import Response, dropped, judge, precision, seconds, tallies

ANSWERABLE = Case("aggregate", "How many?", Gold("select 1"))
AMBIGUOUS = Case("unanswerable: x", "The value?", Refusal(("clarify",), ("lifetime value", "credit limit|90 days")))
OPEN = Case("unanswerable: y", "Over 50?", Refusal(("clarify",), between=("age", "spend|spending", "credit limit")))
HELP = Case("unanswerable: help", "Help", Refusal(("clarify", "refuse"), suggestions=True))
RIGHT, WRONG = Response("answer", rows=((1,),)), Response("answer", rows=((2,),))


def test_an_answer_is_right_by_any_of_its_readings() -> None:
    assert judge(ANSWERABLE, RIGHT, [[(1,)]]).right
    assert judge(ANSWERABLE, WRONG, [[(1,)], [(2,)]]).right
    verdict = judge(ANSWERABLE, WRONG, [[(1,)]])
    assert verdict.is_wrong_answer
    assert verdict.reason == "it shows 1 rows (2) where 1 rows (1) is right"


@pytest.mark.parametrize("status", ["clarify", "refuse"])
def test_who_does_not_answer_is_not_right_and_tells_no_wrong_number(status: str) -> None:
    verdict = judge(ANSWERABLE, Response(status, "No."), [[(1,)]])  # type: ignore[arg-type]
    assert not verdict.right
    assert not verdict.is_wrong_answer


def test_a_statement_that_fails_is_not_right_and_tells_no_wrong_number() -> None:
    verdict = judge(ANSWERABLE, Response("answer", error="no such column"), [[(1,)]])
    assert not verdict.right
    assert not verdict.is_wrong_answer
    assert "no such column" in verdict.reason


def test_a_refusal_because_of_a_failure_is_not_right() -> None:
    assert not judge(HELP, Response("refuse", "Ask.", ("How many?",), error="503"), []).right


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (Response("clarify", "LIFETIME_VALUE or CREDIT_LIMIT?"), ""),
        (Response("clarify", "Which?", ("Total lifetime value", "Spend of the last 90 days")), ""),
        (Response("clarify", "The lifetime value?"), "does not name credit limit|90 days"),
        (Response("refuse", "Lifetime value, credit limit"), "should clarify"),
        (RIGHT, "chose to answer"),
    ],
)
def test_a_question_back_names_what_is_open(response: Response, reason: str) -> None:
    verdict = judge(AMBIGUOUS, response, [])
    assert verdict.right is not bool(reason)
    assert reason in verdict.reason
    assert verdict.is_wrong_answer is (response is RIGHT)


@pytest.mark.parametrize(
    ("text", "right"),
    [("Age or spending?", True), ("CREDIT_LIMIT, AGE", True), ("The average?", False), ("Spend and spending?", False)],
)
def test_a_question_back_names_two_of_what_it_is_open_between(text: str, right: bool) -> None:
    assert judge(OPEN, Response("clarify", text), []).right is right


def test_suggestions_are_there_where_they_must_be() -> None:
    assert judge(HELP, Response("clarify", "Ask:", ("How many customers?",)), []).right
    assert not judge(HELP, Response("clarify", "Ask."), []).right


def test_figures() -> None:
    chain = [Case("chains", question, Gold("select 1"), group="one") for question in ("a", "b")]
    other = Case("chains", "c", Gold("select 1"), group="two")
    verdicts = [judge(chain[0], RIGHT, [[(1,)]]), judge(chain[1], WRONG, [[(1,)]]), judge(other, RIGHT, [[(1,)]])]
    verdicts += [judge(AMBIGUOUS, Response("refuse"), []), judge(AMBIGUOUS, RIGHT, [])]
    found = tallies(verdicts)
    one = found["chains"]
    assert (one.questions, one.answered, one.right, one.wrong) == (3, 3, 2, 1)
    assert one.groups == {"one": False, "two": True}
    assert found["unanswerable: x"].wrong == 1
    assert precision(verdicts) == 0.5
    assert precision([]) == 1
    assert dropped(found, {"chains": 3}) == []
    assert dropped(found, {"chains": 4, "gone": 2}) == ["chains: 2 right, 4 before", "gone: 0 right, 2 before"]


def test_percentiles() -> None:
    assert seconds([float(n) for n in range(101)]) == (50, 95)
    assert seconds([3.0]) == (3, 3)
    assert seconds([]) == (0, 0)
