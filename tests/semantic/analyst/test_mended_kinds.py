"""Kinds of sentences that got another table in silence: what each asks for, in words of other colleagues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered
from tests.semantic.analyst.conftest import sql_of

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# By a plain question, others that ask the same.
ALIKE = {
    "how many customers have days since last transaction between 20 and 45": [
        "How many customers made their last purchase between 20 and 45 days ago?",
        "number of clients who last bought 20 to 45 days ago",
        "count the customers whose most recent purchase is from 20 to 45 days back",
    ],
    "how many customers bought from at least 7 different merchant categories in 2023": [
        "How many clients made purchases in no fewer than 7 different merchant categories in 2023?",
        "number of customers who bought in at least 7 merchant categories in 2023",
        "How many customers with purchases in 7 or more distinct merchant categories in 2023?",
    ],
    "how many customers bought in Hotels in 2023 but not in Airlines in 2023": [
        "number of clients who bought in Hotels in 2023 yet never in Airlines that year",
        "count the customers who made a purchase in Hotels in 2023 and none in Airlines that year",
    ],
    "compare average credit limit of active customers and of lapsed customers": [
        "average credit limit of active customers and of lapsed customers",
        "What is the mean credit limit of customers who are active, and what is it of those who lapsed?",
    ],
    "among lapsed customers, share of customers by card type for each age group": [
        "card type mix of lapsed customers within each age group in percent",
    ],
    "What percentage of lapsed customers in Texas hold a Gold card?": ["Gold share of lapsed customers in Texas"],
    "What percentage of high-risk customers hold a Gold card?": [
        "percentage of high-risk customers who are Gold", "Gold share of high-risk customers in percent",
    ],
    "revenue by quarter in 2023 with quarter over quarter growth": [
        "revenue by quarter in 2023 with percent change on the previous quarter",
        "What was the revenue in each quarter of 2023, and by what percentage did it change from the previous quarter?",
    ],
    "distribution of Declining spend in 2023 by category group in percent": [
        "What percentage of Declining customers' 2023 spend went to each category group?",
    ],
    "top 6 customers in Texas by revenue in 2023 in each age group": [
        "for every age group, the 6 customers in Texas who spent the most in 2023",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("plain", "other"), [(plain, other) for plain, others in ALIKE.items() for other in others])
def test_another_wording_gets_the_same_table(ask: Ask, plain: str, other: str) -> None:
    assert sorted(sql_of(ask, other).split()) == sorted(sql_of(ask, plain).split())


@pytest.mark.parametrize(
    "question",
    [
        "C000042 rank by lifetime value",  # a place, and no row
        "For each card type, what percentage of active customers are in each churn risk category",  # of which whole
        "percentage of active customers by segment for each card type",
        "top 5 customers by lifetime value, lowest first",
        "number of customers with amounts over 5 different cities",
    ],
)
def test_what_is_open_is_asked_about(ask: Ask, question: str) -> None:
    assert not isinstance(ask(question), Answered)


def test_each_of_two_years_is_that_of_its_own_condition(ask: Ask) -> None:
    found = ask("how many customers bought in Airlines in 2022 but not in Hotels in 2023")
    assert isinstance(found, Answered), found
    bought, absent = found.sql.split("CONDITION_2 AS")
    assert "2022-12-31" in bought
    assert "2023-12-31" not in bought
    assert "2023-12-31" in absent
    assert "2022-12-31" not in absent
