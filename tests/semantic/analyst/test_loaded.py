"""Words that can change a figure: each takes part in the statement, or is asked about by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# By a question, the word that is asked about.
ASKED = {
    "States with more Gold customers than most": "more",
    "Merchant categories with more purchases than Grocery": "more",
    "How many customers bought only groceries?": "only",
    "Customers who joined in 2022 and last bought in 2024": "2024",
    "Top 5 merchant categories and top 5 states by revenue": "top",
    "Best and worst segment by revenue": "worst",
    "Revenue in euros for 2024": "euros",
    "Customers with a lifetime value in the six figures": "six figures",
    "How many customers have a credit limit of 5.000": "5.000",
    "How many customers have a credit limit between 10000 and 5000": "10000",
    "Distribution of purchases by amount in steps of 100": "in steps of",
    "Correlation between revenue and number of customers by state": "total customers",
    "Sort customers by name": "by name",
    "Top 5 customers by name": "by name",
    "compare the card types": "compare",
    "Revenue without the top 10 customers": "without",
    "Customers in the same city as C000042": "same",
    "Total transactions value 2024": "value",
    "Revenue from Travel and Hotels": "Hotels",
    "How many customers bought in every month of 2024?": "every",
    "Segments where revenue in 2024 is lower than in 2023": "lower than",
    "Customer with the oldest account": "oldest account",
    "Top 3 and bottom 3 merchant categories by revenue": "bottom",
    "Average number of customers per state": "Average",
    "Average of median purchases by segment": "median",
    "Which card type is most common among lapsed customers?": "most common",
    "Which customer changed segments most often?": "most often",
    "Customers who have an up trend in transaction value": "customers",
    "Share of customers who changed segment in 2024": "share",
    "What does lapsed mean?": "mean",
    "top 9999999999999999999999999999999999999999 customers by lifetime value": "top",
    "How many customers have spent more than $2000 in a single purchase?": "2000",
    "Which of the top 10 customers by lifetime value live in Texas?": "top",
    "Total spend between 2022 and": "and",
    "Total spend from 2022 to": "to",
    "What did customers spend between January 2024 and": "and",
    "How many customers are Gold and how many are active?": "how many",
    "How many purchases in Texas and how many refunds in Florida": "how many refunds",
    "revenue in Texas and purchases in Florida": "purchases",
    "silver card lapsed share of cardholders": "share of",
    "number of customers and number of Gold customers": "number of",
    "How many percent of the people who left Declining are Gold?": "Gold",
    "What share of customers with more than 20 purchases are active?": "share",
    "Average purchase in Texas compared to the overall average": "compared to",
    "Which card type has the largest share of lapsed customers in each segment?": "share",
    "Which segment gained the most customers in 2024, and which lost the most?": "and which",
    "moves into Declining by new segment": "segment",
    "all our customers, but the Gold ones: average age": "but",
    "top 5 customers by spend in Texas and in Florida each": "each",
    "lowest credit limit per segment and who has it": "and who has it",
    "purchases on Mondays and on other days of 2024": "other",
    "what percent higher was revenue in December 2024 than in November 2024": "higher",
    "distribution of the number of purchases per customer": "distribution of",
    "age distribution of lapsed customers by age group": "distribution of",
    "list all purchases of C000042": "list all",
    "latest refund of C000042": "refund",
    "the amounts of Grocery purchases": "amounts of",
    "Top 10 % of customers by lifetime value: how many are Platinum?": "how many",
    "How many Platinum customers are in the top 10 % of customers by lifetime value": "How many",
    "median of the last purchases in Texas": "median",
    "customers whose spend grew month over month": "month over month",
    "which segment had the highest refund": "highest refund",
    "who has the average age": "who",
    "people with the minimum transaction value": "people",
    "credit limit of one customer": "1",
    "Show customers with their credit limit. 10 please": "10",
}  # fmt: skip


@pytest.mark.parametrize(("question", "word"), ASKED.items())
def test_a_word_without_an_effect_is_asked_about(ask: Ask, question: str, word: str) -> None:
    found = ask(question)
    assert not isinstance(found, Answered), found.reading
    assert word in found.text


# By a question, the piece of its statement without which a word would have had no effect.
READ = {
    "What percentage of active customers are Gold?": "CUSTOMERS.CARD_TYPE = 'Gold'",
    "What percentage of churned customers hold a Platinum card?": "CUSTOMERS.CARD_TYPE = 'Platinum'",
    "customers with a spend difference under -300": "MOM_ABSOLUTE_CHANGE < -300",
    "Customers with a month-over-month change below minus 50 percent": "MOM_PERCENT_CHANGE < -50",
    "Revenue excluding Texas and weekends": "IS_WEEKEND = FALSE",
    "How many customers are neither active nor lapsed?": "<> 'Active' AND CUSTOMERS.CUSTOMER_STATUS <> 'Lapsed'",
    "How many customers left Budget-Conscious for Declining in the last 6 months?": "ENTERED_SEGMENT = 'Declining'",
    "Average purchases per customer by state in 2024": "NULLIF(COALESCE(BOTTOM_SIDE.TOTAL_CUSTOMERS, 0), 0) AS RATIO",
    "Revenue last month compared to the month before": "2024-10-01",
    "Which is the most common segment?": "TOTAL_CUSTOMERS",
    "segment revenue 2024 top": "LIMIT 1",
    "the five biggest purchases of 2024": "TRANSACTION_TYPE = 'purchase'",
    "last 3 refunds of C000042": "TRANSACTION_TYPE = 'refund'",
    "everyone but lapsed customers: average age": "CUSTOMER_STATUS <> 'Lapsed'",
    "revenue from all segments but Declining": "SEGMENT <> 'Declining'",
    "How many times did C000042 change segment?": "METRICS SEGMENT_HISTORY.SEGMENT_CHANGES",
    "sort the states by revenue growth in 2024, lowest first": "ORDER BY CHANGE_PERCENT ASC NULLS LAST, STATE",
    "Which month had the highest share of revenue in 2024": "ORDER BY SHARE_PERCENT DESC",
    "For each segment, which category has the highest share of revenue?": "OVER (PARTITION BY SEGMENT ORDER",
    "What share of customers who hold a Gold card are active?": "WHERE CUSTOMERS.CARD_TYPE = 'Gold' ) ), PART",
    "What percentage of customers using a Silver card live in Texas?": "WHERE CUSTOMERS.CARD_TYPE = 'Silver' ) ), PART",
    "What share of customers whose favourite category is Grocery are active?": "TOP_CATEGORY_1 = 'Grocery' ) ), PART",
    "What percentage of purchases made on weekends are at Restaurants?": "WHERE DATES.IS_WEEKEND = TRUE ) ), PART",
    "In terms of revenue, what are the worst three merchant categories of 2024?": "LIMIT 3",
    "revenue, which are the best 3 categories": "LIMIT 3",
}
TWICE = {
    "Customers who spent over 1000 on travel and over 500 on dining in 2024": "2024-01-01",
    "How many customers who bought Electronics also bought Clothing?": "AMOUNT_",
}  # fmt: skip


@pytest.mark.parametrize(("question", "piece"), READ.items())
def test_a_word_has_its_effect(ask: Ask, question: str, piece: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert piece in " ".join(found.sql.split())


@pytest.mark.parametrize(("question", "piece"), TWICE.items())
def test_a_word_reaches_both_conditions(ask: Ask, question: str, piece: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert found.sql.count(piece) >= 2, found.sql


def test_a_purchase_that_is_not_there_ends_at_the_next_verb(ask: Ask) -> None:
    found = ask("How many customers without a purchase in Travel have a Platinum card?")
    assert isinstance(found, Answered), found
    assert "Rows: card type is Platinum." in found.reading
