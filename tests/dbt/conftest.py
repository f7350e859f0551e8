"""One warehouse for all tests of the dbt project: a small bronze, and the real project built over it once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import snowflake.connector
from tests.support.warehouse.bronze_account import create_account_objects, load_bronze
from tests.support.warehouse.built_warehouse import DATABASE, Dbt, Warehouse, dbt_runner
from tests.support.warehouse.small_bronze import make_bronze

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_account.server.serve import ServedAccount
    from tests.support.loaded_dbt import LoadedDbt


@pytest.fixture(scope="session")
def dbt_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt finds its profile and leaves its artifacts."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture(scope="session")
def dbt(loaded_dbt: LoadedDbt, connection_settings: dict[str, Any], dbt_folder: Path) -> Dbt:
    """Run dbt on the project with a connection to the account, as EXECUTE DBT PROJECT does."""
    return dbt_runner(loaded_dbt, connection_settings, dbt_folder)


@pytest.fixture(scope="session")
def warehouse(
    account: ServedAccount, connection_settings: dict[str, Any], dbt: Dbt, dbt_folder: Path
) -> Iterator[Warehouse]:
    """Build the whole project over the small bronze."""
    create_account_objects(connection_settings)
    bronze = make_bronze()
    load_bronze(account, bronze)
    built = dbt("build")
    assert built.returncode == 0, built.stdout + built.stderr
    with snowflake.connector.connect(
        **connection_settings, role="DATA_ENGINEER", database=DATABASE, schema="GOLD", warehouse="TRANSFORM_WH"
    ) as connection:
        # now, before another command leaves a manifest without compiled SQL
        yield Warehouse(bronze, connection, json.loads((dbt_folder / "target" / "manifest.json").read_text()))


@pytest.fixture(scope="session")
def manifest(warehouse: Warehouse) -> dict[str, Any]:
    """What dbt knows about the project after the build, compiled SQL included."""
    return warehouse.manifest
