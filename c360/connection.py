"""Where a stack's account, bucket and objects are: the one place that knows the local account from a real one.

It goes by the stack's outputs. Its configuration is asked where they cannot know: before the first deployment, and for
what is about to be done. The configuration's models take a tenth of a second to load, so only those who ask load them.
"""

from __future__ import annotations

import json
import os
import subprocess
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from c360.errors import CommandError, one_sentence
from components.credentials import HOW, CredentialsError, login
from components.repository import ROOT
from stacks.environment import ENGINEER, MARKETING, SEMANTIC_VIEW

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from snowflake.connector import SnowflakeConnection

    from pipeline.jobs import Source
    from stacks.config import PlatformConfig

LOOPBACK = "127.0.0.1"
Stack = Literal["local", "dev", "prod"]
# A real account may be on the other side of the world; one on this computer answers at once or not at all.
_LOGIN_SECONDS, _LOCAL_LOGIN_SECONDS = 60, 15
# Arguments of a boto3 client by the key of the output that holds them.
_AWS_ARGUMENTS = {
    "region": "region_name",
    "endpoint": "endpoint_url",
    "access_key": "aws_access_key_id",
    "secret_key": "aws_secret_access_key",
}


@dataclass(frozen=True)
class Ports:
    """Ports of the local account on loopback; Pulumi.local.yaml has the same ones.

    Attributes:
        account: Port of the Snowflake protocol.
        s3: Port of S3, IAM and STS.
    """

    account: int = 8084
    s3: int = 8085


@dataclass(frozen=True)
class ServedApp:
    """One of the app's Streamlit objects.

    Attributes:
        name: Of the object, without its schema.
        main_file: Its entry point, among the files that all of them share.
        role: Role that owns it; its pages read with this role's rights.
    """

    name: str
    main_file: str
    role: str


@dataclass(frozen=True)
class Names:
    """The objects of a stack that the command line uses, as the stack's outputs name them.

    Attributes:
        database: The database.
        bucket: The data lake's bucket.
        engineer: Role that runs the pipeline.
        marketing: Role of those who run campaigns.
        warehouse: The engineer's warehouse.
        app_warehouse: Warehouse of the app and of people.
        root_task: Root of the task graph, without its schema.
        apps: The app's Streamlit objects by audience; none where an earlier version of the program was deployed.
    """

    database: str
    bucket: str
    engineer: str
    marketing: str
    warehouse: str
    app_warehouse: str
    root_task: str
    apps: Mapping[str, ServedApp]

    @property
    def semantic_view(self) -> tuple[str, str, str]:
        """Database, schema and name of the semantic view that questions are asked of."""
        return self.database, "GOLD", SEMANTIC_VIEW


@dataclass(frozen=True)
class Target:
    """A stack to work on: its names, and how to reach its account and its bucket.

    Attributes:
        stack: Which stack.
        names: What its objects are called.
        source: Where its transactions come from.
        snowflake: Arguments of `snowflake.connector.connect`.
        aws: Arguments of a boto3 client.
    """

    stack: Stack
    names: Names
    source: Source
    snowflake: dict[str, Any] = field(repr=False)
    aws: dict[str, Any] = field(repr=False)

    def command(self, verb: str) -> str:
        """Return a command on this stack, as people type it."""
        return f"c360 {verb}" if self.stack == "local" else f"c360 {verb} --stack {self.stack}"

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
    if stack != "local":
        outputs = pulumi_outputs(stack)
        return _target(stack, outputs, account_login(outputs["connection"], environment))
    outputs = local_outputs(home) or _planned_outputs(stack)
    login_here = outputs["connection"] | {
        "host": LOOPBACK,
        "port": ports.account,
        "login_timeout": _LOCAL_LOGIN_SECONDS,
        "session_parameters": {"CLIENT_TELEMETRY_ENABLED": False},
        "log_imported_packages_in_telemetry": False,  # it would list them at each login all the same
    }
    served = outputs | {"aws": outputs["aws"] | {"endpoint": f"http://{LOOPBACK}:{ports.s3}"}}
    return _target(stack, served, login_here)


def _target(stack: Stack, outputs: Mapping[str, Any], login_parameters: dict[str, Any]) -> Target:
    return Target(stack, names_from(outputs), outputs["source"], login_parameters, aws_arguments(outputs["aws"]))


def account_login(address: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the connector's arguments for a real account.

    Args:
        address: account and user, as the stack's outputs or its configuration say.
        environment: variables with the credentials.

    Raises:
        CommandError: saying which credentials there may be, where there are none.
    """
    try:
        parameters = login(address, environment)
    except CredentialsError as error:
        raise CommandError(str(error)) from error
    if "authenticator" not in parameters and "password" not in parameters:
        raise CommandError(f"There are no credentials for Snowflake: {HOW}.")
    return parameters | {"login_timeout": _LOGIN_SECONDS}


def aws_arguments(aws: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a boto3 client, as far as the output of that name, or the configuration, gives them."""
    return {argument: aws[key] for key, argument in _AWS_ARGUMENTS.items() if aws.get(key) is not None}


def configuration(stack: Stack) -> PlatformConfig:
    """Load and validate a stack's configuration.

    Raises:
        CommandError: one sentence naming the key, the value and what is allowed.
    """
    from stacks.config import ConfigError, load_config  # noqa: PLC0415 - a tenth of a second, for few commands

    try:
        return load_config(stack)
    except ConfigError as error:
        raise CommandError(str(error)) from error


def local_outputs(home: Path) -> dict[str, Any]:
    """Read the outputs of the local stack's last deployment; empty before the first one.

    Raises:
        CommandError: for a file that cannot be read, or that another version of this program left.
    """
    path = home / "outputs-local.json"
    if not path.exists():
        return {}
    try:
        outputs = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read ({error}): run 'c360 up' again.") from error
    if "source" not in outputs:
        raise CommandError(f"{path} is of another version of this program: 'c360 destroy' the stack, then deploy it.")
    return outputs


def _planned_outputs(stack: Stack) -> dict[str, Any]:
    from stacks.outputs import planned_outputs  # noqa: PLC0415 - as the configuration

    return planned_outputs(configuration(stack))


def names_from(outputs: Mapping[str, Any]) -> Names:
    """Take the names out of a stack's outputs."""
    return Names(
        database=outputs["database"],
        bucket=outputs["bucket"],
        engineer=outputs["roles"][ENGINEER],
        marketing=outputs["roles"][MARKETING],
        warehouse=outputs["warehouses"]["transform"],
        app_warehouse=outputs["warehouses"]["app"],
        root_task=_last_part(outputs["root_task"]),
        apps={
            audience: ServedApp(_last_part(app["name"]), app["main_file"], app["role"])
            for audience, app in outputs.get("apps", {}).items()
        },
    )


def _last_part(name: str) -> str:
    return name.rpartition(".")[2].strip('"')


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
    outputs = json.loads(done.stdout)
    if not outputs:
        raise CommandError(f"Nothing is deployed in stack {stack}: run 'c360 up --stack {stack}' first.")
    if "source" not in outputs:
        raise CommandError(f"Stack {stack} was deployed by another version of this program: deploy it again.")
    return outputs


def connect(to: Target, role: str | None = None, warehouse: str | None = None) -> SnowflakeConnection:
    """Log in to a stack's account.

    Raises:
        snowflake.connector.errors.Error: where the account refuses or does not answer.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the connector's vendored requests complains about newer neighbours
        import snowflake.connector  # noqa: PLC0415 - takes a second, which `c360 --help` need not wait for

    return snowflake.connector.connect(**to.login(role, warehouse), paramstyle="qmark")
