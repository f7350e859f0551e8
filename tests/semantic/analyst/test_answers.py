from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlglot
from sqlglot import exp

from local_account.analyst import Answered, Category, Clarify, Refused
from tests.semantic.analyst.conftest import VIEW, Ask

if TYPE_CHECKING:
    from local_account.semantic.model import SemanticModel

# The conditions on rows, and what stands around the view.
ANSWERS = {
    "how many customers by segment": ["DIMENSIONS CUSTOMERS.SEGMENT", "METRICS CUSTOMERS.TOTAL_CUSTOMERS"],
    "revenue by month in 2024": ["TRANSACTIONS.TRANSACTION_MONTH", "BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'"],
    "how much did platinum people spend on travel in Q4": [
        "CUSTOMERS.CARD_TYPE = 'Platinum'", "MERCHANT_CATEGORIES.CATEGORY_GROUP = 'Travel'", "DATE '2024-10-01'",
    ],
    "which states have the most lapsed customers": ["CUSTOMER_STATUS = 'Lapsed'", "TOTAL_CUSTOMERS DESC", "LIMIT 10"],
    "customers in Texas or Florida with a credit limit between 10k and 20k": [
        "IN ('Texas', 'Florida')", "BETWEEN 10000 AND 20000",
    ],
    "top 3 categories in each segment by revenue": ["PARTITION BY SEGMENT", "<= 3"],
    "how many customers joined in 2023": [
        "CUSTOMERS.ACCOUNT_OPEN_DATE BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'"
    ],
    "what part of revenue do the top 10 % bring": ["CEIL(ROWS_IN_ALL * 0.1)"],
    "average number of purchases per customer": ["METRICS TRANSACTIONS_PER_CUSTOMER"],
    "which customers bought Airlines but not Hotels in 2024": ["AMOUNT_1, 0) > 0", "AMOUNT_2, 0) = 0"],
    "share of travel in total revenue by card type": ["CATEGORY_GROUP = 'Travel'", "AS SHARE_PERCENT"],
    "what percentage of Gold customers live in California": ["WHOLE AS", "CARD_TYPE = 'Gold' )", "= 'California'"],
    "which merchant categories declined in revenue compared to last year": ["DATE '2024-01-01'", "< 0"],
    "what is the difference in revenue between Q3 and Q4 2024": ["TOTAL_REVENUE_Q3_2024", "TOTAL_REVENUE_Q4_2024"],
    "how many customers moved from Stable Mid-Spenders to Declining": ["PREVIOUS_SEGMENT = 'Stable Mid-Spenders'"],
    "the two biggest spenders in 2024": ["METRICS TRANSACTIONS.TOTAL_REVENUE", "LIMIT 2"],
    "95th percentile of transaction values": ["PERCENTILE_CONT(0.95)"],
    "what is the highest credit limit": ["MAX(CREDIT_LIMIT)"],
    "transactions over $500 on weekends": ["IS_WEEKEND = TRUE", "TRANSACTION_AMOUNT > 500", "INNER JOIN"],
    "when did customer C000042 last buy": ["LAST_TRANSACTION_DATE", "= 'C000042'"],
    "how many new customers joined each month in 2024": ["ACCOUNT_OPEN_MONTH", "TOTAL_CUSTOMERS"],
    "custmers by card tpye": ["DIMENSIONS CUSTOMERS.CARD_TYPE"],
    "bottom 10 customers by credit limit": ["FACTS CUSTOMERS.CREDIT_LIMIT", "CREDIT_LIMIT ASC", "LIMIT 10"],
    "lowest 5 customers by age": ["FACTS CUSTOMERS.AGE", "AGE ASC", "LIMIT 5"],
    "how many transactions happened on weekends vs weekdays?": ["DIMENSIONS DATES.IS_WEEKEND", "IN (TRUE, FALSE)"],
    "average transaction value on weekdays compared to weekends": ["DIMENSIONS DATES.IS_WEEKEND"],
    "revenue by weekend": ["DIMENSIONS DATES.IS_WEEKEND METRICS TRANSACTIONS.TOTAL_REVENUE"],
    "what's the smallest purchase ever?": ["METRICS TRANSACTIONS.MIN_TRANSACTION_VALUE"],
    "average monthly spend per customer by card type": ["DIMENSIONS CUSTOMERS.CARD_TYPE METRICS"],
    "what did customer C000042 buy last month?": ["TRANSACTION_ID", "MERCHANT_CATEGORY_NAME", "= 'C000042'"],
    "when was the last transaction?": ["MAX(TRANSACTION_DATE)"],
    "how did revenue of the Travel group develop over the last 8 quarters?": ["TRANSACTIONS.TRANSACTION_QUARTER"],
    "which cities have more than 3 high risk customers?": ["TOTAL_CUSTOMERS > 3", "CHURN_RISK_CATEGORY = 'High'"],
    "categories with more than 100k revenue in 2024": ["TOTAL_REVENUE > 100000", "BETWEEN DATE '2024-01-01'"],
    "how many customers bought both airlines and hotels": ["AMOUNT_1, 0) > 0", "AMOUNT_2, 0) > 0"],
    "customers who bought airlines and hotels but not groceries": ["AMOUNT_3, 0) = 0"],
    "customers who bought travel without dining": ["AMOUNT_1, 0) > 0", "AMOUNT_2, 0) = 0"],
    "purchasing customers by month in 2024": ["METRICS TRANSACTIONS.PURCHASING_CUSTOMERS"],
    "how many states do we have customers in": ["COUNT(", "CUSTOMERS.STATE"],
    "running total of revenue in 2024": ["OVER (ORDER BY TRANSACTION_MONTH"],
    "longest standing customers": ["ACCOUNT_OPEN_DATE ASC"],
    "what's the most popular category among Gold customers": ["METRICS TRANSACTIONS.TRANSACTION_COUNT", "LIMIT 1"],
    "proportion of spend in travel for each segment": ["CATEGORY_GROUP = 'Travel'", "WHOLE AS"],
    "txn qty by month in 2024": ["TRANSACTION_COUNT"],
    "AOV by card type": ["AVG_TRANSACTION_VALUE"],
    "customers with lifetime value between five and ten thousand dollars": ["BETWEEN 5000 AND 10000"],
    "revenue last month compared with the same month last year": ["BETWEEN DATE '2023-11-01' AND DATE '2023-11-30'"],
    "total refunds per customer": ["AVG(REFUND_AMOUNT)"],
    "top category per segment by revenue": ["PARTITION BY SEGMENT", "MERCHANT_CATEGORY_NAME"],
    "number of refunds vs purchases in 2024": ["TRANSACTIONS.REFUND_COUNT, TRANSACTIONS.TRANSACTION_COUNT"],
    "bottom 5 categories by transactions in 2024": ["TRANSACTION_COUNT ASC", "LIMIT 5"],
}  # fmt: skip


@pytest.mark.parametrize(("question", "pieces"), ANSWERS.items())
def test_a_question_is_answered(ask: Ask, question: str, pieces: list[str]) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    text = " ".join(found.sql.split())
    assert [piece for piece in pieces if piece not in text] == [], text


@pytest.mark.parametrize("question", ANSWERS)
def test_an_answer_is_one_select_on_the_view_alone(ask: Ask, question: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered)
    (tree,) = sqlglot.parse(found.sql, dialect="snowflake")
    assert isinstance(tree, exp.Select)
    parts = {cte.alias for cte in tree.find_all(exp.CTE)}
    views = [node.this.sql() for node in tree.find_all(exp.SemanticView)]
    assert set(views) == {VIEW}
    assert {t.name for t in tree.find_all(exp.Table) if t.name} - parts == {VIEW.rpartition(".")[2]}


def test_each_verified_query_is_answered_by_its_sql(ask: Ask, model: SemanticModel) -> None:
    for query in model.verified_queries:
        found = ask(query.question.lower().rstrip("?"))
        assert isinstance(found, Answered), query.question
        assert found.verified == query


REFUSED = {
    "delete all customers": Category.CHANGES_DATA,
    "revenue; drop table customers": Category.CHANGES_DATA,
    "what will revenue be next month": Category.FUTURE,
    "what is the weather": Category.UNKNOWN_WORD,
    "revenue by customer name": Category.PERSONAL_DATA,
    "how many customers by merchant category": Category.UNSUPPORTED_JOIN,
    "": Category.NOT_A_QUESTION,
}


@pytest.mark.parametrize(("question", "category"), REFUSED.items())
def test_what_cannot_be_answered_is_refused(ask: Ask, question: str, category: Category) -> None:
    found = ask(question)
    assert isinstance(found, Refused), found
    assert found.category is category


CLARIFIED = {
    "who are our best customers": Category.AMBIGUOUS_CRITERION,
    "total spend on Entertainment": Category.AMBIGUOUS_VALUE,
    "lifetime value by segment": Category.AMBIGUOUS_MEASURE,
    "highest revenue": Category.INCOMPLETE,
    "top category for each card type": Category.INCOMPLETE,
    "which segment do Declining customers come from": Category.INCOMPLETE,
    "customers": Category.INCOMPLETE,
    "show the numbers for Texas": Category.INCOMPLETE,
    "show customers over 50": Category.AMBIGUOUS_FILTER,
    "compare Gold and Platinum customers": Category.AMBIGUOUS_CRITERION,
    "what can I ask": Category.ONBOARDING,
}


@pytest.mark.parametrize(("question", "category"), CLARIFIED.items())
def test_what_is_open_is_asked_back(ask: Ask, question: str, category: Category) -> None:
    found = ask(question)
    assert isinstance(found, Clarify), found
    assert found.category is category


@pytest.mark.parametrize("question", [*REFUSED, *CLARIFIED])
def test_what_is_suggested_is_answered(ask: Ask, question: str) -> None:
    found = ask(question)
    assert isinstance(found, Refused | Clarify)
    assert [one for one in found.suggestions if not isinstance(ask(one), Answered)] == []


def test_what_is_suggested_is_about_what_was_understood(ask: Ask) -> None:
    found = ask("refund rate by shoe size")
    assert isinstance(found, Refused)
    assert any("refund rate" in one.lower() for one in found.suggestions), found.suggestions


def test_what_stands_first_is_suggested_first(ask: Ask) -> None:
    found = ask("Impact of weather on refunds and revenue")
    assert isinstance(found, Refused)
    assert found.suggestions[0] == "What is the refund count?"


CHAINS = [
    (
        ("how many customers do we have", "and by state?", "only Platinum"),
        ["CUSTOMERS.STATE", "CARD_TYPE = 'Platinum'"],
    ),
    (("what was revenue in 2024", "and in 2023?", "by quarter"), ["DATE '2023-01-01'", "TRANSACTION_QUARTER"]),
]


@pytest.mark.parametrize(("turns", "pieces"), CHAINS)
def test_a_follow_up_changes_the_question_before(ask: Ask, turns: tuple[str, ...], pieces: list[str]) -> None:
    found = ask(turns[-1], *turns[:-1])
    assert isinstance(found, Answered), found
    assert [piece for piece in pieces if piece not in found.sql] == [], found.sql
