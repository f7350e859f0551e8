"""docs/admin.md knows every incident that there can be, and what it tells to type works."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import sqlglot

from c360.cli import c360
from components.repository import ROOT
from pipeline.tables import VIEWS
from stacks.config import PlatformConfig
from stacks.foundation import KEPT_VERSIONS_DAYS
from tests.support.recorded import recorded

if TYPE_CHECKING:
    from tests.support.platforms import Platform

PAGE = (ROOT / "docs/admin.md").read_text()
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
STATEMENTS = re.findall(r"```sql account\n(.*?)```", PAGE, re.DOTALL)


def incidents() -> set[str]:
    """Return the kinds of incidents that the view can list."""
    (view,) = (view for view in VIEWS if view.name == "V_INCIDENTS")
    told = re.findall(r"select\s+(.*?) as incident", view.statement, re.DOTALL)
    return {kind for one in told for kind in re.findall(r"'([a-z ]+)'", re.sub(r"= '\w+'", "", one))}


def test_every_incident_has_its_runbook_and_no_other() -> None:
    runbook = PAGE.partition("## Runbook\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^### ([a-z ]+)$", runbook, re.MULTILINE)) == incidents()
    assert len(incidents()) == 4


def test_every_alert_of_the_program_is_named() -> None:
    assert {alert.inputs["name"] for alert in recorded("prod").of("Alert")} == set(re.findall(r"alert, `(\w+)`", PAGE))


def test_commands_and_keys_are_there() -> None:
    assert set(re.findall(r"c360 (\w+)", PAGE)) <= set(c360.commands)
    fields = set(PlatformConfig.model_json_schema()["$defs"]["NotificationsSettings"]["properties"]) | set(
        PlatformConfig.model_fields
    )
    assert {"schedule", "retrain_schedule", "reject_limit_percent", "retention_days", "alert_minutes"} <= fields
    assert f"kept for {KEPT_VERSIONS_DAYS} days" in PAGE


@pytest.mark.parametrize("statement", STATEMENTS)
def test_what_only_an_account_runs_is_snowflakes(statement: str) -> None:
    assert all(tree for tree in sqlglot.parse(statement, dialect="snowflake"))


def test_every_query_runs(platform: Platform) -> None:
    assert len(QUERIES) >= 5
    with platform.cursor() as cursor:
        for query in QUERIES:
            cursor.execute(query)
