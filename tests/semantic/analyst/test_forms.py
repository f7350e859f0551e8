"""What can be asked: each form in several wordings, by the SQL or the reading that it has to come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered, Category, Clarify, Refused

if TYPE_CHECKING:
    from local_account.semantic.model import SemanticModel
    from tests.semantic.analyst.conftest import Ask

# A ranking of rows within groups shows the rows.
CUSTOMER_IN_EACH = {
    "Who has the highest projected 12 month value in every segment": "ORDER BY PROJECTED_12M_LTV DESC",
    "Who spent the most in each segment in 2024": "ORDER BY TOTAL_REVENUE DESC",
    "Which customer has the highest credit limit in each state?": "ORDER BY CREDIT_LIMIT DESC",
    "Top spender in each segment in 2024": "ORDER BY TOTAL_REVENUE DESC",
}


@pytest.mark.parametrize(("question", "order"), CUSTOMER_IN_EACH.items())
def test_a_ranking_within_groups_shows_who_is_ranked(ask: Ask, question: str, order: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert "CUSTOMER_ID" in found.sql.split("FROM", maxsplit=1)[0]
    assert order in found.sql
    assert "<= 1" in found.sql


# "Another segment" says that something moved, and groups nothing; a side of the movement may stand behind the days.
MOVED = {
    "How many entered High-Value Travelers during 2024, coming from another segment": "PREVIOUS_SEGMENT IS NOT NULL",
    "How many customers came into Declining from any other segment in 2024?": "PREVIOUS_SEGMENT IS NOT NULL",
    "How many customers left Declining for another segment in 2024?": "PREVIOUS_SEGMENT = 'Declining'",
    "How many customers entered Declining in Q4 2024 from Stable Mid-Spenders?": (
        "PREVIOUS_SEGMENT = 'Stable Mid-Spenders'"
    ),
    "how many customers who left Declining went to Budget-Conscious": "ENTERED_SEGMENT = 'Budget-Conscious'",
}


@pytest.mark.parametrize(("question", "condition"), MOVED.items())
def test_a_movement_is_counted_as_one_number(ask: Ask, question: str, condition: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert condition in found.sql
    assert "DIMENSIONS" not in found.sql


def test_other_groups_than_which_is_asked(ask: Ask) -> None:
    found = ask("how many customers are in other segments")
    assert isinstance(found, Clarify)
    assert '"other"' in found.text


# The figure of a condition on groups: every comparison, in front of and behind its figure.
KEPT = {
    "Show all states where the number of customers is above 25": "TOTAL_CUSTOMERS > 25",
    "Which states have a number of customers above 25?": "TOTAL_CUSTOMERS > 25",
    "States whose number of customers exceeds 25": "TOTAL_CUSTOMERS > 25",
    "In which states is the number of customers at least 25": "TOTAL_CUSTOMERS >= 25",
    "states where we have fewer than 10 customers": "TOTAL_CUSTOMERS < 10",
    "List states with a customer count between 10 and 20": "TOTAL_CUSTOMERS BETWEEN 10 AND 20",
    "states with the number of customers greater than or equal to 25": "TOTAL_CUSTOMERS >= 25",
    "categories where the number of purchases exceeds 1000": "TRANSACTION_COUNT > 1000",
    "categories where the number of purchases in 2024 is more than 1000": "TRANSACTION_COUNT > 1000",
    "Categories where revenue in 2024 was more than 100,000": "TOTAL_REVENUE > 100000",
    "segments where the number of high risk customers is more than 20": "TOTAL_CUSTOMERS > 20",
    "months where revenue exceeded 600000": "TOTAL_REVENUE > 600000",
    "customers whose number of purchases in 2024 is above 100": "COALESCE(AMOUNT_1, 0) > 100",
}


@pytest.mark.parametrize(("question", "condition"), KEPT.items())
def test_a_condition_on_a_figure_of_groups_holds_back_groups(ask: Ask, question: str, condition: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert condition in found.sql
    assert "AGE" not in found.sql
    assert "TRANSACTION_AMOUNT" not in found.sql


def test_people_over_a_number_are_so_old(ask: Ask) -> None:
    found = ask("how many customers over 60 by state")
    assert isinstance(found, Answered)
    assert "AGE > 60" in found.sql


# A share is of the days, and by the figure, that the question names.
SHARES = {
    "What share of revenue do the 10 biggest spenders of the last 90 days bring?": ("'2024-10-03'", "AMOUNTS.TOTAL"),
    "What share of revenue in the last 90 days comes from the 10 biggest spenders of the last 90 days?": (
        "'2024-10-03'", "AMOUNTS.TOTAL",
    ),
    "What share of revenue in 2024 comes from the top 20 customers by credit limit?": (
        "'2024-01-01'", "ORDER BY RANKS.CREDIT_LIMIT",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("question", "pieces"), SHARES.items())
def test_a_share_is_of_the_rows_that_are_ranked(ask: Ask, question: str, pieces: tuple[str, ...]) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert [piece for piece in pieces if piece not in found.sql] == []


# Whether lapsed customers count is said by the metric, unless the question says it.
WHO_COUNTS = {
    "mean churn probability": "METRICS CUSTOMERS.AVG_CHURN_PROBABILITY",
    "mean churn probability across all customers": "AVG(CHURN_PROBABILITY)",
    "average churn probability of everyone by segment": "AVG(CHURN_PROBABILITY)",
    "average churn probability including lapsed customers": "AVG(CHURN_PROBABILITY)",
    "average churn probability of lapsed customers": "AVG(CHURN_PROBABILITY)",
    "average churn probability of all active customers": "METRICS CUSTOMERS.AVG_CHURN_PROBABILITY",
    "how many customers are at high risk, including lapsed customers": "CHURN_RISK_CATEGORY = 'High'\n",
    "how many customers are at high risk": "CUSTOMER_STATUS <> 'Lapsed'",
}


@pytest.mark.parametrize(("question", "piece"), WHO_COUNTS.items())
def test_lapsed_customers_count_where_they_are_asked_for(ask: Ask, question: str, piece: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert piece in found.sql


# Growth: fastest is in percent, a rise or drop by its amount; what went the other way is none.
GROWTH = {
    "Which state grew fastest in revenue in 2024?": ["ORDER BY CHANGE_PERCENT DESC", "LIMIT 1"],
    "Which segment had the highest revenue growth in 2024?": ["ORDER BY CHANGE_PERCENT DESC", "LIMIT 1"],
    "Which category had the biggest drop in revenue in 2024?": ["< 0", "ORDER BY CHANGE ASC", "LIMIT 1"],
    "Which segment grew the most in revenue in 2024?": ["> 0", "ORDER BY CHANGE DESC", "LIMIT 1"],
    "Which month had the biggest increase in revenue in 2024?": ["> 0", "NOW.TOTAL_REVENUE - BEFORE", "LIMIT 1"],
}

MEANT = GROWTH | {
    "Average of the monthly totals of revenue in 2024": ["AVG(TOTAL_REVENUE)", "TRANSACTION_MONTH"],
    "How does average transaction value differ between weekends and weekdays?": ["IS_WEEKEND IN (TRUE, FALSE)"],
    "Highest monthly revenue in 2024": ["ORDER BY TOTAL_REVENUE DESC", "LIMIT 1"],
    "Lowest revenue month of 2023": ["ORDER BY TOTAL_REVENUE ASC", "LIMIT 1"],
    "Net revenue vs gross revenue in 2024": ["TOTAL_REVENUE", "GROSS_REVENUE"],
}


@pytest.mark.parametrize(("question", "pieces"), MEANT.items())
def test_a_form_is_read_as_it_is_meant(ask: Ask, question: str, pieces: list[str]) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert [piece for piece in pieces if piece not in found.sql] == [], found.sql


# What a form does not read is asked about.
OPEN = {
    "Average time between purchases": Category.INCOMPLETE,
    "What share of revenue do the top 10% of customers bring by segment": Category.INCOMPLETE,
    "Correlation of age and credit limit for customers with more than 10 purchases": Category.INCOMPLETE,
    "Which segment grew the most?": Category.AMBIGUOUS_MEASURE,
}


@pytest.mark.parametrize(("question", "category"), OPEN.items())
def test_what_a_form_does_not_read_is_asked(ask: Ask, question: str, category: Category) -> None:
    found = ask(question)
    assert isinstance(found, Clarify | Refused), found
    assert found.category is category


def test_a_verified_query_says_who_is_counted(ask: Ask) -> None:
    risk = ask("What percentage of customers are at high risk of churn?")
    trends = ask("Compare spending trends between Declining and New & Growing segments")
    assert isinstance(risk, Answered)
    assert isinstance(trends, Answered)
    assert "who can still be kept" in risk.reading
    assert "the last 12 months" in trends.reading


def test_each_verified_query_names_the_figures_that_it_computes(ask: Ask, model: SemanticModel) -> None:
    for query in model.verified_queries:
        found = ask(query.question)
        assert isinstance(found, Answered)
        assert ": " in found.reading.removeprefix(f'This is the verified query "{query.question}".'), query.name
