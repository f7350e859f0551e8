"""What is done with a commit besides deploying it: releases, the weekly run, hooks, the development container."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from c360.connection import Ports
from components.repository import ROOT

RELEASE = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
NOTES = "- What is new.\n"


def _notes(folder: Path, tag: str) -> subprocess.CompletedProcess[str]:
    """Run the step of the release that writes the notes."""
    (script,) = (s["run"] for s in RELEASE["jobs"]["release"]["steps"] if "notes of this version" in s.get("name", ""))
    return subprocess.run(
        ["bash", "-ec", script], cwd=folder, env={"GITHUB_REF_NAME": tag, "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def released(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('version = "1.2.0"\n')
    changes = (
        f"# Changes\n\n## Unreleased\n\n- Later.\n\n## 1.2.0 - 2026-12-01\n\n{NOTES}\n## 1.1.0 - 2026-11-01\n\n- Old.\n"
    )
    (tmp_path / "CHANGELOG.md").write_text(changes)
    return tmp_path


def test_a_release_has_its_version_s_notes_and_no_others(released: Path) -> None:
    assert _notes(released, "v1.2.0").returncode == 0
    assert (released / "notes.md").read_text().strip() == NOTES.strip()


@pytest.mark.parametrize(
    ("tag", "project", "reason"),
    [("v1.3.0", "1.2.0", "is not of version 1.3.0"), ("v1.3.0", "1.3.0", "says nothing of version 1.3.0")],
)
def test_a_tag_without_notes_or_of_another_version_is_refused(
    released: Path, tag: str, project: str, reason: str
) -> None:
    (released / "pyproject.toml").write_text(f'version = "{project}"\n')
    done = _notes(released, tag)
    assert done.returncode == 1
    assert reason in done.stderr


def test_this_version_has_its_part_of_the_changes() -> None:
    heads = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heads[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(VERSION)} - \d{{4}}-\d\d-\d\d", heads[1])


def test_a_release_has_the_site() -> None:
    commands = [step["run"] for step in RELEASE["jobs"]["release"]["steps"] if "run" in step]
    (made,) = re.findall(r"make site && tar --create --gzip --file (\S+) site", "\n".join(commands))
    (published,) = (command for command in commands if command.startswith("gh release create"))
    assert published.split()[-1] == made


def test_only_a_release_writes_into_the_repository() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        for name, job in yaml.safe_load(path.read_text())["jobs"].items():
            writes = job.get("permissions", {}).get("contents") == "write"
            assert writes == ((path.stem, name) == ("release", "release"))


def test_the_weekly_run_is_of_the_full_scale() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text())
    assert workflow[True]["schedule"], "YAML 1.1 reads the key `on` as true"
    scripts = "\n".join(step.get("run", "") for step in workflow["jobs"]["full-scale"]["steps"])
    assert re.search(r"c360 up$", scripts, re.MULTILINE)
    assert "--customers" not in scripts
    targets = set(re.findall(r"make (\w+)", scripts))
    assert targets == {"install", "bench", "evaluate"}
    subprocess.run(["make", "-n", *targets], cwd=ROOT, capture_output=True, check=True)


def test_hooks_run_the_tools_of_the_lock_file() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    for hook in hooks:
        tool, *arguments = hook["entry"].split()
        assert Path(tool).parts[:2] == (".venv", "bin")
        installed = Path(sys.executable).with_name(Path(tool).name)
        done = subprocess.run([installed, *arguments, __file__], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_development_container_makes_what_make_makes() -> None:
    container = json.loads((ROOT / ".devcontainer.json").read_text())
    assert container["postCreateCommand"] == "make install"
    assert container["forwardPorts"] == [8501, Ports.account, Ports.s3]
    assert container["image"].endswith(":3.11")
