"""Every rule of the policy pack: something that trips it, something that passes, and the program as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi_snowflake
import pytest
import yaml
from pulumi_policy import (
    Policy,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from c360.review.snapshot import Resource, Snapshot
from components.preview_features import GATED, preview_feature
from policies.rules import MOST_RAW_STATEMENTS, POLICIES
from stacks.config import ROOT
from tests.support.recorded import STACKS, recorded

BY_NAME = {policy.name: policy for policy in POLICIES}
OPEN = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
NARROW = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/customers/*"}]}
MONITORED = {"name": "W", "autoSuspend": 60, "resourceMonitor": "M"}
PRIVATE = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)


def _options(resource: Resource) -> PolicyResourceOptions:
    return PolicyResourceOptions(
        resource.protect, [], resource.delete_before_replace, [], PolicyCustomTimeouts(0, 0, 0), []
    )


def _arguments(resource: Resource, provider: Resource | None) -> ResourceValidationArgs:
    manager = PolicyProviderResource(provider.type, provider.inputs, provider.urn, provider.name) if provider else None
    return ResourceValidationArgs(
        resource.type, resource.inputs, resource.urn, resource.name, _options(resource), manager
    )


def _resource(kind: str, inputs: dict[str, Any], stack: str = "prod", **options: Any) -> Resource:
    package = "aws" if kind in {"Role", "RolePolicy", "Bucket", "BucketPublicAccessBlock"} else "snowflake"
    return Resource(f"urn:pulumi:{stack}::customer-360::t::r", f"{package}:index/x:{kind}", "r", inputs, **options)


def _said(policy: Policy, resource: Resource, provider: Resource | None = None) -> list[str]:
    assert isinstance(policy, ResourceValidationPolicy)
    found: list[str] = []
    policy.validate(_arguments(resource, provider), lambda message, _urn=None: found.append(message))
    return found


def _provider(**inputs: Any) -> Resource:
    return Resource("urn:p", "pulumi:providers:snowflake", "p", inputs)


TRIPS: list[tuple[str, Resource, Resource | None, str]] = [
    ("grants-deleted-before-replaced", _resource("GrantAccountRole", {}), None, "delete_before_replace"),
    ("grants-deleted-before-replaced", _resource("Execute", {}), None, "delete_before_replace"),
    ("names-in-upper-case", _resource("Schema", {"name": "gold"}), None, "'gold'"),
    ("names-in-upper-case", _resource("Schema", {"name": "A.B"}), None, "'A.B'"),
    ("names-in-upper-case", _resource("Tag", {}), None, "Give it a name"),
    ("preview-features-enabled", _resource("Table", {}), _provider(), "snowflake_table_resource"),
    ("preview-features-enabled", _resource("Table", {}),
     _provider(previewFeaturesEnabled='["snowflake_alert_resource"]'), "snowflake_table_resource"),
    ("preview-features-enabled", _resource("ProcedureSql", {}), None, "snowflake_procedure_sql_resource"),
    ("warehouses-bounded", _resource("Warehouse", MONITORED | {"autoSuspend": 0}), None, "auto_suspend"),
    ("warehouses-bounded", _resource("Warehouse", MONITORED | {"autoSuspend": 3600}), None, "auto_suspend"),
    ("warehouses-bounded", _resource("Warehouse", {"autoSuspend": 60}, "dev"), None, "resource monitor"),
    ("monitors-suspend", _resource("ResourceMonitor", {"notifyTriggers": [80]}), None, "suspend"),
    ("nothing-open-to-everybody", _resource("StorageIntegrationAws", {"storageAllowedLocations": ["*"]}), None, "'*'"),
    ("nothing-open-to-everybody", _resource("StorageIntegrationAws", {"storageAllowedLocations": ["s3://*"]}), None,
     "'s3://*'"),
    ("nothing-open-to-everybody", _resource("Role", {"assumeRolePolicy": json.dumps(OPEN)}), None, "the principal"),
    ("nothing-open-to-everybody",
     _resource("RolePolicy", {"policy": json.dumps(NARROW).replace("s3:GetObject", "s3:*")}), None, "the actions"),
    ("nothing-open-to-everybody",
     _resource("RolePolicy", {"policy": json.dumps(NARROW).replace("arn:aws:s3:::lake/customers/*", "*")}), None,
     "the resources"),
    ("buckets-private", _resource("BucketPublicAccessBlock", PRIVATE | {"blockPublicPolicy": False}), None,
     "blockPublicPolicy"),
    ("prod-data-protected", _resource("Table", {}), None, "Protect it"),
    ("prod-data-protected", _resource("Bucket", {"forceDestroy": True}, protect=True), None, "force_destroy"),
    ("nothing-granted-to-public", _resource("GrantAccountRole", {"parentRoleName": "public"}), None, "PUBLIC"),
    ("nothing-granted-to-public", _resource("GrantPrivilegesToAccountRole", {"accountRoleName": "PUBLIC"}), None,
     "PUBLIC"),
    ("privileges-spelled-out", _resource("GrantPrivilegesToAccountRole", {"allPrivileges": True}), None, "List"),
    ("privileges-spelled-out", _resource("GrantPrivilegesToAccountRole", {"withGrantOption": True}), None, "option"),
    ("privileges-spelled-out", _resource("GrantPrivilegesToAccountRole", {"privileges": ["MANAGE GRANTS"]}), None,
     "MANAGE GRANTS"),
    ("privileges-spelled-out", _resource("GrantOwnership", {}), None, "creates it"),
    ("cloud-resources-tagged", _resource("Bucket", {}), _provider(defaultTags='{"tags": {"project": "x"}}'),
     "environment"),
]  # fmt: skip

PASSES: list[tuple[str, Resource, Resource | None]] = [
    ("grants-deleted-before-replaced", _resource("GrantAccountRole", {}, delete_before_replace=True), None),
    ("grants-deleted-before-replaced", _resource("View", {}), None),
    ("names-in-upper-case", _resource("Schema", {"name": "GOLD_2"}), None),
    ("names-in-upper-case", _resource("TagAssociation", {}), None),
    ("names-in-upper-case", _resource("Role", {"name": "customer-analytics"}), None),
    ("preview-features-enabled", _resource("Table", {}),
     _provider(previewFeaturesEnabled='["snowflake_table_resource"]')),
    ("preview-features-enabled", _resource("View", {}), _provider()),
    ("warehouses-bounded", _resource("Warehouse", MONITORED), None),
    ("warehouses-bounded", _resource("Warehouse", {"autoSuspend": 60}, "local"), None),
    ("monitors-suspend", _resource("ResourceMonitor", {"suspendTrigger": 100}), None),
    ("monitors-suspend", _resource("ResourceMonitor", {}, "dev"), None),
    ("nothing-open-to-everybody",
     _resource("StorageIntegrationAws", {"storageAllowedLocations": ["s3://lake/customers/"]}), None),
    ("nothing-open-to-everybody", _resource("RolePolicy", {"policy": json.dumps(NARROW)}), None),
    ("nothing-open-to-everybody", _resource("MaskingPolicy", {"policy": "*"}), None),
    ("buckets-private", _resource("BucketPublicAccessBlock", PRIVATE), None),
    ("prod-data-protected", _resource("Table", {}, protect=True), None),
    ("prod-data-protected", _resource("Table", {}, "dev"), None),
    ("nothing-granted-to-public", _resource("GrantAccountRole", {"parentRoleName": "SYSADMIN"}), None),
    ("privileges-spelled-out", _resource("GrantPrivilegesToAccountRole", {"privileges": ["SELECT"]}), None),
    ("cloud-resources-tagged", _resource("Bucket", {}),
     _provider(defaultTags='{"tags": {"project": "x", "environment": "dev"}}')),
]  # fmt: skip


@pytest.mark.parametrize(("name", "resource", "provider", "word"), TRIPS)
def test_a_rule_is_tripped(name: str, resource: Resource, provider: Resource | None, word: str) -> None:
    (message,) = _said(BY_NAME[name], resource, provider)
    assert word in message
    assert message.endswith(".")


@pytest.mark.parametrize(("name", "resource", "provider"), PASSES)
def test_a_rule_lets_pass(name: str, resource: Resource, provider: Resource | None) -> None:
    assert _said(BY_NAME[name], resource, provider) == []


def test_every_rule_for_resources_has_both_tests() -> None:
    names = {policy.name for policy in POLICIES if isinstance(policy, ResourceValidationPolicy)}
    assert names == {name for name, *_ in TRIPS} == {name for name, *_ in PASSES}


def _stack_said(resources: list[Resource], config: dict[str, Any] | None = None) -> list[str]:
    (policy,) = (policy for policy in POLICIES if isinstance(policy, StackValidationPolicy))
    found: list[str] = []
    all_of_them = [PolicyResource(r.type, r.inputs, r.urn, r.name, _options(r), None, None, [], {}) for r in resources]
    policy.validate(StackValidationArgs(all_of_them, config), lambda message, _urn=None: found.append(message))
    return found


def test_raw_statements_are_counted() -> None:
    raw = [_resource("Execute", {}) for _ in range(MOST_RAW_STATEMENTS + 1)]
    assert _stack_said(raw[1:]) == []
    (message,) = _stack_said(raw)
    assert f"{MOST_RAW_STATEMENTS + 1} Execute" in message
    assert _stack_said(raw[:1], {"most": 0})


def _violations(snapshot: Snapshot) -> list[str]:
    providers_by_name = {r.name: r for r in snapshot.resources if r.is_provider}
    managed = [r for r in snapshot.resources if not r.is_provider]  # components too: the engine hands them over
    return _stack_said(managed) + [
        f"{resource.name}: {message}"
        for policy in POLICIES
        if isinstance(policy, ResourceValidationPolicy)
        for resource in managed
        for message in _said(policy, resource, providers_by_name.get(resource.provider))
    ]


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_passes_the_whole_pack(stack: str) -> None:
    assert _violations(recorded(stack)) == []


def test_gated_types_exist() -> None:
    assert [kind for kind in GATED if not hasattr(pulumi_snowflake, kind)] == []
    assert preview_feature("TableColumnMaskingPolicyApplication") == (
        "snowflake_table_column_masking_policy_application_resource"
    )


def test_the_pack_runs_in_the_projects_environment() -> None:
    pack = yaml.safe_load((ROOT / "policies/PulumiPolicy.yaml").read_text())
    options = pack["runtime"]["options"]
    assert (ROOT / "policies" / options["virtualenv"]).resolve() == (ROOT / ".venv").resolve()
    # The provider of files looks for an environment that the project names below `main`, where none is.
    assert yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["runtime"] == "python"
    assert Path(ROOT / "policies/__main__.py").is_file()
