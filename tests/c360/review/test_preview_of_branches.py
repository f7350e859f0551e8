"""`c360 preview` on real git repositories: whole programs are evaluated, whole reports read."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c360 import cli
from c360.commands import reviewing
from c360.review import revisions
from c360.review.revisions import RevisionError, preview
from stacks.config import ROOT

if TYPE_CHECKING:
    from c360.review.report import Report

Edit = Callable[[Path], None]
_RECORDED: dict[tuple[str, tuple[str, ...]], str] = {}
_genuine = revisions.record
PROGRAM = ("stacks", "components", "pipeline", "dbt", "semantic", "analyst_client", "streamlit_app")


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="session")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose branch main holds the program as it is on disk."""
    folder = tmp_path_factory.mktemp("repository")
    rubbish = shutil.ignore_patterns("__pycache__", "target", "logs", "dbt_packages", ".user.yml")
    for part in PROGRAM:
        if (ROOT / part).exists():
            shutil.copytree(ROOT / part, folder / part, ignore=rubbish)
    for stack in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(stack, folder)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "The program")
    return folder


@pytest.fixture(autouse=True)
def _each_program_recorded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Record the same program once: a process evaluates it for 5 s, and the base of most branches is the same."""
    monkeypatch.setattr(revisions, "record", _record)


def _record(folder: Path, stacks: Sequence[str] = ()) -> dict[str, dict[str, object]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    key = (digest.hexdigest(), tuple(stacks))
    if key not in _RECORDED:
        _RECORDED[key] = json.dumps(_genuine(folder, stacks))
    return json.loads(_RECORDED[key])


@pytest.fixture
def branch(committed: Path, tmp_path: Path) -> Callable[[Edit], Path]:
    """Commit an edit on a branch of a clone of its own."""

    def edited(edit: Edit) -> Path:
        folder = tmp_path / "clone"
        _git(tmp_path, "clone", "--quiet", str(committed), str(folder))
        _git(folder, "switch", "--quiet", "--create", "change")
        edit(folder)
        _git(folder, "add", "--all")
        _git(folder, "commit", "--quiet", "--message", "Change", "--allow-empty")
        return folder

    return edited


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new, 1))


def _headings(report: Report) -> list[str]:
    return [line for line in report.text.splitlines() if line.startswith("### ")]


def test_a_branch_that_widens_marketings_access_shows_that_first(branch: Callable[[Edit], Path]) -> None:
    def widen(folder: Path) -> None:
        old = '    MARKETING: RoleAccess(\n        schemas={"GOLD": "read"'
        _replace(folder / "stacks/roles.py", old, f'{old}, "BRONZE": "read"')

    report = preview(branch(widen), "main", "change")
    assert report.errors == {}
    assert report.destructive == 0
    assert _headings(report)[0] == "### Access"
    rows = [line for line in report.text.splitlines() if line.startswith("| **")]
    assert rows
    assert all(row.startswith("| **MARKETING_MANAGER** |") for row in rows), "everyone else keeps what they had"
    first = report.text.index(rows[0])
    assert report.text.index("**Gained**") < first < report.text.index("### Resources")
    assert any("SELECT" in row and "future tables in CUSTOMER_ANALYTICS.BRONZE" in row for row in rows)
    assert "**Lost**" not in report.text
    assert "stacks |" not in "".join(rows), "the same in every stack is said once"


def test_a_branch_that_drops_data_says_so_before_anything_else(branch: Callable[[Edit], Path]) -> None:
    def edit(folder: Path) -> None:
        _replace(folder / "components/database.py", 'f"{name}-database"', 'f"{name}-base"')
        _replace(folder / "Pulumi.prod.yaml", "30 5 * * * UTC", "0 4 * * * UTC")
        _replace(folder / "Pulumi.prod.yaml", "ml: { size: XSMALL", "ml: { size: XLARGE")
        _replace(folder / "pipeline/sql/procedures/runs/count_records.sql", "\n", "\n-- counted twice\n")
        (folder / "dbt/models/gold/one_more.sql").write_text("select 1\n")

    report = preview(branch(edit), "main", "change")
    assert _headings(report) == [
        "### Destructive changes", "### Access", "### Resources", "### Tasks, schedules and monitors",
        "### Expected cost", "### Cost ceiling", "### Files on stages",
    ]  # fmt: skip
    assert report.destructive
    assert "**Database `CUSTOMER_ANALYTICS`** is deleted with all that is in it" in report.text
    assert "it is protected, so that `pulumi up` refuses" in report.text
    assert "for want of an alias" in report.text
    assert "Nobody gains or loses access." in report.text
    assert "+-- counted twice" in report.text
    assert "`RUN_PIPELINE` runs 0 4 * * * UTC (before: 30 5 * * * UTC) — prod" in report.text
    assert "  - `warehouseSize`: `XSMALL` → `XLARGE`" in report.text
    assert "| `ML_WH` | XSMALL, 1 credit" in report.text
    assert "`dbt/models/gold/one_more.sql`" in report.text
    assert report.text.count("+-- counted twice") == 1, "what is the same in three stacks is said once"


def test_only_what_the_branch_did_is_reported_and_only_for_the_stacks_asked(branch: Callable[[Edit], Path]) -> None:
    folder = branch(lambda _: None)
    _git(folder, "switch", "--quiet", "main")
    (folder / "dbt/models/gold/came_later.sql").write_text("select 1\n")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "Later on main")
    _git(folder, "switch", "--quiet", "change")
    report = preview(folder, "main", stacks=["dev"])
    assert report.text.startswith("## Preview: the working tree against `main` (")
    assert "No stack changes." in report.text
    assert "| dev | 0 | 0 | 0 | 0 |" in report.text
    assert "| prod |" not in report.text


def test_a_configuration_that_is_refused_is_reported_in_its_own_words(branch: Callable[[Edit], Path]) -> None:
    folder = branch(lambda path: _replace(path / "Pulumi.dev.yaml", "retention_days: 1", "retention_days: 1000"))
    report = preview(folder, "main", "change")
    assert report.text.startswith("## Preview: `change` against `main` (")
    assert report.errors.keys() == {"dev"}
    assert "**Stack dev is not compared**" in report.text
    assert "customer-360:retention_days = 1000" in report.text
    assert "| prod | 0 | 0 | 0 | 0 |" in report.text, "the others are compared all the same"


def test_a_base_without_a_program_is_named_as_such(branch: Callable[[Edit], Path]) -> None:
    folder = branch(lambda _: None)
    _git(folder, "switch", "--quiet", "--orphan", "bare")
    shutil.copy(ROOT / "Pulumi.dev.yaml", folder)
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "No program yet")
    _git(folder, "merge", "--quiet", "--allow-unrelated-histories", "--message", "Bring it", "main")
    report = preview(folder, "HEAD^1", "HEAD", ["dev"])
    assert "it has no program that can be evaluated in-process" in report.errors["dev"]


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        ('[pulumi.ComponentResource("a:b:C", "broken") for _ in range(2)]', "two resources of type a:b:C named broken"),
        ('pulumi.ComponentResource("a:b:C", "x").urn.apply(lambda _: 1 // 0)', "division or modulo by zero"),
    ],
)
def test_a_program_that_fails_in_one_resource_is_an_error_and_no_report_of_the_rest(
    branch: Callable[[Edit], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    added: str,
    reason: str,
) -> None:
    """The engine ends such a preview with "1 errored"."""
    built = "    for name, value in build_platform(config).items():"
    folder = branch(lambda path: _replace(path / "stacks" / "program.py", built, f"    {added}\n{built}"))
    monkeypatch.setattr(reviewing, "ROOT", folder)
    assert cli.run_command(["preview", "--stack", "dev"]) == 1
    printed = capsys.readouterr()
    assert reason in printed.out
    assert "Nothing could be compared" in printed.out
    assert printed.err == "Error: Not every stack could be compared: dev.\n"


@pytest.mark.parametrize(
    ("base", "head", "revision", "option"),
    [
        ("nowhere", None, "nowhere", "--base"),
        ("nowhere", "HEAD", "nowhere", "--base"),
        ("HEAD", "nope", "nope", "--head"),
        ("HEAD", "", "", "--head"),  # of a variable that a workflow did not set: not the files as they are
        ("--all", None, "--all", "--base"),
    ],
)
def test_an_unknown_revision_is_named_with_its_option(
    committed: Path, base: str, head: str | None, revision: str, option: str
) -> None:
    with pytest.raises(RevisionError) as error:
        preview(committed, base, head)
    assert str(error.value) == f"git knows no revision '{revision}' here: fetch it, or name another by {option}."
