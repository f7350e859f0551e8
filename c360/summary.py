"""What a run left behind, read from the account's own records: the table at the end of a run, and the status."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.errors import innermost
from c360.text_table import text_table
from pipeline.sql_files import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snowflake.connector.cursor import SnowflakeCursor

_COUNTS_SQL = """
select layer, table_name, record_count
from OBSERVABILITY.LAYER_RECORD_COUNTS
where run_id = ?
order by decode(layer, 'BRONZE', 1, 'SILVER', 2, 'GOLD', 3, 4), table_name
"""
_MODEL_SQL = """
select model_name, operation, status, f1_score, precision_score, recall_score, roc_auc, row_count, seconds
from OBSERVABILITY.MODEL_EXECUTION_LOG
where run_id = ?
order by executed_at
"""
_RUNS_SQL = """
select run_id, status, started_at, ended_at, rows_processed, error_message
from OBSERVABILITY.PIPELINE_RUN_METADATA
where task_name = ?
order by started_at desc
limit 5
"""
_EXECUTING_SQL = """
select count(*)
from table(INFORMATION_SCHEMA.TASK_HISTORY(
    SCHEDULED_TIME_RANGE_START => dateadd('day', -2, current_timestamp()), RESULT_LIMIT => 1000
))
where graph_run_group_id::varchar = ? and state in ('EXECUTING', 'SCHEDULED')
"""
_FAILED_CHECKS_SQL = """
select status, layer, table_name, check_name, observed_value, expected, failed_rows
from OBSERVABILITY.DATA_QUALITY_METRICS
where run_id = ? and status <> 'PASS'
order by decode(status, 'FAIL', 1, 2), layer, table_name, check_name
"""
_BUILT_SQL = """
select count(*)
from INFORMATION_SCHEMA.TABLES
where table_schema = 'GOLD' and table_name in ('CUSTOMER_SEGMENTS', 'CUSTOMER_360_PROFILE')
"""
_SEGMENT_TABLES = 2
_REFUSED_SQL = """
select count(*)
from (
    select distinct table_name, source_file, file_row_number
    from OBSERVABILITY.REJECTED_ROWS
    where run_id = ?
) as refused
"""
_CHECKS_SQL = "select count(*) from OBSERVABILITY.DATA_QUALITY_METRICS where run_id = ?"


@dataclass(frozen=True)
class Rows:
    """The result of one query.

    Attributes:
        heading: What it is, for people.
        names: Names of its columns.
        rows: Its rows.
    """

    heading: str
    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def as_text(self) -> str:
        """Write heading and table; a line that says so where there are no rows."""
        return f"{self.heading}\n{text_table(self.names, self.rows)}" if self.rows else f"{self.heading}: none"


@dataclass(frozen=True)
class Status:
    """The platform's state.

    Attributes:
        runs: The newest runs.
        failed_checks: Checks of the newest run that did not pass.
        check_count: Number of its checks.
        counts: Its rows by layer.
        models: Its churn models.
        segments: Shares of the segments; None before a run got as far as to make them.
    """

    runs: Rows
    failed_checks: Rows
    check_count: int
    counts: Rows
    models: Rows
    segments: Rows | None

    def fault(self, up: str) -> str:
        """Say what is wrong; nothing where the newest run succeeded and none of its error checks failed.

        Args:
            up: the command that deploys the stack.
        """
        if not self.runs.rows:
            return f"Nothing has run yet: '{up}' brings customers and starts the first run."
        if self.runs.rows[0][1] == "RUNNING":
            return "The newest run has not ended yet."
        failures = [row for row in self.failed_checks.rows if row[0] == "FAIL"]
        if self.runs.rows[0][1] == "SUCCEEDED" and not failures:
            return ""
        return "The newest run failed, or a data quality check of it did: see above."

    def as_text(self) -> str:
        """Write everything, newest first."""
        checks = f"{self.check_count} data quality checks in the newest run, {len(self.failed_checks.rows)} not passed"
        parts = [self.runs.as_text(), checks]
        if self.failed_checks.rows:
            parts.append(self.failed_checks.as_text())
        tables = [table for table in (self.counts, self.segments, self.models) if table]
        return "\n\n".join([*parts, *(table.as_text() for table in tables)])


def outcome(cursor: SnowflakeCursor, run_id: str) -> list[Rows]:
    """Read what the end of a run shows: rows a layer, segments, model metrics."""
    return [
        ask(cursor, "Rows by layer", _COUNTS_SQL, (run_id,)),
        segments(cursor),
        ask(cursor, "Churn model", _MODEL_SQL, (run_id,)),
    ]


def shortcomings(cursor: SnowflakeCursor, run_id: str, command: str) -> str | None:
    """Say in one sentence what a run that succeeded refused or found wrong, and which command shows it; else None."""
    refused = int(ask(cursor, "", _REFUSED_SQL, (run_id,)).rows[0][0])
    checks = int(ask(cursor, "", _CHECKS_SQL, (run_id,)).rows[0][0])
    failed = len(ask(cursor, "", _FAILED_CHECKS_SQL, (run_id,)).rows)
    parts = []
    if refused:
        parts.append(f"{refused:,} row{' was' if refused == 1 else 's were'} refused")
    if failed:
        parts.append(f"{failed} of {checks} checks did not pass")
    return f"{', '.join(parts)}: see '{command}'." if parts else None


def status(cursor: SnowflakeCursor, root_task: str) -> Status:
    """Read the state of the platform."""
    runs = ask(cursor, "Newest runs", _RUNS_SQL, (root_task,))
    runs = Rows(runs.heading, runs.names, tuple(_as_it_is(cursor, row) for row in runs.rows))
    newest = str(runs.rows[0][0]) if runs.rows else ""
    return Status(
        runs=runs,
        failed_checks=ask(cursor, "Checks that did not pass", _FAILED_CHECKS_SQL, (newest,)),
        check_count=int(ask(cursor, "", _CHECKS_SQL, (newest,)).rows[0][0]),
        counts=ask(cursor, "Rows by layer", _COUNTS_SQL, (newest,)),
        models=ask(cursor, "Churn model", _MODEL_SQL, (newest,)),
        segments=segments(cursor) if ask(cursor, "", _BUILT_SQL).rows[0][0] == _SEGMENT_TABLES else None,
    )


def _as_it_is(cursor: SnowflakeCursor, run: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give a run's record its innermost reason; one that is open and of which nothing executes was cut short."""
    run_id, state, *others, reason = run
    if state == "RUNNING" and not ask(cursor, "", _EXECUTING_SQL, (str(run_id),)).rows[0][0]:
        return (run_id, "INTERRUPTED", *others, "The command was ended, or its account: run again.")
    return (run_id, state, *others, reason and innermost(reason))


def checksum(cursor: SnowflakeCursor) -> str:
    """Return the checksum of all transactions: the same for the same data on any platform."""
    cursor.execute(_statement("checksum_transactions"))
    row = cursor.fetchone()
    return "/".join(str(value) for value in row) if isinstance(row, tuple) else ""


def segments(cursor: SnowflakeCursor) -> Rows:
    """Read every segment's share beside the expected one, and how often rule and generating persona agree, percent."""
    return ask(cursor, "Segments", _statement("segment_shares"))


def _statement(name: str) -> str:
    """Return a query of the payload without its comments."""
    lines = query(name).splitlines()
    return "\n".join(line for line in lines if not re.match(r"\s*--", line)).strip().rstrip(";")


def ask(cursor: SnowflakeCursor, heading: str, sql: str, values: Sequence[Any] = ()) -> Rows:
    """Run one query and keep its rows under a heading."""
    cursor.execute(sql, tuple(values) or None)
    names = tuple(column.name.lower() for column in cursor.description)
    return Rows(heading, names, tuple(tuple(row) for row in cursor.fetchall()))
