"""The README's commands and its Python do what they look like, on a platform that is there."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from components.repository import ROOT

if TYPE_CHECKING:
    import pytest

    from tests.support.platforms import Platform

BLOCKS = dict(re.findall(r"```(console|python)\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL))
COMMANDS = [shlex.split(line.removeprefix("$ "), comments=True) for line in BLOCKS["console"].splitlines()]


def test_every_command_to_look_around_with_answers(platform: Platform) -> None:
    commands = [words for name, *words in COMMANDS if name == "c360" and words != ["account"]]  # which serves for ever
    assert {words[0] for words in commands} == {"status", "sql", "ask"}
    for words in commands:
        done = platform.c360_here(*words)
        assert done.returncode == 0, (words, done.stderr)
        assert len(done.stdout.splitlines()) > 1, words


def test_its_python_reads_what_was_loaded(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    code = BLOCKS["python"].replace("8084", str(platform.ports.account))
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 - our own page
    names["connection"].close()  # type: ignore[attr-defined]
    assert capsys.readouterr().out == "(270000,)\n"
