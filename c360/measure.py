"""Wall time and peak memory of a command's phases, sampled over its whole tree of processes."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROC = Path("/proc")
_INTERVAL_SECONDS = 0.25


@dataclass
class Phase:
    """One phase of a command; its peaks are of resident bytes, 0 where nothing was seen.

    Attributes:
        name: Name of the phase.
        seconds: Wall time.
        peak_bytes: Peak of all processes together.
        account_bytes: Peak of the account's process.
        dbt_bytes: Peak of processes that run dbt.
    """

    name: str
    seconds: float = 0.0
    peak_bytes: int = 0
    account_bytes: int = 0
    dbt_bytes: int = 0


@dataclass
class Meter:
    """Measures phases; several may be open at once, each sees the peak of the whole tree while it is open.

    Attributes:
        account_pid: Process of the account, also where another command started it.
    """

    account_pid: int = 0
    phases: list[Phase] = field(default_factory=list)
    _open: list[Phase] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[Meter]:
        """Sample memory while the block runs."""
        whole = Phase("whole")
        self._open.append(whole)
        began = time.monotonic()
        sampler = threading.Thread(target=self._sample, name="memory sampler", daemon=True)
        sampler.start()
        try:
            yield self
        finally:
            whole.seconds = time.monotonic() - began
            self._stopped.set()
            sampler.join()
            self._open.remove(whole)
            self.phases.append(whole)

    @contextmanager
    def phase(self, name: str) -> Iterator[Phase]:
        """Measure a phase."""
        began = time.monotonic()
        phase = self.begin(name)
        try:
            yield phase
        finally:
            self.end(phase, time.monotonic() - began)

    def begin(self, name: str) -> Phase:
        """Open a phase whose end somebody else will tell."""
        phase = Phase(name)
        self._open.append(phase)
        self.phases.append(phase)
        return phase

    def end(self, phase: Phase, seconds: float) -> None:
        """Close a phase."""
        phase.seconds = seconds
        if phase in self._open:
            self._open.remove(phase)

    def report(self) -> list[dict[str, Any]]:
        """Return the phases as plain values, in the order of their beginning, the whole last."""
        return [asdict(phase) for phase in self.phases]

    def _sample(self) -> None:
        while not self._stopped.wait(_INTERVAL_SECONDS):
            total, account, dbt = tree_memory(os.getpid(), self.account_pid)
            for phase in list(self._open):
                phase.peak_bytes = max(phase.peak_bytes, total)
                phase.account_bytes = max(phase.account_bytes, account)
                phase.dbt_bytes = max(phase.dbt_bytes, dbt)


def tree_memory(pid: int, account_pid: int = 0) -> tuple[int, int, int]:
    """Return the resident bytes of two processes with all their descendants.

    Returns:
        All of them together; the account alone; those whose command line names dbt. Zeros where there is no /proc.
    """
    children: dict[int, list[int]] = {}
    for entry in _PROC.glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # a process that ended meanwhile
        children.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    total = account = dbt = 0
    waiting, seen = [pid, account_pid], {0}
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        waiting += children.get(current, [])
        resident = _resident(current)
        total += resident
        account += resident if current == account_pid else 0
        dbt += resident if _runs_dbt(current) else 0
    return total, account, dbt


def _resident(pid: int) -> int:
    try:
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _runs_dbt(pid: int) -> bool:
    try:
        return b"dbt" in (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False
