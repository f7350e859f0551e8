"""When a program that others need ends: with the last of them, however that one ends."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

from local_account.server import lifetime

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LOCKING = (
    "import fcntl, sys, time; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_SH); print(flush=True); time.sleep(60)"
)


def test_a_program_ends_when_nobody_locks_its_file_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(lifetime, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(lifetime, "os", SimpleNamespace(**vars(os) | {"kill": lambda *what: sent.append(what)}))
    file = tmp_path / "users"
    file.touch()
    with subprocess.Popen([sys.executable, "-c", LOCKING, str(file)], stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        with file.open() as here:
            fcntl.flock(here, fcntl.LOCK_SH)
            lifetime.end_when_unlocked(file)
            time.sleep(0.1)
        time.sleep(0.1)
        assert sent == []  # the other one still holds it
        other.kill()
    deadline = time.monotonic() + 10
    while not sent and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sent == [(os.getpid(), signal.SIGTERM)]
