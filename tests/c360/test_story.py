"""The story of docs/story.md, command by command, in one stack and in order: what is printed stands there."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from c360.review import revisions
from components.repository import ROOT
from tests.support.platforms import C360, Platform

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORY = ROOT / "docs/story.md"
# What a preview reads; a visitor's repository holds more.
PROGRAM = ("stacks", "components", "pipeline", "dbt", "semantic", "analyst_client", "streamlit_app")
pytestmark = pytest.mark.timeout(600)


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command of the story and what it is to print."""
    for block in re.findall(r"```console\n(.*?)```", STORY.read_text(), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A visitor's repository, to edit."""
    folder = tmp_path_factory.mktemp("visitor")
    rubbish = shutil.ignore_patterns("__pycache__", "target", "logs", "dbt_packages", ".user.yml")
    for part in PROGRAM:
        shutil.copytree(ROOT / part, folder / part, ignore=rubbish)
    for file in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(file, folder)
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "The program"]):
        subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)
    return folder


def printed(command: str, platform: Platform, repository: Path) -> str:
    """Run one command as the visitor would, and return what it prints."""
    words = shlex.split(command)
    if words[:2] == ["c360", "up"] and "--customers" in words:
        assert platform.made_by
        assert [C360.name, *platform.made_by.args[1:4]] == words, "the tests' platform is made by another command"
        return platform.made_by.stdout
    if words[:2] == ["c360", "preview"]:
        base, stack = words[words.index("--base") + 1], words[words.index("--stack") + 1]
        return revisions.preview(repository, base, None, [stack]).text
    if words[0] == "c360":
        arguments = platform.arguments(words[1], *words[2:])
        done = subprocess.run(
            arguments,
            cwd=repository,
            env=platform.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )
        return done.stdout + done.stderr
    done = subprocess.run(
        ["bash", "-ec", command], cwd=repository, env=os.environ, capture_output=True, text=True, check=True
    )
    return done.stdout


def as_expected(expected: str, output: str) -> bool:
    """Compare as doctest does: `...` stands for anything, and a blank line for itself."""
    return doctest.OutputChecker().check_output(expected, output, doctest.ELLIPSIS)


def test_the_story_is_true(platform_copy: Platform, repository: Path) -> None:
    """One test, because each step stands on those before it."""
    told = list(commands())
    assert len(told) > 8
    for command, expected in told:
        output = printed(command, platform_copy, repository)
        assert as_expected(expected, output), f"$ {command}\n{output}\nwhere the story says\n{expected}"
    assert not platform_copy.home.exists()


def test_the_story_has_eight_steps_in_their_order() -> None:
    found = re.findall(r"\b(\d)\. ", " ".join(re.findall(r"^## .*", STORY.read_text(), re.MULTILINE)))
    assert found == list("12345678")


@pytest.mark.parametrize(
    ("expected", "output", "is_so"),
    [("a ... d\n", "a b c d\n", True), ("a\n", "b\n", False), ("3.50\n", "3.51\n", False), ("", "x\n", False)],
)
def test_another_output_is_seen(expected: str, output: str, is_so: bool) -> None:
    assert as_expected(expected, output) == is_so
