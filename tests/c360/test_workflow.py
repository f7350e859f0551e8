"""How a workflow measures the tasks of a run, sums a deployment up, and records how its command ended."""

from __future__ import annotations

import json
from contextlib import nullcontext
from io import StringIO
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from c360 import workflow
from c360.connection import Ports
from c360.errors import CommandError
from c360.measure import Meter
from c360.runner import RunProgress, TaskLine
from c360.workflow import RECORD, RunRecord, Workflow, _deployed, _TaskPhases

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.mark.parametrize(
    ("ends_by", "status"), [(CommandError("no"), "FAILED"), (KeyboardInterrupt(), "INTERRUPTED"), (None, "SUCCEEDED")]
)
def test_a_record_says_how_its_command_ended(tmp_path: Path, ends_by: BaseException | None, status: str) -> None:
    with (
        pytest.raises(type(ends_by)) if ends_by else nullcontext(),
        RunRecord("run", "local").kept(tmp_path, Meter()) as it,
    ):
        if ends_by:
            raise ends_by
        it.status = "SUCCEEDED"
    assert json.loads((tmp_path / RECORD).read_text())["status"] == status


def test_a_record_that_cannot_be_written_hides_no_reason(tmp_path: Path) -> None:
    (tmp_path / RECORD).mkdir()
    with pytest.raises(CommandError, match="the reason"), RunRecord("run", "local").kept(tmp_path, Meter()):
        raise CommandError("the reason")
    with pytest.raises(OSError, match=RECORD), RunRecord("run", "local").kept(tmp_path, Meter()):
        pass


def test_who_interrupts_a_run_cancels_it_here_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []
    cursor = SimpleNamespace(execute=asked.append)
    connection = SimpleNamespace(cursor=lambda: nullcontext(cursor))
    monkeypatch.setattr(workflow, "connect", lambda _: nullcontext(connection))
    to = SimpleNamespace(names=SimpleNamespace(root_task="ROOT"))
    said = Console(file=StringIO(), width=200)
    Workflow("local", tmp_path, Ports(), said, Meter())._cancel(to)  # type: ignore[arg-type]
    assert asked == ["select system$user_task_cancel_ongoing_executions('PLATFORM.ROOT')"]
    Workflow("dev", tmp_path, Ports(), said, Meter())._cancel(to)  # type: ignore[arg-type]
    assert len(asked) == 1
    assert "'c360 status --stack dev' says how it ends" in said.file.getvalue()  # type: ignore[attr-defined]
