"""The run of a task graph: which tasks belong to it, and what the history says of a task that failed or was stopped."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import Task
from local_account.identifiers import Name
from local_account.session.task_run import TaskRun
from local_account.tasks.graph_run import GraphRun, finalizer, members

if TYPE_CHECKING:
    from local_account.session.session import Session

_SAVED: Any = SimpleNamespace(save=lambda _: None)


def task(name: str, **properties: Any) -> Task:
    return Task(Name(name, "S", "D"), "OWNER", definition="select 1", **properties)


def begun(root: Task | None = None) -> GraphRun:
    account: Any = SimpleNamespace()
    return GraphRun(account, _SAVED, root or task("R"), 7, config={}, scheduled_from="SCHEDULE")


def body(graph: GraphRun, name: str = "R") -> TaskRun:
    return TaskRun({}, "7", "R", name, {}, graph.root_id, "", None)


@pytest.mark.parametrize(
    ("error", "stopped", "cancelled", "expected"),
    [
        (ProgrammingError("no such table", errno=2003), "", "", ("FAILED", 2003, "no such table")),
        (ProgrammingError("said", errno=-20001), "", "", ("FAILED", -20001, "said")),
        (ProgrammingError("interrupted", errno=604), "timed out", "", ("FAILED", 630, "timed out")),
        (ProgrammingError("interrupted", errno=604), "by somebody", "by somebody", ("CANCELLED", 630, "by somebody")),
        (ProgrammingError("bad", errno=2003), "", "by somebody", ("FAILED", 2003, "bad")),
    ],
)
def test_what_the_history_says_of_a_task_that_did_not_succeed(
    error: Exception, stopped: str, cancelled: str, expected: tuple[str, int, str]
) -> None:
    graph = begun()
    run = body(graph)
    if stopped:
        run.cancel(stopped)
    graph.cancelled = cancelled
    graph._failed(graph.waiting, run, error)
    row = graph.waiting
    assert (row.state, row.error_code) == expected[:2]
    assert expected[2] in str(row.error_message)
    assert (graph.graph.first_error_task_name, graph.graph.first_error_code) == ("R", expected[1])


def test_an_error_without_a_number_of_snowflake_has_the_general_one() -> None:
    graph = begun()
    graph._failed(graph.waiting, body(graph), RuntimeError("broken"))
    assert (graph.waiting.state, graph.waiting.error_code) == ("FAILED", 100183)


def test_the_first_error_of_a_graph_stays() -> None:
    graph = begun()
    for name, number in (("A", 1), ("B", 2)):
        row = graph._run_row(task(name), "EXECUTING")
        graph._failed(row, body(graph, name), ProgrammingError("x", errno=number))
    assert (graph.graph.first_error_task_name, graph.graph.first_error_code) == ("A", 1)


def test_a_retry_belongs_to_the_group_of_the_run_before() -> None:
    graph = begun()
    assert (graph.group, graph.run_id, graph.attempt, graph.graph.state) == (7, 7, 1, "EXECUTING")
    graph.resume_after(3, 2, {"A"}, {"A": "x"})
    for row in (graph.graph, graph.waiting):
        assert (row.graph_run_group_id, row.attempt_number, row.run_id) == (3, 2, 7)
    assert (graph.succeeded, graph.returns) == ({"A"}, {"A": "x"})


def test_a_cancelled_graph_stops_what_runs() -> None:
    graph = begun()
    run = body(graph)
    graph.running["R"] = run
    graph.cancel("enough")
    assert (run.reason, run.cancelled.is_set(), graph.cancelled) == ("enough", True, "enough")


def test_members_are_the_tasks_that_follow_the_root(session: Session) -> None:
    session.execute("create or replace schema GRAPHS")
    for sql in (
        "create task R as select 1", "create task A after R as select 1", "create task B after A as select 1",
        "create task OTHER as select 1", "create task C after OTHER as select 1",
        "create task F finalize = R as select 1",
    ):  # fmt: skip
        session.execute(sql)
    account = session.account
    tasks = {t.name.name: t for t in account.catalog.list(Task, *session.resolve(Name("R")).parts[:2])}
    assert [t.name.name for t in members(account, tasks["R"])] == ["R", "A", "B"]
    assert [t.name.name for t in members(account, tasks["OTHER"])] == ["OTHER", "C"]
    found = finalizer(account, tasks["R"])
    assert found is not None
    assert found.name.name == "F"
    assert finalizer(account, tasks["OTHER"]) is None
