"""The state folder of the local stack: made for nothing else, and removed as a whole."""

from __future__ import annotations

import fcntl
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from c360.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCK = "run.lock"
_MARKERS = ("c360-state", "catalog.db")
_NOTE = "This folder belongs to c360; 'c360 destroy' removes it with everything in it.\n"


def prepare(home: Path) -> None:
    """Make the state folder.

    Raises:
        CommandError: for a folder that holds something else, because 'destroy' would remove it.
    """
    if home.exists() and not holds_state(home) and any(home.iterdir()):
        raise CommandError(f"{home} holds files that are not of this platform: let C360_HOME name a folder of its own.")
    home.mkdir(parents=True, exist_ok=True)
    if not (home / _MARKERS[0]).exists():
        (home / _MARKERS[0]).write_text(_NOTE)


@contextmanager
def alone(home: Path, command: str) -> Iterator[None]:
    """Keep every other command that changes the stack out while the block runs.

    Args:
        home: the state folder.
        command: what runs, such as "up", for the others to read.

    Raises:
        CommandError: where one is at work.
    """
    prepare(home)
    with (home / _LOCK).open("ab+", buffering=0) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            other = f"'c360 {name}'" if (name := lock.read().decode()) else "Another command"
            raise CommandError(f"{other} is at work on this stack: wait for its end, or end it by Ctrl-C.") from None
        lock.truncate(0)
        with suppress(OSError):  # a full disk: 'destroy' must be able to make room
            lock.write(command.encode())
        yield


def holds_state(home: Path) -> bool:
    """Tell whether a folder is the state of a local stack."""
    return any((home / marker).exists() for marker in _MARKERS)


def remove(home: Path) -> None:
    """Remove the state folder with everything in it."""
    if holds_state(home):
        shutil.rmtree(home)
