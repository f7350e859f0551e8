"""The tables, procedures and tasks of ingestion, deployed by plain statements, so that its tests need no stack."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.customers import write_files
from pipeline.jobs import RunSettings, build_jobs, root_config
from pipeline.procedures import PROCEDURES
from pipeline.tables import TABLES, VIEWS

if TYPE_CHECKING:
    from snowflake.connector.cursor import SnowflakeCursor

JOBS = (
    "RUN_PIPELINE", "LOAD_CUSTOMERS", "GENERATE_TRANSACTIONS", "LOAD_TRANSACTIONS", "VALIDATE_BRONZE", "CLOSE_RUN",
)  # fmt: skip
CHECKSUM = (Path(__file__).parents[2] / "pipeline" / "sql" / "checksum_transactions.sql").read_text()


@dataclass
class Ingestion:
    """Bronze and its jobs: the cursor, and how to put files on its stage and run its graph."""

    cursor: SnowflakeCursor
    database: str
    folder: Path

    def rows(self, sql: str, binds: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        self.cursor.execute(f"use schema {self.database}.PLATFORM")
        return self.cursor.execute(sql, binds).fetchall()

    def value(self, sql: str) -> Any:
        return self.rows(sql)[0][0]

    def checksum(self) -> tuple[Any, ...]:
        return self.rows(CHECKSUM)[0]

    def stage_customers(self, count: int, seed: int = 360) -> tuple[Path, Path]:
        paths = write_files(self.folder, count, seed)
        self.stage(*paths)
        return paths

    def stage(self, *paths: Path, stage: str = "CUSTOMERS_STAGE") -> None:
        self.cursor.execute(f"use schema {self.database}.PLATFORM")
        for path in paths:
            self.cursor.execute(f"put file://{path} @PLATFORM.{stage} auto_compress=false overwrite=true")

    def run(self, timeout: float = 120) -> dict[str, tuple[str, str | None]]:
        """Execute the graph and return (state, error) by task once the finalizer is done."""
        # Asked again and again: one number costs little to hand over.
        closed = f"select count(*) {_history('CLOSE_RUN')} and state not in ('SCHEDULED', 'EXECUTING')"
        before = self.value(closed)
        self.cursor.execute("execute task PLATFORM.RUN_PIPELINE")
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.cursor.execute(closed).fetchall()[0][0] > before:
                rows = self.rows(
                    f"select name, state, error_message, graph_run_group_id {_history()} order by scheduled_time"
                )
                newest = max(row[3] for row in rows)
                return {name: (state, error) for name, state, error, group in rows if group == newest}
            time.sleep(0.1)
        raise TimeoutError(f"the run was not closed within {timeout} s")


def _history(task: str | None = None) -> str:
    """Return what to read to know of the database's runs of all tasks, or of one."""
    one = f"TASK_NAME => '{task}', " if task else ""
    return (
        f"from table(INFORMATION_SCHEMA.TASK_HISTORY({one}RESULT_LIMIT => 1000))"
        " where database_name = current_database()"
    )


def deploy(cursor: SnowflakeCursor, database: str, folder: Path, settings: RunSettings) -> Ingestion:
    """Create schemas, tables, views, stages, procedures and the tasks of ingestion in a database."""
    cursor.execute(f"use database {database}")
    for schema in ("BRONZE", "SILVER", "GOLD", "OBSERVABILITY", "PLATFORM"):
        cursor.execute(f"create schema {schema}")
    for table in TABLES:
        columns = ", ".join(f"{c.name} {c.type}{'' if c.is_nullable else ' NOT NULL'}" for c in table.columns)
        cursor.execute(f"create table {table.qualified_name} ({columns})")
    for view in VIEWS:
        cursor.execute(f"create view {view.schema}.{view.name} as {view.statement}")
    cursor.execute(
        "create file format PLATFORM.CSV_FORMAT type = csv parse_header = true field_optionally_enclosed_by = '\"' "
        "null_if = ('') error_on_column_count_mismatch = false"
    )
    cursor.execute(
        "create file format PLATFORM.FIELDS_FORMAT type = csv field_optionally_enclosed_by = '\"' "
        "empty_field_as_null = false error_on_column_count_mismatch = false"
    )
    cursor.execute("create stage PLATFORM.CUSTOMERS_STAGE")
    cursor.execute("create stage PLATFORM.TRANSACTIONS_STAGE")
    cursor.execute("use schema PLATFORM")
    for procedure in PROCEDURES:
        cursor.execute(procedure.declaration)
    _create_tasks(cursor, settings)
    return Ingestion(cursor, database, folder)


def _create_tasks(cursor: SnowflakeCursor, settings: RunSettings) -> None:
    previous = None
    for job in (job for job in build_jobs(settings) if job.name in JOBS):
        if job.is_finalizer:
            place = "finalize = RUN_PIPELINE"
        elif previous is None:
            place = f"config = '{root_config(settings)}'"
        else:
            place = f"after {previous}"
        cursor.execute(f"create task {job.name} warehouse = COMPUTE_WH {place} as {job.statement}")
        if previous is not None:
            cursor.execute(f"alter task {job.name} resume")
        previous = job.name
