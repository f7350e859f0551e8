"""Procedures, calls, anonymous blocks, over the protocol."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.rows import rows


def scalar(cursor: Any, sql: str, *binds: Any) -> Any:
    return cursor.execute(sql, *([binds] if binds else [])).fetchone()[0]


def test_a_procedure_returns_its_declared_type(cursor: Any) -> None:
    cursor.execute(
        "create procedure p(a number(12,2), d date) returns number(12,2) language sql as $$begin return :a * 2; end$$"
    )
    cursor.execute("create or replace procedure q(d date) returns date language sql as $$begin return d; end$$")
    assert scalar(cursor, "call p(1.25, '2024-12-31')") == Decimal("2.50")
    assert scalar(cursor, "call q('2024-12-31')") == date(2024, 12, 31)
    assert cursor.description[0].name == "Q"


def test_overloads_defaults_and_named_arguments(cursor: Any) -> None:
    cursor.execute("create procedure o(a varchar) returns varchar language sql as 'begin return ''text''; end'")
    cursor.execute("create procedure o(a number) returns varchar language sql as 'begin return ''number''; end'")
    assert scalar(cursor, "call o('x')") == "text"
    assert scalar(cursor, "call o(1)") == "number"
    cursor.execute("""create procedure d(a number, b number default 10) returns number language sql as
        'begin return a + b; end'""")
    assert scalar(cursor, "call d(1)") == 11
    assert scalar(cursor, "call d(b => 2, a => 1)") == 3
    with pytest.raises(ProgrammingError, match="Invalid argument types for function 'D'"):
        cursor.execute("call d()")


def test_callers_rights_use_the_callers_schema_and_owners_rights_the_procedures(cursor: Any, database: str) -> None:
    cursor.execute("create schema other")
    cursor.execute("use schema public")
    for rights in ("caller", "owner"):
        cursor.execute(
            f"create procedure w_{rights}() returns varchar language sql execute as {rights} as "
            "'begin return current_schema(); end'"
        )
    cursor.execute("use schema other")
    assert scalar(cursor, f"call {database}.public.w_caller()") == "OTHER"
    assert scalar(cursor, f"call {database}.public.w_owner()") == "PUBLIC"


def test_owners_rights_reach_what_the_caller_may_not(cursor: Any, database: str, connect: Any) -> None:
    cursor.execute("create or replace role READER_OF_PROCS")
    cursor.execute(f"grant usage on database {database} to role READER_OF_PROCS")
    cursor.execute(f"grant usage on schema {database}.PUBLIC to role READER_OF_PROCS")
    cursor.execute("create table secret as select 42 as n")
    for rights in ("caller", "owner"):
        cursor.execute(
            f"create procedure read_{rights}() returns number language sql execute as {rights} as "
            "'begin let n := 0; select max(n) into :n from secret; return n; end'"
        )
        cursor.execute(f"grant usage on procedure read_{rights}() to role READER_OF_PROCS")
    cursor.execute("create procedure hidden() returns number language sql as 'begin return 1; end'")
    cursor.execute("grant role READER_OF_PROCS to user LOCAL")
    reader = connect(role="READER_OF_PROCS", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    assert scalar(reader, "call read_owner()") == 42
    with pytest.raises(ProgrammingError, match="SECRET"):
        reader.execute("call read_caller()")
    with pytest.raises(ProgrammingError, match="does not exist or not authorized"):
        reader.execute("call hidden()")


def test_errors_name_procedure_and_line(cursor: Any) -> None:
    cursor.execute(
        "create procedure inner_p() returns number language sql as "
        "$$\nbegin\n  insert into nowhere values (1);\nend\n$$"
    )
    cursor.execute("create procedure outer_p() returns number language sql as $$\nbegin\n  call inner_p();\nend\n$$")
    with pytest.raises(ProgrammingError) as caught:
        cursor.execute("call outer_p()")
    message = str(caught.value)
    assert "PUBLIC.OUTER_P: Uncaught exception of type 'STATEMENT_ERROR' on line 3 at position 2" in message
    assert "PUBLIC.INNER_P: Uncaught exception of type 'STATEMENT_ERROR' on line 3 at position 2" in message
    assert "NOWHERE" in message


def test_syntax_errors_show_when_the_procedure_is_created(cursor: Any) -> None:
    with pytest.raises(ProgrammingError, match="line 1 at position 21 unexpected 'end'"):
        cursor.execute("create procedure bad() returns number language sql as 'begin if (true) then end if; end'")
    with pytest.raises(ProgrammingError, match="CANCEL in Snowflake Scripting is not supported"):
        cursor.execute("create procedure bad() returns number language sql as 'begin cancel x; return 1; end'")
    with pytest.raises(ProgrammingError, match="LANGUAGE PYTHON is not supported"):
        cursor.execute("create procedure bad() returns number language python as 'x'")


def test_show_describe_and_drop_know_argument_types(cursor: Any) -> None:
    cursor.execute(
        "create procedure s(a string, n int) returns varchar language sql comment = 'why' execute as caller as "
        "'begin return a; end'"
    )
    (row,) = rows(cursor, "show procedures like 'S'")
    assert row["arguments"] == "S(VARCHAR, NUMBER) RETURN VARCHAR"
    assert (row["min_num_arguments"], row["description"]) == (2, "why")
    described = dict(cursor.execute("describe procedure s(varchar, number)").fetchall())
    assert (described["signature"], described["execute as"]) == ("(A VARCHAR, N NUMBER)", "CALLER")
    with pytest.raises(ProgrammingError, match="does not exist"):
        cursor.execute("drop procedure s(varchar)")
    cursor.execute("drop procedure s(varchar, number)")
    assert cursor.execute("show procedures").fetchall() == []


def test_replacing_takes_grants_away_unless_they_are_copied(cursor: Any) -> None:
    cursor.execute("create or replace role CALLER_OF_PROCS")
    body = "returns number language sql as 'begin return 1; end'"
    cursor.execute(f"create procedure g() {body}")
    cursor.execute("grant usage on procedure g() to role CALLER_OF_PROCS")
    cursor.execute(f"create or replace procedure g() copy grants {body}")
    assert len(cursor.execute("show grants to role CALLER_OF_PROCS").fetchall()) == 1
    cursor.execute(f"create or replace procedure g() {body}")
    assert cursor.execute("show grants to role CALLER_OF_PROCS").fetchall() == []


def test_anonymous_blocks_and_execute_immediate(cursor: Any) -> None:
    assert scalar(cursor, "begin let x := 2; return x * 3; end;") == 6
    assert cursor.description[0].name == "anonymous block"
    assert (
        scalar(cursor, "execute immediate $$declare d date default '2024-02-29'; begin return d; end$$") == "2024-02-29"
    )
    assert scalar(cursor, "execute immediate 'select 7'") == 7


def test_transactions_are_not_taken_for_blocks(cursor: Any) -> None:
    cursor.execute("create table t (n number)")
    cursor.execute("begin")
    cursor.execute("insert into t values (1)")
    cursor.execute("rollback")
    cursor.execute("""begin
        begin transaction;
        insert into t values (2);
        commit;
        return 1;
    end""")
    assert cursor.execute("select n from t").fetchall() == [(2,)]


def test_a_table_function_procedure_returns_its_rows(cursor: Any) -> None:
    cursor.execute("""create procedure rows_p() returns table (n number, s varchar) language sql as $$
        declare r resultset default (select 1 as n, 'a' as s union all select 2, 'b' order by 1);
        begin return table(r); end$$""")
    assert cursor.execute("call rows_p()").fetchall() == [(1, "a"), (2, "b")]


def test_other_sessions_see_what_a_procedure_has_written_so_far(cursor: Any, connect: Any, database: str) -> None:
    cursor.execute("create table progress (n number)")
    cursor.execute("""create procedure slow() returns number language sql execute as caller as $$
        begin
            for i in 1 to 30 do
                insert into progress select :i;
                call system$wait(0.1);
            end for;
            return 1;
        end$$""")
    watcher = connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    query = cursor.execute_async("call slow()")
    seen = set()
    while cursor.connection.is_still_running(cursor.connection.get_query_status(query["queryId"])):
        seen.add(scalar(watcher, "select count(*) from progress"))
    assert len(seen) > 3
