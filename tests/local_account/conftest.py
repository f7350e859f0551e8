"""Fixtures of the local account's own tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local_account.account import Account
from tests.support.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import Session


@pytest.fixture
def lake(account: Any, cursor: Any) -> Lake:
    """A bucket that the stage LANDING of a fresh database reads."""
    return Lake(account.account.aws, cursor)


@pytest.fixture(scope="session")
def unserved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account that no client talks to, with a warehouse W and a database D."""
    account = Account(tmp_path_factory.mktemp("unserved"))
    with account.open_session("LOCAL", "ACCOUNTADMIN") as session:
        session.execute("create warehouse W")
        session.execute("create database D")
    yield account
    account.close()


@pytest.fixture
def session(unserved: Account) -> Iterator[Session]:
    """A session of such an account, in an empty schema D.S."""
    with unserved.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database="D") as session:
        session.execute("create or replace schema D.S")
        yield session
