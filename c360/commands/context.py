"""What every command is given: the stack, the state folder, the local account's ports."""

from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from c360 import account_process
from c360.account_process import RunningAccount, serving
from c360.connection import Ports, local_outputs
from c360.errors import CommandError
from c360.state_folder import alone
from components.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from c360.connection import Stack

PORT = click.IntRange(1, 65535)
APP_PORT = click.option("--app-port", type=PORT, default=8501, show_default=True, help="Port of the page.")
BEGAN = click.option("--began", type=float, hidden=True, help="When all that led here began, seconds since 1970.")
YES = click.option("--yes", is_flag=True, help="Have Pulumi change a real account without asking.")


@dataclass(frozen=True)
class Context:
    """What every command is given.

    Attributes:
        stack: Which deployment it works on.
        home: The state folder.
        ports: Ports where the local account is to serve.
        console: Where it writes.
    """

    stack: Stack
    home: Path
    ports: Ports
    console: Console

    def serving_ports(self) -> Ports:
        """Return the ports of the account that serves already, or those where it is going to serve.

        Raises:
            CommandError: where one of these is taken.
        """
        if self.stack != "local":
            return self.ports
        account_process.settle(self.home)
        if running := account_process.find(self.home):
            return running.ports
        account_process.require_free(self.ports.account, "--port")
        account_process.require_free(self.ports.s3, "--s3-port")
        return self.ports

    def require_deployed(self) -> None:
        """Make sure that there is something to ask; nothing is made for a stack that is not there.

        Raises:
            CommandError: before the first 'c360 up' of the local stack, and after its 'c360 destroy'.
        """
        if self.stack == "local" and not local_outputs(self.home):
            raise CommandError("Nothing is deployed here: run 'c360 up' first.")

    @contextmanager
    def using(self) -> Iterator[None]:
        """Keep an account that serves the local stack from ending while the block runs."""
        with account_process.using(self.home) if self.stack == "local" else nullcontext():
            yield

    @contextmanager
    def changing(self, command: str) -> Iterator[None]:
        """Keep other commands that change the local stack out; a real one is guarded by Pulumi and its task graph."""
        with alone(self.home, command) if self.stack == "local" else nullcontext():
            yield

    @contextmanager
    def account(self, *, ahead: bool = False) -> Iterator[RunningAccount]:
        """Have the stack's account serve while the block runs; a real one does so by itself.

        Args:
            ahead: whether a run follows, so that the account loads what it will need.
        """
        if self.stack != "local":
            yield RunningAccount(0, self.ports)
            return
        with serving(self.home, self.ports, ahead=ahead) as running:
            yield running


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all of them have, handed over as one `Context`."""

    @click.option(
        "--stack", type=click.Choice(["local", "dev", "prod"]), default="local", show_default=True,
        help="Which deployment to work on.",
    )  # fmt: skip
    @click.option("--port", type=PORT, default=Ports.account, show_default=True, help="Port of the local account.")
    @click.option(
        "--s3-port", type=PORT, default=Ports.s3, show_default=True, help="Port of the local S3, IAM and STS."
    )
    @wraps(command)
    def with_context(stack: Stack, port: int, s3_port: int, **others: Any) -> Any:
        if port == s3_port:
            raise CommandError(f"The account and S3 cannot share port {port}: choose another by --s3-port.")
        return command(Context(stack, home_folder(), Ports(port, s3_port), Console()), **others)

    return with_context


def home_folder() -> Path:
    """Return the folder of the local state: C360_HOME, or .c360 in the repository."""
    return Path(os.environ.get("C360_HOME") or ROOT / ".c360").expanduser().resolve()
