"""Ends the account's process when nobody needs it any more."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LOOK_SECONDS = 0.5


def end_when_unlocked(file: Path) -> None:
    """Have this process sent SIGTERM when no other one holds a shared lock (flock) on a file.

    The system takes back the locks of a program that is killed. From then on this process holds the file alone, until
    it has ended: who waits for the lock waits for that.

    Args:
        file: it must be there, and locked by whoever needs this process.
    """
    threading.Thread(
        target=_end_with_locks, args=(os.open(file, os.O_RDWR | os.O_CLOEXEC),), name="locks", daemon=True
    ).start()


def _end_with_locks(file: int) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK_SECONDS)
        else:
            os.kill(os.getpid(), signal.SIGTERM)
            return
