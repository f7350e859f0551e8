"""Blocks are read whole before they run: each name must be declared by then, on every branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.scripting.compilation import compiled

if TYPE_CHECKING:
    from local_account.session.session import Session


def refused(block: str, *arguments: str, of_procedure: bool = False) -> tuple[int | None, str]:
    with pytest.raises(ProgrammingError) as error:
        compiled(block, frozenset(arguments), of_procedure=of_procedure)
    return error.value.errno, str(error.value.raw_msg)


@pytest.mark.parametrize(
    ("block", "line", "column", "name"),
    [
        ("BEGIN IF (1 = 2) THEN SELECT :nosuch; END IF; RETURN 1; END;", 1, 29, "NOSUCH"),
        ("BEGIN INSERT INTO t VALUES (:nosuch); END", 1, 28, "NOSUCH"),
        ("BEGIN UPDATE t SET a = :NoSuch; EXCEPTION WHEN OTHER THEN RETURN 1; END", 1, 23, "NOSUCH"),
        ("BEGIN\n  SELECT 1 FROM t\n  WHERE a = :nosuch; END", 3, 12, "NOSUCH"),
        ("BEGIN IF (1 = 2) THEN SELECT :y; END IF; LET y INT := 2; RETURN y; END", 1, 29, "Y"),
        ("BEGIN BEGIN LET x INT := 1; END; SELECT :x; END", 1, 40, "X"),
        ("BEGIN FOR i IN 1 TO 2 DO SELECT :i; END FOR; SELECT :i; END", 1, 52, "I"),
        ('DECLARE "x" INT DEFAULT 1; BEGIN SELECT :x; RETURN 1; END', 1, 40, "X"),
        ("BEGIN LET r RESULTSET := (SELECT :nosuch); RETURN 1; END", 1, 33, "NOSUCH"),
        ("DECLARE c CURSOR FOR SELECT :nosuch; BEGIN RETURN 1; END", 1, 28, "NOSUCH"),
        ("BEGIN CALL p(:nosuch); END", 1, 13, "NOSUCH"),
        ("BEGIN RETURN (CALL p(:nosuch)); END", 1, 21, "NOSUCH"),
        ("BEGIN RETURN TABLE(SELECT :nosuch); END", 1, 26, "NOSUCH"),
        ("BEGIN IF (1 = 2) THEN RETURN nosuch; END IF; END", 1, 29, "NOSUCH"),
        ("BEGIN LET q INT := 1 + nosuch * 2; END", 1, 23, "NOSUCH"),
        ("BEGIN LET q INT := LENGTH('a') + nosuch; END", 1, 33, "NOSUCH"),
        ("BEGIN LET q INT := (1 + LENGTH((SELECT 'a'))) * nosuch; END", 1, 48, "NOSUCH"),
        ("DECLARE q INT DEFAULT nosuch; BEGIN RETURN 1; END", 1, 22, "NOSUCH"),
        ("BEGIN WHILE (nosuch < 3) DO RETURN 1; END WHILE; END", 1, 13, "NOSUCH"),
        ("BEGIN REPEAT NULL; UNTIL (nosuch) END REPEAT; END", 1, 26, "NOSUCH"),
        ("BEGIN CASE (1) WHEN 1 THEN NULL; ELSE RETURN nosuch; END CASE; END", 1, 45, "NOSUCH"),
        ("BEGIN FOR i IN 1 TO nosuch DO NULL; END FOR; END", 1, 20, "NOSUCH"),
        ("BEGIN FOR r IN nosuch DO NULL; END FOR; END", 1, 6, "NOSUCH"),
        ("BEGIN EXECUTE IMMEDIATE nosuch; END", 1, 24, "NOSUCH"),
        ("BEGIN EXECUTE IMMEDIATE 'select ?' USING (nosuch); END", 1, 6, "NOSUCH"),
        ("BEGIN NULL; EXCEPTION WHEN OTHER THEN RETURN nosuch; END", 1, 45, "NOSUCH"),
        ("BEGIN RETURN sqlerrm; END", 1, 13, "SQLERRM"),
    ],
)
def test_a_name_that_is_not_declared_is_refused_at_its_place(block: str, line: int, column: int, name: str) -> None:
    wanted = f"SQL compilation error: error line {line} at position {column}\ninvalid identifier '{name}'"
    assert refused(block) == (904, wanted)


@pytest.mark.parametrize(
    ("block", "code", "words"),
    [
        ("begin if (false) then x := 1; end if; end", 904, "'X' must be declared"),
        ("begin if (false) then raise nosuch; end if; end", 904, "'NOSUCH' is not declared"),
        ("begin if (false) then select 1 into :x; end if; end", 2049, ":X not set"),
        ("declare x int; begin if (false) then select 1, 2 into :x, :x; end if; end", 2057, "Repeated variable 'X'"),
        ("begin select :nosuch; select 1 into :zz; end", 904, "'NOSUCH'"),  # the first of them speaks
    ],
)
def test_what_a_statement_names_must_be_there(block: str, code: int, words: str) -> None:
    errno, message = refused(block)
    assert errno == code
    assert words in message


@pytest.mark.parametrize(
    "block",
    [
        "declare x int default 3; begin update t set a = :x where b = :X; return x; end",
        'declare "X" int default 1; begin select :x; return x; end',
        "begin select :sqlrowcount, :sqlid; exception when other then insert into t values (:sqlcode); end",
        "begin for i in 1 to 2 do begin insert into t values (:i); end; end for; end",
        "declare r resultset default (select 1); c cursor for r; begin for line in c do return line.a; end for; end",
        "begin return case when a is null and not b then 'x' else 1::double precision end; end",
        "begin return dateadd(month, 1, current_date) between date '2020-01-31' and (select max(day) from t); end",
        "begin return a in (1, b) or parse_json(a):key.sub = 'x' or a like 'y' escape '!' or seq.nextval > 1; end",
        "begin let q := (select nosuch from t); let r resultset := (execute immediate 'select 1'); return q; end",
        "begin let o := object_construct('k', a); let p := iff(a > 1, b, null); return array_size(:o:k); end",
        "begin return (call p(:a, b => :b)); end",
    ],
)
def test_declared_names_and_words_of_sql_are_none_of_it(block: str) -> None:
    compiled(block, frozenset(("A", "B")))


def test_a_procedures_return_value_for_tasks_is_a_constant() -> None:
    for statement in (
        "call system$set_return_value(:x)", "select system$set_return_value(:x)",
        "let y := system$set_return_value(x)", "call system$set_return_value('rows: ' || :x)",
    ):  # fmt: skip
        block = f"begin {statement}; end"
        assert refused(block, "X", of_procedure=True)[0] == 1015, statement
        compiled(block, frozenset("X"))  # in a task's own block a variable will do
    compiled("begin call system$set_return_value('done'); select :x; end", frozenset("X"), of_procedure=True)


def test_a_body_is_refused_when_it_is_called_and_nothing_of_it_ran(session: Session) -> None:
    session.execute("create or replace table RAN (A int)")
    session.execute(
        "create or replace procedure LATE() returns int language sql as "
        "'begin insert into RAN values (1); if (1 = 2) then select :nosuch; end if; return 1; end'"
    )
    with pytest.raises(ProgrammingError, match="invalid identifier 'NOSUCH'"):
        session.execute("call LATE()")
    assert session.execute("select count(*) from RAN").scalar() == 0
