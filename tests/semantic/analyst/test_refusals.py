"""Wishes that are no questions: to change data is refused in whatever words, and who asks about asking is shown how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.lexicon import lexicon_of
from local_account.analyst.refusals import refuse_wishes
from tests.semantic.analyst.conftest import Values

if TYPE_CHECKING:
    from local_account.analyst.lexicon import Lexicon
    from local_account.semantic.model import SemanticModel

CHANGES = (
    "Put customer C000004 into the Gold tier",
    "make C000001 a Platinum customer",
    "turn all Basic cards into Silver",
    "I need customer C000003 removed from the list",
    "Would you be able to delete the customers from Texas?",
    "please have the credit limits increased to 20000",
    "add 100 dollars to the lifetime value of customer C000003",
    "undo the last refund",
    "get rid of all inactive customers",
    "Let's move everybody from Declining to Budget-Conscious",
    "customer C000001 should be Gold now, please change it",
    "we should suspend all lapsed accounts",
    "C000200 should be moved to Gold",
    "change state of C000011 from TX to CA",
    "send all customers a mail",
    "please send the top 10 customers an offer",
    "kindly send the lapsed customers to the call center",
    "put customer C000004 next to the others",
)
ABOUT_ASKING = (
    "Which questions are possible here?", "Possible questions?", "can you help me?", "give me ideas for questions",
    "How can I use you", "which analyses do you support?", "I do not know what to ask", "list dimensions", "options?",
    "I'm new here, what is possible with this tool?", "Where do I start?", "which columns exist", "what's in here?",
    "Tell me about the data", "What information is stored here?", "an overview of what I can ask please",
    "What are you good for?", "Guide me through the possibilities",
)  # fmt: skip
QUESTIONS = (
    "Put California and Texas side by side: number of customers",
    "I need the customers whose spend was raised by 10 percent",
    "make a list of all customers",
    "raise a question about the customers: how many are there",
    "cut by segment",
    "we look at Basic holders; how many are active",
    "just give me the number of lapsed people in Texas",
    "add the average age",
    "record of customer C000001",
    "get the customers who moved to Declining",
    "what is the average age",
    "Which customers should be moved to Declining?",
    "tell me about the data of customer C000001",
    "kindly send the number of lapsed customers for each card type",
    "please send the seven customers with the highest spend",
    "I have to put one number on a slide, namely the number of customers",
    "put the average purchase of Platinum holders next to that of Basic holders",
)


@pytest.fixture(scope="module")
def lexicon(model: SemanticModel) -> Lexicon:
    return lexicon_of(model, Values(model))


@pytest.mark.parametrize("asked", CHANGES)
def test_a_wish_to_change_data_is_refused(asked: str, lexicon: Lexicon) -> None:
    with pytest.raises(Unclear) as found:
        refuse_wishes(asked, lexicon)
    assert found.value.category is Category.CHANGES_DATA
    assert found.value.refused


@pytest.mark.parametrize("asked", ABOUT_ASKING)
def test_who_asks_about_asking_is_shown_questions(asked: str, lexicon: Lexicon) -> None:
    with pytest.raises(Unclear) as found:
        refuse_wishes(asked, lexicon)
    assert found.value.category is Category.ONBOARDING


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_question_with_such_words_is_no_wish(asked: str, lexicon: Lexicon) -> None:
    refuse_wishes(asked, lexicon)


@pytest.mark.parametrize("asked", ["reduce the list to 5", "cut it to Gold", "more options"])
def test_what_goes_on_with_a_question_changes_nothing(asked: str, lexicon: Lexicon) -> None:
    refuse_wishes(asked, lexicon, goes_on=True)
