"""Words that can change a figure: each takes part in the statement, or is asked about by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# By a question, the word that is asked about.
ASKED = {
    "How much more do Platinum customers spend than Gold customers?": "more",
    "States with more Gold customers than Silver customers": "more",
    "Merchant categories with more purchases than Grocery": "more",
    "How many customers bought only groceries?": "only",
    "Rank of C000042 by lifetime value": "Rank",
    "Customers who joined in 2022 and last bought in 2024": "2024",
    "Top 5 merchant categories and top 5 states by revenue": "top",
    "Best and worst segment by revenue": "worst",
    "Revenue in euros for 2024": "euros",
    "Customers with a lifetime value in the six figures": "six figures",
    "How many customers have a credit limit of 5.000": "5.000",
    "How many customers have a credit limit between 10000 and 5000": "10000",
    "Distribution of purchases by amount in steps of 100": "in steps of",
    "Correlation between revenue and number of customers by state": "total customers",
    "Sort customers by name": "Sort",
    "Top 5 customers by name": "Top",
    "revenue of Q3 and Q4 2023 together": "together",
    "compare the card types": "compare",
    "Revenue without the top 10 customers": "without",
    "Customers in the same city as C000042": "same",
    "Total transactions value 2024": "value",
    "Revenue from Travel and Hotels": "Hotels",
    "How many customers bought in every month of 2024?": "every",
    "Which of the top 10 customers by lifetime value live in Texas?": "top",
}  # fmt: skip


@pytest.mark.parametrize(("question", "word"), ASKED.items())
def test_a_word_without_an_effect_is_asked_about(ask: Ask, question: str, word: str) -> None:
    found = ask(question)
    assert not isinstance(found, Answered), found.reading
    assert word in found.text


# By a question, the piece of its statement without which a word would have had no effect.
READ = {
    "What percentage of active customers are Gold?": "CUSTOMERS.CARD_TYPE = 'Gold'",
}  # fmt: skip


@pytest.mark.parametrize(("question", "piece"), READ.items())
def test_a_word_has_its_effect(ask: Ask, question: str, piece: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert piece in " ".join(found.sql.split())
