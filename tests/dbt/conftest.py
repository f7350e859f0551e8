"""One warehouse for all tests of the dbt project: a small bronze, and the real project built over it once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import snowflake.connector
from built_warehouse import DATABASE, Dbt, Warehouse, create_procedure, dbt_runner
from small_bronze import AS_OF, Bronze, make_bronze

from pipeline.tables import TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from local_account.serve import ServedAccount


def create_account_objects(settings: dict[str, Any]) -> None:
    """Create the database, schemas, tables, warehouse and role that the stack would deploy."""
    with snowflake.connector.connect(**settings, role="ACCOUNTADMIN") as connection:
        connection.execute_string(
            f"""
            create database {DATABASE};
            create warehouse TRANSFORM_WH;
            create role DATA_ENGINEER;
            grant role DATA_ENGINEER to role SYSADMIN;
            grant usage on warehouse TRANSFORM_WH to role DATA_ENGINEER;
            grant all privileges on database {DATABASE} to role DATA_ENGINEER;
            """
        )
    with snowflake.connector.connect(
        **settings, role="DATA_ENGINEER", database=DATABASE, warehouse="TRANSFORM_WH"
    ) as connection:
        for schema in ("BRONZE", "SILVER", "GOLD", "OBSERVABILITY", "PLATFORM"):
            connection.cursor().execute(f"create schema {schema}")
        connection.cursor().execute("create tag PLATFORM.PII")
        for table in TABLES:
            connection.cursor().execute(_create_statement(table))
        create_procedure(connection, "COUNT_RECORDS")
        begin_run(connection, "run-1", AS_OF)


def begin_run(connection: snowflake.connector.SnowflakeConnection, run_id: str, as_of: date) -> None:
    """Open the record of a run, as the root task does."""
    connection.cursor().execute(
        "insert into OBSERVABILITY.PIPELINE_RUN_METADATA"
        " (run_id, pipeline_name, task_name, status, as_of_date, started_at)"
        f" select '{run_id}', 'customer_360', 'RUN_PIPELINE', 'RUNNING', '{as_of}'::date, sysdate()"
    )


def _create_statement(table: Table) -> str:
    columns = ", ".join(f"{c.name} {c.type}{'' if c.is_nullable else ' not null'}" for c in table.columns)
    return f"create table {table.qualified_name} ({columns})"


def load_bronze(served: ServedAccount, bronze: Bronze) -> None:
    """Put the rows into the bronze tables."""
    with served.account.open_session("LOCAL", "DATA_ENGINEER") as session:
        for table, rows in (
            ("BRONZE_CUSTOMERS", bronze.customers),
            ("BRONZE_CUSTOMER_CHANGES", bronze.changes),
            ("BRONZE_TRANSACTIONS", bronze.transactions),
        ):
            if not rows:
                continue
            arrow = pa.Table.from_pylist(rows)
            columns = ", ".join(arrow.column_names)
            session.duck.register("loaded", arrow)
            session.duck.execute(f"insert into {DATABASE}.BRONZE.{table} ({columns}) select {columns} from loaded")
            session.duck.unregister("loaded")


@pytest.fixture(scope="session")
def dbt_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt finds its profile and leaves its artifacts."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture(scope="session")
def dbt(connection_settings: dict[str, Any], dbt_folder: Path) -> Dbt:
    """Run dbt on the project with a connection to the account, as EXECUTE DBT PROJECT does."""
    return dbt_runner(connection_settings, dbt_folder)


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
