"""Executes the deployed task graph and follows it from the account's own records until its finalizer is done."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from c360.errors import CommandError, innermost
from pipeline.jobs import RunSettings, build_jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from snowflake.connector.cursor import SnowflakeCursor

    from pipeline.jobs import Source

START_PATIENCE_SECONDS = 120
_FINAL = {"SUCCEEDED", "FAILED", "FAILED_AND_AUTO_SUSPENDED", "CANCELLED", "SKIPPED"}
_FAILED = {"FAILED", "FAILED_AND_AUTO_SUSPENDED", "CANCELLED"}
WAITING, NOT_RUN = "WAITING", "NOT RUN"

_HISTORY_SQL = """
select name, state, error_message, query_start_time, completed_time, graph_run_group_id
from table(INFORMATION_SCHEMA.TASK_HISTORY(
    SCHEDULED_TIME_RANGE_START => dateadd('day', -1, current_timestamp()), RESULT_LIMIT => 1000
))
where state <> 'SCHEDULED'
order by scheduled_time desc
"""
_PROGRESS_SQL = """
select task_name, rows_expected, rows_processed
from OBSERVABILITY.PIPELINE_RUN_METADATA
where run_id = ?
"""


@dataclass(frozen=True)
class Pace:
    """How often a run is looked at.

    Attributes:
        seconds: Between the first two looks.
        longest_seconds: Between two looks at a run that takes long.
        share: By which the wait grows with the run's time.
    """

    seconds: float
    longest_seconds: float
    share: float = 0.0

    def wait(self, elapsed: float) -> None:
        """Sleep until the next look.

        Args:
            elapsed: seconds since the first.
        """
        time.sleep(min(self.longest_seconds, self.seconds + self.share * elapsed))


# A look costs the account on this computer some 40 ms: short runs are watched closely, long ones every two seconds.
# On Snowflake each look is a query that keeps its warehouse awake.
CLOSE = Pace(0.4, 2.0, 0.03)
DISTANT = Pace(12.0, 12.0)


@dataclass(frozen=True)
class GraphTask:
    """One deployed task.

    Attributes:
        name: Its name.
        after: Its predecessors' names.
        is_finalizer: Whether it runs last, whatever happened before.
    """

    name: str
    after: tuple[str, ...] = ()
    is_finalizer: bool = False


@dataclass(frozen=True)
class TaskLine:
    """What is known of one task in one run.

    Attributes:
        name: Name of the task.
        state: State of TASK_HISTORY, or WAITING, or NOT RUN behind a failure.
        rows: Rows processed, by the run's records; None where unknown.
        rows_expected: Rows that it is going to process, likewise.
        seconds: Wall time up to its end, or up to now while it executes.
        error: Message of a task that failed.
    """

    name: str
    state: str = WAITING
    rows: int | None = None
    rows_expected: int | None = None
    seconds: float | None = None
    error: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in _FINAL or self.state == NOT_RUN

    @property
    def is_failed(self) -> bool:
        """Whether it ended badly."""
        return self.state in _FAILED


@dataclass(frozen=True)
class RunProgress:
    """One run of the graph, as far as it is.

    Attributes:
        run_id: Id of the run.
        lines: A line a task in running order, the finalizer last.
    """

    run_id: str
    lines: tuple[TaskLine, ...] = field(default=())

    @property
    def failure(self) -> TaskLine | None:
        """The first failed task, or None."""
        return next((line for line in self.lines if line.is_failed), None)

    @property
    def is_over(self) -> bool:
        """Whether every task is over."""
        return all(line.is_over for line in self.lines)


def deployed_tasks(cursor: SnowflakeCursor, root: str, up: str) -> tuple[GraphTask, ...]:
    """Read the deployed graph of a root task, in running order.

    Args:
        cursor: in the stack's account.
        root: name of the root task.
        up: the command that deploys the stack.

    Raises:
        CommandError: where the root is not deployed.
    """
    cursor.execute("show tasks in schema PLATFORM")
    names = [column.name.lower() for column in cursor.description]
    tasks = graph_of([dict(zip(names, row, strict=True)) for row in cursor.fetchall()], root)
    if not tasks:
        raise CommandError(f"The task {root} is not deployed, or this role may not see it: run '{up}' first.")
    return tasks


def require_all(tasks: Sequence[GraphTask], source: Source, up: str) -> None:
    """Make sure that the deployed graph has every task that the program declares.

    A task that was dropped by hand would be missed by nobody: what comes behind it would not run, and the run succeed.

    Args:
        tasks: as `deployed_tasks` returns them.
        source: where the stack's transactions come from.
        up: the command that deploys the stack.

    Raises:
        CommandError: naming the tasks that are missing.
    """
    deployed = {task.name for task in tasks}
    missing = [job.name for job in build_jobs(RunSettings(source=source)) if job.name not in deployed]
    if missing:
        raise CommandError(
            f"The account lacks the task {', '.join(missing)}, which this program declares: nothing was run. "
            f"'{up}' deploys it."
        )


def graph_of(shown: Sequence[Mapping[str, Any]], root: str) -> tuple[GraphTask, ...]:
    """Order the rows of SHOW TASKS that belong to a root: root first, the finalizer last; empty without the root."""
    after = {row["name"]: _predecessors(row) for row in shown}
    if root not in after:
        return ()
    finalizers = [row["name"] for row in shown if _finalizes(row, root)]
    members, found = {root}, True
    while found:
        found = {name for name, parents in after.items() if name not in members and members.intersection(parents)}
        members |= found
    order = TopologicalSorter({name: [p for p in after[name] if p in members] for name in members}).static_order()
    graph = [GraphTask(name, tuple(after[name])) for name in order]
    return (*graph, *(GraphTask(name, is_finalizer=True) for name in finalizers))


def start(cursor: SnowflakeCursor, root: str, pace: Pace = CLOSE, clock: Callable[[], float] = time.monotonic) -> str:
    """Execute the root task.

    Args:
        cursor: of a session whose current database is the platform's.
        root: name of the task in schema PLATFORM.
        pace: how often its history is looked at.
        clock: seconds that only grow.

    Returns:
        The id of the graph run that began.

    Raises:
        CommandError: where no run shows up.
    """
    known = {row[5] for row in _history(cursor)}
    cursor.execute(f"execute task PLATFORM.{root}")
    deadline = clock() + START_PATIENCE_SECONDS
    while clock() < deadline:
        for row in _history(cursor):
            if row[0] == root and row[5] not in known:
                return str(row[5])
        time.sleep(pace.seconds / 5)
    raise CommandError(
        f"Task {root} was executed but did not start within {START_PATIENCE_SECONDS} s: see its history."
    )


def cancel(cursor: SnowflakeCursor, root: str) -> None:
    """Cancel what runs of a graph.

    Args:
        cursor: of a session whose current database is the platform's.
        root: name of the root task in schema PLATFORM.
    """
    cursor.execute(f"select system$user_task_cancel_ongoing_executions('PLATFORM.{root}')")


def follow(
    cursor: SnowflakeCursor,
    tasks: Sequence[GraphTask],
    run_id: str,
    seen: Callable[[RunProgress], None],
    pace: Pace = CLOSE,
) -> RunProgress:
    """Poll a run until every task is over.

    Args:
        cursor: of a session whose current database is the platform's.
        tasks: the graph, as `deployed_tasks` returns it.
        run_id: as `start` returns it.
        seen: called with the run's state after each look.
        pace: how often it is looked at.
    """
    began = time.monotonic()
    while True:
        history = [row[:5] for row in _history(cursor) if str(row[5]) == run_id]
        run = RunProgress(run_id, merge(tasks, history, _progress(cursor, run_id)))
        seen(run)
        if run.is_over:
            return run
        pace.wait(time.monotonic() - began)


def merge(
    tasks: Sequence[GraphTask],
    history: Iterable[Sequence[Any]],
    progress: Iterable[Sequence[Any]],
    now: datetime | None = None,
) -> tuple[TaskLine, ...]:
    """Join the graph, its history and its recorded progress to one line a task.

    Args:
        tasks: the graph in running order.
        history: name, state, error message, start and end of each task run, newest first.
        progress: task name, expected rows, processed rows.
        now: the present, to time what still executes; default: the clock.
    """
    newest: dict[str, Sequence[Any]] = {}
    for row in history:
        newest.setdefault(row[0], row)
    counts = {row[0]: row[1:] for row in progress}
    lines: dict[str, TaskLine] = {}
    for task in tasks:
        if task.name in newest:
            _, state, error, begun, ended = newest[task.name]
            line = TaskLine(task.name, state, seconds=_seconds(begun, ended, now), error=error or None)
        else:
            line = TaskLine(task.name, _state_without_history(task, lines))
        expected, processed = counts.get(task.name, (None, None))
        lines[task.name] = replace(line, rows=_whole(processed), rows_expected=_whole(expected))
    return tuple(lines.values())


def failure_sentence(run: RunProgress) -> str | None:
    """Say in one sentence which task failed, why, and what did not run for it; None after success."""
    failed = run.failure
    if failed is None:
        return None
    skipped = [line.name for line in run.lines if line.state == NOT_RUN]
    tail = f" ({len(skipped)} dependent tasks did not run)" if skipped else ""
    return f"{failed.name} failed: {innermost(failed.error or failed.state.lower())}{tail}"


def _state_without_history(task: GraphTask, lines: Mapping[str, TaskLine]) -> str:
    if task.is_finalizer:
        return WAITING
    blocked = any(lines[name].is_failed or lines[name].state == NOT_RUN for name in task.after if name in lines)
    return NOT_RUN if blocked else WAITING


def _history(cursor: SnowflakeCursor) -> list[Sequence[Any]]:
    cursor.execute(_HISTORY_SQL)
    return list(cursor.fetchall())


def _progress(cursor: SnowflakeCursor, run_id: str) -> list[Sequence[Any]]:
    cursor.execute(_PROGRESS_SQL, (run_id,))
    return list(cursor.fetchall())


def _seconds(begun: datetime | None, ended: datetime | None, now: datetime | None) -> float | None:
    if begun is None:
        return None
    until = ended or now or datetime.now(begun.tzinfo or UTC)
    if begun.tzinfo is None:
        until = until.replace(tzinfo=None)
    return max((until - begun).total_seconds(), 0.0)


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)


def _predecessors(row: Mapping[str, Any]) -> list[str]:
    listed = row.get("predecessors") or "[]"
    return [_bare(name) for name in (json.loads(listed) if isinstance(listed, str) else listed)]


def _finalizes(row: Mapping[str, Any], root: str) -> bool:
    relations = row.get("task_relations") or "{}"
    relations = json.loads(relations) if isinstance(relations, str) else relations
    finalized = relations.get("FinalizedRootTask") or relations.get("FinalizedTask")
    return bool(finalized) and _bare(finalized) == root


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip('"')
