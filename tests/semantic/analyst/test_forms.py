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


# The first rows of a ranking: who they are, what they bring together, one of them, how few bring a share.
FIRST = {
    "Top 10 % of customers by lifetime value": [
        "WHERE PLACE <= CEIL(ROWS_IN_ALL * 0.1)",
        "CUSTOMER_ID",
        "ORDER BY PLACE",
    ],
    "Who are the top 1% spenders?": ["CEIL(ROWS_IN_ALL * 0.01)", "TOTAL_REVENUE"],
    "Which customers are in the top 10 % by spend in 2024": ["CEIL(ROWS_IN_ALL * 0.1)", "DATE '2024-12-31'"],
    "Total spend of the top 10 customers in 2024": ["SELECT SUM(AMOUNT) AS TOTAL_REVENUE", "PLACE <= 10"],
    "How much did the top 10 customers spend in 2024?": ["SELECT SUM(AMOUNT) AS TOTAL_REVENUE", "PLACE <= 10"],
    "What is the total revenue of the 5 largest categories in 2024?": ["SUM(AMOUNT)", "MERCHANT_CATEGORY_NAME"],
    "Average lifetime value of the top 10% of customers": ["AVG(AMOUNT) AS AVG_LIFETIME_VALUE", "* 0.1)"],
    "average credit limit of the 5 oldest customers": ["AVG(AMOUNT) AS AVG_CREDIT_LIMIT", "ORDER BY RANKS.AGE DESC"],
    "What share of customers account for 80 % of revenue?": ["AMOUNT_BEFORE < 0.8 * AMOUNT_IN_ALL", "COUNT(*)"],
    "What percentage of customers generates 80% of revenue in 2024?": ["< 0.8 *", "DATE '2024-01-01'"],
    "How many customers make up half of revenue?": [
        "COUNT_IF(AMOUNT_BEFORE < 0.5 * AMOUNT_IN_ALL) AS CUSTOMER_ID_COUNT"
    ],
    "Which category has the second highest revenue?": ["ORDER BY TOTAL_REVENUE DESC", ") = 2"],
    "Third largest category by revenue in 2024": ["ORDER BY TOTAL_REVENUE DESC", ") = 3"],
    "The second biggest spender in 2024": ["CUSTOMER_ID", ") = 2"],
    "2nd largest segment by revenue": ["SEGMENT", ") = 2"],
    "Which customer has the second highest lifetime value in each segment?": ["PARTITION BY SEGMENT", ") = 2"],
    "What is the average transaction value of the top 5 categories by revenue?": ["AVG_TRANSACTION_VALUE", "LIMIT 5"],
}

# Two periods against each other, of rows, of groups and of the whole.
PAIRS = {
    "Which customers spent more in 2024 than in 2023?": ["COALESCE(AMOUNT_1, 0) > COALESCE(AMOUNT_BEFORE_1, 0)"],
    "How many customers spent less in 2024 than in 2023?": ["COALESCE(AMOUNT_1, 0) < COALESCE(AMOUNT_BEFORE_1, 0)"],
    "customers who made fewer purchases in 2024 than in 2023": ["TRANSACTION_COUNT AS AMOUNT_BEFORE_1"],
    "What percentage of customers spent more in 2024 than in 2023?": ["COUNT_IF(COALESCE(AMOUNT_1, 0) > COALESCE("],
    "Which segments spent more in Q4 2024 than in Q3 2024?": ["TOTAL_REVENUE_Q4_2024", "> 0"],
    "Which categories had less revenue in 2024 than in 2023?": ["TOTAL_REVENUE_2023", "< 0"],
    "How much more did we earn in 2024 than in 2023?": ["AS CHANGE", "DATE '2023-01-01'"],
    "How many customers bought in 2023 but not in 2024?": ["AMOUNT_1, 0) > 0", "AMOUNT_2, 0) = 0"],
    "How many Gold customers bought Airlines in 2023 but not in 2024": ["AMOUNT_2, 0) = 0", "'Airlines' AND"],
    "Customers whose last purchase was more than 60 days ago": ["LAST_TRANSACTION_DATE <= DATE '2024-10-31'"],
    "customers who joined more than 2 years ago": ["ACCOUNT_OPEN_DATE <= DATE '2022-12-30'"],
    "customers who joined less than 30 days ago": ["BETWEEN DATE '2024-12-02' AND DATE '2024-12-31'"],
}

# Groups are counted; a mean goes over units of time; the figure beside a condition is of its own days.
COUNTED = {
    "How many states have more than 25 customers?": ["SELECT COUNT(*) AS STATE_COUNT", "TOTAL_CUSTOMERS > 25"],
    "How many months in 2024 had revenue above 1,000,000?": ["COUNT(*) AS TRANSACTION_MONTH_COUNT", "> 1000000"],
    "Average revenue per month in 2024 by segment": ["AVG(TOTAL_REVENUE)", "GROUP BY SEGMENT"],
    "What is the average number of purchases per month in 2024?": ["AVG(TRANSACTION_COUNT)", "TRANSACTION_MONTH"],
    "Which categories had fewer than 5,000 purchases in 2024?": [
        "CONDITION_1 AS TRANSACTION_COUNT",
        "CONDITION_1 < 5000",
    ],
    "Which months of 2024 had revenue below 950,000?": ["TOTAL_REVENUE < 950000", "BETWEEN DATE '2024-01-01'"],
    "Share of revenue by category group for each segment": ["OVER (PARTITION BY SEGMENT)"],
}


@pytest.mark.parametrize(("question", "pieces"), (FIRST | PAIRS | COUNTED).items())
def test_a_form_comes_to_its_sql(ask: Ask, question: str, pieces: list[str]) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert [piece for piece in pieces if piece not in found.sql] == [], found.sql


def test_a_condition_that_no_counted_row_meets_is_refused(ask: Ask) -> None:
    found = ask("Number of purchases that are refunds only")
    assert isinstance(found, Clarify)
    assert "alone" in found.text


# One figure divided by another, each with conditions of its own.
RATIOS = {
    "Refunds to purchases ratio": ["REFUND_COUNT, 0) / NULLIF(COALESCE(BOTTOM_SIDE.TRANSACTION_COUNT, 0), 0) AS RATIO"],
    "Ratio of refunds to purchases by category": ["MERCHANT_CATEGORY_NAME", "AS RATIO"],
    "Ratio of travel spend to dining spend": ["CATEGORY_GROUP = 'Travel'", "CATEGORY_GROUP = 'Dining'", "AS RATIO"],
    "ratio of spend on travel to spend on dining by segment in 2024": ["= 'Travel'", "= 'Dining'", "SEGMENT"],
    "Ratio of active customers to lapsed customers": ["= 'Active'", "= 'Lapsed'", "TOTAL_CUSTOMERS_1"],
    "ratio of Gold to Platinum customers": ["CARD_TYPE = 'Gold'", "CARD_TYPE = 'Platinum'", "TOTAL_CUSTOMERS_2"],
    "what is the ratio between revenue and gross revenue in 2024": ["GROSS_REVENUE", "DATE '2024-01-01'"],
    "Revenue per active customer": ["METRICS REVENUE_PER_CUSTOMER", "CUSTOMER_STATUS = 'Active'"],
    "Transactions per active customer by segment": ["METRICS TRANSACTIONS_PER_CUSTOMER", "CUSTOMERS.SEGMENT"],
}


@pytest.mark.parametrize(("question", "pieces"), RATIOS.items())
def test_a_ratio_is_of_two_figures(ask: Ask, question: str, pieces: list[str]) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert [piece for piece in pieces if piece not in found.sql] == [], found.sql


def test_who_is_active_is_known_of_one_day(ask: Ask) -> None:
    found = ask("Spend per active customer in 2024")
    assert isinstance(found, Clarify)
    assert found.category is Category.AMBIGUOUS_TIME


# Second looks: each of these once came to a table that was not asked for.
SECOND = {
    "Which segments shrank in revenue in 2024?": ["< 0"],
    "How many customers bought only once in 2024?": ["COALESCE(AMOUNT_1, 0) = 1"],
    "customers who bought more than 100 times in 2024": ["COALESCE(AMOUNT_1, 0) > 100"],
    "Number of customers who used their card more than 20 times in December 2024": ["COALESCE(AMOUNT_1, 0) > 20"],
    "how many customers do we have and how many are lapsed": ["TOTAL_CUSTOMERS, CHURNED_CUSTOMERS"],
    "how many Gold customers are there and how many of them are active": ["ACTIVE_CUSTOMERS", "CARD_TYPE = 'Gold'"],
    "First purchase date of each customer": ["FIRST_TRANSACTION_DATE", "CUSTOMER_ID"],
    "Top 5 cities by number of high risk customers": ["CUSTOMER_STATUS <> 'Lapsed'", "LIMIT 5"],
    "Revenue, transactions and average transaction value by segment": ["TRANSACTION_COUNT", "AVG_TRANSACTION_VALUE"],
    "revenue and transactions by segment in 2024": ["TOTAL_REVENUE", "TRANSACTION_COUNT"],
    "Which segment has the highest percentage of lapsed customers?": ["WHOLE.SEGMENT", "LIMIT 1"],
    "Which categories make up 50 % of revenue?": ["SELECT MERCHANT_CATEGORY_NAME", "AMOUNT_BEFORE < 0.5 *"],
    "difference in revenue between weekdays and weekends in 2024": ["IS_WEEKEND = FALSE", "AS DIFFERENCE"],
}


@pytest.mark.parametrize(("question", "pieces"), SECOND.items())
def test_what_was_read_otherwise_before_is_read_as_it_is_meant(ask: Ask, question: str, pieces: list[str]) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert [piece for piece in pieces if piece not in found.sql] == [], found.sql


@pytest.mark.parametrize(
    "question",
    [
        "Which customers purchased for the first time in 2024",
        "What share of the top 100 customers by lifetime value is lapsed?",
        "How often do customers buy on average per month?",
        "Which months of 2024 had more revenue than the same month in 2023?",
    ],
)
def test_what_is_not_wholly_understood_is_asked(ask: Ask, question: str) -> None:
    assert isinstance(ask(question), Clarify | Refused)


# By how much something has to have grown, or fallen, to be shown.
GROWN = {
    "Which states had revenue growth above 20% in 2024?": ["NULLIF(COALESCE(BEFORE.TOTAL_REVENUE, 0), 0) > 20"],
    "Which segments' revenue dropped by more than 10 % in 2024?": ["< -10"],
    "In which months of 2024 did revenue grow by more than 5 %?": ["NULLIF(BEFORE.TOTAL_REVENUE, 0) > 5"],
    "Which states grew revenue by at least 50,000 in 2024?": [">= 50000"],
}


@pytest.mark.parametrize(("question", "pieces"), GROWN.items())
def test_growth_can_be_held_to_a_number(ask: Ask, question: str, pieces: list[str]) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert [piece for piece in pieces if piece not in found.sql] == [], found.sql


def test_growth_of_single_rows_is_asked_about(ask: Ask) -> None:
    assert isinstance(ask("Customers whose spend dropped by more than 50 %"), Clarify)
