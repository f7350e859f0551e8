"""What names and calls of a query stand for in the session that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.statements import records, refusal

if TYPE_CHECKING:
    from local_account.session.session import Session


@pytest.fixture(scope="module")
def place(session: Session) -> Session:
    """The session beside a schema FAR; both have a sequence Q, and a table N has a column NEXTVAL."""
    for sql in (
        "create schema FAR", "create sequence Q start = 100", "use schema PUBLIC", "create sequence Q start = 5",
        "create table N (NEXTVAL int)", "insert into N values (1), (2)",
    ):  # fmt: skip
        session.execute(sql)
    return session


@pytest.mark.parametrize(
    ("query", "column", "first"),
    [
        ("select Q.nextval", "NEXTVAL", 5),
        ("select FAR.Q.nextval", "NEXTVAL", 100),
        ('select FAR."Q".NEXTVAL', "NEXTVAL", 101),
        ("select Q.nextval + 1 as one_more", "ONE_MORE", 7),
        ("select FAR.Q.nextval as far", "FAR", 102),
        ("select max(nextval) as m from N", "M", 2),
    ],
)
def test_a_sequence_s_next_value_is_read_where_it_is_named(place: Session, query: str, column: str, first: int) -> None:
    assert records(place, query) == [{column: first}]


def test_each_row_has_a_next_value_of_its_own(place: Session) -> None:
    place.execute("create or replace sequence R")
    place.execute("create table FILLED as select R.nextval as I, NEXTVAL as J from N order by J")
    assert records(place, "select * from FILLED order by I") == [{"I": 1, "J": 1}, {"I": 2, "J": 2}]


def test_a_sequence_that_is_not_there_is_refused(place: Session) -> None:
    assert refusal(place, "select NOWHERE.nextval")[0] in {904, 2003}


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("select count(*) from identifier('N')", 2),
        ("select count(*) from identifier('PUBLIC.N')", 2),
        ("select count_if(false) from N where false", 0),
        ("select count_if(nextval > 1) from N", 1),
    ],
)
def test_names_in_text_and_counts_of_a_condition(place: Session, query: str, value: int) -> None:
    assert place.execute(query).scalar() == value
