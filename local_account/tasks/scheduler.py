"""Runs task graphs: by hand, on their schedules, and again after a failure."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local_account.catalog.moments import now
from local_account.catalog.objects import Task
from local_account.errors import execution_error
from local_account.identifiers import Name
from local_account.tasks.graph_run import GraphRun
from local_account.tasks.history import TaskHistory
from local_account.tasks.schedules import parse_schedule

if TYPE_CHECKING:
    from local_account.session.session import AccountState
    from local_account.tasks.history import GraphRow

_LOG = logging.getLogger(__name__)
_LONGEST_WAIT = 3600.0
_CLOSING_SECONDS = 10.0


class TaskScheduler:
    """The account's tasks in motion. `start` makes schedules fire; `close` stops what runs."""

    def __init__(self, account: AccountState) -> None:
        self.account = account
        self.history = TaskHistory(account.home / "tasks.db")
        self.history.close_interrupted(now())
        self.history.prune()
        self._changed = threading.Condition()
        self._closing = False
        self._thread: threading.Thread | None = None
        self._graph_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._runs: dict[int, tuple[GraphRun, threading.Thread]] = {}
        self._last_run_id = self.history.newest_run_id()
        self._next_times: dict[str, tuple[str, datetime]] = {}

    def start(self) -> None:
        """Start firing schedules."""
        self._thread = threading.Thread(target=self._fire_schedules, name="task-schedules", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop schedules and running tasks; their runs are recorded as cancelled."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            running = list(self._runs.values())
        if self._thread:
            self._thread.join(_CLOSING_SECONDS)
        for run, _ in running:
            run.cancel("The account was stopped while this task ran.")
        for _, thread in running:
            thread.join(_CLOSING_SECONDS)
        self.history.close_interrupted(now())
        self.history.close()

    def tasks_changed(self) -> None:
        """Look at the schedules again; called after every change to a task."""
        with self._changed:
            self._changed.notify_all()

    def execute(self, root: Task, config: dict[str, Any] | None = None, origin: str = "EXECUTE_TASK") -> GraphRun:
        """Start a run of a graph and return at once; it waits for an earlier run of the same graph.

        Args:
            root: the root task.
            config: keys that override the root's CONFIG for this run.
            origin: SCHEDULE or EXECUTE_TASK, as TASK_HISTORY shows it.
        """
        base = json.loads(root.config) if root.config else {}
        run = GraphRun(
            self.account, self.history, root, self._new_run_id(), config=base | (config or {}), scheduled_from=origin
        )
        self._launch(run)
        return run

    def retry(self, root: Task) -> GraphRun:
        """Run the newest graph run again from where it failed.

        Raises: ProgrammingError where the newest run did not fail or the graph was changed since.
        """
        last = next(iter(self.history.graphs(root.id)), None)
        if last is None or last.state not in ("FAILED", "CANCELLED"):
            raise execution_error(
                f"Cannot retry task {root.name}: its last graph run is not FAILED or CANCELLED.", 91095
            )
        if last.graph_version != root.graph_version:
            raise execution_error(f"Cannot retry task {root.name}: its graph was modified since the last run.", 91096)
        run = GraphRun(
            self.account, self.history, root, self._new_run_id(),
            config=json.loads(last.config) if last.config else {}, scheduled_from="EXECUTE_TASK",
        )  # fmt: skip
        before = [r for r in self.history.runs(last.graph_run_group_id) if r.state == "SUCCEEDED"]
        names = {str(Name.of(r.database_name, r.schema_name, r.name)): r.return_value for r in reversed(before)}
        run.resume_after(last.graph_run_group_id, last.attempt_number + 1, set(names), names)
        self._launch(run)
        return run

    def running(self, root: Task) -> list[GraphRun]:
        """Return the runs of a graph that are under way."""
        with self._changed:
            return [run for run, _ in self._runs.values() if run.root_id == root.id]

    def newest(self, root: Task) -> GraphRow | None:
        """Return the newest run of a graph."""
        return next(iter(self.history.graphs(root.id)), None)

    def _new_run_id(self) -> int:
        with self._changed:
            self._last_run_id = max(self._last_run_id + 1, int(time.time() * 1000))
            return self._last_run_id

    def _launch(self, run: GraphRun) -> None:
        thread = threading.Thread(target=self._run, args=(run,), name=f"graph-{run.root.name.name}", daemon=True)
        with self._changed:
            if self._closing:
                raise execution_error("The account is stopping; no task can start.")
            self._runs[id(run)] = (run, thread)
        thread.start()

    def _run(self, run: GraphRun) -> None:
        try:
            with self._graph_locks[run.root_id]:
                if not run.cancelled:
                    self._count(run, good=run.run(self._new_run_id))
                self.history.prune()
        except Exception:  # noqa: BLE001 - a graph that breaks off must not take its thread's bookkeeping along
            _LOG.exception("the run of graph %s broke off", run.root.name)
        finally:
            with self._changed:
                self._runs.pop(id(run), None)
                self._changed.notify_all()

    def _count(self, run: GraphRun, *, good: bool) -> None:
        """Suspend a root that failed too often in a row."""
        root = self.account.catalog.find(Task, run.root.name)
        if root is None or root.id != run.root.id:
            return
        limit = root.suspend_task_after_num_failures
        limit = 10 if limit is None else limit
        failures = 0 if good else root.failures + 1
        if root.failures == failures:
            return
        root.failures = failures
        if limit and failures >= limit and root.state == "started":
            root.state, root.last_suspended_on = "suspended", now()
            root.last_suspended_reason = "SUSPENDED_DUE_TO_ERRORS"
            failed = [r for r in self.history.runs(run.group) if r.state == "FAILED"]
            if failed:
                failed[0].state = "FAILED_AND_AUTO_SUSPENDED"
                self.history.save(failed[0])
        self.account.catalog.save(root)

    def _fire_schedules(self) -> None:
        while True:
            with self._changed:
                if self._closing:
                    return
                self._changed.wait(min(self._seconds_to_next(), _LONGEST_WAIT))
                if self._closing:
                    return
            for root in self._due():
                if root.allow_overlapping_execution or not self.running(root):
                    self.execute(root, origin="SCHEDULE")

    def _scheduled(self) -> list[Task]:
        return [t for t in self.account.catalog.list(Task) if t.schedule and t.state == "started"]

    def next_time(self, root: Task) -> datetime:
        """Return when a started root runs next: after its last scheduled run, or after it was resumed."""
        stamp = f"{root.schedule} {root.last_committed_on}"
        known = self._next_times.get(root.id)
        if known and known[0] == stamp:
            return known[1]
        found = parse_schedule(str(root.schedule)).next_after(datetime.now(UTC))
        self._next_times[root.id] = (stamp, found)
        return found

    def _seconds_to_next(self) -> float:
        times = [self.next_time(t) for t in self._scheduled()]
        return max(0.0, (min(times) - datetime.now(UTC)).total_seconds()) if times else _LONGEST_WAIT

    def _due(self) -> list[Task]:
        moment = datetime.now(UTC)
        due = [t for t in self._scheduled() if self.next_time(t) <= moment]
        for root in due:
            stamp = self._next_times[root.id][0]
            self._next_times[root.id] = (stamp, parse_schedule(str(root.schedule)).next_after(moment))
        return due
