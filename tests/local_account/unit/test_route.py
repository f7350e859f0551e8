"""Every statement on a relation asks for the right that it needs before it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.statements import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import Session

UNKNOWN, INSUFFICIENT = 2003, 3001  # of what a role may not even see, nothing is said


@pytest.fixture
def reader(session: Session) -> Iterator[Session]:
    """The session as a role that may read the table GUARDED and make tables, and nothing else."""
    for sql in (
        "create or replace table GUARDED (A int)", "create or replace table HIDDEN (A int)",
        "create role if not exists READER", "grant usage on warehouse W to role READER",
        f"grant usage on database {session.database} to role READER",
        "grant usage, create table on schema PUBLIC to role READER", "grant select on table GUARDED to role READER",
    ):  # fmt: skip
        session.execute(sql)
    session.role = "READER"
    yield session
    session.role = "ACCOUNTADMIN"


@pytest.mark.parametrize(
    ("sql", "errno"),
    [
        ("insert into GUARDED values (1)", INSUFFICIENT),
        ("insert overwrite into GUARDED values (1)", INSUFFICIENT),
        ("update GUARDED set A = 1", INSUFFICIENT),
        ("delete from GUARDED", INSUFFICIENT),
        ("truncate table GUARDED", INSUFFICIENT),
        ("drop table GUARDED", INSUFFICIENT),
        ("alter table GUARDED add column B int", INSUFFICIENT),
        ("merge into GUARDED g using GUARDED h on g.A = h.A when matched then delete", INSUFFICIENT),
        ("select * from HIDDEN", UNKNOWN),
        ("create table MINE as select * from HIDDEN", UNKNOWN),
        ("select * from GUARDED where A in (select A from HIDDEN)", UNKNOWN),
    ],
)
def test_a_role_without_the_right_is_refused(reader: Session, sql: str, errno: int) -> None:
    assert refusal(reader, sql)[0] == errno


@pytest.mark.parametrize("sql", ["select * from GUARDED", "create or replace table MINE as select * from GUARDED"])
def test_a_role_with_the_right_is_not(reader: Session, sql: str) -> None:
    reader.execute(sql)


@pytest.mark.parametrize(
    ("privilege", "sql"),
    [
        ("insert", "insert into GUARDED values (1)"), ("update", "update GUARDED set A = 1"),
        ("delete", "delete from GUARDED"), ("truncate", "truncate table GUARDED"),
    ],
)  # fmt: skip
def test_the_right_that_is_granted_is_enough(reader: Session, privilege: str, sql: str) -> None:
    reader.role = "ACCOUNTADMIN"
    reader.execute(f"grant {privilege} on table GUARDED to role READER")
    reader.role = "READER"
    reader.execute(sql)
