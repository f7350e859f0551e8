"""Stages: DDL, and files that go in by PUT and come out by GET, LIST and COPY."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.identifiers import Name
from local_account.stages.files import stage_directory
from tests.support.rows import rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.lake import Lake


def test_files_go_in_and_come_out(cursor: Any, database: str, account: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "in" / "page.py").write_text("print('hello')\n")
    (tmp_path / "in" / "my data.csv").write_text("1\n2\n")
    cursor.execute("create stage APP directory = (enable = true)")
    put = cursor.execute(
        f"put file://{tmp_path}/in/page.py @APP/code auto_compress = false overwrite = true"
    ).fetchall()
    assert (put[0][0], put[0][6]) == ("page.py", "UPLOADED")
    cursor.execute(f"put 'file://{tmp_path}/in/my data.csv' '@APP/data'")
    listed = cursor.execute("list @APP").fetchall()
    assert [(row[0], row[1]) for row in listed if row[0].endswith(".py")] == [("app/code/page.py", 15)]
    assert [row[0] for row in listed] == ["app/code/page.py", "app/data/my data.csv.gz"]
    folder = stage_directory(account.account, Name.of(database, "PUBLIC", "APP"))
    assert (folder / "code" / "page.py").read_text() == "print('hello')\n"
    got = cursor.execute(f"get @APP/code file://{tmp_path}/out/").fetchall()
    assert (got[0][0], got[0][2]) == ("page.py", "DOWNLOADED")
    assert (tmp_path / "out" / "page.py").read_text() == "print('hello')\n"
    cursor.execute("create table T (id number)")
    assert cursor.execute("copy into T from @APP/data").fetchone()[1:4] == ("LOADED", 2, 2)
    assert cursor.execute("rm @APP pattern = '.*[.]py'").fetchall() == [("app/code/page.py", "removed")]
    assert [row[0] for row in cursor.execute("ls @APP").fetchall()] == ["app/data/my data.csv.gz"]


def test_a_path_within_quotes_holds_a_doubled_quote(cursor: Any, tmp_path: Path) -> None:
    (tmp_path / "it's.txt").write_text("a")
    cursor.execute("create stage S")
    cursor.execute(f"put 'file://{tmp_path}/it''s.txt' @S auto_compress = false")
    assert cursor.execute("remove '@S/it''s.txt'").fetchall() == [("s/it's.txt", "removed")]


def test_replaced_and_dropped_stages_lose_their_files(cursor: Any, database: str, account: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    cursor.execute("create stage S")
    cursor.execute(f"put file://{tmp_path}/a.txt @S")
    cursor.execute("create or replace stage S")
    assert cursor.execute("list @S").fetchall() == []
    cursor.execute(f"put file://{tmp_path}/a.txt @S")
    cursor.execute("alter stage S rename to R")
    assert len(cursor.execute("list @R").fetchall()) == 1
    folder = stage_directory(account.account, Name.of(database, "PUBLIC", "R"))
    cursor.execute("drop stage R")
    assert not folder.exists()
    with pytest.raises(ProgrammingError, match=r"Stage .*R' does not exist"):
        cursor.execute("list @R")


def test_show_and_describe_use_snowflakes_columns(lake: Lake, database: str) -> None:
    cursor = lake.cursor
    cursor.execute("create file format F type = csv skip_header = 1")
    cursor.execute("alter stage LANDING set file_format = (format_name = F) comment = 'landing'")
    (row,) = rows(cursor, "show stages like 'LANDING' in schema PUBLIC")
    assert list(row)[:5] == ["created_on", "name", "database_name", "schema_name", "url"]
    assert (row["type"], row["storage_integration"], row["cloud"], row["comment"]) == (
        "EXTERNAL", lake.name, "AWS", "landing",
    )  # fmt: skip
    found = {(r[0], r[1]): r[3] for r in cursor.execute("desc stage LANDING").fetchall()}
    assert found["STAGE_FILE_FORMAT", "FORMAT_NAME"] == f"{database}.PUBLIC.F"
    assert found["STAGE_LOCATION", "URL"] == f'["s3://{lake.bucket}/customers/"]'
    formats = {r[0]: (r[1], r[2], r[3]) for r in cursor.execute("desc file format F").fetchall()}
    assert formats["SKIP_HEADER"] == ("Integer", "1", "0")
    assert formats["TYPE"] == ("String", "CSV", "CSV")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("create stage S url = 's3://x/y/'", "without STORAGE_INTEGRATION"),
        ("create stage S url = 'azure://x/y/' storage_integration = I", "only s3://"),
        ("create stage S url = 's3://x/y/' storage_integration = NONE_SUCH", "Integration 'NONE_SUCH' does not exist"),
        ("create stage S foo = 1", "Option FOO"),
        ("create stage S file_format = (type = csv skip = 1)", "invalid parameter 'SKIP'"),
        ("create stage S file_format = (format_name = NONE_SUCH)", "NONE_SUCH"),
        ("list @~", "implicit stage"),
        ("create file format F type = avro", "AVRO"),
        ("create file format F type = csv skip_header = x", "SKIP_HEADER"),
    ],
)
def test_what_is_not_known_is_refused(cursor: Any, statement: str, message: str) -> None:
    with pytest.raises(ProgrammingError, match=message):
        cursor.execute(statement)


def test_put_needs_write_and_get_needs_read(cursor: Any, connect: Any, database: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    for statement in (
        "create stage S",
        "create role if not exists READER",
        "grant role READER to user LOCAL",
        f"grant usage on database {database} to role READER",
        f"grant usage on schema {database}.PUBLIC to role READER",
        "grant read on stage S to role READER",
    ):
        cursor.execute(statement)
    reader = connect(role="READER", database=database, schema="PUBLIC").cursor()
    assert reader.execute("list @S").fetchall() == []
    with pytest.raises(ProgrammingError, match="lacks WRITE"):
        reader.execute(f"put file://{tmp_path}/a.txt @S")


def test_put_cannot_leave_the_stage(cursor: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    cursor.execute("create stage S")
    with pytest.raises(ProgrammingError, match="must not leave its stage"):
        cursor.execute(f"put file://{tmp_path}/a.txt @S/../../other")
