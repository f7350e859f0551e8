"""The programs that stood before: what is kept of them, how many, and that they come back as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from c360 import past_deployments
from c360.past_deployments import keep

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "program"
    (folder / "dbt/target").mkdir(parents=True)
    (folder / "stacks/__pycache__").mkdir(parents=True)
    for name in ("Pulumi.local.yaml", "dbt/model.sql", "dbt/target/run.sql", "stacks/__pycache__/a.pyc", "README.md"):
        (folder / name).write_text(name)
    return folder


def test_a_program_comes_back_as_it_was_deployed(program: Path, tmp_path: Path) -> None:
    first = keep(tmp_path, program, {"source": "files"})
    (program / "dbt/model.sql").write_text("changed")
    (program / "dbt/new.sql").write_text("new")
    keep(tmp_path, program, {})
    before, standing = past_deployments.past_deployments(tmp_path)
    assert before == first
    assert (before.settings, standing.settings) == ({"source": "files"}, {})
    with before.unpacked() as folder:
        files = {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}
    assert files == {"Pulumi.local.yaml": "Pulumi.local.yaml", "dbt/model.sql": "dbt/model.sql"}
    assert not folder.exists()


def test_the_same_program_is_kept_once(program: Path, tmp_path: Path) -> None:
    assert keep(tmp_path, program, {})
    (program / "dbt/target/run.sql").write_text("another run")
    assert keep(tmp_path, program, {}) is None
    assert keep(tmp_path, program, {"source": "files"})
    assert len(past_deployments.past_deployments(tmp_path)) == 2


def test_the_newest_are_kept_in_their_order(program: Path, tmp_path: Path) -> None:
    for number in range(12):
        (program / "dbt/model.sql").write_text(str(number))
        keep(tmp_path, program, {})
    kept = past_deployments.past_deployments(tmp_path)
    assert [one.folder.name for one in kept] == ["8", "9", "10", "11", "12"]
    with kept[-2].unpacked() as folder:
        assert (folder / "dbt/model.sql").read_text() == "10"


def test_a_model_is_noted_and_a_deployment_forgotten(program: Path, tmp_path: Path) -> None:
    keep(tmp_path, program, {})
    (one,) = past_deployments.past_deployments(tmp_path)
    one.noting('{"version": "7"}')
    assert past_deployments.past_deployments(tmp_path)[0].model == '{"version": "7"}'
    past_deployments.forget(one)
    assert past_deployments.past_deployments(tmp_path) == []
    assert not one.folder.exists()


def test_what_a_kill_left_half_kept_is_no_deployment(program: Path, tmp_path: Path) -> None:
    (tmp_path / "deployments/1").mkdir(parents=True)
    (tmp_path / "deployments/1/program.tar.gz").write_text("half")
    assert past_deployments.past_deployments(tmp_path) == []
    kept = keep(tmp_path, program, {})
    assert kept
    with kept.unpacked() as folder:
        assert (folder / "dbt/model.sql").exists()
