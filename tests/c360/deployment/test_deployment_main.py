"""The deployment's own process: it waits for the account, and takes values as YAML."""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from c360.deployment import __main__ as main

if TYPE_CHECKING:
    from pathlib import Path


def test_an_account_that_answers_is_found_and_one_that_does_not_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "_PATIENCE_SECONDS", 0.1)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        assert main._answers_in_time(port) is False
        listening.listen()
        assert main._answers_in_time(port) is True


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("customers=500", ("customers", 500)),
        ("a.b=[1, x]", ("a.b", [1, "x"])),
        ("a=b=c", ("a", "b=c")),
        ("a=", ("a", None)),
    ],
)
def test_a_value_is_read_as_yaml(argument: str, expected: object) -> None:
    assert main._assignment(argument) == expected


def test_what_is_no_assignment_is_refused() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="'customers' is not KEY=VALUE"):
        main._assignment("customers")


def test_events_are_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main._fail("it broke") == 1
    assert json.loads(capsys.readouterr().out) == {"event": "error", "message": "it broke"}


def test_a_deployment_ends_by_itself_while_its_starter_lives(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "c360.deployment", "outputs", "--home", str(tmp_path), "--until-stdin-closes"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.wait(60) == 1
        assert process.stdout
        assert "has no outputs" in process.stdout.read()
