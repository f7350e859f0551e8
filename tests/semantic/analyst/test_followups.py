"""Follow-ups: what takes the place of what, and what a question about one row goes on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.analyst import Answered

if TYPE_CHECKING:
    from tests.semantic.analyst.conftest import Ask

# The turns of a conversation, with what the last statement holds and what it must not hold.
TURNS = (
    (
        ("Which category has the highest revenue?", "what about the lowest?", "and by number of purchases?"),
        "ASC",
        "DESC",
    ),
    (("What segment is customer C000042 in?", "What's the lifetime value?"), "LIFETIME_VALUE", "METRICS"),
    (("customers by segment", "only Texas", "remove the state filter"), "SEGMENT", "WHERE"),
    (("correlation of age and tenure", "credit limit instead of age"), "CREDIT_LIMIT", "AGE,"),
    (
        ("Which share of customers is active?", "And per age group?", "Now the churn rate instead"),
        "CHURNED",
        "'Active'",
    ),
)


@pytest.mark.parametrize(("turns", "piece", "other"), TURNS)
def test_a_follow_up_changes_what_it_names(ask: Ask, turns: tuple[str, ...], piece: str, other: str) -> None:
    found = ask(turns[-1], *turns[:-1])
    assert isinstance(found, Answered), found
    assert piece in found.sql
    assert other not in found.sql
