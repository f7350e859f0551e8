"""Carries a resource into the account: Snowflake types by SQL, AWS types by boto3, dynamic ones by their provider."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import boto3
import dill
import snowflake.connector
from botocore.config import Config as BotoConfig
from botocore.exceptions import BotoCoreError, ClientError
from pulumi.dynamic import Config, ConfigureRequest, ResourceProvider
from snowflake.connector import DictCursor

from c360.connection import aws_arguments
from c360.deployment.kinds import (
    account_objects,
    aws,
    governance,
    grants,
    ingestion,
    jobs,
    notifications,
    relations,
)
from c360.deployment.model import DeploymentError, Inputs
from c360.deployment.presence import Presence
from c360.deployment.state import Record
from c360.recorder import PROVIDER_KEY
from components.account_provider import AccountError, close_connections
from components.credentials import login
from stacks.config import PROJECT, PlatformConfig, as_pulumi_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from c360.deployment.kinds.base import SqlKind

SQL_KINDS: Mapping[str, SqlKind] = (
    account_objects.KINDS
    | governance.KINDS
    | grants.KINDS
    | ingestion.KINDS
    | relations.KINDS
    | jobs.KINDS
    | notifications.KINDS
)
DYNAMIC = "pulumi-python:dynamic/"


@dataclass(frozen=True)
class Applied:
    """What the account answered.

    Attributes:
        id: What it knows the resource by.
        outputs: The resource's outputs.
    """

    id: str
    outputs: dict[str, Any]


class Applier(Protocol):
    """One way to reach the account. `update` returns None where the resource must be replaced."""

    def create(self, record: Record) -> Applied:
        """Create the resource."""
        ...

    def update(self, record: Record, inputs: Inputs) -> Applied | None:
        """Change the resource to the inputs."""
        ...

    def delete(self, record: Record) -> None:
        """Remove the resource."""
        ...


class SqlApplier:
    """Applies Snowflake types; one connection per role."""

    def __init__(self, config: PlatformConfig) -> None:
        self._login = login(config.snowflake.address(), os.environ)
        self._connections: dict[str, Any] = {}

    def create(self, record: Record) -> Applied:
        """Create the object."""
        kind = SQL_KINDS[record.type]
        refuse_unsaid(record, kind)
        self._change(record, kind, kind.create(record.inputs))
        return self._applied(record, kind, record.inputs)

    def update(self, record: Record, inputs: Inputs) -> Applied | None:
        """Alter the object."""
        kind = SQL_KINDS[record.type]
        refuse_unsaid(Record(**(vars(record) | {"inputs": inputs})), kind)
        try:
            statements = kind.alter(record.inputs, inputs)
        except DeploymentError as error:
            raise DeploymentError(f"{describe(record)} could not be deployed: {error}") from None
        if statements is None:
            return None
        self._change(record, kind, statements)
        return self._applied(record, kind, inputs)

    def delete(self, record: Record) -> None:
        """Drop the object."""
        kind = SQL_KINDS[record.type]
        self._change(record, kind, kind.drop(record.inputs))

    def adopt(self, record: Record) -> Applied:
        """Bring an object that is there to the inputs, with the data in it."""
        kind = SQL_KINDS[record.type]
        refuse_unsaid(record, kind)
        statements = kind.adopt(record.inputs, lambda sql: self._run(record, sql))
        if statements is None:
            raise DeploymentError(
                f"{describe(record)} is in the account already and is another one than the program declares: rename it."
            )
        self._change(record, kind, statements)
        return self._applied(record, kind, record.inputs)

    def shown(self, statement: str) -> list[dict[str, Any]]:
        """Run a SHOW as the administrator, who sees every object; rows by column."""
        cursor = self.connect("ACCOUNTADMIN").cursor(DictCursor)
        return [dict(row) for row in cursor.execute(statement).fetchall()]

    def close(self) -> None:
        """Close the connections."""
        while self._connections:
            self._connections.popitem()[1].close()

    def _change(self, record: Record, kind: SqlKind, statements: list[str]) -> None:
        if not statements:
            return
        before, behind = kind.before_change(record.inputs, lambda sql: self._run(record, sql))
        for statement in (*before, *statements, *behind):
            self._run(record, statement)

    def _applied(self, record: Record, kind: SqlKind, inputs: Inputs) -> Applied:
        outputs = inputs | kind.read(inputs, lambda sql: self._run(record, sql))
        return Applied(outputs.get("fullyQualifiedName", record.name), outputs)

    def _run(self, record: Record, statement: str) -> list[dict[str, Any]]:
        try:
            cursor = self.connect(str(record.role)).cursor(DictCursor)
            return [dict(row) for row in cursor.execute(statement).fetchall()]
        except snowflake.connector.errors.Error as error:
            raise failure(record, statement, str(error.msg or error)) from error

    def connect(self, role: str) -> Any:
        """Return the connection of a role, opened on first use."""
        if role not in self._connections:
            self._connections[role] = snowflake.connector.connect(
                **self._login,
                role=role,
                session_parameters={"QUERY_TAG": "customer-360 deployment"},
                login_timeout=10,
                network_timeout=60,
            )
        return self._connections[role]


class AwsApplier:
    """Applies AWS types; one client per service."""

    def __init__(self, config: PlatformConfig) -> None:
        # The stubs know services by literal names only.
        self._session: Any = boto3.session.Session()
        self._arguments = aws_arguments(config.aws.model_dump())
        self._clients: dict[str, Any] = {}
        self.tags: dict[str, str] = {}

    def create(self, record: Record) -> Applied:
        """Create the resource."""
        return self._put(record, record.inputs)

    def update(self, record: Record, inputs: Inputs) -> Applied | None:
        """Change the resource."""
        identity = aws.KINDS[record.type].identity
        if any(record.inputs.get(key) != inputs.get(key) for key in identity):
            return None
        return self._put(record, inputs)

    def delete(self, record: Record) -> None:
        """Delete the resource; one that is gone is no error."""
        kind = aws.KINDS[record.type]
        try:
            kind.delete(self._client(kind.service), record.inputs)
        except ClientError as error:
            if not aws.is_missing(error):
                raise failure(record, "deletion", str(error)) from error
        except BotoCoreError as error:
            raise failure(record, "deletion", str(error)) from error

    def close(self) -> None:
        """Close the clients."""
        while self._clients:
            self._clients.popitem()[1].close()

    def _put(self, record: Record, inputs: Inputs) -> Applied:
        kind = aws.KINDS[record.type]
        client = self._client(kind.service)
        try:
            kind.put(client, inputs | {"tags": self.tags | (inputs.get("tags") or {})})
            outputs = inputs | kind.outputs(client, inputs)
        except (BotoCoreError, ClientError) as error:
            raise failure(record, f"call to {kind.service}", str(error)) from error
        return Applied(str(inputs[kind.identity[-1]]), outputs)

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(
                service,
                **self._arguments,
                config=BotoConfig(s3={"addressing_style": "path"}, retries={"total_max_attempts": 3}),
            )
        return self._clients[service]


class DynamicApplier:
    """Applies dynamic resources through the provider that the program serialised beside their inputs."""

    def __init__(self, config: PlatformConfig) -> None:
        self._config = Config(as_pulumi_config(config), PROJECT)
        self._providers: dict[str, ResourceProvider] = {}

    def create(self, record: Record) -> Applied:
        """Let the provider create the resource."""
        result = self._call(record, lambda provider: provider.create(record.inputs))
        return Applied(result.id, result.outs or {})

    def update(self, record: Record, inputs: Inputs) -> Applied | None:
        """Let the provider compare, then update, unless it asks for a replacement."""
        current = Record(**(vars(record) | {"inputs": inputs}))
        if self._call(current, lambda provider: provider.diff(record.id, record.outputs, inputs)).replaces:
            return None
        result = self._call(current, lambda provider: provider.update(record.id, record.outputs, inputs))
        return Applied(record.id, result.outs or {})

    def delete(self, record: Record) -> None:
        """Let the provider delete the resource."""
        self._call(record, lambda provider: provider.delete(record.id, record.outputs or record.inputs))

    def close(self) -> None:
        """Close what the providers keep open."""
        close_connections()

    def _call(self, record: Record, call: Any) -> Any:
        serialised = record.inputs[PROVIDER_KEY]
        if serialised not in self._providers:
            provider: ResourceProvider = dill.loads(base64.b64decode(serialised))  # noqa: S301
            provider.configure(ConfigureRequest(self._config))
            self._providers[serialised] = provider
        try:
            return call(self._providers[serialised])
        except AccountError as error:
            raise DeploymentError(f"{describe(record)} could not be deployed: {error}") from error


class Appliers:
    """All ways to reach the accounts of one configuration."""

    def __init__(self, config: PlatformConfig) -> None:
        self.sql, self.aws, self.dynamic = SqlApplier(config), AwsApplier(config), DynamicApplier(config)
        self.presence = Presence(self.sql.shown)

    def of(self, kind: str) -> Applier:
        """Return the applier of a resource type.

        Raises:
            DeploymentError: for a type that has none.
        """
        if kind in SQL_KINDS:
            return self.sql
        if kind in aws.KINDS:
            return self.aws
        if kind.startswith(DYNAMIC):
            return self.dynamic
        raise DeploymentError(f"Resource type {kind} cannot be deployed without the Pulumi engine.")

    def adopt(self, record: Record) -> Applied:
        """Bring an object that is there to the inputs: what SQL makes is altered, and what holds no data made anew."""
        return self.sql.adopt(record) if record.type in SQL_KINDS else self.of(record.type).create(record)

    def close(self) -> None:
        """Close every connection."""
        for applier in (self.sql, self.aws, self.dynamic):
            applier.close()


def describe(record: Record) -> str:
    """Name a resource for people, such as Warehouse 'warehouses-load'."""
    return f"{record.type.rpartition(':')[2]} '{record.name}'"


def refuse_unsaid(record: Record, kind: SqlKind) -> None:
    """Refuse a resource with an input that would not reach the account.

    Raises:
        DeploymentError: which names the resource and the input.
    """
    if unsaid := kind.unsaid(record.inputs):
        raise DeploymentError(
            f"{describe(record)} has the input {unsaid[0]}, which can be deployed by the Pulumi engine only: add it to "
            "c360/deployment/kinds or leave it out."
        )


def failure(record: Record, statement: str, message: str) -> DeploymentError:
    """Build the error of a statement or call that the account refused."""
    shown = " ".join(statement.split())
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + " ..."
    return DeploymentError(f"{describe(record)} could not be deployed: [{shown}] failed: {' '.join(message.split())}")


_SHOWN = 160
