"""Plans that no question means as a whole are asked about, and those that look alike are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Clarify
from tests.semantic.analyst.conftest import sql_of

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("customers with at least 2 refunds in 2023, with refund count, most first", "count"),
        ("Which share of customers has a Platinum, Gold, Silver or Basic card in each segment?", "card type"),
        ("total revenue from discretionary and non-discretionary categories by state", "is discretionary"),
        ("Count the customers who joined in 2023 per month of joining", "joining"),
        ("How many customers have gone 30 to 50 days since their last purchase?", "gone"),
        ("What is the amount lost per segment in 2023?", "lost"),
        ("customers by month of first purchase, 2023", "customers"),
        (
            "average transaction value by state for 2023, only where the average exceeds 60 and the number is high",
            "number",
        ),
        ("states by revenue per customer 2023, only states with over 900 purchases", "condition"),
        ("segments with their high-risk, medium-risk and low-risk cardholders", "churn risk category"),
        ("How many purchases in 2023 were under 30 dollars, 20 to 49, and 50 or more?", "transaction amount"),
        ("Show the customers with the number of transactions", "customers"),
        ("List customers with total credit limit", "customers"),
        ("customers with their average purchase", "customers"),
        ("lapsed customers by state, count and average age", "count"),
        ("Give headcount and revenue of 2024 for the lapsed customers by segment", "headcount"),
        ("Show the median age per card type, I want the count too", "count"),
    ],
)
def test_what_no_question_means_is_asked_about(ask: Ask, question: str, said: str) -> None:
    found = ask(question)
    assert isinstance(found, Clarify), found
    assert said in found.text


@pytest.mark.parametrize(
    ("question", "piece"),
    [
        ("What was the biggest single purchase in Airlines in 2023?", "MAX_TRANSACTION_VALUE"),
        ("How many customers of Platinum, Gold, Silver and Basic are there for each card type?", "CUSTOMERS.CARD_TYPE"),
        ("discretionary vs non-discretionary revenue in 2023", "DIMENSIONS MERCHANT_CATEGORIES.IS_DISCRETIONARY"),
        ("How many customers joined in each month of 2023?", "ACCOUNT_OPEN_MONTH"),
        ("How many customers have we lost?", "'Lapsed'"),
        ("customers by card type and average age", "AVG_AGE"),
        ("How many purchases does a customer make in their lifetime on average?", "AVG_LIFETIME_PURCHASES"),
        ("What is the median number of days since the last purchase by state?", "MEDIAN(DAYS_SINCE_LAST_TRANSACTION)"),
    ],
)
def test_what_looks_alike_is_read(ask: Ask, question: str, piece: str) -> None:
    assert piece in sql_of(ask, question)


@pytest.mark.parametrize(
    ("question", "pieces"),
    [
        (
            "List active Gold customers with name, credit limit and age, highest lifetime value first",
            ("SELECT CUSTOMER_ID, NAME, CREDIT_LIMIT, AGE, LIFETIME_VALUE", "ORDER BY LIFETIME_VALUE DESC"),
        ),
        (
            "high-risk customers: customer id, age, credit limit, in ascending order of churn probability",
            ("AGE, CREDIT_LIMIT, CHURN_PROBABILITY", "ORDER BY CHURN_PROBABILITY ASC"),
        ),
        (
            "percent of active customers with a rising three-month trend",
            ("WITH WHOLE AS", "CUSTOMER_STATUS = 'Active'"),
        ),
        ("percent of active customers with medium or high churn risk", ("WITH WHOLE AS", "IN ('Medium', 'High')")),
        ("percent of active customers in Texas", ("ACTIVE_CUSTOMER_PERCENT",)),
        ("the month with the lowest turnover per year", ("PARTITION BY TRANSACTION_YEAR", "<= 1")),
        ("Which 3 categories have the worst refund rate in 2023?", ("REFUND_RATE DESC", "LIMIT 3")),
        ("Which segment is the worst by churn rate?", ("CHURNED_CUSTOMER_PERCENT DESC", "LIMIT 1")),
        ("Which three categories were worst by revenue in 2023?", ("TOTAL_REVENUE ASC", "LIMIT 3")),
        ("best revenue month 2023 per segment", ("PARTITION BY SEGMENT ORDER BY TOTAL_REVENUE DESC", "<= 1")),
        ("every card type's weakest month for purchases in 2023", ("PARTITION BY CARD_TYPE", "TRANSACTION_COUNT ASC")),
        (
            "bottom 4 segments by revenue per customer 2023",
            ("RATIO ASC", "LIMIT 4", "METRICS CUSTOMERS.TOTAL_CUSTOMERS"),
        ),
        (
            "top 4 states by revenue per customer 2023, only states with 10+ customers",
            ("ORDER BY RATIO DESC", "TOTAL_CUSTOMERS, 0) >= 10", "LIMIT 4"),
        ),
        ("rank all segments by transactions per customer in 2023, rank 1 being the highest", ("ORDER BY RATIO DESC",)),
        ("When did our monthly turnover top 300,000 USD in 2023?", ("TOTAL_REVENUE > 300000",)),
        (
            "Which states had an average purchase above $90 and at least 400 purchases in 2023? Show both figures.",
            ("> 90", ">= 400", "AVG_TRANSACTION_VALUE AS CONDITION_1"),
        ),
        ("What is the average age for Gold, and what is it for Basic?", ("DIMENSIONS CUSTOMERS.CARD_TYPE",)),
    ],
)
def test_the_whole_has_its_order_and_its_bounds(ask: Ask, question: str, pieces: tuple[str, ...]) -> None:
    sql = " ".join(sql_of(ask, question).split())
    assert [piece for piece in pieces if piece not in sql] == [], sql


ALL_OF_2023 = "BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'"


@pytest.mark.parametrize(
    ("question", "times"),
    [
        ("How many customers made more than 100 purchases and spent less than 5,000 in 2023?", 2),
        ("customers with no purchase in Travel and no purchase in Dining in 2023, count by segment", 2),
        ("customers with over 60 purchases and spend under 8000 in 2023, by state", 2),
        ("How many customers made over 500 purchases of all time and over 50 in 2023?", 1),
        ("How many customers spent over 10,000 overall and over 1,000 in 2023?", 1),
        ("Which customers have ever bought in Airlines and spent more than 2,000 in 2023?", 1),
    ],
)
def test_days_behind_several_conditions_hold_for_each(ask: Ask, question: str, times: int) -> None:
    assert sql_of(ask, question).count(ALL_OF_2023) == times
