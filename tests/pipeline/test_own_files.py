"""Source `files`: an issuer's own files land like generated rows, day by day, and bad files are refused in words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.jobs import RunSettings
from tests.support import own_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.bronze_jobs import Ingestion

FILES = RunSettings(source="files", as_of_date=None)
COUNT = 60
ROWS = 270 * COUNT
TABLES = {
    "BRONZE_CUSTOMERS": own_files.CUSTOMERS,
    "BRONZE_CUSTOMER_CHANGES": own_files.CHANGES,
    "BRONZE_TRANSACTIONS": own_files.TRANSACTIONS,
}
GOOD = ("T1", "C000001", "2024-12-31 10:00:00", "12.50", "Grocery", "approved")


@pytest.fixture(scope="module")
def generated(deploy_ingestion: Callable[..., Ingestion]) -> Ingestion:
    """Generated bronze tables to export and to compare with."""
    ingestion = deploy_ingestion()
    ingestion.stage_customers(COUNT)
    assert {state for state, _ in ingestion.run().values()} == {"SUCCEEDED"}
    return ingestion


@pytest.fixture(scope="module")
def empty(deploy_ingestion: Callable[..., Ingestion]) -> Ingestion:
    """A stack that awaits files; every test on it leaves its tables empty."""
    return deploy_ingestion(FILES)


def deliver(ingestion: Ingestion, folder: Path) -> None:
    for stage in ("customers", "transactions"):
        ingestion.stage(*(p for p in sorted(folder.glob(f"{stage}/*"))), stage=f"{stage.upper()}_STAGE")


def rows(ingestion: Ingestion, table: str) -> list[tuple[Any, ...]]:
    columns = ", ".join([*TABLES[table], *(["transaction_date"] if table == "BRONZE_TRANSACTIONS" else [])])
    return sorted(ingestion.rows(f"select {columns} from BRONZE.{table}"))


@pytest.mark.parametrize("formats", [("csv",), ("parquet",), ("csv", "parquet")])
def test_exported_rows_come_back_the_same(
    generated: Ingestion, deploy_ingestion: Callable[..., Ingestion], tmp_path: Path, formats: tuple[str, ...]
) -> None:
    own_files.export(generated.rows, tmp_path, formats)
    ingestion = deploy_ingestion(FILES)
    deliver(ingestion, tmp_path)
    states = ingestion.run()
    assert {state for state, _ in states.values()} == {"SUCCEEDED"}, states
    assert "GENERATE_TRANSACTIONS" not in states
    for table in TABLES:
        assert rows(ingestion, table) == rows(generated, table), table
    assert ingestion.rows(
        "select count(_loaded_at), count(_batch_id), count(distinct _source_file), min(_file_row_number)"
        " from BRONZE.BRONZE_TRANSACTIONS"
    ) == [(ROWS, ROWS, 5, 1)]
    assert ingestion.value("select max(as_of_date)::varchar from OBSERVABILITY.PIPELINE_RUNS") == "2024-12-31"
    assert ingestion.rows("select check_name, observed_value from OBSERVABILITY.V_RECENT_DQ_FAILURES") == []


def test_a_second_day_is_appended_and_moves_the_as_of_date(
    generated: Ingestion, deploy_ingestion: Callable[..., Ingestion], tmp_path: Path
) -> None:
    ingestion = deploy_ingestion(FILES)
    own_files.export(generated.rows, tmp_path / "first", ("parquet",))
    deliver(ingestion, tmp_path / "first")
    ingestion.run()
    before = ingestion.rows("select max(_loaded_at), count(*) from BRONZE.BRONZE_TRANSACTIONS")[0]
    day = [
        ("N0001", "C000001", "2025-01-01 10:00:00", "12.50", "Grocery", "approved"),
        ("N0002", "C000002", "2024-12-30 23:59:59", "20.00", "Hotels", "approved"),  # late
        ("T00000000001", "C000003", "2025-01-01 08:00:00", "7.00", "Fast Food", "declined"),  # delivered again
    ]
    own_files.write(tmp_path / "second/transactions/2025-01-01.csv", own_files.TRANSACTIONS, day)
    change = ("C000001", "2025-01-01", "7777.00", "Silver", "Springfield", "IL", "62701")
    own_files.write(tmp_path / "second/customers/customer_changes_2025-01-01.csv", own_files.CHANGES, [change])
    deliver(ingestion, tmp_path / "second")
    states = ingestion.run()
    assert {state for state, _ in states.values()} == {"SUCCEEDED"}, states
    loaded = ingestion.rows(
        "select transaction_id, transaction_date::varchar, _file_row_number, _loaded_at > %s, _source_file"
        " from BRONZE.BRONZE_TRANSACTIONS where _batch_id = (select max_by(_batch_id, _loaded_at)"
        " from BRONZE.BRONZE_TRANSACTIONS) order by 3",
        (before[0],),
    )
    assert [row[:4] for row in loaded] == [
        ("N0001", "2025-01-01", 1, True), ("N0002", "2024-12-30", 2, True), ("T00000000001", "2025-01-01", 3, True),
    ]  # fmt: skip
    assert all("2025-01-01.csv" in row[4] for row in loaded)
    assert ingestion.value("select count(*) from BRONZE.BRONZE_TRANSACTIONS") == before[1] + 3
    assert ingestion.value("select count(*) from BRONZE.BRONZE_CUSTOMER_CHANGES where credit_limit = 7777") == 1
    runs = ingestion.rows("select as_of_date::varchar from OBSERVABILITY.PIPELINE_RUNS order by started_at")
    assert runs == [("2024-12-31",), ("2025-01-01",)]
    failed = ingestion.rows(
        "select check_name, failed_rows from OBSERVABILITY.V_RECENT_DQ_FAILURES where check_name like '%unique%'"
    )
    assert failed == [("transaction_id_is_unique", 1)]
    ingestion.run()
    assert ingestion.value("select count(*) from BRONZE.BRONZE_TRANSACTIONS") == before[1] + 3


def without(columns: dict[str, str], name: str) -> dict[str, str]:
    return {column: kind for column, kind in columns.items() if column != name}


def renamed(_: Path, folder: Path) -> None:
    columns = {("value" if name == "amount" else name): kind for name, kind in own_files.TRANSACTIONS.items()}
    own_files.write(folder / "day_2024-12-31.csv", columns, [GOOD])


def wrong_type(_: Path, folder: Path) -> None:
    own_files.write(folder / "day_2024-12-31.csv", own_files.TRANSACTIONS, [GOOD, (*GOOD[:3], "much", *GOOD[4:])])


def unknown_category(_: Path, folder: Path) -> None:
    own_files.write(folder / "day_2024-12-31.csv", own_files.TRANSACTIONS, [GOOD, (*GOOD[:4], "Casino", "approved")])


def unknown_format(_: Path, folder: Path) -> None:
    (folder / "day_2024-12-31.xlsx").write_bytes(b"PK")


def undated(_: Path, folder: Path) -> None:
    own_files.write(folder / "export.csv", own_files.TRANSACTIONS, [GOOD])


def parquet_called_csv(scratch: Path, folder: Path) -> None:
    own_files.write(scratch / "x.parquet", own_files.TRANSACTIONS, [GOOD]).rename(folder / "day_2024-12-31.csv")


def csv_called_parquet(scratch: Path, folder: Path) -> None:
    own_files.write(scratch / "x.csv", own_files.TRANSACTIONS, [GOOD]).rename(folder / "day_2024-12-31.parquet")


def nothing(_: Path, __: Path) -> None:
    pass


FAULTS: dict[Callable[[Path, Path], None], str] = {
    renamed: r"day_2024-12-31\.csv lacks AMOUNT\. See docs/data\.md",
    wrong_type: r"1 of 2 rows .* nothing was loaded \(.*day_2024-12-31\.csv, row 2: AMOUNT: .*'much'",
    unknown_category: r"1 of 2 rows .*row 2: MERCHANT_CATEGORY is 'Casino', none of the 20",
    unknown_format: r"Files of no known format: .*day_2024-12-31\.xlsx\. Deliver \.csv, \.csv\.gz or \.parquet",
    undated: r"No date in the name of .*export\.csv: name a file by the last day",
    parquet_called_csv: r"File '.*day_2024-12-31\.csv' cannot be loaded: it is not a text file",
    csv_called_parquet: r"File '.*day_2024-12-31\.parquet' cannot be loaded: It is no Parquet file",
    nothing: r"There are no transactions: deliver files under transactions/",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_bad_file_is_refused_in_words_and_nothing_is_loaded(
    empty: Ingestion, tmp_path: Path, fault: Callable[[Path, Path], None]
) -> None:
    folder = tmp_path / "delivered" / "transactions"
    folder.mkdir(parents=True)
    fault(tmp_path, folder)
    empty.rows("remove @PLATFORM.TRANSACTIONS_STAGE")
    deliver(empty, folder.parent)
    state, error = empty.run()["LOAD_TRANSACTIONS"]
    assert state == "FAILED"

    assert re.search(FAULTS[fault], str(error)), error
    assert empty.value("select count(*) from BRONZE.BRONZE_TRANSACTIONS") == 0


def test_few_bad_rows_are_kept_with_their_reasons(deploy_ingestion: Callable[..., Ingestion], tmp_path: Path) -> None:
    ingestion = deploy_ingestion(FILES)
    good = [(f"T{n}", *GOOD[1:]) for n in range(397)]
    bad = [("", *GOOD[1:]), (*GOOD[:5], "maybe"), (*GOOD[:2], "yesterday", *GOOD[3:])]
    own_files.write(tmp_path / "transactions/2024-12-31.csv", own_files.TRANSACTIONS, [*good, *bad])
    deliver(ingestion, tmp_path)
    assert ingestion.run()["LOAD_TRANSACTIONS"] == ("SUCCEEDED", None)
    assert ingestion.value("select count(*) from BRONZE.BRONZE_TRANSACTIONS") == 397
    refused = ingestion.rows(
        "select file_row_number, error_message, rejected_record from OBSERVABILITY.REJECTED_ROWS order by 1"
    )
    assert [row[0] for row in refused] == [398, 399, 400]
    assert "TRANSACTION_ID is empty" in refused[0][1]
    assert "STATUS is 'maybe'" in refused[1][1]
    assert "yesterday" in refused[2][1]
    assert "Grocery" in refused[0][2]
    checks = dict(ingestion.rows(
        "select check_name, failed_rows from OBSERVABILITY.V_RECENT_DQ_FAILURES"
        " where table_name = 'BRONZE_TRANSACTIONS'"
    ))  # fmt: skip
    assert checks["rows_refused"] == 3


def csv_text(folder: Path, lines: list[str], columns: dict[str, str] = own_files.TRANSACTIONS) -> Path:
    """Write lines as they stand, quotes or not, under the columns in an order whose last one is the amount."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "2024-12-31.csv"
    path.write_text(",".join([*without(columns, "amount"), "amount"]) + "\n" + "".join(f"{line}\n" for line in lines))
    return path


def test_a_row_with_more_fields_than_columns_is_refused_whole(
    deploy_ingestion: Callable[..., Ingestion], tmp_path: Path
) -> None:
    ingestion = deploy_ingestion(FILES)
    good = [f"T{n},C1,2024-12-31 10:00:00,Grocery,approved,12.50" for n in range(1000)]
    good.append('Q1,C1,2024-12-31 10:00:00,"Grocery",approved,12.50')
    cut = ["1,234.50", "9,99", "9,", "1,234,567.00"]
    bad = [f"B{n},C1,2024-12-31 10:00:00,Grocery,approved,{amount}" for n, amount in enumerate(cut)]
    csv_text(tmp_path / "transactions", [*good[:500], *bad, *good[500:]])
    deliver(ingestion, tmp_path)
    assert ingestion.run()["LOAD_TRANSACTIONS"] == ("SUCCEEDED", None)
    assert ingestion.rows("select count(*), min(amount) from BRONZE.BRONZE_TRANSACTIONS") == [(1001, Decimal("12.50"))]
    refused = ingestion.rows("select file_row_number, error_message from OBSERVABILITY.REJECTED_ROWS order by 1")
    assert [row for row, _ in refused] == [501, 502, 503, 504]
    assert refused[0][1] == (
        "7 fields, but the header has 6: '234.50' stands behind the last column, AMOUNT; a value that holds a comma "
        "needs quotes"
    )
    assert "8 fields, but the header has 6: '567.00'" in refused[3][1]


def test_a_customer_with_more_fields_than_columns_is_refused(
    deploy_ingestion: Callable[..., Ingestion], tmp_path: Path
) -> None:
    ingestion = deploy_ingestion(FILES)
    rows_of = [(f"C{n}", *CUSTOMER[1:]) for n in range(200)]
    own_files.write(tmp_path / "customers/customers.csv", own_files.CUSTOMERS, rows_of)
    with (tmp_path / "customers/customers.csv").open("a") as file:
        file.write("C900,Jo,jo@example.com,555,1980-01-01,2024-01-01,5000.00,Gold,Washington, D.C.,DC,20001\n")
    deliver(ingestion, tmp_path)
    assert ingestion.run()["LOAD_CUSTOMERS"] == ("SUCCEEDED", None)
    assert ingestion.value("select count(*) from BRONZE.BRONZE_CUSTOMERS") == 200
    assert ingestion.rows("select file_row_number, left(error_message, 34) from OBSERVABILITY.REJECTED_ROWS") == [
        (201, "12 fields, but the header has 11: ")
    ]


def test_a_file_whose_quotes_do_not_match_is_refused_whole(empty: Ingestion, tmp_path: Path) -> None:
    rows_of = [f"T{n},C1,2024-12-31 10:00:00,Grocery,approved,12.50" for n in range(1, 1001)]
    rows_of[989] = 'T990,C1,2024-12-31 10:00:00,"Grocery,approved,12.50'
    csv_text(tmp_path / "transactions", rows_of)
    empty.rows("remove @PLATFORM.TRANSACTIONS_STAGE")
    deliver(empty, tmp_path)
    state, error = empty.run()["LOAD_TRANSACTIONS"]
    empty.rows("remove @PLATFORM.TRANSACTIONS_STAGE")
    assert state == "FAILED"
    assert re.search(
        r"(?s)A file cannot be read to its end: .*quote that is not closed.*2024-12-31\.csv', line 991", error or ""
    )
    assert empty.value("select count(*) from BRONZE.BRONZE_TRANSACTIONS") == 0


def test_ids_lose_blanks_around_them_and_digits_alone_are_no_dates(
    deploy_ingestion: Callable[..., Ingestion], tmp_path: Path
) -> None:
    ingestion = deploy_ingestion(FILES)
    customers = [(f" C{n} ", *CUSTOMER[1:]) for n in range(1, 300)]
    customers += [("  ", *CUSTOMER[1:]), ("C900", *CUSTOMER[1:5], "20240101", *CUSTOMER[6:])]
    own_files.write(tmp_path / "customers/customers.csv", own_files.CUSTOMERS, customers)
    spent = [(f" T{n}", f"C{n}", *SPENT[2:]) for n in range(1, 300)]
    spent += [("T900", "C1", "20241231", *SPENT[3:]), ("T901", "C1", "1735639200", *SPENT[3:])]
    own_files.write(tmp_path / "transactions/2024-12-31.csv", own_files.TRANSACTIONS, spent)
    deliver(ingestion, tmp_path)
    assert {state for state, _ in ingestion.run().values()} == {"SUCCEEDED"}
    assert ingestion.rows("select min(length(transaction_id)) from BRONZE.BRONZE_TRANSACTIONS") == [(2,)]
    refused = ingestion.rows("select error_message from OBSERVABILITY.REJECTED_ROWS order by 1")
    assert [row[0] for row in refused] == [
        "ACCOUNT_OPEN_DATE is 1970-08-23: digits alone count seconds since 1970",
        "CUSTOMER_ID is empty",
        "TRANSACTION_TIMESTAMP is 1970-08-23: digits alone count seconds since 1970",
    ]


CUSTOMER = ("C1", "Jo", "jo@example.com", "555", "1980-01-01", "2024-01-01", "5000.00", "Gold", "Town", "IL", "01234")
CHANGE = ("C1", "2024-05-01", "9000.00", "Gold", "Town", "IL", "01234")
SPENT = ("T1", "C1", "2024-12-31 10:00:00", "12.50", "Grocery", "approved")


def test_bad_customers_and_changes_are_kept_with_their_reasons(
    deploy_ingestion: Callable[..., Ingestion], tmp_path: Path
) -> None:
    ingestion = deploy_ingestion(FILES)
    good = [(f"C{number}", *CUSTOMER[1:]) for number in range(1, 500)]
    bad = [("C900", *CUSTOMER[1:3], "", *CUSTOMER[4:]), ("C901", *CUSTOMER[1:7], "Tin", *CUSTOMER[8:])]
    own_files.write(tmp_path / "customers/customers.csv", own_files.CUSTOMERS, [*good, *bad])
    changes = [(*CHANGE[:2], "", *CHANGE[3:]), (*CHANGE[:3], "gold", *CHANGE[4:]), CHANGE]
    own_files.write(tmp_path / "customers/customer_changes.csv", own_files.CHANGES, changes)
    own_files.write(tmp_path / "transactions/2024-12-31.csv", own_files.TRANSACTIONS, [SPENT])
    deliver(ingestion, tmp_path)
    assert {state for state, _ in ingestion.run().values()} == {"SUCCEEDED"}
    refused = ingestion.rows(
        "select table_name, file_row_number, error_message from OBSERVABILITY.REJECTED_ROWS"
        " order by length(table_name), file_row_number"
    )
    assert refused == [
        ("BRONZE_CUSTOMERS", 500, "PHONE is empty"),
        ("BRONZE_CUSTOMERS", 501, "CARD_TYPE is 'Tin', not Platinum, Gold, Silver or Basic"),
        ("BRONZE_CUSTOMER_CHANGES", 1, "CREDIT_LIMIT is empty, or not above 0"),
        ("BRONZE_CUSTOMER_CHANGES", 2, "CARD_TYPE is 'gold', not Platinum, Gold, Silver or Basic"),
    ]
    assert ingestion.value("select count(*) from BRONZE.BRONZE_CUSTOMERS") == 499
    assert rows(ingestion, "BRONZE_CUSTOMER_CHANGES") == [("C1", *ingestion.rows(
        "select '2024-05-01'::date, 9000::number(12, 2), 'Gold', 'Town', 'IL', '01234'"
    )[0])]  # fmt: skip


def test_a_file_without_rows_completes_its_day(deploy_ingestion: Callable[..., Ingestion], tmp_path: Path) -> None:
    ingestion = deploy_ingestion(FILES)
    own_files.write(tmp_path / "customers/customers.csv", own_files.CUSTOMERS, [CUSTOMER])
    own_files.write(tmp_path / "transactions/2024-12-31.csv", own_files.TRANSACTIONS, [SPENT])
    own_files.write(tmp_path / "transactions/2025-01-01.csv", own_files.TRANSACTIONS, [])
    deliver(ingestion, tmp_path)
    ingestion.run()
    assert ingestion.value("select max(as_of_date)::varchar from OBSERVABILITY.PIPELINE_RUNS") == "2025-01-01"


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        (("T1", "C77", *SPENT[2:]), "customer_exists"),
        (("T1", "C1", "2023-12-31 10:00:00", *SPENT[3:]), "not_before_opening"),
    ],
)
def test_what_a_check_stops_is_mended_by_delivering_the_transaction_again(
    deploy_ingestion: Callable[..., Ingestion], tmp_path: Path, wrong: tuple[str, ...], check: str
) -> None:
    ingestion = deploy_ingestion(FILES)
    own_files.write(tmp_path / "customers/customers.csv", own_files.CUSTOMERS, [CUSTOMER])
    own_files.write(tmp_path / "transactions/2024-12-31.csv", own_files.TRANSACTIONS, [wrong, ("T2", *SPENT[1:])])
    deliver(ingestion, tmp_path)
    state, error = ingestion.run()["VALIDATE_BRONZE"]
    assert state == "FAILED"
    assert f"Bronze checks failed: BRONZE_TRANSACTIONS.{check}." in str(error)
    own_files.write(tmp_path / "transactions/mended_2024-12-31.csv", own_files.TRANSACTIONS, [SPENT])
    deliver(ingestion, tmp_path)
    assert ingestion.run()["VALIDATE_BRONZE"] == ("SUCCEEDED", None)


@pytest.mark.parametrize(("wrong_day", "is_mended"), [("2024-12-30", True), ("2025-01-01", False)])
def test_of_files_loaded_together_that_of_the_later_day_is_checked(
    deploy_ingestion: Callable[..., Ingestion], tmp_path: Path, wrong_day: str, *, is_mended: bool
) -> None:
    ingestion = deploy_ingestion(FILES)
    own_files.write(tmp_path / "customers/customers.csv", own_files.CUSTOMERS, [CUSTOMER])
    own_files.write(tmp_path / "transactions/m_2024-12-31.csv", own_files.TRANSACTIONS, [SPENT])
    name = f"{'z' if is_mended else 'a'}_{wrong_day}.csv"  # by its name alone it would be the other way round
    wrong = ("T1", "C77", *SPENT[2:])
    own_files.write(tmp_path / "transactions" / name, own_files.TRANSACTIONS, [("T2", *SPENT[1:]), wrong])
    deliver(ingestion, tmp_path)
    assert ingestion.run()["VALIDATE_BRONZE"][0] == ("SUCCEEDED" if is_mended else "FAILED")


def test_a_stack_has_one_source(generated: Ingestion, empty: Ingestion) -> None:
    empty.rows(
        "insert into BRONZE.BRONZE_TRANSACTIONS (transaction_id, _batch_id) values ('T00000000001', 'synthetic-2-x/01')"
    )
    state, error = empty.run()["LOAD_TRANSACTIONS"]
    empty.rows("delete from BRONZE.BRONZE_TRANSACTIONS")
    assert state == "FAILED"
    assert "a stack has one source" in str(error)
    generated.rows("insert into BRONZE.BRONZE_TRANSACTIONS (transaction_id, _batch_id) values ('X', 'a run')")
    state, error = generated.run()["GENERATE_TRANSACTIONS"]
    generated.rows("delete from BRONZE.BRONZE_TRANSACTIONS where transaction_id = 'X'")
    assert state == "FAILED"
    assert "a stack has one source" in str(error)
    assert generated.value("select count(*) from BRONZE.BRONZE_TRANSACTIONS") == ROWS
