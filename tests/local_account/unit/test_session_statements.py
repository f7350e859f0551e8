"""USE, ALTER SESSION, transactions and the functions of the session."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

import pytest
from snowflake.connector.errors import DatabaseError

from tests.support.statements import records, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.account import Account
    from local_account.session.session import Session


@pytest.fixture
def mine(session: Session, bare_account: Account) -> Iterator[Session]:
    """A new session in the module's database."""
    with bare_account.open_session("LOCAL", "ACCOUNTADMIN", session.database, "PUBLIC", "W") as own:
        yield own


def value(session: Session, expression: str) -> object:
    return session.execute(f"select {expression}").scalar()


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("use schema INFORMATION_SCHEMA", ("{}", "INFORMATION_SCHEMA")),
        ("use schema {}.PUBLIC", ("{}", "PUBLIC")),
        ("use {}.PUBLIC", ("{}", "PUBLIC")),
        ("use database {}", ("{}", "PUBLIC")),
        ("use {}", ("{}", "PUBLIC")),
    ],
)
def test_use_says_where_names_are_looked_for(mine: Session, sql: str, where: tuple[str, str]) -> None:
    database = str(mine.database)
    mine.execute(sql.format(database))
    found = tuple(place.format(database) for place in where)
    assert (value(mine, "current_database()"), value(mine, "current_schema()")) == found
    assert value(mine, "current_schemas()") == f'["{found[0]}.{found[1]}"]'


def test_a_database_whose_public_schema_is_not_the_role_s_leaves_the_schema_unset(mine: Session) -> None:
    for sql in ("create role GUEST", "grant role GUEST to role ACCOUNTADMIN", "grant role GUEST to user LOCAL",
                f"grant usage on database {mine.database} to role GUEST", "use role GUEST",
                f"use database {mine.database}"):  # fmt: skip
        mine.execute(sql)
    assert (value(mine, "current_role()"), value(mine, "current_schema()"), value(mine, "current_schemas()")) == (
        "GUEST", None, "[]",
    )  # fmt: skip
    assert refusal(mine, "use schema PUBLIC")[0] == 2043
    assert refusal(mine, "use warehouse W")[0] == 2003
    mine.execute("use role ACCOUNTADMIN")
    mine.execute("drop role GUEST")


def test_a_warehouse_that_one_may_not_use_is_refused(mine: Session) -> None:
    for sql in ("create role WATCHER", "grant role WATCHER to user LOCAL",
                "grant monitor on warehouse W to role WATCHER", "use role WATCHER"):  # fmt: skip
        mine.execute(sql)
    assert refusal(mine, "use warehouse W")[:2] == (3001, "42501")
    mine.execute("use role ACCOUNTADMIN")
    mine.execute("drop role WATCHER")


def test_secondary_roles_are_none(mine: Session) -> None:
    mine.execute("use secondary roles none")
    assert refusal(mine, "use secondary roles all")[0] == 1008
    assert value(mine, "current_secondary_roles()") == '{"roles":"","value":""}'


def test_the_bundles_whose_changes_the_account_shows_are_enabled(mine: Session) -> None:
    assert value(mine, "system$behavior_change_bundle_status('2026_06')") == "ENABLED"
    assert value(mine, "system$behavior_change_bundle_status('2024_02')") == "ENABLED"
    for unknown in ("2099_01", "newest", "2026_6", ""):
        code, _, sentence = refusal(mine, f"select system$behavior_change_bundle_status('{unknown}')")
        assert code == 1008
        assert f"'{unknown}'" in sentence


def test_roles_of_the_session(mine: Session) -> None:
    available = json.loads(str(value(mine, "current_available_roles()")))
    assert available == sorted(available)
    assert {"ACCOUNTADMIN", "SYSADMIN", "PUBLIC"} <= set(available)
    assert value(mine, "is_role_in_session('sysadmin')") is True
    mine.execute("use role SYSADMIN")
    assert value(mine, "is_role_in_session('ACCOUNTADMIN')") is False
    assert value(mine, "is_role_in_session('SYSADMIN')") is True


def test_what_the_session_is(mine: Session) -> None:
    assert value(mine, "current_user()") == value(mine, "session_user()") == "LOCAL"
    assert value(mine, "current_session()") == str(mine.session_id)
    assert value(mine, "current_warehouse()") == "W"
    assert value(mine, "current_account()") == "LOCAL"
    assert value(mine, "current_region()") == "AWS_US_EAST_1"
    assert value(mine, "current_client()") == "Local"


def test_earlier_statements_are_counted_from_either_end(mine: Session) -> None:
    assert value(mine, "last_query_id(1)") is None
    for sql in ("select 1", "select 2", "select 3"):
        mine.execute(sql)
    ids = list(mine.queries)
    assert value(mine, "last_query_id(1)") == ids[0]
    assert value(mine, "last_query_id(2)") == ids[1]
    assert value(mine, "last_query_id()") == mine.queries[-2]
    ids = list(mine.queries)
    assert value(mine, f"last_query_id(-{len(ids)})") == ids[0]
    assert value(mine, f"last_query_id(-{len(ids) + 2})") is None
    assert value(mine, "last_query_id(100)") is None


def test_the_rows_of_an_earlier_statement_are_its_user_s(mine: Session, bare_account: Account) -> None:
    mine.execute("select 7 as X", query_id="seven")
    assert mine.execute("select X from table(result_scan('seven'))").rows() == [(7,)]
    mine.execute("create user OLGA")
    with bare_account.open_session("OLGA") as other:
        assert refusal(other, "select * from table(result_scan('seven'))")[0] == 709
    mine.execute("drop user OLGA")


@pytest.mark.parametrize(
    ("constant", "name"),
    [
        ("1", "NUMBER(1,0)[SB1]"), ("'x'", "VARCHAR(1)[LOB]"), ("true", "BOOLEAN[SB1]"), ("null", "NULL[LOB]"),
    ],
)  # fmt: skip
def test_the_type_of_a_constant(mine: Session, constant: str, name: str) -> None:
    assert value(mine, f"system$typeof({constant})") == name


def test_parameters_are_set_shown_and_taken_back(mine: Session) -> None:
    def shown(key: str) -> tuple[str, ...]:
        (row,) = records(mine, f"show parameters like '{key}'")
        return row["value"], row["default"], row["level"], row["type"]

    assert shown("json_indent") == ("2", "2", "", "NUMBER")
    mine.execute("alter session set json_indent = 0, query_tag = 'x' autocommit = false")
    assert shown("JSON_INDENT") == ("0", "2", "SESSION", "NUMBER")
    assert shown("QUERY_TAG") == ("x", "", "SESSION", "STRING")
    assert shown("AUTOCOMMIT") == ("false", "true", "SESSION", "BOOLEAN")
    mine.execute("alter session unset json_indent, query_tag")
    assert shown("JSON_INDENT") == ("2", "2", "", "NUMBER")
    assert shown("QUERY_TAG") == ("", "", "", "STRING")
    assert refusal(mine, "alter session unset JSON_INDENT, NOTHING")[0] == 1006
    assert len(records(mine, "show parameters in session")) == len(records(mine, "show parameters"))
    assert records(mine, "show parameters like 'data_ret%' for account")[0]["default"] == "1"
    assert refusal(mine, "show parameters in table NOTHING")[0] == 2003
    assert refusal(mine, "show parameters in nonsense X")[0] == 1003


def test_a_transaction_is_open_until_it_is_ended(mine: Session) -> None:
    mine.execute("create or replace table MONEY (A int)")
    for begin in ("begin", "begin transaction", "begin work", "start transaction", "begin name N"):
        for end, rows in (("rollback", 0), ("commit", 1)):
            mine.execute(begin)
            mine.execute("insert into MONEY values (1)")
            mine.execute(end)
            assert value(mine, "count(*) from MONEY") == rows, (begin, end)
        mine.execute("delete from MONEY")


def test_only_one_s_own_sessions_are_stopped(mine: Session) -> None:
    assert value(mine, f"system$cancel_all_queries({mine.session_id})") == "canceled all running queries."
    assert value(mine, "system$cancel_all_queries(0)") == "canceled all running queries."
    assert refusal(mine, "select system$abort_session(1)")[0] == 3001


def test_a_session_that_ends_stops_what_it_runs_first(bare_account: Account, session: Session) -> None:
    ending = bare_account.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database=session.database)
    many = "A as (select seq4() as N from table(generator(rowcount => 3000000)))"
    failures: list[DatabaseError] = []

    def run() -> None:
        try:
            ending.execute(f"with {many}, {many.replace('A as', 'B as')} select count(*) from A, B where A.N + B.N = 7")
        except DatabaseError as error:
            failures.append(error)

    running = threading.Thread(target=run)
    running.start()
    time.sleep(0.3)
    ending.end()
    running.join(30)
    assert [error.errno for error in failures] == [604]
