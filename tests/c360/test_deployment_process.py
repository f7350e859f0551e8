"""The process that deploys: it never outlives the command that started it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from c360.account_process import is_alive
from c360.cli import run_command
from components.repository import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Nothing listens there, so that the deployment waits for its account.
_STARTER = """
import sys, time
from pathlib import Path
from c360.connection import Ports
from c360.deployment.process import LocalDeployment
with LocalDeployment("up", Path(sys.argv[1]), Ports(1, 1)) as deploying:
    print(deploying._process.pid, flush=True)
    time.sleep(60)
"""


def test_a_deployment_whose_command_was_killed_does_not_wait_for_the_next_account(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _STARTER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        deploying = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while is_alive(deploying):
        assert time.monotonic() < deadline
        time.sleep(0.1)


class Terminal(StringIO):
    """What somebody looks at, or types on."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a Pulumi CLI, which does nothing and fails, was told: a line a call."""
    calls = tmp_path / "calls"
    (tmp_path / "pulumi").write_text(f'#!/bin/sh\necho "$@" >> {calls}\nexit 3\n')
    (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("C360_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PULUMI_SKIP_CONFIRMATIONS", raising=False)
    return calls


@pytest.mark.parametrize("verb", ["up", "destroy"])
def test_nobody_can_be_asked_without_a_terminal(
    told: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO())
    assert run_command([verb, "--stack", "dev"]) == 1
    assert f"'c360 {verb} --stack dev --yes' goes on without the question." in capsys.readouterr().err
    assert not told.exists()


@pytest.mark.parametrize(
    ("option", "is_terminal", "variable"),
    [
        (" --yes", False, ""),
        (" --yes", True, ""),
        ("", True, ""),
        ("", False, "true"),  # Pulumi reads it by itself
    ],
)
def test_pulumi_asks_where_it_can_and_may(
    told: Path, monkeypatch: pytest.MonkeyPatch, option: str, is_terminal: bool, variable: str
) -> None:
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(sys, stream, Terminal() if is_terminal else StringIO())
    monkeypatch.setenv("PULUMI_SKIP_CONFIRMATIONS", variable)
    for verb in ("up", "destroy"):
        assert run_command(f"{verb} --stack dev{option}".split()) == 1
    assert told.read_text() == f"up --stack dev{option}\ndestroy --stack dev{option}\n"
