"""Fixtures of the local account's own tests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lake import Lake


@pytest.fixture
def lake(account: Any, cursor: Any) -> Lake:
    """A bucket that the stage LANDING of a fresh database reads."""
    return Lake(account.account.aws, cursor)
