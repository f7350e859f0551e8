"""The workflows, read as data: who may do what, with which credentials, and that what they call is there."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from c360.cli import c360
from stacks.config import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github/actions").glob("*/action.yml"))
# By major version: first-party actions of GitHub, AWS and Pulumi, whose fixes should arrive without a change here;
# a commit of anybody else's would have to be pinned.
TRUSTED = {
    "actions/checkout@v5", "actions/setup-python@v6", "actions/github-script@v8",
    "aws-actions/configure-aws-credentials@v5", "pulumi/actions@v7",
}  # fmt: skip
NEEDS_CREDENTIALS = "./.github/actions/stack"
named = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def _read(path: Path) -> dict[Any, Any]:
    # YAML 1.1 reads the key `on` as true.
    return {("on" if key is True else key): value for key, value in yaml.safe_load(path.read_text()).items()}


def _jobs(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _read(path)["jobs"].items()


def _steps() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in WORKFLOWS:
        for _, job in _jobs(path):
            yield from ((path, step) for step in job["steps"])
    for path in ACTIONS:
        yield from ((path, step) for step in _read(path)["runs"]["steps"])


def _uses(job: dict[str, Any], action: str) -> list[dict[str, Any]]:
    return [step for step in job["steps"] if step.get("uses", "").startswith(action)]


@named
def test_a_workflow_may_read_and_each_job_says_what_more(path: Path) -> None:
    workflow = _read(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in workflow["on"], "it would run a fork's code with our rights"
    for name, job in workflow["jobs"].items():
        more = {key for key, value in job.get("permissions", {}).items() if value == "write"}
        # A release alone writes into the repository: tests/workflows/test_delivery.py.
        assert more <= {"id-token", "pull-requests"} | ({"contents"} if path.stem == "release" else set()), name
        assert ("id-token" in more) == bool(_uses(job, NEEDS_CREDENTIALS)), name
        assert job["timeout-minutes"] <= 60


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_is_kept_as_a_secret(path: Path) -> None:
    assert not re.search(r"\bsecrets\b|password|access_key|passphrase", path.read_text(), re.IGNORECASE)


def test_actions_are_those_we_trust() -> None:
    used = {step["uses"] for _, step in _steps() if "uses" in step}
    assert used == TRUSTED | {NEEDS_CREDENTIALS}


def test_expressions_reach_shells_as_variables_only() -> None:
    """A branch may be called anything: written into a script, its name would run."""
    assert [step["run"] for _, step in _steps() if "${{" in step.get("run", "")] == []


@named
def test_credentials_come_with_an_environment_and_a_switch(path: Path) -> None:
    jobs = dict(_jobs(path))
    for name, job in jobs.items():
        if _uses(job, NEEDS_CREDENTIALS):
            assert "environment" in job, name
            first = job
            while "needs" in first:
                first = jobs[first["needs"]]
            assert "vars.DEPLOYS == 'true'" in first["if"], name


def test_a_pull_request_never_gets_prods_credentials() -> None:
    for path in WORKFLOWS:
        if "pull_request" in _read(path)["on"]:
            for _, job in _jobs(path):
                assert job.get("environment", "dev") == "dev"
                assert not _uses(job, NEEDS_CREDENTIALS) or "head.repo.full_name == github.repository" in job["if"]


def test_prod_is_deployed_behind_dev_a_preview_and_an_approval() -> None:
    jobs = dict(_jobs(ROOT / ".github/workflows/deploy.yml"))
    order = ["prod", "approve-prod", "preview-prod", "dev"]
    assert [jobs[name].get("needs") for name in order] == ["approve-prod", "preview-prod", "dev", None]
    assert jobs["approve-prod"]["environment"] == "prod-approval"
    assert jobs["approve-prod"]["permissions"] == {}
    commands = {name: _uses(job, "pulumi/actions")[0]["with"] for name, job in jobs.items() if name != "approve-prod"}
    assert {name: (w["command"], w["stack-name"]) for name, w in commands.items()} == {
        "dev": ("up", "dev"), "preview-prod": ("preview", "prod"), "prod": ("up", "prod"),
    }  # fmt: skip
    assert all(w["policyPacks"] == "policies" for w in commands.values())


def test_only_dev_can_be_destroyed() -> None:
    for path in WORKFLOWS:
        for _, job in _jobs(path):
            for step in _uses(job, "pulumi/actions"):
                if step.get("with", {}).get("command") == "destroy":
                    assert step["with"]["stack-name"] == "dev"
                    assert set(_read(path)["on"]) == {"workflow_dispatch"}


def test_drift_is_looked_for_every_day_in_both_stacks() -> None:
    workflow = _read(ROOT / ".github/workflows/drift.yml")
    assert workflow["on"]["schedule"]
    job = workflow["jobs"]["detect"]
    assert job["strategy"]["matrix"]["stack"] == ["dev", "prod"]
    scripts = " ".join(step.get("run", "") for step in job["steps"])
    assert "pulumi refresh --preview-only --expect-no-changes" in scripts
    assert "c360 drift --stack" in scripts


def test_scripts_parse_and_call_commands_that_are_there() -> None:
    for path, step in _steps():
        if script := step.get("run"):
            done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
            assert done.returncode == 0, f"{path.name}: {done.stderr}"
            for command in re.findall(r"c360 (\w+)", script):
                assert command in c360.commands


def test_the_report_is_one_comment_edited_in_place() -> None:
    job = dict(_jobs(ROOT / ".github/workflows/preview.yml"))["report"]
    (step,) = _uses(job, "actions/github-script")
    script = step["with"]["script"]
    assert "updateComment" in script
    assert "startsWith(marker)" in script
    checkout = _uses(job, "actions/checkout")[0]
    assert checkout["with"]["fetch-depth"] == 0, "the base must be there"
