"""The typed configuration of a stack: what may be set in Pulumi.<stack>.yaml, and what is allowed there.

Nobody else reads these files. docs/config.md is written from the fields below (`make reference`).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from zoneinfo import available_timezones

import yaml
from cronsim import CronSim, CronSimError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from components.connections import AwsSettings, Settings, SnowflakeSettings, form
from components.documents import decoded
from components.repository import ROOT
from pipeline import scale
from pipeline.jobs import Source  # noqa: TC001 - pydantic asks for it when it runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

PROJECT = "customer-360"

WarehouseSize = Literal["XSMALL", "SMALL", "MEDIUM", "LARGE", "XLARGE", "XXLARGE"]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s,']+@[^@\s,']+\.[^@\s,']+$")]
Percent = Annotated[int, Field(ge=1, le=200)]

# Five fields of a cron expression and its time zone, as Snowflake's USING CRON takes them.
_CRON = r"^(\S+\s+){5}\S+$"
# Stacks that bear an environment's name are that environment: its objects have its names.
ENVIRONMENTS = ("local", "dev", "prod")
# What a value should be, in words, by the beginning of pydantic's name of the error.
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a day such as '2024-12-31'",
    "tuple": "a list in square brackets",
    "string_type": "text in quotes",
    "model": "keys with values below it",
}


class ConfigError(ValueError):
    """A configuration value that the program refuses; its text is one sentence for the user."""


def _checked_schedule(schedule: str) -> str:
    """Refuse a schedule that Snowflake would refuse, or that is never due."""
    fields, _, zone = schedule.rpartition(" ")
    if zone not in available_timezones():
        raise ValueError(f"'{zone}' at the end of '{schedule}' is no time zone such as UTC or Europe/Berlin")
    try:
        next(CronSim(fields, datetime.now(UTC)))
    except CronSimError as error:
        raise ValueError(f"'{fields}' is no cron expression ({str(error).lower()})") from None
    except StopIteration:
        raise ValueError(f"'{fields}' is never due") from None
    return schedule


def _day(value: Any) -> Any:
    """Return the day of a date that YAML or the engine made a moment of, since nobody quoted it; else the value."""
    moment = re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ]00:00:00.*", str(value))
    return moment[1] if moment else value


Schedule = Annotated[str, StringConstraints(pattern=_CRON, strip_whitespace=True), AfterValidator(_checked_schedule)]
Day = Annotated[date, BeforeValidator(_day)]


class WarehouseSettings(Settings):
    """One warehouse."""

    size: WarehouseSize = Field("XSMALL", description="Its size; each costs twice as much an hour as the one before.")
    auto_suspend: int = Field(60, ge=30, le=3600, description="Idle seconds after which it suspends.")
    statement_timeout: int = Field(
        3600, ge=60, le=604_800, description="Seconds that a statement may take before it is broken off."
    )


class WarehousesSettings(Settings):
    """The four warehouses by what they compute."""

    load: WarehouseSettings = Field(WarehouseSettings(), description="Loads, generates and checks bronze.")
    transform: WarehouseSettings = Field(WarehouseSettings(), description="Runs dbt and the bookkeeping of runs.")
    ml: WarehouseSettings = Field(WarehouseSettings(), description="Trains and asks the churn model.")
    app: WarehouseSettings = Field(WarehouseSettings(), description="Answers the app and people.")


class MonitorSettings(Settings):
    """The resource monitor of all warehouses together."""

    credit_quota: int = Field(100, ge=1, le=1_000_000, description="Credits that they may use in a month.")
    notify_percent: tuple[Percent, ...] = Field(
        (50, 80), description="Shares of the quota, percent, at which account administrators get a message."
    )
    suspend: bool = Field(
        default=False, description="Whether the warehouses suspend when the quota is used up; must be true in prod."
    )


class TasksSettings(Settings):
    """What happens to scheduled runs that fail."""

    retries: int = Field(0, ge=0, le=30, description="How often a failed run is retried, from where it failed.")
    suspend_after_failures: int = Field(
        10, ge=0, le=1000, description="Failed runs in a row after which the schedule stops; 0 means never."
    )


class NotificationsSettings(Settings):
    """Who gets mail about failed runs and other incidents."""

    recipients: tuple[Address, ...] = Field(
        (),
        description="Verified addresses of users of the account; without any, the alert is not started.",
        json_schema_extra=form("an e-mail address such as data-team@example.com"),
    )
    alert_minutes: int = Field(60, ge=5, le=1439, description="Minutes between two looks of the alert for incidents.")


class PlatformConfig(Settings):
    """Everything that differs between stacks."""

    environment: Literal["local", "dev", "prod"] = Field(
        description="Which environment the stack is; dev's account-level names end with `_DEV`."
    )
    cost_centre: str = Field(
        "MARKETING",
        pattern=r"^[A-Z][A-Z0-9_-]{0,63}$",
        description="Who pays, as the tag of database and warehouses says.",
        json_schema_extra=form("at most 64 capital letters, digits, _ and -"),
    )
    as_of_date: Day | None = Field(
        None,
        description="The day on which every rolling window ends; by default the last day of the generated data, or the "
        "newest day that the files complete.",
    )
    source: Source = Field("synthetic", description="Generated transactions, or the issuer's own files.")
    customers: int = Field(
        scale.CUSTOMERS,
        ge=scale.LEAST_CUSTOMERS,
        le=scale.MOST_CUSTOMERS,
        description="How many customers the generator makes.",
    )
    seed: int = Field(scale.SEED, ge=0, le=2**31 - 1, description="Seed of the generators.")
    refund_percent: float = Field(
        0.0,
        ge=0,
        le=20,
        description="Share of the generated approved transactions, percent (two decimals), that are refunds.",
    )
    reject_limit_percent: float = Field(
        1.0, ge=0, le=100, description="Share of its rows, percent, that a load may lose before it fails."
    )
    schedule: Schedule | None = Field(
        None,
        description="When the pipeline runs; by default by hand only.",
        json_schema_extra=form("five cron fields and a time zone, such as '30 5 * * * UTC'"),
    )
    retrain_schedule: Schedule | None = Field(
        None,
        description="When the churn model is trained anew; by default by hand only.",
        json_schema_extra=form("five cron fields and a time zone, such as '0 12 1 1,4,7,10 * UTC'"),
    )
    churn_model: Literal["class", "procedure"] = Field(
        "class",
        description="What trains the churn model: `SNOWFLAKE.ML.CLASSIFICATION`, or procedures in Python where an "
        "account lacks that class (not in the local environment).",
    )
    warehouses: WarehousesSettings = Field(WarehousesSettings(), description="The warehouses by what they compute.")
    monitor: MonitorSettings = Field(MonitorSettings(), description="The bound of what all warehouses cost.")
    tasks: TasksSettings = Field(TasksSettings(), description="What happens to scheduled runs that fail.")
    notifications: NotificationsSettings = Field(NotificationsSettings(), description="Who gets mail about incidents.")
    retention_days: int = Field(1, ge=0, le=90, description="Days of time travel.")
    protect: bool = Field(
        default=False, description="Refuse to delete or replace whatever holds data; must be true in prod."
    )
    external_id: str | None = Field(
        None,
        min_length=2,
        max_length=1224,
        pattern=r"^[\w+=,.@:/-]+$",
        description="What Snowflake says when it assumes the IAM role; by default made from the accounts' names.",
        json_schema_extra=form("letters, digits and +=,.@:/-_"),
    )
    aws: AwsSettings = Field(description="The AWS account of the data lake.")
    snowflake: SnowflakeSettings = Field(description="The Snowflake account, and who deploys.")

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


def parse_config(values: Mapping[str, Any], stack: str, origin: str) -> PlatformConfig:
    """Validate configuration values.

    Args:
        values: by key without the project's name, nested values as mappings, or as JSON as the engine hands them over;
            numbers and truth values as themselves or as text, as `pulumi config set` writes them.
        stack: whose values they are.
        origin: where they came from, for the error's text.

    Returns:
        The configuration.

    Raises:
        ConfigError: one sentence naming the key, the value and what is allowed.
    """
    environment = values.get("environment", stack)
    if stack in ENVIRONMENTS and environment in ENVIRONMENTS and environment != stack:
        raise ConfigError(
            f"Configuration value {PROJECT}:environment = '{environment}' in {origin} is not allowed: stack '{stack}' "
            f"is environment '{stack}', and another one's names would replace everything in it."
        )
    try:
        return PlatformConfig.model_validate(
            {key: decoded(value) if _is_structured(key) else value for key, value in values.items()}
        )
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
    return parse_config(values, stack, f"Pulumi.{stack}.yaml" + (" with overrides" if overrides else ""))


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
    values = {key.partition(":")[2]: value for key, value in flat.items() if key.startswith(f"{PROJECT}:")}
    return parse_config(values, stack, f"Pulumi.{stack}.yaml")


def _is_structured(name: str) -> bool:
    field = PlatformConfig.model_fields.get(name)
    return field is not None and isinstance(field.annotation, type) and issubclass(field.annotation, Settings)


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
    words = next((words for kind, words in _KINDS.items() if error["type"].startswith(kind)), None)
    if words:
        return f"Configuration value {where} = {error['input']!r} in {origin} is not allowed: it should be {words}."
    allowed = re.sub(r"^(Input|String|Value) should ", "it should ", error["msg"])
    if error["type"] == "string_pattern_mismatch":
        allowed = f"it should be {_form(error['loc'])}"
    return f"Configuration value {where} = {error['input']!r} in {origin} is not allowed: {allowed}."


def _form(path: tuple[int | str, ...]) -> str:
    """Return in words what the pattern of the field at a path means."""
    model: type[BaseModel] = PlatformConfig
    words = ""
    for name in path:
        if field := model.model_fields.get(str(name)):
            extra = field.json_schema_extra
            words = str(extra.get("form", words)) if isinstance(extra, dict) else words
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
                model = field.annotation
    return words
