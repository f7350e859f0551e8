"""Deploys and destroys a stack by another program: in-process for the local one, the Pulumi CLI for the others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Mapping  # noqa: TC003 - a field's type
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from c360.connection import LOOPBACK
from c360.errors import CommandError, one_sentence
from components.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from c360.connection import Ports, Stack

    Event = dict[str, Any]


@dataclass(frozen=True)
class Manner:
    """How a program is deployed.

    Attributes:
        settings: Values of the stack's configuration that win over its file.
        adopts: Whether to take over what bears the platform's names and is not of an earlier deployment.
        program: The repository's folder; an older program is deployed by its own code.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    adopts: bool = False
    program: Path = ROOT


class LocalDeployment:
    """The program on its way into the local account, by a process of its own; leaving the block, or a kill, ends it.

    It begins by loading the program, which takes seconds, and then waits for the account to answer: it may be started
    before the account is.

    Args:
        verb: up or destroy.
        home: the state folder.
        ports: of the account.
        manner: what is deployed, and how.
    """

    def __init__(self, verb: str, home: Path, ports: Ports, manner: Manner = Manner()) -> None:
        command = [
            sys.executable, "-m", "c360.deployment", verb, "--stack", "local", "--home", str(home),
            "--set", f"snowflake.port={ports.account}", "--set", f"aws.endpoint=http://{LOOPBACK}:{ports.s3}",
            "--wait-for-port", str(ports.account), "--until-stdin-closes",
            *(f"--set={key}={value}" for key, value in manner.settings.items()),
            *(["--adopt"] if manner.adopts else []),
        ]  # fmt: skip
        self._process = subprocess.Popen(
            command, cwd=manner.program, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": str(manner.program)},
        )  # fmt: skip

    def follow(self, seen: Callable[[Event], None]) -> None:
        """Wait for its end.

        Args:
            seen: called with each event: "resource" (operation, type, name, seconds), "done" (counts) or "error"
                (message).

        Raises:
            CommandError: with the deployment's own reason.
        """
        others: deque[str] = deque(maxlen=20)
        reason: str | None = None
        for line in self._process.stdout or ():
            if event := _event(line):
                reason = event.get("message") if event.get("event") == "error" else reason
                seen(event)
            else:
                others.append(line)
        if self._process.wait():
            said = reason or next((line for line in reversed(others) if line.strip()), "it ended without a word")
            raise CommandError(f"The deployment failed: {one_sentence(said)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.communicate()


def run_pulumi(verb: str, stack: Stack, *, confirmed: bool = False) -> None:
    """Run the Pulumi CLI on a stack, in this terminal.

    Args:
        verb: up or destroy.
        stack: which one.
        confirmed: whether it goes on without asking whoever sits in front of the terminal.

    Raises:
        CommandError: where it is missing or fails, or nobody is there to be asked.
    """
    environment = _environment()
    if shutil.which("pulumi", path=environment["PATH"]) is None:
        raise CommandError(
            f"The Pulumi CLI is not on PATH: 'c360 doctor --stack {stack}' says how to get what is missing."
        )
    if not (confirmed or _can_ask(environment)):
        raise CommandError(
            f"'pulumi {verb}' asks before it changes anything, and there is no terminal to answer on: "
            f"'c360 {verb} --stack {stack} --yes' goes on without the question."
        )
    command = ["pulumi", verb, "--stack", stack, *(["--yes"] if confirmed else [])]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    if done.returncode:
        raise CommandError(f"'pulumi {verb}' failed with exit status {done.returncode}: see its messages above.")


def _can_ask(environment: Mapping[str, str]) -> bool:
    """Tell whether Pulumi finds somebody to ask, or was told by its own variable not to."""
    asks_nobody = environment.get("PULUMI_SKIP_CONFIRMATIONS", "").lower() in ("1", "true")
    return asks_nobody or (sys.stdin.isatty() and sys.stdout.isatty())


def _environment() -> dict[str, str]:
    """Return the environment in which Pulumi finds the Python of this installation, whether or not it is active."""
    folder = str(Path(sys.executable).parent)
    return os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def _event(line: str) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
