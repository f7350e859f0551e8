"""How a workflow measures the tasks of a run, and sums a deployment up."""

from __future__ import annotations

import pytest

from c360.measure import Meter
from c360.runner import RunProgress, TaskLine
from c360.workflow import _deployed, _TaskPhases


def test_each_task_is_a_phase_from_its_beginning_to_its_end() -> None:
    meter = Meter()
    phases = _TaskPhases(meter)

    def see(*lines: TaskLine) -> None:
        phases.see(RunProgress("1", lines))

    see(TaskLine("LOAD"), TaskLine("BUILD"))
    assert meter.phases == []
    see(TaskLine("LOAD", "EXECUTING", seconds=1.0), TaskLine("BUILD"))
    assert [phase.name for phase in meter._open] == ["LOAD"]
    see(TaskLine("LOAD", "EXECUTING", seconds=2.0), TaskLine("BUILD", "EXECUTING"))
    assert [phase.name for phase in meter._open] == ["LOAD", "BUILD"]
    see(TaskLine("LOAD", "SUCCEEDED", seconds=3.0), TaskLine("BUILD", "EXECUTING", seconds=0.5))
    assert [phase.name for phase in meter._open] == ["BUILD"]
    see(TaskLine("LOAD", "SUCCEEDED", seconds=3.0), TaskLine("BUILD", "FAILED", seconds=1.5), TaskLine("X", "NOT RUN"))
    assert [(phase.name, phase.seconds) for phase in meter.phases] == [("LOAD", 3.0), ("BUILD", 1.5)]
    assert meter._open == []


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [({}, "Deploy: 0 resources ()"), ({"same": 2, "create": 1}, "Deploy: 3 resources (1 create, 2 same)")],
)
def test_a_deployment_in_one_line(counts: dict[str, int], sentence: str) -> None:
    assert _deployed(counts) == sentence
