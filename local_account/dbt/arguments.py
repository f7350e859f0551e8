"""The arguments of EXECUTE DBT PROJECT."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from local_account.errors import invalid_value, not_supported

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = {
    "build", "clean", "compile", "deps", "docs", "list", "ls", "parse", "run", "retry", "run-operation", "seed", "show",
    "snapshot", "source", "test",
}  # fmt: skip
_REFUSED_FLAGS = ("--profiles-dir", "--project-dir", "--log-format", "--log-path", "--target-path", "--profile")
# Options that change nothing of what dbt parses: a command with any other parses the project by itself.
_OPTIONS_OF_RUNS = {
    "--select", "-s", "--models", "-m", "--exclude", "--selector", "--resource-type", "--indirect-selection",
    "--threads", "--full-refresh", "-f", "--fail-fast", "-x", "--store-failures", "--quiet", "-q", "--args", "--limit",
    "--output", "--output-keys",
}  # fmt: skip


def check_arguments(text: str) -> list[str]:
    """Split ARGS into dbt's arguments; options without a command mean `run`.

    Raises: ProgrammingError 2 for a command or flag that Snowflake does not support, 1008 for unbalanced quotes.
    """
    try:
        arguments = shlex.split(text)
    except ValueError as error:
        raise invalid_value(f"ARGS '{text}' cannot be read: {error}.") from None
    if not arguments or arguments[0].startswith("-"):
        arguments.insert(0, "run")
    if arguments[0] not in _COMMANDS or arguments[:2] == ["docs", "serve"]:
        raise not_supported(f"dbt {' '.join(arguments[:2])} in EXECUTE DBT PROJECT")
    for argument in arguments:
        if argument.startswith(_REFUSED_FLAGS):
            raise not_supported(f"The dbt flag {argument} in EXECUTE DBT PROJECT")
    return arguments


def is_read_after_parsing(arguments: Sequence[str]) -> bool:
    """Tell whether a command may use what was parsed without knowing it: no option of it changes what is parsed."""
    options = {argument.partition("=")[0] for argument in arguments if argument.startswith("-")}
    return options <= _OPTIONS_OF_RUNS


def split_target(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Take --target out of the arguments.

    The written profile has no other target. dbt would parse everything again where the flag differs from last time.
    """
    target, others, remaining = None, [], iter(arguments)
    for argument in remaining:
        if argument in ("--target", "-t"):
            target = next(remaining, None)
        elif argument.startswith("--target="):
            target = argument.partition("=")[2]
        else:
            others.append(argument)
    return target, others
