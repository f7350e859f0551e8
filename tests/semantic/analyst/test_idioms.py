"""Idioms of every day: each is read as the plain words that stand for it, and no pattern is there in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered
from local_account.analyst.idioms import idioms_of, with_idioms
from local_account.analyst.lexicon import lexicon_of
from local_account.analyst.words import tokens
from tests.semantic.analyst.conftest import Values

if TYPE_CHECKING:
    from local_account.semantic.model import SemanticModel
    from tests.semantic.analyst.conftest import Ask

# By what is said every day, what is read: at least one for each pattern, in its order.
READ = {
    "Which of the two had more customers": "Which had more customers",
    "How much more revenue did 2024 bring than 2023?": "compare revenue in 2024 with 2023 ?",
    "How concentrated is revenue: share of the top 5 states": "share of revenue from the top 5 states",
    "inflows into Declining": "moves into Declining",
    "outflow from Declining": "moves out of Declining",
    "customers who never changed segment": "customers with 0 segment changes",
    "How long do customers remain in New & Growing?": "average length of stay in New and Growing ?",
    "state with the highest purchase count": "state with the highest number of purchases",
    "total amount of purchases in 2024": "gross revenue in 2024",
    "average amount people pay per transaction in 2024": "average purchase in 2024",
    "In how many states are our customers located?": "how many states do we have customers in ?",
    "customers who have lapsed since": "customers who have lapsed",
    "moves into Declining and from where": "moves into Declining by former segment",
    "moves out of Declining and where do they go": "moves out of Declining by new segment",
    "how do our customers split among segments": "distribution of customers by segments",
    "From which segments did the Gold customers come?": "where did customers who moved into Gold come from ?",
    "in which segments has C000042 been": "show the segment history of C000042",
    "how does revenue on holidays compare with other days": "compare revenue on holidays or not",
    "Do weekends bring in more revenue than weekdays?": "compare revenue on weekends and on weekdays ?",
    "customers by limit band": "customers by credit limit band",
    "a higher limit": "a higher credit limit",
    "average revenue per Saturday": "average daily revenue on Saturday",
    "who bought most often in 2024": "which customer made the most purchases in 2024",
    "which customers bought the most frequently": "which customers made the most purchases",
    "Which category does C000042 prefer?": "what is the favourite category of C000042 ?",
    "the biggest credit limit any customer has": "the biggest credit limit",
    "moves by old and new segment": "moves by former segment and new segment",
    "moves by new and previous segment": "moves by new segment and former segment",
    "How did December go?": "how is December performing ?",
    "top 5 customers by limit": "top 5 customers by credit limit",
    "which segments do people remain in before leaving": "which segments do people remain in",
    "in which segment do customers stay the longest": "which segment has the longest average length of stay",
    "where do customers stay longest": "which segment has the longest average length of stay",
    "the newest ones, i.e. of last month": "the newest ones , of last month",
    "how many days have gone by since the last purchase": "how many days since the last purchase",
    "who bought something with us in 2024": "who bought something in 2024",
    "Looking at all customers, what is the average age": "what is the average age",
    "share of travel among their purchases of the last 90 days": "travel share",
    "how long does a customer remain in a segment before moving on": "how long does a customer remain in a segment",
    "revenue per state of the customer": "revenue per state",
    "by card type instead of by month": "by card type instead of month",
    "make that 10": "make it 10",
    "customers by age, in your age groups": "customers by age groups",
    "the largest month-over-month spend increase in dollars": "the largest mom absolute change",
    "the biggest month-over-month spend drop in dollars": "the lowest mom absolute change",
    "the dollar increase in spend month over month": "the mom absolute change",
    "Of the Gold customers, what share is lapsed?": "what share of the Gold customers is lapsed ?",
    "Order the days of the week by revenue": "Order the weekdays by revenue",
    "weekdays by revenue, busiest day first": "weekdays by revenue , highest first",
    "weekdays by revenue, quietest day first": "weekdays by revenue , lowest first",
    "segment moves into Declining": "number of segment changes into Declining",
    "segment changes that led to Declining": "segment changes to Declining",
    "total purchases in dollars before refunds are taken off": "gross revenue",
    "who is worth more on average over their lifetime": "who has the higher average lifetime value",
    "who is worth less over their lifetime": "who has the lower average lifetime value",
    "put Texas and Florida side by side": "compare Texas and Florida",
    "correlation of age and spend over the last 365 days": "correlation of age and ltv last 365 days",
    "customers with a limit below 5000": "customers with a credit limit below 5000",
    "how high is the limit": "how high is the credit limit",
    "average limit by card type": "average credit limit by card type",
    "Since when is C000042 our customer?": "when did C000042 open the account ?",
    "half of the Gold customers bought within how many days": "median days since last transaction of Gold customers",
    "the 25th and the 75th percentile": "the 25th percentile and 75th percentile",
    "p25 and p75 of credit limit": "p25 of credit limit and p75 of credit limit",
    "the 25th, 50th and 75th percentile": "the 25th percentile , 50th percentile and 75th percentile",
    "p10, p50 and p90 of age": "p10 of age and p50 of age and p90 of age",
    "monthly revenue in chronological order": "monthly revenue",
    "Which customer had the highest purchase amount?": "Which customer made the largest purchase ?",
    "which state had the lowest transaction in 2024": "which state made the smallest transaction in 2024",
    "the highest amount of a single purchase in 2024": "the highest purchase in 2024",
    "accounts opened 2024, number": "number of accounts opened 2024",
    "projected spend of the next twelve months": "projected spend of the next 12 months",
    "customers in Texas . Ids will do .": "customers in Texas .",
    "average spend, on average, of customers": "average spend on average of customers",
    "the very first purchase": "the first purchase",
    "on which day was the first purchase made": "when was the first purchase made",
    "by how many percent did revenue grow": "by what percentage did revenue grow",
    "the median and the average purchase for every group": "the median purchase and average purchase for every group",
    "spend for each combination of segment and card": "spend by segment and card",
    "time in a segment, for each of them": "time for each segment",
    "which three holidays bring the most": "which three holiday names bring the most",
    "moves from Declining to other segments in 2024": "moves from Declining in 2024",
    "who has gone the longest without a purchase": "who has the highest days since last transaction",
    "distribution of customers over age groups": "distribution of customers by age groups",
    "how many customers were active in each month": "monthly active customers in each month",
    "revenue in calendar year 2024": "revenue in year 2024",
    "how do the risk levels spread across active customers": "distribution of risk levels among active customers",
    "average stay in days by segment": "average stay by segment",
    "in each state, name the city with the most": "in each state , show the city with the most",
    "the amount of transaction T00000000001": "the amount for transaction T00000000001",
    "how much comes in on weekends": "how much total revenue on weekends",
    "how many weekend days had 2023": "how many days on weekends had 2023",
    "the number of weekend days": "the number of days on weekends",
    "accounts opened per quarter": "number of accounts opened per quarter",
    "into which segment did customers move most often": "which segment did customers move into most often",
    "the most frequent moves from one segment to another": "the most common movements",
    "customers who changed segment more than four times": "customers with more than four segment changes",
    "customers who changed segment more than twice": "customers with more than twice segment changes",
    "customers who changed segment 3 times": "customers with exactly 3 segment changes",
    "how many changed their segment to Declining": "how many moved to Declining",
    "how many customers switched to Declining": "how many customers moved to Declining",
    "how many categories do we keep track of": "how many categories",
    "how many customers are on file": "how many customers",
    "how concentrated is credit: what share do the top 10 bring": "what share do the top 10 bring",
    "how many customers does it take to make up half of revenue": "how many customers make up half of revenue",
    "how many do we need to reach half of revenue": "how many make up half of revenue",
    "how many are needed to reach half of revenue": "how many make up half of revenue",
    "what did the median purchase come to in 2024": "what did the median purchase in 2024",
    "revenue before any refunds": "revenue before refunds",
    "gross revenue so far, before refunds": "gross revenue so far",
    "how long do they stay in one segment on average": "how long do they stay in a segment on average",
    "the highest amount anybody ever paid in a single purchase": "the highest purchase",
    "days in the calendar table": "days",
    "revenue by name of the holiday": "revenue by the name of the holiday",
    "and the second favourite of C000001": "and the second favourite category of C000001",
    "what did we take on holidays": "how much revenue did we make on holidays",
    "their purchases in the month": "the customer purchases in the month",
    "who bought something with their card in 2024": "who bought something in 2024",
    "revenue by month as a table": "revenue by month",
    "how much does a customer spend in a month": "average spend per customer and month",
    "how many purchases does a customer make per month": "average purchases per active month",
    "the most money anyone spent in one go": "the largest purchase",
    "what was refunded in total": "what is the refund amount in total",
    "how much do we take in per day": "how much do we earn per day",
    "what do customers pay per purchase": "what is the average purchase",
    "the last 30 days against the 30 days before": "the last 30 days compared to the previous 30 days",
    "how many times did customers change segment": "how many segment changes",
    "what fraction of purchases ends in a refund": "what refund rate",
    "how fast is our customer base growing": "customer growth rate",
    "top 3 most common changes": "3 most common changes",
    "the top quarter of our customers": "the top 25 % of our customers",
    "how few customers bring half of revenue": "how many customers bring half of revenue",
    "median stay by segment": "median length of stay by segment",
    "purchases distributed over the week": "purchases distributed by day of the week",
    "purchases distributed over the year": "purchases distributed by month of the year",
    "whose spend went up by 50 percent": "whose spend grew by 50 percent",
    "how many moves from one segment to another": "how many moves",
    "average many purchases per customer and month": "average purchases per active month",
    "average much per customer and month": "average spend per customer and month",
    "what is the churn rate there": "what is the churn rate of these",
    "the last purchase of C000001, and how much was it": "last purchase date and last purchase amount of C000001",
    "where did the Declining go when they moved": "where did customers who left Declining go",
    "how does it differ from one card tier to the next": "how does it differ by card tier",
    "purchases per quarter of the year, no matter which year it was": "purchases per quarter of the year",
    "the minimum, the median and the maximum of the age": "the minimum age and median age and maximum age",
    "spending trend, how many customers in each": "how many customers in each spending trend",
    "since when is he a customer of us": "since when is he a customer",
    "the 20 percent of customers with the highest age": "the top 20 % of customers by age",
    "the 20 percent of customers with the lowest age": "the bottom 20 % of customers by age",
    "which weekday is the one with the least": "which weekday has the least",
    "customers in the upper quartile": "customers in the top quartile",
    "customers in the lower decile": "customers in the bottom decile",
    "how many holidays were there, according to the calendar?": "how many holidays were there ?",
    "spend at risk, in dollars, for Gold": "spend at risk , for Gold",
    "how many categories of merchants": "how many merchant categories",
    "how much does one purchase in Hotels cost on average": "what is the average purchase in Hotels",
    "cost of one purchase in Hotels on average": "average purchase in Hotels",
    "what do people pay on average for a purchase in Hotels": "what is the average purchase in Hotels",
    "the most common segment moves": "the most common movements",
    "the least frequent segment switch": "the least common movement",
    "top 3 movements between segments": "3 most common movements",
    "how many moves out of each segment": "how many moves by former segment",
    "how many moves into each segment": "how many moves by new segment",
    "how many moves did each segment receive": "segment changes by new segment",
    "how many customers did each segment lose": "segment changes by former segment",
    "which segments did they move into, and how many each?": "which segments did they move into ?",
    "customers who moved at least 3 times": "customers with at least 3 segment changes",
    "customers who moved more than twice": "customers with more than twice segment changes",
    "moves by former segment with their number": "moves by former segment",
    "on which weekday do customers shop most often": "which weekday has the most purchases",
    "in 2023, how many customers joined": "how many customers joined in 2023",
    "daily revenue average": "average daily revenue",
    "how much did we give back in refunds in 2023": "what is the refund amount in 2023",
    "how many Florida residents": "how many Florida customers",
    "median stay in Declining": "median length of stay in Declining",
}


@pytest.mark.parametrize(("said", "read"), READ.items())
def test_an_idiom_is_read_as_plain_words(model: SemanticModel, said: str, read: str) -> None:
    found = with_idioms(tokens(said), idioms_of(lexicon_of(model, Values(model))))
    assert " ".join(token.text for token in found) == read


def test_each_pattern_has_an_example(model: SemanticModel) -> None:
    unused = [
        pattern.pattern for pattern, said in idioms_of(lexicon_of(model, Values(model))) if not _changes(pattern, said)
    ]
    assert unused == []


def _changes(pattern: object, said: str) -> bool:
    return any(with_idioms(found := tokens(text), [(pattern, said)]) != found for text in READ)  # type: ignore[list-item]


# What is said every day, and the piece of SQL that it comes to.
ASKED = {
    "What card does customer C000042 have, and how high is the limit?": "CREDIT_LIMIT",
    "Since what date is C000042 our customer?": "ACCOUNT_OPEN_DATE",
    "Of the customers in Florida, what percent is active?": "STATE_NAME = 'Florida'\n",
    "Which customers spent the most with us in 2024?": "TOTAL_REVENUE DESC",
    "The two least selling categories by revenue in each category group please": "<= 2",
    "Which is the least busy day of the week for Coffee Shops, by number of purchases?": "TRANSACTION_COUNT ASC",
    "net revenue, discretionary versus essential categories": "DIMENSIONS MERCHANT_CATEGORIES.IS_DISCRETIONARY\n",
    "segment changes per month": "PREVIOUS_SEGMENT IS NOT NULL",
    "How many merchant categories do we keep track of?": "MERCHANT_CATEGORY_COUNT",
    "How long is the average stay in a segment, in days?": "METRICS SEGMENT_HISTORY.AVG_STAY_DAYS\n)",
    "how many purchases fall on Mondays": "WEEKDAY = 'Monday'",
    "How much value is at risk for each card level?": "SPEND_AT_RISK",
    "What portion of lifetime value sits with the top 1 percent of customers?": "* 0.01)",
    "In 2024, how many customers switched to Declining?": "ENTERED_SEGMENT = 'Declining'",
    "How many Platinum customers changed segment more than four times?": "> 4",
    "how many moves out of New & Growing were there in Q3 2024": "SEGMENT_CHANGES",
    "How many weekend days were there in 2023?": "DATES.DAY_COUNT",
    "accounts opened in 2022": "CUSTOMERS.TOTAL_CUSTOMERS",
    "Which share of the segment changes in 2024 went into Declining?": "ENTERED_SEGMENT = 'Declining'",
    "percentage of customers placed by an exact rule": "EXACT_RULE_PERCENT",
    "Revenue of November and December 2024 together": "OR",
    "revenue of Q3 and Q4 2023 together": "OR",
    "Median and average age": "AVG_AGE",
    "minimum and maximum credit limit": "MAX(CREDIT_LIMIT)",
    "For each year give me the two months with the highest revenue": "<= 2",
    "what percent of customers is over 60": "AGE > 60",
    "What was the amount of transaction T00000000001?": "TRANSACTION_AMOUNT",
}


@pytest.mark.parametrize(("question", "piece"), ASKED.items())
def test_what_is_said_every_day_is_answered(ask: Ask, question: str, piece: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert piece in found.sql
