"""Transactions: a failed statement is undone alone, and what cannot be kept is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from snowflake.connector.errors import ProgrammingError

if TYPE_CHECKING:
    from local_account.account import Account
    from local_account.session.session import Session

_FAILING = {
    "a column that is not there": "select NO_SUCH from T",
    "a table that is not there": "select * from NO_SUCH",
    "a function that is not there": "select no_such_function('a')",
    "no SQL": "selec 1",
    "a cast": "select 'x'::int",
    "a cast while rows are read": "select S::int from WORDS",
    "a division": "select 1 / (A - 11) from T",
    "a NULL": "insert into T values (12, null)",
    "some rows of an INSERT": "insert into T (A) select S::int from WORDS",
    "an UPDATE": "update T set A = 'x'",
    "a subquery of two rows": "select (select S from WORDS)",
    "two source rows": (
        "merge into T using (select 11 as X union all select 11) on A = X when matched then update set A = 1"
    ),
}


@pytest.fixture(autouse=True)
def _tables(session: Session) -> None:
    session.execute("create table T (A int, B int not null default 3)")
    session.execute("create table WORDS as select '1' as S union all select 'x'")


def _rows(session: Session, query: str = "select A from T order by A") -> list[tuple[object, ...]]:
    return session.execute(query).rows()


@pytest.mark.parametrize("failing", _FAILING.values(), ids=_FAILING)
def test_a_failed_statement_is_undone_alone(session: Session, failing: str) -> None:
    session.execute("begin")
    session.execute("insert into T (A) values (11)")
    with pytest.raises(ProgrammingError):
        session.execute(failing)
    assert _rows(session) == [(11,)]
    session.execute("insert into T (A) values (13)")
    session.execute("commit")
    assert _rows(session) == [(11,), (13,)]


@pytest.mark.parametrize("failing", _FAILING.values(), ids=_FAILING)
def test_a_commit_right_behind_a_failed_statement_keeps_the_earlier_ones(session: Session, failing: str) -> None:
    session.execute("begin")
    session.execute("insert into T (A) values (11)")
    with pytest.raises(ProgrammingError):
        session.execute(failing)
    session.execute("commit")
    assert _rows(session) == [(11,)]


def test_a_rollback_behind_a_failed_statement_undoes_the_earlier_ones(session: Session) -> None:
    session.execute("begin")
    session.execute("insert into T (A) values (11)")
    with pytest.raises(ProgrammingError):
        session.execute("select 'x'::int")
    session.execute("rollback")
    assert _rows(session) == []


def test_what_is_written_again_is_what_was_written(session: Session) -> None:
    session.execute("create sequence SEQ")
    session.execute(
        "create table LOGGED (A int autoincrement, B int default SEQ.nextval, "
        "T timestamp_ltz default current_timestamp(), U varchar, V timestamp_ntz)"
    )
    session.execute("begin")
    session.execute("insert into LOGGED (U) select uuid_string() from WORDS")
    session.execute("update LOGGED set V = sysdate()")
    session.execute(
        "merge into LOGGED using (select 1 as X) on A = X when matched then update set T = current_timestamp()"
    )
    before = _rows(session, "select * from LOGGED order by A")
    with pytest.raises(ProgrammingError):
        session.execute("select 'x'::int")
    assert _rows(session, "select * from LOGGED order by A") == before
    session.execute("commit")
    assert _rows(session, "select * from LOGGED order by A") == before


def test_without_autocommit_a_failed_statement_is_undone_alone_too(session: Session) -> None:
    session.execute("alter session set autocommit = false")
    session.execute("insert into T (A) values (11)")
    with pytest.raises(ProgrammingError):
        session.execute("update T set A = 'x'")
    session.execute("commit")
    assert _rows(session) == [(11,)]


def test_a_handler_inside_a_transaction_goes_on_with_it(session: Session) -> None:
    for failing in _FAILING.values():
        session.execute("truncate table T")
        block = f"""begin
            begin transaction;
            insert into T (A) values (11);
            begin {failing}; exception when other then insert into T (A) values (12); end;
            commit;
        end"""
        if failing != _FAILING["no SQL"]:
            session.execute(f"execute immediate $${block}$$")
            assert _rows(session) == [(11,), (12,)], failing


@pytest.mark.parametrize("last", ["select 1", "commit", "insert into T (A) values (1)", "create table U (A int)"])
def test_what_cannot_be_repeated_exactly_is_refused_and_rolled_back(session: Session, last: str) -> None:
    session.execute("insert into T (A) values (10)")
    session.execute("begin")
    session.execute("update T set A = A + abs(random()) % 7 + 1")
    with pytest.raises(ProgrammingError):
        session.execute("select 'x'::int")
    with pytest.raises(ProgrammingError, match=r"rolled back, and nothing of it is kept: .* random values") as caught:
        session.execute(last)
    assert caught.value.sqlstate == "40001"
    session.execute("rollback")
    assert _rows(session) == [(10,)]


def test_changes_of_others_meanwhile_are_not_mixed_in(session: Session, unserved: Account) -> None:
    session.execute("begin")
    session.execute("insert into T (A) select count(*) from WORDS")
    with unserved.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database="D") as other:
        other.execute("insert into D.S.WORDS values ('2')")
    with pytest.raises(ProgrammingError):
        session.execute("select 'x'::int")
    with pytest.raises(ProgrammingError, match="other sessions changed data meanwhile"):
        session.execute("commit")
    assert _rows(session) == []


def test_a_failed_call_keeps_what_its_statements_did_before(session: Session) -> None:
    session.execute(
        "create procedure P() returns int language sql as "
        "$$begin insert into T (A) values (12); select 'x'::int; return 1; end$$"
    )
    session.execute("begin")
    session.execute("insert into T (A) values (11)")
    with pytest.raises(ProgrammingError):
        session.execute("call P()")
    session.execute("commit")
    assert _rows(session) == [(11,), (12,)]


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("select A from T where A > 1", [(2,), (3,)]),
        ("(A) select A + 10 from T", [(11,), (12,), (13,)]),
        ("values (7, 1)", [(7,)]),
        ("with Q as (select max(A) as M from T) select M, 1 from Q", [(3,)]),
        ("(B, A) select 1, A from T where A = 2", [(2,)]),
        ("select A, 1 from T where false", []),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_insert_overwrite_puts_its_rows_in_place_of_the_others(
    session: Session, inside: bool, statement: str, rows: list[tuple[int]]
) -> None:
    session.execute("insert into T (A) values (1), (2), (3)")
    if inside:
        session.execute("begin")
    text = statement.replace("select A from", "select A, 1 from")
    result = session.execute(f"insert overwrite into T {text}")
    assert (result.names, result.rows()) == (["number of rows inserted"], [(len(rows),)])
    assert _rows(session) == rows
    if inside:
        session.execute("rollback")
        assert _rows(session) == [(1,), (2,), (3,)]


@pytest.mark.parametrize("statement", ["select NO_SUCH, 1 from T", "select 'x', 1", "select 1, null", "select 1"])
@pytest.mark.parametrize("inside", [False, True])
def test_a_failed_insert_overwrite_leaves_the_table_alone(session: Session, inside: bool, statement: str) -> None:
    session.execute("insert into T (A) values (1)")
    if inside:
        session.execute("begin")
        session.execute("insert into T (A) values (2)")
    with pytest.raises(ProgrammingError):
        session.execute(f"insert overwrite into T {statement}")
    if inside:
        session.execute("commit")
    assert _rows(session) == ([(1,), (2,)] if inside else [(1,)])
