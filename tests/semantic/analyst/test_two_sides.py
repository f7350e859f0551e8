"""Two sides that are held against each other: both figures, and what lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analyst_client.sql_check import check
from local_account.analyst import Answered
from tests.semantic.analyst.conftest import VIEW, sql_of

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

_CARDS = ("CARD_TYPE = 'Basic'", "CARD_TYPE = 'Silver'")
_STATES = ("STATE_NAME = 'Texas'", "STATE_NAME = 'Florida'")
_DAYS = ("IS_WEEKEND = TRUE", "IS_WEEKEND = FALSE")

# By a question, what the first and the second side are, and the figure of both: the difference is first less second.
DIFFERENCES = {
    "How much higher is the average credit limit of Basic customers than that of Silver customers?": (
        *_CARDS, "AVG_CREDIT_LIMIT",
    ),
    "How much lower is the average credit limit of Silver cardholders than of Basic cardholders?": (
        *_CARDS, "AVG_CREDIT_LIMIT",
    ),
    "median credit limit, Basic minus Silver": (*_CARDS, "MEDIAN_CREDIT_LIMIT"),
    "gap in average lifetime value between Silver and Basic clients (Basic less Silver)": (
        *_CARDS, "AVG_CUSTOMER_LTV",
    ),
    "By how much did the revenue of Basic customers exceed that of Silver customers in 2023?": (
        *_CARDS, "TOTAL_REVENUE",
    ),
    "How far are Silver cardholders behind Basic cardholders in average lifetime value?": (
        *_CARDS, "AVG_CUSTOMER_LTV",
    ),
    "How many more customers live in Texas than in Florida?": (*_STATES, "TOTAL_CUSTOMERS"),
    "difference between Texas and Florida in number of purchases in 2023": (*_STATES, "TRANSACTION_COUNT"),
    "How much do Texas and Florida differ in refund rate?": (*_STATES, "REFUND_RATE"),
    "Is the average age of Texas customers higher than that of Florida customers, and by how much?": (
        *_STATES, "AVG_AGE",
    ),
    "spread in median lifetime value between Texas and Florida": (*_STATES, "MEDIAN_CUSTOMER_LTV"),
    "compare the average age of Texas and Florida customers and show the difference": (*_STATES, "AVG_AGE"),
    "How much larger was the average purchase on weekends than on weekdays in 2023?": (
        *_DAYS, "AVG_TRANSACTION_VALUE",
    ),
    "difference in average daily revenue between weekends and weekdays": (*_DAYS, "AVG_DAILY_REVENUE"),
    "how much higher is the average age of customers at high risk of churn than of customers at low risk?": (
        "CHURN_RISK_CATEGORY = 'High'", "CHURN_RISK_CATEGORY = 'Low'", "AVG_AGE",
    ),
}  # fmt: skip


def _sides(sql: str) -> tuple[str, str]:
    """Return the parts of a statement that hold its two sides."""
    first, _, rest = sql.partition("SECOND_SIDE AS")
    return first, rest


@pytest.mark.parametrize(("question", "sides"), DIFFERENCES.items())
def test_a_difference_is_told_beside_both_figures(ask: Ask, question: str, sides: tuple[str, str, str]) -> None:
    sql = sql_of(ask, question)
    first, second = _sides(sql)
    assert sides[0] in first
    assert sides[1] not in first
    assert sides[1] in second
    assert sides[0] not in second
    assert f"METRICS CUSTOMERS.{sides[2]}" in first or f"METRICS TRANSACTIONS.{sides[2]}" in first
    assert "AS DIFFERENCE" in second
    check(sql, tuple(VIEW.split(".")), tuple)


def test_a_difference_is_told_of_each_group(ask: Ask) -> None:
    sql = sql_of(ask, "Revenue of Texas minus Florida by quarter of 2023, in dollars and percent")
    assert "FULL JOIN SECOND_SIDE ON FIRST_SIDE.TRANSACTION_QUARTER IS NOT DISTINCT FROM" in sql
    assert "DIFFERENCE_PERCENT" in sql
    assert sql.endswith("ORDER BY TRANSACTION_QUARTER")


def test_a_difference_of_two_periods_is_a_comparison(ask: Ask) -> None:
    asked = "How many more purchases did Gold customers make in Q2 2023 than in Q1 2023?"
    plain = "compare number of purchases of Gold customers in Q2 2023 and in Q1 2023"
    assert sql_of(ask, asked) == sql_of(ask, plain)


def test_less_of_another_period_is_a_comparison_by_groups(ask: Ask) -> None:
    plain = sql_of(ask, "compare refund amount in Q2 2023 with Q1 2023 by state")
    for asked in (
        "refund amount difference Q2 2023 minus Q1 2023 in dollars by state",
        "dollar variance of refund amount, Q2 2023 less Q1 2023, per state",
    ):
        assert sql_of(ask, asked) == plain


@pytest.mark.parametrize(
    "question",
    [
        "For each card type, what is total projected spend, the total credit limit and the difference between them?",
        "compare by card type the total projected spend with total credit limit, including the variance",
    ],
)
def test_a_difference_behind_two_figures_is_of_both(ask: Ask, question: str) -> None:
    sql = sql_of(ask, question)
    assert "CARD_TYPE" in sql
    assert "FIRST_SIDE.TOTAL_PROJECTED_LTV, 0) - COALESCE(SECOND_SIDE.TOTAL_CREDIT_LIMIT, 0) AS DIFFERENCE" in sql


# Several values in a row are one side, and "the others" are those who are not of the first one.
ROWS = {
    "How much more revenue did we get from Basic than from Gold and Silver together in 2023?": (
        "= 'Basic'", "IN ('Gold', 'Silver')",
    ),
    "revenue of Texas and Florida minus revenue of Vermont in 2023": ("IN ('Texas', 'Florida')", "= 'Vermont'"),
    "How much higher is the average age of Basic customers than that of all other customers?": (
        "CARD_TYPE = 'Basic'", "CARD_TYPE <> 'Basic'",
    ),
    "difference between lapsed and all other customers in average credit limit": (
        "CUSTOMER_STATUS = 'Lapsed'", "CUSTOMER_STATUS <> 'Lapsed'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("question", "sides"), ROWS.items())
def test_a_side_may_be_of_several_values(ask: Ask, question: str, sides: tuple[str, str]) -> None:
    first, second = _sides(sql_of(ask, question))
    assert sides[0] in first
    assert sides[1] in second
    assert sides[0] not in second


def test_a_change_is_ordered_in_the_unit_that_was_said(ask: Ask) -> None:
    asked = "change of refund amount {}from Q1 2023 to Q2 2023 by state, {}"
    assert "ORDER BY CHANGE DESC" in sql_of(ask, asked.format("in dollars ", "highest first"))
    assert "ORDER BY CHANGE_PERCENT DESC" in sql_of(ask, asked.format("", "highest first"))
    assert "ORDER BY CHANGE ASC" in sql_of(ask, asked.format("", "biggest drop first"))
    minus = "refund amount difference Q2 2023 minus Q1 2023 by state, biggest decrease on top"
    assert "ORDER BY CHANGE ASC" in sql_of(ask, minus)
    sides = "revenue of Texas minus Florida by category group, steepest decline first"
    assert "ORDER BY DIFFERENCE ASC" in sql_of(ask, sides)


def test_a_number_of_dollars_is_no_number_of_groups(ask: Ask) -> None:
    for asked in (
        "How many dollars more or less did each state spend in H2 2023 than in H1 2023?",
        "How many dollars more did each state spend in H2 2023 than in H1 2023?",
    ):
        found = ask(asked)
        assert not isinstance(found, Answered) or "COUNT(*)" not in found.sql


def test_two_figures_have_a_difference(ask: Ask) -> None:
    sql = sql_of(ask, "difference between total projected spend and total credit limit by card type")
    assert "FIRST_SIDE.TOTAL_PROJECTED_LTV, 0) - COALESCE(SECOND_SIDE.TOTAL_CREDIT_LIMIT, 0) AS DIFFERENCE" in sql


# By a question, the column that its quotient has.
QUOTIENTS = {
    "total spend of the last 90 days as a percentage of total credit limit by state": "IN_PERCENT",
    "For each segment, what is spend at risk as a percentage of lifetime value?": "IN_PERCENT",
    "refund amount in relation to total revenue, in percent, for each card type": "IN_PERCENT",
    "divide the number of 2023 purchases by the number of customers for each state": "RATIO",
    "average lifetime value divided by average credit limit by age group": "RATIO",
    "segment changes per 100 customers by card type": "PER_100",
    "For each 2023 quarter, divide refund amount by gross revenue and show it as a percentage": "IN_PERCENT",
    "For every state, divide 2023 refund amount by the number of 2023 refunds and rank from high to low": "RATIO",
    "total spend last 90 days / total credit limit in % by state": "IN_PERCENT",
    "divide the 2023 revenue of Gold by that of Basic": "RATIO",
    "How many times as much did Texas spend in 2023 as Florida did?": "RATIO",
    "refunds per 1,000 purchases by merchant category in 2023": "PER_1000",
}


@pytest.mark.parametrize(("question", "column"), QUOTIENTS.items())
def test_a_quotient_is_told_beside_both_figures(ask: Ask, question: str, column: str) -> None:
    sql = sql_of(ask, question)
    assert f"AS {column}" in sql
    check(sql, tuple(VIEW.split(".")), tuple)


# By a question, the condition by which groups are kept, and how they are told.
KEPT = {
    "In which quarters of 2023 did Declining have more revenue than Budget-Conscious?": (">", "TRANSACTION_QUARTER"),
    "months of 2023 with revenue Texas < revenue Florida, both amounts": ("<", "TRANSACTION_MONTH"),
    "Please list the quarters of 2023 when the number of purchases of Gold was below that of Basic": (
        "<", "TRANSACTION_QUARTER",
    ),
    "states where Gold customers have a higher average lifetime value than Platinum customers": (">", "STATE"),
    "Which states made more purchases in Grocery than in Restaurants in 2023?": (">", "STATE"),
    "states with more Gold customers than Silver customers": (">", "STATE"),
    "How many states had fewer purchases in Q4 2023 than in Q3 2023?": ("<", "STATE_COUNT"),
    "How many customers spent less on Travel than on Dining in 2023?": ("<", "CUSTOMER_ID_COUNT"),
}  # fmt: skip


@pytest.mark.parametrize(("question", "kept"), KEPT.items())
def test_groups_are_kept_where_one_side_has_more(ask: Ask, question: str, kept: tuple[str, str]) -> None:
    sql = sql_of(ask, question)
    assert f"\nWHERE {_amount(sql, 'FIRST')} {kept[0]} {_amount(sql, 'SECOND')}" in sql
    assert kept[1] in sql
    check(sql, tuple(VIEW.split(".")), tuple)


def _amount(sql: str, side: str) -> str:
    kept = sql.rpartition("\nWHERE ")[2]
    return next(part for part in kept.replace("\n", " > ").replace(" < ", " > ").split(" > ") if f"{side}_SIDE" in part)


# Two sides that are only put beside each other, where no single table tells both: each is a side.
BESIDE = {
    "What is the average age of customers who have ever bought in Hotels, and of customers who never have?": (
        "= 'Hotels'", "COALESCE(AMOUNT_1, 0) = 0",
    ),
    "Do customers with a Hotels purchase have a higher average credit limit than those without any?": (
        "= 'Hotels'", "COALESCE(AMOUNT_1, 0) = 0",
    ),
    "average age of clients who bought in Electronics vs clients who never did": (
        "= 'Electronics'", "COALESCE(AMOUNT_1, 0) = 0",
    ),
    "What was the refund rate in 2023 of customers at medium risk of churn compared with customers at low risk?": (
        "CHURN_RISK_CATEGORY = 'Medium'", "CHURN_RISK_CATEGORY = 'Low'",
    ),
    "average purchase of customers at high risk vs low risk": ("CATEGORY = 'High'", "CATEGORY = 'Low'"),
    "median age, favorite category Hotels vs Electronics": ("TOP_CATEGORY_1 = 'Hotels'", "TOP_CATEGORY_1 = 'Elect"),
    "total projected spend next to the total credit limit, per state": ("TOTAL_PROJECTED_LTV", "TOTAL_CREDIT_LIMIT"),
}  # fmt: skip


@pytest.mark.parametrize(("question", "sides"), BESIDE.items())
def test_two_sides_are_put_beside_each_other(ask: Ask, question: str, sides: tuple[str, str]) -> None:
    sql = sql_of(ask, question)
    first, second = _sides(sql)
    assert sides[0] in first
    assert sides[1] not in first
    assert sides[1] in second
    check(sql, tuple(VIEW.split(".")), tuple)


def test_several_figures_of_both_halves_of_a_year(ask: Ask) -> None:
    sql = sql_of(ask, "number of purchases and refund amount, first half 2023 vs second half 2023, by state")
    for name in ("TRANSACTION_COUNT", "REFUND_AMOUNT"):
        assert f"AS {name}_H1_2023" in sql
        assert f"AS {name}_CHANGE_PERCENT" in sql
    both = sql_of(ask, "By state, show the revenue for H1 2023 and for H2 2023")
    assert both == sql_of(ask, "compare revenue in H1 2023 and H2 2023 by state")


def test_purchases_are_listed_with_who_made_them_and_not_counted_one_by_one(ask: Ask) -> None:
    sql = sql_of(ask, "List date, customer id and amount of the 7 largest purchases in May 2023")
    assert "TRANSACTION_COUNT" not in sql
    assert "CUSTOMER_ID" in sql
    assert sql.endswith("LIMIT 7")
    assert not isinstance(ask("number of purchases by transaction id in May 2023"), Answered)


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between lifetime value and churn probability?",  # of whom, and of which unit
        "difference in revenue",
        "divide revenue by 12",
        "Revenue per customer in Florida compared with the average of all states",  # one side would be told alone
        "gap between Platinum and Texas in revenue",  # no two values of one dimension
        "How much higher is revenue than last time?",
        "By how much does Gold exceed Platinum?",  # in what
        "How much higher will revenue of Gold be than of Basic next year?",
        "Why is revenue of Gold lower than that of Basic?",
    ],
)
def test_what_is_open_about_two_sides_is_asked_back(ask: Ask, question: str) -> None:
    assert not isinstance(ask(question), Answered)


# What reads alike and is no difference of two sides.
OTHERS = {
    "revenue as a share of the total by segment": "SHARE_PERCENT",
    "travel spend as a percentage of total revenue in 2023": "SHARE_PERCENT",
    "Which customers spent more in 2024 than in 2023?": "AMOUNT_BEFORE_1",
    "Do Platinum customers have a higher average lifetime value than Gold ones?": "GROUP",
    "customers who spent less than 500 in 2023": "< 500",
}


@pytest.mark.parametrize("question", OTHERS)
def test_other_questions_have_no_sides(ask: Ask, question: str) -> None:
    assert "FIRST_SIDE" not in sql_of(ask, question)
