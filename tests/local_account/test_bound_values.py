"""Values that clients bind keep their types, also as arrays, in which a driver sends what it has as text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import snowflake.connector

from local_account.queries.bound_values import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5, 123456)  # noqa: DTZ001 - TIMESTAMP_NTZ has no zone


@pytest.fixture
def bound(connect: Any, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A cursor that leaves the values to the server."""
    monkeypatch.setattr(snowflake.connector, "paramstyle", "qmark")
    with connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor() as cursor:
        yield cursor


def test_bound_values_keep_their_types(bound: Any) -> None:
    values = (1.5, _MOMENT, Decimal("1.25"), 7, "x", True, dt.date(2024, 2, 29), dt.time(1, 2, 3), b"\x01", None)
    (row,) = bound.execute(f"select {', '.join('?' * len(values))}", values).fetchall()
    assert row == values
    assert {column.name for column in bound.description} == {"?"}


@pytest.mark.parametrize(
    ("query", "values", "expected"),
    [
        ("select count(*) from values (40), (41) where column1 > ?", (40.5,), 1),
        ("select count(*) from values (40), (41) where column1 between ? and ?", (39.2, 40.7), 1),
        ("select ? + 1", (1.5,), 2.5),
        ("select ?::varchar", (_MOMENT,), "2024-01-02 03:04:05.123456"),
        ("select dateadd('day', 1, ?)", (_MOMENT,), _MOMENT + dt.timedelta(days=1)),
        ("select ?", (("TIMESTAMP_LTZ", _MOMENT),), _MOMENT.replace(tzinfo=dt.UTC)),
        ("select ?", (("TIMESTAMP_TZ", _MOMENT),), _MOMENT.replace(tzinfo=dt.UTC)),
    ],
)
def test_a_bound_value_counts_as_what_it_is(bound: Any, query: str, values: tuple[Any, ...], expected: Any) -> None:
    assert bound.execute(query, values).fetchone()[0] == expected


@pytest.mark.parametrize("with_null", [False, True])
def test_arrays_of_values_keep_their_types(bound: Any, with_null: bool) -> None:
    bound.execute(
        "create table T (A int, F float, S datetime, D date, B boolean, H time, Y binary, V varchar, N dec(9, 2))"
    )
    row = (1, 1.5, _MOMENT, dt.date(2024, 2, 29), True, dt.time(1, 2, 3), b"\x01\xff", "20240102", Decimal("1.25"))
    other = (2, *[None] * 8) if with_null else (2, *row[1:])
    bound.executemany("insert into T values (?, ?, ?, ?, ?, ?, ?, ?, ?)", [row, other])
    assert bound.rowcount == 2
    assert bound.execute("select * from T order by A").fetchall() == [row, other]


def test_an_array_with_a_bad_row_inserts_nothing(bound: Any) -> None:
    bound.execute("create table T (A int)")
    with pytest.raises(snowflake.connector.errors.ProgrammingError):
        bound.executemany("insert into T values (?)", [("1",), ("x",)])
    assert bound.execute("select count(*) from T").fetchone() == (0,)


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000, 1_000_000_000])
def test_the_size_of_a_number_tells_its_unit(unit: int) -> None:
    assert moment(1_704_164_645 * unit) == _MOMENT.replace(microsecond=0)
