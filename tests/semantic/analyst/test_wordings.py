"""One wish in several wordings: whatever the words, the same statement answers it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_account import fast_yaml
from local_account.analyst import Answered, Category, Clarify

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# By a plain question, the same wish in other words.
WORDINGS = {
    "revenue by month in 2024": [
        "Could you please break down our 2024 revenue month by month for my board deck? Thanks in advance!",
        "I'd like to know the monthly sales for 2024", "2024 takings per month", "REVENUE BY MONTH IN 2024",
        "Hi there, send me the turnover for each month of 2024...", "revenue on a monthly basis, 2024 \U0001f600",
        "arrange the proceeds of 2024 by month", "We plan a campaign. What was revenue by month in 2024?",
    ],
    "total customers by segment": [
        "split our cardholders by segment", "for each segment, tell me how many members we have",
        "clients broken out by segment", "bucket the customers by segment", "customers per segment, please",
    ],
    "average transaction value by card type": [
        "what's the mean purchase size for every card type", "organise the average ticket by card type",
        "roll up the average basket size by card type", "average purchase amount split by type of card",
    ],
    "how many lapsed customers do we have": [
        "how many customers are dormant", "number of customers who have gone quiet", "count the clients that left us",
        "how many members stopped buying",
    ],
    "how many transactions were made on weekends in 2024": [
        "how often did people buy on weekends in 2024", "number of orders over the weekend in 2024",
        "2024: how many purchases happened on a weekend?",
    ],
    "revenue per customer by segment": [
        "how much does a customer spend on average in each segment", "mean revenue per client, by segment",
    ],
    "how many customers have a credit limit over 2,500": [
        "how many customers have a credit limit above 2.5k",
        "how many clients' credit limit exceeds twenty-five hundred",
        "how many customers have a credit line higher than $2,500",
    ],
    "how many customers spent more than 500,000": ["how many customers spent over half a million"],
    "how many customers are there in each age group": ["how are customers distributed over age groups"],
    "maximum transaction value": ["what's the biggest purchase ever made?", "highest transaction amount of all time"],
    "correlation of age and credit limit": ["How strongly does age relate to the credit limit?"],
    "customers with a month over month spend increase of more than 50%": [
        "Who increased their spend month over month by more than 50%?",
        "list customers whose month over month spend grew by more than 50 percent",
    ],
    "revenue in fiscal year 2024": ["FY2024 revenue", "revenue of FY 2024"],
    "who made the largest purchase in each segment": [
        "In each segment, who made the largest purchase? One customer per segment",
    ],
    "top 5 merchant categories by revenue in 2024": [
        "2024 revenue, best 5 merchant categories", "revenue 2024 - top five merchant categories",
    ],
    "average transaction value by category group": ["How much is the average transaction in each merchant group?"],
    "number of customers who joined by month in 2024": [
        "Show for every month of 2024 how many people became customers",
    ],
    "which customer spent the most in 2024": ["which client has the highest spend in 2024"],
    "number of purchases in December 2024": [
        "how many times did customers buy something in December 2024", "transactions in the month of December 2024",
        "so in December 2024, how many times did people, um, buy something",
        "December 2024, how many purchases were there?",
    ],
    "how many customers made a purchase in each month from July 2024 to December 2024": [
        "So, uh, from July 2024 to December 2024, month by month, how many customers, you know, bought something?",
    ],
    "total customers by tenure group": [
        "So, uh, tenure groups, um, how many customers does each of them, you know, have?",
    ],
    "top 7 customers by spend in the last 90 days": ["top 7 customers spend last 90 days"],
    "top 3 states by number of customers": ["top3 states customers"],
    "average refund amount in 2024": ["avg refund 2024", "how big is a refund on average in 2024"],
    "top 3 customers by spend in each segment": [
        "the three customers who spent the most in each segment", "for each segment the 3 customers who spent the most",
    ],
    "total revenue in 2023": ["okay so what was our total revenue, you know, in twenty twenty-three"],
    "90th percentile of purchase amounts": ["what would the ninetieth percentile of purchase amounts be"],
    "which 5 states had the highest revenue growth in 2024": [
        "which 5 states have the highest revenue growth between 2023 and 2024",
        "top 5 states by revenue growth in 2024 compared to 2023",
    ],
    "average transaction value of Grocery": ["What is the average purchase amount in the category Grocery?"],
    "how many customers from Texas have a Gold card": ["How many Texans have a Gold card"],
    "customers in Texas or Florida or Vermont, how many": [
        "customers in texas florida and vermont together, how many", "customers in Texas, Florida, Vermont in total",
    ],
}  # fmt: skip
# As five colleagues type it.
COLLEAGUES: dict[str, list[str]] = fast_yaml.load(Path(__file__).with_name("colleagues.yaml").read_text())


@pytest.mark.parametrize(
    ("plain", "other"),
    [(plain, one) for plain, others in (*WORDINGS.items(), *COLLEAGUES.items()) for one in others],
)
def test_another_wording_gets_the_same_answer(ask: Ask, plain: str, other: str) -> None:
    first, second = ask(plain), ask(other)
    assert isinstance(first, Answered), first
    assert isinstance(second, Answered), second
    assert second.sql == first.sql


# What must not be read as a narrower or wider question, and the piece of its statement that says so.
EXACT = {
    "lapsed Gold customers as share of all customers": "CARD_TYPE = 'Gold'",
    "HOW MANY CUSTOMERS ARE THERE IN TEXAS": "WHERE CUSTOMERS.STATE_NAME = 'Texas'",
    "which customer spent the most in 2024": "LIMIT 1",
    "revenue by fiscal quarter in fiscal year 2024": "WHERE DATES.FISCAL_YEAR = 2024",
    "customers who bought nothing in 2024": "AMOUNT_1, 0) = 0",
    "I only care about Texas. How many customers do we have?": "WHERE CUSTOMERS.STATE_NAME = 'Texas'",
    "four month moving average of revenue by month in 2024": "ROWS BETWEEN 3 PRECEDING AND CURRENT ROW",
    "How many customers left High-Value Travelers for Declining in 2024?": "ENTERED_SEGMENT = 'Declining'",
    "Has higher credit limits: Texas or Florida?": "SELECT STATE_NAME, AVG_CREDIT_LIMIT",
    "Which category lost most revenue this year?": "COALESCE(BEFORE.TOTAL_REVENUE, 0) AS TOTAL_REVENUE_2023",
    "number of customers who moved, Texas, 2024": "CUSTOMERS.STATE_NAME = 'Texas' AND SEGMENT_HISTORY.SEGMENT_ASSIGNED",
    "spend by merchant category and cardholder age group": "SELECT MERCHANT_CATEGORY_NAME, AGE_GROUP, TOTAL_REVENUE",
    "maximum credit limit of customer C000001": "MAX(CREDIT_LIMIT) AS MAX_CREDIT_LIMIT",
    "Did we make any more in Q4 than in Q3 2024?": "AS TOTAL_REVENUE_Q3_2024",
    "states with over 60 median age": "MEDIAN_AGE > 60",
    "Texas and Florida: how much was spent in each last month?": "DATE '2024-11-01' AND DATE '2024-11-30'",
}


@pytest.mark.parametrize(("question", "piece"), EXACT.items())
def test_no_word_is_taken_for_another(ask: Ask, question: str, piece: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert piece in " ".join(found.sql.split())


OPEN = {
    "revenue in summer 2024": (Category.AMBIGUOUS_TIME, "summer"),
    "sales during the holidays": (Category.AMBIGUOUS_TIME, "the holidays"),
    "early 2024 revenue": (Category.AMBIGUOUS_TIME, "early"),
    "revenue as of June 2024": (Category.AMBIGUOUS_TIME, "as of"),
    "revenue by March 2024": (Category.AMBIGUOUS_TIME, "by March 2024"),
    "sales volume in 2024": (Category.AMBIGUOUS_MEASURE, "total revenue or transaction count"),
    "who are our loyal customers": (Category.AMBIGUOUS_CRITERION, "lifetime value, transaction count"),
    "List the High customers": (Category.AMBIGUOUS_VALUE, "churn risk category High or segment High-Value Travelers"),
    "Compare Entertainment with Dining in 2024": (
        Category.AMBIGUOUS_VALUE,
        "merchant category name Entertainment or category group Entertainment, and no figure",
    ),
    "count customers whose change is above 100": (
        Category.AMBIGUOUS_FILTER,
        "mom absolute change or mom percent change",
    ),
    "How many customers over 100?": (Category.AMBIGUOUS_FILTER, '"over 100" does not say of what'),
    "Revenue in Texas versus Gold in 2024": (Category.INCOMPLETE, '"versus"'),
    "revenue by kind": (Category.INCOMPLETE, '"by"'),
    "number of purchases returned in 2024": (Category.INCOMPLETE, "transaction type purchase alone"),
}


@pytest.mark.parametrize(("question", "asked"), OPEN.items())
def test_a_word_that_is_open_is_asked_about(ask: Ask, question: str, asked: tuple[Category, str]) -> None:
    found = ask(question)
    assert isinstance(found, Clarify), found
    assert found.category is asked[0]
    assert asked[1] in found.text
