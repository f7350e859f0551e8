"""Frames of sentences: comparisons with the unit before, parts and wholes, figures with and without days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered
from tests.semantic.analyst.conftest import check_pieces

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# A question, and what its SQL holds and does not hold.
ASKED = {
    "which months of 2023 had fewer purchases than the month before": ("TRANSACTION_COUNT - BEFORE", "2024"),
    "In which quarters of 2023 was revenue lower than in the previous quarter?": ("DATEADD('quarter', -1", "2024"),
    "list every month of 2023 with a gain in revenue month over month": ("BEFORE.TOTAL_REVENUE > 0", "< 0"),
    "purchases in each quarter of 2023 compared with the quarter before": ("DATEADD('quarter', -1", "AVG"),
    "compare revenue in March 2024 with the previous month": ("2024-02-29", "DATEADD"),
    "How fast did the number of purchases grow from one quarter to the next in 2023?": ("DATEADD('quarter'", "FAST"),
    "states with a revenue share of at least 5 % in 2023": ("QUALIFY SHARE_PERCENT >= 5", "TOTAL_CUSTOMERS"),
    "Which merchant categories account for more than 10% of 2023 spend?": ("QUALIFY SHARE_PERCENT > 10", "AVG"),
    "segments that bring in less than 20 % of lifetime value": ("QUALIFY SHARE_PERCENT < 20", "AVG_"),
    "Platinum share of customers in Texas": ("STATE_NAME = 'Texas'\n)\n),\nPART", "TOTAL_REVENUE"),
    "travel share of revenue, customers aged 50 to 60": ("AGE BETWEEN 50 AND 60\n)\n),\nPART", "CUSTOMER_ID"),
    "what share of 2023 revenue came from customers who joined in 2022?": (
        "ACCOUNT_OPEN_DATE BETWEEN DATE '2022-01-01' AND DATE '2022-12-31'",
        "DATE '2024",
    ),
    "How many customers bought in at least 3 different quarters of 2023?": ("DISTINCT TRANSACTION_QUARTER", "AVG"),
    "customers who bought something in every month of 2023": ("COALESCE(AMOUNT_1, 0) >= 12", "TRANSACTION_AMOUNT"),
    "In 2023, how many customers bought at Grocery without buying anything at Airlines?": (
        "'Grocery' AND TRANSACTIONS.TRANSACTION_DATE BETWEEN DATE '2023-01-01'",
        "2024",
    ),
    "Which states with more than 20 customers have the highest revenue in 2023?": ("DATE '2023-12-31'", "CONDITION"),
    "number of customers and revenue in 2023 by segment": ("LEFT JOIN PART_2", "PURCHASING"),
    "California vs Texas: number of customers, revenue 2023, average purchase 2023": ("LEFT JOIN PART_2", "CITY"),
    "rank cities by turnover in 2023 and give me the first three with customer count": ("LIMIT 3", "CUSTOMER_ID"),
    "count lapsed customers by card type, but leave out Gold cards": ("CARD_TYPE <> 'Gold'", "CARD_TYPE = 'Gold'"),
    "Leaving Grocery aside, show revenue by merchant category": ("<> 'Grocery'", "= 'Grocery'"),
    "segments by average lifetime value and state their number of customers": ("TOTAL_CUSTOMERS", ".STATE"),
    "categories whose purchases averaged more than 80 dollars in 2023": (
        "AVG_TRANSACTION_VALUE > 80",
        "TRANSACTION_AMOUNT > 80",
    ),
    "total refunds Oct + Nov 2023": ("DATE '2023-10-31'", "TRANSACTION_MONTH"),
    "How many customers in Vermont hold either a Basic or a Gold card?": ("IN ('Basic', 'Gold')", "REVENUE"),
}

# A frame whose parts do not fit is asked about.
NOT_ANSWERED = (
    "revenue and number of customers in 2023 by state",
    "Which states have more than 20 customers in 2023?",
    "share of revenue over 10 %",
    "what share of revenue do the top 10 % of customers bring, at least 5 %",
    "How many customers bought in at least 3 different weeks ago?",
)


@pytest.mark.parametrize(("question", "pieces"), ASKED.items())
def test_a_frame_is_read_with_all_its_parts(ask: Ask, question: str, pieces: tuple[str, str]) -> None:
    check_pieces(ask, question, *pieces)


@pytest.mark.parametrize("question", NOT_ANSWERED)
def test_a_frame_with_parts_that_do_not_fit_is_not_answered(ask: Ask, question: str) -> None:
    assert not isinstance(ask(question), Answered), ask(question)
