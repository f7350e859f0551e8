"""A query that comes again is answered as if it came first: by the definitions, rights, clock and values of now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fakesnow.dialect import parse_one
from sqlglot import exp

from local_account.data_plane import kept_translations
from local_account.data_plane.kept_translations import Translation, Translations, key_of
from local_account.data_plane.translation import SelectiveCursor

if TYPE_CHECKING:
    from local_account.account import Account
    from local_account.session.session import Session


@pytest.fixture
def translated(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The statements that were translated from now on."""
    seen: list[object] = []
    before = SelectiveCursor._transform

    def transform(cursor: SelectiveCursor, expression: object, params: object) -> object:
        seen.append(expression)
        return before(cursor, expression, params)  # pyrefly: ignore

    monkeypatch.setattr(SelectiveCursor, "_transform", transform)
    return seen


def test_a_query_is_translated_once_for_all_sessions_and_values(
    unserved: Account, session: Session, translated: list[object]
) -> None:
    session.execute("create table T (A int)")
    session.execute("insert into T values (1), (2), (3)")
    translated.clear()
    asked = "select count(*) from T where A > ?"
    assert [session.execute(asked, [bound]).scalar() for bound in (0, 1, 2)] == [3, 2, 1]
    with unserved.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database="D", schema="S") as other:
        assert other.execute(asked, [2]).scalar() == 1
    assert len(translated) == 1


@pytest.mark.parametrize(
    ("query", "before", "change", "after"),
    [
        ("select dateadd(day, 1, A) from T", "2024-02-01",
         "create or replace table T (A timestamp_ntz) as select '2024-01-31 10:00'", "2024-02-01 10:00:00"),
        ("select * from V", "2024-01-31", "create or replace view V as select A - 1 as B from T", "2024-01-30"),
        ("select $x", "1", "set X = 'b'", "b"),
        ("select * from T", "2024-01-31", "create temporary table T as select 7 as A", "7"),
        ("select A from T", "2024-01-31", "alter table T modify column A set masking policy HIDDEN", "1970-01-01"),
        ("select current_schema()", "S", "use schema D.PUBLIC", "PUBLIC"),
        ("select A from T", "2024-01-31", "use schema D.OTHER", "2000-01-01"),
        ("select A from T", "2024-01-31", "update T set A = '2025-01-01'", "2025-01-01"),
        ("select current_role()", "ACCOUNTADMIN", "use role PUBLIC", "PUBLIC"),
    ],
)  # fmt: skip
def test_the_answer_is_that_of_now(session: Session, query: str, before: str, change: str, after: str) -> None:
    for statement in (
        "create or replace schema D.OTHER",
        "create table T as select '2000-01-01'::date as A",
        "use schema D.S",
        "create table T as select '2024-01-31'::date as A",
        "create view V as select A from T",
        "create masking policy HIDDEN as (given date) returns date -> '1970-01-01'::date",
        "set X = 1",
    ):
        session.execute(statement)
    assert [str(session.execute(query).scalar()) for _ in range(2)] == [before] * 2
    session.execute(change)
    assert str(session.execute(query).scalar()) == after


def test_a_mask_hides_from_one_role_what_another_has_asked_before(session: Session) -> None:
    for statement in (
        "create table T as select 'secret' as A",
        "create masking policy M as (v varchar) returns varchar -> iff(current_role() = 'READER', '***', v)",
        "alter table T modify column A set masking policy M",
        "create role if not exists READER",
        "grant role READER to role ACCOUNTADMIN",
        "grant usage on warehouse W to role READER",
        "grant usage on database D to role READER",
        "grant usage on schema D.S to role READER",
        "grant select on table D.S.T to role READER",
    ):
        session.execute(statement)
    asked = "select A from D.S.T"
    shown = []
    for role in ("ACCOUNTADMIN", "READER", "ACCOUNTADMIN", "READER"):
        session.execute(f"use role {role}")
        shown.append(session.execute(asked).scalar())
    assert shown == ["secret", "***", "secret", "***"]


def test_the_clock_and_chance_go_on(session: Session) -> None:
    for asked in ("select current_timestamp()", "select random()", "select uuid_string()"):
        assert len({str(session.execute(asked).scalar()) for _ in range(3)}) == 3
    assert len({session.execute("select random(42)").scalar() for _ in range(3)}) == 1


def test_an_aggregate_of_texts_is_asked_again_as_one_of_numbers(session: Session) -> None:
    for given, sum_of in (("('1'), ('2')", 3), ("('4')", 4)):
        session.execute(f"create or replace table T (A varchar) as select column1 from values {given}")
        assert [session.execute("select sum(to_json(parse_json(A))) from T").scalar() for _ in range(2)] == [sum_of] * 2


def test_queries_that_differ_have_keys_that_differ() -> None:
    known, unknown = exp.Upper(this=exp.null()), exp.Anonymous(this="UPPER", expressions=[exp.null()])
    queries = [
        *(parse_one(sql) for sql in ("select 1", "select '1'", "select 1 as A", 'select 1 as "A"', "select (1)",
                                     "select 1, 2", "select distinct 1", "select 1 -- why")),
        exp.select(known), exp.select(unknown), exp.select(exp.Lower(this=exp.null())),
        exp.select(exp.Boolean(this=True)), exp.select(exp.Boolean(this=1)),
    ]  # fmt: skip
    plain, marked = exp.select("1"), exp.select("1")
    marked.meta["mark"] = True
    keys = [key_of(query) for query in [*queries, plain, marked]]
    assert len(set(keys)) == len(queries) + 2
    assert key_of(queries[0], "D") != key_of(queries[0], "E")
    assert key_of(parse_one("select 1 as A")) == key_of(queries[2])
    assert key_of(exp.select(exp.Boolean(this={}))) is None


def test_those_that_were_not_asked_for_longest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_translations, "_KEPT", 2)
    kept, one = Translations(), Translation("select 1", frozenset(), None, {})
    for key in (("a",), ("b",)):
        kept.keep(key, one)
    assert kept.find(("a",), lambda _: ()) is one
    kept.keep(("c",), one)
    assert [kept.find((name,), lambda _: ()) is one for name in "abc"] == [True, False, True]
    kept.keep(None, one)
    assert kept.find(None, lambda _: ()) is None
