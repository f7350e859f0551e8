"""The selective translation does what fakesnow's own does."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest
from fakesnow import FakeSnow  # type: ignore[attr-defined]
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.dialect import parse_one
from snowflake.connector.errors import ProgrammingError

from local_account.data_plane import transform_kinds, translation

if TYPE_CHECKING:
    from pathlib import Path

_STATEMENTS = [
    "select a, b as c, 'x' from t where c = 1",
    "select $1 from (values (1, 'a'), (2, 'b'))",
    "select * from values (1, 2)",
    "select parse_json('{\"a\": [1]}'):a[0]::varchar, v:b.c, upper(v:x::varchar) from t",
    "select f.value::varchar, f.index from t, lateral flatten(input => v) f",
    "select * from table(flatten(input => parse_json('[1]')))",
    "select to_date('2024-01-01'), to_timestamp('2024-01-01'), to_timestamp_ntz(1), x::timestamp, x::timestamp_ntz from t",  # noqa: E501 - one statement a line
    "select to_number('1', 10, 2), to_decimal('1'), try_to_number('x'), to_variant(1), split('a,b', ',')",
    "select object_construct('a', 1, 'b', null), {'a': 1}, object_construct(*) from t",
    "select array_construct(1, 2), array_size(v), array_agg(a), array_agg(a) within group (order by b), array_cat(v, v) from t",  # noqa: E501 - one statement a line
    "select object_agg(a, b), regexp_replace(a, 'x'), regexp_substr(a, 'x', 1, 1), sha2(a), sha2_hex(a), x'ff' from t",
    "select dateadd('day', 1, '2024-01-01'::date), dateadd(day, 1, '2024-01-01'), datediff(day, '2024-01-01', b) from t",  # noqa: E501 - one statement a line
    "select trim(a::varchar), haversine(1, 2, 3, 4), current_version(), random(), random(3) from t",
    "select a::int, b::float, c::number(10, 2), d::array, '2024-01-01 00:00:00 +01:00'::timestamp_tz from t",
    "select * from t sample (10)",
    "select row_number() over (order by seq4()) from table(generator(rowcount => 5))",
    "select j.a as k from t join j on k = t.a",
    "select * from information_schema.tables",
    "select * from d.information_schema.columns",
    "select s.nextval, try_parse_json(a) from t",
    "insert into t (a) select a from u",
    "update t set a = parse_json('1') where b = 2",
    "delete from t where a in (select a from u)",
    "create or replace table t (a int, b varchar(10), c timestamp_ntz, d variant) comment = 'x'",
    "create table t as select a::varchar(5) as a from u",
    "create view v as select * from t",
    "create table t clone u",
    "drop schema s",
    "alter table t cluster by (a)",
    "alter table t add column b varchar(3)",
    "set x = 1",
    "with a as (select iff(x > 1, nvl(y, 0), zeroifnull(z)) as q from t) select q, count(*) from a group by 1 having q > 1",  # noqa: E501 - one statement a line
    "select max_by(a, b), listagg(a, ',') within group (order by a), count_if(a > 1), any_value(b) from t qualify 1 = 1",  # noqa: E501 - one statement a line
]


@pytest.fixture
def connection(tmp_path: Path) -> Any:
    instance = FakeSnow(db_path=tmp_path)
    connection = instance.connect("D", "S")
    connection.cursor().execute("create table u (a varchar)")
    return connection


@pytest.mark.parametrize("sql", _STATEMENTS)
def test_each_statement_becomes_the_same_duckdb_sql(connection: Any, sql: str) -> None:
    mine = translation.SelectiveCursor(connection, connection._duck_conn)._transform(parse_one(sql), None)
    theirs = connection.cursor()._transform(parse_one(sql), None)
    assert mine.sql(dialect="duckdb") == theirs.sql(dialect="duckdb")
    assert mine.args.keys() >= {k for k, v in theirs.args.items() if v}


def test_the_order_is_fakesnows() -> None:
    named = re.findall(r"transforms\.(\w+)", inspect.getsource(FakeSnowflakeCursor._transform))
    assert named == [t.name for t in transform_kinds.TRANSFORMS]


def test_sums_of_numbers_stay_exact_and_text_is_read_as_numbers(cursor: Any) -> None:
    cursor.execute("create table amounts (amount number(12,2), whole int, written varchar)")
    cursor.execute("insert into amounts values (0.10, 1, '0.5'), (0.20, 2, '1.5')")
    exact, whole = cursor.execute("select sum(amount), sum(whole) from amounts").fetchone()
    assert (str(exact), whole, type(whole)) == ("0.30", 3, int)
    assert cursor.execute("select sum(written), avg(written) from amounts").fetchone() == (2.0, 1.0)
    cursor.execute("create table sums as select sum(amount) as a, sum(whole) as w from amounts")
    types = [row[1] for row in cursor.execute("describe table sums").fetchall()]
    assert types == ["NUMBER(24,2)", "NUMBER(38,0)"]


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("select to_char(dateadd(day, 1, '2024-02-28'::timestamp), 'YYYY-MM-DD')", "2024-02-29"),
        ("select object_construct('a', 1):a::integer", 1),
        ("select sum(value::integer) from table(flatten(parse_json('[1, 2]')))", 3),
        ("select to_number(left(md5('a'), 15), 'XXXXXXXXXXXXXXX')", int("0cc175b9c0f1b6a", 16)),
        ("select to_number('fF', 'XX') + coalesce(try_to_number('zz', 'XX'), 1)", 256),
    ],
)
def test_functions_need_no_current_database(connect: Any, sql: str, value: object) -> None:
    assert connect().cursor().execute(sql).fetchone() == (value,)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select to_number('zz', 'XX')", "Numeric value '0xzz as XX' is not recognized"),
        ("select to_number('fff', 'XX')", "Numeric value '0xfff as XX' is not recognized"),
        ("select to_number('1', '9Q9')", "TO_NUMBER with the format '9Q9' is not supported"),
    ],
)
def test_hexadecimal_that_is_none_is_refused(cursor: Any, sql: str, message: str) -> None:
    with pytest.raises(ProgrammingError, match=message):
        cursor.execute(sql)
