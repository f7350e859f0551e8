"""The whole program, evaluated for every stack: what it registers, with which options."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pulumi
import pytest
import yaml

from c360.recorder import RecordingMonitor
from components.data_lake import read_policy
from pipeline.gold_tables import GOLD_TABLES
from pipeline.personal_data import PERSONAL_DATA
from pipeline.procedures import PROCEDURES
from pipeline.tables import TABLES, VIEWS
from stacks.config import ROOT, load_config
from stacks.environment import APP_OWNERS, ROLES, SCHEMAS, WAREHOUSES, environment_of
from stacks.program import evaluate
from stacks.roles import PII_ROLE_COMMENTS, platform_access

Evaluated = Callable[..., Any]
STACKS = ("local", "dev", "prod")
BOTH = [(stack, preview) for stack in STACKS for preview in (False, True)]

ACCESS_ROLES = [*(held.name for held in platform_access().access_roles), *PII_ROLE_COMMENTS]

STAGED = {"StageFile", "ExclusiveFiles"}


@pytest.mark.parametrize(("stack", "preview"), BOTH)
def test_every_stack_evaluates_with_known_and_unknown_outputs(program: Evaluated, stack: str, preview: bool) -> None:
    found = program(stack, preview=preview)
    assert len(found.of("Schema")) == len(SCHEMAS)
    assert len(found.of("Warehouse")) == len(WAREHOUSES)
    assert len(found.of("AccountRole")) == len(ROLES) + len(APP_OWNERS) + len(ACCESS_ROLES)
    if not preview:
        assert len(found.of("Table")) == len(TABLES)
        assert len(found.of("View")) == len(VIEWS)
        assert len(found.of("ProcedureSql")) == len(PROCEDURES)


def test_an_error_that_the_program_reports_fails_it_as_it_fails_an_update(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(_: object) -> dict[str, object]:
        pulumi.log.warn("nearly")
        pulumi.log.error("the quota is spent")
        return {}

    monkeypatch.setattr("stacks.program.build_platform", build)
    with pytest.raises(pulumi.RunError, match=r"^the quota is spent$"):
        evaluate("local", load_config("local"), RecordingMonitor())


def test_a_preview_registers_the_same_resources(program: Evaluated) -> None:
    names = {r.name for r in program("prod").resources}
    assert {r.name for r in program("prod", preview=True).resources} == names


@pytest.mark.parametrize("stack", STACKS)
def test_names_are_upper_case_and_carry_the_suffix_of_dev_only(program: Evaluated, stack: str) -> None:
    found = program(stack)
    suffix = "_DEV" if stack == "dev" else ""
    (database,) = found.of("Database")
    assert database.inputs["name"] == f"CUSTOMER_ANALYTICS{suffix}"
    access_roles = {f"CUSTOMER_ANALYTICS_{role}" for role in ACCESS_ROLES}
    assert {r.inputs["name"] for r in found.of("AccountRole")} == {
        f"{r}{suffix}" for r in {*ROLES, *APP_OWNERS, *access_roles}
    }
    assert {r.inputs["name"] for r in found.of("Warehouse")} == {f"{w}{suffix}" for w in WAREHOUSES.values()}
    for resource in found.resources:
        if resource.type.startswith("snowflake:") and "name" in resource.inputs:
            assert re.fullmatch(r"[A-Z][A-Z0-9_]*", resource.inputs["name"]), resource.name


def test_logical_names_are_the_same_in_every_stack(program: Evaluated) -> None:
    names = [{(r.type, r.name) for r in program(stack).resources} for stack in STACKS]
    assert names[0] == names[1] == names[2]


@pytest.mark.parametrize("stack", STACKS)
def test_one_up_resolves_integration_and_trust(program: Evaluated, stack: str) -> None:
    found = program(stack)
    (integration,) = found.of("StorageIntegrationAws")
    (role,) = found.of("Role")
    environment = environment_of(load_config(stack))
    assert integration.inputs["storageAwsRoleArn"] == environment.iam_role_arn
    assert integration.inputs["storageAwsRoleArn"].endswith(f":role/{role.inputs['name']}")
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::999999999999:user/snowflake-made-this"}
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": integration.inputs["storageAwsExternalId"]}}
    assert integration.urn in role.depends_on


@pytest.mark.parametrize("stack", STACKS)
def test_stages_lie_within_the_allowed_locations(program: Evaluated, stack: str) -> None:
    found = program(stack)
    (integration,) = found.of("StorageIntegrationAws")
    bucket = found.of("Bucket")[0].inputs["bucket"]
    allowed = integration.inputs["storageAllowedLocations"]
    assert {r.inputs["url"] for r in found.of("StageExternalS3")} == set(allowed)
    assert set(allowed) == {f"s3://{bucket}/customers/", f"s3://{bucket}/transactions/"}


def test_stages_wait_for_the_role_that_reads_the_lake(program: Evaluated) -> None:
    found = program()
    policy = found.named("lake-reader-policy")
    assert all(policy.urn in stage.depends_on for stage in found.of("StageExternalS3"))


def test_what_the_engineer_builds_waits_for_every_grant(program: Evaluated) -> None:
    found = program()
    granted = found.of("GrantPrivilegesToAccountRole") + found.of("GrantAccountRole")
    grants = {r.urn for r in granted if not r.name.startswith("app-")}
    built = [r for r in found.resources if r.provider == "snowflake-engineer" or r.kind in STAGED]
    assert [r.name for r in built if not grants <= r.depends_on] == []


@pytest.mark.parametrize("stack", STACKS)
def test_no_policy_admits_everybody(program: Evaluated, stack: str) -> None:
    for resource in program(stack).resources:
        for key in ("assumeRolePolicy", "policy"):
            for statement in json.loads(resource.inputs.get(key, "{}")).get("Statement", []):
                assert statement.get("Principal") != "*"
                assert "*" not in json.dumps(statement.get("Principal", {}))
                assert statement["Action"] != "*"
                assert statement.get("Resource") != "*"


def test_the_read_policy_reaches_the_prefixes_only() -> None:
    policy = read_policy("arn:aws:s3:::lake", ["customers/"])
    objects, listing, _location = policy["Statement"]
    assert objects["Resource"] == ["arn:aws:s3:::lake/customers/*"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["customers/*"]}}


def test_the_bucket_is_private_versioned_and_encrypted(program: Evaluated) -> None:
    found = program()
    (block,) = found.of("BucketPublicAccessBlock")
    assert {value for key, value in block.inputs.items() if key != "bucket"} == {True}
    assert found.of("BucketVersioning")[0].inputs["versioningConfiguration"] == {"status": "Enabled"}
    (encryption,) = found.of("BucketServerSideEncryptionConfiguration")
    assert encryption.inputs["rules"][0]["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "AES256"
    (lifecycle,) = found.of("BucketLifecycleConfiguration")
    assert {rule["filter"]["prefix"] for rule in lifecycle.inputs["rules"]} == {"customers/", "transactions/"}


@pytest.mark.parametrize("stack", STACKS)
def test_what_was_deleted_is_gone_from_the_bucket_within_thirty_days(program: Evaluated, stack: str) -> None:
    (lifecycle,) = program(stack).of("BucketLifecycleConfiguration")
    kept = [rule["noncurrentVersionExpiration"]["noncurrentDays"] for rule in lifecycle.inputs["rules"]]
    assert kept == [30, 30]


@pytest.mark.parametrize("stack", STACKS)
def test_no_table_is_clustered(program: Evaluated, stack: str) -> None:
    """Automatic clustering is for terabytes, and no resource monitor counts what it costs."""
    assert [t.name for t in program(stack).of("Table") if "clusterBies" in t.inputs] == []
    assert "cluster by" not in (ROOT / "dbt/models/gold/fact_transaction.yml").read_text()


@pytest.mark.parametrize("stack", STACKS)
def test_every_grant_and_raw_statement_is_deleted_before_it_is_replaced(program: Evaluated, stack: str) -> None:
    found = program(stack)
    concerned = [
        *found.of("GrantPrivilegesToAccountRole"), *found.of("GrantAccountRole"), *found.of("Execute"),
    ]  # fmt: skip
    assert concerned
    assert [r.name for r in concerned if not r.delete_before_replace] == []


def test_prod_protects_data(program: Evaluated) -> None:
    kinds = ("Database", "Schema", "Table", "Bucket", "StorageIntegrationAws")
    assert all(r.protect for kind in kinds for r in program("prod").of(kind))
    assert not any(r.protect for kind in kinds for r in program("dev").of(kind))


@pytest.mark.parametrize("stack", STACKS)
def test_the_guard_waits_for_everything_and_is_protected_with_the_data(program: Evaluated, stack: str) -> None:
    """The engine deletes first what nobody waits for; a protected guard refuses before anything is gone."""
    found = program(stack)
    guard = found.named("guard")
    assert guard.protect is (stack == "prod")
    waited_for, waiting = set(), [guard]
    by_urn = {r.urn: r for r in found.resources}
    while waiting:
        fresh = {urn for urn in waiting.pop().depends_on if urn not in waited_for}
        waited_for |= fresh
        waiting += [by_urn[urn] for urn in fresh if urn in by_urn]
    assert [r.name for r in found.resources if r.is_custom and not r.is_provider and r.urn not in waited_for] == []


@pytest.mark.parametrize("stack", STACKS)
def test_database_and_warehouses_are_labelled(program: Evaluated, stack: str) -> None:
    found = program(stack)
    labelled = {
        (a.inputs["tagId"].rpartition(".")[2].strip('"'), a.inputs["tagValue"], identifier.strip('"'))
        for a in found.of("TagAssociation")
        for identifier in a.inputs["objectIdentifiers"]
        if a.inputs["objectType"] in {"DATABASE", "WAREHOUSE"}
    }
    objects = {r.inputs["name"] for r in found.of("Database") + found.of("Warehouse")}
    values = {("ENVIRONMENT", stack), ("COST_CENTRE", "MARKETING")}
    assert labelled == {(*value, name) for value in values for name in objects}


@pytest.mark.parametrize("stack", STACKS)
def test_every_column_with_personal_data_is_tagged_and_its_type_is_masked(program: Evaluated, stack: str) -> None:
    found = program(stack)
    database = found.of("Database")[0].inputs["name"]
    tagged = {
        identifier: a.inputs["tagValue"]
        for a in found.of("TagAssociation")
        for identifier in a.inputs["objectIdentifiers"]
        if a.inputs["objectType"] == "COLUMN"
    }
    assert tagged == {
        f'"{database}"."{t.schema}"."{t.name}"."{c.name}"': c.pii for t in TABLES for c in t.columns if c.pii
    }
    (tag,) = (t for t in found.of("Tag") if t.inputs["name"] == "PII")
    policies = {p.inputs["name"]: p for p in found.of("MaskingPolicy")}
    assert tag.inputs["maskingPolicies"] == [f'"{database}"."PLATFORM"."{name}"' for name in policies]
    assert {p.inputs["returnDataType"] for p in policies.values()} == {d.type for d in PERSONAL_DATA.values()}
    assert set(tag.inputs["orderedAllowedValues"]) == set(PERSONAL_DATA)
    suffix = "_DEV" if stack == "dev" else ""
    for policy in policies.values():
        assert f"IS_ROLE_IN_SESSION('CUSTOMER_ANALYTICS_PII_FULL{suffix}')" in policy.inputs["body"]
        assert f"('{database}.PLATFORM.PII')" in policy.inputs["body"]


@pytest.mark.parametrize("stack", STACKS)
def test_every_warehouse_suspends_ends_long_statements_and_is_monitored(program: Evaluated, stack: str) -> None:
    (monitor,) = program(stack).of("ResourceMonitor")
    for warehouse in program(stack).of("Warehouse"):
        assert warehouse.inputs["resourceMonitor"] == monitor.inputs["name"]
        assert 0 < warehouse.inputs["autoSuspend"] <= 120
        assert 0 < warehouse.inputs["statementTimeoutInSeconds"] <= 7200
        assert warehouse.inputs["autoResume"] == "true"


def test_prod_is_no_larger_than_its_work_and_stops_at_its_quota(program: Evaluated) -> None:
    """What one customer table fits into: the model needs no more, and who asks pays for a minute at least."""
    sizes = {s: {w.name: w.inputs["warehouseSize"] for w in program(s).of("Warehouse")} for s in STACKS}
    assert set(sizes["dev"].values()) == {"XSMALL"}
    assert {name for name, size in sizes["prod"].items() if size != "XSMALL"} == {"warehouses-transform"}
    assert sizes["prod"]["warehouses-transform"] == "SMALL"
    (monitor,) = program("prod").of("ResourceMonitor")
    assert (monitor.inputs["suspendTrigger"], monitor.inputs["suspendImmediateTrigger"]) == (100, 110)


def test_retries_and_timeouts_are_set(program: Evaluated) -> None:
    root, *others = [t for t in program("prod").of("Task") if t.name.startswith("pipeline-")]
    assert (root.inputs["taskAutoRetryAttempts"], root.inputs["suspendTaskAfterNumFailures"]) == (2, 3)
    assert root.inputs["userTaskTimeoutMs"] == 6 * 3_600_000
    assert not any("taskAutoRetryAttempts" in task.inputs for task in others)
    assert all(0 < task.inputs["userTaskTimeoutMs"] <= 2 * 3_600_000 for task in others)


def test_tasks_read_moments_as_utc(program: Evaluated) -> None:
    for stack in STACKS:
        assert {task.inputs["timezone"] for task in program(stack).of("Task")} == {"UTC"}


def test_mail_and_alert_are_on_where_there_are_recipients(program: Evaluated) -> None:
    somebody = (("notifications.recipients", ("anna@example.com", "ben@example.com")),)
    for stack, overrides in [*((stack, ()) for stack in STACKS), ("prod", somebody)]:
        found = program(stack, overrides=overrides)
        (mail,), (alert,) = found.of("EmailNotificationIntegration"), found.of("Alert")
        recipients = mail.inputs.get("allowedRecipients", [])
        assert mail.inputs["enabled"] is alert.inputs["enabled"] is bool(recipients)
        config = json.loads(found.named("pipeline-run-pipeline").inputs["config"])
        assert config["mail_recipients"] == ", ".join(recipients)
        database = found.of("Database")[0].inputs["name"]
        assert f'FROM "{database}"."OBSERVABILITY"."V_INCIDENTS"' in alert.inputs["condition"]
        name, who = mail.inputs["name"], ", ".join(recipients)
        minutes = 240 if stack == "prod" else 60
        assert alert.inputs["action"] == (
            f"""CALL "{database}"."PLATFORM"."REPORT_INCIDENTS"('{name}', '{who}', {minutes})"""
        )
        assert alert.inputs["warehouse"] == found.named("warehouses-app").inputs["name"]
        assert alert.inputs["enabled"] is bool(overrides)


@pytest.mark.parametrize("stack", STACKS)
def test_the_semantic_view_is_the_model_over_tables_that_are_there(program: Evaluated, stack: str) -> None:
    found = program(stack)
    (view,) = found.of("SemanticView")
    database = found.of("Database")[0].inputs["name"]
    model = yaml.safe_load(view.inputs["yaml"])
    assert {key: view.inputs[key] for key in ("database", "schema", "name", "role")} == {
        "database": database, "schema": "GOLD", "name": model["name"],
        "role": found.named("access-data-engineer").inputs["name"],
    }  # fmt: skip
    assert {table["base_table"]["database"] for table in model["tables"]} == {database}
    declared, added = view.inputs["declarations"][: len(GOLD_TABLES)], view.inputs["declarations"][len(GOLD_TABLES) :]
    for (table, columns), statement in zip(GOLD_TABLES.items(), declared, strict=True):
        name = f'"{database}"."GOLD"."{table}"'
        first, kind = next(iter(columns.items()))
        assert statement.startswith(f"CREATE TRANSIENT TABLE IF NOT EXISTS {name} ({first} {kind}, ")
    profile = f'"{database}"."GOLD"."CUSTOMER_360_PROFILE"'
    assert added == [
        f"ALTER TABLE {profile} ADD COLUMN IF NOT EXISTS CUSTOMER_STATUS VARCHAR(16777216)",
        f"ALTER TABLE {profile} ADD COLUMN IF NOT EXISTS AS_OF_DATE DATE",
    ]
    file = found.named("semantic-file")
    assert (file.inputs["text"], file.inputs["name"]) == (view.inputs["yaml"], "customer_360.yaml")
    assert file.inputs["stage"] == f'"{database}"."PLATFORM"."SEMANTIC_STAGE"'


def test_every_base_table_of_the_semantic_model_is_declared(program: Evaluated) -> None:
    (view,) = program().of("SemanticView")
    tables = {table["base_table"]["table"] for table in yaml.safe_load(view.inputs["yaml"])["tables"]}
    assert tables == set(GOLD_TABLES)


def test_only_a_schedule_starts_the_root_task(program: Evaluated) -> None:
    local, prod = program("local").named("pipeline-run-pipeline"), program("prod").named("pipeline-run-pipeline")
    assert local.inputs["started"] is False
    assert prod.inputs["started"] is True
    assert prod.inputs["schedule"] == {"usingCron": "30 5 * * * UTC"}


def test_the_churn_model_is_renewed_every_quarter_by_a_task_of_its_own(program: Evaluated) -> None:
    local, prod = (program(stack).named("retraining-retrain-churn") for stack in ("local", "prod"))
    assert prod.inputs["sqlStatement"] == "call gold.retrain_churn_model()"
    assert prod.inputs["schedule"] == {"usingCron": "0 12 1 1,4,7,10 * UTC"}
    assert prod.inputs["started"] is True
    assert local.inputs["started"] is False
    assert "afters" not in prod.inputs
    assert program("prod").named("procedures-retrain-churn-model").inputs["schema"] == "GOLD"


def test_tasks_are_created_one_after_another(program: Evaluated) -> None:
    tasks = [t for t in program().of("Task") if t.name.startswith("pipeline-")]
    for earlier, later in pairwise(tasks):
        assert earlier.urn in later.depends_on
    finalizers = [t.name for t in tasks if "finalize" in t.inputs]
    assert finalizers == [tasks[-1].name]


def test_children_are_named_after_their_component(program: Evaluated) -> None:
    for resource in program().resources:
        parent = resource.urn.split("::")[2].split("$")
        if len(parent) > 1 and parent[-2].startswith("customer360:"):
            components = [r.name for r in program().resources if r.type == parent[-2]]
            assert any(resource.name.startswith((f"{name}-", f"{name}/")) for name in components), resource.name


def test_a_new_dbt_version_follows_from_changed_files(program: Evaluated) -> None:
    version = program().named("dbt-version")
    assert re.search(r"-- files [0-9a-f]{64}$", version.inputs["execute"])
    assert version.inputs["revert"] == "SELECT 1"


def test_the_dbt_project_is_deployed_uncompiled_and_behind_its_sources(program: Evaluated) -> None:
    """Its models read the newest run, of which there is none yet; a compilation would fail."""
    project = program().named("dbt-project")
    assert "AUTO_COMPILE = FALSE" in project.inputs["execute"]
    assert {table.urn for table in program().of("Table")} <= project.depends_on


def test_the_dbt_project_is_copied_from_a_folder_that_holds_its_files_and_no_others(program: Evaluated) -> None:
    files = [f for f in program().of("StageFile") if f.name.startswith("dbt-files/")]
    (whole,) = program().of("ExclusiveFiles")
    assert {f.urn for f in files} <= whole.depends_on
    for name in ("dbt-project", "dbt-version"):
        assert {whole.urn, *(f.urn for f in files)} <= program().named(name).depends_on
    declared = {f"{whole.inputs['folder']}/{path}": content for path, content in whole.inputs["files"].items()}
    assert declared == {f"{f.inputs['folder']}/{f.inputs['name']}": f.inputs["sha256"] for f in files}
    assert whole.inputs["stage"] == files[0].inputs["stage"]


@pytest.mark.parametrize("stack", STACKS)
def test_outputs_are_what_the_command_line_and_the_app_need(program: Evaluated, stack: str) -> None:
    outputs = program(stack).outputs
    suffix = "_DEV" if stack == "dev" else ""
    database = f"CUSTOMER_ANALYTICS{suffix}"
    assert outputs["database"] == database
    assert outputs["roles"]["DATA_ENGINEER"] == f"DATA_ENGINEER{suffix}"
    assert outputs["warehouses"]["app"] == f"APP_WH{suffix}"
    assert outputs["root_task"] == f'"{database}"."PLATFORM"."RUN_PIPELINE"'
    assert outputs["bucket"].startswith(f"customer-analytics-{stack}-")
    assert outputs["bucket_arn"] == f"arn:aws:s3:::{outputs['bucket']}"
    assert set(outputs["stages"]) == {
        "CUSTOMERS_STAGE", "TRANSACTIONS_STAGE", "APP_STAGE", "DBT_STAGE", "SEMANTIC_STAGE",
    }  # fmt: skip
    assert {"apps", "dbt_project", "iam_role_arn", "connection", "aws", "as_of_date"} <= outputs.keys()
    assert ("host" in outputs["connection"]) == (stack == "local")
