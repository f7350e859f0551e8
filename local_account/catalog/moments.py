"""Moments as the catalog keeps them: UTC, as text in ISO format."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


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
