"""The list of steps that every statement takes, and what is kept of a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account import route
from local_account.account import Account
from local_account.queries import rights
from local_account.queries.parse import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_account.session.session import Session

_PLACE = ("create warehouse W", "create database D", "use warehouse W", "create table T (A int)")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    account = Account(tmp_path)
    try:
        with account.open_session("LOCAL", "ACCOUNTADMIN") as session:
            for sql in _PLACE:
                session.execute(sql)
            yield session
    finally:
        account.close()


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the steps that are taken from here on."""
    names: list[str] = []

    def noted(step: route.Step) -> route.Step:
        def note(execution: Any) -> None:
            names.append(step.__name__)
            step(execution)

        return note

    for way in ("EXECUTE", "DESCRIBE"):
        monkeypatch.setattr(route, way, tuple(noted(step) for step in getattr(route, way)))
    return names


_WHOLE = [step.__name__ for step in route.EXECUTE]
_SEEN = [step.__name__ for step in route.DESCRIBE]


@pytest.mark.parametrize(
    ("sql", "last"),
    [
        ("select A from T", "run"),
        ("insert into T values (1)", "run"),
        ("merge into T using (select 1 as B) S on A = B when not matched then insert values (B)", "run"),
        ("create table U as select A from T", "run"),
        ("create view V as select A from T", "run"),
        ("truncate table T", "run"),
        ("drop table T", "run"),
        ("create table if not exists T (A int)", "define"),
        ("drop table if exists NOTHING", "define"),
        ("truncate table if exists NOTHING", "define"),
        ("set X = 1", "set_variable"),
        ("show tables", "handle"),
        ("begin", "handle"),
    ],
)
def test_a_statement_takes_the_steps_in_order_up_to_its_answer(
    session: Session, taken: list[str], sql: str, last: str
) -> None:
    session.execute(sql)
    assert taken == _WHOLE[: _WHOLE.index(last) + 1]


@pytest.mark.parametrize(
    ("sql", "last", "names"),
    [
        ("select A, 1 as B from T where A = ?", "run_without_rows", ["A", "B"]),
        ("insert into T values (1)", "describe_change", ["number of rows inserted"]),
        ("update T set A = 1", "describe_change", ["number of rows updated", "number of multi-joined rows updated"]),
        ("insert overwrite into T values (1)", "describe_change", ["number of rows inserted"]),
        ("create table T2 (A int)", "describe_change", ["status"]),
        ("create warehouse W2", "describe_handled", ["status"]),
    ],
)
def test_a_description_runs_nothing(session: Session, taken: list[str], sql: str, last: str, names: list[str]) -> None:
    found = session.describe(sql)
    assert (found.names, found.arrow.num_rows) == (names, 0)
    assert taken == _SEEN[: _SEEN.index(last) + 1]
    assert session.execute("select count(*) from T").scalar() == 0
    assert session.execute("show warehouses like 'W2'").rows() == []


def test_a_description_of_what_only_reads_the_catalog_is_its_answer(session: Session) -> None:
    assert [row[1] for row in session.describe("show tables").rows()] == ["T"]


def test_both_lists_share_their_steps_in_one_order() -> None:
    shared = [name for name in _SEEN if name in _WHOLE]
    assert shared == [name for name in _WHOLE if name in _SEEN]
    assert {"parse", "prepare", "qualify", "authorise", "mask"} <= set(shared)


def test_what_a_handler_runs_takes_the_whole_route(session: Session, taken: list[str]) -> None:
    session.execute("execute immediate 'select A from T'")
    assert taken == [*_WHOLE[: _WHOLE.index("handle") + 1], *_WHOLE]


def test_a_step_refuses_before_anything_is_done(session: Session, taken: list[str]) -> None:
    with pytest.raises(ProgrammingError, match=r"Object 'D\.PUBLIC\.NOTHING' does not exist") as caught:
        session.execute("insert into T select * from NOTHING")
    assert taken[-1] == "authorise"
    assert caught.value.errno == 2003
    session.warehouse = None
    with pytest.raises(ProgrammingError, match="No active warehouse"):
        session.execute("create table U as select A from T")
    assert taken[-1] == "require_warehouse"
    assert session.execute("show tables like 'U'").rows() == []


def test_a_statement_is_recorded_with_its_rows_or_its_error(session: Session) -> None:
    history = session.account.history
    done = session.execute("insert into T values (1), (2)", query_id="one")
    assert done.query_id == "one"
    found = history.get("one")
    assert found is not None
    assert (found.status, found.rows, found.error) == ("SUCCESS", 2, None)
    with pytest.raises(ProgrammingError) as caught:
        session.execute("select B from T;", query_id="two")
    failed = history.get("two")
    assert failed is not None
    assert (failed.status, failed.text) == ("FAILED_WITH_ERROR", "select B from T")
    assert "invalid identifier" in str(failed.error)
    assert caught.value.sfqid == "two"
    assert session.queries[-2:] == ["one", "two"]
    assert session.account.results.get("one") is not None
    assert session.account.results.get("two") is None


def test_a_transaction_that_is_opened_by_itself_is_no_statement(session: Session) -> None:
    session.execute("alter session set autocommit = false")
    before = len(session.queries)
    session.execute("insert into T values (1)")
    assert session.in_transaction
    assert len(session.queries) == before + 1
    session.execute("create table U (A int)")  # DDL commits
    assert not session.in_transaction
    assert len(session.queries) == before + 2


def test_a_description_with_masks_and_rights_is_that_of_the_role(session: Session) -> None:
    session.execute("create role READER")
    session.execute("grant role READER to role ACCOUNTADMIN")
    session.execute("grant usage on database D to role READER")
    session.execute("grant usage on schema PUBLIC to role READER")
    session.role = "READER"
    with pytest.raises(ProgrammingError, match="T' does not exist or not authorized"):
        session.describe("select A from T")


def test_the_names_in_a_view_are_those_of_its_own_schema(session: Session) -> None:
    session.execute("insert into T values (1)")
    for sql in ("create schema OTHER", "use schema OTHER", "create view D.PUBLIC.V as select A from T"):
        session.execute(sql)
    assert session.execute("select A from D.PUBLIC.V").rows() == [(1,)]


def test_a_view_keeps_its_query_and_not_what_its_maker_may_read(session: Session) -> None:
    for sql in (
        "insert into T values (1)",
        "create masking policy M as (v number) returns number -> iff(current_role() = 'SYSADMIN', v, null)",
        "alter table T modify column A set masking policy M",
        "create view V as select A from T",
        "create table COPIED as select A from T",
        "grant all on database D to role SYSADMIN",
        "grant all on schema PUBLIC to role SYSADMIN",
        "grant select on all views in schema PUBLIC to role SYSADMIN",
        "grant select on all tables in schema PUBLIC to role SYSADMIN",
        "grant usage on warehouse W to role SYSADMIN",
    ):
        session.execute(sql)
    assert session.execute("select A from V").rows() == [(None,)]
    session.role = "SYSADMIN"
    assert session.execute("select A from V").rows() == [(1,)]
    assert session.execute("select A from COPIED").rows() == [(None,)]


@pytest.mark.parametrize(
    ("sql", "computes"),
    [
        ("select A from T", True),
        ("insert into T values (1)", True),
        ("create table U as select A from T", True),
        ("create table U (A int)", False),
        ("create view V as select A from T", False),
        ("create temporary table U (A int)", False),
        ("truncate table T", False),
        ("drop table T", False),
        ("select current_role()", False),
    ],
)
def test_what_computes_needs_a_warehouse(session: Session, sql: str, computes: bool) -> None:
    session.warehouse = None
    if computes:
        with pytest.raises(ProgrammingError, match="No active warehouse"):
            session.execute(sql)
    else:
        session.execute(sql)


@pytest.mark.parametrize(
    ("sql", "needed"),
    [
        ("insert into T values (1)", ("INSERT",)),
        ("insert overwrite into T values (1)", ("INSERT", "DELETE")),
        ("update T set A = 1", ("UPDATE",)),
        ("delete from T", ("DELETE",)),
        ("truncate table T", ("TRUNCATE",)),
        ("merge into T using T S on T.A = S.A when matched then delete", ("DELETE",)),
        ("select A from T", ()),
    ],
)
def test_what_is_written_needs_its_own_privilege(sql: str, needed: tuple[str, ...]) -> None:
    assert rights.privileges_of(parsed(sql)) == needed
