"""The monitoring tab without a browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
from customer_360.access import monitoring

if TYPE_CHECKING:
    import pytest

    from tests.support.opened_pages import Open
    from tests.support.platforms import Platform


def test_incidents_are_listed_under_titles_in_words_and_no_table_numbers_its_rows(
    platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = ["happened_at", "incident", "subject", "description", "run_id"]
    incident = [pd.Timestamp("2024-05-06 07:08:09"), "run failed", "PIPELINE", "Its disk is full.", "r-1"]
    found = pd.DataFrame([incident], columns=columns)
    monkeypatch.setattr(monitoring, "load_incidents", lambda _ask: found)
    at = open_page(platform.ports, "operations", "APP_OPERATIONS", tab=["monitoring"])
    assert not at.exception
    assert all(json.loads(table.proto.columns)["_index"]["hidden"] for table in at.dataframe)
    (shown,) = (table for table in at.dataframe if list(table.value.columns) == columns)
    assert shown.value.to_numpy().tolist() == [incident]
    titles = json.loads(shown.proto.columns)
    assert all(titles[name]["label"][0].isupper() for name in columns)
