"""Bands of values that a question names itself: each with its own figures, as one condition would tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analyst_client.sql_check import check
from local_account.analyst import Answered
from tests.semantic.analyst.conftest import VIEW, sql_of

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# By a question, the figure that its bands are of, and what is asked of each band with its name.
BANDS = {
    "customers by lifetime purchases under 50, 50-149, 150+": (
        "CUSTOMERS.LIFETIME_PURCHASES",
        {"under 50": "< 50", "50 to 149": "BETWEEN 50 AND 149", "150 and over": ">= 150"},
    ),
    "How many customers have a credit limit below $3,000, from $3,000 to under $8,000, and $8,000 or more?": (
        "CUSTOMERS.CREDIT_LIMIT",
        {"under 3,000": "< 3000", "3,000 to under 8,000": ">= 3000", "8,000 and over": ">= 8000"},
    ),
    "clients by days since last purchase, bands 0-14, 15-45, over 45": (
        "CUSTOMERS.DAYS_SINCE_LAST_TRANSACTION",
        {"0 to 14": "BETWEEN 0 AND 14", "15 to 45": "BETWEEN 15 AND 45", "over 45": "> 45"},
    ),
    "Split the customers into two groups by age (below 40, 40 and above) and say how many are in each": (
        "CUSTOMERS.AGE", {"under 40": "< 40", "40 and over": ">= 40"},
    ),
    "Please sort clients into lifetime value bands of less than 2,000, 2,000 up to but not including 9,000, and at "
    "least 9,000, and count each band": (
        "CUSTOMERS.LIFETIME_VALUE",
        {"under 2,000": "< 2000", "2,000 to under 9,000": ">= 2000", "9,000 and over": ">= 9000"},
    ),
    "Count customers whose LTV is under 3k, those from 3k to just below 10k and those at 10k or above": (
        "CUSTOMERS.LIFETIME_VALUE", {"under 3,000": "< 3000", "10,000 and over": ">= 10000"},
    ),
    "recency distribution in buckets of 0-10, 11-20 and above 20 days": (
        "CUSTOMERS.DAYS_SINCE_LAST_TRANSACTION", {"0 to 10": "BETWEEN 0 AND 10", "over 20": "> 20"},
    ),
    "How many purchases in 2023 were under 30 dollars, 30 to 49, and 50 or more?": (
        "TRANSACTIONS.TRANSACTION_AMOUNT",
        {"under 30": "< 30", "30 to 49": "BETWEEN 30 AND 49", "50 and over": ">= 50"},
    ),
    "How many purchases in 2023 were under 15 dollars, 15 to 79, and 80 or more?": (
        "TRANSACTIONS.TRANSACTION_AMOUNT",
        {"under 15": "< 15", "15 to 79": "BETWEEN 15 AND 79", "80 and over": ">= 80"},
    ),
    "average credit limit by age: 18-34, 35-54, 55 or older": (
        "CUSTOMERS.AGE", {"18 to 34": "BETWEEN 18 AND 34", "55 and over": ">= 55"},
    ),
    "customers in Texas by age 20-29, 40-49": (  # a gap between bands that are called by what they are of
        "CUSTOMERS.AGE", {"20 to 29": "BETWEEN 20 AND 29", "40 to 49": "BETWEEN 40 AND 49"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("question", "told"), BANDS.items())
def test_each_band_is_told_by_its_name(ask: Ask, question: str, told: tuple[str, dict[str, str]]) -> None:
    sql = sql_of(ask, question)
    figure, bands = told
    parts = sql.split("UNION ALL")
    for name, test in bands.items():
        part = next(part for part in parts if f"'{name}' AS BAND" in part)
        assert f"{figure} {test}" in part
    assert sql.endswith("ORDER BY BAND_NUMBER")
    check(sql, tuple(VIEW.split(".")), tuple)


def test_an_end_that_is_not_in_the_band_is_left_out(ask: Ask) -> None:
    sql = sql_of(ask, "number of customers by LTV band - under 4000, 4000 to under 7000, 7000 and over")
    assert "CUSTOMERS.LIFETIME_VALUE >= 4000 AND CUSTOMERS.LIFETIME_VALUE < 7000" in sql


def test_what_else_is_said_holds_for_each_band(ask: Ask) -> None:
    filtered = sql_of(ask, "customers in Texas by lifetime purchases under 50, 50 or more")
    assert filtered.count("STATE_NAME = 'Texas'") == 2
    dated = sql_of(ask, "total revenue in 2023 by age under 35, 35-59, 60+")
    assert dated.count("DATE '2023-12-31'") == 3
    grouped = sql_of(ask, "number of customers by card type by lifetime purchases under 50, 50+")
    assert "SELECT BAND, CARD_TYPE, TOTAL_CUSTOMERS" in grouped
    assert grouped.endswith("ORDER BY BAND_NUMBER, CARD_TYPE")


@pytest.mark.parametrize(
    "question",
    [
        "customers by number of purchases in last 60 days, bands 0, 1-5, over 5",
        "How many customers made no purchase, 1 to 5, or more than 5 purchases in the last 60 days?",
        "Please group customers by how many purchases they made in the last 60 days, using 0, 1-5 and more than 5",
    ],
)
def test_bands_of_a_figure_that_is_counted_keep_those_who_have_none(ask: Ask, question: str) -> None:
    sql = sql_of(ask, question)
    for test in ("BETWEEN 0 AND 0", "BETWEEN 1 AND 5", "> 5"):
        assert f"COALESCE(AMOUNT_1, 0) {test}" in sql
    assert sql.count("COUNT(*) AS TOTAL_CUSTOMERS") == 3


def test_the_reading_says_the_bands_and_what_is_in_none(ask: Ask) -> None:
    found = ask("customers by age under 30, 40-49, 60+")
    assert isinstance(found, Answered)
    assert found.reading.startswith("By age in bands: under 30; 40 to 49; 60 and over. Rows in none of them")


# What names no bands, or leaves open which.
OTHERS = [
    "number of customers with lifetime purchases between 50 and 149",
    "How many customers are aged 18 to 25, or over 60?",
    "customers aged 18 to 25, or over 60",
    "How many customers are under 30 and over 60?",
    "customers with a credit limit over 3000 and under 8000",
    "customers with credit limit over 5000",
    "customers by age 0-30, 30-60",  # thirty is in both
    "split customers into four groups by age: under 30, 30-49, 50+",  # there are three
    "revenue in 2023 and 2024",
    "number of purchases by day 1-10, 11-20, 21-31",  # of the month, and no amounts
    "number of customers by state are 18-30, 31-50",
    "customers by shoe size under 40, 40-43, 44+",
    "customers by age under 30, 30-49, 50+ and by the moon",
    "list customers by age under 30, 30-49, 50+",
    "top 5 customers by revenue, aged 20-29, 30-39",
]


@pytest.mark.parametrize("question", OTHERS)
def test_other_questions_have_no_bands(ask: Ask, question: str) -> None:
    found = ask(question)
    assert not isinstance(found, Answered) or " AS BAND" not in found.sql


@pytest.mark.parametrize("question", [q for q in OTHERS if "," in q])
def test_what_is_open_about_bands_is_asked_back(ask: Ask, question: str) -> None:
    assert not isinstance(ask(question), Answered)


def test_a_band_of_the_model_is_no_condition_beside_other_bands(ask: Ask) -> None:
    asked = "How many customers have a credit limit under 5,000, from 5,000 to 9,999, and of 20,000 and over?"
    assert "CREDIT_LIMIT < 5000 AND" not in getattr(ask(asked), "sql", "")
