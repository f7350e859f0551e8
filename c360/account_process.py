"""Starts the local account as a process of its own for the time of a command, or finds the one that serves already."""

from __future__ import annotations

import fcntl
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
from typing import IO, TYPE_CHECKING

from c360.connection import LOOPBACK, Ports
from c360.errors import CommandError, one_sentence
from c360.state_folder import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

# On a busy machine the first start of all compiles whatever it imports.
START_SECONDS = 180
STOP_SECONDS = 20
# Not as long as a start at most: the number of a process that was killed may be another one's by now.
_SETTLE_SECONDS = 60
_WATCH_SECONDS = 0.5
_RECORD = "account.json"
# Locked: by all commands that use the account (shared), and by the one that starts it.
_USERS, _STARTING = "account.users", "account.starting"
LOG = "account.log"
# An account outlives the command that started it where others use it: nothing here waits for these processes.
_STARTED: list[subprocess.Popen[bytes]] = []


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
def using(home: Path) -> Iterator[None]:
    """Keep the account of a state folder, if one serves or will, from ending for want of use while the block runs.

    An account that a command started ends with the last command that uses it, whoever that is; whoever comes meanwhile
    waits for that end and starts it anew. A killed command counts no longer, so that no account is left behind.

    Args:
        home: the state folder.
    """
    prepare(home)
    with (home / _USERS).open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield
        finally:
            if _is_last(users) and (unused := find(home)):
                stop(unused.pid)
                forget(home)


def _is_last(users: IO[str]) -> bool:
    """Tell whether nobody else uses the account; then nobody can begin to before the file is closed."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def serving(home: Path, ports: Ports, *, ahead: bool = False) -> Iterator[RunningAccount]:
    """Have the account of a state folder serve while the block runs.

    Where it serves already (on whichever ports), that one is used.

    Args:
        home: the state folder.
        ports: where to listen if it has to be started.
        ahead: have it load what a run will need, before the run asks for it.

    Raises:
        CommandError: for a port that is taken, an account that does not start, or one that ends before the block does.
    """
    with using(home):
        running = _found_or_started(home, ports, ahead=ahead)
        with _needing(running, home):
            yield running


@contextmanager
def serving_here(home: Path, ports: Ports) -> Iterator[None]:
    """Tell other commands that this process serves the account of a state folder while the block runs."""
    with using(home):
        record(home, RunningAccount(os.getpid(), ports))
        try:
            yield
        finally:
            forget(home)


def announce(home: Path, ports: Ports) -> None:
    """Tell other commands that this process is about to serve the account of a state folder; they wait for it.

    Raises:
        CommandError: where it is served already, or a port is taken.
    """
    prepare(home)
    with _looked_for(home) as running:
        if running:
            raise CommandError(
                f"The account of {home} is served already: port {running.ports.account}, process {running.pid}."
            )
        _require_free(ports)
        record(home, RunningAccount(os.getpid(), ports))


def _found_or_started(home: Path, ports: Ports, *, ahead: bool) -> RunningAccount:
    """Return the account that serves, or start it."""
    with _looked_for(home) as found:
        if found:
            return found
        running = RunningAccount(_start(home, ports, ahead=ahead), ports)
        record(home, running)
        return running


@contextmanager
def _looked_for(home: Path) -> Iterator[RunningAccount | None]:
    """Give the account that serves, or None; one command at a time looks for it, and may start it in the block."""
    with (home / _STARTING).open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        settle(home)
        yield find(home)


def settle(home: Path) -> None:
    """Wait until the account that was noted last serves or is gone: it may be about to begin, or to end."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while (noted := _noted(home)) and is_alive(noted.pid) and not answers(noted.ports.account):
        if time.monotonic() > deadline:
            return
        time.sleep(0.1)


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
    noted = _noted(home)
    return noted if noted and is_alive(noted.pid) and answers(noted.ports.account) else None


def _noted(home: Path) -> RunningAccount | None:
    try:
        known = json.loads((home / _RECORD).read_text())
        return RunningAccount(known["pid"], Ports(**known["ports"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


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


def _require_free(ports: Ports) -> None:
    require_free(ports.account, "--port")
    require_free(ports.s3, "--s3-port")


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


def _start(home: Path, ports: Ports, *, ahead: bool) -> int:
    """Start the account. Returns: its process's id, once it answers."""
    _require_free(ports)
    command = [
        sys.executable, "-m", "local_account", "--home", str(home),
        "--port", str(ports.account), "--s3-port", str(ports.s3), "--until-unlocked", str(home / _USERS),
        *(["--ahead"] if ahead else []),
    ]  # fmt: skip
    # What earlier accounts said is kept for whoever looks only later; the reason of a failed start stands behind it.
    with (home / LOG).open("ab") as log:
        earlier = log.tell()
        # A session of its own: Ctrl-C reaches the command alone, and the account lives on for the others.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    deadline = time.monotonic() + START_SECONDS
    while not (answers(ports.account) and answers(ports.s3)):
        if process.poll() is not None:
            raise CommandError(
                f"The local account did not start: {_last_line(home / LOG, earlier)} (all of it: {home / LOG})"
            )
        if time.monotonic() > deadline:
            stop(process.pid)
            raise CommandError(f"The local account did not answer within {START_SECONDS} s: see {home / LOG}.")
        time.sleep(0.05)
    _STARTED.append(process)
    return process.pid


def _last_line(log: Path, earlier: int) -> str:
    # DuckDB's binding reports leaked objects behind the reason whenever the interpreter ends early.
    text = log.read_bytes()[earlier:].decode(errors="replace").partition("nanobind: leaked")[0]
    lines = [line for line in text.splitlines() if line.strip()]
    return one_sentence(lines[-1]) if lines else "it ended without a word"
