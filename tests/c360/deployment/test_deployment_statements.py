"""From inputs to statements: what terraform-provider-snowflake sends for the same resource."""
# ruff: noqa: E501, ISC004, Q003 -- statements stand as they are sent, quotes and all

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from c360.deployment.appliers import SQL_KINDS, refuse_unsaid
from c360.deployment.model import DeploymentError
from c360.deployment.sql import literal
from c360.deployment.state import Record
from tests.support.recorded import STACKS, recorded

if TYPE_CHECKING:
    from c360.deployment.kinds.base import SqlKind

_PLACE = {"database": "D", "schema": "S"}


def kind(name: str) -> SqlKind:
    (found,) = (k for token, k in SQL_KINDS.items() if token.endswith(f":{name}"))
    return found


@pytest.mark.parametrize(
    ("name", "inputs", "statements"),
    [
        ("Database", {"name": "D", "dataRetentionTimeInDays": 0, "comment": "it's"},
         ["CREATE DATABASE \"D\" DATA_RETENTION_TIME_IN_DAYS = 0 COMMENT = 'it''s'"]),
        ("Schema", {"name": "S", "database": "D"}, ['CREATE SCHEMA "D"."S"']),
        ("Warehouse",
         {"name": "W", "warehouseSize": "XSMALL", "autoSuspend": 60, "autoResume": "true", "initiallySuspended": True},
         ["CREATE WAREHOUSE \"W\" INITIALLY_SUSPENDED = TRUE WAREHOUSE_SIZE = 'XSMALL' AUTO_SUSPEND = 60 "
          "AUTO_RESUME = TRUE"]),
        ("Warehouse", {"name": "W", "resourceMonitor": "M", "statementTimeoutInSeconds": 60},
         ['CREATE WAREHOUSE "W" RESOURCE_MONITOR = "M" STATEMENT_TIMEOUT_IN_SECONDS = 60']),
        ("ResourceMonitor",
         {"name": "M", "creditQuota": 40, "notifyTriggers": [80, 50], "suspendTrigger": 100,
          "suspendImmediateTrigger": 110},
         ['CREATE RESOURCE MONITOR "M" WITH CREDIT_QUOTA = 40 TRIGGERS ON 50 PERCENT DO NOTIFY ON 80 PERCENT DO NOTIFY '
          "ON 100 PERCENT DO SUSPEND ON 110 PERCENT DO SUSPEND_IMMEDIATE"]),
        ("AccountRole", {"name": "R"}, ['CREATE ROLE "R"']),
        ("GrantAccountRole", {"roleName": "R", "parentRoleName": "P"}, ['GRANT ROLE "R" TO ROLE "P"']),
        ("GrantPrivilegesToAccountRole",
         {"accountRoleName": "R", "privileges": ["EXECUTE TASK"], "onAccount": True},
         ['GRANT EXECUTE TASK ON ACCOUNT TO ROLE "R"']),
        ("GrantPrivilegesToAccountRole",
         {"accountRoleName": "R", "privileges": ["USAGE", "MONITOR"],
          "onAccountObject": {"objectType": "WAREHOUSE", "objectName": "W"}},
         ['GRANT USAGE, MONITOR ON WAREHOUSE "W" TO ROLE "R"']),
        ("GrantPrivilegesToAccountRole",
         {"accountRoleName": "R", "privileges": ["SELECT"],
          "onSchemaObject": {"future": {"objectTypePlural": "TABLES", "inSchema": '"D"."S"'}}},
         ['GRANT SELECT ON FUTURE TABLES IN SCHEMA "D"."S" TO ROLE "R"']),
        ("StorageIntegrationAws",
         {"name": "I", "storageProvider": "S3", "enabled": True, "storageAwsRoleArn": "arn",
          "storageAwsExternalId": "x", "storageAllowedLocations": ["s3://b/p/"]},
         ["CREATE STORAGE INTEGRATION \"I\" TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' STORAGE_AWS_ROLE_ARN = 'arn' "
          "STORAGE_AWS_EXTERNAL_ID = 'x' ENABLED = TRUE STORAGE_ALLOWED_LOCATIONS = ('s3://b/p/')"]),
        ("FileFormatCsv",
         {**_PLACE, "name": "F", "emptyFieldAsNull": "false", "skipBlankLines": "true"},
         ['CREATE FILE FORMAT "D"."S"."F" TYPE = CSV EMPTY_FIELD_AS_NULL = FALSE SKIP_BLANK_LINES = TRUE']),
        ("FileFormatCsv",
         {**_PLACE, "name": "F", "parseHeader": "true", "fieldOptionallyEnclosedBy": '"', "nullIfs": [""]},
         ["CREATE FILE FORMAT \"D\".\"S\".\"F\" TYPE = CSV PARSE_HEADER = TRUE FIELD_OPTIONALLY_ENCLOSED_BY = '\"' "
          "NULL_IF = ('')"]),
        ("StageExternalS3",
         {**_PLACE, "name": "X", "url": "s3://b/p/", "storageIntegration": "I", "fileFormat": {"formatName": '"F"'}},
         ["CREATE STAGE \"D\".\"S\".\"X\" URL = 's3://b/p/' STORAGE_INTEGRATION = \"I\" "
          "FILE_FORMAT = (FORMAT_NAME = \"F\")"]),
        ("StageInternal", {**_PLACE, "name": "X", "directory": {"enable": True}},
         ['CREATE STAGE "D"."S"."X" DIRECTORY = (ENABLE = TRUE)']),
        ("Table",
         {**_PLACE, "name": "T", "clusterBies": ["A"],
          "columns": [{"name": "A", "type": "DATE", "nullable": False}, {"name": "B", "type": "FLOAT", "comment": "b"}]},
         ["CREATE TABLE \"D\".\"S\".\"T\" (\"A\" DATE NOT NULL, \"B\" FLOAT COMMENT 'b') CLUSTER BY (A)"]),
        ("View", {**_PLACE, "name": "V", "statement": "select 1 as one;\n", "comment": "c"},
         ["CREATE VIEW \"D\".\"S\".\"V\" COMMENT = 'c' AS select 1 as one"]),
        ("ProcedureSql",
         {**_PLACE, "name": "P", "arguments": [{"argName": "A", "argDataType": "VARCHAR"}], "returnType": "VARCHAR",
          "executeAs": "CALLER", "procedureDefinition": "BEGIN RETURN :A; END"},
         ['CREATE PROCEDURE "D"."S"."P"("A" VARCHAR) RETURNS VARCHAR LANGUAGE SQL EXECUTE AS CALLER AS '
          "$$BEGIN RETURN :A; END$$"]),
        ("Task",
         {**_PLACE, "name": "T", "warehouse": "W", "sqlStatement": "CALL P()", "started": True,
          "afters": ['"D"."S"."R"']},
         ['CREATE TASK "D"."S"."T" WAREHOUSE = "W" AFTER "D"."S"."R" AS CALL P()', 'ALTER TASK "D"."S"."T" RESUME']),
        ("Task",
         {**_PLACE, "name": "R", "warehouse": "W", "sqlStatement": "CALL P()", "started": False, "config": '{"a": 1}',
          "schedule": {"usingCron": "0 5 * * * UTC"}},
         ["CREATE TASK \"D\".\"S\".\"R\" WAREHOUSE = \"W\" CONFIG = $${\"a\": 1}$$ "
          "SCHEDULE = 'USING CRON 0 5 * * * UTC' AS CALL P()"]),
        ("Streamlit",
         {**_PLACE, "name": "A", "stage": '"D"."S"."X"', "directoryLocation": "app", "mainFile": "m.py",
          "queryWarehouse": "W"},
         ["CREATE STREAMLIT \"D\".\"S\".\"A\" ROOT_LOCATION = '@\"D\".\"S\".\"X\"/app' MAIN_FILE = 'm.py' "
          "QUERY_WAREHOUSE = \"W\""]),
        ("Execute", {"execute": "SELECT 1", "revert": "SELECT 2"}, ["SELECT 1"]),
        ("EmailNotificationIntegration", {"name": "M", "enabled": True, "allowedRecipients": ["a@b.c"]},
         ["CREATE NOTIFICATION INTEGRATION \"M\" TYPE = EMAIL ENABLED = TRUE ALLOWED_RECIPIENTS = ('a@b.c')"]),
        ("Alert",
         {**_PLACE, "name": "A", "warehouse": "W", "alertSchedule": {"interval": 60}, "condition": "SELECT 1",
          "action": "CALL P()", "enabled": True},
         ['CREATE ALERT "D"."S"."A" WAREHOUSE = "W" SCHEDULE = \'60 MINUTE\' IF (EXISTS (SELECT 1)) THEN CALL P()',
          'ALTER ALERT "D"."S"."A" RESUME']),
        ("Tag", {**_PLACE, "name": "T", "orderedAllowedValues": ["a", "b"], "maskingPolicies": ['"P"', '"Q"']},
         ["CREATE TAG \"D\".\"S\".\"T\" ALLOWED_VALUES 'a', 'b'",
          'ALTER TAG "D"."S"."T" SET MASKING POLICY "P", MASKING POLICY "Q"']),
        ("MaskingPolicy",
         {**_PLACE, "name": "M", "arguments": [{"name": "VAL", "type": "DATE"}], "returnDataType": "DATE",
          "body": "NULL", "comment": "c"},
         ['CREATE MASKING POLICY "D"."S"."M" AS ("VAL" DATE) RETURNS DATE -> NULL COMMENT = \'c\'']),
        ("TagAssociation",
         {"tagId": '"T"', "tagValue": "v", "objectType": "COLUMN", "objectIdentifiers": ['"D"."S"."A"."C"']},
         ['ALTER TABLE "D"."S"."A" MODIFY COLUMN "C" SET TAG "T" = \'v\'']),
        ("TagAssociation",
         {"tagId": '"T"', "tagValue": "v", "objectType": "WAREHOUSE", "objectIdentifiers": ['"W"', '"X"']},
         ['ALTER WAREHOUSE "W" SET TAG "T" = \'v\'', 'ALTER WAREHOUSE "X" SET TAG "T" = \'v\'']),
    ],
)  # fmt: skip
def test_creation(name: str, inputs: dict[str, Any], statements: list[str] | None) -> None:
    assert kind(name).create(inputs) == statements


@pytest.mark.parametrize(
    ("name", "old", "new", "statements"),
    [
        ("Warehouse", {"name": "W", "autoSuspend": 60, "comment": "x"}, {"name": "W", "autoSuspend": 90},
         ['ALTER WAREHOUSE "W" SET AUTO_SUSPEND = 90', 'ALTER WAREHOUSE "W" UNSET COMMENT']),
        ("Warehouse", {"name": "W"}, {"name": "W2"}, None),
        ("ResourceMonitor", {"name": "M", "creditQuota": 40, "notifyTriggers": [50]}, {"name": "M", "creditQuota": 50},
         ['ALTER RESOURCE MONITOR "M" SET CREDIT_QUOTA = 50']),
        ("Tag", {**_PLACE, "name": "T", "orderedAllowedValues": ["a", "b"], "maskingPolicies": ['"P"']},
         {**_PLACE, "name": "T", "orderedAllowedValues": ["b", "c"], "maskingPolicies": ['"Q"']},
         ['ALTER TAG "D"."S"."T" UNSET MASKING POLICY "P"', "ALTER TAG \"D\".\"S\".\"T\" ADD ALLOWED_VALUES 'c'",
          "ALTER TAG \"D\".\"S\".\"T\" DROP ALLOWED_VALUES 'a'", 'ALTER TAG "D"."S"."T" SET MASKING POLICY "Q"']),
        ("Alert", {**_PLACE, "name": "A", "condition": "SELECT 1", "action": "X", "enabled": True, "comment": "c"},
         {**_PLACE, "name": "A", "condition": "SELECT 2", "action": "X", "enabled": True, "comment": "d"},
         ['ALTER ALERT "D"."S"."A" SUSPEND', "ALTER ALERT \"D\".\"S\".\"A\" SET COMMENT = 'd'",
          'ALTER ALERT "D"."S"."A" MODIFY CONDITION EXISTS (SELECT 2)', 'ALTER ALERT "D"."S"."A" RESUME']),
        ("MaskingPolicy", {**_PLACE, "name": "M", "body": "NULL"}, {**_PLACE, "name": "M", "body": "VAL"},
         ['ALTER MASKING POLICY "D"."S"."M" SET BODY -> VAL']),
        ("TagAssociation",
         {"tagId": '"T"', "tagValue": "v", "objectType": "DATABASE", "objectIdentifiers": ['"A"', '"B"']},
         {"tagId": '"T"', "tagValue": "v", "objectType": "DATABASE", "objectIdentifiers": ['"B"', '"C"']},
         ['ALTER DATABASE IF EXISTS "A" UNSET TAG "T"', 'ALTER DATABASE "C" SET TAG "T" = \'v\'']),
        ("GrantPrivilegesToAccountRole",
         {"accountRoleName": "R", "privileges": ["USAGE", "MODIFY"], "onSchema": {"schemaName": '"D"."S"'}},
         {"accountRoleName": "R", "privileges": ["USAGE", "MONITOR"], "onSchema": {"schemaName": '"D"."S"'}},
         ['GRANT MONITOR ON SCHEMA "D"."S" TO ROLE "R"', 'REVOKE MODIFY ON SCHEMA "D"."S" FROM ROLE "R"']),
        ("GrantPrivilegesToAccountRole",
         {"accountRoleName": "R", "privileges": ["USAGE"], "onSchema": {"schemaName": '"D"."S"'}},
         {"accountRoleName": "R", "privileges": ["USAGE"], "onSchema": {"schemaName": '"D"."T"'}}, None),
        ("Table",
         {**_PLACE, "name": "T", "columns": [{"name": "A", "type": "DATE"}, {"name": "B", "type": "FLOAT"}]},
         {**_PLACE, "name": "T", "columns": [{"name": "B", "type": "NUMBER"}, {"name": "C", "type": "FLOAT"}]},
         ['ALTER TABLE "D"."S"."T" DROP COLUMN "A"', 'ALTER TABLE "D"."S"."T" ALTER COLUMN "B" SET DATA TYPE NUMBER',
          'ALTER TABLE "D"."S"."T" ADD COLUMN "C" FLOAT']),
        ("View", {**_PLACE, "name": "V", "statement": "select 1 as a"}, {**_PLACE, "name": "V", "statement": "select 2 as a"},
         ['CREATE OR REPLACE VIEW "D"."S"."V" COPY GRANTS AS select 2 as a']),
        ("ProcedureSql", {**_PLACE, "name": "P", "procedureDefinition": "a"},
         {**_PLACE, "name": "P", "procedureDefinition": "b"}, None),
        ("Task", {**_PLACE, "name": "T", "sqlStatement": "CALL A()", "started": True},
         {**_PLACE, "name": "T", "sqlStatement": "CALL B()", "started": True},
         ['ALTER TASK "D"."S"."T" SUSPEND', 'ALTER TASK "D"."S"."T" MODIFY AS CALL B()',
          'ALTER TASK "D"."S"."T" RESUME']),
        ("Execute", {"execute": "A", "revert": "B"}, {"execute": "C", "revert": "B"}, None),
        ("Execute", {"execute": "A", "revert": "B"}, {"execute": "A", "revert": "C"}, []),
    ],
)  # fmt: skip
def test_alteration(name: str, old: dict[str, Any], new: dict[str, Any], statements: list[str] | None) -> None:
    assert kind(name).alter(old, new) == statements


@pytest.mark.parametrize(
    ("before", "wanted", "misplaced"),
    [("AB", "BA", "B"), ("AB", "CAB", "C"), ("AB", "ACB", "C"), ("ABC", "DBC", "D"), ("ABC", "BDC", "D")],
)
def test_a_column_in_front_of_others_is_refused_and_no_table_dropped_for_it(
    before: str, wanted: str, misplaced: str
) -> None:
    old, new = ({**_PLACE, "name": "T", "columns": [{"name": c, "type": "DATE"} for c in names]}
                for names in (before, wanted))  # fmt: skip
    with pytest.raises(
        DeploymentError, match=f"^Column {misplaced} cannot be put in front .*: Snowflake adds columns at"
    ):
        kind("Table").alter(old, new)


@pytest.mark.parametrize("stack", STACKS)
def test_every_input_of_the_program_is_said_by_a_statement(stack: str) -> None:
    sql = [r for r in recorded(stack).resources if r.type in SQL_KINDS]
    assert [(r.name, key) for r in sql for key in SQL_KINDS[r.type].unsaid(r.inputs)] == []


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("FileFormatCsv", {**_PLACE, "name": "F", "trimSpace": "true"}),
        ("Streamlit", {**_PLACE, "name": "A", "stage": "S", "mainFile": "m.py", "trimSpace": True}),
        ("Warehouse", {"name": "W", "trimSpace": "true"}),
    ],
)
def test_an_input_that_no_statement_says_is_refused_by_its_name(name: str, inputs: dict[str, Any]) -> None:
    record = Record("urn", f"snowflake:index/x:{name}", "it", inputs)
    with pytest.raises(DeploymentError, match=f"{name} 'it' has the input trimSpace"):
        refuse_unsaid(record, kind(name))


def test_a_started_root_is_suspended_while_its_graph_changes() -> None:
    rows = [
        {"database_name": "D", "schema_name": "S", "name": "R", "state": "started", "predecessors": "[]"},
        {"database_name": "D", "schema_name": "S", "name": "M", "state": "started", "predecessors": '["D.S.R"]'},
    ]
    child = {**_PLACE, "name": "C", "afters": ['"D"."S"."M"']}
    expected = (['ALTER TASK "D"."S"."R" SUSPEND'], ['ALTER TASK "D"."S"."R" RESUME'])
    assert kind("Task").before_change(child, lambda _: rows) == expected
    rows[0]["state"] = "suspended"
    assert kind("Task").before_change(child, lambda _: rows) == ([], [])


def test_text_survives_quotes_and_backslashes() -> None:
    assert literal("O'Brien \\ 1") == "'O''Brien \\\\ 1'"
