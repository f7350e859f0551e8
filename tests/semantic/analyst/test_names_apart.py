"""Names whose parts stand apart, with articles within, or in words that mean the same: one figure in each case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered, Clarify, Refused

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

NAMED = {
    "How long have our customers been with us on average?": "AVG_TENURE_DAYS",
    "How many days ago did the average customer last buy something?": "AVG_DAYS_SINCE_LAST_TRANSACTION",
    "What is the median number of days since the last purchase?": "MEDIAN(DAYS_SINCE_LAST_TRANSACTION)",
    "How much does the average customer spend in their lifetime?": "AVG_CUSTOMER_LTV",
    "What do we expect customers to spend over the next 12 months in total?": "TOTAL_PROJECTED_LTV",
    "What's the average length of a stay in a segment?": "AVG_STAY_DAYS",
    "How likely is C000042 to leave?": "CHURN_PROBABILITY",
    "How many purchases get refunded?": "REFUND_COUNT",
    "How much spending is at risk?": "SPEND_AT_RISK",
}


@pytest.mark.parametrize(("question", "figure"), NAMED.items())
def test_a_name_is_found_though_its_words_stand_apart(ask: Ask, question: str, figure: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert figure in found.sql


def test_a_name_does_not_reach_over_what_chooses_rows(ask: Ask) -> None:
    found = ask("How many purchases did customers who were refunded make?")
    assert not isinstance(found, Answered), found


def test_a_word_that_begins_another_name_ends_no_name_that_stands_apart(ask: Ask) -> None:
    found = ask("Do customers with more transactions have a higher lifetime value? Show the correlation.")
    assert isinstance(found, Answered), found
    assert [piece for piece in ("CORR(", "LIFETIME_VALUE", "TRANSACTION_COUNT") if piece not in found.sql] == []


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("How many customers have been with us for more than 3 years?", "ACCOUNT_TENURE_DAYS > 1096"),
        ("How many customers have been with us for less than a year?", "ACCOUNT_TENURE_DAYS < 366"),
        ("How many customers haven't bought anything for more than 60 days?", "DAYS_SINCE_LAST_TRANSACTION > 60"),
        ("How many customers have bought nothing for 8 weeks?", "DAYS_SINCE_LAST_TRANSACTION >= 56"),
        ("How many customers have not purchased anything for 60 days or more?", "DAYS_SINCE_LAST_TRANSACTION >= 60"),
        ("How many customers in their thirties do we have?", "AGE BETWEEN 30 AND 39"),
        ("How many twenty-somethings hold a Gold card?", "AGE BETWEEN 20 AND 29"),
        ("How many over-65s are there?", "AGE > 65"),
    ],
)
def test_lengths_of_time_and_ages_are_told_in_many_ways(ask: Ask, question: str, condition: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert condition in found.sql


def test_days_of_the_week_from_one_to_another_are_all_of_them(ask: Ask) -> None:
    for question in ("Revenue between Monday and Wednesday", "Revenue from Monday to Wednesday"):
        found = ask(question)
        assert isinstance(found, Answered), found
        assert "WEEKDAY IN ('Monday', 'Tuesday', 'Wednesday')" in found.sql
        assert "DIMENSIONS" not in found.sql


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How many active lapsed customers are there?", "at once"),
        ("How many customers are in the Churned segment?", "Churned segment"),
        ("How many customers bought only on weekends?", "only"),
        ("revenue between", "between"),
        ("Customers without a purchase for over 90", "not yet active"),
        ("Average spend by segment", "over what"),
        ("Revenue by name", "personal"),
        ("How will spending develop?", "future"),
        ("Add a new customer", "add"),
    ],
)
def test_what_was_answered_wrongly_once_is_asked_about(ask: Ask, question: str, named: str) -> None:
    found = ask(question)
    assert isinstance(found, Clarify | Refused), found
    assert named in found.text


@pytest.mark.parametrize(
    ("question", "pieces"),
    [
        ("Where did customers who left Declining go?", ["ENTERED_SEGMENT", "PREVIOUS_SEGMENT = 'Declining'"]),
        ("How many customers moved out of Declining this year?", ["PREVIOUS_SEGMENT = 'Declining'", "2024-01-01"]),
        ("Which segment gained the most customers in 2024?", ["ENTERED_SEGMENT", "LIMIT 1"]),
        ("Which segment lost the most customers in 2024?", ["PREVIOUS_SEGMENT", "LIMIT 1"]),
        ("What was the most common segment change in 2024?", ["PREVIOUS_SEGMENT", "ENTERED_SEGMENT", "LIMIT 1"]),
        (
            "How many customers bought from at least 10 different categories?",
            ["COUNT(DISTINCT MERCHANT_CATEGORY_NAME)"],
        ),
        ("How many customers bought in both 2023 and 2024?", ["CONDITION_1", "CONDITION_2"]),
        ("Travel versus dining revenue by quarter in 2024", ["TRANSACTION_QUARTER", "CATEGORY_GROUP"]),
        ("Monthly active customers in 2024", ["MONTH_START", "MONTHLY_ACTIVE_CUSTOMERS"]),
        ("Who bought the most in December 2024?", ["TRANSACTION_COUNT", "2024-12-01"]),
        ("Show the last 5 transactions of customer C000042", ["TRANSACTION_DATE DESC", "LIMIT 5"]),
    ],
)
def test_everyday_wording_comes_to_its_form(ask: Ask, question: str, pieces: list[str]) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert [piece for piece in pieces if piece not in found.sql] == [], found.sql


@pytest.mark.parametrize(
    ("first", "then", "piece"),
    [
        ("How many customers have a credit limit over 20,000?", "and under 5,000?", "CREDIT_LIMIT < 5000"),
        ("Top 10 customers by lifetime value", "by credit limit instead", "ORDER BY CREDIT_LIMIT DESC"),
        ("How many customers moved out of Declining in 2024?", "where did they go?", "ENTERED_SEGMENT"),
    ],
)
def test_a_follow_up_changes_a_number_a_ranking_or_a_side(ask: Ask, first: str, then: str, piece: str) -> None:
    found = ask(then, first)
    assert isinstance(found, Answered), found
    assert piece in found.sql


def test_over_all_time_leaves_the_days_of_the_question_before_out(ask: Ask) -> None:
    found = ask("over all time", "Revenue by month in 2024 for Platinum customers")
    assert isinstance(found, Answered), found
    assert "2024" not in found.sql
    assert "CARD_TYPE = 'Platinum'" in found.sql


def test_this_customer_behind_several_is_asked_about(ask: Ask) -> None:
    found = ask("How much did this customer spend?", "Customers in Vermont")
    assert isinstance(found, Clarify)
    assert "this customer" in found.text
