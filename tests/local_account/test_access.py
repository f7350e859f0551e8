"""Rights are real: every statement is checked against the current role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def admin(cursor: Any, database: str) -> Any:
    """A cursor of ACCOUNTADMIN; two schemas, roles READER and WRITER that may use the database."""
    for role in ("READER", "WRITER"):
        cursor.execute(f"create or replace role {role}")
        cursor.execute(f"grant role {role} to user LOCAL")
        cursor.execute(f"grant usage on database {database} to role {role}")
    cursor.execute("create schema DATA")
    cursor.execute("create schema SECRET")
    cursor.execute("use schema DATA")
    cursor.execute("create table ORDERS as select 1 as id")
    return cursor


@pytest.fixture
def as_role(connect: Any, database: str) -> Callable[..., list[Any]]:
    def run(role: str, sql: str) -> list[Any]:
        session = connect(role=role, database=database, schema="DATA", warehouse="COMPUTE_WH")
        return session.cursor().execute(sql).fetchall()

    return run


def _denied(run: Any, role: str, sql: str, sentence: str) -> None:
    with pytest.raises(ProgrammingError, match=sentence) as raised:
        run(role, sql)
    assert raised.value.errno in (2003, 3001)


def test_each_right_is_needed(admin: Any, as_role: Any, database: str) -> None:
    _denied(as_role, "READER", f"select * from {database}.DATA.ORDERS", f"Schema '{database}.DATA' does not exist")
    admin.execute("grant usage on schema DATA to role READER")
    _denied(as_role, "READER", "select * from ORDERS", "ORDERS' does not exist or not authorized")
    admin.execute("grant select on table ORDERS to role READER")
    assert as_role("READER", "select * from ORDERS") == [(1,)]
    for sql, right in [
        ("insert into ORDERS values (2)", "INSERT"),
        ("update ORDERS set id = 2", "UPDATE"),
        ("delete from ORDERS", "DELETE"),
        ("truncate table ORDERS", "TRUNCATE"),
        ("insert overwrite into ORDERS select 1", "INSERT"),
        ("merge into ORDERS using (select 1 as id) s on false when not matched then insert values (s.id)", "INSERT"),
        ("drop table ORDERS", "OWNERSHIP"),
        ("alter table ORDERS rename to X", "OWNERSHIP"),
        ("comment on table ORDERS is 'x'", "OWNERSHIP"),
        ("create or replace table ORDERS (a int)", "OWNERSHIP"),
        ("create table MINE (a int)", "CREATE TABLE"),
        ("create view MINE as select * from ORDERS", "CREATE VIEW"),
        ("create task MINE warehouse = COMPUTE_WH as select 1", "CREATE TASK"),
        ("drop schema DATA", "OWNERSHIP"),
    ]:
        _denied(as_role, "READER", sql, f"lacks {right}")


def test_names_inside_queries_are_all_found(admin: Any, as_role: Any, database: str) -> None:
    admin.execute("grant usage on schema DATA to role READER")
    admin.execute("grant select on table ORDERS to role READER")
    admin.execute("create table HIDDEN as select 1 as id")
    for sql in [
        "select * from ORDERS where id in (select id from HIDDEN)",
        "select * from ORDERS join HIDDEN using (id)",
        "select (select max(id) from HIDDEN) from ORDERS",
        "with HIDDEN as (select * from HIDDEN) select * from HIDDEN",
        "with other as (select 1 as id) select * from HIDDEN",
        "select * from ORDERS union all select * from HIDDEN",
        "select * from identifier('HIDDEN')",
        f"select * from {database}.data.hidden",
        "create temporary table T as select * from HIDDEN",
        "insert into ORDERS select * from HIDDEN",
        "explain select * from HIDDEN",
    ]:
        with pytest.raises(ProgrammingError):
            as_role("READER", sql)
    assert as_role("READER", "with HIDDEN as (select 7 as id) select * from HIDDEN") == [(7,)]


def test_views_run_with_their_owners_rights(admin: Any, as_role: Any) -> None:
    admin.execute("grant usage on schema DATA to role READER")
    admin.execute("create table SECRET.SALARIES as select 100 as salary")
    admin.execute("create view TOTAL as select sum(salary) as total from SECRET.SALARIES")
    admin.execute("grant select on view TOTAL to role READER")
    assert as_role("READER", "select * from TOTAL") == [(100,)]
    _denied(as_role, "READER", "select * from SECRET.SALARIES", "does not exist or not authorized")


def test_future_grants_apply_to_new_objects_and_replacing_drops_old_grants(admin: Any, as_role: Any) -> None:
    admin.execute("grant usage on schema DATA to role READER")
    admin.execute("grant select on all tables in schema DATA to role READER")
    assert as_role("READER", "select * from ORDERS") == [(1,)]
    admin.execute("create or replace table ORDERS as select 2 as id")
    _denied(as_role, "READER", "select * from ORDERS", "not authorized")
    admin.execute("grant select on future tables in schema DATA to role READER")
    admin.execute("create or replace table ORDERS as select 3 as id")
    assert as_role("READER", "select * from ORDERS") == [(3,)]
    admin.execute("revoke select on future tables in schema DATA from role READER")
    admin.execute("create or replace table ORDERS copy grants as select 4 as id")
    assert as_role("READER", "select * from ORDERS") == [(4,)]


def test_roles_inherit_and_own(admin: Any, as_role: Any, database: str) -> None:
    admin.execute("grant usage, create table on schema DATA to role WRITER")
    as_role("WRITER", "create table OWNED as select 5 as id")
    _denied(as_role, "READER", f"select * from {database}.DATA.OWNED", "not exist")
    admin.execute("grant role WRITER to role READER")
    assert as_role("READER", "select * from OWNED") == [(5,)]
    assert as_role("READER", "select is_role_in_session('WRITER')") == [(True,)]
    with pytest.raises(ProgrammingError, match="cannot inherit itself"):
        admin.execute("grant role READER to role WRITER")
    admin.execute("revoke role WRITER from role READER")
    _denied(as_role, "READER", f"select * from {database}.DATA.OWNED", "not exist")


def test_only_who_may_can_grant(admin: Any, as_role: Any) -> None:
    admin.execute("grant usage on schema DATA to role READER")
    admin.execute("grant select on table ORDERS to role READER")
    _denied(as_role, "READER", "grant select on table ORDERS to role WRITER", "Insufficient privileges")
    _denied(as_role, "READER", "create role X", "lacks CREATE ROLE")
    _denied(as_role, "READER", "create warehouse X", "lacks CREATE WAREHOUSE")
    _denied(as_role, "READER", "create database X", "lacks CREATE DATABASE")
    _denied(as_role, "READER", "grant role WRITER to role READER", "Insufficient privileges")


def test_ownership_moves(admin: Any, as_role: Any) -> None:
    admin.execute("grant usage on schema DATA to role WRITER")
    admin.execute("grant select on table ORDERS to role READER")
    with pytest.raises(ProgrammingError, match="COPY CURRENT GRANTS"):
        admin.execute("grant ownership on table ORDERS to role WRITER")
    admin.execute("grant ownership on table ORDERS to role WRITER copy current grants")
    as_role("WRITER", "insert into ORDERS values (2)")
    shown = {(r[1], r[5]) for r in as_role("WRITER", "show grants on table ORDERS")}
    assert shown == {("OWNERSHIP", "WRITER"), ("SELECT", "READER")}


def test_show_grants_has_snowflakes_columns(admin: Any, database: str) -> None:
    admin.execute("grant select on future views in schema DATA to role READER")
    admin.execute("grant usage on schema DATA to role READER")
    admin.execute("show grants to role READER")
    assert [c.name for c in admin.description] == [
        "created_on", "privilege", "granted_on", "name", "granted_to", "grantee_name", "grant_option", "granted_by"
    ]  # fmt: skip
    assert {(r[1], r[2], r[3]) for r in admin.fetchall()} == {
        ("USAGE", "DATABASE", database), ("USAGE", "SCHEMA", f"{database}.DATA")
    }  # fmt: skip
    admin.execute("show future grants in schema DATA")
    assert [r[1:6] for r in admin.fetchall()] == [("SELECT", "VIEW", f"{database}.DATA.<VIEW>", "ROLE", "READER")]
    assert [r[1:4] for r in admin.execute("show grants of role READER").fetchall()] == [("READER", "USER", "LOCAL")]
    assert "ACCOUNTADMIN" in {r[1] for r in admin.execute("show grants to user LOCAL").fetchall()}


def test_show_lists_only_what_the_role_may_see(admin: Any, as_role: Any, database: str) -> None:
    admin.execute("grant usage on schema DATA to role READER")
    admin.execute("create table HIDDEN (a int)")
    admin.execute("grant select on table ORDERS to role READER")
    assert [r[1] for r in as_role("READER", "show tables in schema DATA")] == ["ORDERS"]
    assert [r[1] for r in as_role("READER", f"show terse schemas like 'D%' in database {database}")] == ["DATA"]


def test_a_warehouse_needs_usage(admin: Any, connect: Any) -> None:
    admin.execute("create or replace warehouse PRIVATE_WH")
    reader = connect(role="READER").cursor()
    with pytest.raises(ProgrammingError, match="Warehouse 'PRIVATE_WH' does not exist or not authorized"):
        reader.execute("use warehouse PRIVATE_WH")
    admin.execute("grant usage on warehouse PRIVATE_WH to role READER")
    reader.execute("use warehouse PRIVATE_WH")
    with pytest.raises(ProgrammingError, match="lacks MODIFY"):
        reader.execute("alter warehouse PRIVATE_WH set auto_suspend = 1")
    admin.execute("drop warehouse PRIVATE_WH")


def test_unknown_privileges_and_grantees_are_refused(admin: Any) -> None:
    for sql, sentence in [
        ("grant fly on table ORDERS to role READER", "Privilege FLY does not exist on TABLE"),
        ("grant select on table ORDERS to role NOBODY", "Role 'NOBODY' does not exist"),
        ("grant select on table NOTHING to role READER", "NOTHING' does not exist"),
        ("grant select on table ORDERS to share S", "A grant to a share is not supported"),
    ]:
        with pytest.raises(ProgrammingError, match=sentence):
            admin.execute(sql)
