"""The whole platform at small scale, made once for a test session by `c360 up` itself, and copies of it to break."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import asdict, dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import snowflake.connector

from c360 import cli
from c360.account_process import serving_here
from c360.connection import Ports, target
from local_account.server.serve import ServedAccount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CUSTOMERS = 1_000
C360 = Path(sys.executable).with_name("c360")


# Below those that Linux hands out by itself: between two uses of such a port no client's connection takes it.
_PORTS = range(20_000, 32_768)


def free_port() -> int:
    """Return a port that nobody listens on."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", random.choice(_PORTS)))  # noqa: S311 - no secret
            return int(probe.getsockname()[1])


def _free_ports() -> Ports:
    return Ports(free_port(), free_port())


@dataclass(frozen=True)
class Platform:
    """A local stack: its state folder, its ports, and the `c360 up` that made it."""

    home: Path
    ports: Ports = field(default_factory=_free_ports)
    made_by: subprocess.CompletedProcess[str] | None = None

    def c360(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self.arguments(command, *arguments), env=self.environment, capture_output=True, text=True, check=False,
            timeout=280,
        )  # fmt: skip

    def c360_here(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end within this process, which has loaded what another takes 2 s to load."""
        words = self.arguments(command, *arguments)
        with (
            mock.patch.dict(os.environ, self.environment),
            warnings.catch_warnings(),
            redirect_stdout(StringIO()) as output,
            redirect_stderr(StringIO()) as errors,
        ):
            warnings.simplefilter("ignore")
            status = cli.run_command(words[1:])
        return subprocess.CompletedProcess(words, status, output.getvalue(), errors.getvalue())

    def up(self) -> subprocess.CompletedProcess[str]:
        """Run `c360 up` at the tests' scale."""
        return self.c360("up", "--customers", str(CUSTOMERS))

    def arguments(self, command: str, *arguments: str) -> list[str]:
        """Return a command line with this stack's ports."""
        ports = ["--port", str(self.ports.account), "--s3-port", str(self.ports.s3)]
        return [str(C360), command, *arguments, *ports]

    def copied(self, home: Path, ports: Ports | None = None) -> Platform:
        """Copy it into another folder, with ports of its own unless some are named."""
        shutil.copytree(self.home, home)
        return Platform(home, ports or _free_ports(), self.made_by)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its commands: its state folder, and a terminal that does not wrap."""
        return os.environ | {"C360_HOME": str(self.home), "COLUMNS": "200", "PYTHONWARNINGS": "ignore"}

    @property
    def record(self) -> dict[str, Any]:
        """What the last run wrote about itself."""
        return json.loads((self.home / "last-run.json").read_text())

    @contextmanager
    def served(self) -> Iterator[Platform]:
        """Serve its account from this process while the block runs, where commands find it: a start costs no import."""
        with ServedAccount(self.home, self.ports.account, self.ports.s3), serving_here(self.home, self.ports):
            yield self

    @contextmanager
    def served_by_command(self) -> Iterator[Platform]:
        """Serve its account by `c360 account` while the block runs."""
        with subprocess.Popen(
            self.arguments("account"), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            try:
                assert process.stdout
                assert "ready" in process.stdout.readline()
                yield self
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=30)

    @contextmanager
    def app(self, *arguments: str) -> Iterator[str]:
        """Serve a page by `c360 app` while the block runs. Returns: its address, as the command prints it."""
        command = self.arguments("app", *arguments, "--app-port", str(free_port()))
        with subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            printed = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", printed)
            assert found, printed
            yield found[0]
            process.terminate()
            process.wait(30)

    @contextmanager
    def cursor(self, role: str = "DATA_ENGINEER") -> Iterator[snowflake.connector.cursor.SnowflakeCursor]:
        """Open a cursor of the plain connector; the account must be served."""
        login = target("local", self.ports, self.home).login(role)
        with snowflake.connector.connect(**login) as connection, connection.cursor() as cursor:
            yield cursor

    def ask(self, sql: str, role: str = "DATA_ENGINEER") -> list[tuple[Any, ...]]:
        """Run one statement and return its rows; the account must be served."""
        with self.cursor(role) as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]


def made(home: Path) -> Platform:
    """Make a platform in a folder by `c360 up`, or find the one that was made there; its account does not serve."""
    told = home.with_name("up.json")
    if not told.exists():
        home.parent.mkdir(exist_ok=True)
        platform = Platform(home)
        done = platform.up()
        assert done.returncode == 0, f"c360 up failed:\n{done.stdout}\n{done.stderr}\n{_log(home)}"
        told.write_text(json.dumps([asdict(platform.ports), done.args, done.stdout, done.stderr]))
    ports, arguments, output, errors = json.loads(told.read_text())
    return Platform(home, Ports(**ports), subprocess.CompletedProcess(arguments, 0, output, errors))


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"did not happen within {seconds} s"
        time.sleep(0.05)


def _log(home: Path) -> str:
    log = home / "account.log"
    return log.read_text()[-4000:] if log.exists() else ""
