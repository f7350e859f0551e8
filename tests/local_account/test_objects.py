"""Databases, schemas, warehouses, roles, users, monitors, tags, policies through their whole lives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.rows import rows


def test_warehouse(cursor: Any) -> None:
    cursor.execute(
        "create or replace warehouse SIZED_WH with warehouse_size = 'XSMALL' auto_suspend = 60 auto_resume = true"
        " initially_suspended = true comment = 'small'"
    )
    (row,) = rows(cursor, r"show warehouses like 'sized\\_wh'")  # the literal takes one backslash of the two
    assert rows(cursor, r"show warehouses like 'size\\_\\_wh'") == []
    assert (row["name"], row["state"], row["size"], row["auto_suspend"], row["comment"]) == (
        "SIZED_WH", "SUSPENDED", "X-Small", 60, "small"
    )  # fmt: skip
    assert isinstance(row["created_on"], dt.datetime)
    cursor.execute("alter warehouse SIZED_WH set warehouse_size = MEDIUM, max_cluster_count = 3")
    cursor.execute("alter warehouse SIZED_WH resume if suspended")
    cursor.execute("alter warehouse SIZED_WH unset comment")
    (row,) = rows(cursor, "show warehouses like 'SIZED_WH'")
    assert (row["state"], row["size"], row["max_cluster_count"], row["comment"]) == ("STARTED", "Medium", 3, "")
    (row,) = rows(cursor, "show parameters like 'STATEMENT_TIMEOUT_IN_SECONDS' in warehouse SIZED_WH")
    assert (row["value"], row["level"]) == ("172800", "")
    for sql, sentence in [
        ("create warehouse SIZED_WH", "already exists"),
        ("alter warehouse SIZED_WH set warehouse_size = HUGE", "invalid value .HUGE. for property 'WAREHOUSE_SIZE'"),
        ("alter warehouse SIZED_WH set colour = 'red'", "The property COLOUR of a warehouse is not supported"),
        ("alter warehouse SIZED_WH set min_cluster_count = 5", "MIN_CLUSTER_COUNT 5 is above MAX_CLUSTER_COUNT 3"),
        ("alter warehouse SIZED_WH set resource_monitor = NONE_SUCH", "Resource monitor 'NONE_SUCH' does not exist"),
        ("alter warehouse NO_SUCH_WH resume", "Warehouse 'NO_SUCH_WH' does not exist"),
    ]:
        with pytest.raises(ProgrammingError, match=sentence):
            cursor.execute(sql)
    cursor.execute("drop warehouse SIZED_WH")
    assert rows(cursor, "show warehouses like 'SIZED_WH'") == []
    cursor.execute("drop warehouse if exists SIZED_WH")


def test_database_and_schema(cursor: Any, database: str) -> None:
    cursor.execute("create schema S with managed access data_retention_time_in_days = 3 comment = 'c'")
    (row,) = rows(cursor, f"show schemas like 'S' in database {database}")
    assert (row["options"], row["retention_time"], row["comment"], row["is_current"]) == (
        "MANAGED ACCESS", "3", "c", "Y"
    )  # fmt: skip
    cursor.execute("alter schema S set comment = 'd', data_retention_time_in_days = 1")
    cursor.execute("create table S.T (a int)")
    listed = rows(cursor, f"show terse schemas in database {database} limit 10")
    assert [r["name"] for r in listed] == ["INFORMATION_SCHEMA", "PUBLIC", "S"]
    assert [r["name"] for r in rows(cursor, "describe schema S")] == ["T"]
    with pytest.raises(ProgrammingError, match="already exists"):
        cursor.execute("create schema S")
    assert "already exists, statement succeeded" in cursor.execute("create schema if not exists S").fetchone()[0]
    cursor.execute("create or replace schema S")
    assert rows(cursor, "show tables in schema S") == []
    cursor.execute("drop schema S")
    with pytest.raises(ProgrammingError, match="does not exist") as raised:
        cursor.execute("show tables in schema S")
    assert raised.value.errno == 2043  # dbt reads this code as "no such schema"
    with pytest.raises(ProgrammingError, match="UNDROP is not supported"):
        cursor.execute("undrop schema S")
    with pytest.raises(ProgrammingError, match="0 to 90 days"):
        cursor.execute("create schema S data_retention_time_in_days = 100")


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("task", "resume"),
        ("stage", "set comment = 'x'"),
        ("file format", "set comment = 'x'"),
        ("streamlit", "set title = 'x'"),
        ("dbt project", "set comment = 'x'"),
        ("masking policy", "set comment = 'x'"),
        ("tag", "set comment = 'x'"),
        ("alert", "resume"),
        ("snowflake.ml.classification", "set comment = 'x'"),
    ],
)
def test_a_missing_object_is_an_error_unless_the_statement_allows_for_it(
    cursor: Any, database: str, kind: str, change: str
) -> None:
    for statement in (f"drop {kind} gone", f"alter {kind} gone {change}"):
        with pytest.raises(ProgrammingError, match=f"'{database}.PUBLIC.GONE' does not exist or not authorized") as hit:
            cursor.execute(statement)
        assert hit.value.errno == 2003
    dropped = cursor.execute(f"drop {kind} if exists gone").fetchone()[0]
    assert dropped.startswith("Drop statement executed successfully (GONE already dropped")
    changed = cursor.execute(f"alter {kind} if exists gone {change}").fetchone()[0]
    assert changed == "Statement executed successfully."


def test_replacing_a_database_empties_it(cursor: Any, database: str) -> None:
    cursor.execute("create table T (a int)")
    cursor.execute(f"create or replace database {database}")
    assert rows(cursor, "show tables") == []


def test_roles_and_users(cursor: Any, connect: Any) -> None:
    cursor.execute("create or replace role TEAM comment = 'x'")
    cursor.execute("create or replace user ANNA password = 'secret' default_role = TEAM email = 'anna@example.com'")
    cursor.execute("grant role TEAM to user ANNA")
    (row,) = rows(cursor, "show users like 'ANNA'")
    assert (row["email"], row["default_role"], row["has_password"]) == ("anna@example.com", "TEAM", "true")
    assert "secret" not in str(rows(cursor, "describe user ANNA"))
    anna = connect(user="anna", password="secret", role=None)
    assert anna.cursor().execute("select current_user(), current_role()").fetchone() == ("ANNA", "TEAM")
    with pytest.raises(ProgrammingError, match="not assigned to the executing user"):
        anna.cursor().execute("use role ACCOUNTADMIN")
    (row,) = rows(cursor, "show roles like 'TEAM'")
    assert (row["assigned_to_users"], row["comment"]) == (1, "x")
    cursor.execute("grant create role on account to role TEAM")
    anna.cursor().execute("create role OF_TEAM")
    cursor.execute("alter role TEAM rename to CREW")
    assert anna.cursor().execute("select current_role(), is_role_in_session('CREW')").fetchone() == ("CREW", True)
    (row,) = rows(cursor, "show roles like 'OF\\_TEAM'")
    assert row["owner"] == "CREW", "what a role owns stays its own"
    anna.cursor().execute("drop role OF_TEAM")
    with pytest.raises(ProgrammingError, match="lacks OWNERSHIP"):
        cursor.execute("drop role SYSADMIN")
    cursor.execute("drop user ANNA")
    cursor.execute("drop role CREW")


def test_monitor_and_integration(cursor: Any) -> None:
    cursor.execute(
        "create or replace resource monitor BUDGET with credit_quota = 20 frequency = weekly"
        " start_timestamp = immediately triggers on 80 percent do notify on 100 percent do suspend"
    )
    cursor.execute("alter warehouse COMPUTE_WH set resource_monitor = BUDGET")
    (row,) = rows(cursor, "show resource monitors like 'BUDGET'")
    assert (row["credit_quota"], row["level"], row["notify_at"], row["suspend_at"]) == (
        "20.00", "WAREHOUSE", "80%", "100%"
    )  # fmt: skip
    cursor.execute("alter warehouse COMPUTE_WH unset resource_monitor")
    cursor.execute("drop resource monitor BUDGET")
    cursor.execute("create or replace user ANNA email = 'a@example.com'")
    cursor.execute("create or replace notification integration MAIL type = email enabled = true"
                   " allowed_recipients = ('a@example.com')")  # fmt: skip
    shown = rows(cursor, "show integrations like 'MAIL'")
    assert [(r["type"], r["category"], r["enabled"]) for r in shown] == [("EMAIL", "NOTIFICATION", "true")]
    cursor.execute("drop notification integration MAIL")


def test_tags(cursor: Any) -> None:
    cursor.execute("create tag PII allowed_values 'email', 'phone'")
    cursor.execute("create table PEOPLE (email varchar)")
    cursor.execute("alter table PEOPLE modify column email set tag PII = 'email'")
    with pytest.raises(ProgrammingError, match="not one of the allowed values"):
        cursor.execute("alter table PEOPLE set tag PII = 'shoe size'")
    assert rows(cursor, "show tags")[0]["allowed_values"] == '["email","phone"]'


def test_masking_is_applied_for_the_role_that_asks(cursor: Any, connect: Any, database: str) -> None:
    cursor.execute("create or replace role PII_READER")
    cursor.execute("grant role PII_READER to user LOCAL")
    cursor.execute("create table PEOPLE as select 1 as id, 'anna@example.com'::varchar as email")
    cursor.execute("create view LISTED as select id, email as contact, current_role() as asked_by from PEOPLE")
    cursor.execute("create view TWICE (a, b) as select id, contact from LISTED")
    cursor.execute("create masking policy MASK_EMAIL as (value varchar) returns varchar ->"
                   " case when is_role_in_session('PII_READER') then value else '***' end")  # fmt: skip
    cursor.execute("alter table PEOPLE modify column email set masking policy MASK_EMAIL")
    for container in (f"database {database}", "schema PUBLIC"):
        cursor.execute(f"grant usage on {container} to role PII_READER")
    cursor.execute("grant select on all tables in schema PUBLIC to role PII_READER")
    cursor.execute("grant select on all views in schema PUBLIC to role PII_READER")
    reader = connect(role="PII_READER", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()

    def both(sql: str) -> list[Any]:
        return [c.execute(sql).fetchall() for c in (cursor, reader)]

    clear, masked = (1, "anna@example.com"), (1, "***")
    assert both("select * from PEOPLE") == [[masked], [clear]]
    assert both("select p.email from PEOPLE p where p.email like 'anna%'") == [[], [("anna@example.com",)]]
    assert both("select * from LISTED") == [[(*masked, "ACCOUNTADMIN")], [(*clear, "PII_READER")]]
    assert both("select t.* from TWICE t") == [[masked], [clear]]
    cursor.execute("create table COPIED as select * from PEOPLE")
    assert cursor.execute("select email from COPIED").fetchall() == [("***",)]
    described = rows(cursor, "describe table PEOPLE")
    assert described[1]["policy name"] == f"{database}.PUBLIC.MASK_EMAIL"
    with pytest.raises(ProgrammingError, match="cannot be dropped/replaced"):
        cursor.execute("drop masking policy MASK_EMAIL")
    cursor.execute("create table NUMBERS (a int)")
    with pytest.raises(ProgrammingError, match=r"NUMBER\(38,0\) does not match with masking policy data type TEXT"):
        cursor.execute("alter table NUMBERS modify column a set masking policy MASK_EMAIL")
    cursor.execute("alter table PEOPLE modify column email unset masking policy")
    assert both("select * from PEOPLE") == [[clear], [clear]]


def test_session_parameters(cursor: Any) -> None:
    cursor.execute("alter session set query_tag = 'load', statement_timeout_in_seconds = 60")
    assert rows(cursor, "show parameters like 'query_tag' in session")[0]["value"] == "load"
    cursor.execute("alter session unset query_tag")
    assert rows(cursor, "show parameters like 'query_tag' in session")[0]["value"] == ""
    with pytest.raises(ProgrammingError, match="invalid property 'NO_SUCH' for 'SESSION'"):
        cursor.execute("alter session set no_such = 1")
