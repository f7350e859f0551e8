import json
from pathlib import Path

import pytest

from pipeline.connection import Names, Ports, account_login, local_names, names_from, stack_setting, target
from pipeline.errors import CommandError


def test_the_local_stack_needs_no_settings(tmp_path: Path) -> None:
    local = target("local", Ports(9001, 9002), tmp_path, environment={})
    login = local.login()
    assert (login["host"], login["port"], login["role"]) == ("127.0.0.1", 9001, "DATA_ENGINEER")
    assert login["database"] == "CUSTOMER_ANALYTICS"
    assert local.aws["endpoint_url"] == "http://127.0.0.1:9002"


def test_secrets_do_not_show_in_what_is_printed(tmp_path: Path) -> None:
    assert "password" not in repr(target("local", Ports(), tmp_path, environment={}))


def test_outputs_name_the_objects() -> None:
    names = names_from(
        {
            "database": "CUSTOMER_ANALYTICS_DEV",
            "bucket": "customer-analytics-dev-1",
            "roles": {"DATA_ENGINEER": "DATA_ENGINEER_DEV"},
            "warehouses": {"transform": "TRANSFORM_WH_DEV", "app": "APP_WH_DEV"},
            "root_task": '"CUSTOMER_ANALYTICS_DEV"."PLATFORM"."RUN_PIPELINE"',
        }
    )
    assert names == Names(
        database="CUSTOMER_ANALYTICS_DEV",
        bucket="customer-analytics-dev-1",
        engineer="DATA_ENGINEER_DEV",
        warehouse="TRANSFORM_WH_DEV",
        app_warehouse="APP_WH_DEV",
    )


def test_broken_outputs_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "outputs-local.json").write_text("{")
    with pytest.raises(CommandError, match=r"cannot be read.*c360 up"):
        local_names(tmp_path)
    (tmp_path / "outputs-local.json").write_text(json.dumps({"database": "OTHER"}))
    assert local_names(tmp_path).database == "OTHER"


def test_missing_settings_of_an_account_are_named() -> None:
    with pytest.raises(CommandError, match="SNOWFLAKE_USER, SNOWFLAKE_PRIVATE_KEY_PATH"):
        account_login({"SNOWFLAKE_ORGANIZATION_NAME": "ORG", "SNOWFLAKE_ACCOUNT_NAME": "ACC"})


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    settings = {"SNOWFLAKE_ACCOUNT": "a-b", "SNOWFLAKE_USER": "me", "SNOWFLAKE_PRIVATE_KEY_PATH": str(tmp_path / "key")}
    with pytest.raises(CommandError, match="key does not exist"):
        account_login(settings)
    (tmp_path / "key").touch()
    assert account_login(settings)["authenticator"] == "SNOWFLAKE_JWT"


def test_a_wrong_configuration_value_is_named(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.local.yaml").write_text("config:\n  customer-360:customers: many\n")
    with pytest.raises(CommandError, match=r"Pulumi.local.yaml: customer-360:customers is 'many'"):
        stack_setting("local", "customers", 50_000, tmp_path)
    assert stack_setting("dev", "customers", 50_000, tmp_path) == 50_000
