"""What is said first of a question that makes no plan: the future, persons, nothing that the model knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst.answers import Category, Clarify, Refused

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

REFUSED = {
    "number of customers at the end of 2026": Category.FUTURE,
    "When is Easter 2025?": Category.FUTURE,
    "Which zip has the lowest lifetime value?": Category.PERSONAL_DATA,
    "top zip codes in California": Category.PERSONAL_DATA,
    "count by full name": Category.PERSONAL_DATA,
    "Compare zip codes by churn": Category.PERSONAL_DATA,
    "How many clients share an email domain?": Category.PERSONAL_DATA,
    "Most frequent first names among our customers": Category.PERSONAL_DATA,
    "what time is it": Category.NOT_A_QUESTION,
    "what day is it today": Category.NOT_A_QUESTION,
    "how old are you": Category.NOT_A_QUESTION,
    "Do you like coffee?": Category.NOT_A_QUESTION,
    "latest news about the election": Category.UNKNOWN_WORD,
    "What is 15 times 12?": Category.NOT_A_QUESTION,
    "what's 2+2": Category.NOT_A_QUESTION,
    "customers by first name": Category.PERSONAL_DATA,
    "is the drop in March due to refunds?": Category.CAUSE,
}
# What is asked back, by a word that the answer names.
ASKED = {
    "customers from York with a loan": "loan",
    "customers over 2500": "2500",
    "what is it": "before",
    "How was December?": "total revenue",
    "compare Texas with Florida": "total revenue",
    "how much do we have in California": "total revenue",
    "ratio for Gold": "total revenue",
    "Name our most devoted cardholders": "most devoted",
    "number of cardholders with low activity": "low activity",
    "Count the heavy users of our cards": "heavy users",
    "Which states are our best markets?": "best markets",
    "customers with amount above 2000": "credit limit",
    "the numbers for last month": "total revenue",
}


@pytest.mark.parametrize(("question", "category"), REFUSED.items())
def test_what_no_answer_can_hold_is_refused_first(ask: Ask, question: str, category: Category) -> None:
    found = ask(question)
    assert isinstance(found, Refused), found
    assert found.category is category


@pytest.mark.parametrize(("question", "word"), ASKED.items())
def test_what_is_open_is_asked_back_with_its_unknown_words(ask: Ask, question: str, word: str) -> None:
    found = ask(question)
    assert isinstance(found, Clarify), found
    assert word in found.text
