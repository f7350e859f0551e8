"""Remembers which tests execute which line, so that only those run for a fault in it.

The tests run once, in a copy of the repository, so that one that fails there says nothing about any fault. What they
execute, programs that they start included, is kept with the text of the files: after a change of code a line is found
again where it stands now, and new tests are added by recording them alone (`python -m tests.mutants.recording
tests/...`).

Without arguments all tests are recorded but those of `LEFT_OUT`, which take minutes for one fault. So a fault that only
a whole platform shows counts as unseen: the measure is of the small tests. Of what is recorded, the unit tables, the
components, the payload and the page take three minutes of one core, measured; accounts that serve clients take most of
the rest, and can be recorded by themselves.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from coverage import Coverage, CoverageData
from coverage.exceptions import CoverageException

from tests.mutants.copies import PACKAGES, ROOT, copied, options

if TYPE_CHECKING:
    from collections.abc import Generator

HOME = ROOT / ".mutants"
# What rests on a platform after `c360 up`, a warehouse that dbt built, the real engine, a browser, or many processes.
LEFT_OUT = (
    "app/test_page.py", "benchmarks", "browser", "c360/test_account_process.py", "c360/test_commands.py",
    "c360/test_deployment_process.py", "c360/test_loading.py", "c360/test_own_data.py", "dbt", "engine",
    "local_account/test_access_threads.py", "local_account/test_alone.py", "local_account/test_cut_short.py",
    "local_account/test_dbt_adapter.py", "local_account/test_dbt_projects.py", "local_account/test_dependencies.py",
    "local_account/test_order_of_rows.py",
    "local_account/test_restart.py", "local_account/test_tasks_restart.py", "pipeline/test_bronze_planted_faults.py",
    "pipeline/test_churn.py", "pipeline/test_churn_drift.py", "pipeline/test_churn_retraining.py",
    "pipeline/test_churn_without_class.py", "pipeline/test_data_page.py", "pipeline/test_end_to_end.py",
    "pipeline/test_incidents.py", "pipeline/test_mail.py",
    "pipeline/test_ingestion.py", "pipeline/test_portable_sql.py", "pipeline/test_refused_rows.py", "test_layers.py",
    "test_structure.py", "workflows",
)  # fmt: skip
_SOURCES = [str(ROOT / name) for name in PACKAGES]
# What Python loads first in every program that a test starts in the copy.
_IN_PROGRAMS = f"""\
import os, pathlib, coverage
here = pathlib.Path(__file__).parent
if test := os.environ.get("PYTEST_CURRENT_TEST"):
    measured = coverage.Coverage(
        data_file=str(here / "programs"), data_suffix=True, auto_data=True, config_file=False,
        source=[str(here / name) for name in {PACKAGES}], context=test.rpartition(" ")[0],
    )
    measured.set_option("run:sigterm", True)
    measured.start()
"""


class _Recorder:
    """A pytest plugin that names the lines' context after the running test, and keeps how long each test took.

    What a fixture costs and executes that tests share is kept apart from the test that happened to come first: each of
    them rests on it.
    """

    def __init__(self, coverage: Coverage) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = defaultdict(float)
        self.shared: dict[str, list[float]] = defaultdict(list)
        self.fixtures: dict[str, list[str]] = {}
        self.failed: set[str] = set()
        self._test = self._context = ""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            if isinstance(item, pytest.Function):
                definitions = item._fixtureinfo.name2fixturedefs
                self.fixtures[item.nodeid] = [_key(definitions[n][-1]) for n in item.fixturenames if n in definitions]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._test = nodeid
        self._switch(nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        if fixturedef.scope == "function":
            return (yield)
        started, before = time.monotonic(), self._context
        self._switch(_key(fixturedef))
        try:
            return (yield)
        finally:
            self._switch(before)
            took = time.monotonic() - started
            self.shared[_key(fixturedef)].append(took)
            self.seconds[self._test] -= took

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed.add(report.nodeid)

    def passed(self) -> dict[str, dict[str, Any]]:
        """Return of each test that passed how long it took, and the shared fixtures that it rests on."""
        return {
            test: {
                "seconds": round(max(seconds, 0.0), 3),
                "fixtures": [name for name in self.fixtures[test] if name in self.shared],
            }
            for test, seconds in self.seconds.items()
            if test in self.fixtures and test not in self.failed
        }

    def costs(self) -> dict[str, float]:
        """Return what it costs to set up each shared fixture once."""
        return {name: round(sum(seconds) / len(seconds), 3) for name, seconds in self.shared.items()}

    def _switch(self, context: str) -> None:
        self._context = context
        self.coverage.switch_context(context)


def _key(fixture: pytest.FixtureDef[Any]) -> str:
    """Name a fixture, as files have fixtures of one name."""
    return f"{fixture.baseid}@{fixture.argname}"


def _record(written: Path, arguments: list[str]) -> int:
    """Run tests in the copy that this module stands in and write what they execute. Returns pytest's status."""
    coverage = Coverage(data_file=None, source=_SOURCES, config_file=False)
    recorder = _Recorder(coverage)
    coverage.start()
    status = pytest.main([*options(ROOT), *arguments], plugins=[recorder])
    coverage.stop()
    data, tests, fixtures = coverage.get_data(), recorder.passed(), recorder.costs()
    for file in ROOT.glob("programs.*"):
        program = CoverageData(str(file))
        with contextlib.suppress(CoverageException):  # a program that was killed as it wrote
            program.read()
            data.update(program)
    numbers = {name: number for number, name in enumerate([*tests, *fixtures])}
    files = {
        Path(file).relative_to(ROOT).as_posix(): {
            "text": Path(file).read_text(),
            "lines": {
                line: sorted(numbers[name] for name in contexts if name in numbers)
                for line, contexts in data.contexts_by_lineno(file).items()
            },
        }
        for file in data.measured_files()
    }
    written.write_text(json.dumps({"tests": tests, "fixtures": fixtures, "files": files}))
    return int(status)


def record(arguments: list[str]) -> int:
    """Run tests in a copy of the repository and add what they execute to what is known. Returns pytest's status."""
    arguments = arguments or ["tests", *(f"--ignore=tests/{place}" for place in LEFT_OUT)]
    HOME.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as below:
        copy = copied(Path(below) / "copy")
        (copy / "sitecustomize.py").write_text(_IN_PROGRAMS)
        written = HOME / f"recording.{time.time_ns()}.json"
        command = [sys.executable, "-m", "tests.mutants.recording", "--in-copy", str(written), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(copy), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        return subprocess.run(command, cwd=copy, env=environment, check=False).returncode


if __name__ == "__main__":
    if sys.argv[1:2] == ["--in-copy"]:
        sys.exit(_record(Path(sys.argv[2]), sys.argv[3:]))
    sys.exit(record(sys.argv[1:]))
