"""Results arrive in types that every client can read, with rows and without."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import DatabaseError

if TYPE_CHECKING:
    from local_account.session.session import Session


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("array_construct(1, 2)", [1, 2]),
        ("array_construct(1, 'a', parse_json('null'))", [1, "a", None]),
        ("[1, [2]]", [1, [2]]),
        ("array_construct(array_construct(1), parse_json('{\"a\": 1}'))", [[1], {"a": 1}]),
        ("array_construct('2024-01-31'::date, 1.50)", ["2024-01-31", 1.5]),
        ("array_to_string(array_construct(1, 2), ',')", "1,2"),
        ("object_keys(parse_json('{\"b\": 1}'))", ["b"]),
        ("strtok_to_array('a b', ' ')", ["a", "b"]),
        ("array_distinct(array_construct(1, 1))", [1]),
        ("split('a,b', ',')", ["a", "b"]),
        ("array_size(array_construct(1, 'a'))", 2),
    ],
)
def test_arrays_are_json(session: Session, expression: str, expected: Any) -> None:
    found = session.execute(f"select {expression} as A").scalar()
    assert (json.loads(found) if isinstance(expected, list) else found) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("sign(-2)", -1),
        ("1::smallint", 1),
        ("1::tinyint + 1::byteint", 2),
        ("18446744073709551615", 18446744073709551615),
        ("12345678901234567890123456789012345678", Decimal(12345678901234567890123456789012345678)),
        ("hash('a') = hash('a')", True),
    ],
)
def test_whole_numbers_of_every_size_arrive(cursor: Any, expression: str, expected: Any) -> None:
    assert cursor.execute(f"select {expression}").fetchone() == (expected,)


def test_the_values_of_hashes_arrive(cursor: Any) -> None:
    (first, second) = cursor.execute("select hash('a'), hash('b')").fetchone()
    assert first != second


def test_an_array_is_kept_in_a_table_and_returned_by_a_procedure(cursor: Any) -> None:
    cursor.execute("create table KEPT (A array)")
    cursor.execute("insert into KEPT select array_construct(1, 'a')")
    assert json.loads(cursor.execute("select A from KEPT").fetchone()[0]) == [1, "a"]
    cursor.execute("create procedure P() returns array language sql as 'begin return array_construct(1, 2); end'")
    assert json.loads(cursor.execute("call P()").fetchone()[0]) == [1, 2]


@pytest.mark.parametrize("statement", ["select 1 as A, 'x' as B where false", "show tables like 'NOTHING'"])
def test_a_result_without_rows_has_its_columns(cursor: Any, statement: str) -> None:
    cursor.execute(statement)
    names = [column.name for column in cursor.description]
    assert cursor.fetch_arrow_all(force_return_table=True).column_names == names
    assert cursor.execute(statement).fetch_arrow_all() is None
    frame = cursor.execute(statement).fetch_pandas_all()
    assert (list(frame.columns), len(frame)) == (names, 0)
    assert cursor.execute(statement).fetchall() == []


def test_an_unknown_statement_has_no_results(cursor: Any) -> None:
    with pytest.raises(DatabaseError, match="Cannot retrieve data on the status of this query"):
        cursor.get_results_from_sfqid("00000000-0000-0000-0000-000000000000")
