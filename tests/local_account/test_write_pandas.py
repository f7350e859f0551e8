"""Frames that the connector's write_pandas writes: a temporary stage, a Parquet file, COPY INTO by name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from snowflake.connector.errors import ProgrammingError
from snowflake.connector.pandas_tools import write_pandas

from tests.support.rows import tuples

if TYPE_CHECKING:
    from collections.abc import Callable

# The connector asks pandas in a way that pandas gives up.
pytestmark = pytest.mark.filterwarnings("ignore:is_datetime64tz_dtype is deprecated")


def frame() -> pd.DataFrame:
    return pd.DataFrame({
        "ID": [1, 2, 3],
        "NAME": ["Ann", None, 'O"Hara, é'],
        "AMOUNT": [Decimal("1.50"), Decimal("-2.25"), None],
        "SHARE": [0.1, float("nan"), 1e300],
        "BORN": [dt.date(1990, 2, 28), None, dt.date(2024, 2, 29)],
        "SEEN": pd.to_datetime(["2026-01-02 03:04:05.123456", None, "1969-12-31 23:59:59.000000"]),
        "IS_ON": [True, False, None],
    })  # fmt: skip


TABLE = (
    "create or replace table FRAMES (ID int, NAME varchar(20), AMOUNT number(10, 2), SHARE float, BORN date, "
    "SEEN timestamp_ntz, IS_ON boolean, EXTRA int default 7)"
)
SEEN, LONG_AGO = (dt.datetime.fromisoformat(text) for text in ("2026-01-02 03:04:05.123456", "1969-12-31 23:59:59"))
ROWS = [
    (
        1,
        "Ann",
        Decimal("1.50"),
        0.1,
        dt.date(1990, 2, 28),
        SEEN,
        True,
        7,
    ),
    (2, None, Decimal("-2.25"), None, None, None, False, 7),
    (3, 'O"Hara, é', None, 1e300, dt.date(2024, 2, 29), LONG_AGO, None, 7),
]


@pytest.mark.parametrize("options", [{}, {"chunk_size": 2}, {"bulk_upload_chunks": True}, {"overwrite": False}])
def test_a_frame_lands_value_by_value(cursor: Any, options: dict[str, Any]) -> None:
    cursor.execute(TABLE)
    done, files, written, _ = write_pandas(cursor.connection, frame(), "FRAMES", **options)
    assert (done, files, written) == (True, 2 if "chunk_size" in options else 1, 3)
    assert tuples(cursor, "select * from FRAMES order by ID") == ROWS


def test_its_stage_belongs_to_its_session_alone(cursor: Any, connect: Callable[..., Any], database: str) -> None:
    cursor.execute("create temporary stage MINE")
    cursor.execute("show stages like 'MINE'")
    assert cursor.fetchall()[0][10] == "INTERNAL TEMPORARY"
    other = connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    assert other.execute("show stages like 'MINE'").fetchall() == []
    with pytest.raises(ProgrammingError, match="does not exist"):
        other.execute("list @MINE")
    other.execute("create temporary stage THEIRS")
    other.connection.close()
    cursor.execute("create stage THEIRS")  # the name is free again


def test_columns_find_theirs_by_their_names_as_written(cursor: Any) -> None:
    cursor.execute('create or replace table QUOTED ("a b" int, "A" varchar)')
    write_pandas(cursor.connection, pd.DataFrame({"A": ["x"], "a b": [5]}), "QUOTED")
    assert tuples(cursor, 'select "a b", "A" from QUOTED') == [(5, "x")]
    cursor.execute("create or replace table FOLDED (A int)")
    write_pandas(cursor.connection, pd.DataFrame({"a": [1]}), "FOLDED", quote_identifiers=False)  # as pd_writer does
    assert tuples(cursor, "select A from FOLDED") == [(1,)]


def test_a_frame_that_does_not_fit_is_refused_whole(cursor: Any) -> None:
    cursor.execute("create or replace table SHORT (NAME varchar(2))")
    with pytest.raises(ProgrammingError, match=r'length limit \(2\) exceeded by string [^|]*"SHORT"\["NAME":1\]'):
        write_pandas(cursor.connection, pd.DataFrame({"NAME": ["ab", "abc"]}), "SHORT")
    assert tuples(cursor, "select count(*) from SHORT") == [(0,)]


def test_a_dictionary_in_a_column_of_text_is_its_json(cursor: Any) -> None:
    cursor.execute("create or replace table NESTED (D varchar, L varchar)")
    write_pandas(cursor.connection, pd.DataFrame({"D": [{"a": "x", "n": 1}], "L": [[1, 2]]}), "NESTED")
    assert tuples(cursor, "select D, L from NESTED") == [('{"a":"x","n":1}', "[1,2]")]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([{"K": 2, "Z": None}, {"K": 4, "Z": "bla"}], ['{"K":2}', '{"K":4,"Z":"bla"}']),  # issue 1232 of the connector
        ([{"a": 1}, {"b": [1, 2]}], ['{"a":1}', '{"b":[1,2]}']),
        ([{"n": {"x": 1}}, {"n": {"y": "2"}}], ['{"n":{"x":1}}', '{"n":{"y":"2"}}']),
        ([{"l": [{"x": 1}, {"y": 2}]}], ['{"l":[{"x":1},{"y":2}]}']),
        ([[{"x": 1}, {"it's": 2}], None], ['[{"x":1},{"it\'s":2}]', None]),
        ([[{"l": [{"x": 1}, {"y": 2}]}, {"m": 3}]], ['[{"l":[{"x":1},{"y":2}]},{"m":3}]']),
        ([{"a": 1}, None], ['{"a":1}', None]),
    ],
)
@pytest.mark.parametrize("kind", ["variant", "varchar"])
def test_a_field_that_a_dictionary_has_not_is_left_out(
    cursor: Any, kind: str, values: list[Any], expected: list[str | None]
) -> None:
    cursor.execute(f"create or replace table FIELDS (N number, V {kind})")
    write_pandas(cursor.connection, pd.DataFrame({"N": range(len(values)), "V": values}), "FIELDS")
    assert tuples(cursor, "select to_json(parse_json(V::varchar)) from FIELDS order by N") == [(v,) for v in expected]


def test_a_number_that_is_longer_than_its_column_of_a_query_is_refused(cursor: Any) -> None:
    cursor.execute("create or replace table NARROW as select 1.5 * 2 as N")
    with pytest.raises(ProgrammingError, match=r"Numeric value '123\.5' is not recognized"):
        write_pandas(cursor.connection, pd.DataFrame({"N": [Decimal("123.5")]}), "NARROW")
    assert tuples(cursor, "select N from NARROW") == [(Decimal("3.0"),)]


@pytest.mark.parametrize(
    "sql",
    [
        "copy into FRAMES(ID) from (select $1:ID + 1 from @STG) file_format = (type = parquet)",
        "copy into FRAMES(ID) from (select $2:ID from @STG) file_format = (type = parquet)",
        "copy into FRAMES(ID) from (select $1:ID from @STG) file_format = (type = csv)",
        "copy into FRAMES(ID) from (select $1:ID::varchar from @STG) file_format = (type = parquet)",
        "create or replace temporary stage OUT url = 's3://x/'",
        "create temporary file format F type = csv",
        "create or replace stage if not exists STG",
    ],
)
def test_what_is_not_read_is_refused(cursor: Any, sql: str) -> None:
    cursor.execute(TABLE)
    cursor.execute("create stage if not exists STG")
    with pytest.raises(ProgrammingError, match=r"not supported|incompatible"):
        cursor.execute(sql)


def test_moments_in_nanoseconds_of_a_zone_land_with_or_without_one(cursor: Any) -> None:
    cursor.execute("create or replace table FRAMES (HERE timestamp_ntz, THERE timestamp_ltz, BORN date)")
    moments = pd.Series(pd.to_datetime(["2026-01-02 03:04:05.123456+02:00", None], utc=True)).astype(
        "datetime64[ns, UTC]"
    )
    frame_of_moments = pd.DataFrame(dict.fromkeys(("HERE", "THERE", "BORN"), moments))
    assert write_pandas(cursor.connection, frame_of_moments, "FRAMES", use_logical_type=True)[0]
    here = dt.datetime.fromisoformat("2026-01-02 01:04:05.123456")
    assert tuples(cursor, "select * from FRAMES order by 1") == [
        (here, here.replace(tzinfo=dt.UTC), here.date()),
        (None, None, None),
    ]
