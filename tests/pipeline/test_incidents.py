"""What V_INCIDENTS lists, and what REPORT_INCIDENTS makes of it: failed and overdue runs, failed checks, drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bronze_jobs import Ingestion

RUN = "('{run}', 'customer_360', '{task}', '{status}', dateadd('minute', -{minutes}, sysdate()), {ended}, {error})"
CHECK = "('run', 'GOLD', 'T', '{check}', '{kind}', '{status}', {observed}, {expected}, sysdate())"


def run(name: str, status: str, minutes: int, task: str = "RUN_PIPELINE", error: str = "null") -> str:
    ended = "null" if status == "RUNNING" else "sysdate()"
    return RUN.format(run=name, task=task, status=status, minutes=minutes, ended=ended, error=error)


def check(name: str, kind: str, status: str, observed: str = "1.5", expected: str = "'0'") -> str:
    return CHECK.format(check=name, kind=kind, status=status, observed=observed, expected=expected)


RUNS = (
    run("good", "SUCCEEDED", 500),
    run("failed", "FAILED", 10, error="'no customers'"),
    run("silent", "FAILED", 10),
    run("failed", "FAILED", 10, task="LOAD_CUSTOMERS", error="'a task is part of its run'"),
    run("dead", "RUNNING", 361),
    run("dead", "RUNNING", 361, task="BUILD_WAREHOUSE"),
    run("busy", "RUNNING", 359),
)
CHECKS = (
    check("broken", "validity", "FAIL"),
    check("unmeasured", "validity", "FAIL", "null", "null"),
    check("doubtful", "validity", "WARN"),
    check("moved", "drift", "WARN"),
    check("still", "drift", "PASS"),
)


@pytest.fixture(scope="module")
def watched(deploy_ingestion: Callable[[], Ingestion]) -> Ingestion:
    """A record of runs and checks, some of which somebody should look at."""
    ingestion = deploy_ingestion()
    ingestion.rows(
        "insert into OBSERVABILITY.PIPELINE_RUN_METADATA "
        f"(run_id, pipeline_name, task_name, status, started_at, ended_at, error_message) values {', '.join(RUNS)}"
    )
    ingestion.rows(
        "insert into OBSERVABILITY.DATA_QUALITY_METRICS (run_id, layer, table_name, check_name, check_type, status, "
        f"observed_value, expected, measured_at) values {', '.join(CHECKS)}"
    )
    return ingestion


def test_every_incident_is_listed_once_and_nothing_else(watched: Ingestion) -> None:
    listed = watched.rows("select incident, run_id, subject, description from OBSERVABILITY.V_INCIDENTS")
    assert sorted(listed) == [
        ("check failed", "run", "T.broken", "observed 1.5, expected 0"),
        ("check failed", "run", "T.unmeasured", "observed nothing, expected ?"),
        ("drift", "run", "T.moved", "observed 1.5, expected 0"),
        ("run failed", "failed", "RUN_PIPELINE", "no customers"),
        ("run failed", "silent", "RUN_PIPELINE", "no message"),
        ("run overdue", "dead", "RUN_PIPELINE", "still open six hours after its start"),
    ]


def test_a_run_is_overdue_from_six_hours_after_its_start(watched: Ingestion) -> None:
    """The alert looks back some minutes only: it must not learn of an old incident as of a new one, nor miss one."""
    age = "select datediff('minute', happened_at, sysdate()) from OBSERVABILITY.V_INCIDENTS where incident like '{}'"
    assert 1 <= watched.value(age.format("run overdue")) < 30


def test_the_report_tells_of_the_last_minutes(watched: Ingestion) -> None:
    told = watched.value("call PLATFORM.REPORT_INCIDENTS('', '', 60)").splitlines()
    assert len(told) == 6
    assert "run overdue | RUN_PIPELINE | still open six hours after its start | run dead" in told
    assert watched.value("call PLATFORM.REPORT_INCIDENTS('', '', 0)") == "No incidents."
