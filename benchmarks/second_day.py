"""Measure a day's build against a build of everything, and check that both leave the same tables.

On a platform after `c360 up` (made here, or a copy of a given state folder) the deployed dbt project builds everything.
Then one more day is put into bronze: new transactions, late ones, repeats, withdrawn ones, and changed customers. The
project builds that day, and to compare the tables everything again. All builds are without tests and one model at a
time, because a model's execution time includes its waiting for others. Prints seconds of the models of the first two
builds (the sum of their execution times; both in one account process, so that neither alone pays for its start), their
ratio, and every table whose rows differ. Then the typical questions are timed through the connector.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from run import free_port, up

from c360.account_process import serving
from c360.connection import Ports, connect, target
from pipeline import scale

if TYPE_CHECKING:
    from snowflake.connector.cursor import SnowflakeCursor

_HIGHEST_RATIO = 0.15
_HIGHEST_SECONDS = 0.5
_REPEATS = 20
_FOLDER = Path(__file__).with_name("sql")
# What only the last build had to look at.
_OF_ONE_BUILD = ("TOUCHED_TRANSACTIONS", "CHANGED_TRANSACTIONS", "CHANGED_CUSTOMERS")
# When a row was written differs between two builds of the same data.
_WRITTEN_AT = "PROFILE_UPDATED_AT"


def main() -> int:
    """Run the benchmark; exit status 1 where a figure misses its target or a table differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=scale.CUSTOMERS)
    parser.add_argument("--home", type=Path, help="state folder after `c360 up`, to be copied instead of made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="c360-day-") as folder:
        home = Path(folder) / "home"
        if options.home:
            shutil.copytree(options.home, home)
        else:
            up(home, options.customers)
        ports = Ports(free_port(), free_port())
        with (
            serving(home, ports),
            connect(target("local", ports, home)) as connection,
            connection.cursor() as cursor,
        ):
            is_good = _day(cursor, home)
            return 0 if _questions(cursor) and is_good else 1


def _day(cursor: SnowflakeCursor, home: Path) -> bool:
    cursor.execute("use schema PLATFORM")
    everything = "run --full-refresh --threads 1"
    full = _build(cursor, home, everything)
    for statement in (_FOLDER / "second_day.sql").read_text().split(";\n"):
        if statement.strip():
            cursor.execute(statement)
    day = _build(cursor, home, "run --threads 1")
    added = _fingerprints(cursor)
    _build(cursor, home, everything)
    anew = _fingerprints(cursor)
    print(f"{'model':<32}{'day, s':>9}{'all, s':>9}")
    for name, seconds in sorted(full.items(), key=lambda item: -item[1]):
        print(f"{name:<32}{day[name]:>9.2f}{seconds:>9.2f}")
    ratio = sum(day.values()) / sum(full.values())
    different = sorted(name for name in anew if added[name] != anew[name])
    print(f"{'all models':<32}{sum(day.values()):>9.2f}{sum(full.values()):>9.2f}")
    print(f"\na day costs {ratio:.1%} of a build of everything (target {_HIGHEST_RATIO:.0%})")
    print(f"tables that differ from a build of everything: {', '.join(different) or 'none'} (of {len(anew)})")
    return ratio <= _HIGHEST_RATIO and not different


def _build(cursor: SnowflakeCursor, home: Path, arguments: str) -> dict[str, float]:
    """Execute the deployed project and return the seconds of each model."""
    known = set(home.glob("dbt/*/results/*.zip"))
    cursor.execute(f"EXECUTE DBT PROJECT PLATFORM.CUSTOMER_360_DBT ARGS='{arguments}'")
    (made,) = set(home.glob("dbt/*/results/*.zip")) - known
    with zipfile.ZipFile(made) as archive:
        results: list[dict[str, Any]] = json.loads(archive.read("target/run_results.json"))["results"]
    return {r["unique_id"].rsplit(".")[-1]: r["execution_time"] for r in results if r["unique_id"].startswith("model.")}


def _fingerprints(cursor: SnowflakeCursor) -> dict[str, tuple[Any, ...]]:
    """Return rows and a hash of the content of every table that the project builds, in whatever order the rows are."""
    cursor.execute(
        "select table_schema, table_name from INFORMATION_SCHEMA.TABLES"
        " where table_type = 'BASE TABLE' and table_schema in ('SILVER', 'GOLD')"
        " and table_name not like 'CHURN_%' and table_name <> 'ML_TRAINING_DATA'"
    )
    tables = [(schema, table) for schema, table in cursor.fetchall() if table not in _OF_ONE_BUILD]
    found: dict[str, tuple[Any, ...]] = {}
    for schema, table in tables:
        cursor.execute(f"describe table {schema}.{table}")
        columns = [row[0] for row in cursor.fetchall() if row[0] != _WRITTEN_AT]
        cursor.execute(f"select count(*), sum(hash({', '.join(columns)}) % 1000000007) from {schema}.{table}")
        found[f"{schema}.{table}"] = tuple(cursor.fetchall()[0])
    return found


def _questions(cursor: SnowflakeCursor) -> bool:
    """Time the typical questions, each the median of 20 through the connector."""
    cursor.execute("use schema GOLD")
    print(f"\n{'question':<58}{'median, s':>10}")
    slowest = 0.0
    for question in (_FOLDER / "typical_questions.sql").read_text().split(";\n"):
        if not question.strip():
            continue
        seconds = []
        for _ in range(_REPEATS):
            began = time.perf_counter()
            cursor.execute(question)
            cursor.fetchall()
            seconds.append(time.perf_counter() - began)
        median = statistics.median(seconds)
        slowest = max(slowest, median)
        print(f"{question.strip().splitlines()[0].removeprefix('-- '):<58}{median:>10.3f}")
    print(f"slowest: {slowest:.3f} s (target {_HIGHEST_SECONDS})")
    return slowest < _HIGHEST_SECONDS


if __name__ == "__main__":
    raise SystemExit(main())
