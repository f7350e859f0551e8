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
    "Is the average customer older than 40?": "yes or no",
    "Is the median purchase above 50 dollars?": "yes or no",
    "Was the total revenue of 2024 over 10 million?": "yes or no",
    "Are our Gold customers on average older than 45?": "yes or no",
    "So does the average lifetime value exceed 30000?": "yes or no",
    "Our best customers, how many never bought?": "ranked",
    "Top customers by number of customers": "ranked",
    "Number of customers by customer id": "ranked",
    "Revenue from refunds": "refund amount",
    "Weekend revenue and weekday refunds": "refund amount",
}
READ = {
    "Do we have customers older than 80?": "AGE > 80",
    "Are there customers who spent over 5000 in December 2024?": "> 5000",
    "Is revenue higher on weekends than on weekdays?": "DIMENSIONS DATES.IS_WEEKEND",
    "Do Platinum customers spend more than Gold customers?": "DIMENSIONS CUSTOMERS.CARD_TYPE",
    "Which customer has the most refunds?": "REFUND_COUNT DESC",
    "Revenue from purchases only": "TRANSACTION_TYPE = 'purchase'",
    "Revenue split between Gold and Platinum": "DIMENSIONS CUSTOMERS.CARD_TYPE",
    "How is revenue split between Gold and Platinum?": "DIMENSIONS CUSTOMERS.CARD_TYPE",
    "Customers split among Gold, Silver and Platinum": "DIMENSIONS CUSTOMERS.CARD_TYPE",
    "Split customers between Gold and Silver": "DIMENSIONS CUSTOMERS.CARD_TYPE",
    "Break revenue down between Gold and Platinum": "METRICS TRANSACTIONS.TOTAL_REVENUE WHERE CUSTOMERS.CARD_TYPE IN",
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
