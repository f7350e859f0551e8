"""Shares: which conditions make the part and which the whole, in whatever order they are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Clarify
from tests.semantic.analyst.conftest import sql_of

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

TEXAS, GOLD = "CUSTOMERS.STATE_NAME = 'Texas'", "CUSTOMERS.CARD_TYPE = 'Gold'"
# Gold of Texas: a share of those in Texas, with a verb or without one, the sign of percent first or last.
OF_TEXAS = (
    "% of Texas customers with Gold card",
    "% Texas customers with a Gold card",
    "percentage of Texas customers with Gold card",
    "share of customers in Texas with a Gold card",
    "percentage of Gold customers in Texas",
    "% Gold among Texas customers",
    "What portion of Texas customers have a Gold card?",
    "What fraction of the clients in Texas hold Gold?",
    "From the clients who live in Texas, how many percent are having a Gold card?",
)
# A share of purchases that were refunded is the refund rate of the same purchases.
REFUNDED = (
    "What percentage of electronics purchases ended up being refunded?",
    "share of orders in Electronics that were returned",
    "How often are electronics purchases refunded?",
    "return rate of electronics purchases",
)
# One figure, though those who spend are named in the plural.
OF_ALL = (
    "How much money in total was spent by the customers on the federal holidays of 2024?",
    "how much was spent overall by our customers on federal holidays in 2024",
)


def _sql(ask: Ask, question: str) -> str:
    return " ".join(sql_of(ask, question).split())


@pytest.mark.parametrize("question", OF_TEXAS)
def test_a_share_is_taken_within_the_rows_that_are_looked_at(ask: Ask, question: str) -> None:
    whole, part = _sql(ask, question).split("PART AS (")
    assert TEXAS in whole
    assert GOLD not in whole
    assert GOLD in part


def test_a_share_whose_whole_is_open_is_asked_about(ask: Ask) -> None:
    found = ask("% of Gold customers in Declining")
    assert isinstance(found, Clarify), found
    assert "share of Gold among Declining" in found.text


def test_a_value_before_its_share_is_the_part_of_each_group(ask: Ask) -> None:
    whole, part = _sql(ask, "travel share of revenue by segment 2024").split("PART AS (")
    assert "'Travel'" in part
    assert "'Travel'" not in whole


def test_a_share_of_a_total_is_a_share(ask: Ask) -> None:
    assert "PART AS" in _sql(ask, "what part of total sales in 2024 is accounted for by Platinum customers")


@pytest.mark.parametrize("question", REFUNDED)
def test_a_share_that_was_refunded_is_the_refund_rate(ask: Ask, question: str) -> None:
    sql = _sql(ask, question)
    assert "METRICS TRANSACTIONS.REFUND_RATE" in sql
    assert "'Electronics'" in sql


@pytest.mark.parametrize("question", OF_ALL)
def test_what_is_spent_by_all_is_one_figure(ask: Ask, question: str) -> None:
    assert _sql(ask, question).startswith("SELECT TOTAL_REVENUE FROM")


def test_what_was_refunded_by_group_is_summed(ask: Ask) -> None:
    assert "METRICS TRANSACTIONS.REFUND_AMOUNT" in _sql(ask, "How much was refunded per merchant category in 2024?")


@pytest.mark.parametrize(
    "question",
    [
        "How many accounts had been opened in total by the end of each month of 2023?",
        "By the end of each month of 2023, how many customers had joined us altogether up to then?",
        "cumulative number of accounts opened, at the end of each month of 2023",
    ],
)
def test_what_was_there_by_the_end_of_each_month_counts_from_the_first_day(ask: Ask, question: str) -> None:
    sql = sql_of(ask, question)
    assert "ACCOUNT_OPEN_DATE <= DATE '2023-12-31'" in sql
    assert "WHERE ACCOUNT_OPEN_MONTH >= DATE '2023-01-01'\nORDER BY ACCOUNT_OPEN_MONTH" in sql
    within = sql_of(ask, "running total of accounts opened by month in 2023")
    assert "BETWEEN DATE '2023-01-01'" in within
