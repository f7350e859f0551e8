"""Moments as the catalog keeps them and as statements give them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.catalog.moments import given, moment, now


def test_what_is_kept_is_read_back() -> None:
    kept = now()
    assert moment(kept).isoformat() == kept
    assert moment(kept).tzinfo is not None
    assert moment(None) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-01-02 03:04:05", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2024-01-02", datetime(2024, 1, 2, tzinfo=UTC)),
        (date(2024, 1, 2), datetime(2024, 1, 2, tzinfo=UTC)),
        (datetime(2024, 1, 2, 3), datetime(2024, 1, 2, 3, tzinfo=UTC)),  # noqa: DTZ001 - has none yet
        (datetime(2024, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), datetime(2024, 1, 2, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_utc(value: object, expected: datetime) -> None:
    found = given(value)
    assert found == expected
    assert found is not None
    assert found.tzinfo is not None


def test_no_moment_is_none_and_nonsense_is_refused() -> None:
    assert given(None) is None
    with pytest.raises(ProgrammingError, match="Timestamp 'soon' is not recognized"):
        given("soon")
