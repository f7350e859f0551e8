"""The providers: what each manages, as whom it logs in, and what it needs for that."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi_snowflake as snowflake
import pytest

from c360.recorder import UNKNOWN
from components.providers import preview_features
from stacks.environment import APP_OWNERS

Evaluated = Callable[..., Any]
STACKS = ("local", "dev", "prod")

# Behind a gate in terraform-provider-snowflake: pkg/provider/previewfeatures/preview_features.go.
GATED = {
    "SemanticView": "snowflake_semantic_view_resource",
    "Alert": "snowflake_alert_resource",
    "EmailNotificationIntegration": "snowflake_email_notification_integration_resource",
    "FileFormatCsv": "snowflake_file_format_csv_resource",
    "ProcedureSql": "snowflake_procedure_sql_resource",
    "Table": "snowflake_table_resource",
}
STABLE = {
    "Tag", "TagAssociation", "MaskingPolicy",
    "Database", "Schema", "ResourceMonitor", "Warehouse", "AccountRole", "GrantAccountRole",
    "GrantPrivilegesToAccountRole", "StorageIntegrationAws", "StageExternalS3", "StageInternal",
    "View", "Task", "Execute", "Streamlit",
}  # fmt: skip


@pytest.mark.parametrize("stack", STACKS)
def test_providers_enable_the_preview_features_of_what_they_manage(program: Evaluated, stack: str) -> None:
    found = program(stack)
    for provider in (r for r in found.resources if r.type == "pulumi:providers:snowflake"):
        managed = {r.kind for r in found.resources if r.provider == provider.name}
        assert managed <= GATED.keys() | STABLE, "classify the new type: gated or stable?"
        # The type of the semantic view before, which an update of an older deployment has to drop.
        former = {"SemanticView"} if provider.name == "snowflake-engineer" else set()
        wanted = sorted(GATED[kind] for kind in managed & GATED.keys() | former)
        assert json.loads(provider.inputs["previewFeaturesEnabled"]) == wanted


def test_preview_features_follow_from_types() -> None:
    assert preview_features([snowflake.View, snowflake.ProcedureSql, snowflake.Table]) == [
        "snowflake_procedure_sql_resource",
        "snowflake_table_resource",
    ]


def test_each_role_deploys_what_it_owns(program: Evaluated) -> None:
    found = program()
    owners = {f"snowflake-{role.lower().replace('_', '-')}": role for role in APP_OWNERS}
    by_provider = {r.name: r.inputs["role"] for r in found.resources if r.type == "pulumi:providers:snowflake"}
    assert by_provider == {
        "snowflake-admin": "ACCOUNTADMIN",
        "snowflake-governance": "ACCOUNTADMIN",
        "snowflake-engineer": "DATA_ENGINEER",
        **owners,
    }
    assert {r.provider for r in found.of("Task") + found.of("Table")} == {"snowflake-engineer"}
    assert sorted(r.provider for r in found.of("Streamlit")) == sorted(owners)
    assert all(r.replace_on_changes == ("mainFile",) and r.delete_before_replace for r in found.of("Streamlit"))
    assert {r.provider for r in found.of("Database") + found.of("AccountRole")} == {"snowflake-admin"}


# Of these the provider asks INFORMATION_SCHEMA at each read, for which its session needs a warehouse: its pages say so.
_NEED_A_WAREHOUSE = ("ProcedurePython", "ProcedureSql", "Tag", "View")


@pytest.mark.parametrize("stack", STACKS)
def test_what_is_read_by_a_query_is_managed_with_a_warehouse(program: Evaluated, stack: str) -> None:
    found = program(stack)
    managing = {found.named(r.provider).name: found.named(r.provider) for r in found.of(*_NEED_A_WAREHOUSE)}
    assert managing.keys() == {"snowflake-governance", "snowflake-engineer"}
    transform = found.named("warehouses-transform")
    for provider in managing.values():
        assert provider.inputs["warehouse"] == transform.inputs["name"]
        assert transform.urn in provider.uses["warehouse"]
        assert provider.inputs["validateDefaultParameters"] == "false"


def test_the_engineer_logs_in_only_once_the_role_can_be_used(program: Evaluated) -> None:
    found = program("dev", preview=True)
    assert found.named("snowflake-engineer").inputs["role"] == UNKNOWN
    grant = found.named("access-data-engineer-to-sysadmin")
    assert grant.urn in program("dev").named("snowflake-engineer").depends_on


@pytest.mark.parametrize("stack", STACKS)
def test_no_secret_is_handed_to_a_real_account(program: Evaluated, stack: str) -> None:
    found = program(stack)
    secrets = {"password", "privateKey", "token", "accessKey", "secretKey"}
    handed = {key for r in found.resources for key in r.inputs if key in secrets}
    assert handed == ({"password", "accessKey", "secretKey"} if stack == "local" else set())
