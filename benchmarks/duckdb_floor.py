"""The floor: the SQL work of a recorded run, executed directly on DuckDB in one process.

The local account writes every translated statement to the file named by C360_STATEMENT_LOG. This script replays those
statements in their order on a fresh DuckDB database with the same settings: no protocol, no access control, no
translation, no tasks, no dbt. What is left is the time that DuckDB itself needs for what the account makes of the
statements; what a slow translation costs is in it, and shows in the phases of two revisions only. Beforehand, untimed,
the schemas, the tables that the deployment made, and the loaded customers are copied from the run's own database. The
clock stands where the run loaded its transactions: dbt asks for what was loaded later, and a later clock would make the
replay look at everything where the run looked at nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from local_account.data_plane.plane import DataPlane

if TYPE_CHECKING:
    from datetime import datetime

# Statements of at least this many seconds in the platform's run must replay: a floor that skips work is no floor.
_HEAVY_SECONDS = 0.2


@dataclass
class Floor:
    """What a replay took.

    Attributes:
        seconds: of all statements that could be replayed.
        skipped_seconds: what the platform took for those that could not.
        skipped: how many, by reason.
        heavy_skipped: those of them that took the platform long.
        peak_bytes: of memory.
        slowest: seconds here, seconds of the platform, and the statement.
    """

    seconds: float = 0.0
    skipped_seconds: float = 0.0
    replayed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    heavy_skipped: list[str] = field(default_factory=list)
    peak_bytes: int = 0
    slowest: list[tuple[float, float, str]] = field(default_factory=list)


def replay(log: Path, platform: Path, folder: Path, database: str) -> Floor:
    """Replay a statement log on a fresh database below `folder` and time it; `platform` is the run's database file."""
    connection = _open(folder, database)
    loaded_at = _copy_deployed(connection, platform, database)
    floor = Floor()
    for line in log.read_text().splitlines():
        entry = json.loads(line)
        for logged in entry["sql"]:
            statement = logged.replace(_CLOCK, f"TIMESTAMP '{loaded_at}'")
            began = time.perf_counter()
            try:
                connection.execute(statement, _named(statement, entry["params"]))
                connection.fetchall()
            except (duckdb.Error, RuntimeError) as error:
                floor.skipped[str(error).split(":", 1)[0]] += 1
                floor.skipped_seconds += entry["seconds"]
                if entry["seconds"] >= _HEAVY_SECONDS:
                    floor.heavy_skipped.append(f"{' '.join(statement.split())[:90]}: {str(error)[:90]}")
                continue
            seconds = time.perf_counter() - began
            floor.seconds += seconds
            floor.replayed += 1
            floor.slowest.append((seconds, entry["seconds"], " ".join(statement.split())[:90]))
    floor.slowest = sorted(floor.slowest, reverse=True)[:12]
    floor.peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return floor


def _open(folder: Path, database: str) -> duckdb.DuckDBPyConnection:
    """Open DuckDB with the settings and functions of the account's data plane, and a database of that name."""
    plane = DataPlane(folder, folder / "temporary")
    plane.create_database(database)
    connection = plane._duck  # noqa: SLF001 - no session stands between
    connection.execute(f"SET schema = '{database}.main'")
    return connection


# Loaded by COPY INTO, which reads files and so is not in the log.
_COPIED_WITH_ROWS = ("BRONZE_CUSTOMERS", "BRONZE_CUSTOMER_CHANGES")
_CLOCK = "GET_CURRENT_TIMESTAMP() AT TIME ZONE 'UTC'"


def _copy_deployed(connection: duckdb.DuckDBPyConnection, platform: Path, database: str) -> datetime:
    """Make the schemas and (but for customers, empty) tables of the run's database; return when it loaded last."""
    connection.execute(f"ATTACH '{platform}' AS platform (READ_ONLY)")
    tables = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'platform' "
        "AND schema_name NOT IN ('main', '_fs_information_schema')"
    ).fetchall()
    for schema, table in tables:
        rows = "" if table in _COPIED_WITH_ROWS else " LIMIT 0"
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS {database}."{schema}"')
        connection.execute(
            f'CREATE TABLE {database}."{schema}"."{table}" AS SELECT * FROM platform."{schema}"."{table}"{rows}'
        )
    ((loaded_at,),) = connection.execute("SELECT max(_loaded_at) FROM platform.BRONZE.BRONZE_TRANSACTIONS").fetchall()
    connection.execute("DETACH platform")
    return loaded_at


def _named(statement: str, values: list[Any] | None) -> dict[str, Any] | None:
    named = {f"p{n}": value for n, value in enumerate(values or (), start=1) if re.search(rf"\$p{n}\b", statement)}
    return named or None


def main() -> None:
    """Replay the log named on the command line and print the floor as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("platform", type=Path, help="the database file of the recorded run")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--database", default="CUSTOMER_ANALYTICS")
    options = parser.parse_args()
    floor = replay(options.log, options.platform, options.folder, options.database)
    print(json.dumps(vars(floor), indent=1))


if __name__ == "__main__":
    main()
