from datetime import datetime, timedelta

import pytest
from rich.console import Console

from c360.display import plain_line, run_table
from c360.runner import (
    NOT_RUN,
    WAITING,
    GraphTask,
    RunProgress,
    TaskLine,
    failure_sentence,
    graph_of,
    merge,
)

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
