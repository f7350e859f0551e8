"""Statements that a kill cuts short: at the next start each has happened as a whole, or not at all."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from local_account.account import Account

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

STATEMENTS = [
    ("ENGINEER", "create table NEW (a int, note varchar(7) comment 'short') comment = 'new'"),
    ("ENGINEER", "create table NEW as select note from T"),
    ("ENGINEER", "create or replace table T as select 1 as other"),
    ("ENGINEER", "create view W as select id, current_role() as role from T"),
    ("ENGINEER", "create or replace view V as select note from T"),
    ("ENGINEER", "create or replace view V copy grants as select note from T"),
    ("ENGINEER", "create sequence NUMBERS"),
    ("ENGINEER", "alter table T rename to U"),
    ("ENGINEER", "alter view V rename to W"),
    ("ENGINEER", "alter table T rename column note to remark"),
    ("ENGINEER", "alter table T add column noted_on timestamp_ntz comment 'when'"),
    ("ENGINEER", "alter table T drop column note"),
    ("ENGINEER", "drop view V"),
    ("ENGINEER", "create schema NEXT"),
    ("ENGINEER", "create database OTHER"),
    ("ENGINEER", "grant insert on table T to role READER"),
    ("ENGINEER", "grant all on table T to role READER"),
    ("ENGINEER", "grant ownership on table T to role READER revoke current grants"),
    ("ENGINEER", "create or replace warehouse WH comment = 'another'"),
    ("ACCOUNTADMIN", "drop table T"),
    ("ACCOUNTADMIN", "drop schema SALES"),
    ("ACCOUNTADMIN", "drop database SHOP"),
    ("ACCOUNTADMIN", "alter masking policy HIDDEN rename to SECRET"),
    ("ACCOUNTADMIN", "drop role READER"),
    ("ACCOUNTADMIN", "alter role READER rename to LOOKER"),
]


class _Watched:
    """The catalog's file. Behind each write it copies the account's files as they are: a kill leaves just that.

    What reached no file since the copy before, such as a write of a transaction that is open, is not copied again: the
    same bytes make the same account.
    """

    def __init__(self, db: sqlite3.Connection, home: Path, copies: Path) -> None:
        self.db, self.home, self.copies = db, home, copies
        self._copied: dict[str, bytes] = {}
        self._copy()

    @property
    def in_transaction(self) -> bool:
        return self.db.in_transaction

    def execute(self, sql: str, *values: Any) -> Any:
        done = self.db.execute(sql, *values)
        if not sql.startswith("select"):
            self._copy()
        return done

    def executemany(self, sql: str, rows: Iterable[Any]) -> None:
        for row in rows:
            self.execute(sql, row)

    def _copy(self) -> None:
        self.copies.mkdir(exist_ok=True)
        files = {str(path): path.read_bytes() for path in self.home.rglob("*") if path.is_file()}
        if files == self._copied:
            return
        self._copied = files
        shutil.copytree(self.home, self.copies / f"{len(list(self.copies.iterdir())):03d}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of an account with a masked table and a view, of a role that owns nothing around them."""
    folder = tmp_path_factory.mktemp("account")
    account = Account(folder)
    with account.open_session("LOCAL", "ACCOUNTADMIN") as session:
        for sql in [
            "create role ENGINEER",
            "create role READER",
            "grant role ENGINEER to role ACCOUNTADMIN",
            "grant create database on account to role ENGINEER",
            "create database SHOP",
            "create schema SALES",
            "create masking policy HIDDEN as (v varchar) returns varchar -> '***'",
            "grant usage, create schema on database SHOP to role ENGINEER",
            "grant usage, create table, create view, create sequence on schema SALES to role ENGINEER",
            "grant create warehouse on account to role ENGINEER",
            "grant select on future tables in schema SALES to role READER",
        ]:
            session.execute(sql)
    with account.open_session("LOCAL", "ENGINEER", "SHOP", "SALES") as session:
        for sql in [
            "create warehouse WH",
            "use warehouse WH",
            "create table T (id int, note varchar(7) comment 'short') comment = 'of the shop'",
            "insert into T values (1, 'one')",
            "create view V as select id from T",
            "grant select on view V to role READER",
        ]:
            session.execute(sql)
    with account.open_session("LOCAL", "ACCOUNTADMIN", "SHOP", "SALES") as session:
        session.execute("alter table T modify column note set masking policy HIDDEN")
    account.close()
    return folder


def _run(home: Path, role: str, sql: str, copies: Path) -> list[Path]:
    """Run a statement; return what a kill in the middle of it leaves: before its first write, and behind each."""
    account = Account(home)
    session = account.open_session("LOCAL", role, "SHOP", "SALES", "WH")
    db = account.catalog.db
    account.catalog.db = _Watched(db, home, copies)  # type: ignore[assignment] - all of a connection that writing needs
    session.execute(sql)
    account.catalog.db = db
    session.close()
    account.close()
    return sorted(copies.iterdir())


def _state(home: Path) -> dict[str, Any]:
    """Return all that an account knows when it starts: objects, grants, and what the data plane has."""
    account = Account(home)
    ask = account.data_plane.query
    schemas = {name for name in account.data_plane.databases() if name != "SHOP"} | {
        row[0] for row in ask("select schema_name from duckdb_schemas() where database_name = 'SHOP'")
    }
    described = ask("select sql from duckdb_tables() union all select sql from duckdb_views() order by 1")
    state = {
        "objects": {(o.kind, str(o.name)): o.to_json() | {"created_on": None} for o in account.catalog.all()},
        "grants": {grant.key for item in account.catalog.all() for grant in account.access.on(item.kind, item.name)},
        "future": {grant.key for grant in account.access.future_to("READER")},
        "schemas": schemas,
        "described": described,
        "notes": account.catalog.notes(),
    }
    account.close()
    return state


@pytest.fixture(scope="module")
def before(home: Path) -> dict[str, Any]:
    """What the account knows before any of the statements."""
    return _state(home)


@pytest.mark.parametrize(("role", "sql"), STATEMENTS)
def test_a_statement_happens_whole_or_not_at_all(
    home: Path, before: dict[str, Any], tmp_path: Path, role: str, sql: str
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(home, whole)
    killed = _run(whole, role, sql, tmp_path / "killed")
    after = _state(whole)
    assert after != before
    assert len(killed) > 1
    for writes, files in enumerate(killed):
        assert _state(files) in (before, after), f"killed behind write {writes}"


def test_a_statement_that_fails_leaves_nothing_behind(home: Path, before: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "home")
    account = Account(tmp_path / "home")
    with account.open_session("LOCAL", "ENGINEER", "SHOP", "SALES", "WH") as session:
        for sql in (
            "create or replace table T as select note::int as other from T",
            "create view W as select missing from T",
        ):
            with pytest.raises(Exception, match=r"MISSING|not recognized"):
                session.execute(sql)
    account.close()
    assert _state(tmp_path / "home") == before
