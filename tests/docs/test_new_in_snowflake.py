"""docs/new_in_snowflake.md is read anew every half year, and says of the program what is so."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from components.repository import ROOT
from tests.support.recorded import recorded

PAGE = (ROOT / "docs/new_in_snowflake.md").read_text()


def is_fresh(page: str, today: date) -> bool:
    found = re.search(r"Read on: (\d{4}-\d{2}-\d{2})\.", page)
    return bool(found) and today - date.fromisoformat(found[1]) < timedelta(days=183)


def test_it_was_read_within_half_a_year() -> None:
    assert is_fresh(PAGE, datetime.now(UTC).date()), "read what the page names again, and set its day"


@pytest.mark.parametrize(
    ("page", "fresh"), [("Read on: 2026-06-02.", True), ("Read on: 2026-05-30.", False), ("", False)]
)
def test_an_old_page_is_seen(page: str, fresh: bool) -> None:
    assert is_fresh(page, date(2026, 11, 30)) == fresh


def test_what_is_said_not_to_be_used_is_not_declared() -> None:
    kinds = {resource.kind for resource in recorded("prod").resources}
    assert not kinds & {"CortexAgent", "WarehouseInteractive", "WarehouseAdaptive", "DynamicTable", "ComputePool"}
    assert {"SemanticView", "Warehouse", "Streamlit"} <= kinds
    assert not any("generation" in warehouse.inputs for warehouse in recorded("prod").of("Warehouse"))
