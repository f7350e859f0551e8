"""One resource of each kind that changes often: created, changed, removed, with exactly the expected operations.

The tests are one story and run in this order on one account.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local_account.server.serve import ServedAccount
from tests.support.accounts import connected
from tests.support.engine.inventory import differences, inventory
from tests.support.engine.project import EngineError, Project
from tests.support.rows import tuples

if TYPE_CHECKING:
    from collections.abc import Iterator

CREATED = {
    "warehouse": "XSMALL",
    "role": "first",
    "grant": ["USAGE"],
    "policy": "'***'",
    "task": "0 5 * * * UTC",
    "procedure": "begin return 'first'; end",
}
CHANGED = {
    "warehouse": "MEDIUM",
    "role": "second",
    "grant": ["MONITOR", "USAGE"],
    "policy": "'---'",
    "task": "0 6 * * * UTC",
    "procedure": "begin return 'second'; end",
}


@dataclass
class Steps:
    """The small program's project and account."""

    project: Project
    account: ServedAccount

    def want(self, wanted: dict[str, Any], files: dict[str, str]) -> None:
        """Say what the next command shall find."""
        (self.project.folder / "wanted.json").write_text(json.dumps(wanted))
        folder = self.project.folder / "files"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the account as its administrator."""
        with connected(self.account.port, warehouse="STEPS_COMPUTE") as connection:
            return tuples(connection.cursor(), sql)

    def facts(self) -> dict[str, Any]:
        """What there is of each kind, as the account says it."""
        found: dict[str, Any] = {
            "warehouse": [row[3] for row in self.rows("show warehouses like 'STEPS_WH'")],
            "role": [row[9] for row in self.rows("show roles like 'STEPS_ROLE'")],
            "grant": sorted(row[1] for row in self.rows("show grants to role STEPS_READER")),
            "policy": [],
            "task": [(row[8], row[10]) for row in self.rows("show tasks in schema STEPS.S")],
            "procedure": [],
            "files": sorted(row[0].rpartition("/")[2] for row in self.rows("list @STEPS.S.FILES")),
        }
        if self.rows("show masking policies in schema STEPS.S"):
            found["policy"] = [row[3] for row in self.rows("describe masking policy STEPS.S.HIDE")]
        if self.rows("show procedures like 'ANSWER' in schema STEPS.S"):
            found["procedure"] = [row[0] for row in self.rows("call STEPS.S.ANSWER()")]
        return found


@pytest.fixture(scope="module")
def steps(_programs: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Steps]:
    folder = tmp_path_factory.mktemp("steps")
    with ServedAccount(folder / "account") as account:
        project = Project(folder, account, main=Path(__file__).with_name("steps"))
        found = Steps(project, account)
        found.want({}, {"kept.txt": "kept"})
        project.up()
        yield found


def test_create(steps: Steps) -> None:
    steps.want(CREATED, {"kept.txt": "kept", "new.txt": "first"})
    expected = {"create": sorted([*CREATED, "files/new.txt"])}
    assert steps.project.preview().touched == expected
    assert steps.project.up().touched == expected
    assert steps.facts() == {
        "warehouse": ["X-Small"],
        "role": ["first"],
        "grant": ["USAGE"],
        "policy": ["'***'"],
        "task": [("USING CRON 0 5 * * * UTC", "started")],
        "procedure": ["first"],
        "files": ["kept.txt", "new.txt"],
    }


def test_change(steps: Steps) -> None:
    steps.want(CHANGED, {"kept.txt": "kept", "new.txt": "second"})
    expected = {"update": sorted([*(CHANGED.keys() - {"procedure"}), "files/new.txt"]), "replace": ["procedure"]}
    assert steps.project.preview().touched == expected
    assert steps.project.up().touched == expected
    assert steps.facts() == {
        "warehouse": ["Medium"],
        "role": ["second"],
        "grant": ["MONITOR", "USAGE"],
        "policy": ["'---'"],
        "task": [("USING CRON 0 6 * * * UTC", "started")],
        "procedure": ["second"],
        "files": ["kept.txt", "new.txt"],
    }
    assert steps.project.preview().touched == {}


def test_change_back_leaves_what_was_there(steps: Steps) -> None:
    before = inventory(steps.account)
    steps.want(CREATED, {"kept.txt": "kept", "new.txt": "first"})
    steps.project.up()
    steps.want(CHANGED, {"kept.txt": "kept", "new.txt": "second"})
    steps.project.up()
    assert differences(before, inventory(steps.account)) == []


def test_remove(steps: Steps) -> None:
    steps.want({}, {"kept.txt": "kept"})
    expected = {"delete": sorted([*CREATED, "files/new.txt"])}
    assert steps.project.preview().touched == expected
    assert steps.project.up().touched == expected
    facts = steps.facts()
    assert facts.pop("files") == ["kept.txt"]
    assert not any(facts.values()), facts


def test_what_the_account_refuses_leaves_the_rest_and_is_finished_by_the_next_up(steps: Steps) -> None:
    steps.want(CREATED | {"procedure": "begin return"}, {"kept.txt": "kept"})
    with pytest.raises(EngineError, match="syntax error"):
        steps.project.up(continue_on_error=True)
    facts = steps.facts()
    assert facts["procedure"] == []
    assert facts["warehouse"] == ["X-Small"]
    steps.want(CREATED, {"kept.txt": "kept"})
    assert steps.project.up().touched == {"create": ["procedure"]}
    assert steps.facts()["procedure"] == ["first"]
    assert steps.project.preview().touched == {}
