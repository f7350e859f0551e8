"""Deploys and destroys a stack by another program: in-process for the local one, the Pulumi CLI for the others."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from pipeline.connection import LOOPBACK, ROOT
from pipeline.errors import CommandError, one_sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.connection import Ports, Stack

    Event = dict[str, Any]


def run_local(verb: str, home: Path, ports: Ports, seen: Callable[[Event], None]) -> None:
    """Apply the program to the local account, which must serve.

    Args:
        verb: up or destroy.
        home: the state folder.
        ports: of the account.
        seen: called with each event: "resource" (operation, type, name, seconds), "done" (counts) or "error" (message).

    Raises:
        CommandError: with the deployment's own reason.
    """
    command = [
        sys.executable, "-m", "local_account.deployment", verb, "--stack", "local", "--home", str(home),
        "--set", f"snowflake.port={ports.account}", "--set", f"aws.endpoint=http://{LOOPBACK}:{ports.s3}",
    ]  # fmt: skip
    others: deque[str] = deque(maxlen=20)
    reason: str | None = None
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            for line in process.stdout or ():
                if event := _event(line):
                    reason = event.get("message") if event.get("event") == "error" else reason
                    seen(event)
                else:
                    others.append(line)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        said = reason or next((line for line in reversed(others) if line.strip()), "it ended without a word")
        raise CommandError(f"The deployment failed: {one_sentence(said)}")


def run_pulumi(verb: str, stack: Stack) -> None:
    """Run the Pulumi CLI on a stack, in this terminal.

    Raises:
        CommandError: where it is missing or fails.
    """
    try:
        done = subprocess.run(["pulumi", verb, "--stack", stack], cwd=ROOT, check=False)
    except FileNotFoundError as error:
        raise CommandError(
            f"The Pulumi CLI is not on PATH: 'c360 doctor --stack {stack}' says how to get what is missing."
        ) from error
    if done.returncode:
        raise CommandError(f"'pulumi {verb}' failed with exit status {done.returncode}: see its messages above.")


def _event(line: str) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
