"""Sentences that ask nothing of their own: left out beside a question, and kept where they say more than it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered
from local_account.analyst.asides import without_asides
from local_account.analyst.lexicon import lexicon_of
from local_account.analyst.restated import is_remark, is_restated, is_vague_lead, with_antecedent
from tests.semantic.analyst.conftest import Values

if TYPE_CHECKING:
    from local_account.analyst.lexicon import Lexicon
    from local_account.semantic.model import SemanticModel
    from tests.semantic.analyst.conftest import Ask

QUESTION = "How many customers joined in each quarter of 2022?"
RESTATED = (
    "Just the numbers per quarter, please.",
    "I'd like both figures side by side.",
    "Could you send it over?",
    "Would love to see the amounts too.",
)
SAYS_MORE = (
    "By state, please.",
    "Only active ones.",
    "In Texas.",
    "The average.",
    "Without 2022.",
    "And their income.",
)
LEADS = ("How dependent are we on the few?", "Who might leave us?", "Did the campaign pay off?")
NO_LEADS = ("How many customers are in Texas?", "What was the mood in 2023?", "Who never bought?")
# By what is told beside a question, whether it is left out.
TOLD = {
    "Splurges fascinate me. {}": True,
    "{} That one has been on my mind.": True,
    "Sleepyheads! {}": True,
    "Settle a bet for us: {}": True,
    "Can you do me a favor and answer: {}": True,
    "Gold customers interest me. {}": False,
    "Net promoter score by state. {}": False,
    "Texas! {}": False,
    "{} And their income.": False,
}


@pytest.fixture(scope="module")
def lexicon(model: SemanticModel) -> Lexicon:
    return lexicon_of(model, Values(model))


@pytest.mark.parametrize("sentence", RESTATED)
def test_what_a_question_asks_as_well_is_restated(lexicon: Lexicon, sentence: str) -> None:
    assert is_restated(sentence, [QUESTION], lexicon)


@pytest.mark.parametrize("sentence", SAYS_MORE)
def test_what_changes_an_answer_is_not_restated(lexicon: Lexicon, sentence: str) -> None:
    assert not is_restated(sentence, [QUESTION], lexicon)
    assert not is_remark(sentence, lexicon)


@pytest.mark.parametrize("sentence", LEADS)
def test_a_vague_question_leads_up_to_the_next_one(lexicon: Lexicon, sentence: str) -> None:
    assert is_vague_lead(sentence, [QUESTION], lexicon)


@pytest.mark.parametrize("sentence", NO_LEADS)
def test_a_question_that_chooses_rows_is_no_lead(lexicon: Lexicon, sentence: str) -> None:
    assert not is_vague_lead(sentence, [QUESTION], lexicon)
    assert not is_vague_lead("How dependent are we?", ["And what of them?"], lexicon)


@pytest.mark.parametrize(("frame", "left_out"), TOLD.items())
def test_remarks_are_left_out_and_named(lexicon: Lexicon, frame: str, left_out: bool) -> None:
    kept, said = without_asides(frame.format(QUESTION), lexicon)
    assert (kept.rstrip("?") == QUESTION.rstrip("?")) == left_out
    assert bool(said) == left_out


def test_what_a_question_points_to_stands_in_its_place(ask: Ask, lexicon: Lexicon) -> None:
    every = ["There is one in every segment.", "Who has the highest age in each of them?"]
    assert with_antecedent(every, lexicon) == (every[0], "Who has the highest age in each segment?")
    year = ["We ran a campaign in 2023.", "How many customers joined that year?"]
    assert with_antecedent(year, lexicon) == (year[0], "How many customers joined in 2023?")
    assert with_antecedent(["We won Gold customers in 2023.", year[1]], lexicon) is None
    assert with_antecedent([year[0], "How many customers joined in 2022?"], lexicon) is None
    found = ask(" ".join(every))
    assert isinstance(found, Answered), found
    assert "PARTITION BY SEGMENT" in found.sql
    joined = ask(
        "I'm looking for a face for every segment, so who is the customer with the highest age in each of them?"
    )
    assert isinstance(joined, Answered), joined
    assert "PARTITION BY SEGMENT" in joined.sql
