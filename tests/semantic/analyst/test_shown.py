"""What a list is to show of each row, and the order that is named at the end of a question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered, Clarify

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# By a question, the columns that its answer begins with.
COLUMNS = {
    "List the Gold customers in Texas with id, name and age": ["CUSTOMER_ID", "NAME", "AGE"],
    "Gold customers in Texas: client id, phone, city": ["CUSTOMER_ID", "PHONE", "CITY"],
    "Show me the name and e-mail of every lapsed customer in Florida": ["CUSTOMER_ID", "NAME", "EMAIL"],
    "Which customers had more than 4 refunds in 2023? Please show name and the number of refunds.": [
        "CHOSEN.CUSTOMER_ID", "CHOSEN.NAME", "COALESCE(AMOUNT_1, 0) AS REFUND_COUNT",
    ],
    "Which customers spent more than $700 on Electronics in 2024? I need their ids, names and Electronics spend": [
        "CHOSEN.CUSTOMER_ID", "CHOSEN.NAME", "COALESCE(AMOUNT_1, 0) AS TOTAL_REVENUE",
    ],
    "Top 7 customers by spend in 2023 with name and phone number": ["CUSTOMER_ID", "NAME", "PHONE", "TOTAL_REVENUE"],
    "Which customers bought in 2022 but not in 2023? Show name, 2022 spend": [
        "CHOSEN.CUSTOMER_ID", "CHOSEN.NAME", "COALESCE(AMOUNT_1, 0) AS TRANSACTION_COUNT",
        "COALESCE(AMOUNT_3, 0) AS TOTAL_REVENUE",
    ],
    "Which customers moved from Budget-Conscious to Declining? Show id, name and move date.": [
        "CUSTOMER_ID", "NAME", "SEGMENT_ASSIGNED_DATE",
    ],
}  # fmt: skip
# By a question, the order of its answer.
ORDERS = {
    "number of customers by state, most first": "TOTAL_CUSTOMERS DESC",
    "number of customers by card type, fewest first": "TOTAL_CUSTOMERS ASC",
    "revenue by category group in 2023, starting with the smallest": "TOTAL_REVENUE ASC",
    "refund count by state, sorted from most to fewest": "REFUND_COUNT DESC",
    "average credit limit by segment, smallest amount first": "AVG_CREDIT_LIMIT ASC",
    "active Gold customers with name and join date, oldest account first": "ACCOUNT_OPEN_DATE ASC",
    "List the Platinum customers with name, age and credit limit, lowest credit limit first": "CREDIT_LIMIT ASC",
    "Platinum customers in Florida with name, age and tenure, in descending order of age": "AGE DESC",
}


@pytest.mark.parametrize("question", COLUMNS)
def test_a_list_shows_what_was_asked_for_of_each_row(ask: Ask, question: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    (shown,) = re.findall(
        r"SELECT (?:DISTINCT )?((?!\*)[^\n]*)\nFROM (?:CHOSEN|SEMANTIC_VIEW)", found.sql.split("AS AMOUNT")[-1]
    )
    assert re.split(r", (?!0\))", shown) == COLUMNS[question]


@pytest.mark.parametrize("question", ORDERS)
def test_an_order_at_the_end_is_the_order_of_the_answer(ask: Ask, question: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert f"ORDER BY {ORDERS[question]}" in found.sql


@pytest.mark.parametrize(
    "question",
    [
        "Which customers bought in 2022 but not in 2023? Show name and spend",  # of which days
        "Which customers bought in 2022? Show name and average credit limit",
        "Gold customers with name and shoe size",
        "List the Gold customers with their name and median age",
        "customers who spent over 900 on Travel in 2023 and over 400 on Dining in 2023, with name and Dining spend",
        "customers who spent over 900 on Travel in 2023, with name and Dining spend",
        "Top 5 customers by lifetime value with name, lowest first",
    ],
)
def test_what_cannot_be_shown_is_asked_about(ask: Ask, question: str) -> None:
    assert not isinstance(ask(question), Answered)


@pytest.mark.parametrize("question", ["segments by biggest drop first", "customers with name by biggest drop first"])
def test_an_order_by_a_change_is_no_order_by_size(ask: Ask, question: str) -> None:
    assert isinstance(ask(question), Clarify)


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("month of 2023 with the lowest revenue, with the amount", "TOTAL_REVENUE"),
        ("Which card type has the most refunds? Show the count as well", "REFUND_COUNT"),
        ("the 4 states with the highest refund rate, along with the rate", "REFUND_RATE"),
        ("weekday with the fewest purchases in 2024, including that number", "TRANSACTION_COUNT"),
    ],
)
def test_the_figure_that_ranks_is_no_second_figure(ask: Ask, question: str, figure: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    (metrics,) = set(re.findall(r"METRICS ([^\n]*)", found.sql))
    assert metrics.endswith(f".{figure}")
    assert "," not in metrics


def test_a_number_beside_another_figure_is_one_of_its_own(ask: Ask) -> None:
    found = ask("average credit limit by state and the number of customers")
    assert isinstance(found, Answered), found
    assert "TOTAL_CUSTOMERS" in found.sql


def test_the_first_of_those_who_never_came_back_are_ranked_by_what_they_spent_then(ask: Ask) -> None:
    found = ask("top 8 customers by revenue in 2022 who did not buy in 2023, with name and phone")
    assert isinstance(found, Answered), found
    spent, absent = found.sql.split("CONDITION_2 AS")
    assert "DATE '2022-01-01' AND DATE '2022-12-31'" in spent
    assert "DATE '2023-01-01' AND DATE '2023-12-31'" in absent
    assert "CHOSEN.NAME, CHOSEN.PHONE" in absent
    assert absent.rstrip().endswith("LIMIT 8")
    assert re.search(r"WHERE COALESCE\(AMOUNT_2, 0\) = 0\nORDER BY TOTAL_REVENUE DESC", absent)
