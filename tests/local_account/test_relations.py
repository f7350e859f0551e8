"""Tables and views: DDL, what the catalog knows of them, temporary tables, results scanned again."""

from __future__ import annotations

from typing import Any

import pytest
from snowflake.connector.errors import DatabaseError, ProgrammingError

from tests.support.rows import tuples


def _described(cursor: Any, name: str) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in cursor.execute(f"describe table {name}").fetchall()}


def test_declared_columns_come_back(cursor: Any) -> None:
    cursor.execute(
        "create transient table ORDERS (id number(38,0) not null comment 'key', amount number(12,2) default 0,"
        " note varchar(10), at timestamp_ntz(9), raw variant, primary key (id)) cluster by (at, id)"
        " comment = 'all orders'"
    )
    described = _described(cursor, "ORDERS")
    assert {name: row[0] for name, row in described.items()} == {
        "ID": "NUMBER(38,0)", "AMOUNT": "NUMBER(12,2)", "NOTE": "VARCHAR(10)", "AT": "TIMESTAMP_NTZ(9)",
        "RAW": "VARIANT",
    }  # fmt: skip
    assert described["ID"][2] == "N"
    assert described["ID"][4] == "Y"
    assert described["ID"][8] == "key"
    (row,) = cursor.execute("show tables like 'orders'").fetchall()
    assert (row[1], row[4], row[5], row[6]) == ("ORDERS", "TRANSIENT", "all orders", "LINEAR(at, id)")
    cursor.execute("insert into ORDERS (id) values (1), (1)")  # keys are not enforced, as on Snowflake
    with pytest.raises(DatabaseError, match="NULL result in a non-nullable column"):
        cursor.execute("insert into ORDERS (amount) values (1)")
    with pytest.raises(ProgrammingError, match="table property MAGIC is not supported"):
        cursor.execute("create table X (a int) magic = 1")


def test_altering(cursor: Any) -> None:
    cursor.execute("create table T (a int, b varchar(10), c number(10,2))")
    cursor.execute("insert into T values (1, 'x', 1.5)")
    for sql in [
        "alter table T add column d varchar(20) comment 'new', e timestamp_ntz",
        "alter table T add column if not exists d int",
        "alter table T add column if not exists d int, f int",
        "alter table T drop column f",
        'alter table T alter "A" comment $$it\'s a$$, b comment $$b$$',
        "alter table T alter column b set data type varchar(50)",
        "alter table T rename column c to price",
        "alter table T drop column e",
        "alter table T alter column a set not null",
        "alter table T cluster by (a)",
        "alter table T set comment = 'changed' data_retention_time_in_days = 5",
        "comment on column T.price is 'in USD'",
    ]:
        cursor.execute(sql)
    described = _described(cursor, "T")
    assert [(name, row[0], row[2], row[8]) for name, row in described.items()] == [
        ("A", "NUMBER(38,0)", "N", "it's a"), ("B", "VARCHAR(50)", "Y", "b"), ("PRICE", "NUMBER(10,2)", "Y", "in USD"),
        ("D", "VARCHAR(20)", "Y", "new"),
    ]  # fmt: skip
    with pytest.raises(ProgrammingError, match="already exists"):
        cursor.execute("alter table T add column d int")
    cursor.execute("alter table T rename to U")
    assert list(_described(cursor, "U")) == ["A", "B", "PRICE", "D"]
    with pytest.raises(ProgrammingError, match="T' does not exist"):
        cursor.execute("select * from T")


def test_temporary_tables_belong_to_the_session(cursor: Any, connect: Any, database: str) -> None:
    cursor.execute("create table T as select 'permanent' as kind")
    cursor.execute(f"create temporary table {database}.PUBLIC.T as select kind || ' no more' as kind from T")
    assert cursor.execute("select T.kind from T").fetchall() == [("permanent no more",)]
    other = connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    assert other.execute("select * from T").fetchall() == [("permanent",)]
    cursor.execute("insert into T values ('more')")
    cursor.execute("delete from T where kind = 'more'")
    assert [r[0] for r in cursor.execute("describe table T").fetchall()] == ["KIND"]
    cursor.execute("alter table T rename to MINE")
    assert cursor.execute("select * from MINE").fetchall() == [("permanent no more",)]
    assert cursor.execute("select * from T").fetchall() == [("permanent",)]
    assert [r[1] for r in other.execute("show tables in schema PUBLIC").fetchall()] == ["T"]
    cursor.execute("drop table MINE")
    cursor.execute("alter table T rename to U")
    assert other.execute("select * from U").fetchall() == [("permanent",)]


def test_temporary_views_and_replacing_a_temporary_table_by_itself(cursor: Any, database: str) -> None:
    cursor.execute("create table T as select 1 as a")
    cursor.execute(f"create or replace temporary view {database}.PUBLIC.W as select a + 1 as a from T")
    cursor.execute("create temporary table X as select a from W")
    cursor.execute("create or replace temporary table X as select a + 1 as a from X")
    assert cursor.execute("select * from X").fetchall() == [(3,)]
    assert [r[0] for r in cursor.execute("describe table W").fetchall()] == ["A"]
    assert [r[1] for r in cursor.execute("show objects in schema PUBLIC").fetchall()] == ["T", "W", "X"]
    cursor.execute("drop view if exists W cascade")
    with pytest.raises(ProgrammingError, match="W' does not exist"):
        cursor.execute("select * from W")


def test_views_keep_their_own_schema(cursor: Any, database: str) -> None:
    cursor.execute("create table T as select 1 as a")
    cursor.execute("create view V (renamed comment 'c') comment = 'a view' as select a from T")
    cursor.execute("create schema ELSEWHERE")
    assert cursor.execute(f"select renamed from {database}.PUBLIC.V").fetchall() == [(1,)]
    (row,) = cursor.execute("show views in schema PUBLIC").fetchall()
    assert (row[1], row[6]) == ("V", "a view")
    assert row[7].startswith("create view V")
    with pytest.raises(ProgrammingError, match="already exists"):
        cursor.execute("create view PUBLIC.V as select 1 as a")
    cursor.execute("drop view PUBLIC.V")


def test_clone_and_sequence(cursor: Any) -> None:
    cursor.execute("create table T (a int comment 'x') comment = 'source'")
    cursor.execute("insert into T values (1)")
    cursor.execute("create table C clone T")
    assert cursor.execute("select * from C").fetchall() == [(1,)]
    assert _described(cursor, "C")["A"][8] == "x"
    cursor.execute("create table EMPTY like T")
    assert (list(_described(cursor, "EMPTY")), cursor.execute("select * from EMPTY").fetchall()) == (["A"], [])
    cursor.execute("create sequence S")
    assert [cursor.execute("select S.nextval").fetchone()[0] for _ in range(2)] == [1, 2]


def test_a_result_is_scanned_again(cursor: Any) -> None:
    cursor.execute("show parameters like 'QUERY_TAG' in session")
    cursor.execute('select "key", "type" from table(result_scan(last_query_id()))')
    assert cursor.fetchall() == [("QUERY_TAG", "STRING")]
    cursor.execute("select row_number() over (order by seq4()) as n from table(generator(rowcount => 2000))")
    assert cursor.execute("select sum(n) from table(result_scan(last_query_id()))").fetchone() == (2001000,)
    cursor.execute("select 1 as a where false")
    assert cursor.execute("select * from table(result_scan(last_query_id()))").fetchall() == []
    with pytest.raises(ProgrammingError, match="Statement nothing not found"):
        cursor.execute("select * from table(result_scan('nothing'))")


def test_merge_refuses_two_sources_for_one_row(cursor: Any) -> None:
    cursor.execute("create table T as select 1 as a, 'old' as b")
    with pytest.raises(ProgrammingError, match="Duplicate row detected during DML action") as raised:
        cursor.execute("merge into T using (select 1 as a, 'x' as b union all select 1, 'y') s on T.a = s.a"
                       " when matched then update set T.b = s.b")  # fmt: skip
    assert raised.value.errno == 100090
    assert cursor.execute("select b from T").fetchall() == [("old",)]


def test_of_no_rows_count_if_is_zero(cursor: Any) -> None:
    cursor.execute("create table T (a int)")
    assert tuples(cursor, "select count_if(a > 1), iff(count_if(a > 1) >= 1, 'some', 'none') from T") == [(0, "none")]
    cursor.execute("insert into T values (1), (2), (null)")
    assert tuples(cursor, "select count_if(a > 1), max(count_if(a > 0)) over () from T") == [(1, 2)]


def test_session_variables(cursor: Any) -> None:
    cursor.execute("create table T as select 1 as a, '$a' as b")
    cursor.execute("set a = 1")
    assert cursor.execute("select b from T where a = $a and b = '$a'").fetchall() == [("$a",)]
    with pytest.raises(ProgrammingError, match=r"Session variable '.NOTHING' does not exist"):
        cursor.execute("select $nothing")
