"""The built warehouse, as the tests of the dbt project read it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipeline.procedures import PROCEDURES
from tests.support.rows import rows

if TYPE_CHECKING:
    import snowflake.connector

    from tests.support.loaded_dbt import LoadedDbt
    from tests.support.warehouse.small_bronze import Bronze, Row

PROJECT = Path(__file__).parents[3] / "dbt"
DATABASE = "CUSTOMER_ANALYTICS"
Dbt = Callable[..., subprocess.CompletedProcess[str]]


@dataclass
class Warehouse:
    """The built warehouse: its bronze rows, how to read its tables, and dbt's manifest with the compiled SQL."""

    bronze: Bronze
    connection: snowflake.connector.SnowflakeConnection
    manifest: dict[str, Any] = field(default_factory=dict)

    def rows(self, sql: str) -> list[Row]:
        """Run a query and return its rows as dicts by lower-case column name."""
        with self.connection.cursor() as cursor:
            return [{name.lower(): value for name, value in row.items()} for row in rows(cursor, sql)]

    def by_customer(self, table: str) -> dict[str, Row]:
        """Return the rows of a table with one row per customer."""
        return {row["customer_id"]: row for row in self.rows(f"select * from {table}")}


def create_procedure(connection: snowflake.connector.SnowflakeConnection, name: str) -> None:
    """Create a procedure that the stack would deploy."""
    (procedure,) = [p for p in PROCEDURES if p.name == name]
    connection.cursor().execute(procedure.declaration)


def dbt_runner(loaded: LoadedDbt, connection_settings: dict[str, Any], folder: Path) -> Dbt:
    """Return a function that runs dbt on the project with a connection to an account; artifacts go below the folder."""
    profiles = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    profiles["customer_360"]["outputs"]["local"] |= connection_settings
    (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
    return partial(loaded.run, project=PROJECT, profiles=folder, parsed=True)
