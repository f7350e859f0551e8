"""What somebody had more or less of in some days than in others: chosen, counted, and who rose or fell most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analyst_client.sql_check import check
from local_account.analyst import Answered
from tests.semantic.analyst.conftest import VIEW, sql_of

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# By a plain question, others that ask the same.
ALIKE = {
    "number of customers who had over 25 % less revenue in Q2 2024 than in Q1 2024": [
        "How many customers spent over 25% less in Q2 2024 than in Q1 2024?",
        "count the customers whose spend fell by more than 25 percent from Q1 2024 to Q2 2024",
        "How many clients cut their spending by more than a quarter between Q1 2024 and Q2 2024?",
        "number of customers whose spend in Q2 2024 was more than 25 percent below that of Q1 2024",
        "number of customers whose spend dropped by over 25%, Q2 2024 vs Q1 2024",
    ],
    "customers by card type who had at least 50 % less revenue in the last 90 days than in the previous 90 days": [
        "customers by card type whose spend of the last 90 days was down by at least half on the 90 days before",
        "how many customers by card type whose spend halved in the last 90 days compared with the 90 days before",
    ],
    "number of customers who had at least 100 % more purchases in 2024 than in 2023": [
        "How many customers doubled their purchases from 2023 to 2024?",
        "How many customers bought at least twice as often in 2024 as in 2023?",
    ],
    "share of customers who had more purchases in 2024 than in 2023 in percent": [
        "What percentage of customers whose number of purchases in 2024 exceeded that in 2023?",
    ],
    "customers who had less revenue in Q3 2024 than in Q2 2024": [
        "customers whose spend dropped from Q2 2024 to Q3 2024",
        "customers whose spend in Q3 2024 was lower than in Q2 2024",
    ],
    "which 4 customers saw their number of purchases rise the most in Q3 2024 compared with Q2 2024": [
        "4 customers with the largest increase in number of purchases from Q2 2024 to Q3 2024",
        "the 4 clients whose number of purchases grew the most from Q2 2024 to Q3 2024, and by how much",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("plain", "other"), [(plain, other) for plain, others in ALIKE.items() for other in others])
def test_a_change_of_each_row_is_read_alike(ask: Ask, plain: str, other: str) -> None:
    sql = sql_of(ask, other)
    assert sorted(sql.split()) == sorted(sql_of(ask, plain).split())
    check(sql, tuple(VIEW.split(".")), tuple)


def test_a_list_tells_both_figures_and_the_change_in_percent(ask: Ask) -> None:
    sql = sql_of(ask, "Which Gold customers spent over 40 % less in Q2 2024 than in Q1 2024?")
    assert "COALESCE(AMOUNT_BEFORE_1, 0) > 0 AND COALESCE(AMOUNT_1, 0) < 0.6 * COALESCE(AMOUNT_BEFORE_1, 0)" in sql
    assert "AS TOTAL_REVENUE_Q2_2024" in sql
    assert "AS TOTAL_REVENUE_Q1_2024" in sql
    assert sql.endswith("ORDER BY CHANGE_PERCENT ASC NULLS LAST, CHOSEN.CUSTOMER_ID")


def test_a_list_is_asked_for_with_the_columns_that_it_has_anyway(ask: Ask) -> None:
    asked = "Which customers spent over 30% less in Q2 2024 than in Q1 2024? Show name{}, biggest drop first"
    plain = sql_of(ask, asked.format(""))
    assert "NAME" in plain
    assert sql_of(ask, asked.format(", both amounts and percentage change")) == plain
    assert not isinstance(ask("customers with spend over 5000, with name and percentage change"), Answered)


def test_the_most_in_percent_is_ranked_in_percent(ask: Ask) -> None:
    asked = "Which three customers saw their spend fall the most in {} in Q2 2024 compared with Q1 2024"
    assert "ORDER BY CHANGE_PERCENT ASC" in sql_of(ask, asked.format("percent"))
    assert "ORDER BY CHANGE ASC" in sql_of(ask, asked.format("dollars"))


@pytest.mark.parametrize(
    "question",
    [
        "How many customers spent 50% less in Q2 2024?",  # than when
        "customers whose spend fell by more than half",
        "number of customers whose spend grew by less than 10 % from 2023 to 2024",  # those who spent less, too
        "How many customers spent half as much in 2024 as in 2023?",  # exactly, or at most
    ],
)
def test_what_is_open_about_a_change_is_asked_back(ask: Ask, question: str) -> None:
    assert not isinstance(ask(question), Answered)
