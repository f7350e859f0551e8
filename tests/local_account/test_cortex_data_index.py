"""What Cortex Analyst may know of the data: values, keys, days, and who may see what."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from local_account.cortex import models
from local_account.cortex.data_index import MOST_VALUES, DataIndexes, NoDataError
from local_account.cortex.requests import Selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.cortex.data_index import RoleDataIndex
    from local_account.session.session import Session


VIEW = """
create semantic view D.S.MODEL
tables (PEOPLE as D.S.PEOPLE primary key (ID), VISITS as D.S.VISITS primary key (VISIT))
relationships (OF as VISITS (PERSON) references PEOPLE)
dimensions (
    PEOPLE.ID as id, PEOPLE.BORN as born, PEOPLE.NAME as name, PEOPLE.CALLED as 'Ms ' || name, VISITS.VISIT as visit,
    VISITS.PERSON as person, VISITS.PLACE as place, VISITS.DAY as day
)
metrics (VISITS.VISIT_COUNT as count(visit))
"""


@contextmanager
def index(session: Session, view: str = "D.S.MODEL") -> Iterator[RoleDataIndex]:
    offered = models.find(session, Selector("semantic_view", view))
    with DataIndexes().of(session, offered).asked_by(session) as data:
        yield data


@pytest.fixture
def visits(session: Session) -> Session:
    """People, and their visits; a view over both."""
    for statement in (
        "create table D.S.PEOPLE (id integer, born date, name varchar)",
        "create table D.S.VISITS (visit integer, person integer, place varchar, day date)",
        "insert into D.S.PEOPLE values (1, '1990-05-01', 'Ann'), (2, '1980-01-01', null)",
        "insert into D.S.VISITS values (7, 1, 'x', '2024-02-01'), (8, 1, 'y', '2024-03-05'), (9, 1, null, null)",
        VIEW,
    ):
        session.execute(statement)
    return session


def test_keys_are_looked_up_and_not_listed(visits: Session) -> None:
    """Also where a key belongs to another table: few ids there would be taken for ordinary values."""
    with index(visits) as data:
        assert [data.values("VISITS", name) for name in ("VISIT", "PERSON", "PLACE")] == [(), (), ("x", "y")]
        assert data.values("PEOPLE", "ID") == ()
        assert [data.has_value("VISITS", "PERSON", text) for text in ("1", "2")] == [True, False]


def test_too_many_values_are_not_listed(visits: Session) -> None:
    visits.execute(
        f"insert into D.S.VISITS select seq4() + 10, 1, seq4(), null from table(generator(rowcount => {MOST_VALUES}))"
    )
    with index(visits) as data:
        assert data.values("VISITS", "PLACE") == ()
        assert data.has_value("VISITS", "PLACE", "x")


def test_the_present_day_is_the_newest_of_what_is_counted(visits: Session) -> None:
    with index(visits) as data:
        assert data.as_of() == date(2024, 3, 5)
        assert data.range("PEOPLE", "BORN") == (date(1980, 1, 1), date(1990, 5, 1))
    visits.execute("delete from D.S.VISITS")
    with index(visits) as data:
        assert data.range("VISITS", "DAY") is None
        with pytest.raises(NoDataError):
            data.as_of()


def test_the_present_day_is_the_as_of_date_where_there_is_one(visits: Session) -> None:
    visits.execute("create table D.S.P2 as select id, born, '2024-01-31'::date as as_of_date from D.S.PEOPLE")
    visits.execute(
        "create semantic view D.S.DATED tables (P as D.S.P2 primary key (ID)) dimensions (P.BORN as born,"
        " P.AS_OF_DATE as as_of_date) metrics (P.N as count(id))"
    )
    with index(visits, "D.S.DATED") as data:
        assert data.as_of() == date(2024, 1, 31)


def test_without_any_time_today_is_the_present_day(visits: Session) -> None:
    visits.execute(
        "create semantic view D.S.TIMELESS tables (P as D.S.PEOPLE primary key (ID)) metrics (P.N as count(id))"
    )
    with index(visits, "D.S.TIMELESS") as data:
        assert data.as_of() == datetime.now(UTC).date()


def test_what_a_policy_covers_is_personal_also_by_a_tag_and_through_an_expression(visits: Session) -> None:
    with index(visits) as data:
        assert not any(data.personal("PEOPLE", name) for name in ("NAME", "CALLED", "BORN"))
    visits.execute("create masking policy D.S.HIDE as (v varchar) returns varchar -> 'hidden'")
    visits.execute("create tag D.S.PRIVATE")
    visits.execute("alter tag D.S.PRIVATE set masking policy D.S.HIDE")
    visits.execute("alter table D.S.PEOPLE modify column NAME set tag D.S.PRIVATE = 'x'")
    with index(visits) as data:
        assert [data.personal("PEOPLE", name) for name in ("NAME", "CALLED", "BORN")] == [True, True, False]
        assert data.values("PEOPLE", "NAME") == ()
        assert not data.has_value("PEOPLE", "NAME", "Ann")


def test_an_index_outlasts_changes_of_other_tables_and_none_of_its_own(visits: Session) -> None:
    visits.execute("create table D.S.QUESTIONS (asked varchar)")
    offered, indexes = models.find(visits, Selector("semantic_view", "D.S.MODEL")), DataIndexes()
    known = indexes.of(visits, offered)
    visits.execute("insert into D.S.QUESTIONS values ('which places?')")
    assert indexes.of(visits, offered) is known
    for change in (
        "insert into D.S.VISITS values (10, 2, 'z', null)",
        'update "D"."S"."VISITS" set place = null where visit = 10',
        "use schema D.S; delete from PEOPLE where id = 2",
        "begin; insert into D.S.QUESTIONS values ('and now?'); delete from D.S.VISITS where visit = 10; commit",
        "merge into D.S.PEOPLE as p using (select 3 as n) on id = n when not matched then insert (id) values (n)",
        "truncate table D.S.VISITS",
        "create or replace table D.S.VISITS as select 1 as visit, 1 as person, 'w' as place, null::date as day",
    ):
        for statement in change.split("; "):
            visits.execute(statement)
        assert indexes.of(visits, offered) is not known, change
        known = indexes.of(visits, offered)
    visits.execute("create masking policy D.S.ASKS as (v varchar) returns varchar -> (select max(asked) from ASKED)")
    known = indexes.of(visits, offered)
    visits.execute("insert into D.S.QUESTIONS values ('who is masked?')")
    assert indexes.of(visits, offered) is not known
