"""Words of every day that several things are called by are asked about, with what they can mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Clarify, Refused

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

OPEN = {
    "How many customers have a stable trend?": ("three month trend", "average purchase"),
    "Which customers matter most to us?": ("lifetime value", "transaction count"),
    "What is the growth in Texas?": ("growth of customers", "growth of total revenue"),
    "How many customers have the category Hotels?": ("merchant category name", "top category 1"),
    "What is the value per segment?": ("lifetime value", "transaction value"),
    "What is the average for each segment?": ("avg credit limit", "avg spend"),
    "What's the date for customer C000042?": ("account open date", "last transaction date"),
    "Give me all the customers from 2023": ("account open date", "last transaction date"),
    "customers with a change of more than 20": ("mom percent change", "mom absolute change"),
    "Which customers are above average?": ("lifetime value", "transaction count"),
    "What is our retail revenue?": ("Online Retail", "Shopping"),
    "What did people spend on food in 2024?": ("Fast Food", "Dining"),
    "How much is spent in shops?": ("Coffee Shops", "Shopping"),
    "number of travel customers": ("category group", "segment"),
    "revenue of": ("of",),
    "amount of purchases in 2024": ("total revenue", "transaction count"),
    "Give me the rate for each segment": ("churned customer percent", "refund rate"),
    "KPIs by card type": ("total revenue", "total customers"),
    "percentage by card type": ("total revenue", "total customers"),
    "the amounts by segment": ("total revenue", "avg transaction value"),
    "which card type is winning": ("lifetime value", "total customers"),
    "list older people": ("age",),
    "customers with a category of Restaurants": ("top category 1", "top category 2"),
    "which customers have": ("have",),
    "who": ("who",),
    "transactions since": ("since",),
    "Gold Plus customers": ("Gold Plus",),
    "show me the trend": ("trend",),
    "share of Gold": ("total revenue", "total customers"),
    "value of Gold customers": ("value", "lifetime value"),
    "What's the average of the Gold cardholders?": ("avg credit limit", "avg customer ltv"),
    "activity by month": ("transaction count",),
    "number of customers in": ("in",),
    "rank by revenue": ("rank by",),
    "What share of revenue do the top 250% of customers bring?": ("250 %",),
    "list the top -3 states by revenue": ("-3",),
    "customers from York": ("New York",),
    "How many customers are below 60 days?": ("account tenure days", "days since last transaction"),
    "customers with 500": ("credit limit", "lifetime value"),
    "customers with an excellent lifetime value": ("excellent lifetime value",),
    "purchases made online in 2024": ("Online Retail",),
}


@pytest.mark.parametrize(("question", "names"), OPEN.items())
def test_what_is_open_is_asked_with_what_it_can_mean(ask: Ask, question: str, names: tuple[str, ...]) -> None:
    found = ask(question)
    assert isinstance(found, Clarify), found
    assert [name for name in names if name not in found.text] == []


UNKNOWN = {
    "Who won the last football world cup?": "football world cup",
    "What's the Net Promoter Score of Platinum holders?": "Net Promoter Score",
    "How many customers do we have in Puerto Rico?": "Puerto Rico",
    "Credit limit of customer C0000042X": "C0000042X",
    "How many customers live in Springtown-upon-Avon?": "Springtown",
    "What did people spend in Pet Shops in 2024?": "Pet Shops",
    "revenue from Toy Stores": "Toy Stores",
    "top categories in 2014": "2014",
    "What is the Gold level of our customers?": "Gold level",
}


@pytest.mark.parametrize(("question", "name"), UNKNOWN.items())
def test_a_name_that_is_unknown_is_named_as_it_was_written(ask: Ask, question: str, name: str) -> None:
    found = ask(question)
    assert isinstance(found, Refused), found
    assert name in re.findall(r'"([^"]+)"|from (\d+)', found.text)[0]
