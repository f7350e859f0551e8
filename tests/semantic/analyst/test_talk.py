"""Talk before a question: parted from it where somebody speaks of himself, and kept where it could choose rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered
from local_account.analyst.lexicon import lexicon_of
from local_account.analyst.talk import is_closing, split_talk
from tests.semantic.analyst.conftest import Values

if TYPE_CHECKING:
    from local_account.semantic.model import SemanticModel
    from tests.semantic.analyst.conftest import Ask

QUESTION = "how many active customers are there?"
TALK = (
    "I'm hopeless at spreadsheets, so bear with me, {}",
    "Not to be nosy, but I was wondering, {}",
    "Long story short: {}",
    "As discussed in our workshop, {}",
    "It'd make my day to know {}",
    "Sorry to bug you again, {}",
    "If you had to guess, {}",
    "My intern claims it's over 500, but {}",
)
# What could choose rows, or is asked for beside the question.
KEPT = (
    "Students in college, {}",
    "For our loyal students, {}",
    "Among people I admire, {}",
    "Only those I admire: {}",
    "Employed and married, {}",
    "I want to know satisfaction and {}",
)


@pytest.mark.parametrize("frame", TALK)
def test_talk_is_parted_from_a_question(ask: Ask, frame: str) -> None:
    plain, asked = ask(QUESTION), ask(frame.format(QUESTION))
    assert isinstance(plain, Answered)
    assert isinstance(asked, Answered), asked
    assert asked.sql == plain.sql
    assert "left out" in asked.reading


@pytest.mark.parametrize("frame", KEPT)
def test_what_could_choose_rows_is_kept(ask: Ask, frame: str) -> None:
    assert not isinstance(ask(frame.format(QUESTION)), Answered)


def test_nothing_is_parted_where_all_is_understood(model: SemanticModel) -> None:
    lexicon = lexicon_of(model, Values(model))
    for text in (f"please tell me {QUESTION}", "I need the number of customers in Texas", "In Texas I see, how many?"):
        assert split_talk(text, lexicon) == ("", text)
    assert split_talk(f"My memory is awful, {QUESTION}", lexicon) == ("My memory is awful, ", QUESTION)


@pytest.mark.parametrize(
    "said",
    ["I need it for a report due tomorrow.", "Can't find it anywhere.", "I'd guess a lot.", "A single figure will do."],
)
def test_talk_behind_a_question_is_left_out(ask: Ask, model: SemanticModel, said: str) -> None:
    assert is_closing(said, lexicon_of(model, Values(model)))
    plain, asked = ask(QUESTION), ask(f"H{QUESTION[1:]} {said}")
    assert isinstance(plain, Answered)
    assert isinstance(asked, Answered), asked
    assert asked.sql == plain.sql


@pytest.mark.parametrize(
    "said",
    [
        "I mean in Texas.",
        "I only want those.",
        "I need it by state.",
        "We want the oldest.",
        "Without mine.",
        "I mean 2023.",
    ],
)
def test_what_changes_an_answer_is_no_talk(model: SemanticModel, said: str) -> None:
    assert not is_closing(said, lexicon_of(model, Values(model)))
