"""Fixtures of the pipeline's tests."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
import snowflake.connector

from pipeline.jobs import RunSettings
from tests.support.bronze_jobs import Ingestion, deploy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SYNTHETIC = RunSettings()
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def deploy_ingestion(
    connection_settings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Ingestion]]:
    """Deploy empty bronze tables and their jobs into a fresh database, as often as called."""
    with snowflake.connector.connect(**connection_settings, role="ACCOUNTADMIN") as connection:
        cursor = connection.cursor()
        cursor.execute("create warehouse if not exists COMPUTE_WH")
        cursor.execute("use warehouse COMPUTE_WH")
        databases: list[str] = []

        def deploy_one(settings: RunSettings = SYNTHETIC) -> Ingestion:
            databases.append(f"INGESTION_{next(_NUMBERS)}")
            cursor.execute(f"create database {databases[-1]}")
            return deploy(cursor, databases[-1], tmp_path_factory.mktemp("customers"), settings)

        yield deploy_one
        for database in databases:
            cursor.execute(f"drop database if exists {database}")
