"""What a session knows of columns follows every change of a definition, whoever makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
