"""Plants seeded random faults in copies of the repository, runs the tests that execute each, and prints the share seen.

`python -m tests.mutants.recording [pytest's arguments]` says first which tests execute what; `python -m tests.mutants`
goes on where it was broken off. What is remembered is in .mutants/. Faults that no input can show are listed with their
reasons in reasons.json.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TextIO

import click

from tests.mutants.copies import COLLECTING, PACKAGES, ROOT, SEEN, UNSEEN, UNTESTED, Place, copied
from tests.mutants.faults import Fault, faults_of
from tests.mutants.recording import HOME
from tests.mutants.tests_of_faults import Chosen, TestsOfFaults

REASONS = Path(__file__).with_name("reasons.json")
RESULTS = HOME / "results.jsonl"
WANTED = 0.9
SECONDS = 60.0  # of tests for a fault, by their recorded times, which are two or three times those of the run
# Loaded once; a process for each fault then begins where our own modules are imported. Not fakesnow: it makes a folder
# as it is imported, which the account removes, so the second process would find none.
_LIBRARIES = (
    "boto3", "click", "cryptography.hazmat.primitives.serialization", "duckdb", "moto.server",
    "moto.iam", "moto.s3", "moto.sts", "pulumi", "pulumi_aws", "pulumi_snowflake", "pyarrow", "pydantic", "faker",
    "_pytest.unraisableexception", "pytest_timeout", "requests", "xdist.plugin", "xdist.scheduler", "yaml", "filelock",
    "rich.console", "snowflake.connector", "sqlglot.dialects.snowflake", "starlette.applications", "uvicorn",
)  # fmt: skip


def _chosen(count: int, seed: int, below: tuple[str, ...]) -> list[Fault]:
    """Draw faults by a hash of what names each, so that a change of code leaves the others in the sample."""
    places = [ROOT / place for place in below or PACKAGES]
    files = sorted(file for place in places for file in ([place] if place.is_file() else place.rglob("*.py")))
    faults = [fault for file in files for fault in faults_of(file, ROOT)]
    faults.sort(key=lambda fault: hashlib.sha256(f"{seed} {fault.key}".encode()).digest())
    click.echo(f"{len(faults):,} faults can be planted in {len(files)} files; {count} are drawn with seed {seed}.")
    return faults[:count]


def _state(fault: Fault) -> str:
    """Name the state of the fault's file."""
    return hashlib.sha256((ROOT / fault.file).read_bytes()).hexdigest()[:16]


def _known(faults: list[Fault], again: bool) -> dict[str, str]:
    """Return what came of faults in files that have not changed since."""
    if not RESULTS.exists():
        return {}
    states = {fault.key: _state(fault) for fault in faults}
    lines = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    known = {line["fault"]: line["result"] for line in lines if states.get(line["fault"]) == line["state"]}
    return {key: result for key, result in known.items() if not (again and result in (UNSEEN, UNTESTED))}


def _note(written: TextIO, fault: Fault, result: str, seen_by: str = "") -> None:
    known = {"fault": fault.key, "state": _state(fault), "result": result, "seen_by": seen_by}
    written.write(json.dumps(known) + "\n")
    written.flush()


def _run(faults: list[Fault], known: dict[str, str], processes: int, seconds: float) -> dict[str, str]:
    """Plant the faults of which nothing is known yet. Returns what came of every one."""
    tests = TestsOfFaults()
    waiting = [(fault, tests.of(fault, seconds)) for fault in faults if fault.key not in known]
    waiting.sort(key=lambda pair: pair[1].seconds)
    total = len(waiting)
    for library in _LIBRARIES:
        importlib.import_module(library)
    gc.freeze()  # or each process goes through all of them at its end
    with tempfile.TemporaryDirectory() as below, RESULTS.open("a") as written:
        places = [Place(copied(Path(below) / f"copy{number}")) for number in range(processes)]
        while waiting or any(place.process for place in places):
            for place in places:
                if place.process and place.fault and (came := place.ended()):
                    if came == (SEEN, COLLECTING):
                        place.require_collection()
                    known[place.fault.key] = came[0]
                    _note(written, place.fault, *came)
                    click.echo(f"{total - len(waiting):4} of {total}  {came[0]:8} {place.fault.key}")
                if not place.process and waiting:
                    _begin(place, *waiting.pop(0), known, written)
            time.sleep(0.05)
    return known


def _begin(place: Place, fault: Fault, chosen: Chosen, known: dict[str, str], written: TextIO) -> None:
    if chosen.tests:
        place.begin(fault, chosen.tests, 60 + 3 * chosen.seconds)
    else:
        known[fault.key] = UNTESTED
        _note(written, fault, UNTESTED)


@click.command()
@click.option("--count", default=150, show_default=True, help="How many faults to plant.")
@click.option("--seed", default=360, show_default=True, help="Which sample to draw.")
@click.option("--processes", default=2, show_default=True, help="How many at a time.")
@click.option("--below", multiple=True, help="Only in this folder or file; may be given again.")
@click.option("--seconds", default=SECONDS, show_default=True, help="Of tests for a fault, as recorded.")
@click.option("--again", is_flag=True, help="Plant those anew that no test saw: after a change of tests.")
def main(  # noqa: PLR0913, PLR0917 - one an option
    count: int, seed: int, processes: int, below: tuple[str, ...], seconds: float, again: bool
) -> None:
    """Plant faults one at a time and print the share that the tests see."""
    started = time.monotonic()
    faults = _chosen(count, seed, below)
    known = _run(faults, _known(faults, again), processes, seconds)
    reasons = json.loads(REASONS.read_text()) if REASONS.exists() else {}
    missed = [fault for fault in faults if known[fault.key] in (UNSEEN, UNTESTED)]
    for fault in missed:
        click.echo(f"{fault.file}:{fault.line}: {fault.kind} at {fault.column}, {known[fault.key]}")
        click.echo(f"    {fault.was}\n    {reasons.get(fault.key, 'no reason yet')}")
    for result, number in Counter(known[fault.key] for fault in faults).most_common():
        click.echo(f"{number:4} {result}")
    share = 1 - len(missed) / len(faults)
    click.echo(f"{len(faults) - len(missed)} of {len(faults)} faults are seen ({share:.0%}), "
               f"in {time.monotonic() - started:,.0f} s.")  # fmt: skip
    sys.exit(share < WANTED)


if __name__ == "__main__":
    main()
