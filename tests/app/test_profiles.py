"""What the page shows where the database is away, and how the query's columns get their types."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from customer_360 import profiles
from customer_360.database import DatabaseUnavailableError


def rows(count: int = 2) -> pd.DataFrame:
    columns: dict[str, Any] = dict.fromkeys(profiles._NUMBERS, "1.5")
    columns |= {"last_transaction_date": "2024-12-30", "profile_updated_at": "2025-01-01", "customer_id": "C1"}
    return pd.DataFrame([columns | {"last_transaction_date": f"2024-12-{30 + n}"} for n in range(count)])


def test_columns_have_their_types() -> None:
    found = profiles.prepare(rows())
    assert found.customers["credit_limit"].sum() == 3.0
    assert (found.newest_transaction, found.updated_at) == (pd.Timestamp("2024-12-31"), pd.Timestamp("2025-01-01"))
    assert "profile_updated_at" not in found.customers
    assert not found.is_stale


@pytest.mark.parametrize(
    ("difference", "percent", "shown"),
    [("0", "-100", None), ("0", "0", 0), ("-5", "-100", -100), ("5", "100", 100), ("0.01", "0", 0)],
)
def test_no_change_is_shown_of_who_spent_in_neither_month(difference: str, percent: str, shown: float | None) -> None:
    given = rows(1).assign(mom_absolute_change=difference, mom_percent_change=percent)
    found = profiles.prepare(given).customers["mom_percent_change"].iloc[0]
    assert pd.isna(found) if shown is None else found == shown


def test_a_table_without_rows_is_no_page() -> None:
    with pytest.raises(DatabaseUnavailableError, match="no customer profiles yet"):
        profiles.prepare(rows(0))


def test_the_last_good_profiles_stand_in_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[pd.DataFrame | None] = [None, rows(), None]

    def query(_: str, version: str) -> pd.DataFrame:
        assert version == "of the run"
        found = answers.pop(0)
        if found is None:
            raise DatabaseUnavailableError
        return found

    monkeypatch.setattr(profiles, "query", query)
    monkeypatch.setattr(profiles, "data_version", lambda _: "of the run")
    monkeypatch.setattr(profiles, "st", SimpleNamespace(session_state={}))
    with pytest.raises(DatabaseUnavailableError):
        profiles.load_profiles()
    loaded = profiles.load_profiles()
    assert not loaded.is_stale
    stale = profiles.load_profiles()
    assert stale.is_stale
    assert stale.customers is loaded.customers
