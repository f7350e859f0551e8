"""Blocks of Snowflake Scripting: what each statement does, and where a mistake is said to be."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.scripting.interpreter import run_block
from local_account.scripting.parser import parse_block
from tests.support.statements import refusal

if TYPE_CHECKING:
    from local_account.session.session import Session


_ROWS_OF = """create procedure ROWS_OF(low int) returns table (I int) language sql as
    'declare r resultset default (select I from N where I >= :low order by I); begin return table(r); end'"""


@pytest.fixture(scope="module")
def place(session: Session) -> Session:
    """The session with a table N of the numbers 1 to 3 and their letters, and a procedure."""
    for sql in (
        "create table N (I int, L varchar)", "insert into N values (1, 'a'), (2, 'b'), (3, null)",
        "create procedure TWICE(x int) returns int language sql as 'begin return 2 * x; end'",
        _ROWS_OF,
    ):  # fmt: skip
        session.execute(sql)
    return session


def value(session: Session, block: str) -> object:
    return session.execute(f"execute immediate $${block}$$").scalar()


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        # loops
        ("begin let s := ''; for i in 2 to 4 do s := s || i; end for; return s; end", "234"),
        ("begin let s := ''; for i in reverse 2 to 4 do s := s || i; end for; return s; end", "432"),
        ("begin let s := ''; for i in 3 to 2 do s := s || i; end for; return s; end", ""),
        ("begin let n := 0; while (n < 5) do n := n + 1; if (n = 3) then break; end if; end while; return n; end", 3),
        (("begin let i := 0; let s := 0; repeat i := i + 1; if (i = 2) then continue; end if; s := s + i;"
          " until (i >= 4) end repeat; return s; end"), 8),
        ("begin let n := 0; loop n := n + 1; if (n > 6) then exit; end if; end loop; return n; end", 7),
        (("begin let s := ''; for i in 1 to 2 do for j in 1 to 3 do if (j = 2) then break; end if; s := s || i || j;"
          " end for; end for; return s; end"), "1121"),
        # branches
        ("begin let x := 1; if (x = 2) then return 'a'; elseif (x = 1) then return 'b'; else return 'c'; end if; end",
         "b"),
        ("begin let x := 3; if (x = 2) then return 'a'; elseif (x = 1) then return 'b'; else return 'c'; end if; end",
         "c"),
        ("begin if (null) then return 'a'; end if; return 'b'; end", "b"),
        ("begin let x := 2; case (x) when 1 then return 'a'; when 2 then return 'b'; else return 'c'; end case; end",
         "b"),
        ("begin let x := 9; case (x) when 1 then return 'a'; else return 'c'; end case; end", "c"),
        ("begin let x := 5; case when x > 9 then return 'a'; when x > 4 then return 'b'; end case; end", "b"),
        # rows
        ("declare r resultset default (select I from N order by I); begin return table(r); end", 1),
        ("declare r resultset; begin r := (execute immediate 'select 7 as x'); return table(r); end", 7),
        ("begin let r resultset := (call ROWS_OF(2)); return table(r); end", 2),
        (("declare q varchar default 'select ? + 1 as x'; n int default 4; r resultset;"
          " begin r := (execute immediate :q using (n)); return table(r); end"), 5),
        (("declare r resultset default (select I from N); c cursor for r; begin let s int := 0;"
          " for x in c do s := s + x.I; end for; return s; end"), 6),
        (("declare c cursor for select L from N where I < 3 order by I; begin let s := '';"
          " for x in c do s := s || x.L; end for; return s; end"), "ab"),
        ("begin return (select max(I) from N); end", 3),
        ("begin let x int; let y varchar; select I, L into :x, :y from N where I = 2; return x || y; end", "2b"),
        # calls
        ("begin let x := (call TWICE(4)); return x; end", 8),
        ("declare x int; begin call TWICE(3) into :x; return x; end", 6),
        # values
        ("begin return 7 / 2; end", Decimal("3.500000")),
        ("begin return -2 * 3 + 10 % 4; end", -4),
        ("begin return true and not false; end", True),
        ("begin let x int := null; return x is null; end", True),
        ("begin null; end", None),
        ("begin return; end", None),
        ("begin let x := 1; begin let x := 2; end; return x; end", 1),
        ("begin let x := 1; begin x := 2; end; return x; end", 2),
        ("begin let t := 'N'; let n int; select count(*) into :n from identifier(:t); return n; end", 3),
        # counts
        ("begin create or replace table C (I int); insert into C select I from N; return sqlrowcount; end", 3),
        ("begin update C set I = 0 where I = 2; return sqlrowcount; end", 1),
        ("begin delete from C where I = 99; return sqlrowcount; end", 0),
    ],
)  # fmt: skip
def test_a_block_gives_its_value(place: Session, block: str, expected: object) -> None:
    assert value(place, block) == expected


@pytest.mark.parametrize(("code", "is_allowed"), [(-20999, True), (-20000, True), (-21000, False), (-19999, False)])
def test_numbers_of_exceptions_are_those_that_users_have(place: Session, code: int, is_allowed: bool) -> None:
    block = f"declare e exception ({code}, 'said'); begin raise e; exception when e then return sqlcode; end"
    if is_allowed:
        assert value(place, block) == code
    else:
        assert refusal(place, f"execute immediate $${block}$$")[0] == 1003


@pytest.mark.parametrize(
    ("body", "handlers", "expected"),
    [
        ("raise E", "when E then return sqlcode || sqlerrm || sqlstate", "-20001saidP0001"),
        ("raise E", "when F then return 'f'; when E then return 'e'", "e"),
        ("raise E", "when F or E then return 'either'", "either"),
        ("raise E", "when F then return 'f'; when other then return 'other'", "other"),
        ("select NOTHING from N", "when statement_error then return sqlcode || ' ' || sqlstate", "904 42000"),
        ("select NOTHING from N", "when expression_error then return 'x'; when other then return 'o'", "o"),
        ("let x int := 'no number'", "when expression_error then return sqlcode", 100038),
        ("begin raise E; exception when E then raise; end", "when E then return 'again'", "again"),
        ("begin raise E; exception when E then raise F; end", "when F then return 'other one'", "other one"),
        ("begin raise E; exception when F then return 'f'; end", "when E then return 'outside'", "outside"),
        ("null", "when other then return 'never'", None),
    ],
)
def test_exceptions_find_their_handler(place: Session, body: str, handlers: str, expected: object) -> None:
    block = f"""declare E exception (-20001, 'said'); F exception (-20002, 'else');
        begin {body}; exception {handlers}; end"""
    assert value(place, block) == expected


@pytest.mark.parametrize(
    ("block", "code", "says"),
    [
        ("begin\n  select NOTHING from N;\nend", 904, "'STATEMENT_ERROR' on line 2 at position 2 : .*NOTHING"),
        ("begin\n  null;\n   y := 1;\nend", 904, "error line 3 at position 3.*'Y' must be declared"),
        (
            "declare\n e exception (-20003, 'said');\nbegin\n raise e;\nend",
            -20003,
            "'E' on line 4 at position 1 : said",
        ),
        ("begin raise NOTHING; end", 904, "Exception 'NOTHING' is not declared"),
        ("begin select :x; end", 904, "invalid identifier 'X'"),
        ("begin let x int; select I, L into :x from N where I = 1; end", 2057, "INTO names 1 variables for 2 columns"),
        ("begin let x int; select I into :x from N; end", 90231, "exactly 1 returned row, but got 3"),
        ("begin let x int; select I into :x from N where I > 5; end", 90231, "exactly 1 returned row, but got 0"),
        ("declare c cursor for select I from N; begin for r in c do return r.x; end for; end", 904, "identifier 'r.x'"),
        ("begin open c; end", 904, "invalid identifier 'C'"),
        ("begin let x := 1; open x; end", 100183, "'X' is no cursor"),
        ("declare c cursor for select 1; x int; begin fetch c into x; end", 100183, "Cursor 'C' is not open"),
        ("declare c cursor for select 1; begin close c; end", 100183, "Cursor 'C' is not open"),
        ("declare c cursor for select 1; begin open c; open c; end", 100183, "Cursor 'C' is open already"),
        (
            "declare c cursor for select 1, 2; x int; begin open c; fetch c into x; end",
            2057,
            "1 variables for 2 columns",
        ),
        ("begin continue; end", 1003, "CONTINUE stands outside of a loop"),
        ("begin await x; end", 2, "AWAIT in Snowflake Scripting"),
        ("begin for r in (select 1) do null; end for; end", 2, "FOR over a query in parentheses"),
        ("begin execute immediate 'select ? + ?' using (I, J); return 1; end", 904, "invalid identifier 'I'"),
        ("begin let r resultset := select 1; return table(r); end", 2, "something else than a query in parentheses"),
        ("begin let x := 1 end", 1003, "unexpected"),
        ("begin return 1;", 1003, ""),
        ("declare e exception (-1); begin return 1; end", 1003, "not between -20999 and -20000"),
    ],
)
def test_a_mistake_is_named_with_its_place(place: Session, block: str, code: int, says: str) -> None:
    found, _, message = refusal(place, f"execute immediate $${block}$$")
    assert found == code, message
    assert re.search(says, message, re.DOTALL), message


@pytest.mark.parametrize(("where", "said"), [("", "Block: cancelled."), ("Procedure S.P", "Procedure S.P: cancelled.")])
def test_a_cancelled_block_stops_past_its_handlers_and_says_what_it_was(place: Session, where: str, said: str) -> None:
    block = parse_block("begin select 1; exception when other then return 'went on'; end")
    with pytest.raises(ProgrammingError) as stopped:
        run_block(place, block, where=where, cancelled=lambda: True)
    assert (stopped.value.raw_msg, stopped.value.errno, stopped.value.sqlstate) == (said, 604, "57014")
