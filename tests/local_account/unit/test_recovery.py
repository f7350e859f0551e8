"""A change that was cut short: the catalog follows what the data plane has, and keeps no note of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from local_account.catalog.objects import Table
from local_account.catalog.recovery import differences, reconcile
from local_account.identifiers import Name

if TYPE_CHECKING:
    from local_account.session.session import Session


class _CutShort(BaseException):
    pass


def cut_short(session: Session, name: str, statement: str = "", old: str = "") -> Name:
    """Begin to make a table, run a statement of the data plane, and be cut short; return the table's name."""
    account, full = session.account, session.resolve(Name(name))
    was = session.resolve(Name(old)) if old else None
    with suppress(_CutShort), account.changing(Table(full, "ACCOUNTADMIN"), was):
        if statement:
            session.connection.sql(statement.format(place=f"{full.database}.PUBLIC"))
        raise _CutShort
    assert account.catalog.notes() == []
    assert differences(account.catalog, account.data_plane) == []
    return full


def test_what_was_not_done_is_forgotten(session: Session) -> None:
    assert session.account.catalog.find("TABLE", cut_short(session, "NEVER")) is None


def test_what_was_done_is_followed(session: Session) -> None:
    made = cut_short(session, "MADE", "create table {place}.MADE (A int)")
    assert session.account.catalog.find("TABLE", made) is not None
    assert session.execute("select count(*) from MADE").scalar() == 0


def test_a_rename_that_was_done_keeps_the_grants(session: Session) -> None:
    session.execute("create or replace table BEFORE (A int)")
    session.execute("grant select on table BEFORE to role PUBLIC")
    after = cut_short(session, "AFTER", "alter table {place}.BEFORE rename to AFTER", old="BEFORE")
    catalog, access = session.account.catalog, session.account.access
    assert catalog.find("TABLE", session.resolve(Name("BEFORE"))) is None
    assert "SELECT" in access.held("PUBLIC", "TABLE", after)


def test_a_rename_that_was_not_done_changes_nothing(session: Session) -> None:
    session.execute("create or replace table STAYS (A int)")
    cut_short(session, "GOES", old="STAYS")
    assert session.execute("select count(*) from STAYS").scalar() == 0


def test_at_the_start_tables_that_only_one_side_has_are_adopted_or_forgotten(session: Session) -> None:
    account = session.account
    lost, found = session.resolve(Name("LOST")), session.resolve(Name("FOUND"))
    account.catalog.save(Table(lost, "ACCOUNTADMIN"))
    session.connection.sql(f"create table {found.database}.PUBLIC.FOUND (A int)")
    assert sorted(str(name) for _, name in differences(account.catalog, account.data_plane)) == [str(found), str(lost)]
    reconcile(account.catalog, account.access, account.data_plane)
    assert differences(account.catalog, account.data_plane) == []
    assert account.catalog.find("TABLE", lost) is None
    assert account.catalog.find("TABLE", found) is not None
