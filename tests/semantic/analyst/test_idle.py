"""Words that say nothing of what is asked: left out and named beside a question, and kept where they choose rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered
from local_account.analyst.english import PHRASES
from local_account.analyst.idle import IDLE, is_known, without_idle
from local_account.analyst.lexicon import lexicon_of
from local_account.analyst.words import stem, tokens
from tests.semantic.analyst.conftest import Values

if TYPE_CHECKING:
    from local_account.analyst.lexicon import Lexicon
    from local_account.semantic.model import SemanticModel
    from tests.semantic.analyst.conftest import Ask

# What changes an answer: no word of it may ever be left out.
CHANGING = """
    not no never none nobody nothing neither nor without except excluding but only just solely merely barely hardly
    scarcely almost nearly first last next previous former new newest old other others else rest remaining another both
    same different more most less least fewer fewest over under above below between at up down exactly again once twice
    than before after since until during from to or and per by each every all any unless lacking missing stopped quit
    lost gone inactive dormant returning repeat double half twice triple opposite reverse average total median minute
    hour day week month quarter year happy angry satisfied loyal young rich poor sick married employed poorly
    estimated projected likely probable potential
"""
# By what is said, what is read.
LEFT_OUT = {
    "Frankly, how many customers must we serve?": "how many customers we serve ?",
    "I am dying to learn how many customers there are": "I am dying to how many customers there are",
    "We are puzzled about revenue": "We are about revenue",
    "I need an overview and a picture of revenue": "I need an overview and a of revenue",
    "I have a complaint about C000042": "I have a about C000042",
}
# Of customers, or counted, a word is a condition or a figure.
KEPT = (
    "How many customers love us?",
    "which categories do customers love",
    "How many complaints did we get by state?",
    "I want the view by state",
    "customers with a complaint",
    "number of stars by category",
    "how many customers are worried about prices",
    "ask a Star customer",
)


@pytest.fixture(scope="module")
def lexicon(model: SemanticModel) -> Lexicon:
    return lexicon_of(model, Values(model))


@pytest.mark.parametrize(("said", "read"), LEFT_OUT.items())
def test_words_that_say_nothing_are_left_out(lexicon: Lexicon, said: str, read: str) -> None:
    assert " ".join(t.text for t in without_idle(tokens(said), lexicon)).lstrip(", ") == read


@pytest.mark.parametrize("said", KEPT)
def test_words_that_choose_rows_are_kept(lexicon: Lexicon, said: str) -> None:
    assert without_idle(tokens(said), lexicon) == tokens(said)


@pytest.mark.parametrize("said", KEPT[:3])
def test_a_word_that_is_kept_is_asked_about(ask: Ask, said: str) -> None:
    assert not isinstance(ask(said), Answered)


def test_the_reading_names_what_was_left_out(ask: Ask) -> None:
    found = ask("Frankly, I would love a view of revenue by card type")
    assert isinstance(found, Answered), found
    assert '"Frankly", "love" and "view" were left out: nothing is asked by it.' in found.reading


def test_no_word_that_changes_an_answer_says_nothing(lexicon: Lexicon) -> None:
    assert set(CHANGING.split()) & IDLE == set()
    assert [t.text for t in tokens("Texas average revenue only") if not is_known(t, lexicon)] == []


def test_no_word_means_something_in_a_question(lexicon: Lexicon) -> None:
    assert [w for w in sorted(IDLE) if (w,) in PHRASES or {w, stem(w)} & lexicon.named] == []
