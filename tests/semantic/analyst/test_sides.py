"""Two sides that are held against each other have a figure each, however the question puts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# By the question, the dimension by which its two sides are told.
SIDES = {
    "Which is higher, the average purchase of Platinum or of Basic cardholders?": "CARD_TYPE",
    "Is the share of lapsed customers bigger for Gold or for Silver?": "CARD_TYPE",
    "Do active customers have a higher credit limit on average than lapsed ones?": "CUSTOMER_STATUS",
    "Are Gold customers older than Silver ones on average?": "CARD_TYPE",
    "avg ticket on Saturdays and on Sundays?": "WEEKDAY",
    "weekend or weekday spending in 2024 - how do they compare?": "IS_WEEKEND",
    "Do we sell more on weekends or on weekdays?": "IS_WEEKEND",
    "Is revenue higher in Texas or in Florida?": "STATE_NAME",
    "Do more people live in California or Texas?": "STATE_NAME",
    "Are there more Gold or Silver customers?": "CARD_TYPE",
    "Who spends more on average, Gold or Silver customers?": "CARD_TYPE",
    "Do Platinum customers have a longer tenure than Basic ones?": "CARD_TYPE",
    "revenue in Texas and in Florida": "STATE_NAME",
    "How many customers are in Texas and how many in Florida?": "STATE_NAME",
    "Number of Gold customers and number of Silver customers": "CARD_TYPE",
    "Lapsed customers: how many among the Basic holders and how many among the Gold holders?": "CARD_TYPE",
    "Could you show the 2 cities with the most revenue in each of Texas, Florida and California?": "STATE_NAME",
}


@pytest.mark.parametrize(("question", "dimension"), SIDES.items())
def test_each_side_has_a_figure(ask: Ask, question: str, dimension: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert f".{dimension}" in found.sql.split("WHERE", maxsplit=1)[0]


# Two periods are compared as such; a question for a correlation, or for rows with both, has no sides.
OTHERS = {
    "Did more customers join in 2022 or in 2023?": "2022-01-01",
    "Was revenue in 2023 higher than in 2024?": "CHANGE",
    "Do older customers have a longer tenure? Give me the correlation": "CORR(AGE, ACCOUNT_TENURE_DAYS)",
    "Which customers live in Texas and in Florida?": "IN ('Texas', 'Florida')",
    "Has higher credit limits: Texas or Florida?": "METRICS CUSTOMERS.AVG_CREDIT_LIMIT",
    "Texas and Florida: how many refunds were made in each last month?": "BETWEEN DATE '2024-11-01'",
    "revenue on Saturdays and Sundays together": "IN ('Saturday', 'Sunday')",
}


@pytest.mark.parametrize(("question", "piece"), OTHERS.items())
def test_what_has_no_two_values_is_read_otherwise(ask: Ask, question: str, piece: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert piece in found.sql
