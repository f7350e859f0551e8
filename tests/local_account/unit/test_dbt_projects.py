"""Statements about dbt projects: what a deployment copies, compiles and prepares, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local_account.catalog.objects import DbtProject
from local_account.dbt.runs import DbtProcesses
from local_account.identifiers import Name
from local_account.statements.dbt_projects import _deploy, project_folder
from tests.support.statements import records, refusal

if TYPE_CHECKING:
    from pathlib import Path

    from local_account.session.session import Session


class _Processes(DbtProcesses):
    """It keeps what it is asked, and starts nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def execute(self, *given: Any) -> tuple[str, str]:
        self.asked.append(" ".join(["execute", *given[2]]))
        return "", ""

    def prepare(self, *_: Any) -> None:
        self.asked.append("prepare")

    def discard(self, _: Path) -> None:
        self.asked.append("discard")


@pytest.fixture
def processes(session: Session, monkeypatch: pytest.MonkeyPatch) -> _Processes:
    made = _Processes()
    monkeypatch.setitem(session.account._services, DbtProcesses, made)
    return made


@pytest.fixture
def project(session: Session, processes: _Processes) -> DbtProject:
    """A project P without files."""
    assert processes.asked == []
    item = DbtProject(session.resolve(Name("P")), session.role, "said", source="@S/p")
    session.account.catalog.save(item)
    return item


def staged(folder: Path, **files: str) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    copies = {}
    for number, (name, text) in enumerate(files.items()):
        copies[name.replace("__", "/")] = folder / str(number)
        copies[name.replace("__", "/")].write_text(text)
    return copies


def live(session: Session, item: DbtProject) -> dict[str, str]:
    folder = project_folder(session.account, item.name) / "live"
    return {str(f.relative_to(folder)): f.read_text() for f in folder.rglob("*") if f.is_file()}


@pytest.mark.parametrize(
    ("compiles", "port", "is_same", "asked"),
    [
        (True, 8084, False, ["discard", "execute compile"]),
        (True, 8084, True, ["execute compile"]),
        (False, 8084, False, ["discard", "prepare"]),
        (False, 8084, True, []),
        (True, 0, False, ["discard", "prepare"]),
        (True, 0, True, []),
    ],
)
def test_files_are_compiled_unless_told_otherwise_and_prepared_where_anything_changed(  # noqa: PLR0913, PLR0917
    session: Session, project: DbtProject, processes: _Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    compiles: bool, port: int, is_same: bool, asked: list[str],
) -> None:  # fmt: skip
    project.auto_compile = compiles
    _deploy(session, project, staged(tmp_path / "a", dbt_project="x", models__gold__a="select 1"))
    processes.asked.clear()
    monkeypatch.setattr(session.account, "port", port)
    last = "select 1" if is_same else "select 2"
    _deploy(session, project, staged(tmp_path / "b", dbt_project="x", models__gold__a=last))
    assert processes.asked == asked
    assert live(session, project) == {"dbt_project": "x", "models/gold/a": last}


def test_a_file_that_is_gone_from_the_stage_is_gone_from_the_project(
    session: Session, project: DbtProject, tmp_path: Path
) -> None:
    _deploy(session, project, staged(tmp_path / "a", dbt_project="x", models__a="1", models__b="2"))
    _deploy(session, project, staged(tmp_path / "b", dbt_project="x", models__b="2"))
    assert live(session, project) == {"dbt_project": "x", "models/b": "2"}


@pytest.mark.parametrize(
    ("statement", "errno", "message"),
    [
        ("execute dbt project NOWHERE", 2003, "PUBLIC.NOWHERE' does not exist"),
        ("execute dbt project from '@S/p'", 2, "EXECUTE DBT PROJECT FROM"),
        ("execute dbt project P threads = 4", 2, "The option THREADS of EXECUTE DBT PROJECT"),
        ("execute dbt project P dbt_version = '1.9'", 2, "DBT_VERSION 1.9"),
        ("execute dbt project P args = 'init'", 2, "dbt init"),
        ("alter dbt project P set THREADS = 4", 2, "The option THREADS of a dbt project"),
        ("alter dbt project P set DBT_VERSION = '1.10.2'", 2, "DBT_VERSION 1.10.2"),
        ("alter dbt project P set AUTO_COMPILE = 1", 1008, "AUTO_COMPILE of a dbt project is TRUE or FALSE"),
        ("alter dbt project P rename to Q", 2, "ALTER DBT PROJECT"),
        ("alter dbt project P unset COMMENT = 'x'", 1003, "syntax error"),
        ("describe dbt project NOWHERE", 2003, "PUBLIC.NOWHERE' does not exist"),
    ],
)
@pytest.mark.usefixtures("project")
def test_wrong_statements_are_refused(session: Session, statement: str, errno: int, message: str) -> None:
    found = refusal(session, statement)
    assert found[0] == errno, found
    assert message.lower() in found[2].lower()


@pytest.mark.usefixtures("project")
def test_a_project_is_altered_and_described(session: Session) -> None:
    (before,) = records(session, "describe dbt project P")
    assert (before["name"], before["comment"], before["source_location"]) == ("P", "said", "@S/p")
    session.execute("alter dbt project P set DEFAULT_TARGET = 'prod' DBT_VERSION = '1.11.3' COMMENT = 'new'")
    (after,) = records(session, "show dbt projects")
    assert (after["default_target"], after["dbt_version"], after["comment"]) == ("prod", "1.11.3", "new")
    session.execute("alter dbt project P unset DEFAULT_TARGET, COMMENT")
    (unset,) = records(session, "show dbt projects")
    assert (unset["default_target"], unset["dbt_version"], unset["comment"]) == (None, "1.11.3", "")


def test_a_dropped_project_s_files_go_with_it(
    session: Session, project: DbtProject, processes: _Processes, tmp_path: Path
) -> None:
    _deploy(session, project, staged(tmp_path / "a", dbt_project="x"))
    processes.asked.clear()
    session.execute("drop dbt project P")
    assert processes.asked == ["discard"]
    assert not project_folder(session.account, project.name).exists()
    assert records(session, "show dbt projects") == []
