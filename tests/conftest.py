"""Fixtures shared by every test; what the tests of local_account use imports nothing of ours but local_account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.support.accounts import account, connect, connection_settings, cursor, database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.platforms import Platform

__all__ = ["account", "connect", "connection_settings", "cursor", "database"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one process, where processes share the work, and those of one warehouse."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group("dbt" if "warehouse" in getattr(item, "fixturenames", ()) else file))


@pytest.fixture(scope="session")
def made_platform(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Platform:
    """A platform after `c360 up`, made once for all processes, its account not serving. Copy it, do not change it."""
    from tests.support import platforms  # noqa: PLC0415 - the platform is not there for tests of local_account alone

    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    with FileLock(shared / "platform.lock"):
        return platforms.made(shared / "platform" / "home")


@pytest.fixture(scope="session")
def platform(made_platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform after `c360 up`, with its account serving, for tests that only read."""
    with made_platform.copied(tmp_path_factory.mktemp("served") / "home").served() as served:
        yield served


@pytest.fixture
def platform_copy(made_platform: Platform, tmp_path: Path) -> Platform:
    """A copy of the platform after `c360 up`, to break."""
    return made_platform.copied(tmp_path / "home")
