"""What is said beside a question is left out: greetings, names, thanks, and what somebody tells of himself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered
from local_account.analyst.asides import is_about_data, without_asides
from local_account.analyst.lexicon import Lexicon, lexicon_of
from tests.semantic.analyst.conftest import Ask, Values

if TYPE_CHECKING:
    from local_account.semantic.model import SemanticModel

QUESTION = "how many customers are lapsed"
BESIDE = (
    "Dear Ms Smith, {}? Thank you very much, Anna",
    "Hi team, {}? Kind regards, Tom Miller",
    "Good morning Peter, {}. Thanks for your help and have a nice day!",
    "Hello, {}? Many thanks and best regards",
    "So, I was chatting with the team this morning and nobody could tell me - {}?",
    "Be honest with me: {}?",
    "My boss claims that Gold customers are loyal. {}?",
    "I keep hearing people have gone quiet. {}?",
    "If you don't mind, {}?",
    "{}? I need it for a colleague.",
    "{}, my boss is waiting for it",
    "{}? Cheers, Mike",
    "{}? Best, Julia",
    "{}? I'd really appreciate it",
    "I was talking about the new card with the design people and nobody knew, so {}?",
    "We finally got some budget for retention, and I'd love to know {}.",
    "I have to put one number on a slide, namely {}.",
    "Some people never come back, I swear. {}?",
    "I'm flying to Dallas, and it made me wonder {}.",
    "Half the office was on holiday back then, but {}?",
    "Let's talk about the losers for once, {}?",
    "Before I walk into the meeting I'd like to know {}.",
    "For the VIP dinner, I need the number of lapsed customers",
    "Um, {}, what is it?",
    "Subject: lapsed customers. Hello, {}? Warm regards, Dr. Lee",
    "Trophy time! {}?",
    "My nephew buys nonstop, which made me think: {}?",
    "Hi there, just a quick one, {}? Ta, Pete",
    "Well, uh, {}, you know?",
)
KEPT = (
    "After complaining, how many customers bought in 2024",
    "While travelling abroad, how much did customers spend",
    "I only care about students, how many customers do we have?",
    "We have students, how many of them bought in 2024?",
    "How many customers, I mean the students, bought in 2024",
    "Customers in Texas, students only: how many",
    "In Narnia, how many customers do we have",
    "Hi Narnia: revenue, if they are students",
    "I only care about students, so how many customers do we have?",
    "For students, so how many customers do we have?",
    "Students in college: how many customers bought in 2024?",
    "Students in college; how many customers bought in 2024?",
    "Students who are in college. How many customers bought in 2024?",
    "Students with a degree - how many customers bought in 2024?",
    "In 2023 we had a campaign, so how many customers joined?",
)


@pytest.fixture(scope="module")
def lexicon(model: SemanticModel) -> Lexicon:
    return lexicon_of(model, Values(model))


@pytest.mark.parametrize("frame", BESIDE)
def test_what_is_said_beside_a_question_changes_nothing(ask: Ask, frame: str) -> None:
    plain, asked = ask(QUESTION), ask(frame.format(QUESTION))
    assert isinstance(plain, Answered)
    assert isinstance(asked, Answered), asked
    assert asked.sql == plain.sql


@pytest.mark.parametrize("question", KEPT)
def test_what_could_choose_rows_is_not_left_out(ask: Ask, question: str) -> None:
    assert not isinstance(ask(question), Answered)


@pytest.mark.parametrize(
    "question",
    [
        "I care about Texas, so what is the number of customers?",
        "I'm looking at Texas, so how many customers are there?",
    ],
)
def test_a_reason_that_chooses_rows_chooses_them(ask: Ask, question: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert "STATE_NAME = 'Texas'" in found.sql


@pytest.mark.parametrize(
    "reason", ["Our target is customers with more than 5 purchases", "We call customers who never bought anything"]
)
def test_a_reason_that_compares_is_not_left_out(lexicon: Lexicon, reason: str) -> None:
    question = f"{reason}, so what is the average age?"
    assert without_asides(question, lexicon) == (question, ())


def test_what_moved_before_a_colon_is_what_is_counted(ask: Ask) -> None:
    found = ask("Budget-Conscious -> New & Growing: how many customers moved?")
    assert isinstance(found, Answered), found
    assert "PREVIOUS_SEGMENT = 'Budget-Conscious'" in found.sql


def test_a_statement_that_is_left_out_is_named(lexicon: Lexicon) -> None:
    kept, said = without_asides("I keep hearing things. How many customers are there?", lexicon)
    assert kept == "How many customers are there?"
    assert said == ('"I keep hearing things" was left out: it asks for nothing.',)
    assert without_asides("Thanks", lexicon) == ("Thanks", ())


@pytest.mark.parametrize("text", ["in Texas", "the best", "only those", "revenue", "in 2024"])
def test_names_days_and_words_that_choose_are_about_the_data(lexicon: Lexicon, text: str) -> None:
    assert is_about_data(text, lexicon)
    assert not is_about_data("our customers and the team", lexicon)
