"""An account for the session, connections, fresh databases; imports nothing of ours but local_account."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import snowflake.connector
from snowflake.connector import SnowflakeConnection

from local_account.server.serve import ServedAccount

Connect = Callable[..., SnowflakeConnection]
_NUMBERS = itertools.count(1)


def login(port: int) -> dict[str, Any]:
    """Return the settings that any Snowflake client needs for an account that is served on a port."""
    return {"account": "local", "user": "local", "password": "local", "host": "127.0.0.1", "port": port,
            "protocol": "http"}  # fmt: skip


def connected(port: int, **settings: Any) -> SnowflakeConnection:
    """Connect with the plain Snowflake connector, as ACCOUNTADMIN unless told otherwise."""
    ours = {"role": "ACCOUNTADMIN", "log_imported_packages_in_telemetry": False}  # a list of all packages costs time
    return snowflake.connector.connect(**(login(port) | ours | settings))


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedAccount]:
    """An account with its own home, served on free ports."""
    with ServedAccount(tmp_path_factory.mktemp("account")) as served:
        yield served


@pytest.fixture(scope="session")
def connection_settings(account: ServedAccount) -> dict[str, Any]:
    """The settings that any Snowflake client needs for the account."""
    return login(account.port)


@pytest.fixture
def connect(account: ServedAccount) -> Iterator[Connect]:
    """Open connections to the account, as ACCOUNTADMIN unless told otherwise; they are closed behind the test."""
    opened: list[SnowflakeConnection] = []

    def open_connection(**settings: Any) -> SnowflakeConnection:
        opened.append(connected(account.port, **settings))
        return opened[-1]

    yield open_connection
    for connection in opened:
        if not connection.is_closed():
            connection.close()


@pytest.fixture
def database(connect: Connect) -> Iterator[str]:
    """A fresh database (with its PUBLIC schema) and a warehouse COMPUTE_WH that everyone may use."""
    name = f"TEST_{next(_NUMBERS)}"
    with connect().cursor() as cursor:
        cursor.execute(f"create database {name}")
        cursor.execute("create warehouse if not exists COMPUTE_WH")
        cursor.execute("grant usage on warehouse COMPUTE_WH to role PUBLIC")
        yield name
        cursor.execute(f"drop database if exists {name}")


@pytest.fixture
def cursor(connect: Connect, database: str) -> Any:
    """A cursor of ACCOUNTADMIN in a fresh database, with a warehouse."""
    return connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
