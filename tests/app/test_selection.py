"""Filters, their form in the address, and the condition that they become."""

from __future__ import annotations

import pytest
from customer_360.access.filters import condition
from customer_360.selection import Extent, Selection

EXTENT = Extent(("CA", "NY"), (500, 50_000), 1_000)


def test_an_address_gives_back_the_selection() -> None:
    selection = Selection(("Declining",), ("Gold", "Basic"), ("High",), ("Lapsed",), ("NY",), (1_000, 20_000))
    assert Selection.from_params(selection.to_params(), EXTENT) == selection
    assert Selection().to_params() == {}


@pytest.mark.parametrize(
    "limit",
    ["", "abc", "9-", "-5-10", "20000-1000", "1e3-2e3", "500-50000", "0-99999999", f"1000-{'9' * 5_000}"],
    ids=lambda limit: limit[:20],
)
def test_nonsense_in_an_address_is_dropped(limit: str) -> None:
    params = {"segment": ["Nope", "' or 1=1 --"], "card": ["gold"], "state": ["ZZ"], "limit": [limit], "other": ["x"]}
    assert Selection.from_params(params, EXTENT) == Selection()


def test_limits_in_an_address_are_brought_within_bounds() -> None:
    assert Selection.from_params({"limit": ["5000-90000"]}, EXTENT).credit_limit == (5_000, 50_000)


@pytest.mark.parametrize(
    ("selection", "sql", "params"),
    [
        (Selection(), "true", []),
        (Selection(segments=("Declining", "New & Growing")), "segment in (?, ?)", ["Declining", "New & Growing"]),
        (
            Selection(card_types=("Gold",), states=("CA",), credit_limit=(500, 900)),
            "card_type in (?) and state in (?) and credit_limit between ? and ?",
            ["Gold", "CA", 500, 900],
        ),
        (
            Selection(churn_risks=("High",)),
            "churn_risk_category in (?) and customer_status in (?)",
            ["High", "Active"],
        ),
        (
            Selection(churn_risks=("High",), statuses=("Lapsed",)),
            "churn_risk_category in (?) and customer_status in (?)",
            ["High", "Lapsed"],
        ),
    ],
)
def test_a_selection_is_a_condition_with_bound_values(selection: Selection, sql: str, params: list[object]) -> None:
    assert condition(selection) == (sql, params)


def test_a_risk_is_spoken_of_those_who_can_be_kept_unless_a_status_is_chosen() -> None:
    assert Selection().risk_statuses == ("Active",)
    assert Selection(statuses=("Lapsed",)).risk_statuses == ("Lapsed",)
    assert Selection().selected_statuses == ()
