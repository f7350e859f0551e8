"""COPY INTO: good rows land, bad rows are kept, files are loaded once, and a failing load leaves nothing."""

from __future__ import annotations

import gzip
import io
import time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.rows import tuples

if TYPE_CHECKING:
    from tests.support.lake import Lake

CREATE = (
    "create or replace table T (id number(38,0) not null, name varchar(20), born date, amount number(12,2), "
    "at_time timestamp_ntz, is_on boolean, file varchar, row_no number(38,0))"
)
FORMAT = (
    "create or replace file format CSV_FORMAT type = csv parse_header = true field_optionally_enclosed_by = '\"' "
    "null_if = ('') error_on_column_count_mismatch = false"
)
COPY = (
    "copy into T from @LANDING file_format = (format_name = CSV_FORMAT) match_by_column_name = case_insensitive "
    "include_metadata = (file = METADATA$FILENAME, row_no = METADATA$FILE_ROW_NUMBER) "
)
HEADER = "ID,NAME,BORN,AMOUNT,AT_TIME,IS_ON\n"
GOOD = '1,"O\'Brien, ""Pat""",1990-02-28,12.50,2024-01-31 23:59:59,true\n2,,,,,\n'
BROKEN = (
    HEADER
    + "1,ok,2020-01-01,1.00,2024-01-01 00:00:00,true\n"
    + "x,wrong number,2020-01-01,1.00,,\n"
    + '3,"two\nlines",2020-01-01,1.00,,\n'
    + "4,wrong date,2020-13-01,1.00,,\n"
    + ",missing id,2020-01-01,1.00,,\n"
    + "6,short\n"
    + "7,long,2020-01-01,1.00,,,extra\n"
    + "8,a name that is much too long,2020-01-01,1.00,,\n"
    + "9,big,2020-01-01,99999999999.00,,\n"
    + "10,last,2020-01-01,1.00,2024-01-01T10:00:00,false\n"
)


@pytest.fixture
def table(cursor: Any, lake: Lake) -> Any:
    """A cursor in a database with the table T and the file format; files come from `lake`."""
    assert lake.bucket
    cursor.execute(CREATE)
    cursor.execute(FORMAT)
    return cursor


def test_a_file_lands_with_its_name_and_row_numbers(table: Any, lake: Lake) -> None:
    lake.put("a.csv", HEADER + GOOD)
    (result,) = tuples(table, COPY)
    assert result == (f"s3://{lake.bucket}/customers/a.csv", "LOADED", 2, 2, 1, 0, None, None, None, None)
    assert [c.name for c in table.description] == [
        "file", "status", "rows_parsed", "rows_loaded", "error_limit", "errors_seen", "first_error", "first_error_line",
        "first_error_character", "first_error_column_name",
    ]  # fmt: skip
    found = tuples(
        table, "select id, name, born::varchar, amount, at_time::varchar, is_on, file, row_no from T order by id"
    )
    assert [str(v) if v is not None else None for v in found[0]] == [
        "1", 'O\'Brien, "Pat"', "1990-02-28", "12.50", "2024-01-31 23:59:59.000", "True", "customers/a.csv", "1",
    ]  # fmt: skip
    assert found[1] == (2, None, None, None, None, None, "customers/a.csv", 2)


def test_broken_rows_are_kept_and_good_ones_land(table: Any, lake: Lake) -> None:
    lake.put("broken.csv", BROKEN)
    (result,) = tuples(table, COPY + "on_error = continue")
    assert result[1:7] == ("PARTIALLY_LOADED", 10, 5, 10, 5, "Numeric value 'x' is not recognized")
    assert tuples(table, "select id, row_no from T order by id") == [(1, 1), (3, 3), (6, 6), (7, 7), (10, 10)]
    errors = tuples(
        table,
        "select row_number, column_name, code, file, error, rejected_record from table(validate(T, job_id => '_last')) "
        "order by row_number",
    )
    assert [e[:4] for e in errors] == [
        (2, '"T"["ID":1]', 100038, "customers/broken.csv"),
        (4, '"T"["BORN":3]', 100040, "customers/broken.csv"),
        (5, '"T"["ID":1]', 100072, "customers/broken.csv"),
        (8, '"T"["NAME":2]', 100078, "customers/broken.csv"),
        (9, '"T"["AMOUNT":4]', 100038, "customers/broken.csv"),
    ]
    assert errors[1][4] == "Date '2020-13-01' is not recognized"
    assert errors[1][5] == "4,wrong date,2020-13-01,1.00,,"


@pytest.mark.parametrize("on_error", ["continue", "abort_statement"])
def test_a_whole_number_that_is_not_held_is_no_broken_row(table: Any, lake: Lake, on_error: str) -> None:
    lake.put("long.csv", HEADER + "12345678901234567890,a,,,,\n2,b,,,,\n")
    with pytest.raises(ProgrammingError, match="more than 18 digits in NUMBER"):
        table.execute(COPY + f"on_error = {on_error}")
    assert tuples(table, "select count(*) from T") == [(0,)]


def test_rejected_rows_are_found_by_query_id_too(table: Any, lake: Lake) -> None:
    lake.put("broken.csv", BROKEN)
    table.execute(COPY + "on_error = continue")
    query = table.sfqid
    lake.put("good.csv", HEADER + GOOD)
    table.execute(COPY + "on_error = continue")
    assert tuples(table, "select count(*) from table(validate(T, job_id => '_last'))") == [(0,)]
    assert tuples(table, f"select count(*) from table(validate(T, job_id => '{query}'))") == [(5,)]


def test_too_many_and_too_few_fields_are_errors_where_the_format_says_so(table: Any, lake: Lake) -> None:
    table.execute("alter file format CSV_FORMAT set error_on_column_count_mismatch = true")
    lake.put("broken.csv", HEADER + "1,a,,,,\n2,b\n3,c,,,,,extra\n4,d,,,,\n")
    (result,) = tuples(table, COPY + "on_error = continue")
    assert result[1:4] == ("PARTIALLY_LOADED", 4, 2)
    assert tuples(table, "select id, row_no from T order by id") == [(1, 1), (4, 4)]


def test_row_numbers_stay_right_after_many_rejects(table: Any, lake: Lake) -> None:
    lines = [f"{'x' if n % 3 == 0 else ''}{n},n,,,,\n" for n in range(1, 301)]
    lake.put("many.csv", HEADER + "".join(lines))
    table.execute(COPY + "on_error = continue")
    assert tuples(table, "select count(*), count_if(id = row_no) from T") == [(200, 200)]


def test_files_are_loaded_once_unless_changed_or_forced(table: Any, lake: Lake) -> None:
    lake.put("a.csv", HEADER + GOOD)
    table.execute(COPY)
    assert tuples(table, COPY) == [("Copy executed with 0 files processed.",)]
    lake.put("a.csv", HEADER + "5,new,,,,\n")
    assert tuples(table, COPY)[0][1:4] == ("LOADED", 1, 1)
    assert tuples(table, COPY + "force = true")[0][1:4] == ("LOADED", 1, 1)
    assert tuples(table, "select count(*) from T") == [(4,)]


@pytest.mark.parametrize("statement", ["truncate table T", CREATE])
def test_an_emptied_table_loads_its_files_again(table: Any, lake: Lake, statement: str) -> None:
    lake.put("a.csv", HEADER + GOOD)
    table.execute(COPY)
    table.execute(statement)
    history = (
        "select count(*) from table(information_schema.copy_history(table_name => 'T', start_time => '2020-01-01'))"
    )
    assert tuples(table, history) == [(0,)]
    assert tuples(table, COPY)[0][1:4] == ("LOADED", 2, 2)
    assert tuples(table, history) == [(1,)]


def test_a_rollback_forgets_rows_and_files_alike(table: Any, lake: Lake) -> None:
    lake.put("a.csv", HEADER + GOOD)
    table.execute("begin")
    table.execute(COPY)
    table.execute("rollback")
    assert tuples(table, "select count(*) from T") == [(0,)]
    assert tuples(table, COPY)[0][1:4] == ("LOADED", 2, 2)


def test_abort_statement_names_the_place_and_leaves_nothing(table: Any, lake: Lake) -> None:
    lake.put("a.csv", HEADER + GOOD)
    lake.put("broken.csv", BROKEN)
    with pytest.raises(ProgrammingError, match="Numeric value 'x' is not recognized") as caught:
        table.execute(COPY)
    assert "File 'customers/broken.csv', line 3, character 1" in str(caught.value.msg)
    assert tuples(table, "select count(*) from T") == [(0,)]
    assert tuples(table, COPY + "on_error = continue pattern = '.*a[.]csv'")[0][1] == "LOADED"


@pytest.mark.parametrize(
    ("on_error", "status"),
    [
        ("SKIP_FILE", "LOAD_FAILED"),
        ("SKIP_FILE_5", "LOAD_FAILED"),
        ("SKIP_FILE_6", "PARTIALLY_LOADED"),
        ("'SKIP_FILE_40%'", "LOAD_FAILED"),
        ("'SKIP_FILE_50%'", "PARTIALLY_LOADED"),
    ],
)
def test_files_with_too_many_errors_are_skipped(table: Any, lake: Lake, on_error: str, status: str) -> None:
    lake.put("a.csv", HEADER + GOOD)
    lake.put("broken.csv", BROKEN)
    found = tuples(table, COPY + f"on_error = {on_error}")
    assert [r[1] for r in found] == ["LOADED", status]
    assert tuples(table, "select count(*) from T") == [(2 if status == "LOAD_FAILED" else 7,)]


def test_files_and_pattern_choose_and_a_missing_file_is_an_error(table: Any, lake: Lake) -> None:
    for name in ("day1/a.csv", "day1/b.csv", "day2/a.csv"):
        lake.put(name, HEADER + "1,a,,,,\n")
    part = COPY.replace("@LANDING", "@LANDING/day1/")
    assert tuples(table, part + "files = ('b.csv')")[0][0].endswith("day1/b.csv")
    assert [r[0][-10:] for r in tuples(table, COPY + "pattern = '.*/a.csv'")] == ["day1/a.csv", "day2/a.csv"]
    with pytest.raises(ProgrammingError, match=r"Remote file 'none[.]csv' was not found"):
        table.execute(COPY + "files = ('none.csv')")


def test_gzip_and_position_and_column_lists(table: Any, lake: Lake) -> None:
    lake.put("a.csv.gz", gzip.compress(b"id;name\n7;seven\n8;eight\n"))
    table.execute(
        "copy into T (id, name) from @LANDING file_format = (type = csv skip_header = 1 field_delimiter = ';')"
    )
    assert tuples(table, "select id, name, born from T order by id") == [(7, "seven", None), (8, "eight", None)]


def test_parquet_is_matched_by_name_and_bad_values_are_kept(table: Any, lake: Lake) -> None:
    out = io.BytesIO()
    data = {
        "id": pa.array([1, None, 3], pa.int64()),
        "name": ["a", "b", "c"],
        "born": ["2020-01-01", "2020-01-02", "no"],
    }
    pq.write_table(pa.table(data), out)
    lake.put("a.parquet", out.getvalue())
    copy = COPY.replace("format_name = CSV_FORMAT", "type = parquet")
    assert tuples(table, copy + "on_error = continue")[0][1:6] == ("PARTIALLY_LOADED", 3, 1, 3, 2)
    assert tuples(table, "select id, born::varchar, row_no from T") == [(1, "2020-01-01", 1)]
    errors = tuples(table, "select row_number, column_name from table(validate(T, job_id => '_last')) order by 1")
    assert errors == [(2, '"T"["ID":1]'), (3, '"T"["BORN":3]')]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_texts_are_read_as_snowflakes_auto_formats_or_refused_by_value(table: Any, lake: Lake, suffix: str) -> None:
    rows = [
        ("1", "12/31/2024", "1_000", "2025-01-02 10:00:00"),
        ("2", "31-DEC-2024", "1000", "2025-01-02 09:15 PM"),
        ("3", "12/31/2024", "1000", "1735689600"),
    ]
    if suffix == "csv":
        lake.put("a.csv", "ID,BORN,AMOUNT,AT_TIME\n" + "".join(",".join(row) + "\n" for row in rows))
    else:
        out = io.BytesIO()
        pq.write_table(
            pa.table(dict(zip(("id", "born", "amount", "at_time"), zip(*rows, strict=True), strict=True))), out
        )
        lake.put("a.parquet", out.getvalue())
    copy = COPY if suffix == "csv" else COPY.replace("format_name = CSV_FORMAT", "type = parquet")
    table.execute(copy + "on_error = continue")
    assert tuples(table, "select id, born::varchar, at_time::varchar from T") == [
        (3, "2024-12-31", "2025-01-01 00:00:00.000")
    ]
    errors = tuples(
        table, "select row_number, column_name, error from table(validate(T, job_id => '_last')) order by 1"
    )
    assert errors == [
        (1, '"T"["AMOUNT":4]', "Numeric value '1_000' is not recognized"),
        (2, '"T"["AT_TIME":5]', "Timestamp '2025-01-02 09:15 PM' is not recognized"),
    ]


def test_purge_removes_what_was_loaded_whole(table: Any, lake: Lake) -> None:
    lake.put("a.csv", HEADER + GOOD)
    lake.put("broken.csv", BROKEN)
    table.execute(COPY + "on_error = continue purge = true")
    assert [r[0][-10:] for r in tuples(table, "list @LANDING")] == ["broken.csv"]


def test_validation_mode_returns_errors_and_loads_nothing(table: Any, lake: Lake) -> None:
    lake.put("broken.csv", BROKEN)
    copy = COPY.split("include_metadata", maxsplit=1)[0]
    assert len(tuples(table, copy + "validation_mode = return_errors")) == 5
    assert tuples(table, "select count(*) from T") == [(0,)]


def test_copy_history_tells_what_was_loaded(table: Any, lake: Lake) -> None:
    lake.put("broken.csv", BROKEN)
    table.execute(COPY + "on_error = continue")
    query = table.sfqid
    found = tuples(
        table,
        "select file_name, status, row_parsed, row_count, error_count, first_error_line_number, query_id from "
        "table(information_schema.copy_history(table_name => 'T', "
        "start_time => dateadd('hour', -1, current_timestamp())))",
    )
    assert found == [("customers/broken.csv", "Partially loaded", 10, 5, 5, 3, query)]
    for start, end, count in ((-1, 1, 1), (-2, -1, 0), (1, 2, 0)):
        spans = f"start_time => dateadd('hour', {start}, current_timestamp()), "
        spans += f"end_time => dateadd('hour', {end}, current_timestamp())"
        history = f"table(information_schema.copy_history(table_name => 'T', {spans}))"
        assert tuples(table, f"select count(*) from {history}") == [(count,)], (start, end)


def test_unknown_names_in_the_file_and_unsupported_forms_are_refused(table: Any, lake: Lake) -> None:
    lake.put("a.csv", "FOO,BAR\n1,2\n")
    with pytest.raises(ProgrammingError, match=r"No column of the file \(FOO, BAR\)"):
        table.execute(COPY)
    for statement, message in (
        ("copy into @LANDING from T", "Unloading"),
        ("copy into T from (select $1 from @LANDING)", "FROM .SELECT"),
        ("copy into T from @LANDING size_limit = 1", "Option SIZE_LIMIT"),
        ("copy into T from @LANDING on_error = whatever", "invalid value 'WHATEVER'"),
        ("copy into NOWHERE from @LANDING", "NOWHERE"),
        ("copy into T from @NOWHERE", "Stage .*NOWHERE"),
    ):
        with pytest.raises(ProgrammingError, match=message):
            table.execute(statement)


def test_loading_needs_insert_on_the_table_and_usage_on_the_stage(
    table: Any, lake: Lake, connect: Any, database: str
) -> None:
    lake.put("a.csv", HEADER + GOOD)
    for statement in (
        "create role if not exists LOADER",
        "grant role LOADER to user LOCAL",
        f"grant usage on database {database} to role LOADER",
        f"grant usage on schema {database}.PUBLIC to role LOADER",
        "grant usage on file format CSV_FORMAT to role LOADER",
    ):
        table.execute(statement)
    loader = connect(role="LOADER", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    with pytest.raises(ProgrammingError, match="Stage"):
        loader.execute(COPY)
    table.execute("grant usage on stage LANDING to role LOADER")
    with pytest.raises(ProgrammingError, match=r"PUBLIC\.T"):
        loader.execute(COPY)
    table.execute("grant insert on table T to role LOADER")
    assert loader.execute(COPY).fetchall()[0][1] == "LOADED"


def test_fifty_thousand_rows_load_quickly(table: Any, lake: Lake) -> None:
    lines = (f"{n},name {n},1990-01-01,{n}.25,2024-01-01 00:00:00,true\n" for n in range(50_000))
    lake.put("big.csv", HEADER + "".join(lines))
    started = time.perf_counter()
    assert tuples(table, COPY + "on_error = continue")[0][1:4] == ("LOADED", 50_000, 50_000)
    assert time.perf_counter() - started < 5  # well under a second on an idle machine
