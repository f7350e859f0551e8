"""A word of every day is read as another one where only a slip of a finger puts it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered
from local_account.analyst.slips import meant
from local_account.analyst.words import tokens

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

MEANT = {
    "spend in the last tree months": ("spend in the last three months", "tree"),
    "what did customers send in 2024": ("what did customers spend in 2024", "send"),
    "total revenge in 2024": ("total revenue in 2024", "revenge"),
    "revenue form Texas": ("revenue from Texas", "form"),
    "revenue by mouth": ("revenue by month", "mouth"),
    "customers by sate": ("customers by state", "sate"),
    "average credit limit for each spending tend": ("average credit limit for each spending trend", "tend"),
    "sending on Essentials in 2024": ("spending on Essentials in 2024", "sending"),
    "the seveen best days of 2024 by revenue": ("the seven best days of 2024 by revenue", "seveen"),
    "how many customers left High-Value Travelrs in 2024": (
        "how many customers left High-Value Travelers in 2024", "Travelrs",
    ),
    "how many god customers do we have": ("how many gold customers do we have", "god"),
    "how many customers in theeir thirties do we have": ("how many customers in their thirties do we have", "theeir"),
    "customers who moved from Stable Mid-Spnders to Declining": (
        "customers who moved from Stable Mid-Spenders to Declining", "Spnders",
    ),
}  # fmt: skip
KEPT = (
    "how many trees do we have",
    "send by state",
    "average wage by state",
    "revenue by stage",
    "cold weather",
    "customers by card tape",
)


@pytest.mark.parametrize(("typed", "written"), MEANT.items())
def test_a_slip_is_mended_where_it_stands_and_said(ask: Ask, typed: str, written: tuple[str, str]) -> None:
    right, word = written
    asked, plain = ask(typed), ask(right)
    assert isinstance(asked, Answered), asked
    assert isinstance(plain, Answered)
    assert asked.sql == plain.sql
    assert f'"{word}" was read as' in asked.reading


@pytest.mark.parametrize("question", KEPT)
def test_a_word_elsewhere_is_no_slip(ask: Ask, question: str) -> None:
    assert not isinstance(ask(question), Answered)


def test_a_word_may_be_meant_for_several() -> None:
    assert meant(tokens("thee states"), 0) == ("the", "three", "there")
    assert meant(tokens("states"), 0) == ()
