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
    assert find_files(tmp_path).files == {
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
        ("customers/clients.csv", r"clients\.csv holds neither customers nor changes by its name: name it customers\*"),
        (
            "transactions/today.csv",
            r"today\.csv has no date in its name: name it by the last day .* Nothing was uploaded",
        ),
        ("transactions/2025-02-30.csv", r"2025-02-30\.csv has no date in its name"),
    ],
)
def test_a_folder_that_no_job_would_load_is_refused(tmp_path: Path, name: str | None, message: str) -> None:
    if name:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    with pytest.raises(CommandError, match=message):
        find_files(tmp_path)


def test_hidden_files_are_skipped_and_endings_in_capitals_are_known(tmp_path: Path) -> None:
    names = (
        ".DS_Store", "customers/.DS_Store", "transactions/Thumbs.db", "customers/.~lock.customers.csv#",
        "transactions/.old/2024-12-31.csv", "__MACOSX/customers/customers.csv", "customers/~$customers.csv",
    )  # fmt: skip
    for name in (*names, "customers/customers.CSV", "transactions/2024-12-31.Csv.GZ"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    found = find_files(tmp_path)
    assert set(found.files) == {"customers/customers.csv", "transactions/2024-12-31.csv.gz"}
    assert set(found.skipped) == set(names)


def test_two_files_of_one_key_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "customers").mkdir()
    for name in ("customers.csv", "customers.CSV"):
        (tmp_path / "customers" / name).write_text("x")
    with pytest.raises(CommandError, match=r"would be one object, customers/customers\.csv"):
        find_files(tmp_path)
    (tmp_path / "customers/customers.CSV").unlink()
    (tmp_path / "customers/customers.csv").write_text("")
    with pytest.raises(CommandError, match=r"customers\.csv is empty"):
        find_files(tmp_path)


@pytest.mark.timeout(600)
def test_a_refused_file_can_be_withdrawn_and_few_data_make_a_platform_without_probabilities(tmp_path: Path) -> None:
    folder, stack = tmp_path / "mine", Platform(tmp_path / "home")
    customers = [
        (f"K{n}", "Jo", "jo@example.com", "555", "1980-01-01", "2024-01-01", "5000.00", "Gold", "Town", "IL", "01234")
        for n in range(3)
    ]
    spent = [(f"T{n}", f"K{n}", "2025-07-01 10:00:00", "12.50", "Grocery", "approved") for n in range(3)]
    own_files.write(folder / "customers/customers.csv", own_files.CUSTOMERS, customers)
    wrong = own_files.write(
        folder / "transactions/2025-07-01.csv",
        own_files.TRANSACTIONS,
        [(*row[:2], "01.07.2025", *row[3:]) for row in spent],
    )
    with stack.served():  # or each command would start the account
        refused = stack.c360("up", "--data", str(folder))
        assert refused.returncode == 1
        assert refused.stderr == (
            "Error: LOAD_TRANSACTIONS failed: 3 of 3 rows of the transaction files were refused, more than 1.0 percent:"
            " nothing was loaded (transactions/2025-07-01.csv, row 1: TRANSACTION_TIMESTAMP: Timestamp '01.07.2025' is "
            "not recognized). See OBSERVABILITY.REJECTED_ROWS, mend the files or take them out, run "
            "again. (7 dependent tasks did not run)\n"
        )
        wrong.unlink()
        own_files.write(folder / "transactions/day_2025-07-01.csv", own_files.TRANSACTIONS, spent)
        done = stack.c360("up", "--data", str(folder))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Taken out of the bucket, because no run loaded them: transactions/2025-07-01.csv" in done.stdout
        assert "checks did not pass: see 'c360 status'" in done.stdout
        listed = stack.c360("files", "list").stdout
        assert "customers/customers.csv" in listed
        assert stack.c360("files", "remove", "transactions/day_2025-07-01.csv").returncode == 0
        assert_refused(stack, "has no object", "files", "remove", "transactions/day_2025-07-01.csv")
        assert stack.ask("select count(*), count(churn_probability) from GOLD.CUSTOMER_360_PROFILE") == [(3, 0)]
        skipped = (
            "select details from OBSERVABILITY.DATA_QUALITY_METRICS where check_name = 'churn_model_can_be_trained'"
        )
        assert [row[0][:28] for row in stack.ask(skipped)] == ["No churn model was trained: "]


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
