"""Statements that the Snowflake provider of Pulumi and Terraform sends to read what it deployed."""

from __future__ import annotations

from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError


def _parameters(cursor: Any, where: str) -> dict[str, tuple[str, str]]:
    cursor.execute(f"show parameters in {where}")
    return {row[0]: (row[1], row[3]) for row in cursor.fetchall()}


def test_a_parameter_of_the_database_holds_for_what_is_in_it(cursor: Any, database: str) -> None:
    cursor.execute(f"alter database {database} set data_retention_time_in_days = 3 user_task_timeout_ms = 9000")
    cursor.execute(f"create schema {database}.S data_retention_time_in_days = 2")
    cursor.execute(f"create table {database}.S.T (a int)")
    cursor.execute(f"create task {database}.S.X warehouse = COMPUTE_WH as select 1")
    assert _parameters(cursor, f"table {database}.S.T")["DATA_RETENTION_TIME_IN_DAYS"] == ("2", "SCHEMA")
    assert _parameters(cursor, f"schema {database}.PUBLIC")["DATA_RETENTION_TIME_IN_DAYS"] == ("3", "DATABASE")
    assert _parameters(cursor, f"task {database}.S.X")["USER_TASK_TIMEOUT_MS"] == ("9000", "DATABASE")
    cursor.execute(f"alter task {database}.S.X set user_task_timeout_ms = 5000 query_tag = 'x'")
    task = _parameters(cursor, f"task {database}.S.X")
    assert task["USER_TASK_TIMEOUT_MS"] == ("5000", "TASK")
    assert task["QUERY_TAG"] == ("x", "TASK")
    assert task["TIMEZONE"] == ("Etc/UTC", "")


def test_a_procedure_has_parameters_by_its_signature(cursor: Any) -> None:
    cursor.execute("create procedure P(A varchar) returns varchar language sql as 'begin return 1; end'")
    assert _parameters(cursor, "procedure P(varchar)")["LOG_LEVEL"] == ("OFF", "")
    with pytest.raises(ProgrammingError, match="does not exist"):
        cursor.execute("show parameters in procedure P(number)")


def test_nothing_is_replicated_and_nothing_measured(cursor: Any, database: str) -> None:
    cursor.execute(f'show replication databases with primary "LOCAL"."LOCAL"."{database}"')
    assert cursor.fetchall() == []
    cursor.execute("create table T (a int)")
    name = f"{database}.PUBLIC.T"
    cursor.execute(
        "select * from table(snowflake.information_schema.data_metric_function_references("
        f"ref_entity_name => '{name}', ref_entity_domain => 'TABLE'))"
    )
    assert cursor.fetchall() == []


def test_an_empty_collation_is_the_default_and_another_is_refused(cursor: Any) -> None:
    cursor.execute("create table T (a varchar(3) not null collate '' comment 'x')")
    cursor.execute("describe table T")
    assert [(row[0], row[1], row[3], row[9]) for row in cursor.fetchall()] == [("A", "VARCHAR(3)", "N", "x")]
    with pytest.raises(ProgrammingError, match="not supported"):
        cursor.execute("create table U (a varchar collate 'en-ci')")


def test_an_integration_of_any_type_answers_without_the_word_of_its_type(cursor: Any) -> None:
    for name, address in (("ANNA", "a@b.c"), ("DORA", "D@e.f")):
        cursor.execute(f"create or replace user {name} email = '{address}'")
    cursor.execute("create notification integration MAIL_X type = email enabled = true allowed_recipients = ('a@b.c')")
    cursor.execute("alter integration MAIL_X set enabled = false comment = 'x' allowed_recipients = ('a@b.c', 'd@e.f')")
    cursor.execute("desc integration MAIL_X")
    assert [row[:3] for row in cursor.fetchall()] == [
        ("ENABLED", "Boolean", "false"),
        ("ALLOWED_RECIPIENTS", "List", "a@b.c,d@e.f"),
        ("DEFAULT_RECIPIENTS", "List", ""),
        ("DEFAULT_SUBJECT", "String", ""),
        ("COMMENT", "String", "x"),
    ]
    with pytest.raises(ProgrammingError, match="does not exist"):
        cursor.execute("desc storage integration MAIL_X")
    cursor.execute("drop integration MAIL_X")
    cursor.execute("show integrations like 'MAIL_X'")
    assert cursor.fetchall() == []


def test_a_resize_may_wait_for_its_completion(cursor: Any) -> None:
    cursor.execute("alter warehouse COMPUTE_WH set warehouse_size = 'SMALL' wait_for_completion = true")
    cursor.execute("show warehouses like 'COMPUTE_WH'")
    assert cursor.fetchall()[0][3] == "Small"


def test_a_masking_policy_without_options_shows_none(cursor: Any) -> None:
    cursor.execute("create masking policy HIDE as (v varchar) returns varchar -> '***'")
    cursor.execute("show masking policies")
    assert [(row[1], row[8]) for row in cursor.fetchall()] == [("HIDE", "")]
