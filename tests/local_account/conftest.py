"""Fixtures of the local account's own tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for lake.py

from lake import Lake


@pytest.fixture
def lake(account: Any, cursor: Any) -> Lake:
    """A bucket that the stage LANDING of a fresh database reads."""
    return Lake(account.account.aws, cursor)
