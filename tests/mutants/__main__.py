"""Plants seeded random faults in copies of the repository, runs the tests that execute each, and prints the share seen.

`python -m tests.mutants.recording [pytest's arguments]` says first which tests execute what; `python -m tests.mutants`
goes on where it was broken off. What is remembered is in .mutants/.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest

from tests.mutants.faults import Fault, faults_of
from tests.mutants.recording import HOME, PACKAGES, ROOT, TestsOfLines

REASONS = Path(__file__).with_name("reasons.json")
RESULTS = HOME / "results.jsonl"
WANTED = 0.9
SECONDS = 20.0  # of tests for a fault, by their recorded times, the quickest first
SEEN, UNSEEN, UNTESTED, ENDLESS = "seen", "unseen", "executed by no test", "seen: it did not end"
# Loaded once; a process for each fault then begins where our own modules are imported.
_LIBRARIES = (
    "boto3", "click", "cryptography.hazmat.primitives.serialization", "duckdb", "fakesnow", "moto.server",
    "moto.iam", "moto.s3", "moto.sts", "pulumi", "pulumi_aws", "pulumi_snowflake", "pyarrow", "pydantic", "requests",
    "rich.console", "snowflake.connector", "sqlglot.dialects.snowflake", "starlette.applications", "uvicorn", "yaml",
)  # fmt: skip


@dataclass
class Place:
    """A copy of the repository in which one fault at a time is planted."""

    folder: Path
    process: int = 0
    fault: Fault | None = None
    tests: list[str] = field(default_factory=list)
    until: float = 0.0

    def begin(self, fault: Fault | None, tests: list[str], seconds: float, failed: Path | None = None) -> None:
        """Run tests in a process of its own, with a fault planted, for so many seconds at most."""
        self.fault, self.tests, self.until = fault, tests, time.monotonic() + seconds
        if fault:
            file = self.folder / fault.file
            file.write_bytes(fault.planted(file.read_bytes()))
        self.process = os.fork()
        if not self.process:
            os._exit(_tested(self.folder, tests, failed))

    def ended(self) -> str | None:
        """Return what came of the fault once its process is over, and take the fault out again."""
        done, status = os.waitpid(self.process, os.WNOHANG)
        if not done and time.monotonic() < self.until:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)  # it, or what it left running
        if not done:
            os.waitpid(self.process, 0)
        if self.fault:
            shutil.copyfile(ROOT / self.fault.file, self.folder / self.fault.file)
        self.process = 0
        if not done:
            return ENDLESS
        return UNSEEN if os.waitstatus_to_exitcode(status) == pytest.ExitCode.OK else SEEN


class _Failed:
    """A pytest plugin that lists the tests that fail."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def pytest_runtest_logreport(self, report: Any) -> None:
        if not report.passed:
            with self.file.open("a") as listed:
                listed.write(f"{report.nodeid}\n")


def _tested(folder: Path, tests: list[str], failed: Path | None) -> int:
    os.setsid()
    os.chdir(folder)
    os.environ["PYTHONPATH"] = str(folder)
    sys.path.insert(0, str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] in {"tests", *PACKAGES}]:
        del sys.modules[name]
    log = os.open(folder.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        f"--rootdir={folder}",
        "-c",
        f"{folder}/pyproject.toml",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
    ]  # of libraries that are loaded already
    options += [] if failed else ["-x"]
    try:
        return int(pytest.main([*options, *tests], plugins=[_Failed(failed)] if failed else []))
    except BaseException:  # noqa: BLE001 - whatever a fault does to pytest itself
        traceback.print_exc()
        return 3
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _copies(count: int, below: Path) -> list[Place]:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    places = [Place(below / f"copy{n}") for n in range(count)]
    for place in places:
        for name in filter(None, tracked.decode().split("\0")):
            if (ROOT / name).is_file():
                (place.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, place.folder / name)
    return places


def _chosen(count: int, seed: int, below: tuple[str, ...]) -> list[Fault]:
    places = [ROOT / place for place in below or PACKAGES]
    files = sorted(file for place in places for file in ([place] if place.is_file() else place.rglob("*.py")))
    faults = [fault for file in files for fault in faults_of(file, ROOT)]
    random.Random(seed).shuffle(faults)  # noqa: S311 - a sample that anybody can draw again
    click.echo(f"{len(faults):,} faults can be planted in {len(files)} files; {count} are drawn with seed {seed}.")
    return faults[:count]


def _known() -> dict[str, str]:
    """Return what came of faults in files that have not changed since."""
    if not RESULTS.exists():
        return {}
    lines = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    return {line["fault"]: line["result"] for line in lines}


def _without_failing(place: Place, tests: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out the tests that fail in a copy without any fault: they would see every one."""
    failed = place.folder.with_suffix(".failed")
    every = sorted({test for chosen in tests.values() for test in chosen})
    if not every:
        return tests
    place.begin(None, every, 3600, failed)
    while (result := place.ended()) is None:
        time.sleep(0.2)
    bad = set(failed.read_text().splitlines()) if failed.exists() else set()
    if result != UNSEEN and not bad:
        raise click.ClickException(
            f"Tests do not run in a copy:\n{place.folder.with_suffix('.log').read_text()[-4000:]}"
        )
    click.echo(f"{len(every)} tests execute the lines; {len(bad)} fail in a copy as it is and are left out.")
    return {key: [test for test in chosen if test not in bad] for key, chosen in tests.items()}


def _run(faults: list[Fault], processes: int) -> dict[str, str]:
    known, lines = _known(), TestsOfLines()
    waiting = [fault for fault in faults if fault.key not in known]
    tests = {fault.key: lines.of(fault.file, fault.line, SECONDS) for fault in waiting}
    for library in _LIBRARIES:
        importlib.import_module(library)
    with tempfile.TemporaryDirectory() as below, RESULTS.open("a") as written:
        places = _copies(processes, Path(below))
        tests = _without_failing(places[0], tests)
        total = len(waiting)
        while waiting or any(place.process for place in places):
            for place in places:
                if place.process and place.fault and (result := place.ended()):
                    _note(known, written, place.fault, result)
                    click.echo(f"{total - len(waiting):4} of {total}  {result:8} {place.fault.key}")
                if not place.process and waiting:
                    fault = waiting.pop(0)
                    if tests[fault.key]:
                        place.begin(fault, tests[fault.key], 60 + 10 * SECONDS)
                    else:
                        _note(known, written, fault, UNTESTED)
            time.sleep(0.05)
    return known


def _note(known: dict[str, str], written: Any, fault: Fault, result: str) -> None:
    known[fault.key] = result
    written.write(json.dumps({"fault": fault.key, "result": result}) + "\n")
    written.flush()


@click.command()
@click.option("--count", default=150, show_default=True, help="How many faults to plant.")
@click.option("--seed", default=360, show_default=True, help="Which sample to draw.")
@click.option("--processes", default=2, show_default=True, help="How many at a time.")
@click.option("--below", multiple=True, help="Only in this folder or file; may be given again.")
@click.option("--again", is_flag=True, help="Forget earlier results: after a change of code or tests.")
def main(count: int, seed: int, processes: int, below: tuple[str, ...], again: bool) -> None:
    """Plant faults one at a time and print the share that the tests see."""
    if again:
        RESULTS.unlink(missing_ok=True)
    started = time.monotonic()
    faults = _chosen(count, seed, below)
    known = _run(faults, processes)
    reasons = json.loads(REASONS.read_text()) if REASONS.exists() else {}
    missed = [fault for fault in faults if known[fault.key] in (UNSEEN, UNTESTED)]
    share = 1 - len(missed) / len(faults)
    for fault in missed:
        click.echo(f"{fault.file}:{fault.line}: {fault.kind}, {known[fault.key]}")
        click.echo(f"    {fault.was}\n    {reasons.get(fault.key, 'no reason yet')}")
    click.echo(f"{len(faults) - len(missed)} of {len(faults)} faults are seen ({share:.0%}), "
               f"in {time.monotonic() - started:,.0f} s.")  # fmt: skip
    sys.exit(share < WANTED)


if __name__ == "__main__":
    main()
