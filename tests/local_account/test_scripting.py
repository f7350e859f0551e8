"""Snowflake Scripting: what blocks compute, how variables reach statements, how errors are handled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.scripting.binding import bind_expression, bind_sql
from local_account.scripting.reader import Reader
from local_account.scripting.values import Cell, convert
from local_account.types import INTEGER, VARCHAR, DataType


def run(cursor: Any, block: str) -> Any:
    return cursor.execute(block).fetchone()[0]


@pytest.mark.parametrize(
    ("block", "value"),
    [
        ("begin let n := 0; for i in 1 to 4 do n := n + i; end for; return n; end", 10),
        ("begin let n := ''; for i in reverse 1 to 3 do n := n || i; end for; return n; end", "321"),
        ("begin let n := 0; while (n < 5) do n := n + 2; end while; return n; end", 6),
        ("begin let n := 0; loop n := n + 1; if (n = 3) then break; end if; end loop; return n; end", 3),
        ("begin let n := 0; repeat n := n + 4; until (n > 9) end repeat; return n; end", 12),
        ("begin let s := 0; for i in 1 to 4 do if (i = 2) then continue; end if; s := s+i; end for; return s; end", 8),
        ("begin let x := 7; if (x > 9) then return 1; elseif (x > 5) then return 2; else return 3; end if; end", 2),
        ("begin let x := null; if (x) then return 'yes'; else return 'no'; end if; end", "no"),
        ("begin let x := 2; case (x) when 1 then return 10; when 2 then return 20; else return 0; end; end", 20),
        ("begin let x := 2; case when x = 1 then return 'one'; else return 'other'; end case; end", "other"),
        ("begin let x := case when true then 'in' else 'out' end; return x; end", "in"),
        ("declare x number(5,2) default 1.239; begin return x; end", Decimal("1.24")),
        ("declare x date default '2024-02-29'; begin return dateadd(year, 1, x); end", "2025-02-28"),
        ("begin let x := 1; begin let x := 2; end; return x; end", 1),
        ("begin null; end", None),
        ("begin let o := object_construct('a', 5); let n := o:a::number + 1; return n; end", 6),
        ("begin let v variant := parse_json('[1, 2]'); return array_size(v); end", 2),
        ("begin let n := 2; let d date := '2024-01-31'; let x date := dateadd(day, n, d); return x; end", "2024-02-02"),
    ],
)  # fmt: skip
def test_blocks_compute(cursor: Any, block: str, value: Any) -> None:
    assert run(cursor, block) == value


def test_select_into_takes_types_and_exactly_one_row(cursor: Any) -> None:
    cursor.execute("create table t as select 1 as n, date '2024-05-01' as d, 'a' as s")
    assert (
        run(
            cursor,
            """declare n number; d date; s varchar;
        begin
            select n + 1, d, s into :n, :d, :s from t where d <= :d or :d is null;
            return n || '/' || d || '/' || s;
        end""",
        )
        == "2/2024-05-01/a"
    )
    with pytest.raises(ProgrammingError, match="exactly 1 returned row, but got 0"):
        cursor.execute("begin let n := 0; select n into :n from t where n > 5; return n; end")


def test_variables_are_bound_not_pasted(connect: Any, database: str) -> None:
    settings = {"database": database, "schema": "PUBLIC", "warehouse": "COMPUTE_WH", "paramstyle": "qmark"}
    cursor = connect(**settings).cursor()
    cursor.execute("create table t (s varchar, d date, n number(12,2))")
    evil = "O'Brien'); drop table t; --"
    cursor.execute(
        "create procedure p(s varchar, d date, n number(12,2)) returns number language sql as $$begin "
        "insert into t values (:s, :d, :n); return sqlrowcount; end$$"
    )
    assert cursor.execute("call p(?, ?, ?)", (evil, date(2024, 2, 29), Decimal("1.10"))).fetchone() == (1,)
    assert cursor.execute("select * from t").fetchall() == [(evil, date(2024, 2, 29), Decimal("1.10"))]


def test_every_kind_of_statement_takes_variables(cursor: Any) -> None:
    assert (
        run(
            cursor,
            r"""declare d date default '2024-01-01'; s varchar default 'it\'s'; n number default 2;
            t varchar default 'T';
        begin
            create or replace table t as select :n as n, :d as d, :s as s;
            insert into identifier(:t) select :n + 1, :d, :s;
            update t set s = :s || '!' where n = :n;
            merge into t using (select :n as n) x on t.n = x.n
                when matched then update set d = dateadd(day, :n, :d)
                when not matched then insert (n, d, s) values (x.n, :d, :s);
            delete from t where n = :n + 1;
            create or replace view v as select * from t where d > :d;
            execute immediate 'insert into t select ?, ?, ?' using (n, d, s);
            let c cursor for select n, s from t where d >= :d order by s;
            let all_rows := '';
            for r in c do all_rows := all_rows || r.n || r.s || ';'; end for;
            let seen := (select count(*) from v where n = :n);
            return all_rows || seen;
        end""",
        )
        == "2it's;2it's!;1"
    )


def test_rowcount_follows_dml(cursor: Any) -> None:
    assert (
        run(
            cursor,
            """begin
            create or replace table t (n number);
            insert into t select seq4() from table(generator(rowcount => 7));
            let inserted := sqlrowcount;
            update t set n = 1 where n < 3;
            let updated := sqlrowcount;
            merge into t using (select 1 as n union all select 99) s on t.n = s.n and t.n > 0
                when matched then update set n = 5 when not matched then insert (n) values (s.n);
            let merged := sqlrowcount;
            delete from t;
            return inserted || '-' || updated || '-' || merged || '-' || sqlrowcount;
        end""",
        )
        == "7-3-4-8"
    )


def test_exceptions_are_matched_handled_and_raised_again(cursor: Any) -> None:
    assert (
        run(
            cursor,
            """declare too_many exception (-20002, 'too many rows');
        begin
            raise too_many;
        exception
            when statement_error then return 'statement';
            when too_many then return sqlcode || ' ' || sqlerrm || ' ' || sqlstate;
        end""",
        )
        == "-20002 too many rows P0001"
    )
    assert "NOWHERE" in run(
        cursor,
        """begin insert into nowhere values (1);
        exception when expression_error then return 'wrong'; when other then return sqlerrm; end""",
    )
    with pytest.raises(ProgrammingError) as caught:
        cursor.execute("""begin
            begin select 1 from nowhere;
            exception when other then raise; end;
        end""")
    assert caught.value.errno == 2003
    assert "on line 2 at position 18" in str(caught.value)


def test_calls_give_their_value(cursor: Any) -> None:
    cursor.execute("create procedure plus(a number, b number) returns number language sql as 'begin return a + b; end'")
    assert (
        run(
            cursor,
            """declare x number; begin
            call plus(1, 2) into :x;
            let y := 40;
            y := (call plus(:x, :y));
            return y;
        end""",
        )
        == 43
    )


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("begin return :x; end", "invalid identifier 'X'"),
        ("begin y := 1; return 1; end", "identifier 'Y' must be declared"),
        ("begin let d date := 'no day'; return d; end", "not recognized as DATE"),
        ("begin let n number(3,0) := 12345; return n; end", "out of representable range"),
        ("begin let s varchar(2) := 'abc'; return s; end", "too long"),
        ("begin await x; end", "AWAIT in Snowflake Scripting is not supported"),
        ("begin select 1 into x; end", "unexpected 'x'"),
        ("begin let x := 1 end", "unexpected"),
        ("begin for r in (select 1) do null; end for; end", "FOR over a query in parentheses"),
    ],
)
def test_mistakes_are_named(cursor: Any, block: str, message: str) -> None:
    with pytest.raises(ProgrammingError, match=message):
        cursor.execute(block)


def fragment(text: str) -> Any:
    reader = Reader(text)
    return reader.fragment(0, len(reader.tokens))


def test_paths_and_casts_are_not_taken_for_variables() -> None:
    cells = {"A": Cell(INTEGER, 1), "N": Cell(INTEGER, 2)}
    assert bind_sql(fragment("select p:a::int, :a, x:a:n, t.v:n, [:n], '::a :a'"), cells.get) == (
        "select p:a::int, ?, x:a:n, t.v:n, [?], '::a :a'", [1, 2]
    )  # fmt: skip
    assert bind_expression(fragment("a + n(a) - :n + t.a"), cells.get) == ("? + n(?) - ? + t.a", [1, 1, 2])
    assert bind_expression(fragment("a + (select max(n) from t where a > :a)"), cells.get) == (
        "? + (select max(n) from t where a > ?)", [1, 1]
    )  # fmt: skip


def test_identifiers_from_variables_are_checked() -> None:
    good, bad = {"T": Cell(VARCHAR, "db.s.t")}, {"T": Cell(VARCHAR, "t; drop table x")}
    assert bind_sql(fragment("select * from identifier(:t)"), good.get)[0] == "select * from db.s.t"
    with pytest.raises(ProgrammingError, match="is not the name of an object"):
        bind_sql(fragment("select * from identifier(:t)"), bad.get)


@pytest.mark.parametrize(
    ("value", "type_name", "converted"),
    [
        ("12.345", "NUMBER(12,2)", Decimal("12.35")), (2.5, "NUMBER", 3), (True, "NUMBER", 1), ("yes", "BOOLEAN", True),
        (date(2024, 1, 2), "VARCHAR", "2024-01-02"), (Decimal("1.50"), "VARCHAR", "1.50"), (3, "FLOAT", 3.0),
    ],
)  # fmt: skip
def test_assignments_convert(value: Any, type_name: str, converted: Any) -> None:
    assert convert(value, DataType.parse(type_name)) == converted
