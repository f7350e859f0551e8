"""One run of a task graph: its tasks in order of their dependencies, siblings in parallel, the finalizer last."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import Error, ProgrammingError

from local_account.catalog.moments import now
from local_account.catalog.objects import Task
from local_account.catalog.rights import ACCOUNT
from local_account.errors import execution_error, message_of
from local_account.identifiers import Name
from local_account.session.session import Session
from local_account.session.task_run import TaskRun
from local_account.tasks.history import GraphRow, RunRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.session.session import AccountState
    from local_account.tasks.history import TaskHistory

_LOG = logging.getLogger(__name__)
_SIBLINGS_AT_ONCE = 8
_GOOD = ("SUCCEEDED", "SKIPPED")
DEFAULT_TIMEOUT_MS = 3_600_000


def members(account: AccountState, root: Task) -> list[Task]:
    """Return the tasks of a graph, root first, without its finalizer."""
    found = [root]
    names = {str(root.name)}
    tasks = account.catalog.list(Task, root.name.database, root.name.schema)
    while new := [t for t in tasks if str(t.name) not in names and names & set(t.predecessors)]:
        found += new
        names |= {str(t.name) for t in new}
    return found


def finalizer(account: AccountState, root: Task) -> Task | None:
    """Return the finalizer of a root, or None."""
    tasks = account.catalog.list(Task, root.name.database, root.name.schema)
    return next((t for t in tasks if t.finalize == str(root.name)), None)


class GraphRun:
    """The attempts of one run of a graph; `run` blocks until the finalizer is done."""

    def __init__(  # noqa: PLR0913 - what a run is made of
        self, account: AccountState, history: TaskHistory, root: Task, run_id: int, *,
        config: dict[str, Any], scheduled_from: str,
    ) -> None:  # fmt: skip
        self.account, self.history, self.root = account, history, root
        self.config, self.scheduled_from = config, scheduled_from
        self.group = self.run_id = run_id
        self.attempt = 1
        self.returns: dict[str, str | None] = {}
        self.succeeded: set[str] = set()
        self.running: dict[str, TaskRun] = {}
        self.cancelled = ""
        self.graph = self._graph_row()
        history.save(self.graph)
        self.waiting = self._run_row(root, "SCHEDULED")

    @property
    def root_id(self) -> str:
        """The id of the root task."""
        return self.root.id

    def resume_after(self, group: int, attempt: int, succeeded: set[str], returns: dict[str, str | None]) -> None:
        """Make this a retry: what succeeded before does not run again."""
        self.group, self.attempt, self.succeeded, self.returns = group, attempt, set(succeeded), dict(returns)
        self.graph.graph_run_group_id = self.waiting.graph_run_group_id = group
        self.graph.attempt_number = self.waiting.attempt_number = attempt
        self.history.save(self.graph)
        self.history.save(self.waiting)

    def _graph_row(self) -> GraphRow:
        name = self.root.name
        return GraphRow(
            name.name, str(name.database), str(name.schema), self.root_id, self.group, self.run_id, self.attempt,
            "EXECUTING", now(), self.scheduled_from, json.dumps(self.config) if self.config else None,
            self.root.graph_version,
        )  # fmt: skip

    def _run_row(self, task: Task, state: str) -> RunRow:
        row = RunRow(
            task.name.name, str(task.name.database), str(task.name.schema), self.root_id, self.group, self.run_id,
            self.attempt, state, now(), task.definition, self.scheduled_from, str(self.root.name),
            task.condition, json.dumps(self.config) if self.config else None,
            self.root.graph_version,
        )  # fmt: skip
        self.history.save(row)
        return row

    def cancel(self, reason: str) -> None:
        """Stop the running tasks; nothing else of the graph starts, the finalizer neither."""
        self.cancelled = reason
        for run in list(self.running.values()):
            run.cancel(reason)

    def run(self, next_run_id: Callable[[], int]) -> bool:
        """Run the graph with its automatic retries, then the finalizer. Returns: whether every task succeeded."""
        retries = int(self.root.task_auto_retry_attempts or 0)
        good = self._attempt()
        while not good and retries > 0 and not self.cancelled:
            retries -= 1
            failed = self.graph
            self.run_id, self.attempt, self.scheduled_from = next_run_id(), self.attempt + 1, "AUTO_RETRY"
            self.graph = self._graph_row()
            # The next attempt is there before this one ends, so that a watcher never sees the run as over.
            self.history.save(self.graph)
            self._close_graph(failed, good=False)
            good = self._attempt()
        last = finalizer(self.account, self.root)
        if last is not None and last.state == "started" and not self.cancelled:
            good = self._run_task(last, self._run_row(last, "SCHEDULED"), {}) in _GOOD and good
        self._close_graph(self.graph, good=good)
        return good

    def _close_graph(self, graph: GraphRow, *, good: bool) -> None:
        graph.state = "CANCELLED" if self.cancelled else "SUCCEEDED" if good else "FAILED"
        graph.completed_time = now()
        self.history.save(graph)

    def _attempt(self) -> bool:
        """Run what has not succeeded yet, each task once its predecessors have. Returns: whether all succeeded."""
        self.graph.query_start_time = now()
        tasks = {str(t.name): t for t in members(self.account, self.root)}
        root = str(self.root.name)
        # A suspended child counts as succeeded, as on Snowflake; a suspended root runs when it is executed by hand.
        done = {n for n, t in tasks.items() if n in self.succeeded or (n != root and t.state != "started")}
        started, good = set(done), True
        futures: dict[Future[str], str] = {}
        with ThreadPoolExecutor(_SIBLINGS_AT_ONCE, thread_name_prefix="task") as pool:
            while True:
                for name, task in tasks.items():
                    if name not in started and set(task.predecessors) <= done and not self.cancelled:
                        started.add(name)
                        first = name == root and self.waiting.query_start_time is None
                        row = self.waiting if first else self._run_row(task, "SCHEDULED")
                        futures[pool.submit(self._run_task, task, row, self._returns_of(task))] = name
                if not futures:
                    return good
                finished, _ = wait(futures, return_when=FIRST_COMPLETED)
                for future in finished:
                    name = futures.pop(future)
                    state = future.result()
                    if state == "SUCCEEDED":
                        done.add(name)
                        self.succeeded.add(name)
                    good = good and state in _GOOD

    def _returns_of(self, task: Task) -> dict[str, str | None]:
        names = [self.account.catalog.find(Task, n) for n in map(_name, task.predecessors)]
        return {p.name.name: self.returns.get(str(p.name)) for p in names if p}

    def _run_task(self, task: Task, row: RunRow, predecessor_returns: dict[str, str | None]) -> str:
        """Run one task's body in a session of its own, and record how it went. Returns: its state."""
        run = TaskRun(
            self.config, str(self.group), self.root.name.name, task.name.name, predecessor_returns, self.root_id,
            row.scheduled_time, self._last_success(),
        )  # fmt: skip
        row.state, row.query_start_time, row.query_id = "EXECUTING", now(), str(uuid.uuid4())
        self.history.save(row)
        self.running[str(task.name)] = run
        timeout = int(task.user_task_timeout_ms or self.root.user_task_timeout_ms or DEFAULT_TIMEOUT_MS)
        message = (
            f"Statement reached its statement or warehouse timeout of {timeout / 1000:g} second(s) and was canceled."
        )
        timer = threading.Timer(timeout / 1000, run.cancel, (message,))
        timer.daemon = True
        timer.start()
        try:
            row.state = "SUCCEEDED" if self._execute(task, run, str(row.query_id)) else "SKIPPED"
        except Exception as error:  # noqa: BLE001 - whatever a body raises is the run's result
            self._failed(row, run, error)
        finally:
            timer.cancel()
            self.running.pop(str(task.name), None)
        row.completed_time, row.return_value = now(), run.return_value
        self.returns[str(task.name)] = run.return_value
        self.history.save(row)
        return row.state

    def _failed(self, row: RunRow, run: TaskRun, error: Exception) -> None:
        if not isinstance(error, Error):
            _LOG.exception("task %s failed outside of SQL", row.name)
        stopped = run.cancelled.is_set()
        row.state = "CANCELLED" if stopped and self.cancelled else "FAILED"
        row.error_code = 630 if stopped else getattr(error, "errno", None) or 100183
        row.error_message = run.reason if stopped else message_of(error)
        if self.graph.first_error_task_name is None:
            self.graph.first_error_task_name = row.name
            self.graph.first_error_code, self.graph.first_error_message = row.error_code, row.error_message
            self.history.save(self.graph)

    def _execute(self, task: Task, run: TaskRun, query_id: str) -> bool:
        """Execute the body as the owner. Returns: False where its condition does not hold."""
        session = self._session(task, run)
        try:
            if task.condition and not session.execute(f"select ({task.condition})::boolean").scalar():
                return False
            session.execute(task.definition, query_id=query_id)
        finally:
            session.close()
        if run.cancelled.is_set():
            raise execution_error(run.reason, errno=604, sqlstate="57014")
        return True

    def _session(self, task: Task, run: TaskRun) -> Session:
        account = self.account
        if not account.access.allows(task.owner, "EXECUTE TASK", "ACCOUNT", ACCOUNT):
            raise ProgrammingError(
                msg="Cannot execute task, EXECUTE TASK privilege must be granted to owner role.",
                errno=91002, sqlstate="42501",
            )  # fmt: skip
        session = Session(account, "SYSTEM", task.owner, dict(task.session_parameters))
        session.enter(warehouse=task.warehouse, database=task.name.database, schema=task.name.schema)
        session.task = run
        run.on_cancel.append(lambda: _interrupt(account, run))
        if task.warehouse and session.warehouse is None:
            session.close()
            raise ProgrammingError(
                msg=f"Cannot execute task: warehouse '{task.warehouse}' was missing, or role {task.owner} lacks "
                "USAGE on it.",
                errno=91003, sqlstate="42501",
            )  # fmt: skip
        return session

    def _last_success(self) -> str | None:
        done = (g for g in self.history.graphs(self.root_id) if g.state == "SUCCEEDED")
        last = next(done, None)
        return last.scheduled_time if last else None


def _interrupt(account: AccountState, run: TaskRun) -> None:
    """Interrupt the statements of every session that works for a task."""
    for session in list(account.sessions.values()):
        if session.task is run:
            with suppress(Exception):  # the session may have ended meanwhile
                session.interrupt()


def _name(full: str) -> Name:
    return Name.parse(full)
