import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from snowflake.connector.connection import DEFAULT_CONFIGURATION

from c360.app_server import snowsight_url
from c360.connection import (
    Names,
    Ports,
    ServedApp,
    Target,
    account_login,
    configuration,
    local_outputs,
    names_from,
    target,
)
from c360.errors import CommandError
from stacks.config import read_stack_file


def test_the_local_stack_needs_no_settings(tmp_path: Path) -> None:
    local = target("local", Ports(9001, 9002), tmp_path, environment={})
    login = local.login()
    assert (login["host"], login["port"], login["role"]) == ("127.0.0.1", 9001, "DATA_ENGINEER")
    assert login["database"] == "CUSTOMER_ANALYTICS"
    assert local.aws["endpoint_url"] == "http://127.0.0.1:9002"


def test_secrets_do_not_show_in_what_is_printed(tmp_path: Path) -> None:
    assert "password" not in repr(target("local", Ports(), tmp_path, environment={}))


def test_outputs_name_the_objects() -> None:
    app = {
        "name": '"CUSTOMER_ANALYTICS_DEV"."PLATFORM"."CUSTOMER_360_APP"',
        "main_file": "marketing.py",
        "role": "APP_MARKETING_DEV",
    }
    names = names_from(
        {
            "database": "CUSTOMER_ANALYTICS_DEV",
            "bucket": "customer-analytics-dev-1",
            "roles": {"DATA_ENGINEER": "DATA_ENGINEER_DEV", "MARKETING_MANAGER": "MARKETING_MANAGER_DEV"},
            "warehouses": {"transform": "TRANSFORM_WH_DEV", "app": "APP_WH_DEV"},
            "root_task": '"CUSTOMER_ANALYTICS_DEV"."PLATFORM"."RUN_PIPELINE"',
            "apps": {"marketing": app},
        }
    )
    assert names == Names(
        database="CUSTOMER_ANALYTICS_DEV",
        bucket="customer-analytics-dev-1",
        engineer="DATA_ENGINEER_DEV",
        marketing="MARKETING_MANAGER_DEV",
        warehouse="TRANSFORM_WH_DEV",
        app_warehouse="APP_WH_DEV",
        root_task="RUN_PIPELINE",
        apps={"marketing": ServedApp("CUSTOMER_360_APP", "marketing.py", "APP_MARKETING_DEV")},
    )


def test_broken_outputs_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "outputs-local.json").write_text("{")
    with pytest.raises(CommandError, match=r"cannot be read.*c360 up"):
        local_outputs(tmp_path)


def test_outputs_of_another_version_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "outputs-local.json").write_text(json.dumps({"database": "CUSTOMER_ANALYTICS"}))
    with pytest.raises(CommandError, match=r"another version.*c360 destroy"):
        target("local", Ports(), tmp_path)


CONNECTION = {"account": "ORG-ACC", "user": "PULUMI"}


def test_missing_credentials_say_what_there_may_be() -> None:
    with pytest.raises(CommandError, match=r"SNOWFLAKE_PRIVATE_KEY.*or SNOWFLAKE_AUTHENTICATOR=WORKLOAD_IDENTITY"):
        account_login(CONNECTION, {"SNOWFLAKE_USER": "me"})


def test_a_key_pair_is_handed_over_as_the_connector_reads_it() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = serialization.BestAvailableEncryption(b"open sesame")
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret).decode()
    environment = {"SNOWFLAKE_PRIVATE_KEY": pem, "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": "open sesame"}
    login = account_login(CONNECTION, environment)
    assert (login["account"], login["user"], login["authenticator"]) == ("ORG-ACC", "PULUMI", "SNOWFLAKE_JWT")
    read = serialization.load_der_private_key(base64.b64decode(login["private_key"]), None)
    assert isinstance(read, rsa.RSAPrivateKey)
    assert read.private_numbers() == key.private_numbers()
    with pytest.raises(CommandError, match="SNOWFLAKE_PRIVATE_KEY holds no key"):
        account_login(CONNECTION, environment | {"SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": "wrong"})


def test_a_workload_identity_needs_no_key() -> None:
    environment = {
        "SNOWFLAKE_AUTHENTICATOR": "WORKLOAD_IDENTITY",
        "SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": "OIDC",
        "SNOWFLAKE_TOKEN": "abc",
    }
    login = account_login(CONNECTION, environment)
    assert (login["workload_identity_provider"], login["token"]) == ("OIDC", "abc")
    assert set(login) - {"account", "user", "login_timeout"} <= set(DEFAULT_CONFIGURATION)


def test_a_wrong_configuration_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    values = read_stack_file("local") | {"customers": "many"}
    monkeypatch.setattr("stacks.config.read_stack_file", lambda *_: values)
    with pytest.raises(CommandError, match=r"customers = 'many' in Pulumi\.local\.yaml is not allowed: .*\.$"):
        configuration("local")
    values["customers"] = 20
    assert configuration("local").customers == 20


def test_the_address_of_the_app_on_snowflake() -> None:
    names = Names(
        database="CUSTOMER_ANALYTICS_DEV", bucket="", engineer="", marketing="", warehouse="", app_warehouse="",
        root_task="", apps={},
    )  # fmt: skip
    dev = Target("dev", names, "synthetic", {"account": "ORG-ACC"}, {})
    address = "https://app.snowflake.com/org/acc/#/streamlit-apps/CUSTOMER_ANALYTICS_DEV.PLATFORM.CUSTOMER_360_APP"
    assert snowsight_url(dev, ServedApp("CUSTOMER_360_APP", "marketing.py", "")) == address


def test_neither_help_nor_a_connection_loads_the_models_of_the_configuration() -> None:
    """They take as long to load as everything else behind `c360 --help`."""
    loaded = "import sys, c360.cli, c360.summary; print(sorted({'pydantic', 'pulumi', 'yaml'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
