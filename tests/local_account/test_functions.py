"""Functions whose arguments the translation would drop: right, or refused in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.data_plane.functions import strftime_format

if TYPE_CHECKING:
    from local_account.session.session import Session

_ROW = """select '2024-03-05'::date as D, '2024-03-05 14:05:06.123456'::timestamp_ntz as T, 12.5::number(10, 2) as N,
    ' xax ' as S, 7 as I, parse_json('{"a": [1, 2.5, "x", null, true, {}]}') as V"""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("YYYY-MM-DD HH24:MI:SS.FF3", "%Y-%m-%d %H:%M:%S.%g"),
        ("yyyymmdd", "%Y%m%d"),
        ('YYYY"MM"T%', "%YMMT%%"),
        ("DY, DD MON YY", "%a, %d %b %y"),
        ("MMMM HH12 am FF6", "%B %I %p %f"),
        ("Q UTC", "Q UTC"),
        ("SS.FF SS.FF9 FF0", "%S.%n %S.%n "),
    ],
)
def test_a_format_of_dates_is_written_in_duckdbs_elements(written: str, expected: str) -> None:
    assert strftime_format(written) == expected


@pytest.mark.parametrize("written", ["FF4", "HH24:MI tzhtzm", "UUUU-MM"])
def test_elements_that_duckdb_has_none_for_are_refused(written: str) -> None:
    with pytest.raises(ProgrammingError, match="is not supported by the local account"):
        strftime_format(written)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("to_char(D, 'YYYY-MM')", "2024-03"),
        ("to_varchar(T, 'HH12:MI AM')", "02:05 PM"),
        ("to_char(date_trunc('month', D), 'yyyymmdd')", "20240301"),
        ("to_char(max(D) over (), 'MON')", "Mar"),
        ("to_char('2024-03-05'::date, 'YY')", "24"),
        ("to_char('2024-03-05 01:02:03.5'::timestamp, 'SS.FF3')", "03.500"),
        ("to_char(convert_timezone('UTC', T), 'YYYY-MM'||'UTC')", "2024-03UTC"),
        ("to_char(D, 'YY' || 'YY')", "2024"),
        ("to_char(N)", "12.50"),
        ("ltrim('0012', '0')", "12"),
        ("'[' || ltrim('  a ') || ']'", "[a ]"),
        ("'[' || rtrim('  a ') || ']'", "[  a]"),
        ("trim('xax', 'x')", "a"),
        ("rtrim('abb', 'b')", "a"),
        ("'[' || trim(S) || ']'", "[xax]"),
        ("trim(I)", "7"),
        ("trim(I::integer, ' ')", "7"),
        ("trim(V:a[2])", "x"),
        ("typeof(V:a[0])", "INTEGER"),
        ("typeof(V:a[1])", "DECIMAL"),
        ("typeof(V:a[2])", "VARCHAR"),
        ("typeof(V:a[4])", "BOOLEAN"),
        ("typeof(V:a[5])", "OBJECT"),
        ("typeof(V:a)", "ARRAY"),
        ("typeof(V:b)", None),
        ("typeof(parse_json('null'))", "NULL_VALUE"),
        ("typeof(D)", "DATE"),
        ("typeof(T)", "TIMESTAMP_NTZ"),
    ],
)
def test_every_argument_counts(session: Session, expression: str, expected: Any) -> None:
    assert session.execute(f"with R as ({_ROW}) select {expression} from R").scalar() == expected


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("select to_char(N, 'XX') from R", "TO_CHAR with 'XX', a format of numbers, is not supported"),
        ("select to_char(D, S) from R", "TO_CHAR with a format that is no constant is not supported"),
        ("select * from R, table(flatten(input => V, path => S))", "FLATTEN with PATH => S is not supported"),
        ("select parse_ip(S, 'INET') from R", "PARSE_IP is not supported by the local account."),
        ("select nth_value(I, 2) from last over (order by I) from R", "NTH_VALUE FROM LAST is not supported"),
    ],
)
def test_what_would_be_left_out_is_refused(session: Session, query: str, sentence: str) -> None:
    with pytest.raises(ProgrammingError) as caught:
        session.execute(f"with R as ({_ROW}) {query}")
    assert sentence in str(caught.value.raw_msg)
    assert caught.value.errno == 2


def test_flatten_takes_its_defaults(session: Session) -> None:
    query = "select F.INDEX from R, lateral flatten(input => V:a, outer => false, recursive => false, mode => 'both') F"
    assert len(session.execute(f"with R as ({_ROW}) {query}").rows()) == 6


@pytest.mark.parametrize("dividing", ["1 / 0", "mod(5, 0)", "5 % 0", "1.5::float / 0", "sum(I) / (sum(I) - 7)"])
def test_a_division_by_zero_fails(session: Session, dividing: str) -> None:
    with pytest.raises(ProgrammingError) as caught:
        session.execute(f"with R as ({_ROW}) select {dividing} from R")
    assert (caught.value.errno, caught.value.sqlstate, caught.value.raw_msg) == (100051, "22012", "Division by zero")


def test_a_division_by_zero_is_an_exception_of_a_block(session: Session) -> None:
    block = "begin let n := 0; return 1 / n; exception when expression_error then return sqlcode; end"
    assert session.execute(f"execute immediate $${block}$$").scalar() == 100051
