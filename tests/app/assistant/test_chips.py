"""The parts of a reading, and what a click changes them into."""

from __future__ import annotations

import pytest
from customer_360.assistant.chips import Chip, chips
from customer_360.vocabulary import SEGMENTS

VIEW = "SEMANTIC_VIEW(D.GOLD.V DIMENSIONS {dimensions} METRICS {metrics} WHERE {where})"
OF_PLATINUM = "SELECT * FROM " + VIEW.format(
    dimensions="TRANSACTIONS.TRANSACTION_MONTH",
    metrics="TRANSACTIONS.TOTAL_REVENUE",
    where="CUSTOMERS.CARD_TYPE = 'Platinum' AND TRANSACTIONS.TRANSACTION_DATE >= DATE '2024-01-01'",
)
READING = "Total revenue by month. Days: 2024 (2024-01-01 to 2024-12-31) by transaction date."
VERIFIED = """WITH customers AS (
  SELECT * FROM SEMANTIC_VIEW(D.GOLD.V DIMENSIONS CUSTOMERS.CUSTOMER_ID, CUSTOMERS.SEGMENT)
)
SELECT segment, COUNT_IF(churn_risk_category = 'High') AS high_risk_customer_count
FROM customers WHERE (segment = 'Declining') AND customer_status <> 'Lapsed' GROUP BY segment"""


def told(found: tuple[Chip, ...]) -> dict[str, tuple[str, list[str]]]:
    return {chip.name: (chip.value, [change.label for change in chip.changes]) for chip in found}


def test_each_part_is_read_off_the_statement_and_offers_what_differs() -> None:
    assert told(chips(OF_PLATINUM, READING)) == {
        "Figure": ("total revenue", ["Transaction count", "Average transaction value"]),
        "By": ("transaction month", ["Segment", "Card type", "State"]),
        "Only": ("card type: Platinum", ["Gold", "Silver", "Basic"]),
        "Period": ("2024 (2024-01-01 to 2024-12-31)", ["Last 30 days", "Last 90 days", "Last 12 months"]),
    }


def test_what_a_click_asks() -> None:
    asked = [change.question for chip in chips(OF_PLATINUM, READING) for change in chip.changes]
    assert {"Show transaction count instead", "By state instead", "Only Gold", "What about the last 90 days?"} <= {
        *asked
    }


def test_a_verified_query_is_read_by_its_own_clauses() -> None:
    """A condition inside of a function counts some rows; it demands nothing of all."""
    assert told(chips(VERIFIED, "Verified.")) == {
        "Figure": ("high risk customer count", []),
        "By": ("segment", ["Card type", "State"]),
        "Only": (
            "segment: Declining",
            [name for name in SEGMENTS if name != "Declining"],
        ),
    }


@pytest.mark.parametrize(
    "where", ["SEGMENT = 'a' OR STATE = 'b'", "NOT SEGMENT = 'a'", "SEGMENT <> 'a'", "MONTH = 'May'"]
)
def test_what_is_not_demanded_of_every_row_is_no_filter(where: str) -> None:
    sql = "SELECT * FROM " + VIEW.format(dimensions="C.STATE", metrics="C.TOTAL_CUSTOMERS", where=where)
    assert "Only" not in told(chips(sql, ""))


def test_a_comparison_of_named_values_keeps_its_groups_and_period() -> None:
    sql = OF_PLATINUM.replace("CUSTOMERS.CARD_TYPE = 'Platinum'", "CUSTOMERS.SEGMENT IN ('Declining', 'New & Growing')")
    found = told(chips(sql, READING))
    assert (found["By"][1], found["Period"][1]) == ([], [])


@pytest.mark.parametrize("sql", [None, "", "not sql at ( all"])
def test_what_is_no_statement_has_no_parts(sql: str | None) -> None:
    assert chips(sql, READING) == ()
