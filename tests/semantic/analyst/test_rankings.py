"""Percentiles, places in a ranking, shares within each group, growth from unit to unit: as strangers ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# By a question, pieces of its SQL, each of which has to be there; none where it is asked back.
ASKED: dict[str, tuple[str, ...] | None] = {
    # several functions of one figure
    "What are the 10th, 50th and 90th percentiles of credit limit by card type?": ("(0.1)", "(0.5)", "(0.9)"),
    "p10 and p90 credit limit": ("PERCENTILE_CONT(0.1)", "PERCENTILE_CONT(0.9)"),
    "age percentiles 10, 50, 90": ("(0.1)", "(0.5)", "(0.9)"),
    "At what age do the 25th and 75th percentiles of our Gold customers lie?": ("(0.25)", "(0.75)", "= 'Gold'"),
    "the lower quartile and the upper quartile of age per segment": ("(0.25)", "(0.75)", "CUSTOMERS.SEGMENT"),
    "20th and 80th percentile of customer spend over the last 90 days by state": ("(0.8)", "LTV_LAST_90_DAYS"),
    "median of the spend per customer over the last 365 days": ("MEDIAN(LTV_LAST_365_DAYS)",),
    "p90 of the transaction value in Travel": ("TRANSACTION_TYPE = 'purchase'", "(0.9)"),
    # the place of one value
    "Which rank does Florida hold among all states by revenue in 2023?": ("RANK() OVER", "STATE_NAME = 'Florida'"),
    "What's the rank of Travel among category groups by revenue?": ("RANK() OVER", "CATEGORY_GROUP = 'Travel'"),
    "Rank of C000042 by lifetime value": ("ORDER BY LIFETIME_VALUE DESC", "CUSTOMER_ID = 'C000042'"),
    "Where does Gold stand in the ranking of card types by average credit limit?": ("ORDER BY AVG_CREDIT_LIMIT DESC",),
    "rank of Texas by 2023 revenue among states": ("DATE '2023-01-01'", "PLACE"),
    "Ranked by revenue in 2024, which place among the states does NY take?": ("STATE = 'NY'", "PLACES"),
    "How does Declining rank among segments by refund rate?": ("ORDER BY REFUND_RATE DESC", "SEGMENT = 'Declining'"),
    # a share of those before a superlative
    "the 10% biggest customers by revenue": ("ROWS_IN_ALL * 0.1)",),
    "What share of revenue in 2023 do the 5% highest spenders make up?": ("ROWS_IN_ALL * 0.05)",),
    # shares within each group
    "How is each card type's 2023 revenue split across the age groups, in percent of the card type's total?": (
        "PARTITION BY CARD_TYPE",
    ),
    "age group share of each segment's spend in 2023, percent within segment": ("PARTITION BY SEGMENT",),
    "For every state, show what share of its own 2023 revenue each category group brought in": ("PARTITION BY STATE",),
    "For each card type, what proportion of its 2023 revenue came from discretionary merchant categories?": (
        "DIMENSIONS CUSTOMERS.CARD_TYPE\n",
    ),
    "moves out of Declining by new segment, in percent": ("PREVIOUS_SEGMENT = 'Declining'", "OVER ()"),
    "Out of all purchases in 2023, how many percent took place on weekends?": ("IS_WEEKEND = TRUE", "SHARE_PERCENT"),
    # from unit to unit of time
    "purchases by month in 2023 with the change on the previous month": ("DATEADD('month', -1", "TRANSACTION_COUNT"),
    "For each month of 2023, what was the percentage change in refunds against the previous month?": (
        "DATEADD('month', -1",
    ),
    "accounts opened per year with percent change to prior year": ("ACCOUNT_OPEN_YEAR - 1",),
    "By how many percent did spend in Q3 2024 differ from that in Q2 2024?": ("CHANGE_PERCENT", "'2024-04-01'"),
    "ytd turnover by month in 2023": ("RUNNING_TOTAL_REVENUE",),
    "cumulative purchases at the end of each quarter of 2023": ("RUNNING_TRANSACTION_COUNT", "QUARTER"),
    # who made the largest of each
    "smallest purchase per age group with the id of the customer": ("PARTITION BY AGE_GROUP", "CUSTOMER_ID"),
    "What was the biggest purchase in each state, and which customer made it?": ("PARTITION BY STATE", "CUSTOMER_ID"),
    # conditions of each of two things bought, and different things bought
    "Count customers who purchased something in Travel but nothing in Dining during 2023": (
        "CATEGORY_GROUP = 'Travel' AND TRANSACTIONS.TRANSACTION_DATE BETWEEN DATE '2023-01-01'",
        "CATEGORY_GROUP = 'Dining' AND TRANSACTIONS.TRANSACTION_DATE BETWEEN DATE '2023-01-01'",
    ),
    "How many Gold customers bought in at least 5 merchant categories in 2023?": ("COUNT(DISTINCT", ">= 5"),
    # averages that move, and equal groups
    "a rolling three-month average of monthly spend for all months in 2023": (
        "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW",
        "DATE '2022-11-01'",
        ">= DATE '2023-01-01'",
    ),
    "4-week moving average of purchases by week in 2023": ("3 PRECEDING", "DATE '2022-12-1"),
    "Show the four month moving average of revenue by month in 2024": ("3 PRECEDING", "DATE '2023-10-01'"),
    "moving average of revenue over the months": None,  # over how many
    "average credit limit by decile of age": ("NTILE(10) OVER (ORDER BY AGE", "AVG(CREDIT_LIMIT)"),
    "Split customers into four equal groups by lifetime value and show the median age of each": ("NTILE(4)", "MEDIAN"),
    "average lifetime value per credit limit quintile": ("NTILE(5) OVER (ORDER BY CREDIT_LIMIT",),
    # beside the average, and beside the first rows
    "How many customers have a credit limit below the median?": ("COUNT_IF(CREDIT_LIMIT < MEDIAN_CREDIT_LIMIT)",),
    "list customers with above-average lifetime value": ("WHERE LIFETIME_VALUE > AVG_LIFETIME_VALUE",),
    "number of customers whose age exceeds the overall average age by segment": ("COUNT_IF(AGE > AVG_AGE)", "SEGMENT"),
    "How many Gold customers have a lifetime value above the average?": None,  # of all, or of Gold customers
    "average age of the top 5% of customers by lifetime value compared with everybody else": ("'first', 'rest'",),
    "How many Gold customers have a credit limit above the average of all customers?": ("'Gold'", "CROSS JOIN"),
    # frames of these forms
    "Which amount do 90% of the purchases in Travel not exceed?": ("(0.9)", "'Travel'"),
    "the amount that 75% of purchases in Grocery never exceed": ("(0.75)", "'Grocery'"),
    "Count customers per state and keep only the states with more than 5": ("TOTAL_CUSTOMERS > 5",),
    "rank the segments by revenue, with the lowest in first place": ("ORDER BY TOTAL_REVENUE ASC",),
    "A league table of states by refund rate, with their places": ("ORDER BY REFUND_RATE DESC",),
    "the three states that come last in average age": ("AVG_AGE ASC", "LIMIT 3"),
    "For each state, single out the 2 customers that lead in credit limit": ("PARTITION BY STATE", "<= 2"),
    "a cross table of states against card types with the number of customers": (
        "CUSTOMERS.STATE, CUSTOMERS.CARD_TYPE",
    ),
    "customers with purchases in 5 or more categories in 2023, count": ("COUNT(DISTINCT", ">= 5", "'2023-01-01'"),
    "Number of shoppers who used their card in 5 categories or more during 2023": (">= 5", "COUNT(DISTINCT"),
    "Of all moves out of Declining, what share led to each other segment?": ("OVER ()", "= 'Declining'"),
    "In which quarter of 2023 did the most customers buy something, and how many were they?": (
        "PURCHASING_CUSTOMERS DESC",
        "LIMIT 1",
    ),
    "number of customers per state whose 2023 spend on Dining was over 500 dollars": ("> 500", "'Dining'"),
    "how many customers used their card for Travel but never for Dining in 2023": ("CONDITION_2", "'Dining'"),
    "average age by state, counting only states where we have 10 customers or more": ("TOTAL_CUSTOMERS >= 10",),
    # several shares, and things of different kinds
    "share of revenue and share of purchases by segment": ("REVENUE_SHARE_PERCENT", "COUNT_SHARE_PERCENT"),
    "percent of customers next to the percent of total credit limit by state": ("LIMIT_SHARE_PERCENT",),
    "average number of different categories per buyer in 2023 by segment": ("AVG(DIFFERENT_", "COUNT(DISTINCT"),
    "customers by tenure group, in absolute numbers and in percent": ("TOTAL_CUSTOMERS", "SHARE_PERCENT"),
    # the figure of groups that a comparison is about, told elsewhere
    "Show the refund rate by category, but only where it exceeds 4%": ("REFUND_RATE > 4",),
    "states by revenue, best at the top": ("ORDER BY TOTAL_REVENUE DESC",),
    # words that only lead up to a figure, and a table that is no state
    "Find the worst month for revenue in 2023 and state the amount": ("DIMENSIONS TRANSACTIONS.TRANSACTION_MONTH\n",),
    "state with the highest spend in 2023, with amount": ("METRICS TRANSACTIONS.TOTAL_REVENUE\n",),
    "Sort the states by 2023 revenue per customer, lowest first, and show the first 5": ("RATIO ASC", "LIMIT 5"),
    "Transactions and average ticket in 2023, holders of a Gold card versus holders of a Basic card": (
        "TRANSACTION_COUNT",
        "AVG_TRANSACTION_VALUE",
    ),
}


@pytest.mark.parametrize(("question", "pieces"), ASKED.items())
def test_what_a_stranger_asks_is_answered(ask: Ask, question: str, pieces: tuple[str, ...] | None) -> None:
    found = ask(question)
    assert isinstance(found, Answered) == (pieces is not None), found
    if pieces is None or not isinstance(found, Answered):
        return
    assert [piece for piece in pieces if piece not in found.sql] == []


# What is near these and means another thing: a piece of SQL that has to be there, or none where it is asked back.
BESIDE: dict[str, str | None] = {
    "top 10 customers by revenue": "LIMIT 10",
    "rank states by revenue in 2024": "ORDER BY TOTAL_REVENUE DESC",
    "What place does Texas take among states?": None,
    "average and total lifetime value by segment": "TOTAL_CUSTOMER_LTV",
    "p10 and number of purchases": None,
    "Within each segment, what share of revenue went to Travel, Dining and Shopping?": None,
    "What share of revenue came from Travel and Dining?": "IN ('Travel', 'Dining')",
    "What share of moves out of Declining went into New & Growing?": "'New & Growing'",
    "revenue by state in the previous month": "DIMENSIONS CUSTOMERS.STATE",
    "How many customers bought in Travel in 2023 but not in Dining in 2024?": "BETWEEN DATE '2023-01-01'",
    "states with 2024 revenue above 500,000, with the revenue": "CONDITION_1 AS TOTAL_REVENUE",
    "How many Gold customers are at medium or high risk of churn?": "CUSTOMER_STATUS <> 'Lapsed'",
    "How many lapsed customers are at medium or high risk of churn?": "CUSTOMER_STATUS = 'Lapsed'",
    "For each card type, how high is the churn probability on average?": "METRICS CUSTOMERS.AVG_CHURN_PROBABILITY",
    "average churn probability of lapsed customers": "FACTS CUSTOMERS.CHURN_PROBABILITY",
    "What percentage of the customers in each card type is at high risk of churn?": "DIMENSIONS CUSTOMERS.CARD_TYPE",
    "What share of the Gold group is under 30?": "CARD_TYPE = 'Gold'",
    "Number of Gold customers with no Dining purchases in 2023": "COALESCE(AMOUNT_1, 0) = 0",
    "How many customers made at least 5 Hotels purchases?": ">= 5",
    "Customers without a purchase": "NOT_YET_ACTIVE_CUSTOMERS",
    "How much is each card type projected to spend in the next 12 months?": "TOTAL_PROJECTED_LTV",
    "largest purchase per card type": "MAX_TRANSACTION_VALUE",
    "customers with at least 10 purchases in Travel": ">= 10",
    "average credit limit by segment, only customers over 40": "AGE > 40",
    "average credit limit of the top 10% of customers by age": "PLACE <= CEIL",
    "How many different categories are there?": "COUNT(DISTINCT",
    "purchases over 100 in at least 5 states": None,
    "customers who spent at least 10 in Travel": ">= 10",
    "Show each state's top customer by revenue, best at the top": "PARTITION BY STATE",
    "Which segment lost most revenue this year?": "AS CHANGE",
    "How many customers over 100?": None,  # years, or dollars
    "Customers who moved Texas vs Florida 2024": "METRICS SEGMENT_HISTORY.CUSTOMERS_WHO_MOVED",
}


@pytest.mark.parametrize(("question", "piece"), BESIDE.items())
def test_what_is_near_is_not_taken_for_it(ask: Ask, question: str, piece: str | None) -> None:
    found = ask(question)
    assert isinstance(found, Answered) == (piece is not None), found
    if piece is not None and isinstance(found, Answered):
        assert piece in found.sql
