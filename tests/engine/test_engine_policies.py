"""The policy pack as the real engine runs it: on every resource, and able to stop a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi import automation

from local_account.server.serve import ServedAccount
from tests.support.engine.files import ROOT
from tests.support.engine.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def project(_programs: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The project in front of its first deployment."""
    folder = tmp_path_factory.mktemp("policies")
    with ServedAccount(folder / "account") as account:
        yield Project(folder, account)


def _violations(project: Project) -> tuple[set[tuple[str, str]], str]:
    """Preview with the pack.

    Returns: policies and resource names that were violated and must not be, and the engine's error or "".
    """
    events: list[Any] = []
    error = ""
    try:
        project.stack.preview(on_event=events.append, policy_packs=[str(ROOT / "policies")])
    except automation.CommandError as failed:
        error = str(failed)
    found = [event.policy_event for event in events if event.policy_event]
    # What is unknown in a preview is an advice only: the rule runs again during the update.
    mandatory = [one for one in found if one.enforcement_level == "mandatory"]
    return {(one.policy_name, str(one.resource_urn).rpartition("::")[2]) for one in mandatory}, error


def test_the_pack_lets_the_platform_pass(project: Project) -> None:
    assert _violations(project) == (set(), "")


def test_the_pack_stops_what_breaks_its_rules(project: Project) -> None:
    project.edit("components/warehouses.py", lambda text: text.replace("=wanted.auto_suspend", "=0"))
    project.edit("components/role_grants.py", lambda text: text.replace("before_replace=True", "before_replace=False"))
    found, error = _violations(project)
    assert error
    assert ("warehouses-bounded", "warehouses-ml") in found
    assert ("grants-deleted-before-replaced", "access-data-engineer-to-sysadmin") in found
    assert {policy for policy, _ in found} == {"warehouses-bounded", "grants-deleted-before-replaced"}
