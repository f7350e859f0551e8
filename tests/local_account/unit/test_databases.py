"""Databases and schemas: their options, what a drop does to who is in them, and managed access."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.statements import records, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.account import Account
    from local_account.session.session import Session


@pytest.fixture
def place(session: Session) -> Iterator[Session]:
    """The session in an empty schema OPTIONS of its database."""
    database = session.database
    session.execute("create or replace schema OPTIONS")
    yield session
    session.use(database, "PUBLIC")


def value(session: Session, kind: str, key: str) -> tuple[str, str]:
    (row,) = records(session, f"show parameters like '{key}' in {kind}")
    return row["value"], row["level"]


@pytest.mark.parametrize("days", [0, 1, 90])
def test_retention_is_0_to_90_days(place: Session, days: int) -> None:
    place.execute(f"alter schema OPTIONS set data_retention_time_in_days = {days}")
    assert value(place, "schema OPTIONS", "DATA_RETENTION_TIME_IN_DAYS") == (str(days), "SCHEMA")
    assert value(place, f"database {place.database}", "DATA_RETENTION_TIME_IN_DAYS") == ("1", "")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("data_retention_time_in_days = 91", 1008), ("data_retention_time_in_days = -1", 1008),
        ("data_retention_time_in_days = 'x'", 1008), ("data_retention_time_in_days = 1.5", 1008), ("nothing = 1", 2),
    ],
)  # fmt: skip
def test_other_options_are_refused(place: Session, options: str, code: int) -> None:
    for sql in (f"create schema X {options}", f"create database X {options}", f"alter schema OPTIONS set {options}"):
        assert refusal(place, sql)[0] == code, sql
    assert records(place, "show schemas like 'X'") == records(place, "show databases like 'X'") == []


def test_options_are_set_and_taken_back(place: Session) -> None:
    place.execute("alter schema OPTIONS set comment = 'x' data_retention_time_in_days = 3 log_level = 'INFO'")
    place.execute("alter schema OPTIONS set log_level = 'WARN'")
    assert records(place, "show schemas like 'OPTIONS'")[0]["comment"] == "x"
    place.execute("alter schema OPTIONS unset data_retention_time_in_days, comment")
    assert value(place, "schema OPTIONS", "DATA_RETENTION_TIME_IN_DAYS") == ("1", "")
    assert value(place, "schema OPTIONS", "LOG_LEVEL") == ("WARN", "SCHEMA")
    assert records(place, "show schemas like 'OPTIONS'")[0]["comment"] == ""
    assert refusal(place, "alter schema OPTIONS unset NOTHING")[0] == 2
    assert refusal(place, "alter schema OPTIONS frobnicate")[0] == 2
    assert refusal(place, f"alter database {place.database} enable managed access")[0] == 2


def test_access_is_managed_where_it_is_said(place: Session) -> None:
    def options() -> str:
        return records(place, "show schemas like 'OPTIONS'")[0]["options"]

    assert options() == ""
    place.execute("alter schema OPTIONS enable managed access")
    assert options() == "MANAGED ACCESS"
    place.execute("alter schema OPTIONS disable managed access")
    assert options() == ""


def test_whoever_is_in_what_is_dropped_is_nowhere(bare_account: Account, session: Session) -> None:
    with (
        bare_account.open_session("LOCAL", "ACCOUNTADMIN") as inside,
        bare_account.open_session("LOCAL", "ACCOUNTADMIN") as beside,
    ):
        for sql in ("create database GONE", "create schema GOES", "create table GOES.X (A int)"):
            inside.execute(sql)
        beside.execute("use schema GONE.PUBLIC")
        beside.execute("drop schema GONE.GOES")
        assert (inside.database, inside.schema) == ("GONE", None)
        assert (beside.database, beside.schema) == ("GONE", "PUBLIC")
        assert refusal(inside, "select * from GONE.GOES.X")[0] == 2003
        before = (session.database, session.schema)
        beside.execute("drop database GONE")
        assert (inside.database, inside.schema) == (beside.database, beside.schema) == (None, None)
        assert (session.database, session.schema) == before
        assert refusal(inside, "use database GONE")[0] == 2043


def test_what_is_created_is_current(place: Session) -> None:
    database = place.database
    place.execute("create schema IN_IT")
    assert (place.database, place.schema) == (database, "IN_IT")
    place.execute("create schema if not exists OPTIONS")
    assert place.schema == "IN_IT"
    place.execute("create database CURRENT_NOW")
    assert (place.database, place.schema) == ("CURRENT_NOW", "PUBLIC")
    place.execute("drop database CURRENT_NOW")
    place.use(database, "OPTIONS")
    place.execute("drop schema IN_IT")


def test_what_is_replaced_is_empty_again(place: Session) -> None:
    place.execute("create table X (A int)")
    assert refusal(place, "create schema OPTIONS")[0] == 2002
    assert [row["name"] for row in records(place, "show tables")] == ["X"]
    place.execute("create or replace schema OPTIONS")
    assert records(place, "show tables") == []


@pytest.mark.parametrize(("sql", "code"), [("drop schema OPTIONS restrict", 2), ("undrop schema OPTIONS", 2),
                                           ("drop schema NOTHING", 2003), ("drop database NOTHING", 2003)])  # fmt: skip
def test_a_drop_that_is_refused_drops_nothing(place: Session, sql: str, code: int) -> None:
    assert refusal(place, sql)[0] == code
    assert len(records(place, "show schemas like 'OPTIONS'")) == 1


def test_a_drop_of_nothing_that_may_be_missing_says_so(place: Session) -> None:
    assert place.execute("drop schema if exists NOTHING").scalar() == (
        "Drop statement executed successfully (NOTHING already dropped)."
    )


def test_an_account_that_nobody_serves_has_no_port(bare_account: Account) -> None:
    assert bare_account.port == 0
