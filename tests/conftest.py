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


# What takes longest begins first, so that two processes end together.
_FIRST = ("tests/engine/", "tests/dbt/", "tests/pipeline/", "tests/c360/", "tests/local_account/test_cut_short.py")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one process, where processes share the work, and those of one costly fixture."""
    items.sort(key=lambda item: next((n for n, path in enumerate(_FIRST) if item.nodeid.startswith(path)), len(_FIRST)))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))


def _group(item: pytest.Item) -> str:
    if "warehouse" in getattr(item, "fixturenames", ()):
        return "built by dbt"
    if hasattr(getattr(item, "module", None), "recorded") or "program" in getattr(item, "fixturenames", ()):
        return "the recorded program"
    return item.nodeid.partition("::")[0]


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
