"""The typed configuration of a stack: what may be set in Pulumi.<stack>.yaml, and what is allowed there."""

from __future__ import annotations

import json
import re
from datetime import date  # noqa: TC003 - pydantic reads the annotations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from pipeline import scale
from pipeline.jobs import Source  # noqa: TC001 - pydantic asks for it when it runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

PROJECT = "customer-360"
ROOT = Path(__file__).resolve().parents[1]

WarehouseSize = Literal["XSMALL", "SMALL", "MEDIUM", "LARGE", "XLARGE", "XXLARGE"]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s,']+@[^@\s,']+\.[^@\s,']+$")]
Percent = Annotated[int, Field(ge=1, le=200)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(:\d+)?$")]

# Five fields of a cron expression and its time zone, as Snowflake's USING CRON takes them.
_CRON = r"^(\S+\s+){4}\S+\s+[A-Za-z_]+(/[A-Za-z_]+)*$"


# What a pattern means, in words, for the error's text.
_ALLOWED = {
    "schedule": "five cron fields and a time zone, such as '30 5 * * * UTC'",
    "retrain_schedule": "five cron fields and a time zone, such as '0 12 1 1,4,7,10 * UTC'",
    "cost_centre": "at most 64 capital letters, digits, _ and -",
    "external_id": "letters, digits and +=,.@:/-_",
    "notifications.recipients": "an e-mail address such as data-team@example.com",
    "aws.account_id": "twelve digits in quotes",
    "aws.region": "a region such as us-east-1",
    "aws.endpoint": "an address such as http://127.0.0.1:8085",
    "snowflake.organization": "the part of the account identifier before the hyphen",
    "snowflake.account": "the part of the account identifier behind the hyphen",
}


class ConfigError(ValueError):
    """A configuration value that the program refuses; its text is one sentence for the user."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WarehouseSettings(_Strict):
    """Size of one warehouse, the idle seconds after which it suspends, and the seconds that a statement may take."""

    size: WarehouseSize = "XSMALL"
    auto_suspend: int = Field(60, ge=30, le=3600)
    statement_timeout: int = Field(3600, ge=60, le=604_800)


class WarehousesSettings(_Strict):
    """The four warehouses by what they compute."""

    load: WarehouseSettings = WarehouseSettings()
    transform: WarehouseSettings = WarehouseSettings()
    ml: WarehouseSettings = WarehouseSettings()
    app: WarehouseSettings = WarehouseSettings()


class MonitorSettings(_Strict):
    """Credits that all warehouses together may use in a month, and whether they suspend when these are used up.

    notify_percent: shares of the quota at which account administrators get a message.
    """

    credit_quota: int = Field(100, ge=1, le=1_000_000)
    notify_percent: tuple[Percent, ...] = (50, 80)
    suspend: bool = False


class TasksSettings(_Strict):
    """How often a failed run is retried from where it failed, and after how many failed runs its schedule stops.

    suspend_after_failures: 0 means never.
    """

    retries: int = Field(0, ge=0, le=30)
    suspend_after_failures: int = Field(10, ge=0, le=1000)


class NotificationsSettings(_Strict):
    """Who gets mail about failed runs and other incidents: verified addresses of users of the account.

    alert_minutes: how often the alert looks for incidents; it is started where there are recipients.
    """

    recipients: tuple[Address, ...] = ()
    alert_minutes: int = Field(60, ge=5, le=1439)


class AwsSettings(_Strict):
    """The AWS account of the data lake; endpoint and keys only for an account on this computer."""

    account_id: str = Field(pattern=r"^\d{12}$")
    region: str = Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    endpoint: Url | None = None
    access_key: str | None = None
    secret_key: str | None = None

    @model_validator(mode="after")
    def _keys_need_an_endpoint(self) -> Self:
        if self.endpoint is None and (self.access_key or self.secret_key):
            raise ValueError(
                "access_key and secret_key belong to a local endpoint; a real account takes its credentials from AWS_*"
            )
        return self


class SnowflakeSettings(_Strict):
    """The Snowflake account and user; host, port, protocol and password only for an account on this computer."""

    organization: str | None = Field(None, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    account: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")
    user: str = Field(min_length=1)
    host: str | None = None
    port: int | None = Field(None, ge=1, le=65535)
    protocol: Literal["http", "https"] | None = None
    password: str | None = None

    @model_validator(mode="after")
    def _local_parts_need_a_host(self) -> Self:
        if self.host is None and (self.port or self.protocol or self.password):
            raise ValueError(
                "port, protocol and password belong to a local host; "
                "a real account takes its credentials from SNOWFLAKE_*"
            )
        return self

    @property
    def identifier(self) -> str:
        """The account as clients name it: organization-account, or the bare account of a local one."""
        return f"{self.organization}-{self.account}" if self.organization else self.account


class PlatformConfig(_Strict):
    """Everything that differs between stacks.

    cost_centre: who pays, as the tag of database and warehouses says;
    as_of_date: the day on which every rolling window ends; null: the last day of the generated data, or the newest day
    that the files complete; source: generated transactions, or the issuer's own files; customers: how many the
    generator makes; seed: of the generators; reject_limit_percent: share of rows a load may lose before it fails;
    schedule: cron expression with time zone, or null for runs by hand only; retrain_schedule: likewise, of the churn
    model; churn_model: by SNOWFLAKE.ML.CLASSIFICATION, or by procedures in Python where an account lacks that class;
    retention_days: time travel, days; protect: refuse to delete data.
    """

    environment: Literal["local", "dev", "prod"]
    cost_centre: str = Field("MARKETING", pattern=r"^[A-Z][A-Z0-9_-]{0,63}$")
    as_of_date: date | None = None
    source: Source = "synthetic"
    customers: int = Field(scale.CUSTOMERS, ge=scale.LEAST_CUSTOMERS, le=scale.MOST_CUSTOMERS)
    seed: int = Field(scale.SEED, ge=0, le=2**31 - 1)
    reject_limit_percent: float = Field(1.0, ge=0, le=100)
    schedule: str | None = Field(None, pattern=_CRON)
    retrain_schedule: str | None = Field(None, pattern=_CRON)
    churn_model: Literal["class", "procedure"] = "class"
    warehouses: WarehousesSettings = WarehousesSettings()
    monitor: MonitorSettings = MonitorSettings()
    tasks: TasksSettings = TasksSettings()
    notifications: NotificationsSettings = NotificationsSettings()
    retention_days: int = Field(1, ge=0, le=90)
    protect: bool = False
    external_id: str | None = Field(None, min_length=2, max_length=1224, pattern=r"^[\w+=,.@:/-]+$")
    aws: AwsSettings
    snowflake: SnowflakeSettings

    @property
    def fixed_as_of_date(self) -> date | None:
        """The day on which every window ends, or None where it follows the delivered files."""
        return self.as_of_date or (scale.AS_OF_DATE if self.source == "synthetic" else None)

    @model_validator(mode="after")
    def _environment_holds(self) -> Self:
        if self.environment != "local" and (self.aws.endpoint or self.snowflake.host):
            raise ValueError("aws.endpoint and snowflake.host are allowed in the local environment only")
        if self.environment == "local" and self.churn_model != "class":
            raise ValueError(
                "churn_model must be class in the local environment, whose account runs no procedures in Python"
            )
        if self.environment == "prod" and not self.protect:
            raise ValueError("protect must be true in prod, because replacing a database drops its data")
        if self.environment == "prod" and not self.monitor.suspend:
            raise ValueError("monitor.suspend must be true in prod, because a quota that only notifies bounds no cost")
        return self


def parse_config(values: Mapping[str, Any], origin: str) -> PlatformConfig:
    """Validate configuration values.

    Args:
        values: by key without the project's name, nested values as mappings.
        origin: where they came from, for the error's text.

    Returns: the configuration.

    Raises:
        ConfigError: one sentence naming the key, the value and what is allowed.
    """
    try:
        return PlatformConfig.model_validate(dict(values))
    except ValidationError as error:
        raise ConfigError(_sentence(error.errors()[0], origin)) from None


def read_stack_file(stack: str, folder: Path = ROOT) -> dict[str, Any]:
    """Read the project's values of Pulumi.<stack>.yaml, without the project's name in their keys.

    Raises:
        ConfigError: where there is no such stack or the file is not a stack's configuration.
    """
    path = folder / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        stacks = sorted(p.name.split(".")[1] for p in folder.glob("Pulumi.*.yaml"))
        raise ConfigError(f"Stack '{stack}' has no file {path.name}; choose one of {', '.join(stacks)}.")
    try:
        config = (yaml.safe_load(path.read_text()) or {}).get("config") or {}
    except (yaml.YAMLError, AttributeError) as error:
        raise ConfigError(f"{path.name} is not a stack configuration: {' '.join(str(error).split())}.") from None
    return {key.partition(":")[2]: value for key, value in config.items() if key.startswith(f"{PROJECT}:")}


def load_config(stack: str, overrides: Mapping[str, Any] | None = None, folder: Path = ROOT) -> PlatformConfig:
    """Load and validate a stack's configuration.

    Args:
        stack: such as "local".
        overrides: values by dotted key, such as {"snowflake.port": 9000}; they win over the file.
        folder: where Pulumi.<stack>.yaml is.

    Raises:
        ConfigError: one sentence naming the key, the value and what is allowed.
    """
    values = override(read_stack_file(stack, folder), overrides or {})
    return parse_config(values, f"Pulumi.{stack}.yaml" + (" with overrides" if overrides else ""))


def override(values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with some replaced by dotted key."""
    result: dict[str, Any] = json.loads(json.dumps(values, default=str))
    for dotted, value in overrides.items():
        *path, last = dotted.split(".")
        target = result
        for part in path:
            target = target.setdefault(part, {})
            if not isinstance(target, dict):
                raise ConfigError(
                    f"Configuration key {PROJECT}:{dotted} goes into '{part}', which holds a single value."
                )
        target[last] = value
    return result


def as_pulumi_config(config: PlatformConfig) -> dict[str, str]:
    """Return the configuration as the engine hands it to a program: flat, each value as text or JSON."""
    flat = {}
    for key, value in config.model_dump(mode="json", exclude_none=True).items():
        flat[f"{PROJECT}:{key}"] = value if isinstance(value, str) else json.dumps(value)
    return flat


def from_pulumi_config(flat: Mapping[str, Any], stack: str) -> PlatformConfig:
    """Validate what the engine handed to the program.

    Raises:
        ConfigError: one sentence naming the key, the value and what is allowed.
    """
    values = {}
    for key, value in flat.items():
        name = key.partition(":")[2]
        if key.startswith(f"{PROJECT}:"):
            values[name] = _decoded(value) if _is_structured(name) else value
    return parse_config(values, f"Pulumi.{stack}.yaml")


def _is_structured(name: str) -> bool:
    field = PlatformConfig.model_fields.get(name)
    return field is not None and isinstance(field.annotation, type) and issubclass(field.annotation, _Strict)


def _decoded(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        return value


def _sentence(error: ErrorDetails, origin: str) -> str:
    key = ".".join(str(part) for part in error["loc"])
    where = f"{PROJECT}:{key}" if key else PROJECT
    match error["type"]:
        case "missing":
            return f"Configuration key {where} is missing in {origin}."
        case "extra_forbidden":
            return f"Configuration key {where} in {origin} is not known; check its spelling."
        case "value_error":
            return f"Configuration {where} in {origin} is not allowed: {error['ctx']['error']}."
    allowed = re.sub(r"^(Input|String|Value) should ", "it should ", error["msg"])
    if error["type"] == "string_pattern_mismatch":
        allowed = f"it should be {_ALLOWED[re.sub(r'[.][0-9]+$', '', key)]}"
    return f"Configuration value {where} = {error['input']!r} in {origin} is not allowed: {allowed}."
