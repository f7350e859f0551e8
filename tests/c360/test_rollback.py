"""`c360 rollback` on a whole platform: another program is deployed over it, and what was there stands again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from c360 import past_deployments
from c360.account_process import find
from c360.deployment.process import LocalDeployment, Manner
from components.repository import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(600)
STAGED = {
    "model": "@PLATFORM.DBT_STAGE/customer_360/models/gold/dim_segment.sql",
    "page": "@PLATFORM.APP_STAGE/customer_360_app/operations.py",
}


@pytest.fixture
def other_program(tmp_path: Path) -> Path:
    """A program that differs in a file of dbt, of the app, of the semantic model, and in a procedure."""
    folder = tmp_path / "other"
    rubbish = shutil.ignore_patterns("__pycache__", "target", "logs", "dbt_packages", ".user.yml", ".*")
    for part in past_deployments.PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=rubbish if part != "streamlit_app" else None)
    for file in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(file, folder)
    for path, text in (
        ("dbt/models/gold/dim_segment.sql", "\n-- of another program\n"),
        ("streamlit_app/operations.py", "\n# of another program\n"),
    ):
        with (folder / path).open("a") as file:
            file.write(text)
    procedure = folder / "pipeline/sql/procedures/churn/model/rename_churn_model.sql"
    procedure.write_text(procedure.read_text().replace("comment = 'Renames a model'", "comment = 'Of another program'"))
    return folder


def facts(platform: Platform) -> dict[str, object]:
    """Return what tells the two programs apart, and the models."""
    sizes = {name: platform.ask(f"list {path}")[0][1:3] for name, path in STAGED.items()}
    procedures = platform.ask("show procedures like 'RENAME_CHURN_MODEL' in schema PLATFORM")
    models = platform.ask("show snowflake.ml.classification like 'CHURN_MODEL%' in schema GOLD")
    return sizes | {"procedure": "Of another program" in str(procedures), "models": sorted(row[1] for row in models)}


def test_the_deployment_before_stands_again(platform_copy: Platform, other_program: Path) -> None:
    platform = platform_copy
    (first,) = past_deployments.past_deployments(platform.home)
    refused = platform.c360_here("rollback")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "no deployment before this one" in refused.stderr
    with platform.served():
        before = facts(platform)
        assert find(platform.home)
        with LocalDeployment("up", platform.home, platform.ports, Manner(program=other_program)) as deploying:
            deploying.follow(lambda _: None)
        past_deployments.keep(platform.home, other_program, {})
        (described,) = [row[0] for row in platform.ask("call PLATFORM.CHURN_MODEL_IN_USE()")]
        first.noting(described)
        platform.ask("call PLATFORM.RENAME_CHURN_MODEL('CHURN_MODEL', 'CHURN_MODEL_PREVIOUS')")
        between = facts(platform)
        assert all(between[name] != before[name] for name in before)
        done = platform.c360_here("rollback")
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"The program of {first.deployed_at} stands again, and another churn model is in use" in done.stdout
        assert facts(platform) == before
    assert past_deployments.past_deployments(platform.home) == [first.noting(described)]


def test_a_model_that_is_gone_is_refused_before_anything_is_deployed(platform_copy: Platform) -> None:
    platform = platform_copy
    (first,) = past_deployments.past_deployments(platform.home)
    first.noting('{"version": "of long ago"}')
    (platform.home / "deployments/2").mkdir()
    shutil.copy(first.folder / "program.tar.gz", platform.home / "deployments/2")
    (platform.home / "deployments/2/about.json").write_text((first.folder / "about.json").read_text())
    refused = platform.c360_here("rollback")
    assert refused.returncode == 1
    assert "is not kept any more" in refused.stderr
    assert len(past_deployments.past_deployments(platform.home)) == 2


def test_a_real_account_is_deployed_from_the_revision(platform: Platform) -> None:
    done = platform.c360_here("rollback", "--stack", "dev")
    assert done.returncode == 1
    assert "A real account returns to a revision by being deployed from it" in done.stderr
