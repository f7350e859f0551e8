"""`c360 up --data`: which folders it takes, and that the same data from files makes the same gold tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from c360.errors import CommandError
from c360.own_data import find_files
from tests.support import own_files
from tests.support.platforms import CUSTOMERS, Platform

if TYPE_CHECKING:
    from pathlib import Path

# What says when and from where a row came, not what it says.
LOAD_METADATA = {"LOADED_AT", "PROFILE_UPDATED_AT", "PREDICTED_AT", "UPDATED_AT", "CREATED_AT"}


def test_files_are_found_with_their_keys(tmp_path: Path) -> None:
    keys = ("customers/customers.csv", "transactions/2024/12/2024-12-31.parquet", "transactions/2024-12-30.csv.gz")
    for key in keys:
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_text("x")
    assert find_files(tmp_path) == {
        key: tmp_path / key
        for key in (
            "customers/customers.csv",
            "transactions/2024-12-30.csv.gz",
            "transactions/2024/12/2024-12-31.parquet",
        )
    }


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "has no files: put them below customers/ and transactions/"),
        ("notes.csv", r"notes\.csv belongs to no feed"),
        ("merchants/a.csv", r"merchants/a\.csv belongs to no feed"),
        ("customers/customers.xlsx", r"customers\.xlsx has no known format: deliver \.csv, \.csv\.gz, \.parquet"),
    ],
)
def test_a_folder_that_no_job_would_load_is_refused(tmp_path: Path, name: str | None, message: str) -> None:
    if name:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    with pytest.raises(CommandError, match=message):
        find_files(tmp_path)


@pytest.mark.timeout(600)
def test_the_same_data_from_files_makes_the_same_gold_tables(platform: Platform, tmp_path: Path) -> None:
    own_files.export(platform.ask, tmp_path / "mine", ("csv", "parquet"))
    other = Platform(tmp_path / "home")
    done = other.c360("up", "--data", str(tmp_path / "mine"))
    assert done.returncode == 0, done.stdout + done.stderr
    columns = (
        "select table_name, listagg(column_name, ',') within group (order by column_name)"
        " from INFORMATION_SCHEMA.COLUMNS where table_schema = 'GOLD' group by 1 order by 1"
    )
    with other.served():
        tables = platform.ask(columns)
        assert other.ask(columns) == tables
        assert len(tables) > 15
        for table, names in tables:
            compared = [name for name in names.split(",") if name not in LOAD_METADATA]
            query = f"select {', '.join(compared)} from GOLD.{table}"
            assert comparable(other.ask(query)) == comparable(platform.ask(query)), table
        runs = other.ask("select as_of_date::varchar, status from OBSERVABILITY.PIPELINE_RUNS")
        assert runs == [("2024-12-31", "SUCCEEDED")]
        assert other.ask("select count(*) from GOLD.CUSTOMER_360_PROFILE") == [(CUSTOMERS,)]
    assert_refused(other, "loaded from files", "up", "--customers", "100")
    assert_refused(platform, "holds generated data", "up", "--data", str(tmp_path / "mine"))


def comparable(rows: list[tuple[Any, ...]]) -> list[str]:
    """Return rows as text, sorted; sums of FLOAT depend on the order of their rows in the last digits."""
    return sorted(repr([round(value, 9) if isinstance(value, float) else value for value in row]) for row in rows)


def assert_refused(platform: Platform, part: str, *arguments: str) -> None:
    done = platform.c360(*arguments)
    assert done.returncode == 1
    assert part in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
