"""Copies of the repository, in which tests run in processes of their own."""

from __future__ import annotations

import compileall
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutants.faults import Fault

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("local_account", "c360", "stacks", "components", "policies", "pipeline", "analyst_client", "streamlit_app")
COLLECTING = "collecting the tests"
SEEN, UNSEEN, UNTESTED, ENDLESS = "seen", "unseen", "executed by no test", "seen: it did not end"


def copied(folder: Path) -> Path:
    """Copy the files of the repository, those not yet committed too, and return the folder."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for name in (*PACKAGES, "tests"):
        compileall.compile_dir(folder / name, quiet=1)
    return folder


def options(folder: Path) -> list[str]:
    """Return what pytest is told wherever it runs in a copy; libraries are loaded before it rewrites them."""
    return ["-q", "-p", "no:cacheprovider", "-p", "xdist.plugin", "-p", "pytest_timeout", f"--rootdir={folder}",
            "-c", f"{folder}/pyproject.toml", "-W", "ignore::pytest.PytestAssertRewriteWarning"]  # fmt: skip


@dataclass
class Place:
    """A copy of the repository in which one fault at a time is planted."""

    folder: Path
    process: int = 0
    fault: Fault | None = None
    until: float = 0.0
    before: bytes = b""
    modified: int = 0
    tests: Sequence[str] = ()

    def begin(self, fault: Fault, tests: list[str], seconds: float) -> None:
        """Run tests in a process of its own, with a fault planted, for so many seconds at most."""
        self.fault, self.tests, self.until = fault, tests, time.monotonic() + seconds
        file = self.folder / fault.file
        self.before, self.modified = file.read_bytes(), file.stat().st_mtime_ns
        file.write_bytes(fault.planted(self.before))
        self._seen_by.unlink(missing_ok=True)
        self.process = os.fork()
        if not self.process:
            os._exit(_tested(self.folder, tests, self._seen_by))

    def ended(self) -> tuple[str, str] | None:
        """Return what came of the fault and the test that saw it, once its process is over; take the fault out."""
        done, status = os.waitpid(self.process, os.WNOHANG)
        if not done and time.monotonic() < self.until:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)  # it, or what it left running
        if not done:
            os.waitpid(self.process, 0)
        if self.fault:
            file = self.folder / self.fault.file
            file.write_bytes(self.before)
            os.utime(file, ns=(self.modified, self.modified))  # so that its bytecode is its own again
        self.process = 0
        if not done:
            return ENDLESS, ""
        seen_by = self._seen_by.read_text() if self._seen_by.exists() else COLLECTING
        return (UNSEEN, "") if os.waitstatus_to_exitcode(status) == pytest.ExitCode.OK else (SEEN, seen_by)

    def require_collection(self) -> None:
        """Hold that the tests of the last fault are collected without it: else no test has seen it.

        Raises:
            RuntimeError: with what pytest says, where they are not.
        """
        process = os.fork()
        if not process:
            os._exit(_tested(self.folder, self.tests, self._seen_by, "--collect-only"))
        if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) != pytest.ExitCode.OK:
            raise RuntimeError(f"Tests do not run in a copy:\n{self.folder.with_suffix('.log').read_text()[-4000:]}")

    @property
    def _seen_by(self) -> Path:
        return self.folder.with_suffix(".seen")


class _Named:
    """A pytest plugin that runs the named tests in their order, no other ones, and notes the first that fails.

    Pytest is given the files: it cannot be asked for a test whose name holds `::`.
    """

    def __init__(self, tests: Sequence[str], seen_by: Path) -> None:
        self.places = {test: number for number, test in enumerate(tests)}
        self.seen_by = seen_by

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.places), key=lambda item: self.places[item.nodeid]
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.seen_by.exists():
            self.seen_by.write_text(report.nodeid)


def _tested(folder: Path, tests: Sequence[str], seen_by: Path, *more: str) -> int:
    os.setsid()
    os.chdir(folder)
    os.environ["PYTHONPATH"] = str(folder)
    # Bytecode of one fault must not stand for the next one's, which may have its file's size and time.
    sys.dont_write_bytecode, os.environ["PYTHONDONTWRITEBYTECODE"] = True, "1"
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # half a second for each fault
    sys.path.insert(0, str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] in {"tests", *PACKAGES}]:
        del sys.modules[name]
    log = os.open(folder.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        files = dict.fromkeys(test.partition("::")[0] for test in tests)
        return int(pytest.main(["-x", *options(folder), *more, *files], plugins=[_Named(tests, seen_by)]))
    except BaseException:  # noqa: BLE001 - whatever a fault does to pytest itself
        traceback.print_exc()
        return 3
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
