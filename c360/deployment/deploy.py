"""Deploys the program into the local account, or removes what was deployed: the two verbs of the in-process engine."""

from __future__ import annotations

import json
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import snowflake.connector

from c360.deployment.appliers import Appliers
from c360.deployment.engine import Engine
from c360.deployment.model import Deployment, DeploymentError, OnEvent
from c360.deployment.state import opened
from semantic.places import SourceError
from stacks.config import ConfigError, PlatformConfig, load_config

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def deploy(
    stack: str,
    home: Path,
    config_overrides: Mapping[str, Any] | None = None,
    on_event: OnEvent = lambda _: None,
    *,
    adopts: bool = False,
) -> Deployment:
    """Bring the local account to what the program declares.

    Args:
        stack: its name, such as "local".
        home: folder of the account's state; deployment.json and outputs-<stack>.json are in it.
        config_overrides: configuration by dotted key, such as {"snowflake.port": 9000}.
        on_event: called with each resource that was dealt with, from any thread, one at a time.
        adopts: take over what bears the platform's names and is not of an earlier deployment, instead of refusing.

    Returns:
        Counts and the stack's outputs.

    Raises:
        DeploymentError: one sentence; the next call continues from there.
    """
    config = configuration(stack, config_overrides)
    # Imported late: the SDK takes seconds, which `destroy` and a wrong value do without.
    from c360.deployment.monitor import ApplyingMonitor  # noqa: PLC0415
    from stacks.program import evaluate  # noqa: PLC0415

    started = time.perf_counter()
    with opened(_state_path(home)) as state, closing(Appliers(config)) as appliers:
        engine = Engine(stack, state, appliers, on_event, adopts=adopts)
        try:
            _reach(appliers, config)
            engine.result.outputs = evaluate(stack, config, ApplyingMonitor(engine))
            engine.remove_undeclared()
        except SourceError as error:
            first, *others = error.faults
            more = f" There {'is' if len(others) == 1 else 'are'} {len(others)} more" if others else ""
            more += more and ": `python -m semantic.check` lists all."
            raise DeploymentError(f"The semantic model has a fault. {first}{more}") from None
        except Exception:
            # The SDK wraps what a registration raises in errors of its own.
            if engine.failure is not None:
                raise engine.failure from None
            raise
    engine.result.seconds = round(time.perf_counter() - started, 3)
    outputs_path(home, stack).write_text(json.dumps(engine.result.outputs, indent=2) + "\n")
    return engine.result


def destroy(
    stack: str, home: Path, config_overrides: Mapping[str, Any] | None = None, on_event: OnEvent = lambda _: None
) -> Deployment:
    """Remove everything that was deployed, last first.

    Args:
        stack: as for `deploy`.
        home: likewise.
        config_overrides: likewise.
        on_event: likewise.

    Returns:
        Counts.

    Raises:
        DeploymentError: one sentence; the next call continues from there.
    """
    config = configuration(stack, config_overrides)
    started = time.perf_counter()
    with opened(_state_path(home)) as state, closing(Appliers(config)) as appliers:
        engine = Engine(stack, state, appliers, on_event)
        if state.records:
            _reach(appliers, config)
        engine.remove_all()
    outputs_path(home, stack).unlink(missing_ok=True)
    engine.result.seconds = round(time.perf_counter() - started, 3)
    return engine.result


def outputs_path(home: Path, stack: str) -> Path:
    """Return the file of a stack's outputs."""
    return home / f"outputs-{stack}.json"


def _state_path(home: Path) -> Path:
    return home / "deployment.json"


def configuration(stack: str, overrides: Mapping[str, Any] | None) -> PlatformConfig:
    """Read a stack's configuration.

    Args:
        stack: its name, such as "local".
        overrides: configuration by dotted key.

    Raises:
        DeploymentError: for a value that is not allowed, or a stack that is not deployed in this process.
    """
    try:
        config = load_config(stack, overrides)
    except ConfigError as error:
        raise DeploymentError(str(error)) from None
    if config.environment != "local":
        raise DeploymentError(
            f"Stack '{stack}' is deployed by `pulumi up -s {stack}`: only local runs in this process."
        )
    return config


def _reach(appliers: Appliers, config: PlatformConfig) -> None:
    where = f"{config.snowflake.host}:{config.snowflake.port}"
    try:
        appliers.sql.connect("ACCOUNTADMIN")
    except snowflake.connector.errors.Error as error:
        raise DeploymentError(
            f"The account at {where} cannot be reached: {' '.join(str(error.msg).split())}"
        ) from error
