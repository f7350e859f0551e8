"""What tasks did, in a SQLite file that survives a kill."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

INTERRUPTED = "The account was stopped while this task ran."
# https://docs.snowflake.com/en/sql-reference/functions/task_history
KEPT = timedelta(days=7)


@dataclass
class RunRow:
    """One run of one task. Times are UTC in ISO format; `run_id` and `graph_run_group_id` are milliseconds.

    state: SCHEDULED, EXECUTING, SUCCEEDED, FAILED, FAILED_AND_AUTO_SUSPENDED, CANCELLED or SKIPPED.
    """

    name: str
    database_name: str
    schema_name: str
    root_task_id: str
    graph_run_group_id: int
    run_id: int
    attempt_number: int
    state: str
    scheduled_time: str
    query_text: str
    scheduled_from: str
    root_name: str = ""
    condition_text: str | None = None
    config: str | None = None
    graph_version: int = 1
    query_id: str | None = None
    query_start_time: str | None = None
    completed_time: str | None = None
    return_value: str | None = None
    error_code: int | None = None
    error_message: str | None = None
    id: int = 0


@dataclass
class GraphRow:
    """One attempt of one graph run; `state` is EXECUTING, SUCCEEDED, FAILED or CANCELLED."""

    root_task_name: str
    database_name: str
    schema_name: str
    root_task_id: str
    graph_run_group_id: int
    run_id: int
    attempt_number: int
    state: str
    scheduled_time: str
    scheduled_from: str
    config: str | None = None
    graph_version: int = 1
    query_start_time: str | None = None
    completed_time: str | None = None
    first_error_task_name: str | None = None
    first_error_code: int | None = None
    first_error_message: str | None = None
    id: int = 0


class TaskHistory:
    """Runs of tasks and graphs, written through; safe across threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._unwritten: dict[tuple[str, int], dict[str, Any]] = {}
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        for table, row in (("runs", RunRow), ("graphs", GraphRow)):
            columns = ", ".join(f.name for f in fields(row) if f.name != "id")
            self._db.execute(f"create table if not exists {table} (id integer primary key, {columns})")
        self._db.execute("create index if not exists runs_by_group on runs (graph_run_group_id)")

    def close_interrupted(self, now: str) -> None:
        """Mark what was running when the account was killed as FAILED.

        Args:
            now: the time of the restart, UTC in ISO format.
        """
        with self._lock:
            self._db.execute(
                "update graphs set state = 'FAILED', completed_time = ?,"
                " first_error_message = coalesce(first_error_message, ?),"
                " first_error_task_name = coalesce(first_error_task_name, (select name from runs r where"
                " r.graph_run_group_id = graphs.graph_run_group_id and r.state in ('SCHEDULED', 'EXECUTING')))"
                " where state = 'EXECUTING'",
                (now, INTERRUPTED),
            )
            self._db.execute(
                "update runs set state = 'FAILED', completed_time = ?, error_code = 604, error_message = ?"
                " where state in ('SCHEDULED', 'EXECUTING')",
                (now, INTERRUPTED),
            )

    def prune(self) -> None:
        """Forget graph runs that were scheduled before the last 7 days, with their task runs.

        A graph's newest run and its newest success stay: EXECUTE TASK ... RETRY LAST and
        LAST_SUCCESSFUL_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP ask for them.
        """
        oldest = (datetime.now(UTC) - KEPT).isoformat()
        with self._lock:
            self._db.execute(
                "delete from graphs where scheduled_time < ? and state <> 'EXECUTING'"
                " and id not in (select max(id) from graphs group by root_task_id)"
                " and id not in (select max(id) from graphs where state = 'SUCCEEDED' group by root_task_id)",
                (oldest,),
            )
            self._db.execute(
                "delete from runs where scheduled_time < ?"
                " and graph_run_group_id not in (select graph_run_group_id from graphs)",
                (oldest,),
            )

    def save(self, row: RunRow | GraphRow) -> None:
        """Write a row; a new one gets its id."""
        table = "runs" if isinstance(row, RunRow) else "graphs"
        with self._lock:
            row.id = row.id or self._next_id(table)
            self._unwritten[table, row.id] = asdict(row)
            # On a full disk the rows wait here, where watchers see them all the same, until one can be written.
            with suppress(sqlite3.OperationalError):
                for key in list(self._unwritten):
                    self._write(key[0], self._unwritten[key])
                    del self._unwritten[key]

    def _next_id(self, table: str) -> int:
        newest = self._db.execute(f"select coalesce(max(id), 0) from {table}").fetchone()[0]
        return 1 + max([int(newest), *(row_id for kept_in, row_id in self._unwritten if kept_in == table)])

    def _write(self, table: str, values: dict[str, Any]) -> None:
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        self._db.execute(f"insert or replace into {table} ({names}) values ({marks})", tuple(values.values()))

    def runs(self, group: int | None = None) -> list[RunRow]:
        """Return task runs, newest first, optionally of one graph run."""
        return [RunRow(**row) for row in self._rows("runs", "graph_run_group_id", group)]

    def graphs(self, root: str | None = None) -> list[GraphRow]:
        """Return graph runs, newest first, optionally of one root (its id)."""
        return [GraphRow(**row) for row in self._rows("graphs", "root_task_id", root)]

    def _rows(self, table: str, column: str, value: str | int | None) -> list[dict[str, Any]]:
        """Return a table's rows, newest first; with a value, those that have it in a column."""
        where, values = (f"where {column} = ?", (value,)) if value is not None else ("", ())
        with self._lock:
            found = self._db.execute(f"select * from {table} {where} order by id desc", values)
            names = [c[0] for c in found.description]
            rows = {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}
            for (kept_in, row_id), row in self._unwritten.items():
                if kept_in == table and value in (None, row[column]):
                    rows[row_id] = dict(row)
        return [rows[row_id] for row_id in sorted(rows, reverse=True)]

    def newest_run_id(self) -> int:
        """Return the largest run id that was given out."""
        with self._lock:
            return int(self._db.execute("select coalesce(max(run_id), 0) from graphs").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
