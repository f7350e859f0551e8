"""A small program with one resource of each kind that the step tests create, change and remove.

`wanted.json` maps a kind to what is wanted of it; a kind that is not in it has no resource. (In the configuration it
would also change the provider of the files, which is given all of it.)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

# As in the platform's own program: the packages beside this folder, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pulumi
import pulumi_snowflake as snowflake

from components.connections import SnowflakeSettings
from components.providers import SnowflakeProviderArgs, snowflake_provider
from components.stage_files import ROOT, StageFolder, StageFolderArgs

config = pulumi.Config("customer-360")
wanted = json.loads((ROOT / "wanted.json").read_text())
ADMIN = snowflake_provider(
    "admin",
    SnowflakeProviderArgs(
        SnowflakeSettings(**json.loads(config.require("snowflake"))), "ACCOUNTADMIN", (snowflake.ProcedureSql,)
    ),
)
by_admin = pulumi.ResourceOptions(provider=ADMIN)
replaced_first = pulumi.ResourceOptions(provider=ADMIN, delete_before_replace=True)

database = snowflake.Database("database", name="STEPS", opts=by_admin)
schema = snowflake.Schema("schema", name="S", database=database.name, opts=by_admin)
place = {"database": database.name, "schema": schema.name}
stage = snowflake.StageInternal("stage", name="FILES", **place, opts=by_admin)
reader = snowflake.AccountRole("reader", name="STEPS_READER", opts=by_admin)
compute = snowflake.Warehouse("compute", name="STEPS_COMPUTE", initially_suspended=True, opts=by_admin)

if "warehouse" in wanted:
    snowflake.Warehouse(
        "warehouse", name="STEPS_WH", warehouse_size=wanted["warehouse"], initially_suspended=True, opts=by_admin
    )
if "role" in wanted:
    snowflake.AccountRole("role", name="STEPS_ROLE", comment=wanted["role"], opts=by_admin)
if "grant" in wanted:
    snowflake.GrantPrivilegesToAccountRole(
        "grant",
        account_role_name=reader.name,
        privileges=wanted["grant"],
        on_schema=snowflake.GrantPrivilegesToAccountRoleOnSchemaArgs(schema_name=schema.fully_qualified_name),
        opts=replaced_first,
    )
if "policy" in wanted:
    snowflake.MaskingPolicy(
        "policy",
        name="HIDE",
        **place,
        arguments=[snowflake.MaskingPolicyArgumentArgs(name="VAL", type="VARCHAR")],
        return_data_type="VARCHAR",
        body=wanted["policy"],
        opts=by_admin,
    )
if "task" in wanted:
    snowflake.Task(
        "task",
        name="TICK",
        **place,
        warehouse=compute.name,
        schedule=snowflake.TaskScheduleArgs(using_cron=wanted["task"]),
        sql_statement="SELECT 1",
        started=True,
        opts=by_admin,
    )
if "procedure" in wanted:
    snowflake.ProcedureSql(
        "procedure",
        name="ANSWER",
        **place,
        return_type="VARCHAR",
        procedure_definition=wanted["procedure"],
        opts=by_admin,
    )
StageFolder(
    "files",
    StageFolderArgs(
        stage=stage.fully_qualified_name,
        target="folder",
        source=ROOT / "files",
        role="ACCOUNTADMIN",
    ),
    pulumi.ResourceOptions(depends_on=[stage]),
)
