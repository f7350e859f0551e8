"""How a run is shown while it happens, by what the terminal can do."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from c360.display import showing
from c360.runner import WAITING, RunProgress, TaskLine

PIPE, TERMINAL = False, True


@pytest.mark.parametrize(
    ("is_terminal", "environment", "draws_again"),
    [
        (TERMINAL, {"TERM": "xterm-256color"}, True),
        (TERMINAL, {}, True),
        (TERMINAL, {"TERM": "dumb"}, False),
        (TERMINAL, {"TERM": "unknown"}, False),
        (TERMINAL, {"TERM": "dumb", "TTY_INTERACTIVE": "1"}, False),
        (TERMINAL, {"TERM": "xterm", "TTY_INTERACTIVE": "0"}, False),
        (PIPE, {"TERM": "xterm"}, False),
        (PIPE, {"TERM": "xterm", "TTY_INTERACTIVE": "1"}, False),
    ],
)
def test_a_task_is_shown_as_soon_as_it_begins(
    is_terminal: bool, environment: dict[str, str], draws_again: bool
) -> None:
    file = StringIO()
    console = Console(file=file, force_terminal=is_terminal, width=80, height=20, _environ=environment)
    with showing(console) as show:
        show(RunProgress("1", (TaskLine("LOAD", "EXECUTING"), TaskLine("BUILD", WAITING))))
        begun = file.getvalue()
        show(RunProgress("1", (TaskLine("LOAD", "SUCCEEDED", rows=7, seconds=1.0), TaskLine("BUILD", "EXECUTING"))))
    if draws_again:
        assert "\x1b[" in file.getvalue()
    else:
        assert begun.splitlines() == ["LOAD                     executing"]
        assert [line.split()[:2] for line in file.getvalue().splitlines()] == [
            ["LOAD", "executing"], ["LOAD", "succeeded"], ["BUILD", "executing"],
        ]  # fmt: skip
