"""Conversations of several questions, and kinds of questions that had once been told as another kind of answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered, Category, Clarify

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# Of each question, what its SQL holds, and what it must not hold.
KINDS = {
    "mean lifetime value across all customers": (["METRICS CUSTOMERS.AVG_CUSTOMER_LTV"], ["CUSTOMER_ID"]),
    "average age for all customers": (["CUSTOMERS.AVG_AGE"], ["CUSTOMER_ID"]),
    "customer numbers, revenue and average ticket by card type": (
        ["TOTAL_CUSTOMERS", "TOTAL_REVENUE"],
        ["CUSTOMER_ID"],
    ),
    "Which customers moved into Declining": (["DISTINCT CUSTOMER_ID", "ENTERED_SEGMENT = 'Declining'"], ["METRICS"]),
    "list customers who moved from Declining to New & Growing in 2024": (
        ["DISTINCT CUSTOMER_ID", "PREVIOUS_SEGMENT = 'Declining'", "DATE '2024-12-31'"],
        ["METRICS"],
    ),
    "How many customers entered Declining": (["METRICS SEGMENT_HISTORY.CUSTOMERS_WHO_MOVED"], ["DIMENSIONS"]),
    "How many customers have not yet been active": (["CUSTOMER_STATUS = 'Not yet active'"], ["<>"]),
    "how many customers aren't active yet": (["CUSTOMER_STATUS = 'Not yet active'"], ["<>"]),
    "how many customers are no longer active": (["CUSTOMER_STATUS = 'Lapsed'"], ["<>"]),
    "For every segment the number of customers at high churn risk": (["HIGH_RISK_CUSTOMER_COUNT"], ["WHERE"]),
    "high risk customers by segment": (["HIGH_RISK_CUSTOMER_COUNT"], ["WHERE"]),
    "list transactions above 500 dollars of customers older than 60": (
        ["WHERE CUSTOMERS.AGE > 60", "TRANSACTION_AMOUNT > 500"],
        ["MEASURED.AGE"],
    ),
    "how many customers have zero purchases": (["AMOUNT_1, 0) = 0"], []),
    "how many customers bought neither Hotels nor Airlines": (["AMOUNT_1, 0) = 0"], ["AMOUNT_2"]),
    "averge transaction value by cardtype": (["AVG_TRANSACTION_VALUE", "CARD_TYPE"], []),
    "Total transactions in 2023": (["METRICS TRANSACTIONS.TRANSACTION_COUNT"], ["SUM("]),
    "name of customer C000042": (["CUSTOMERS.NAME", "= 'C000042'"], []),
}


@pytest.mark.parametrize(("question", "pieces"), KINDS.items())
def test_a_question_is_answered_as_its_kind(ask: Ask, question: str, pieces: tuple[list[str], list[str]]) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    text = " ".join(found.sql.split())
    held, absent = pieces
    assert [piece for piece in held if piece not in text] == [], text
    assert [piece for piece in absent if piece in text] == [], text


# Conversations, and what the SQL of the last question holds.
CHAINS = [
    (("How many high risk customers are there?", "and medium?"), ["'Medium'", "CUSTOMER_STATUS <> 'Lapsed'"]),
    (
        ("Average purchase in 2024 by card type", "for weekends only", "and for weekdays"),
        ["CARD_TYPE", "IS_WEEKEND = FALSE AND TRANSACTIONS"],
    ),
    (
        ("Median transaction value by card type", "the average instead of the median"),
        ["CARD_TYPE, AVG_TRANSACTION_VALUE"],
    ),
    (("Revenue in 2024", "just for Texas", "compare with California"), ["STATE_NAME IN ('Texas', 'California')"]),
    (("Revenue in 2024", "in Texas", "not in Texas"), ["WHERE CUSTOMERS.STATE_NAME <> 'Texas' AND TRANSACTIONS"]),
    (("Revenue in 2024", "not in Texas", "in Texas"), ["WHERE CUSTOMERS.STATE_NAME = 'Texas' AND TRANSACTIONS"]),
    (
        ("What is the share of revenue from Dining?", "and discretionary?"),
        ["TOTAL_REVENUE WHERE MERCHANT_CATEGORIES.IS"],
    ),
    (("Revenue from Dining", "and Hotels?"), ["WHERE MERCHANT_CATEGORIES.MERCHANT_CATEGORY_NAME = 'Hotels' )"]),
    (
        ("compare revenue of Gold and Silver in 2022", "and 2021?"),
        ["DIMENSIONS CUSTOMERS.CARD_TYPE", "BETWEEN DATE '2021-01-01' AND DATE '2021-12-31' ) ORDER"],
    ),
    (("How many customers have at least 30 purchases?", "how about 25?"), [">= 25"]),
    (("Top 5 customers by lifetime value", "what about 10?"), ["LIMIT 10"]),
    (("Revenue in March 2024", "and the same month of 2023?"), ["DATE '2023-03-01' AND DATE '2023-03-31'"]),
    (
        ("Revenue in March 2024", "compare with the month before"),
        ["DATE '2024-03-01' AND DATE '2024-03-31'", "DATE '2024-02-01' AND DATE '2024-02-29'"],
    ),
    (("Revenue in March 2024", "And the month before?"), ["DATE '2024-02-01' AND DATE '2024-02-29'"]),
    (("Revenue in Q3 2024", "And the year before?"), ["DATE '2023-07-01' AND DATE '2023-09-30'"]),
    (("Share of Platinum customers", "By segment"), ["WHOLE.SEGMENT", "CARD_TYPE = 'Platinum'"]),
    (("Share of Platinum customers", "By segment", "And Gold?"), ["WHOLE.SEGMENT", "CARD_TYPE = 'Gold' )"]),
    (
        ("Lifetime value of Gold customers in Texas", "On average?"),
        ["AVG_CUSTOMER_LTV", "CARD_TYPE = 'Gold'", "= 'Texas'"],
    ),
    (("Revenue by segment", "As a percentage", "top 3 only"), ["SEGMENT", "SHARE_PERCENT", "LIMIT 3"]),
    (
        ("Which customers have a credit limit above 30000?", "show their lifetime value"),
        ["FACTS CUSTOMERS.LIFETIME_VALUE", "CREDIT_LIMIT > 30000"],
    ),
    (("Revenue by card type in 2024", "compare with 2023"), ["DATE '2024-01-01'", "DATE '2023-01-01'"]),
    (("Average transaction value by card type", "sort by card type"), ["ORDER BY CARD_TYPE"]),
    (("Revenue in 2024", "split by category", "which one is the highest?"), ["TOTAL_REVENUE DESC", "LIMIT 1"]),
    (
        ("How many customers are at high risk?", "which ones?"),
        ["DIMENSIONS CUSTOMERS.CUSTOMER_ID"],
    ),
    (
        ("How many customers bought something in 2024?", "by category group", "and the number of purchases?"),
        ["TRANSACTION_COUNT", "CATEGORY_GROUP", "DATE '2024-12-31'"],
    ),
    (("Show the 5 oldest customers", "make that 10"), ["LIMIT 10"]),
    (
        ("Accounts opened in 2022", "by month", "by card type instead of by month"),
        ["DIMENSIONS CUSTOMERS.CARD_TYPE METRICS"],
    ),
    (("Revenue last month", "and the month before?", "the same month last year?"), ["DATE '2023-10-31'"]),
    (("Refund rate by category", "lowest first", "only the first five"), ["REFUND_RATE ASC", "LIMIT 5"]),
    (("Revenue by segment", "add state", "remove the state"), ["DIMENSIONS CUSTOMERS.SEGMENT METRICS"]),
    (("Revenue by segment", "drop Declining"), ["CUSTOMERS.SEGMENT <> 'Declining'"]),
    (
        ("Revenue by segment", "Only Gold cards", "In total, not by segment"),
        ["REVENUE WHERE"],
    ),
    (("list customers in Vermont", "sorted by age"), ["FACTS CUSTOMERS.AGE", "= 'Vermont'"]),
    (("Spend on Grocery in 2024", "and Restaurants?", "both together?"), ["IN ('Grocery', 'Restaurants')"]),
    (("Total credit limit by segment", "Only customers below 30 years"), ["CUSTOMERS.AGE < 30"]),
    (("Spend on Grocery", "by year", "only 2022 and later"), ["DATE '2022-01-01' AND DATE '2024-12-31'"]),
    (("Average age by segment", "what about the median?"), ["MEDIAN(AGE)"]),
    (
        ("how many customers moved from Declining to Budget-Conscious?", "the other way round?"),
        ["ENTERED_SEGMENT = 'Declining'", "PREVIOUS_SEGMENT = 'Budget-Conscious'"],
    ),
    (
        ("how many customers moved from Budget-Conscious to Declining?", "and from Stable Mid-Spenders?"),
        ["ENTERED_SEGMENT = 'Declining'", "PREVIOUS_SEGMENT = 'Stable Mid-Spenders'"],
    ),
]


@pytest.mark.parametrize(("turns", "pieces"), CHAINS)
def test_a_follow_up_keeps_what_it_does_not_change(ask: Ask, turns: tuple[str, ...], pieces: list[str]) -> None:
    found = ask(turns[-1], *turns[:-1])
    assert isinstance(found, Answered), found
    text = " ".join(found.sql.split())
    assert [piece for piece in pieces if piece not in text] == [], text


def test_a_filter_on_what_is_grouped_by_now_is_left_out_with_a_word(ask: Ask) -> None:
    found = ask("by card type instead", "How many Platinum customers are there by state?")
    assert isinstance(found, Answered), found
    assert "WHERE" not in found.sql
    assert '"Platinum" was left out' in found.reading


OPEN = [
    (("Show the numbers for Texas",), Category.INCOMPLETE),
    (("Show me Texas",), Category.INCOMPLETE),
    (("customers with a churn probability above 25",), Category.AMBIGUOUS_FILTER),
    (("Total revenue by segment", "And the month before?"), Category.AMBIGUOUS_TIME),
    (("Total revenue by state", "And the zorgs of it?", "By segment"), Category.INCOMPLETE),
    (("How many customers are lapsed?", "On average?"), Category.INCOMPLETE),
    (("Number of refunds in 2024", "what about their total amount?"), Category.INCOMPLETE),
    (("Revenue by month in 2024", "compare with 2023"), Category.AMBIGUOUS_TIME),
    (("Revenue in 2024", "both together?"), Category.INCOMPLETE),
    (("Revenue in 2024", "the other way round?"), Category.INCOMPLETE),
    (("Revenue in 2024", "not by state"), Category.INCOMPLETE),
]


@pytest.mark.parametrize(("turns", "category"), OPEN)
def test_a_follow_up_that_is_open_is_asked_back(ask: Ask, turns: tuple[str, ...], category: Category) -> None:
    found = ask(turns[-1], *turns[:-1])
    assert isinstance(found, Clarify), found
    assert found.category is category
