"""An account within the process, for tables of statements: none of its services has a thread or a port."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from local_account.account import Account
from local_account.tasks.scheduler import TaskScheduler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import Session

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def bare_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account that nobody serves; its tasks are kept, and never run."""
    account = Account(tmp_path_factory.mktemp("bare"))
    account.provide(TaskScheduler(account))
    yield account
    account.close()


@pytest.fixture(scope="module")
def session(bare_account: Account) -> Iterator[Session]:
    """A session of ACCOUNTADMIN in a database of the module's own, with a warehouse W and a table T (A int)."""
    database = f"UNIT_{next(_NUMBERS)}"
    with bare_account.open_session("LOCAL", "ACCOUNTADMIN") as session:
        for sql in (
            f"create database {database}", "create warehouse if not exists W", "use warehouse W",
            "create table T (A int)",
        ):  # fmt: skip
            session.execute(sql)
        yield session
        session.role = "ACCOUNTADMIN"
        session.execute(f"drop database {database}")
