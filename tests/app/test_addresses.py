"""What an address that a reader brings opens: a tab, the ranges of a campaign, and the assistant's questions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import pytest
from customer_360.database import DatabaseUnavailableError
from customer_360.tabs import assistant
from streamlit.testing.v1 import AppTest

if TYPE_CHECKING:
    from tests.support.opened_pages import Open
    from tests.support.platforms import Platform


def test_an_address_opens_its_tab_and_going_back_the_one_before(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports, tab=["no such tab"])
    assert not at.exception
    opened = at.radio(key="open_tab").value
    assert at.query_params["tab"] == [opened]
    at.query_params["tab"] = "customer"  # what the browser's Back leaves in the address
    at.run()
    assert at.radio(key="open_tab").value == "customer"
    at.query_params["tab"] = "no such tab"
    at.run()
    assert at.radio(key="open_tab").value == "customer", "an address without a tab leaves the reader where he is"
    assert at.query_params["tab"] == ["customer"]


def ranges() -> None:
    """Stand for a page: take the ranges from the address and show as which parameters they are kept."""
    import streamlit as st  # noqa: PLC0415  a page's text stands alone
    from customer_360.campaign.scenarios import GIVEN  # noqa: PLC0415
    from customer_360.state import address_of_this_run  # noqa: PLC0415
    from customer_360.tabs.campaign_outlook import range_params, take_ranges  # noqa: PLC0415

    take_ranges(address_of_this_run(), GIVEN[0].terms)
    st.json(range_params(GIVEN[0].terms))


@pytest.mark.parametrize(
    ("brought", "is_taken"),
    [
        ("12-34", True),
        ("20-20", True),
        ("10-100", True),
        ("9-34", False),
        ("12-101", False),
        ("34-12", False),
        ("12-", False),
        ("", False),
    ],
)
def test_an_address_brings_the_ranges_that_lie_within_their_bounds(brought: str, *, is_taken: bool) -> None:
    at = AppTest.from_function(ranges)
    at.query_params["lift_range"] = brought
    at.run()
    assert not at.exception
    assert json.loads(at.json[0].value) == {"response_range": [], "lift_range": [brought] if is_taken else []}


def test_the_questions_of_an_address_are_asked_once(
    platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def away(_query: object, _transport: object, question: str, _history: object) -> NoReturn:
        asked.append(question)
        message = "Nobody answers."
        raise DatabaseUnavailableError(message)

    monkeypatch.setattr(assistant.assistant, "answer", away)
    monkeypatch.setattr(assistant.assistant, "record_question", lambda *_: None)
    questions = ["never asked", "how many customers", " ", "and by state"]
    at = open_page(platform.ports, tab=["assistant"], question=questions)
    assert not at.exception
    assert asked == ["how many customers", "and by state"]
    assert at.query_params["question"] == asked
    at.run()
    at.query_params["question"] = ["how many transactions"]  # what the browser's Back leaves in the address
    at.run()
    assert asked == ["how many customers", "and by state"], "a conversation goes on where it is"
    assert at.query_params["question"] == asked
