"""Queries of a stage's files: fields by position, where they come from, and what is refused."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.rows import tuples

if TYPE_CHECKING:
    from tests.support.lake import Lake

FORMAT = (
    "create or replace file format FIELDS type = csv field_optionally_enclosed_by = '\"' null_if = () "
    "empty_field_as_null = false"
)
STAGE = "@LANDING (file_format => 'FIELDS')"


@pytest.fixture
def asked(cursor: Any, lake: Lake) -> Any:
    """A cursor in a database with a format that tells empty fields from missing ones; files come from `lake`."""
    assert lake.bucket
    cursor.execute(FORMAT)
    return cursor


def test_fields_come_by_position_with_file_and_row(asked: Any, lake: Lake) -> None:
    lake.put("a.csv", 'A,B,C\n1,"two,2",\n3\n4,5,6,7,8\n"of two\nlines",9,10\n')
    found = tuples(asked, f"select metadata$file_row_number, $1, t.$2, $3, $4 from {STAGE} t order by 1")
    assert found == [
        (1, "A", "B", "C", None),
        (2, "1", "two,2", "", None),
        (3, "3", None, None, None),
        (4, "4", "5", "6", "7"),
        (5, "of two\nlines", "9", "10", None),
    ]
    twice = f"select count(*) from {STAGE} a inner join {STAGE} b on a.$1 = b.$1"
    assert tuples(asked, twice) == [(5,)]
    assert tuples(asked, f"select distinct metadata$filename from {STAGE}") == [("customers/a.csv",)]


def test_pattern_chooses_files_and_an_empty_file_has_no_rows(asked: Any, lake: Lake) -> None:
    lake.put("a.csv.gz", gzip.compress(b"x\n"))
    lake.put("b.csv", "y\n")
    lake.put("c.csv", "")
    assert tuples(asked, f"select $1 from {STAGE} order by 1") == [("x",), ("y",)]
    stage = "@LANDING (file_format => 'FIELDS', pattern => '.*/b.*')"
    assert tuples(asked, f"select $1, count(*) from {stage} group by 1") == [("y", 1)]
    assert tuples(asked, "select $1 from @LANDING (pattern => 'none')") == []
    asked.execute(f"create table LINES as select $1::varchar as line from {STAGE}")
    assert tuples(asked, "select count(*) from LINES") == [(2,)]
    assert [c.name for c in asked.describe(f"select $1, metadata$filename from {STAGE}")] == ["$1", "METADATA$FILENAME"]


def test_a_record_that_is_none_is_an_error_with_its_place(asked: Any, lake: Lake) -> None:
    lake.put("a.csv", 'A,B\n1,2\n3,"4\n5,6\n')
    with pytest.raises(ProgrammingError, match=r"quote that is not closed\n  File 'customers/a[.]csv', line 3"):
        asked.execute(f"select $1 from {STAGE}")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select $1 from @LANDING (file_format => 'HEADED')", "PARSE_HEADER = TRUE is for COPY INTO"),
        ("select $1 from @LANDING (file_format => 'PARQUETS')", "staged files of type PARQUET"),
        ("create view V as select $1 as a from @LANDING", "A view of a stage's files"),
        ("select $1 from @NOWHERE", "Stage .*NOWHERE"),
    ],
)
def test_what_is_not_supported_is_refused(asked: Any, sql: str, message: str) -> None:
    asked.execute("create file format HEADED type = csv parse_header = true")
    asked.execute("create file format PARQUETS type = parquet")
    with pytest.raises(ProgrammingError, match=message):
        asked.execute(sql)


def test_reading_needs_the_right_to_the_stage(asked: Any, connect: Any, database: str) -> None:
    for statement in (
        "create role if not exists READER",
        "grant role READER to user LOCAL",
        f"grant usage on database {database} to role READER",
        f"grant usage on schema {database}.PUBLIC to role READER",
    ):
        asked.execute(statement)
    reader = connect(role="READER", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    with pytest.raises(ProgrammingError, match="LANDING"):
        reader.execute("select $1 from @LANDING")
