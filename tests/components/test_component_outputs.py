"""A stack's outputs are all that the command line needs, beside credentials."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from c360 import connection
from c360.connection import Ports, target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

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
