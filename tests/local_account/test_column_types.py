"""What a session knows of columns follows every change of a definition, whoever makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_account.types import DataType

if TYPE_CHECKING:
    from local_account.account import Account
    from local_account.session.session import Session


@pytest.mark.parametrize("by_another", [False, True])
@pytest.mark.parametrize(
    "changes",
    [
        ["create or replace table T (A timestamp_ntz)"],
        ["drop table T", "create table T (A timestamp_ntz)"],
        ["create table U (A timestamp_ntz)", "alter table T rename to V", "alter table U rename to T"],
        ["alter table T add column B int", "alter table T drop column A", "alter table T add column A timestamp_ntz"],
        ["drop schema D.S", "create schema D.S", "create table D.S.T (A timestamp_ntz)"],
    ],
    ids=lambda changes: changes[0],
)
def test_the_types_are_those_of_now(unserved: Account, session: Session, changes: list[str], by_another: bool) -> None:
    session.execute("create table T (A date)")
    session.execute("insert into T values ('2024-01-31')")
    assert str(session.execute("select dateadd(day, 1, A) from T").scalar()) == "2024-02-01"
    with unserved.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database="D", schema="S") as other:
        for change in changes:
            (other if by_another else session).execute(change)
    session.execute("insert into D.S.T (A) values ('2024-01-31 10:00:00')")
    assert str(session.execute("select max(dateadd(day, 1, A)) from D.S.T").scalar()) == "2024-02-01 10:00:00"


def test_a_temporary_table_hides_one_of_its_name_from_its_session_alone(unserved: Account, session: Session) -> None:
    session.execute("create table T (A date)")
    session.execute("insert into T values ('2024-01-31')")
    session.execute("create temporary table T (A timestamp_ntz)")
    session.execute("insert into T values ('2024-01-31 10:00:00')")
    assert str(session.execute("select dateadd(day, 1, A) from T").scalar()) == "2024-02-01 10:00:00"
    with unserved.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database="D", schema="S") as other:
        assert str(other.execute("select dateadd(day, 1, A) from T").scalar()) == "2024-02-01"


_COLUMNS = "V varchar(7), N number(10, 2), I int, F float, D date, Z timestamp_tz, J variant, L array, O object"


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("select N / 3 as A, avg(N) over () as B, I / 7 as C from T", ["NUMBER(16,8)", "NUMBER(28,8)", "NUMBER(38,6)"]),
        ("select V, upper(V) as U from T", ["VARCHAR(7)", "VARCHAR(16777216)"]),
        (
            "select * from T",
            ["VARCHAR(7)", "NUMBER(10,2)", "NUMBER(38,0)", "FLOAT", "DATE", "TIMESTAMP_TZ(9)", "VARIANT", "ARRAY",
             "OBJECT"],
        ),
        ("select * exclude (V, D, Z, J, L, O) from T", ["NUMBER(10,2)", "NUMBER(38,0)", "FLOAT"]),
        ("select x.V, y.* exclude (V, D, Z, J, L, O, F) from T x join T y on x.I = y.I",
         ["VARCHAR(7)", "NUMBER(10,2)", "NUMBER(38,0)"]),
        ("select * from (select N + 1 as A from T) union all select 1.23", ["NUMBER(11,2)"]),
        ("with Q (A, B) as (select V, sum(N) from T group by V) select * from Q", ["VARCHAR(7)", "NUMBER(22,2)"]),
        ("select T.*, C.X from T cross join (select 1.5 as X) C",
         ["VARCHAR(7)", "NUMBER(10,2)", "NUMBER(38,0)", "FLOAT", "DATE", "TIMESTAMP_TZ(9)", "VARIANT", "ARRAY",
          "OBJECT", "NUMBER(2,1)"]),
        ("select max(N) as A, count(*) as C from T", ["NUMBER(10,2)", "NUMBER(18,0)"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["table", "view"])
def test_a_query_gives_its_types_to_its_result_and_to_what_is_made_of_it(
    session: Session, kind: str, query: str, types: list[str]
) -> None:
    session.execute(f"create table T ({_COLUMNS})")
    result = session.execute(query)
    shown = [str(DataType.of_column(c)) for c in result.rowtype]
    assert shown == types
    session.execute(f"create {kind} M as {query}")
    assert [row[1] for row in session.execute(f"describe {kind} M").rows()] == types
    again = session.execute("select * from M").rowtype
    assert [(c["type"], c["precision"], c["scale"], c["length"]) for c in again] == [
        (c["type"], c["precision"], c["scale"], c["length"]) for c in result.rowtype
    ]


def test_what_an_asterisk_hides_is_told_as_far_as_duckdb_tells_it(session: Session) -> None:
    session.execute("create table T (K int, V varchar(7))")
    session.execute("create table U (K int, W varchar(3))")
    joined = session.execute("select * from T join U using (K)")
    assert [(c["name"], c["length"]) for c in joined.rowtype] == [("K", None), ("V", 16777216), ("W", 16777216)]


@pytest.mark.parametrize("joined", ["T join U using (K)", "T natural join U"])
def test_a_column_that_a_join_makes_one_of_two_is_no_duplicate(session: Session, joined: str) -> None:
    session.execute("create table T (K int, V varchar(7))")
    session.execute("create table U (K int, W varchar(3))")
    session.execute(f"create table M as select * from {joined}")
    assert [row[0] for row in session.execute("describe table M").rows()] == ["K", "V", "W"]
