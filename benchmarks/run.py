"""Measure the platform on this machine: the whole run, its floor on plain DuckDB, and the small run from nothing.

Prints seconds and peak memory of each phase, the ratio of the platform's SQL work to the same statements replayed
directly on DuckDB (`duckdb_floor.py`), and how long a client of the account waits for short statements. State lives in
a temporary folder that is removed afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import keep, machine

from c360.account_process import serving
from c360.connection import Ports, connect, target
from components.repository import ROOT
from pipeline import scale

_MEGABYTE = 1 << 20
_TARGETS = {
    "whole run, seconds": 150,
    "peak memory, MB": 8192,
    "ratio to the floor": 1.5,
    "1,000 customers, seconds": 30,
}
# A replay without much of the work is no floor: what cannot be replayed is the model's prediction, a tenth.
_SKIPPED_AT_MOST = 0.2
# Work that is not SQL, and so has no counterpart in the floor.
_NOT_SQL = frozenset({"TRAIN_CHURN_MODEL"})
# What a page or a provider asks most; each is timed by the connector, from execute to the last row.
_STATEMENTS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "constant": ("select 1", ()),
    "point select": ("select * from GOLD.CUSTOMER_360_PROFILE where customer_id = ?", ("C000007",)),
    "count by segment": ("select segment, count(*) from GOLD.CUSTOMER_360_PROFILE group by segment", ()),
    "show grants on schema": ("show grants on schema GOLD", ()),
    "show tables": ("show tables in schema GOLD", ()),
}
_REPETITIONS = 100


def main() -> int:
    """Run the benchmark and print its figures; exit status 1 where a run failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=scale.CUSTOMERS)
    parser.add_argument("--repeat", action="store_true", help="run twice from nothing and compare the checksums")
    parser.add_argument(
        "--keep", action="store_true", help="write the figures where docs/performance.md is made of them"
    )
    options = parser.parse_args()
    ran_on, figures = machine(), dict[str, float]()
    with tempfile.TemporaryDirectory(prefix="c360-bench-") as folder:
        home = Path(folder) / "full"
        log = Path(folder) / "statements.jsonl"
        record = up(home, options.customers, log)
        whole = _phase(record, "whole")
        figures["whole run, seconds"] = whole["seconds"]
        figures["peak memory, MB"] = whole["peak_bytes"] / _MEGABYTE
        _print_phases(record)
        times = latencies(home)
        _print_latencies(times)
        floor = _floor(log, home / "databases" / "CUSTOMER_ANALYTICS.db", Path(folder) / "floor")
        platform = sum(t["seconds"] or 0 for t in record["tasks"] if t["name"] not in _NOT_SQL)
        _print_floor(floor, platform)
        if floor["skipped_seconds"] > _SKIPPED_AT_MOST * platform:
            raise SystemExit(
                f"{floor['skipped_seconds']:.1f} s of the platform's statements could not be replayed: no floor."
            )
        figures["ratio to the floor"] = (platform - floor["skipped_seconds"]) / floor["seconds"]
        if options.repeat:
            again = up(Path(folder) / "again", options.customers)
            same = again["checksum"] == record["checksum"]
            print(f"\nSecond run from nothing: checksum {'the same' if same else 'DIFFERENT'}: {again['checksum']}")
        figures["1,000 customers, seconds"] = _phase(up(Path(folder) / "small", 1_000), "whole")["seconds"]
    print(f"\n{'figure':<28}{'measured':>12}{'target':>10}")
    for name, value in figures.items():
        print(f"{name:<28}{value:>12.2f}{_TARGETS[name]:>10}")
    if options.keep:
        targets = _TARGETS if options.customers == scale.CUSTOMERS else {}  # they are of that scale
        kept = {"customers": options.customers, "figures": figures, "targets": targets, "latencies": times}
        keep("run", ran_on, kept | {"phases": record["phases"]})
    return 0


def up(home: Path, customers: int, log: Path | None = None) -> dict[str, Any]:
    """Run `c360 up` from nothing in its own state folder on free ports and return its record (last-run.json).

    Raises:
        SystemExit: with the command's output, where it failed.
    """
    environment = os.environ | {"C360_HOME": str(home)} | ({"C360_STATEMENT_LOG": str(log)} if log else {})
    ports = ["--port", str(free_port()), "--s3-port", str(free_port())]
    command = [str(Path(sys.executable).with_name("c360")), "up", "--customers", str(customers), *ports]
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    print(f"c360 up --customers {customers}: {time.perf_counter() - began:.1f} s", flush=True)
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{done.stderr}")
    return json.loads((home / "last-run.json").read_text())


def latencies(home: Path) -> dict[str, list[float]]:
    """Serve a deployed account and time each statement, in seconds, beside the login that comes first.

    Raises:
        CommandError: where the account does not start.
    """
    ports = Ports(free_port(), free_port())
    with serving(home, ports):
        to = target("local", ports, home)
        with connect(to):
            pass  # the first login loads the connector
        began = time.perf_counter()
        with connect(to) as connection, connection.cursor() as cursor:
            found = {"login": [time.perf_counter() - began]}
            for name, (statement, values) in _STATEMENTS.items():
                found[name] = []
                for _ in range(_REPETITIONS):
                    began = time.perf_counter()
                    cursor.execute(statement, values)
                    rows = cursor.fetchall()
                    found[name].append(time.perf_counter() - began)
                if not rows:
                    raise SystemExit(f"'{statement}' found nothing: its time says nothing.")
    return found


def _floor(log: Path, platform: Path, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    script = Path(__file__).with_name("duckdb_floor.py")
    done = subprocess.run([sys.executable, script, log, platform, folder], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _phase(record: dict[str, Any], name: str) -> dict[str, Any]:
    return next(p for p in record["phases"] if p["name"] == name)


def _print_phases(record: dict[str, Any]) -> None:
    print(f"\n{'phase':<24}{'seconds':>9}{'peak, MB':>10}{'account, MB':>13}{'dbt, MB':>9}")
    for p in record["phases"]:
        sizes = [p[k] / _MEGABYTE for k in ("peak_bytes", "account_bytes", "dbt_bytes")]
        print(f"{p['name']:<24}{p['seconds']:>9.1f}{sizes[0]:>10.0f}{sizes[1]:>13.0f}{sizes[2]:>9.0f}")
    print(f"checksum of the transactions: {record['checksum']}")


def _print_latencies(found: dict[str, list[float]]) -> None:
    print(f"\n{'statement through the connector':<34}{'median, ms':>11}{'slowest, ms':>13}")
    for name, seconds in found.items():
        print(f"{name:<34}{1000 * statistics.median(seconds):>11.1f}{1000 * max(seconds):>13.1f}")


def _print_floor(floor: dict[str, Any], platform: float) -> None:
    peak = floor["peak_bytes"] / _MEGABYTE
    print(f"\nFloor: {floor['replayed']} statements on plain DuckDB in {floor['seconds']:.1f} s, peak {peak:.0f} MB")
    print(f"The platform's tasks without training: {platform:.1f} s")
    print(
        f"Statements that could not be replayed: {sum(floor['skipped'].values())}, "
        f"{floor['skipped_seconds']:.1f} s of the platform's; heavy: {floor['heavy_skipped']}"
    )
    for reason, count in sorted(floor["skipped"].items(), key=lambda item: -item[1])[:5]:
        print(f"  {count} x {reason}")
    print("Slowest statements (floor s, platform s):")
    for seconds, platform_seconds, sql in floor["slowest"]:
        print(f"  {seconds:6.2f} {platform_seconds:6.2f}  {sql}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    raise SystemExit(main())
