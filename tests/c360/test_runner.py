from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from c360 import runner
from c360.display import plain_line, run_table
from c360.errors import CommandError
from c360.runner import (
    CLOSE,
    DISTANT,
    NOT_RUN,
    WAITING,
    GraphTask,
    Pace,
    RunProgress,
    TaskLine,
    failure_sentence,
    graph_of,
    merge,
    start,
)
from pipeline.jobs import RunSettings, build_jobs

NOON = datetime(2026, 1, 1, 12, 0, 0)  # noqa: DTZ001 - as TIMESTAMP_NTZ arrives
GRAPH = (
    GraphTask("RUN_PIPELINE"),
    GraphTask("LOAD", ("RUN_PIPELINE",)),
    GraphTask("BUILD", ("LOAD",)),
    GraphTask("SCORE", ("BUILD",)),
    GraphTask("CLOSE_RUN", is_finalizer=True),
)


def shown(name: str, *predecessors: str, relations: str = "{}") -> dict[str, str]:
    listed = ", ".join(f'"DB.PLATFORM.{p}"' for p in predecessors)
    return {"name": name, "predecessors": f"[{listed}]", "task_relations": relations}


def test_the_graph_of_a_root_is_ordered_and_ends_with_its_finalizer() -> None:
    rows = [
        shown("CLOSE_RUN", relations='{"FinalizedRootTask": "DB.PLATFORM.RUN_PIPELINE"}'),
        shown("BUILD", "LOAD"),
        shown("LOAD", "RUN_PIPELINE"),
        shown("RUN_PIPELINE"),
        shown("SOMETHING_ELSE"),
        shown("ITS_CHILD", "SOMETHING_ELSE"),
    ]
    assert [task.name for task in graph_of(rows, "RUN_PIPELINE")] == ["RUN_PIPELINE", "LOAD", "BUILD", "CLOSE_RUN"]
    assert graph_of(rows, "RUN_PIPELINE")[-1].is_finalizer


def test_a_root_that_is_not_deployed_has_no_graph() -> None:
    assert graph_of([shown("LOAD", "RUN_PIPELINE")], "RUN_PIPELINE") == ()


def test_lines_join_states_times_and_counts() -> None:
    history = [
        ("LOAD", "EXECUTING", None, NOON + timedelta(seconds=2), None),
        ("RUN_PIPELINE", "SUCCEEDED", None, NOON, NOON + timedelta(seconds=1.5)),
    ]
    progress = [("LOAD", 100, 40), ("RUN_PIPELINE", None, 1)]
    root, load, build, *_ = merge(GRAPH, history, progress, now=NOON + timedelta(seconds=6))
    assert root == TaskLine("RUN_PIPELINE", "SUCCEEDED", rows=1, seconds=1.5)
    assert load == TaskLine("LOAD", "EXECUTING", rows=40, rows_expected=100, seconds=4.0)
    assert build == TaskLine("BUILD", WAITING)


def test_a_retried_task_shows_its_newest_attempt() -> None:
    history = [
        ("LOAD", "SUCCEEDED", None, NOON, NOON + timedelta(seconds=1)),
        ("LOAD", "FAILED", "first attempt", NOON, NOON),
    ]
    assert merge(GRAPH, history, [])[1].state == "SUCCEEDED"


def failed_run() -> RunProgress:
    history = [
        ("CLOSE_RUN", "SUCCEEDED", None, NOON, NOON),
        ("LOAD", "FAILED", "Division by zero\nin line 3", NOON, NOON),
        ("RUN_PIPELINE", "SUCCEEDED", None, NOON, NOON),
    ]
    return RunProgress("1", merge(GRAPH, history, []))


@pytest.mark.parametrize(
    ("state", "over", "failed"),
    [
        ("SUCCEEDED", True, False), ("FAILED", True, True), ("FAILED_AND_AUTO_SUSPENDED", True, True),
        ("CANCELLED", True, True), ("SKIPPED", True, False), (NOT_RUN, True, False), (WAITING, False, False),
        ("EXECUTING", False, False), ("SCHEDULED", False, False),
    ],
)  # fmt: skip
def test_which_states_end_a_task_and_which_fail_it(state: str, over: bool, failed: bool) -> None:
    line = TaskLine("LOAD", state)
    run = RunProgress("1", (TaskLine("ROOT", "SUCCEEDED"), line))
    assert (line.is_over, line.is_failed) == (over, failed)
    assert run.is_over is over
    assert run.failure == (line if failed else None)


def test_behind_a_failure_nothing_runs_but_the_finalizer() -> None:
    run = failed_run()
    assert [line.state for line in run.lines] == ["SUCCEEDED", "FAILED", NOT_RUN, NOT_RUN, "SUCCEEDED"]
    assert run.is_over


def test_a_run_is_not_over_before_its_finalizer() -> None:
    lines = failed_run().lines
    assert not RunProgress("1", (*lines[:-1], TaskLine("CLOSE_RUN"))).is_over


def test_a_failure_is_one_sentence() -> None:
    sentence = failure_sentence(failed_run())
    assert sentence == "LOAD failed: Division by zero in line 3 (2 dependent tasks did not run)"
    assert failure_sentence(RunProgress("1", (TaskLine("LOAD", "SUCCEEDED"),))) is None


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (TaskLine("LOAD", "EXECUTING", rows=3), "LOAD                     executing"),
        (TaskLine("LOAD", "SUCCEEDED", rows=60000, seconds=1.23), "60,000 rows      1.2 s"),
        (TaskLine("LOAD", "FAILED", seconds=4.0), "failed                            4.0 s"),
    ],
)
def test_plain_lines(line: TaskLine, text: str) -> None:
    assert text in plain_line(line)


def test_the_live_table_has_a_line_a_task_and_a_bar_where_the_length_is_known() -> None:
    console = Console(width=120, record=True, force_terminal=True)
    lines = (
        TaskLine("LOAD", "SUCCEEDED", rows=60000, seconds=1.0),
        TaskLine("BUILD", "EXECUTING", rows=50, rows_expected=100, seconds=2.0),
        TaskLine("SCORE"),
    )
    console.print(run_table(RunProgress("1", lines)))
    text = console.export_text()
    assert len(text.strip().splitlines()) == 3
    assert "━" in text.splitlines()[1]
    assert "━" not in text.splitlines()[0] + text.splitlines()[2]
    assert "60,000 rows" in text


class Cursor:
    """Answers the statements of a run with what was given for each, the last answer again and again."""

    def __init__(self, tasks: list[dict[str, str]], *histories: list[tuple[object, ...]]) -> None:
        self.tasks, self.histories, self.executed = tasks, list(histories), []
        self.answer: list[tuple[object, ...]] = []

    @property
    def description(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=name.upper()) for name in self.tasks[0]]

    def execute(self, sql: str, binds: tuple[object, ...] = ()) -> None:
        self.executed.append(sql)
        if sql.startswith("show tasks"):
            self.answer = [tuple(task.values()) for task in self.tasks]
        elif binds:
            self.answer = [("LOAD", 100, 50)]
        elif not sql.startswith("execute"):
            self.answer = self.histories.pop(0) if len(self.histories) > 1 else self.histories[0]

    def fetchall(self) -> list[tuple[object, ...]]:
        return self.answer


def ran(name: str, state: str, run: int) -> tuple[object, ...]:
    """A row of the history."""
    return name, state, None, NOON, NOON if state == "SUCCEEDED" else None, run


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between polls, which take no time."""
    waits: list[float] = []
    monkeypatch.setattr(runner.time, "sleep", waits.append)
    return waits


def test_the_deployed_tasks_are_read_in_running_order() -> None:
    cursor: Any = Cursor([shown("LOAD", "RUN_PIPELINE"), shown("RUN_PIPELINE")])
    assert [task.name for task in runner.deployed_tasks(cursor, "RUN_PIPELINE", "c360 up")] == ["RUN_PIPELINE", "LOAD"]
    assert cursor.executed == ["show tasks in schema PLATFORM"]
    with pytest.raises(CommandError, match=r"The task NOTHING is not deployed.*: run 'c360 up --stack dev' first"):
        runner.deployed_tasks(cursor, "NOTHING", "c360 up --stack dev")


def test_a_task_that_was_dropped_is_missed() -> None:
    declared = [GraphTask(job.name, job.after) for job in build_jobs(RunSettings(source="files"))]
    runner.require_all(declared, "files", "c360 up")
    left = [task for task in declared if task.name not in ("LOAD_CUSTOMERS", "CLOSE_RUN")]
    with pytest.raises(
        CommandError,
        match=r"lacks the task LOAD_CUSTOMERS, CLOSE_RUN, which .* nothing was run. 'c360 up --stack dev' deploys",
    ):
        runner.require_all(left, "files", "c360 up --stack dev")
    with pytest.raises(CommandError, match="lacks the task GENERATE_TRANSACTIONS"):
        runner.require_all(declared, "synthetic", "c360 up")


def test_the_run_that_begins_is_the_one_that_was_not_there(hasty: list[float]) -> None:
    old, new = ran("RUN_PIPELINE", "SUCCEEDED", 1), ran("RUN_PIPELINE", "EXECUTING", 2)
    cursor: Any = Cursor([], [old], [old], [ran("ANOTHER", "EXECUTING", 3), old], [new, old])
    assert runner.start(cursor, "RUN_PIPELINE") == "2"
    assert "execute task PLATFORM.RUN_PIPELINE" in cursor.executed
    assert len(hasty) == 2
    clock = iter([0.0, 0.0, runner.START_PATIENCE_SECONDS - 0.1, runner.START_PATIENCE_SECONDS])
    with pytest.raises(CommandError, match="did not start within"):
        runner.start(Cursor([], [old]), "RUN_PIPELINE", clock=lambda: next(clock))  # type: ignore[arg-type]


def test_a_run_is_followed_to_its_end(hasty: list[float]) -> None:
    tasks = (GraphTask("RUN_PIPELINE"), GraphTask("LOAD", ("RUN_PIPELINE",)))
    root, other = ran("RUN_PIPELINE", "SUCCEEDED", 2), ran("LOAD", "FAILED", 1)
    cursor: Any = Cursor(
        [], [other], [root, other], [ran("LOAD", "EXECUTING", 2), root], [ran("LOAD", "SUCCEEDED", 2), root]
    )
    seen: list[RunProgress] = []
    done = runner.follow(cursor, tasks, "2", seen.append)
    assert [[line.state for line in run.lines] for run in seen] == [
        [WAITING, WAITING], ["SUCCEEDED", WAITING], ["SUCCEEDED", "EXECUTING"], ["SUCCEEDED", "SUCCEEDED"],
    ]  # fmt: skip
    assert done is seen[-1]
    assert (done.lines[1].rows, done.lines[1].rows_expected) == (50, 100)
    assert len(hasty) == 3
    assert all(CLOSE.seconds <= wait <= CLOSE.longest_seconds for wait in hasty)


def test_a_moment_with_a_zone_is_compared_in_it() -> None:
    begun = NOON.replace(tzinfo=UTC)
    line, *_ = merge(GRAPH, [("RUN_PIPELINE", "EXECUTING", None, begun, None)], [], now=begun + timedelta(seconds=3))
    assert line.seconds == 3.0
    line, *_ = merge(GRAPH, [("RUN_PIPELINE", "EXECUTING", None, begun, begun - timedelta(seconds=1))], [])
    assert line.seconds == 0.0, "clocks that differ make no negative time"
    line, *_ = merge(GRAPH, [("RUN_PIPELINE", "SCHEDULED", None, None, None)], [])
    assert line.seconds is None


class SlowAccount:
    """A cursor of an account in which no task ever starts, and its clock, which only waiting moves."""

    def __init__(self) -> None:
        self.now, self.looks = 0.0, 0

    def execute(self, _statement: str) -> None:
        self.looks += 1

    def fetchall(self) -> list[tuple[object, ...]]:
        return []

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(("elapsed", "seconds"), [(0, 2.0), (10, 3.0), (60, 8.0), (79, 9.9), (81, 10.0), (3600, 10.0)])
def test_the_wait_grows_by_a_share_of_the_time_up_to_the_longest(
    monkeypatch: pytest.MonkeyPatch, elapsed: float, seconds: float
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    Pace(seconds=2, longest_seconds=10, share=0.1).wait(elapsed)
    assert slept == [pytest.approx(seconds)]


@pytest.mark.parametrize(("pace", "most"), [(CLOSE, 2000), (DISTANT, 60)])
def test_a_real_account_is_asked_seldom(monkeypatch: pytest.MonkeyPatch, pace: Pace, most: int) -> None:
    """Each look is a query, and a warehouse that is queried does not suspend."""
    account = SlowAccount()
    monkeypatch.setattr("time.sleep", account.wait)
    with pytest.raises(CommandError, match="did not start within 120 s"):
        start(account, "RUN_PIPELINE", pace, clock=lambda: account.now)
    assert account.looks < most
    for elapsed in (0, 60, 3600):
        before = account.now
        pace.wait(elapsed)
        assert (account.now - before >= 10) is (pace is DISTANT)
