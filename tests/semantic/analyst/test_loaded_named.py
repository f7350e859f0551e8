"""Names and values that do not belong together: each is asked about by its words, and those that do are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# By a question, the words that are asked about.
ASKED = {
    "customers in the segment Gold": "segment Gold",
    "How many customers have status Gold?": "status Gold",
    "List the customers in the Gold segment": "Gold segment",
    "which customers": "which",
    "how many customers are Up?": "Up",
    "value of customers by card type": "value",
    "Average spend of value customers": "value",
    "nothing": "nothing",
    "show me valuable clients": "valuable",
    "count where risk = High": "count",
    "what is the meaning of at risk": "meaning",
    "sales by salesperson": "salesperson",
    "customers with the trend going up": "up",
    "statistics for Gold customers": "statistics",
    "customers who spend little": "spend little",
    "top category": "top",
    "what's the trend for Gold customers?": "atv trend",
    "Number of customers with the trend stable": "atv trend",
    "Number of segment changes by transaction amount group": "transaction amount group",
}
# By a question, a piece of the SQL that answers it.
READ = {
    "How many customers have status Active?": "CUSTOMER_STATUS = 'Active'",
    "which customers do we have": "CUSTOMER_ID",
    "revenue by transaction amount group": "DIMENSIONS TRANSACTIONS.AMOUNT_GROUP\n",
    "top 5 states lapsed customers": "LIMIT 5",
    "states ranked by lapsed customers": "ORDER BY TOTAL_CUSTOMERS DESC",
    "customers with 2024 spend over 10k": "> 10000",
    "average transaction value overall": "METRICS TRANSACTIONS.AVG_TRANSACTION_VALUE\n)",
    "Of the lapsed customers, how many have a limit of more than $20,000?": "CUSTOMERS.CREDIT_LIMIT > 20000",
    "q2 2024 revenue per day of the week": "DIMENSIONS DATES.WEEKDAY\n",
    "top ten by ltv, Texas": "ORDER BY LIFETIME_VALUE DESC",
    "the active count per segment": "METRICS CUSTOMERS.ACTIVE_CUSTOMERS\n",
    "95th percentile of purchases": "TRANSACTION_AMOUNT",
    "How many customers are lapsed today?": "CUSTOMER_STATUS = 'Lapsed'",
    "customers with trend increasing": "THREE_MONTH_TREND = 'increasing'",
}


@pytest.mark.parametrize(("question", "words"), ASKED.items())
def test_what_does_not_belong_together_is_asked_about(ask: Ask, question: str, words: str) -> None:
    found = ask(question)
    assert not isinstance(found, Answered), found.reading
    assert words in found.text


@pytest.mark.parametrize(("question", "piece"), READ.items())
def test_what_belongs_together_is_answered(ask: Ask, question: str, piece: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert piece in found.sql
