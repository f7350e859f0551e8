"""What a question says of its asker is left out, and nothing that chooses rows is."""

from __future__ import annotations

import pytest

from local_account.analyst.padding import is_of_asker, sentences, without_padding, without_rule

LEFT_OUT = {
    "Real quick before my 10 o'clock: how many customers are there": "how many customers are there",
    "CMO wants one number - revenue at risk": "revenue at risk",
    "customers by card type for the retention deck": "customers by card type",
    "Sizing a win-back campaign: how many customers are lapsed": "how many customers are lapsed",
    "Need a mailing list: Platinum customers in Texas": "Platinum customers in Texas",
    "For the VIP event: top 10 customers by age": "top 10 customers by age",
    "Concentration check: share of the top 10 %": "share of the top 10 %",
    "We had more purchases in 2024 than in 2023, didn't we?": "We had more purchases in 2024 than in 2023",
    "The board wishes to know the median age": "the median age",
    "I have a meeting in 5 minutes, what was revenue in 2024?": "what was revenue in 2024?",
    "I'm putting together a slide on Gold customers - how many are there": "Gold customers - how many are there",
    "the number of lapsed customers so I can brief the team": "the number of lapsed customers",
    "FYI: total customers": "total customers",
    "I'm new here. How many customers do we have": "How many customers do we have",
    "Just double-checking: total customers": "total customers",
    "revenue 2024, boss is asking": "revenue 2024",
    "I'd love the median age": "the median age",
    "Hi, it's my first day. How many categories are there?": "How many categories are there?",
    "Just so I get a feeling for it: when was the first purchase": "when was the first purchase",
    "To get an idea: how many customers are there": "how many customers are there",
    "Sorry if this is a silly question, but what is the median age": "what is the median age",
    "This may sound strange, but who is the oldest": "who is the oldest",
    "Following up on the meeting - how many customers": "how many customers",
}
KEPT = (
    "For Gold customers: average age",
    "For students: average spend",
    "In Narnia: revenue",
    "Gold customers: how many",
)


@pytest.mark.parametrize(("question", "asked"), LEFT_OUT.items())
def test_what_an_answer_is_for_is_left_out(question: str, asked: str) -> None:
    assert without_padding(question) == asked


@pytest.mark.parametrize("question", KEPT)
def test_what_can_choose_rows_is_kept(question: str) -> None:
    assert without_padding(question) == question


def test_what_somebody_tells_of_himself_is_a_sentence() -> None:
    told, asked = sentences("I have a customer at my desk: where does C000042 live? And since when?")[:2]
    assert (told, asked) == ("I have a customer at my desk:", "where does C000042 live?")
    assert is_of_asker(told)
    assert sentences("Gold customers: how many") == ["Gold customers: how many"]


def test_the_numbers_of_a_rule_are_none_that_is_asked_for() -> None:
    assert without_rule("I have heard of the 80/20 rule.") == "I have heard of the  rule."
    assert without_rule("the top 80/20 customers") == "the top 80/20 customers"
