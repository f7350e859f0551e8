"""Fixtures shared by every test; what the tests of local_account use imports nothing of ours but local_account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.accounts import account, connect, connection_settings, cursor, database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.platforms import Platform

__all__ = ["account", "connect", "connection_settings", "cursor", "database"]


@pytest.fixture(scope="session")
def made_platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """A platform after `c360 up`; its account does not serve. Copy it, do not change it."""
    from tests.support import platforms  # noqa: PLC0415 - the platform is not there for tests of local_account alone

    return platforms.made(tmp_path_factory.mktemp("platform") / "home")


@pytest.fixture(scope="session")
def platform(made_platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform after `c360 up`, with its account serving, for tests that only read."""
    with made_platform.copied(tmp_path_factory.mktemp("served") / "home").served() as served:
        yield served


@pytest.fixture
def platform_copy(made_platform: Platform, tmp_path: Path) -> Platform:
    """A copy of the platform after `c360 up`, to break."""
    return made_platform.copied(tmp_path / "home")
