"""The stacks' configuration: what is refused, and in which words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from components.connections import Settings
from components.credentials import login
from components.repository import ROOT
from stacks.config import ConfigError, as_pulumi_config, from_pulumi_config, load_config
from stacks.environment import Environment
from stacks.reference import PAGE, reference


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_every_stack_is_valid_and_survives_the_engine(stack: str) -> None:
    config = load_config(stack)
    assert config.environment == stack
    assert from_pulumi_config(as_pulumi_config(config), stack) == config


@pytest.mark.parametrize(
    ("overrides", "parts"),
    [
        ({"warehouses.load.size": "HUGE"}, ["customer-360:warehouses.load.size", "'HUGE'", "'XSMALL'"]),
        ({"warehouses.ml.auto_suspend": 5}, ["customer-360:warehouses.ml.auto_suspend", "5", "30"]),
        ({"warehouses.app.statement_timeout": 10}, ["customer-360:warehouses.app.statement_timeout", "10", "60"]),
        ({"monitor.credit_quota": 0}, ["customer-360:monitor.credit_quota", "0", "equal to 1"]),
        ({"monitor.notify_percent": [0]}, ["customer-360:monitor.notify_percent.0", "0", "equal to 1"]),
        ({"tasks.retries": 31}, ["customer-360:tasks.retries", "31", "30"]),
        ({"cost_centre": "my team"}, ["customer-360:cost_centre", "'my team'", "capital letters"]),
        ({"notifications.recipients": ["me"]}, ["customer-360:notifications.recipients.0", "'me'", "e-mail address"]),
        ({"notifications.alert_minutes": 0}, ["customer-360:notifications.alert_minutes", "0", "equal to 5"]),
        ({"source": "kafka"}, ["customer-360:source", "'kafka'", "'synthetic' or 'files'"]),
        ({"as_of_date": "2024-13-01"}, ["customer-360:as_of_date", "'2024-13-01'"]),
        ({"schedule": "daily"}, ["customer-360:schedule", "'daily'", "30 5 * * * UTC"]),
        ({"schedule": "99 99 99 99 99 UTC"}, ["customer-360:schedule", "'99 99 99 99 99'", "no cron expression"]),
        ({"schedule": "0 0 30 2 * UTC"}, ["customer-360:schedule", "'0 0 30 2 *'"]),
        ({"schedule": "0 5 * * * Mars/Olympus"}, ["customer-360:schedule", "'Mars/Olympus'", "Europe/Berlin"]),
        ({"retrain_schedule": "0 5 * * 9 UTC"}, ["customer-360:retrain_schedule", "no cron expression"]),
        ({"notifications.recipients": "a@b.c"}, ["customer-360:notifications.recipients", "a list in square"]),
        ({"as_of_date": 20240630}, ["customer-360:as_of_date", "20240630", "'2024-12-31'"]),
        ({"protect": "perhaps"}, ["customer-360:protect", "'perhaps'", "true or false"]),
        ({"reject_limit_percent": "a tenth"}, ["customer-360:reject_limit_percent", "a number"]),
        ({"monitor": 40}, ["customer-360:monitor", "40", "keys with values"]),
        ({"aws.account_id": 123456789012}, ["customer-360:aws.account_id", "123456789012", "text in quotes"]),
        ({"customers": 0}, ["customer-360:customers", "0", "greater than or equal to 10"]),
        ({"reject_limit_percent": 101}, ["customer-360:reject_limit_percent", "101", "100"]),
        ({"aws.account_id": "12"}, ["customer-360:aws.account_id", "'12'", "twelve digits"]),
        ({"snowflake.port": "x"}, ["customer-360:snowflake.port", "'x'", "whole number"]),
        ({"custmers": 3}, ["customer-360:custmers", "not known"]),
        ({"snowflake.host": None}, ["customer-360:snowflake", "SNOWFLAKE_*"]),
        ({"environment": "prod"}, ["customer-360:environment", "stack 'local' is environment 'local'"]),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(overrides: dict[str, Any], parts: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        load_config("local", overrides)
    sentence = str(error.value)
    assert [part for part in parts if part not in sentence] == []
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("key", "least", "most"),
    [
        ("warehouses.load.auto_suspend", 30, 3_600),
        ("warehouses.app.statement_timeout", 60, 604_800),
        ("monitor.credit_quota", 1, 1_000_000),
        ("tasks.retries", 0, 30),
        ("notifications.alert_minutes", 5, 1_439),
        ("seed", 0, 2_147_483_647),
        ("retention_days", 0, 90),
        ("refund_percent", 0, 20),
        ("reject_limit_percent", 0, 100),
        ("customers", 10, 999_999),
        ("snowflake.port", 1, 65_535),
    ],
)
def test_numbers_are_taken_within_their_bounds_and_not_beyond(key: str, least: int, most: int) -> None:
    for value in (least, most):
        load_config("local", {key: value})
    for value in (least - 1, most + 1):
        with pytest.raises(ConfigError, match=key):
            load_config("local", {key: value})


@pytest.mark.parametrize(("percent", "is_taken"), [(1, True), (200, True), (0, False), (201, False)])
def test_a_share_of_the_quota_may_be_twice_all_of_it(percent: int, is_taken: bool) -> None:
    if is_taken:
        assert load_config("local", {"monitor.notify_percent": [percent]}).monitor.notify_percent == (percent,)
    else:
        with pytest.raises(ConfigError, match=r"notify_percent\.0"):
            load_config("local", {"monitor.notify_percent": [percent]})


def test_an_address_of_this_computer_belongs_to_the_local_environment() -> None:
    with pytest.raises(ConfigError, match="allowed in the local environment only"):
        load_config("dev", {"snowflake.host": "127.0.0.1"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"seed": "7", "customers": "500"}, {"seed": 7, "customers": 500}),
        ({"protect": "true", "retention_days": "3"}, {"protect": True, "retention_days": 3}),
        ({"reject_limit_percent": "2.5"}, {"reject_limit_percent": 2.5}),
        ({"monitor.credit_quota": "9", "monitor.notify_percent": ["50"]},
         {"monitor.credit_quota": 9, "monitor.notify_percent": [50]}),
        ({"tasks": '{"retries": "3"}'}, {"tasks": {"retries": 3}}),
        ({"as_of_date": date(2024, 6, 30)}, {"as_of_date": "2024-06-30"}),
        ({"as_of_date": "2024-06-30T00:00:00Z"}, {"as_of_date": "2024-06-30"}),
        ({"schedule": "30  5 * * MON-FRI Europe/Berlin "}, {"schedule": "30  5 * * MON-FRI Europe/Berlin"}),
    ],
)  # fmt: skip
def test_a_value_means_the_same_however_it_is_written(written: dict[str, Any], meant: dict[str, Any]) -> None:
    """`pulumi config set` and `pulumi stack init` write numbers as text."""
    assert load_config("dev", written) == load_config("dev", meant)


def test_prod_must_be_protected() -> None:
    with pytest.raises(ConfigError, match="protect must be true in prod"):
        load_config("prod", {"protect": False})


def test_prod_must_stop_at_its_quota() -> None:
    with pytest.raises(ConfigError, match=r"monitor\.suspend must be true in prod"):
        load_config("prod", {"monitor.suspend": False})


def test_an_unknown_stack_is_named_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no file Pulumi\.qa\.yaml; choose one of dev, local, prod"):
        load_config("qa")


def test_a_missing_key_is_named() -> None:
    flat = as_pulumi_config(load_config("dev"))
    del flat["customer-360:aws"]
    with pytest.raises(ConfigError, match=r"key customer-360:aws is missing in Pulumi\.dev\.yaml"):
        from_pulumi_config(flat, "dev")


def test_overrides_win_over_the_file() -> None:
    config = load_config("local", {"snowflake.port": "9000", "as_of_date": "2024-06-30"})
    assert config.snowflake.port == 9000
    assert config.as_of_date == date(2024, 6, 30)


def test_credentials_come_from_the_environment() -> None:
    environment = {"SNOWFLAKE_AUTHENTICATOR": "WORKLOAD_IDENTITY", "SNOWFLAKE_TOKEN": "abc"}
    assert login(load_config("dev").snowflake.address(), environment) == {
        "account": "EXAMPLEORG-EXAMPLE_DEV", "user": "PULUMI", "authenticator": "WORKLOAD_IDENTITY", "token": "abc",
    }  # fmt: skip


def test_credentials_of_a_real_account_are_not_shown_to_the_one_on_this_computer() -> None:
    environment = {"SNOWFLAKE_AUTHENTICATOR": "WORKLOAD_IDENTITY", "SNOWFLAKE_TOKEN": "abc", "SNOWFLAKE_PASSWORD": "x"}
    assert login(load_config("local").snowflake.address(), environment) == {
        "account": "local-local", "user": "local", "password": "local", "host": "127.0.0.1", "port": 8084,
        "protocol": "http",
    }  # fmt: skip


def test_the_reference_is_written_from_the_fields() -> None:
    assert PAGE.read_text() == reference(), "a field changed: 'make reference' writes the page anew"


@pytest.mark.parametrize("model", Settings.__subclasses__())
def test_every_field_is_described_and_a_pattern_is_put_in_words(model: type[Settings]) -> None:
    for name, field in model.model_fields.items():
        assert str(field.description).endswith("."), name
        if any(getattr(one, "pattern", None) for one in field.metadata):
            assert isinstance(field.json_schema_extra, dict), name
            assert "form" in field.json_schema_extra, name


def test_nobody_else_reads_a_stack_file() -> None:
    """What a stack's file says goes through the typed configuration; the rest may only know that there are files."""
    folders = ("c360", "components", "pipeline", "policies", "stacks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    readers = {path.relative_to(ROOT).as_posix() for path in files if "safe_load" in path.read_text()}
    # --set KEY=VALUE of the deployment is one value; the doctor reads the list of the app's packages.
    assert readers == {"stacks/config.py", "c360/deployment/__main__.py", "c360/doctor_account.py"}


def test_names_follow_from_environment_partition_and_account() -> None:
    china = Environment("dev", "123456789012", "cn-north-1", "ACME-MAIN")
    assert china.iam_role_arn == "arn:aws-cn:iam::123456789012:role/customer-analytics-dev-snowflake"
    assert china.location("customers/") == "s3china://customer-analytics-dev-123456789012/customers/"
    assert china.database == "CUSTOMER_ANALYTICS_DEV"
    assert len(china.iam_role) <= 64
    prod = Environment("prod", "123456789012", "us-east-1", "ACME-MAIN")
    assert prod.external_id != china.external_id
    assert prod.external_id == Environment("prod", "123456789012", "us-east-1", "ACME-MAIN").external_id


def test_the_day_on_which_windows_end_follows_the_source() -> None:
    assert load_config("local").fixed_as_of_date == date(2024, 12, 31)
    assert load_config("local", {"source": "files"}).fixed_as_of_date is None
    assert load_config("local", {"source": "files", "as_of_date": "2025-03-31"}).fixed_as_of_date == date(2025, 3, 31)
