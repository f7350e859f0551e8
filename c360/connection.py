"""Where a stack's account, bucket and objects are: the one place that knows the local account from a real one."""

from __future__ import annotations

import json
import os
import subprocess
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml

from c360.errors import CommandError, one_sentence
from components.credentials import HOW, CredentialsError, credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from snowflake.connector import SnowflakeConnection

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = "127.0.0.1"
Stack = Literal["local", "dev", "prod"]
_LOGIN_SECONDS = 15


@dataclass(frozen=True)
class Ports:
    """Ports of the local account on loopback: the Snowflake protocol, and S3, IAM and STS."""

    account: int = 8084
    s3: int = 8085


@dataclass(frozen=True)
class Names:
    """The objects of a stack that the command line uses, as the stack's outputs name them."""

    database: str = "CUSTOMER_ANALYTICS"
    bucket: str = "customer-analytics-local-123456789012"
    engineer: str = "DATA_ENGINEER"
    marketing: str = "MARKETING_MANAGER"
    warehouse: str = "TRANSFORM_WH"
    app_warehouse: str = "APP_WH"
    root_task: str = "RUN_PIPELINE"
    app: str = "CUSTOMER_360_APP"


@dataclass(frozen=True)
class Target:
    """A stack to work on: its names, and how to reach its account and its bucket.

    snowflake: arguments of `snowflake.connector.connect`; aws: arguments of a boto3 client.
    """

    stack: Stack
    names: Names
    snowflake: dict[str, Any] = field(repr=False)
    aws: dict[str, Any] = field(repr=False)

    def login(self, role: str | None = None, warehouse: str | None = None) -> dict[str, Any]:
        """Return the arguments of the connector.

        Args:
            role: default: the engineer.
            warehouse: default: the engineer's, and for every other role the one of the app and of people.
        """
        role = (role or self.names.engineer).upper()
        own = self.names.warehouse if role == self.names.engineer else self.names.app_warehouse
        return self.snowflake | {
            "role": role,
            "warehouse": warehouse or own,
            "database": self.names.database,
        }


def target(stack: Stack, ports: Ports, home: Path, environment: Mapping[str, str] = os.environ) -> Target:
    """Find out how to reach a stack.

    Args:
        stack: which one.
        ports: of the local account; not used for the others.
        home: state folder with the local stack's outputs.
        environment: SNOWFLAKE_* variables with the credentials of a real account.

    Raises:
        CommandError: for missing credentials of a real account, or outputs that cannot be read.
    """
    if stack == "local":
        return Target(stack, local_names(home), local_login(ports), local_aws(ports))
    outputs = pulumi_outputs(stack)
    aws = {"region_name": outputs["aws"]["region"]}
    return Target(stack, names_from(outputs), account_login(outputs["connection"], environment), aws)


def local_login(ports: Ports) -> dict[str, Any]:
    """Return the connector's arguments for the local account."""
    return {
        "account": "local",
        "user": "local",
        "password": "local",
        "host": LOOPBACK,
        "port": ports.account,
        "protocol": "http",
        "login_timeout": _LOGIN_SECONDS,
        "session_parameters": {"CLIENT_TELEMETRY_ENABLED": False},
    }


def local_aws(ports: Ports) -> dict[str, Any]:
    """Return boto3's arguments for the local bucket."""
    return {
        "endpoint_url": f"http://{LOOPBACK}:{ports.s3}",
        "aws_access_key_id": "local",
        "aws_secret_access_key": "local",
        "region_name": "us-east-1",
    }


def account_login(connection: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the connector's arguments for a real account.

    Args:
        connection: account and user, as the stack's outputs say.
        environment: variables with the credentials.

    Raises:
        CommandError: saying which credentials there may be, where there are none.
    """
    try:
        proof = credentials(environment)
    except CredentialsError as error:
        raise CommandError(str(error)) from error
    if "authenticator" not in proof and "password" not in proof:
        raise CommandError(f"There are no credentials for Snowflake: {HOW}.")
    return {"account": connection["account"], "user": connection["user"], "login_timeout": 60} | proof


def stack_connection(stack: Stack, folder: Path = ROOT) -> dict[str, str]:
    """Read account and user of a stack that may not be deployed yet, from its configuration file.

    Raises:
        CommandError: where the file does not name them.
    """
    path = folder / f"Pulumi.{stack}.yaml"
    settings = (yaml.safe_load(path.read_text()) or {}).get("config", {}).get("customer-360:snowflake", {})
    parts = [settings.get(key) for key in ("organization", "account") if settings.get(key)]
    if not parts or not settings.get("user"):
        raise CommandError(f"{path.name} does not name the account and its user (customer-360:snowflake).")
    return {"account": "-".join(parts), "user": settings["user"]}


def local_names(home: Path) -> Names:
    """Read the local stack's outputs; before its first deployment, the names that it will have."""
    return names_from(_local_outputs(home))


def _local_outputs(home: Path) -> dict[str, Any]:
    path = home / "outputs-local.json"
    if not path.exists():
        return {}
    try:
        outputs = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read ({error}): run 'c360 up' again.") from error
    return outputs if isinstance(outputs, dict) else {}


def names_from(outputs: Mapping[str, Any]) -> Names:
    """Take the names out of a stack's outputs; what a stack does not say keeps its default."""
    standard = Names()
    roles, warehouses = outputs.get("roles", {}), outputs.get("warehouses", {})
    return Names(
        database=outputs.get("database", standard.database),
        bucket=outputs.get("bucket", standard.bucket),
        engineer=roles.get(standard.engineer, standard.engineer),
        marketing=roles.get(standard.marketing, standard.marketing),
        warehouse=warehouses.get("transform", standard.warehouse),
        app_warehouse=warehouses.get("app", standard.app_warehouse),
        root_task=outputs.get("root_task", standard.root_task).rpartition(".")[2].strip('"'),
        app=outputs.get("app", standard.app),
    )


def stack_setting(stack: Stack, key: str, default: int, folder: Path = ROOT) -> int:
    """Read a whole number of a stack's configuration file.

    Raises:
        CommandError: for a value that is not a whole number.
    """
    value = _setting(stack, key, default, folder)
    if not isinstance(value, int) or isinstance(value, bool):
        raise CommandError(f"Pulumi.{stack}.yaml: customer-360:{key} is {value!r}, but it must be a whole number.")
    return value


def is_loaded_from_files(stack: Stack, home: Path, folder: Path = ROOT) -> bool:
    """Tell whether a stack's transactions come from files, by its configuration or as it is deployed locally now."""
    tasks = _local_outputs(home).get("tasks", ()) if stack == "local" else ()
    return "LOAD_TRANSACTIONS" in tasks or _setting(stack, "source", "synthetic", folder) == "files"


def is_generated(home: Path) -> bool:
    """Tell whether the local stack is deployed with generated transactions."""
    return "GENERATE_TRANSACTIONS" in _local_outputs(home).get("tasks", ())


def _setting(stack: Stack, key: str, default: object, folder: Path) -> object:
    path = folder / f"Pulumi.{stack}.yaml"
    settings = (yaml.safe_load(path.read_text()) or {}).get("config", {}) if path.exists() else {}
    return settings.get(f"customer-360:{key}", default)


def pulumi_outputs(stack: Stack) -> dict[str, Any]:
    """Read the outputs of a stack that the Pulumi CLI deployed.

    Raises:
        CommandError: where the CLI is missing or knows no such stack.
    """
    command = ["pulumi", "stack", "output", "--json", "--stack", stack]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise CommandError(
            "The Pulumi CLI is not on PATH: install it (https://www.pulumi.com/docs/install/), or use --stack local."
        ) from error
    if done.returncode:
        raise CommandError(f"Pulumi cannot read the outputs of stack {stack}: {one_sentence(done.stderr)}")
    return json.loads(done.stdout)


def connect(to: Target, role: str | None = None, warehouse: str | None = None) -> SnowflakeConnection:
    """Log in to a stack's account.

    Raises:
        snowflake.connector.errors.Error: where the account refuses or does not answer.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the connector's vendored requests complains about newer neighbours
        import snowflake.connector  # noqa: PLC0415 - takes a second, which `c360 --help` need not wait for

    return snowflake.connector.connect(**to.login(role, warehouse), paramstyle="qmark")
