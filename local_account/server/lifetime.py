"""Ends a program together with the one that started it."""

from __future__ import annotations

import os
import signal
import threading


def end_with_starter() -> None:
    """Have this process sent SIGTERM when its standard input closes.

    The starting program holds the other end of the pipe; the system closes it even when that program is killed.
    """
    threading.Thread(target=_end_with_stdin, name="stdin", daemon=True).start()


def _end_with_stdin() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
