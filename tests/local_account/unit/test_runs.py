"""What surrounds a run of dbt: its arguments, its target and profile, what it leaves behind, and why it failed."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.dbt import runs
from local_account.dbt.arguments import check_arguments, is_read_after_parsing, split_target
from local_account.dbt.runs import DbtProcess, chosen_target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_account.session.session import Session


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[DbtProcess]:
    """A process that waits for a command of a deployed project."""
    live = tmp_path / "live"
    live.mkdir()
    (live / "dbt_project.yml").write_text("name: shop")
    (live / "profiles.yml").write_text("shop: {target: dev, outputs: {dev: {type: snowflake}}}")
    found = object.__new__(DbtProcess)
    found._project, found._session_role, found._target = tmp_path, "R", "dev"
    found._version = runs._version(tmp_path)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True) as process:
        found._process = process
        yield found
        process.kill()


def test_a_process_waits_for_whoever_began_it(waiting: DbtProcess) -> None:
    assert waiting.fits(cast("Session", SimpleNamespace(role="R")), None)
    assert not waiting.fits(cast("Session", SimpleNamespace(role="OTHER")), None)
    assert not waiting.fits(cast("Session", SimpleNamespace(role="R")), "prod")


def test_a_process_of_an_earlier_deployment_waits_for_nobody(waiting: DbtProcess) -> None:
    waiting._version -= 1
    assert not waiting.fits(cast("Session", SimpleNamespace(role="R")), None)


def test_a_process_that_ended_waits_for_nobody(waiting: DbtProcess) -> None:
    waiting._process.kill()
    waiting._process.wait()
    assert not waiting.fits(cast("Session", SimpleNamespace(role="R")), None)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("run", ["run"]),
        ("", ["run"]),
        ("--select a", ["run", "--select", "a"]),
        ("build --vars '{day: 1}'", ["build", "--vars", "{day: 1}"]),
        ("docs generate", ["docs", "generate"]),
    ],
)
def test_arguments_are_split_and_mean_run_without_a_command(text: str, arguments: list[str]) -> None:
    assert check_arguments(text) == arguments


@pytest.mark.parametrize(
    ("text", "errno", "message"),
    [
        ("init", 2, "dbt init"),
        ("docs serve", 2, "dbt docs serve"),
        ("run --profiles-dir x", 2, "--profiles-dir"),
        ("build --log-path=x", 2, "--log-path=x"),
        ("run 'x", 1008, "cannot be read"),
    ],
)
def test_what_snowflake_does_not_run_is_refused(text: str, errno: int, message: str) -> None:
    with pytest.raises(ProgrammingError, match=message) as refused:
        check_arguments(text)
    assert refused.value.errno == errno


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run"], (None, ["run"])),
        (["run", "--target", "prod", "-s", "a"], ("prod", ["run", "-s", "a"])),
        (["run", "-t", "prod"], ("prod", ["run"])),
        (["run", "--target=prod"], ("prod", ["run"])),
        (["run", "--target", "a", "-t", "b"], ("b", ["run"])),
        (["run", "-t"], (None, ["run"])),
    ],
)
def test_the_target_is_taken_out_of_the_arguments(arguments: list[str], expected: object) -> None:
    assert split_target(arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "is_read"),
    [
        (["build"], True),
        (["run", "-s", "a", "--exclude=b", "--threads", "2", "--full-refresh"], True),
        (["run", "--vars", "{day: 1}"], False),
        (["run", "--vars={day: 1}"], False),
        (["build", "--warn-error"], False),
        (["run", "--unknown"], False),
    ],
)
def test_a_command_goes_by_what_was_parsed_unless_an_option_may_change_that(
    arguments: list[str], is_read: bool
) -> None:
    assert is_read_after_parsing(arguments) is is_read


@pytest.mark.parametrize(
    ("profile", "target", "chosen"),
    [({"target": "dev"}, "prod", "prod"), ({"target": "dev"}, None, "dev"), ({}, None, "default"), ({}, "", "default")],
)
def test_which_target_runs(profile: dict[str, Any], target: str | None, chosen: str) -> None:
    assert chosen_target(profile, target) == chosen


def test_the_profile_is_the_one_that_the_project_names(tmp_path: Path) -> None:
    project, profiles = tmp_path / "dbt_project.yml", tmp_path / "profiles.yml"
    project.write_text("name: shop\n")
    with pytest.raises(ProgrammingError, match="no profile 'shop'"):
        runs._profile(tmp_path)
    profiles.write_text("shop: {target: a}\nother: {target: b}\n")
    assert runs._profile(tmp_path) == ("shop", {"target": "a"})
    project.write_text("name: shop\nprofile: other\n")
    assert runs._profile(tmp_path) == ("other", {"target": "b"})
    (tmp_path / "dbt_projects_profiles.yml").write_text("other: {target: c}\n")  # Snowflake's own file comes first
    assert runs._profile(tmp_path) == ("other", {"target": "c"})


def node(name: str, status: str, message: str | None = None) -> dict[str, Any]:
    return {"unique_id": name, "status": status, "message": message}


@pytest.mark.parametrize(
    ("results", "reasons"),
    [
        ([node("a", "success"), node("b", "error", "no\n  such table")], "1 of 2 nodes.\nb: no such table"),
        ([node("a", "fail", "Got 2 results"), node("b", "skipped"), node("c", "warn", "so")],
         "1 of 3 nodes.\na: Got 2 results"),
        ([node("a", "runtime error")], "1 of 1 nodes.\na: runtime error"),
        ([node(str(n), "error", "x") for n in range(7)],
         "7 of 7 nodes.\n0: x\n1: x\n2: x\n3: x\n4: x\nand 2 more"),
        ([node("a", "success")], "the end"),
        (None, "the end"),
    ],
)  # fmt: skip
def test_a_failure_tells_the_nodes_that_failed_or_the_end_of_the_output(
    tmp_path: Path, results: list[dict[str, Any]] | None, reasons: str
) -> None:
    if results is not None:
        (tmp_path / "target").mkdir()
        (tmp_path / "target" / "run_results.json").write_text(json.dumps({"results": results}))
    assert runs._reasons(tmp_path, "\nthe end\n") == reasons


def test_only_the_last_lines_of_an_output_are_told(tmp_path: Path) -> None:
    assert runs._reasons(tmp_path, "\n".join(map(str, range(40)))) == "\n".join(map(str, range(15, 40)))


def unprepared(project: Path, folder: Path) -> DbtProcess:
    """A run whose process has ended: its files are all that is left of it."""
    made = DbtProcess.__new__(DbtProcess)
    made._project, made._folder, made._target = project, folder, "x"
    return made


def test_artifacts_are_kept_below_their_own_names_and_of_the_last_five_runs(tmp_path: Path) -> None:
    folder, project = tmp_path / "run", tmp_path / "project"
    (folder / "target").mkdir(parents=True)
    project.mkdir()
    (folder / "target" / "manifest.json").write_text("{}")
    (folder / "target" / "other.json").write_text("{}")
    (folder / "target" / "partial_parse.msgpack").write_bytes(b"parsed")
    for number in range(7):
        unprepared(project, folder)._archive(f"run-{number}")
    kept = sorted((project / "results").iterdir())
    assert [file.name for file in kept] == [f"run-{number}.zip" for number in range(2, 7)]
    assert zipfile.ZipFile(kept[0]).namelist() == ["target/manifest.json"]
    assert (project / "partial_parse.msgpack").read_bytes() == b"parsed"


def test_the_next_run_finds_what_was_parsed(tmp_path: Path) -> None:
    folder, project = tmp_path / "run", tmp_path / "project"
    folder.mkdir()
    project.mkdir()
    unprepared(project, folder)._reuse_parsed()
    assert not (folder / "target").exists()
    (project / "partial_parse.msgpack").write_bytes(b"parsed")
    unprepared(project, folder)._reuse_parsed()
    assert (folder / "target" / "partial_parse.msgpack").read_bytes() == b"parsed"


def test_the_written_profile_takes_the_place_of_the_project_s(tmp_path: Path) -> None:
    (tmp_path / "dbt_projects_profiles.yml").write_text("shop: {}\n")
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    process = unprepared(tmp_path, tmp_path)
    process._profile, process._output = "shop", {"schema": "s"}
    process._write_profile({"user": "u"})
    assert runs._profile(tmp_path) == ("shop", {"target": "x", "outputs": {"x": {"schema": "s", "user": "u"}}})


def test_a_process_that_still_runs_is_ended() -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    runs._end_process(waiting)
    assert waiting.returncode == -9
    runs._end_process(waiting)  # one that is over already


def test_an_account_that_is_not_served_runs_no_dbt(session: Session, tmp_path: Path) -> None:
    with pytest.raises(ProgrammingError, match="needs the account to be served"):
        DbtProcess(session, tmp_path, None, None)


def test_a_project_without_files_is_what_the_error_names(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session.account, "port", 1)
    with pytest.raises(FileNotFoundError) as missing:
        DbtProcess(session, tmp_path, None, None)
    assert str(tmp_path / "live") in str(missing.value)
