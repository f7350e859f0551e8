"""The program as the engine runs it, and its evaluation in this process on a monitor of the caller's choice."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import resource as registration
from pulumi.runtime.config import CONFIG, get_config_env, set_all_config
from pulumi.runtime.mocks import MockMonitor, set_mocks
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.settings import ROOT, SETTINGS
from pulumi.runtime.stack import run_pulumi_func

from stacks.composition import build_platform
from stacks.config import PROJECT, ConfigError, PlatformConfig, as_pulumi_config, from_pulumi_config

if TYPE_CHECKING:
    from collections.abc import Iterator


def run() -> None:
    """Read the stack's configuration, declare the platform and export its outputs.

    Raises:
        pulumi.RunError: for configuration that is not allowed, before any resource is declared.
    """
    try:
        config = from_pulumi_config(get_config_env() | CONFIG.get(), pulumi.get_stack())
    except ConfigError as error:
        raise pulumi.RunError(str(error)) from None
    for name, value in build_platform(config).items():
        pulumi.export(name, value)


def evaluate(stack: str, config: PlatformConfig, monitor: MockMonitor, *, preview: bool = False) -> dict[str, Any]:
    """Evaluate the program in this process.

    Args:
        stack: its name.
        config: its configuration.
        monitor: receives every resource and answers with its outputs.
        preview: keep outputs unknown that the monitor leaves out.

    Returns:
        The stack's outputs; those that are unknown are missing.

    Raises:
        pulumi.RunError: for what the program reports by `pulumi.log.error`, which fails the engine's update too.
    """
    reported = _Reported()
    outputs: dict[str, Any] = {}
    loop = asyncio.new_event_loop()
    try:
        asyncio.set_event_loop(loop)
        # One failure fails every resource behind it; the first is raised below, the others need no traceback each.
        loop.set_exception_handler(lambda _loop, _context: None)
        # What an evaluation that failed left behind belongs to its own loop.
        ROOT.set(None)
        SETTINGS.outputs.clear()  # pyrefly: ignore[missing-attribute]
        set_mocks(monitor.mocks, project=PROJECT, stack=stack, preview=preview, logger=reported.logger, monitor=monitor)
        set_all_config(as_pulumi_config(config))
        with _without_positions():
            loop.run_until_complete(run_pulumi_func(run))
        for name, value in _exports().items():
            known = loop.run_until_complete(pulumi.Output.from_input(value).future())
            if known is not None:
                outputs[name] = known
        if reported.errors:
            raise pulumi.RunError(reported.errors[0])
    finally:
        ROOT.set(None)
        asyncio.set_event_loop(None)
        loop.close()
    return outputs


@contextmanager
def _without_positions() -> Iterator[None]:
    """Have the SDK not look where in the code each resource is declared: only an engine asks, and it takes a fifth."""
    found = registration._get_stack_trace  # noqa: SLF001 - the SDK has no setting for it; its version is pinned
    registration._get_stack_trace = source_pb2.StackTrace  # noqa: SLF001
    try:
        yield
    finally:
        registration._get_stack_trace = found  # noqa: SLF001


class _Reported(logging.Handler):
    """Keeps the errors that a program reports, and everything off the terminal."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []
        self.logger = logging.getLogger("customer360.pulumi")
        self.logger.handlers.clear()
        self.logger.addHandler(self)
        self.logger.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        self.errors.append(record.getMessage())


def _exports() -> dict[str, Any]:
    root = pulumi.runtime.get_root_resource()
    return getattr(root, "outputs", {})
