"""A stack's outputs are all that the command line needs, beside credentials."""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import pytest

from c360 import connection
from c360.connection import LOOPBACK, Ports, target
from stacks.config import load_config
from stacks.outputs import planned_outputs
from tests.support.recorded import STACKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOKEN = {"SNOWFLAKE_AUTHENTICATOR": "OAUTH", "SNOWFLAKE_TOKEN": "abc"}


def test_the_command_line_reaches_dev_by_its_outputs(
    program: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(connection, "pulumi_outputs", lambda stack: program(stack).outputs)
    dev = target("dev", Ports(), tmp_path, environment=TOKEN)
    login = dev.login()
    assert {key: login[key] for key in ("account", "user", "role", "warehouse", "database")} == {
        "account": "EXAMPLEORG-EXAMPLE_DEV",
        "user": "PULUMI",
        "role": "DATA_ENGINEER_DEV",
        "warehouse": "TRANSFORM_WH_DEV",
        "database": "CUSTOMER_ANALYTICS_DEV",
    }
    people = dev.login(role="marketing_manager_dev")
    assert (people["role"], people["warehouse"]) == ("MARKETING_MANAGER_DEV", "APP_WH_DEV")
    assert dev.aws == {"region_name": "us-east-1"}
    assert dev.names.bucket == "customer-analytics-dev-111111111111"
    assert dev.names.root_task == "RUN_PIPELINE"
    assert not any("PROD" in str(value).upper() for value in astuple(dev.names))


@pytest.mark.parametrize("stack", STACKS)
def test_what_is_planned_is_what_is_registered(program: Callable[..., Any], stack: str) -> None:
    planned, registered = planned_outputs(load_config(stack)), program(stack)

    def names(*kinds: str) -> set[str]:
        return {resource.inputs["name"] for resource in registered.of(*kinds)}

    assert {planned["database"]} == names("Database")
    assert set(planned["schemas"]) == names("Schema")
    owners = {app["role"] for app in planned["apps"].values()}
    assert {*planned["roles"].values(), *owners} <= names("AccountRole")
    assert set(planned["warehouses"].values()) == names("Warehouse")
    assert {planned["bucket"]} == {bucket.inputs["bucket"] for bucket in registered.of("Bucket")}
    (root,) = (task for task in registered.of("Task") if task.name == "pipeline-run-pipeline")
    apps = {resource.inputs["mainFile"]: resource for resource in registered.of("Streamlit")}
    planned_apps = [(app["name"], apps.pop(app["main_file"])) for app in planned["apps"].values()]
    assert apps == {}
    for output, resource in ((planned["root_task"], root), *planned_apps):
        assert output == ".".join(f'"{resource.inputs[key]}"' for key in ("database", "schema", "name"))
    assert planned.items() <= registered.outputs.items()


def test_the_local_stack_is_reached_the_same_way_before_and_after_its_first_deployment(
    program: Callable[..., Any], tmp_path: Path
) -> None:
    before = target("local", Ports(9001, 9002), tmp_path)
    (tmp_path / "outputs-local.json").write_text(json.dumps(program("local").outputs))
    assert target("local", Ports(9001, 9002), tmp_path) == before


def test_the_ports_of_the_command_line_are_those_of_the_configuration() -> None:
    local = load_config("local")
    assert (local.snowflake.host, local.snowflake.port) == (LOOPBACK, Ports().account)
    assert local.aws.endpoint == f"http://{LOOPBACK}:{Ports().s3}"


@pytest.mark.parametrize("stack", STACKS)
def test_secrets_are_those_of_a_computer_alone(program: Callable[..., Any], stack: str) -> None:
    outputs = program(stack).outputs
    found = {"password", "access_key", "secret_key"} & {*outputs["connection"], *outputs["aws"]}
    assert found == ({"password", "access_key", "secret_key"} if stack == "local" else set())
