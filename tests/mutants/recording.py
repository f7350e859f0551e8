"""Remembers which tests execute which line, so that only those run for a fault in it."""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage, CoverageData

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".mutants"
PACKAGES = ("local_account", "c360", "stacks", "components", "policies", "pipeline", "streamlit_app")


class _Recorder:
    """A pytest plugin that names the lines' context after the running test and keeps how long each test took."""

    def __init__(self, coverage: Coverage) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.coverage.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.seconds[report.nodeid] = float("inf")  # it says nothing about a fault
        self.seconds[report.nodeid] += report.duration


def record(arguments: list[str]) -> int:
    """Run tests and add what they execute to what is known. Returns pytest's status."""
    HOME.mkdir(exist_ok=True)
    file = HOME / f"coverage.{os.getpid()}"
    coverage = Coverage(data_file=str(file), source=[str(ROOT / name) for name in PACKAGES], config_file=False)
    recorder = _Recorder(coverage)
    coverage.start()
    status = pytest.main(["-q", "-p", "no:cacheprovider", *arguments], plugins=[recorder])
    coverage.stop()
    coverage.save()
    known = _seconds() | {name: seconds for name, seconds in recorder.seconds.items() if seconds < float("inf")}
    (HOME / "seconds.json").write_text(json.dumps(known))
    return int(status)


def _seconds() -> dict[str, float]:
    file = HOME / "seconds.json"
    return json.loads(file.read_text()) if file.exists() else {}


@cache
def _text(file: str) -> str:
    return (ROOT / file).read_text() if (ROOT / file).is_file() else ""


def _is_there(test: str) -> bool:
    """Tell whether a test still stands where it was recorded."""
    file, _, name = test.partition("::")
    return f"def {name.partition('[')[0]}(" in _text(file)


class TestsOfLines:
    """Which tests execute a line, the quickest first."""

    def __init__(self) -> None:
        self._seconds = {test: seconds for test, seconds in _seconds().items() if _is_there(test)}
        self._lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for file in sorted(HOME.glob("coverage.*")):
            data = CoverageData(str(file))
            data.read()
            for measured in data.measured_files():
                for line, contexts in data.contexts_by_lineno(measured).items():
                    self._lines[Path(measured).relative_to(ROOT).as_posix()][line].update(contexts)

    def of(self, file: str, line: int, seconds: float) -> list[str]:
        """Return tests that execute a line, of at most so many seconds together.

        What runs only while its module is imported is what all tests of the module rest on.
        """
        lines = self._lines.get(file, {})
        found = {test for test in lines.get(line, ()) if test in self._seconds}
        if not found:
            found = {test for tests in lines.values() for test in tests if test in self._seconds}
        stem = f"test_{Path(file).stem}.py"
        ordered = sorted(found, key=lambda test: (stem not in test, self._seconds[test]))
        chosen, spent = [], 0.0
        for test in ordered:
            if chosen and spent + self._seconds[test] > seconds:
                break
            chosen.append(test)
            spent += self._seconds[test]
        return chosen


if __name__ == "__main__":
    sys.exit(record(sys.argv[1:]))
