"""Things beside each other that hold for no row at once, or for the rows of either: asked about, never chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered, Clarify

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

ASKED = {
    "Gold customers with a Silver card": "at once",
    "Customers from Texas who live in Florida": "at once",
    "Purchases in Texas by customers from Florida": "at once",
    "Revenue from travel and hotels": "either",
    "Revenue from Dining, Travel and Groceries": "either",
    "Which of the top 10 customers by lifetime value live in Texas?": "top",
}
READ = {
    "How many Gold customers and Silver customers are there?": "CARD_TYPE IN ('Gold', 'Silver')",
    "How many customers live in Texas, Florida or New York?": "IN ('Texas', 'Florida', 'New York')",
    "ratio of Gold to Platinum customers": "CARD_TYPE = 'Platinum'",
    "How many customers left Budget-Conscious for Declining?": "ENTERED_SEGMENT = 'Declining'",
}


@pytest.mark.parametrize(("question", "words"), ASKED.items())
def test_what_holds_for_no_row_is_asked_about(ask: Ask, question: str, words: str) -> None:
    found = ask(question)
    assert isinstance(found, Clarify), found
    assert words in found.text


@pytest.mark.parametrize(("question", "piece"), READ.items())
def test_what_a_word_joins_is_read(ask: Ask, question: str, piece: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert piece in " ".join(found.sql.split())


FOLLOWED = [
    ("Customer with the highest revenue", "what did this customer spend last year?", "rank anew"),
    ("Which segment has the highest revenue?", "how many customers does this segment have?", "rank anew"),
    ("Top 5 customers by lifetime value", "which states do they live in?", "in one question"),
    ("Top 5 customers by lifetime value in Texas with a credit limit over 10", "what about 10?", "how many are shown"),
]


@pytest.mark.parametrize(("first", "then", "words"), FOLLOWED)
def test_a_follow_up_that_would_choose_other_rows_is_asked_about(ask: Ask, first: str, then: str, words: str) -> None:
    assert isinstance(ask(first), Answered)
    found = ask(then, first)
    assert isinstance(found, Clarify), found
    assert words in found.text
