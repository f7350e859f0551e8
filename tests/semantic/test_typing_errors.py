"""The typing errors: one a question, always the same, never where it would be another question."""

from __future__ import annotations

import pytest
from rapidfuzz.distance import OSA

from semantic.evaluation.questions import PARTS, Case, Gold, cases
from semantic.evaluation.typing_errors import with_typing_error

QUESTIONS = [case.question for case in cases("development", frozenset({"aggregate", "filter", "ranking"}))]


def test_one_slip_in_one_longer_word() -> None:
    for question in QUESTIONS:
        before, after = question.split(), with_typing_error(question).split()
        changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert len(changed) == 1, question
        right, wrong = changed[0]
        assert OSA.distance(right, wrong) == 1, question
        assert len(right) >= 5, question
        assert right[0] == wrong[0], question


def test_it_is_the_same_error_every_time_and_another_for_another_question() -> None:
    assert [with_typing_error(question) for question in QUESTIONS] == [with_typing_error(q) for q in QUESTIONS]
    assert with_typing_error("How many customers?") != "How many customers?"


@pytest.mark.parametrize("question", ["How many do we have?", "T00000000001", "C000042 C000043", "By age"])
def test_short_words_and_numbers_are_left_alone(question: str) -> None:
    assert with_typing_error(question) == question


def test_every_kind_of_slip_is_made() -> None:
    lengths = {len(with_typing_error(question)) - len(question) for question in QUESTIONS}
    assert lengths == {-1, 0, 1}


@pytest.mark.parametrize("part", PARTS)
def test_each_single_answerable_question_has_its_error(part: str) -> None:
    found = cases(part)

    def alone(case: Case) -> bool:
        return isinstance(case.expected, Gold) and case.group is None and case.kind != "typing_errors"

    assert sum(case.kind == "typing_errors" for case in found) == sum(map(alone, found))
