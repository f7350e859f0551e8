"""The engine takes over what was deployed without it: nothing that holds data is made anew, and no row is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c360.deployment.deploy import deploy
from local_account.server.serve import ServedAccount
from tests.support.accounts import connected
from tests.support.engine.inventory import differences, inventory
from tests.support.engine.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

CUSTOMERS = "CUSTOMER_ANALYTICS.BRONZE.BRONZE_CUSTOMERS"
ROW = ("C1", "Ann")
# What has no id to be read by is made over what is there; of the others the provider reads too little to see that they
# are the same, and none of them holds data.
MADE_AGAIN = {"Execute", "ExclusiveFiles", "SemanticView", "StageFile", "pulumi-python"}
NOT_WHOLLY_READ = {"GrantPrivilegesToAccountRole", "ProcedureSql", "StageExternalS3"}


@pytest.fixture
def deployed_without(_programs: None, tmp_path: Path) -> Iterator[ServedAccount]:
    """An account with the platform as `c360 up` deploys it on this computer, and one row of data."""
    with ServedAccount(tmp_path / "account") as account:
        endpoint = f"http://127.0.0.1:{account.s3_port}"
        deploy("local", tmp_path, {"snowflake.port": account.port, "aws.endpoint": endpoint})
        _ask(account, f"insert into {CUSTOMERS} (customer_id, name) values {ROW}")
        yield account


@pytest.mark.timeout(1800)
def test_an_import_brings_all_into_the_state_and_the_next_up_leaves_it(
    deployed_without: ServedAccount, tmp_path: Path
) -> None:
    before = inventory(deployed_without)
    (tmp_path / "engine").mkdir()
    project = Project(tmp_path / "engine", deployed_without)
    file = project.folder / "import.json"
    _run(project, "pulumi", "preview", "-s", "local", "--import-file", str(file), "--non-interactive")
    c360 = str(Path(sys.executable).with_name("c360"))
    told = _run(project, c360, "preview", "--stack", "local", "--import-file", str(file))
    ids = [one for one in json.loads(file.read_text())["resources"] if "id" in one]
    assert len(ids) > 200
    *command, named = told.partition(": ")[2].split()
    assert named == str(file)
    _run(project, *command, named, "--yes", "--non-interactive")

    preview = project.preview()
    kinds = {
        operation: {preview.types[name].rpartition(":")[2] for name in names}
        for operation, names in preview.operations.items()
    }
    assert "delete" not in kinds
    assert kinds["create"] <= MADE_AGAIN
    assert kinds["replace"] <= NOT_WHOLLY_READ
    project.up()
    assert differences(before, inventory(deployed_without)) == []
    assert _ask(deployed_without, f"select customer_id, name from {CUSTOMERS}") == [ROW]
    assert project.preview().touched == {}


def _run(project: Project, *command: str) -> str:
    done = subprocess.run(
        command, cwd=project.folder, env=os.environ | project.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return done.stdout


def _ask(account: ServedAccount, statement: str) -> list[tuple[object, ...]]:
    with connected(account.port) as connection:
        connection.cursor().execute("use warehouse LOAD_WH")
        return connection.cursor().execute(statement).fetchall()
