"""Starts the local account as a process of its own for the time of a command, or finds the one that serves already."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from c360.connection import LOOPBACK, Ports
from c360.errors import CommandError, one_sentence
from c360.state_folder import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 60
STOP_SECONDS = 20
_WATCH_SECONDS = 0.5
_RECORD = "account.json"
LOG = "account.log"


@dataclass(frozen=True)
class RunningAccount:
    """A serving account.

    Attributes:
        pid: Its process.
        ports: Where it listens.
    """

    pid: int
    ports: Ports


@contextmanager
def serving(home: Path, ports: Ports, *, ahead: bool = False) -> Iterator[RunningAccount]:
    """Have the account of a state folder serve while the block runs.

    Where another command serves it already (on whichever ports), that one is used and left alone.

    Args:
        home: the state folder.
        ports: where to listen if it has to be started.
        ahead: have it load what a run will need, before the run asks for it.

    Raises:
        CommandError: for a port that is taken, an account that does not start, or one that ends before the block does.
    """
    if found := find(home):
        with _needing(found, home):
            yield found
        return
    process = _start(home, ports, ahead=ahead)
    try:
        running = RunningAccount(process.pid, ports)
        record(home, running)
        with _needing(running, home):
            yield running
    finally:
        _end(process)
        (home / _RECORD).unlink(missing_ok=True)


class _AccountEnded(BaseException):
    """Breaks off whatever the main thread does: the account that it talks to is gone."""


@contextmanager
def _needing(running: RunningAccount, home: Path) -> Iterator[None]:
    """Break off the block when the account ends before it; a client would ask an account that is gone for minutes."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_WATCH_SECONDS):
            if not is_alive(running.pid):
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
                return

    def break_off(*_: object) -> None:
        if not over.is_set():
            raise _AccountEnded

    before = signal.signal(signal.SIGUSR1, break_off)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except _AccountEnded:
        raise CommandError(
            f"The local account ended before this command did: {home / LOG} may say why. What it held is kept: run the "
            "command again."
        ) from None
    finally:
        over.set()
        watcher.join()
        signal.signal(signal.SIGUSR1, before)


def find(home: Path) -> RunningAccount | None:
    """Return the account that serves a state folder, or None."""
    try:
        known = json.loads((home / _RECORD).read_text())
        running = RunningAccount(known["pid"], Ports(**known["ports"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return running if is_alive(running.pid) and answers(running.ports.account) else None


def record(home: Path, running: RunningAccount) -> None:
    """Note who serves a state folder, for other commands to find."""
    (home / _RECORD).write_text(json.dumps(asdict(running)))


def forget(home: Path) -> None:
    """Remove that note."""
    (home / _RECORD).unlink(missing_ok=True)


def require_free(port: int, option: str) -> None:
    """Make sure that nobody listens on a port.

    Raises:
        CommandError: naming the port and the option that changes it.
    """
    if answers(port):
        raise CommandError(f"Port {port} is taken by another program: end that one, or choose another by {option}.")


def answers(port: int) -> bool:
    """Tell whether something listens on a port of this computer."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def is_alive(pid: int) -> bool:
    """Tell whether a process exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True  # no /proc on this system: the signal alone decides
    return state != "Z"


def stop(pid: int) -> None:
    """End a process by its id: politely, then for good.

    Raises:
        CommandError: where it is still there afterwards.
    """
    for sign, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5)):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not is_alive(pid):
                return
            time.sleep(0.1)
    raise CommandError(f"Process {pid} does not end: end it by hand (kill {pid}).")


def _start(home: Path, ports: Ports, *, ahead: bool) -> subprocess.Popen[bytes]:
    require_free(ports.account, "--port")
    require_free(ports.s3, "--s3-port")
    prepare(home)
    command = [
        sys.executable, "-m", "local_account", "--home", str(home),
        "--port", str(ports.account), "--s3-port", str(ports.s3), "--until-stdin-closes",
        *(["--ahead"] if ahead else []),
    ]  # fmt: skip
    # What earlier accounts said is kept for whoever looks only later; the reason of a failed start stands behind it.
    with (home / LOG).open("ab") as log:
        earlier = log.tell()
        # A session of its own: Ctrl-C reaches this command first, which then ends the account in good order. The open
        # stdin tells the account that this command lives; a killed command leaves no account behind.
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    deadline = time.monotonic() + START_SECONDS
    while not (answers(ports.account) and answers(ports.s3)):
        if process.poll() is not None:
            raise CommandError(
                f"The local account did not start: {_last_line(home / LOG, earlier)} (all of it: {home / LOG})"
            )
        if time.monotonic() > deadline:
            _end(process)
            raise CommandError(f"The local account did not answer within {START_SECONDS} s: see {home / LOG}.")
        time.sleep(0.05)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_line(log: Path, earlier: int) -> str:
    # DuckDB's binding reports leaked objects behind the reason whenever the interpreter ends early.
    text = log.read_bytes()[earlier:].decode(errors="replace").partition("nanobind: leaked")[0]
    lines = [line for line in text.splitlines() if line.strip()]
    return one_sentence(lines[-1]) if lines else "it ended without a word"
