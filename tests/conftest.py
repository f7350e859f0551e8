"""Fixtures shared by every test; what the tests of local_account use imports nothing of ours but local_account."""

from __future__ import annotations

import functools
import gc
import os
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock, Timeout
from snowflake.connector.auth import _auth
from xdist.scheduler import LoadScopeScheduling

from tests.support.accounts import account, connect, connection_settings, cursor, database
from tests.support.loaded_dbt import LoadedDbt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.platforms import Platform

# OpenMP spins while it waits: a model trained by two threads on busy cores costs six times what one thread takes.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Each process would ask the metadata services of three clouds whether it runs there.
os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
# At each login the connector reads the source of everything on the stack, for the path of the script: a tenth of what
# the tests cost, in a process that has loaded so much.
_auth.get_application_path = functools.cache(_auth.get_application_path)

__all__ = ["account", "connect", "connection_settings", "cursor", "database"]


# What takes longest begins first, so that all processes end together; before the rest what mostly waits, for a browser
# and for an account that answers hundreds of questions, so that others have work for the processor meanwhile. The first
# makes the platform, which others would wait for.
_FIRST = (
    "tests/engine/", "tests/browser/", "tests/dbt/", "tests/c360/test_analyst_evaluation.py", "tests/pipeline/",
    "tests/c360/", "tests/local_account/test_cut_short.py", "tests/local_account/test_dbt_projects.py",
)  # fmt: skip


# Folders whose tests share what is costly to make: served apps, a warehouse that dbt built, the recorded program.
_TOGETHER = ("tests/browser/", "tests/dbt/", "tests/components/", "tests/policies/", "tests/c360/review/")
# It stands on an account of its own.
_ALONE = "tests/dbt/test_second_day.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: next((n for n, path in enumerate(_FIRST) if item.nodeid.startswith(path)), len(_FIRST)))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Search for garbage seldom: a process that deploys, serves and asks spends a fifth of its time on it otherwise.

    While tests are collected there is none: what is imported and read for them stays.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)


class _Sharing(LoadScopeScheduling):
    """Gives each process whole files, or the whole of a folder whose tests share something."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((path for path in _TOGETHER if file.startswith(path) and file != _ALONE), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Sharing:
    """Share the work of `make test` between its processes."""
    return _Sharing(config, log)


@pytest.fixture(scope="session")
def loaded_dbt() -> Iterator[LoadedDbt]:
    """dbt, loaded once."""
    with LoadedDbt() as loaded:
        yield loaded


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
    with made_platform.copied(tmp_path_factory.mktemp("served") / "home").served_by_command() as served:
        yield served


@pytest.fixture
def platform_copy(made_platform: Platform, tmp_path: Path) -> Iterator[Platform]:
    """A copy of the platform after `c360 up`, to break.

    It has the ports of the first where no other process has them: on another port dbt parses its project again.
    """
    try:
        with FileLock(made_platform.home.with_name("ports.lock"), blocking=False):
            yield made_platform.copied(tmp_path / "home", made_platform.ports)
    except Timeout:
        yield made_platform.copied(tmp_path / "home")
