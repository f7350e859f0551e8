"""Tags on objects, and masks that follow from them."""

from __future__ import annotations

from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.rows import rows


@pytest.fixture
def reader(cursor: Any, connect: Any, database: str) -> Any:
    """A cursor of a role that reads PEOPLE without being a PII_READER, on a table whose columns are tagged."""
    cursor.execute("create or replace role PII_READER")
    cursor.execute("create or replace role ONLOOKER")
    cursor.execute("grant role ONLOOKER to user LOCAL")
    cursor.execute("grant role PII_READER to role ACCOUNTADMIN")
    cursor.execute("create masking policy MASK_TEXT as (val varchar) returns varchar -> case "
                   "when val is null or is_role_in_session('PII_READER') then val "
                   f"when system$get_tag_on_current_column('{database}.PUBLIC.PII') = 'EMAIL' "
                   "then regexp_replace(val, '^[^@]+', '***') else '***' end")  # fmt: skip
    cursor.execute("create masking policy MASK_DATE as (val date) returns date -> case "
                   "when is_role_in_session('PII_READER') then val else date_trunc('year', val)::date end")  # fmt: skip
    cursor.execute("create tag PII allowed_values 'NAME', 'EMAIL', 'BIRTH'")
    cursor.execute("alter tag PII set masking policy MASK_TEXT, masking policy MASK_DATE")
    cursor.execute("create table PEOPLE as select 1 as id, 'Anna'::varchar as name, "
                   "'anna@example.com'::varchar as email, '1990-05-17'::date as born")  # fmt: skip
    for column, value in (("name", "NAME"), ("email", "EMAIL"), ("born", "BIRTH")):
        cursor.execute(f"alter table PEOPLE modify column {column} set tag PII = '{value}'")
    cursor.execute("create view CONTACTS as select email from PEOPLE")
    cursor.execute(f"grant usage on database {database} to role ONLOOKER")
    cursor.execute("grant usage on schema PUBLIC to role ONLOOKER")
    cursor.execute("grant select on all tables in schema PUBLIC to role ONLOOKER")
    cursor.execute("grant select on all views in schema PUBLIC to role ONLOOKER")
    cursor.execute("grant usage on warehouse COMPUTE_WH to role ONLOOKER")
    return connect(role="ONLOOKER", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()


def test_a_tag_brings_its_policies_by_type_and_value(cursor: Any, reader: Any) -> None:
    everything = "select id, name, email, born::varchar from PEOPLE"
    assert cursor.execute(everything).fetchall() == [(1, "Anna", "anna@example.com", "1990-05-17")]
    assert reader.execute(everything).fetchall() == [(1, "***", "***@example.com", "1990-01-01")]
    assert reader.execute("select * from CONTACTS").fetchall() == [("***@example.com",)]
    assert reader.execute("select count(*) from PEOPLE where name = 'Anna'").fetchall() == [(0,)]


def test_a_tag_goes_with_its_table_and_a_policy_with_its_tag(cursor: Any, reader: Any) -> None:
    cursor.execute("alter tag PII unset masking policy MASK_DATE")
    assert reader.execute("select name, born::varchar from PEOPLE").fetchall() == [("***", "1990-05-17")]
    cursor.execute("alter table PEOPLE modify column name unset tag PII")
    assert reader.execute("select name from PEOPLE").fetchall() == [("Anna",)]
    cursor.execute("create or replace table PEOPLE copy grants as select 'bea@example.com'::varchar as email")
    assert reader.execute("select email from PEOPLE").fetchall() == [("bea@example.com",)]


def test_a_table_passes_its_tag_on_to_its_columns_and_a_direct_policy_wins(cursor: Any, reader: Any) -> None:
    cursor.execute("create masking policy HIDE as (v varchar) returns varchar -> 'hidden'")
    cursor.execute("create table NOTES as select 'a'::varchar as a, 'b'::varchar as b, 3 as n")
    cursor.execute("grant select on table NOTES to role ONLOOKER")
    cursor.execute("alter table NOTES set tag PII = 'NAME'")
    cursor.execute("alter table NOTES modify column b set masking policy HIDE")
    assert reader.execute("select a, b, n from NOTES").fetchall() == [("***", "hidden", 3)]


def test_values_are_read_with_what_is_inherited(cursor: Any, reader: Any, database: str) -> None:
    cursor.execute("create tag ENVIRONMENT")
    cursor.execute(f"alter database {database} set tag ENVIRONMENT = 'dev'")
    cursor.execute("alter warehouse COMPUTE_WH set tag ENVIRONMENT = 'shared'")
    values = cursor.execute(
        f"select system$get_tag('ENVIRONMENT', '{database}', 'database'), "
        "system$get_tag('ENVIRONMENT', 'COMPUTE_WH', 'warehouse'), "
        f"system$get_tag('ENVIRONMENT', '{database}.PUBLIC', 'schema'), "
        "system$get_tag('ENVIRONMENT', 'PEOPLE', 'table'), "
        f"""system$get_tag('PII', '"{database}"."PUBLIC"."PEOPLE"."EMAIL"', 'column'), """
        "system$get_tag('PII', 'PEOPLE', 'table')"
    ).fetchone()
    assert values == ("dev", "shared", "dev", "dev", "EMAIL", None)
    cursor.execute(f"alter database {database} unset tag ENVIRONMENT")
    cursor.execute("alter warehouse COMPUTE_WH unset tag ENVIRONMENT")
    assert cursor.execute("select system$get_tag('ENVIRONMENT', 'PEOPLE', 'table')").fetchone() == (None,)
    with pytest.raises(ProgrammingError, match="does not exist or not authorized"):
        cursor.execute("select system$get_tag('ENVIRONMENT', 'NO_TABLE', 'table')")
    assert reader


def test_references_name_policy_tag_and_column(cursor: Any, reader: Any, database: str) -> None:
    sql = (
        "select * from table(information_schema.policy_references(ref_entity_name => '{}', ref_entity_domain => '{}'))"
    )
    of_tag = rows(cursor, sql.format(f"{database}.PUBLIC.PII", "tag"))
    assert {(r["POLICY_NAME"], r["POLICY_KIND"], r["REF_ENTITY_NAME"], r["REF_ENTITY_DOMAIN"]) for r in of_tag} == {
        ("MASK_TEXT", "MASKING_POLICY", "PII", "TAG"), ("MASK_DATE", "MASKING_POLICY", "PII", "TAG"),
    }  # fmt: skip
    of_table = rows(cursor, sql.format("PEOPLE", "table"))
    assert {(r["REF_COLUMN_NAME"], r["POLICY_NAME"], r["TAG_NAME"]) for r in of_table} == {
        ("NAME", "MASK_TEXT", "PII"), ("EMAIL", "MASK_TEXT", "PII"), ("BORN", "MASK_DATE", "PII"),
    }  # fmt: skip
    with pytest.raises(ProgrammingError, match="POLICY_REFERENCES of a user is not supported"):
        cursor.execute(sql.format("LOCAL", "user"))
    assert reader


def test_what_masks_is_not_dropped(cursor: Any, reader: Any) -> None:
    with pytest.raises(ProgrammingError, match="cannot be dropped/replaced"):
        cursor.execute("drop masking policy MASK_TEXT")
    with pytest.raises(ProgrammingError, match="has masking policies; unset them first"):
        cursor.execute("drop tag PII")
    with pytest.raises(ProgrammingError, match="already has a masking policy for VARCHAR"):
        cursor.execute("alter tag PII set masking policy MASK_TEXT")
    cursor.execute("alter tag PII unset masking policy MASK_TEXT, masking policy MASK_DATE")
    cursor.execute("drop tag PII")
    cursor.execute("drop masking policy MASK_TEXT")
    assert reader.execute("select email from PEOPLE").fetchall() == [("anna@example.com",)]


def test_only_who_may_apply_a_tag_sets_it(cursor: Any, reader: Any) -> None:
    cursor.execute("create schema OWN")
    cursor.execute("grant all privileges on schema OWN to role ONLOOKER")
    reader.execute("create table OWN.MINE (email varchar)")
    with pytest.raises(ProgrammingError, match="PII"):
        reader.execute("alter table OWN.MINE modify column email set tag PUBLIC.PII = 'EMAIL'")
    cursor.execute("grant apply on tag PUBLIC.PII to role ONLOOKER")
    reader.execute("alter table OWN.MINE modify column email set tag PUBLIC.PII = 'EMAIL'")
    reader.execute("insert into OWN.MINE values ('eva@example.com')")
    assert reader.execute("select email from OWN.MINE").fetchall() == [("***@example.com",)]


def test_allowed_values_change_in_place(cursor: Any) -> None:
    cursor.execute("create tag LEVEL allowed_values 'a'")
    cursor.execute("alter tag LEVEL add allowed_values 'b', 'c'")
    cursor.execute("alter tag LEVEL drop allowed_values 'a'")
    assert rows(cursor, "show tags")[0]["allowed_values"] == '["b","c"]'
