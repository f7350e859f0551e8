"""Idioms of every day: each is read as the plain words that stand for it, and no pattern is there in vain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_account import fast_yaml
from local_account.analyst import Answered
from local_account.analyst.idioms import idioms_of, literal_of, with_idioms
from local_account.analyst.lexicon import lexicon_of
from local_account.analyst.words import tokens
from tests.semantic.analyst.conftest import Values, check_pieces

if TYPE_CHECKING:
    from local_account.analyst.idioms import Idiom
    from local_account.semantic.model import SemanticModel
    from tests.semantic.analyst.conftest import Ask

# By what is said every day, what is read: at least one for each pattern, in its order.
READ: dict[str, str] = fast_yaml.load(Path(__file__).with_name("idioms.yaml").read_text())


@pytest.fixture(scope="module")
def idioms(model: SemanticModel) -> list[Idiom]:
    """Those of the model; to compile them takes a quarter of a second."""
    return idioms_of(lexicon_of(model, Values(model)))


@pytest.mark.parametrize(("said", "read"), READ.items())
def test_an_idiom_is_read_as_plain_words(idioms: list[Idiom], said: str, read: str) -> None:
    found = with_idioms(tokens(said), idioms)
    assert " ".join(token.text for token in found) == read


def test_each_pattern_has_an_example(idioms: list[Idiom]) -> None:
    examples = [tokens(text) for text in READ]
    unused = [
        idiom[0].pattern for idiom in idioms if not any(with_idioms(found, [idiom]) != found for found in examples)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        (r"\bhow are (?:they|we) doing\b", "how are "),
        (r"(?:please )?name (\w+)", "name "),
        ("colou?r of", "colo"),
        ("x*y{2}z+ok", "ok"),
        (r"more than \(two\)|fewer", ""),
        ("a[bc ]d", "a"),
        ("(?:one|two)", ""),
    ],
)
def test_what_each_match_holds_is_known(pattern: str, literal: str) -> None:
    assert literal_of(pattern) == literal


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
    "Please give me the total credit exposure across all cardholders.": "METRICS CUSTOMERS.TOTAL_CREDIT_LIMIT\n)",
    "I wonder how the number of purchases in 2024 splits over the days of the week.": "DATES.WEEKDAY",
    "How many customers who were Declining became Budget-Conscious?": "ENTERED_SEGMENT = 'Budget-Conscious'",
    "segment movements from and to, March 2024": "PREVIOUS_SEGMENT",
    "what percentage of our cardholders has which card?": "CARD_TYPE",
    "Which amount do 90% of all purchases not exceed?": "PERCENTILE_CONT(0.9)",
    "the three cities whose clients spent the least in total in 2023": "LIMIT 3",
    "which customers paid the most in 2023": "TOTAL_REVENUE DESC",
    "percentage of all clients who shopped at Grocery in Q1 2024": "DIMENSIONS CUSTOMERS.CUSTOMER_ID",
    "Out of all cardholders, what percentage bought at Restaurants in March 2024?": "DIMENSIONS CUSTOMERS.CUSTOMER_ID",
    "percent of customers with one or more grocery purchases in 2023": "DIMENSIONS CUSTOMERS.CUSTOMER_ID",
    "Of the Gold customers, how many percent live in Texas?": "CARD_TYPE = 'Gold' AND CUSTOMERS.STATE_NAME = 'Texas'",
    "Which place does Florida take among all states in number of purchases for 2024?": "WHERE STATE_NAME = 'Florida'",
    "If we rank states by 2023 revenue, highest first, what position is Texas in?": "AS PLACE",
    "Texas rank by revenue among all states, 2023": "AS PLACE",
    "80% of our LTV comes from how many customers, counted from the top by LTV?": "FACTS CUSTOMERS.LIFETIME_VALUE",
    "categories with an average ticket over $80 in 2023 and their average ticket": "AVG_TRANSACTION_VALUE > 80",
    "average credit limit per card type, but only card types over $5,000": "AVG_CREDIT_LIMIT > 5000",
    "revenue in 2023 on weekends and from Monday to Friday": "IS_WEEKEND IN (TRUE, FALSE)",
    "number of purchases on Saturdays and Sundays versus Monday to Friday": "IS_WEEKEND IN (TRUE, FALSE)",
    "For each segment, compare revenue on weekends with that from Monday to Friday": "IS_WEEKEND IN (TRUE, FALSE)",
    "Count the moves into Budget-Conscious, by the segment that customers moved from": "PREVIOUS_SEGMENT, SEGMENT_CH",
    "segment changes per former segment, how many of each?": "METRICS SEGMENT_HISTORY.SEGMENT_CHANGES",
    "In each state, show me the customer whose credit limit is the lowest": "BY STATE ORDER BY CREDIT_LIMIT ASC",
    "For each group of categories, what is the median purchase?": "DIMENSIONS MERCHANT_CATEGORIES.CATEGORY_GROUP",
    "Which segments have more than 50 customers, and how many customers does each of these have?": "> 50",
    "Count everybody with a Basic card": "CARD_TYPE = 'Basic'",
    "average age of customers in a state other than Texas": "STATE_NAME <> 'Texas'",
    "how many customers are in any card type but Gold": "CARD_TYPE <> 'Gold'",
    "how many times did clients make a purchase over $1,000 in 2023": "TRANSACTION_AMOUNT > 1000",
    "revenue in Texas plus Florida in 2023": "STATE_NAME IN ('Texas', 'Florida')",
    "total credit limit of Platinum and Gold customers, as one number": "METRICS CUSTOMERS.TOTAL_CREDIT_LIMIT\n",
    "what percentage of spend in Q2 2024 falls to Grocery": "MERCHANT_CATEGORY_NAME = 'Grocery'",
    "By what percentage was revenue up or down in 2024 against 2023?": "CHANGE_PERCENT",
    "revenue in the first and second quarter of 2023 by card type": "DATE '2023-04-01' AND DATE '2023-06-30'",
    "List the revenue of 2023 next to that of 2024 by segment": "TOTAL_REVENUE_2023",
    "count of clients whose spending over the whole of 2023 comes to more than $900": "COALESCE(AMOUNT_1, 0) > 900",
    "customers whose purchases at Travel in 2023 come to more than $2,000": "COALESCE(AMOUNT_1, 0) > 2000",
    "revenue by card type in 2023, Travel excluded": "CATEGORY_GROUP <> 'Travel'",
    "average age by state, with all lapsed customers not counted": "CUSTOMER_STATUS <> 'Lapsed'",
    "how many customers are at low or medium risk": "CHURN_RISK_CATEGORY IN ('Low', 'Medium')",
    "How many customers are not at a low or a high risk of leaving?": "CHURN_RISK_CATEGORY NOT IN ('Low', 'High')",
    "how many Gold clients spent less in the last 60 days than in the 60 days before that": "DATE '2024-09-03' AND",
    "customers with higher spend in 2024 than in 2023, by segment": "AMOUNT_1, 0) > COALESCE(AMOUNT_BEFORE_1, 0)",
    "share of customers whose spend fell in 2024 compared with 2023": "AMOUNT_1, 0) < COALESCE(AMOUNT_BEFORE_1, 0)",
    "for each state, how many clients reduced their spend in Q2 2024 compared to Q1 2024": "CHOSEN.STATE",
    "did we make more in Q4 2024 than in the previous quarter": "'2024-07-01' AND DATE '2024-09-30'",
    "how many customers spent less in 2024 than in the previous year": "'2023-01-01' AND DATE '2023-12-31'",
    "Count the clients in every age band, the bands being under 25, 25-34 and 65 and over": "'25-34', '65 and over'",
    "number of refunds as a share of all purchases by card type": "REFUND_RATE",
}


@pytest.mark.parametrize(("question", "piece"), ASKED.items())
def test_what_is_said_every_day_is_answered(ask: Ask, question: str, piece: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert piece in found.sql


# Beside an idiom, what it must not take away: a piece of SQL that is there, or one that is not.
KEPT = {
    "how many customers are without the Platinum card": ("CARD_TYPE <> 'Platinum'", "= 'Platinum'"),
    "customers by card type without the lapsed ones": ("CUSTOMER_STATUS <> 'Lapsed'", "CHURNED_CUSTOMERS"),
    "revenue without our Gold customers": ("CARD_TYPE <> 'Gold'", "CARD_TYPE = 'Gold'"),
    "states without our Platinum customers": ("CARD_TYPE = 'Platinum'", "CARD_TYPE <> 'Platinum'"),
    "number of customers who bought in Airlines and Hotels": ("CONDITION_2", "IN ('Airlines', 'Hotels')"),
    "count the customers who bought in Dining, Travel and Shopping": ("CONDITION_3", "IN ('Dining'"),
    "customers who bought from airlines as well as from hotels during 2024": (
        "CONDITION_2",
        "IN ('Airlines', 'Hotels')",
    ),
    "number of customers who bought in Airlines or Hotels": ("IN ('Airlines', 'Hotels')", "CONDITION_2"),
    "how much revenue came from Airlines as well as Hotels": ("IN ('Airlines', 'Hotels')", "CONDITION_2"),
    "how many accounts were opened in March 2024": ("2024-03-01", "STATE"),
    "how many accounts were opened in Vermont": ("TOTAL_CUSTOMERS", "ACCOUNT_OPEN_DATE"),
    "revenue divided between Texas and Florida": ("DIMENSIONS CUSTOMERS.STATE_NAME", "PART"),
    "revenue by Texas and Florida and by month": ("CUSTOMERS.STATE_NAME", "PART"),
    "revenue for Texas and Florida separately": ("DIMENSIONS CUSTOMERS.STATE_NAME", "PART"),
    "How does the refund rate look compared to the previous year by segment": ("2024-01-01", "AVG"),
    "how much is spent by individual customers in Texas": ("CUSTOMER_ID", "AVG"),
    "how much was spent by customer in 2024": ("CUSTOMER_ID", "AVG"),
    "customers who had at least one refunded purchase": ("REFUND_COUNT", "PURCHASING"),
    "in average how much is spent per purchase by customers in Texas": ("AVG_TRANSACTION_VALUE", "CUSTOMER_ID"),
    "customers who dropped in revenue": ("TOTAL_REVENUE", "SEGMENT"),
    "revenue last year, actually 2022": ("2022-01-01", "2023"),
    "What is the revenue? It should be monthly.": ("TRANSACTION_MONTH", "AVG"),
    "What is the revenue? I need it for this week.": ("2024-12-30", "AVG"),
    "What is revenue by state if it is a weekend?": ("IS_WEEKEND", "AVG"),
    "compare Declining to Budget-Conscious by revenue": ("TOTAL_REVENUE", "PREVIOUS_SEGMENT"),
    "ratio of Declining to Budget-Conscious customers": ("'Declining'", "PREVIOUS_SEGMENT"),
    "customers who used to be Declining": ("PREVIOUS_SEGMENT = 'Declining'", "CUSTOMERS.SEGMENT"),
    "revenue from Monday to Friday in 2024": ("'Thursday', 'Friday'", "IS_WEEKEND"),
    "revenue by weekday, Saturdays and Sundays": ("'Saturday', 'Sunday'", "IS_WEEKEND"),
    "moves into Declining by the segment customers went to": ("ENTERED_SEGMENT", "CUSTOMER_ID"),
    "share of 2024 purchases that fall on weekends": ("IS_WEEKEND", "AVG"),
    "what percentage of customers fell into Declining": ("ENTERED_SEGMENT = 'Declining'", "TOTAL_REVENUE"),
}
NOT_ANSWERED = (
    "share of customers whose purchases were refunded",
    "share of purchases not refunded",
    "What part of revenue was refunded?",
    "compare revenue numbers and customer numbers in 2023",
    "how many single customers are there in Texas?",
    "customers whose purchases in Travel exceeded 10",
    "customers with refund spend of over 50",
    "revenue in 2023, no 2024",
    "customers who used to be active and now are lapsed",
    "states customers over 60",
    "customers who bought individually",
    "average amount spent by customers",
    "How many in May second purchases were made",
    "Be strict about students and count customers",
    "We exclude students: how many customers are there?",
    "I care about premium users, what is the total revenue?",
    "How many active customers are there? We don't count students.",
    "What about premium users? How many customers are there?",
    "revenue in Texas plus Travel in 2023",
    "revenue by state as one figure",
    "revenue on Saturdays and Sundays each, and on weekdays",
    "customers whose purchases at Travel come to more than 10",
    "revenue by state in 2023, purchases under 10 dollars excluded",
    "number of customers by credit limit group: under 1,000, 1,000-9,999 and 10,000 and over",
    "Out of all students, how many percent bought at Travel?",
    "show customers who live next to Texas",
    "Which place does Texas take when states are ranked by 2024 revenue, lowest first?",
    "Half of our LTV comes from how many customers, counted from the top by credit limit?",
)


@pytest.mark.parametrize(("question", "pieces"), KEPT.items())
def test_no_idiom_takes_away_what_is_asked(ask: Ask, question: str, pieces: tuple[str, str]) -> None:
    check_pieces(ask, question, *pieces)


@pytest.mark.parametrize("question", NOT_ANSWERED)
def test_what_no_idiom_settles_is_not_answered(ask: Ask, question: str) -> None:
    assert not isinstance(ask(question), Answered)
