"""Fixtures shared by every test: one account for the session, connections, fresh databases."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import snowflake.connector
from snowflake.connector import SnowflakeConnection
from whole_platform import made_platform, platform, platform_copy

from local_account.server.serve import ServedAccount

__all__ = ["made_platform", "platform", "platform_copy"]

Connect = Callable[..., SnowflakeConnection]
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedAccount]:
    """An account with its own home, served on free ports."""
    with ServedAccount(tmp_path_factory.mktemp("account")) as served:
        yield served


@pytest.fixture(scope="session")
def connection_settings(account: ServedAccount) -> dict[str, Any]:
    """The settings that any Snowflake client needs for the account."""
    return {"account": "local", "user": "local", "password": "local", "host": "127.0.0.1", "port": account.port,
            "protocol": "http"}  # fmt: skip


@pytest.fixture
def connect(connection_settings: dict[str, Any]) -> Iterator[Connect]:
    """Open connections with the plain Snowflake connector, as ACCOUNTADMIN unless told otherwise."""
    opened: list[SnowflakeConnection] = []

    def open_connection(**settings: Any) -> SnowflakeConnection:
        connection = snowflake.connector.connect(**({**connection_settings, "role": "ACCOUNTADMIN"} | settings))
        opened.append(connection)
        return connection

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
