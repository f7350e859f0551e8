"""What the dbt project finds in the account: the objects that the stack deploys, a run's record, bronze rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import snowflake.connector

from pipeline.tables import TABLES, Table
from tests.support.warehouse.built_warehouse import DATABASE, create_procedure
from tests.support.warehouse.small_bronze import AS_OF, Bronze

if TYPE_CHECKING:
    from datetime import date

    from local_account.server.serve import ServedAccount


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
            session.connection.register("loaded", arrow)
            session.connection.sql(f"insert into {DATABASE}.BRONZE.{table} ({columns}) select {columns} from loaded")
            session.connection.unregister("loaded")
