"""The history of tasks: seven days of it, and what retries need of older runs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from local_account.account import Account
from local_account.tasks.history import GraphRow, RunRow, TaskHistory
from local_account.tasks.scheduler import TaskScheduler

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_account.server.serve import ServedAccount


def add(history: TaskHistory, root: str, run: int, days: float, state: str = "SUCCEEDED") -> None:
    """Write a graph run of one task that was scheduled some days ago."""
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    history.save(GraphRow("R", "D", "S", root, run, run, 1, state, at, "SCHEDULE"))
    history.save(RunRow("R", "D", "S", root, run, run, 1, state, at, "select 1", "SCHEDULE"))


def kept(history: TaskHistory) -> list[int]:
    graphs = [row.run_id for row in history.graphs()]
    assert graphs == [row.run_id for row in history.runs()]
    return graphs


@pytest.fixture
def history(tmp_path: Path) -> Iterator[TaskHistory]:
    opened = TaskHistory(tmp_path / "tasks.db")
    yield opened
    opened.close()


def test_what_is_older_than_seven_days_goes(history: TaskHistory) -> None:
    for run, days in enumerate((30, 7.01, 6.99, 0), start=1):
        add(history, "a", run, days)
    history.prune()
    assert kept(history) == [4, 3]


def test_the_newest_run_and_the_newest_success_of_a_graph_stay(history: TaskHistory) -> None:
    for run, state in enumerate(("SUCCEEDED", "SUCCEEDED", "FAILED", "FAILED"), start=1):
        add(history, "a", run, 30, state)
    add(history, "b", 5, 40)
    history.prune()
    assert kept(history) == [5, 4, 2]


def test_a_run_under_way_stays_however_long_it_takes(history: TaskHistory) -> None:
    add(history, "a", 1, 8, "EXECUTING")
    add(history, "a", 2, 0)
    history.prune()
    assert kept(history) == [2, 1]


def test_an_account_prunes_when_it_starts(tmp_path: Path) -> None:
    account = Account(tmp_path)
    before = TaskHistory(tmp_path / "tasks.db")
    add(before, "a", 1, 8)
    add(before, "a", 2, 0)
    before.close()
    scheduler = TaskScheduler(account)
    assert kept(scheduler.history) == [2]
    scheduler.close()
    account.close()


def test_an_account_prunes_behind_a_run_and_shows_seven_days(account: ServedAccount, cursor: Any) -> None:
    history = account.account.scheduler.history
    add(history, "long ago", 1, 20)
    add(history, "long ago", 2, 10)
    cursor.execute("create task r as select 1")
    cursor.execute("execute task r")
    deadline = time.monotonic() + 20
    while len(old := [row.run_id for row in history.graphs("long ago")]) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert old == [2]
    found = cursor.execute("select root_task_id from table(information_schema.task_history(result_limit => 10000))")
    assert "long ago" not in {row[0] for row in found.fetchall()}
    assert history.runs(2)


def test_a_full_disk_hides_no_failure(history: TaskHistory, tmp_path: Path) -> None:
    """What cannot be written is seen all the same, and is written with the next row that can be."""
    add(history, "a", 1, 0)
    executing = history.runs()[0]
    pages = history._db.execute("pragma page_count").fetchone()[0]
    history._db.execute(f"pragma max_page_count = {pages}")
    executing.state, executing.error_message = "FAILED", "The disk is full. " * 1000
    history.save(executing)
    late = RunRow("LATE", "D", "S", "a", 1, 2, 1, "EXECUTING", "2026-01-01", "x" * 10_000, "SCHEDULE")
    history.save(late)
    late.state = "FAILED"
    history.save(late)
    assert [(row.name, row.state) for row in history.runs(1)] == [("LATE", "FAILED"), ("R", "FAILED")]
    assert history.runs(2) == []
    assert [row.state for row in TaskHistory(tmp_path / "tasks.db").runs()] == ["SUCCEEDED"]
    history._db.execute("pragma max_page_count = 10000")
    add(history, "a", 3, 0)
    written = TaskHistory(tmp_path / "tasks.db")
    assert [(row.name, row.state) for row in written.runs(1)] == [("LATE", "FAILED"), ("R", "FAILED")]
    written.close()
