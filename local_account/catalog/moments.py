"""Moments as the catalog keeps them: UTC, as text in ISO format."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import overload

from local_account.errors import invalid_value


def now() -> str:
    """Return the current time, UTC in ISO format."""
    return datetime.now(UTC).isoformat()


@overload
def moment(kept: str) -> datetime: ...


@overload
def moment(kept: None) -> None: ...


def moment(kept: str | None) -> datetime | None:
    """Read a moment, or None for what has not happened."""
    return datetime.fromisoformat(kept) if kept else None


def given(value: object) -> datetime | None:
    """Read a moment that a statement gives: a time, a date (its midnight) or ISO text; without a zone it is UTC.

    Raises: ProgrammingError (1008) for a text that is none.
    """
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise invalid_value(f"Timestamp '{value}' is not recognized.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
