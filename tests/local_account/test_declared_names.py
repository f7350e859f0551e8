"""Names with quotes, dots, blanks and the like: statements answer or say why not, and either all is done or nothing."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.catalog.recovery import differences
from local_account.identifiers import quoted, text_literal
from local_account.server.serve import ServedAccount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import Session

NAMES = ('a"b', "we.ird", "sp ace", "lower", "É日", "100%", "select", "it's", "x" * 250, "a;--b", "A\\B", "a/../b")
# Statements that work with any name; N and its likes are replaced by names in quotes, T by the name as a text.
SCHEMA = (
    "create schema N", "use schema N", "create table T1 (a int)", "insert into T1 values (1)", "select * from N.T1",
    "show tables in schema N", "describe schema N", "alter schema N set comment = 'x'",
    "grant usage on schema N to role public", "truncate table T1", "create or replace table T1 as select 1 as a",
    "merge into T1 using (select 1 as a) s on T1.a = s.a when matched then update set a = 2", "drop schema N",
)  # fmt: skip
RELATIONS = (
    "create table N (a varchar(7) primary key, N varchar(3), c number(5,2))", "insert into N select 'x', '1', 2",
    "select N from N", "describe table N", "show columns in table N", "alter table N add column N2 varchar(3)",
    "alter table N rename column N2 to N3", "alter table N alter column N set data type varchar",
    "alter table N modify column N comment 'x'", "alter table N alter column N set not null",
    "alter table N drop column N3", "alter table N rename to N2", "alter table N2 rename to N",
    "create table N2 clone N", "drop table N2", "comment on table N is 'x'", "comment on column N.N is 'y'",
    "create view N2 as select N from N", "select * from N2", "describe view N2", "drop view N2",
    "update N set N = '3'", "delete from N", "truncate table N", "grant select on table N to role public",
    "create temporary table N2 as select * from N", "alter table N2 rename to N3", "select * from N3", "drop table N3",
    "select N from identifier(T) as x",
)  # fmt: skip
GOVERNANCE = (
    "create masking policy N as (v varchar) returns varchar -> '*'",
    "alter table N modify column N set masking policy N", "select * from N",
    "alter table N modify column N unset masking policy", "alter masking policy N rename to N2",
    "drop masking policy N2", "create tag N", "alter table N set tag N = 'v'",
    "alter table N modify column N set tag N = 'v'", "select system$get_tag(T, T, 'table')", "drop tag N",
    "drop table N",
)  # fmt: skip
OTHERS = (
    "create sequence N", "select N.nextval", "show sequences", "drop sequence N", "create stage N", "list @N",
    "describe stage N", "alter stage N rename to N2", "drop stage N2", "create file format N type = csv",
    "describe file format N", "drop file format N", "create task N warehouse = W schedule = '1 minute' as select 1",
    "create task N2 warehouse = W after N as select 1", "show tasks", "describe task N", "drop task N", "drop task N2",
    "create procedure N(N int) returns int language sql as 'begin return N; end'", "describe procedure N(int)",
    "drop procedure N(int)", "create role N", "grant role N to user local", "use role N", "use role accountadmin",
    "show grants to role N", "drop role N", "create warehouse N", "use warehouse N", "use warehouse W",
    "drop warehouse N", "create user N", "describe user N", "drop user N",
    "create alert N warehouse = W schedule = '1 minute' if (exists (select 1)) then select 1", "describe alert N",
    "drop alert N",
)  # fmt: skip
DATABASE = (
    "create database N", "create table public.T1 (a varchar(5), b int)", "insert into public.T1 values ('a', 1)",
    "select count(*) from N.public.T1", "select table_name from information_schema.tables",
    "select f.value from public.T1, lateral flatten(input => parse_json('[1,2]')) f",
    "alter database N set comment = 'x'", "describe database N", "grant usage on database N to role public",
    "create view N.public.V as select * from N.public.T1", "select * from V", "drop database N",
)  # fmt: skip


@pytest.fixture
def session(account: ServedAccount, database: str) -> Iterator[Session]:
    """A session of ACCOUNTADMIN within the tests' process, in a fresh database with a warehouse W."""
    with account.account.open_session("LOCAL", "ACCOUNTADMIN", database, "PUBLIC") as opened:
        opened.execute("create warehouse if not exists W")
        opened.execute("use warehouse W")
        yield opened


def filled(statement: str, name: str) -> str:
    """Put a name into a statement."""
    words = []
    for word in statement.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").replace(".", " . ").split(" "):
        bare = word.removeprefix("@")
        if bare in ("N", "N2", "N3"):
            word = word.removesuffix(bare) + quoted(name + bare[1:])  # noqa: PLW2901
        elif bare == "T":
            word = text_literal(quoted(name).replace("\\", "\\\\"))  # noqa: PLW2901
        words.append(word)
    return " ".join(words).replace(" . ", ".").replace("@ ", "@")


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_takes_any_name(session: Session, name: str) -> None:
    place = f"{session.database}.PUBLIC"
    for statement in (*RELATIONS, *GOVERNANCE, *OTHERS, *SCHEMA):
        session.execute(filled(statement, name))
    session.execute(f"use schema {place}")
    assert differences(session.account.catalog, session.account.data_plane) == []
    if len(name) < 200:
        for statement in DATABASE:
            session.execute(filled(statement, name))
    assert differences(session.account.catalog, session.account.data_plane) == []


def test_a_key_of_a_quoted_column_is_shown(cursor: Any) -> None:
    cursor.execute('create table t ("a, b" int, "c)" int, d int, primary key ("a, b", d), unique ("c)"))')
    shown = [(row[0], row[5], row[6]) for row in cursor.execute("describe table t").fetchall()]
    assert shown == [("a, b", "Y", "N"), ("c)", "N", "Y"), ("D", "Y", "N")]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ('create table "t" (a int)', "differs in case only"),
        ('create view "t" as select 1 as a', "differs in case only"),
        ('alter table U rename to "t"', "differs in case only"), ('create schema "public"', "differs in case only"),
        ("create schema MAIN", "keeps for itself"), ("create database TEMP", "keeps for itself"),
        ('create table "" (a int)', "unexpected"), ("create table été (a int)", "double quotes"),
        (f"create table {'x' * 256} (a int)", "at most 255"), (f'create stage "{"x" * 256}"', "at most 255"),
        (f'create database "{"x" * 255}"', "too long for the name of its file"),
        ('create table "a.b" (a int autoincrement)', "names that need quotes"),
    ],
)  # fmt: skip
def test_what_cannot_be_named_is_refused_before_anything_happens(session: Session, statement: str, said: str) -> None:
    session.execute("create table T (a int)")
    session.execute("create table U (a int)")
    before, at = session.account.catalog.all(), (session.database, session.schema)
    with pytest.raises(ProgrammingError, match=said):
        session.execute(statement)
    assert session.account.catalog.all() == before
    assert (session.database, session.schema) == at
    assert differences(session.account.catalog, session.account.data_plane) == []


def test_odd_names_outlive_a_restart(tmp_path: Any) -> None:
    with ServedAccount(tmp_path) as served, served.account.open_session("LOCAL", "ACCOUNTADMIN") as session:
        session.execute('create database "d.q""x"')
        session.execute('create schema "we.ird"')
        session.execute('create table "t.""q" as select 1 as "a.b"')
    with ServedAccount(tmp_path) as served, served.account.open_session("LOCAL", "ACCOUNTADMIN") as session:
        session.execute("create warehouse W")
        session.execute("use warehouse W")
        assert session.execute('select "a.b" from "d.q""x"."we.ird"."t.""q"').rows() == [(1,)]


ALPHABET = ("a", "B", "é", '"', '""', ".", "'", ";", "--", "/*", "\\", "%", "_", "$", "(", ")", ",", " ", "\n", "0",
            "@", ":", "?", "[", "{", "select", "null", "日")  # fmt: skip
TYPES = ("int", "number(5,2)", "number(39)", "varchar(3)", "char varying", "double precision", "timestamp(3)", "uuid",
         "foo", "timestamp with local time zone", "variant", "map(int, int)", "binary(3)", "")  # fmt: skip
FORMS = (
    "create table {n} (a {t})", "create or replace table {n} (a int, {n} {t})", "drop table {n}", "select * from {n}",
    "alter table {n} add column {n} {t}", "alter table {n} alter column a set data type {t}",
    "insert into {n} select 1", "alter table {n} rename to {m}", "create view {m} as select * from {n}",
    "drop view {m}", "create schema {n}", "drop schema {n}", "select 1::{t} as {n}", "use schema {n}",
    "create masking policy {n} as (v {t}) returns {t} -> null", "show tables like '{n}'",
    "alter table {n} modify column a set masking policy {n}", "begin let x {t} := null; return x; end",
    "create procedure {n}(x {t}) returns {t} language sql as $$ begin return x; end $$", "create sequence {n}",
    "drop sequence {n}", "describe table {n}", "create stage {n}", "drop stage {n}", "create tag {n}",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_statements_answer_or_say_why_not_and_are_whole(session: Session, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable cases, no secret
    names = ["".join(dice.choices(ALPHABET, k=dice.randint(1, 5))) for _ in range(4)]
    names += [quoted(n) for n in names] + ["T1", "t1", '"t1"', "été"]
    place = f"{session.database}.PUBLIC"
    for _ in range(60):
        form = dice.choice(FORMS)
        statement = form.format(n=dice.choice(names), m=dice.choice(names), t=dice.choice(TYPES))
        before = {(o.kind, o.name) for o in session.account.catalog.all()}
        try:
            session.execute(statement)
        except ProgrammingError as error:
            said = str(error.raw_msg)
            assert "Internal error" not in said, f"{statement}: {said}"
            assert {(o.kind, o.name) for o in session.account.catalog.all()} == before, statement
        assert differences(session.account.catalog, session.account.data_plane) == [], statement
        session.execute(f"use schema {place}")
