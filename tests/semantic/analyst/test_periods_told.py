"""Periods told from another one, of every year, or that are none: read from what stands beside them, or asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered, Clarify

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# Of each question, what its SQL holds.
READ = {
    "Revenue from 3 to 9 June 2022": ["BETWEEN DATE '2022-06-03' AND DATE '2022-06-09'"],
    "Revenue in January 2024 compared to the previous month": ["DATE '2024-01-01'", "DATE '2023-12-31'"],
    "Revenue in Q1 2024 compared to the previous quarter": ["DATE '2024-01-01'", "DATE '2023-10-01'"],
    "Revenue last month compared to the month before": ["DATE '2024-11-01'", "DATE '2024-10-01'"],
    "Revenue last 30 days vs previous 30 days": ["DATE '2024-12-02'", "DATE '2024-11-02'"],
    "Revenue in the month before March 2024": ["BETWEEN DATE '2024-02-01' AND DATE '2024-02-29' )"],
    "Revenue in March 2024 compared to the same month of the previous year": ["DATE '2024-03-31'", "DATE '2023-03-31'"],
    "Revenue in Q2 2024 against the same quarter of the year before": ["DATE '2024-04-01'", "DATE '2023-04-01'"],
    "Revenue by segment in March 2024 compared with the same month in 2022": ["SEGMENT", "DATE '2022-03-01'"],
    "Revenue during Q4 for each year": ["DIMENSIONS TRANSACTIONS.TRANSACTION_QUARTER", "'2020-10-01'", "'2024-12-31'"],
    "Revenue in every December": ["DIMENSIONS TRANSACTIONS.TRANSACTION_MONTH", "'2020-12-01'", "'2024-12-31'"],
    "How many customers opened an account in December of any year?": ["'2020-12-01'", "'2024-12-31'"],
    "Revenue on July fourth 2024": ["DATE '2024-07-04'"],
    "Revenue on the twenty-first of March 2024": ["DATE '2024-03-21'"],
    "monthly revenue through 2023": ["BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'"],
    "Revenue on 15/03/2024": ["DATE '2024-03-15'"],
}
# Of each question, what is asked about.
ASKED = {
    "Revenue from 2024 to 2022": "Nothing lies between 2024 and 2022",
    "How many customers have a credit limit between 10000 and 5000?": "Nothing lies between 10000 and 5000",
    "Revenue in the last 1.5 months": "which days",
    "Revenue in the last 0 days": "which days",
    "Revenue in the last 999999999999999999999999 days": "which days",
    "Revenue growth by month in 2024 compared to the same month of 2023": "same month",
    "Revenue in Q1 2024 compared to the previous year": "from Q1 2024",
    "Revenue in March 2024 vs December of each year": "which year",
    "The month before": "not asked before",
    "revenue Dec 24": "a day of 2024 or a month of 2024",
}
# Of each question, what its reading says beside the figure.
SAID = {
    "Revenue from November 2024 to February 2025": "The data end on 2024-12-31",
    "Revenue on 02/03/2024": "month, day and year",
}


@pytest.mark.parametrize(("question", "pieces"), READ.items())
def test_a_period_is_told_from_the_one_beside_it(ask: Ask, question: str, pieces: list[str]) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    text = " ".join(found.sql.split())
    assert [piece for piece in pieces if piece not in text] == [], text


@pytest.mark.parametrize(("question", "words"), ASKED.items())
def test_days_that_are_none_are_asked_about(ask: Ask, question: str, words: str) -> None:
    found = ask(question)
    assert isinstance(found, Clarify), found
    assert words in found.text


@pytest.mark.parametrize(("question", "words"), SAID.items())
def test_what_was_assumed_of_days_is_said(ask: Ask, question: str, words: str) -> None:
    found = ask(question)
    assert isinstance(found, Answered), found
    assert words in found.reading
