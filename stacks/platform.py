"""The platform: which components there are, in which order, and what they hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_snowflake as snowflake

from components.access import Access, AccessArgs
from components.dashboard import Dashboard, DashboardArgs
from components.data_lake import DataLake, DataLakeArgs, LakeReader, LakeReaderArgs
from components.database import Database, DatabaseArgs
from components.dbt_project import DbtProject, DbtProjectArgs
from components.ingestion import LakeIntegration, LakeIntegrationArgs, Stages, StagesArgs
from components.jobs import Procedures, ProceduresArgs, TaskGraph, TaskGraphArgs
from components.options import after
from components.providers import (
    AwsConnectionArgs,
    SnowflakeConnectionArgs,
    SnowflakeProviderArgs,
    aws_provider,
    snowflake_provider,
)
from components.stage_files import StageFolder, StageFolderArgs
from components.tables import Tables, TablesArgs
from components.warehouses import WarehouseArgs, Warehouses
from pipeline.jobs import RunSettings, build_jobs, root_config
from pipeline.procedures import PROCEDURES
from pipeline.tables import TABLES, VIEWS
from stacks.access import ROLE_COMMENTS, platform_access
from stacks.config import ROOT, PlatformConfig
from stacks.environment import CUSTOMERS_PREFIX, ENGINEER, PLATFORM, PREFIXES, TRANSACTIONS_PREFIX, Environment

SCHEMA_COMMENTS = {
    "BRONZE": "Data as it came in",
    "SILVER": "Cleaned and typed",
    "GOLD": "Dimensions, facts, segments, marts, churn, profile",
    "OBSERVABILITY": "Runs, quality, record counts, models",
    "PLATFORM": "Stages, procedures, tasks, app, dbt project",
}
WAREHOUSE_COMMENTS = {
    "load": "Loads, generates and checks bronze",
    "transform": "dbt, and the bookkeeping of runs",
    "ml": "Churn model",
    "app": "The app, and people",
}
INTERNAL_STAGES = {
    "APP_STAGE": "Files of the app",
    "DBT_STAGE": "Files of the dbt project",
    "SEMANTIC_STAGE": "The semantic model",
}
DBT_VERSION = "1.11.11"
DBT_FOLDER = "customer_360"
APP_FOLDER = "customer_360_app"

# What each provider manages; from this follow the preview features that it must enable.
ADMIN_TYPES = (
    snowflake.Database,
    snowflake.Schema,
    snowflake.Warehouse,
    snowflake.AccountRole,
    snowflake.GrantAccountRole,
    snowflake.GrantPrivilegesToAccountRole,
    snowflake.StorageIntegrationAws,
)
ENGINEER_TYPES = (
    snowflake.FileFormatCsv,
    snowflake.StageExternalS3,
    snowflake.StageInternal,
    snowflake.Table,
    snowflake.View,
    snowflake.ProcedureSql,
    snowflake.Task,
    snowflake.Execute,
    snowflake.Streamlit,
)


@dataclass(frozen=True)
class _Base:
    """What the account administrator builds: the ground on which the engineer's objects stand."""

    lake: DataLake
    database: Database
    warehouses: Warehouses
    integration: LakeIntegration
    reader: LakeReader
    access: Access


def environment_of(config: PlatformConfig) -> Environment:
    """Derive the environment, and with it every name, from the configuration."""
    return Environment(
        name=config.environment,
        aws_account_id=config.aws.account_id,
        aws_region=config.aws.region,
        snowflake_account=config.snowflake.identifier,
    )


def build_platform(config: PlatformConfig) -> dict[str, Any]:
    """Declare every resource of the platform.

    Returns: the stack's outputs by name.
    """
    environment = environment_of(config)
    connection = SnowflakeConnectionArgs(**config.snowflake.model_dump())
    settings = RunSettings(
        as_of_date=config.as_of_date,
        seed=config.seed,
        reject_limit_percent=config.reject_limit_percent,
        source=config.source,
        dbt_target=environment.name,
    )
    jobs = build_jobs(settings)
    base = _build_base(config, environment, connection)
    engineer = _engineer_provider(base, connection)
    owned = pulumi.ResourceOptions(providers=[engineer])

    schema = {"database": base.database.name, "schema": base.database.schemas[PLATFORM].name}
    stages = Stages(
        "stages",
        StagesArgs(
            **schema,
            integration=base.integration.integration,
            file_format="CSV_FORMAT",
            external={
                "CUSTOMERS_STAGE": environment.location(CUSTOMERS_PREFIX),
                "TRANSACTIONS_STAGE": environment.location(TRANSACTIONS_PREFIX),
            },
            internal=INTERNAL_STAGES,
        ),
        pulumi.ResourceOptions.merge(owned, after(base.reader, base.access)),
    )
    ready = pulumi.ResourceOptions.merge(owned, after(base.access))
    tables = Tables(
        "tables",
        TablesArgs(
            database=base.database.name,
            schemas={name: s.name for name, s in base.database.schemas.items()},
            tables=TABLES,
            views=VIEWS,
            is_protected=config.protect,
        ),
        ready,
    )
    procedures = Procedures("procedures", ProceduresArgs(**schema, procedures=PROCEDURES), ready)
    dbt_files = _folder("dbt-files", "dbt", stages.internal["DBT_STAGE"], DBT_FOLDER, base)
    dbt_project = DbtProject(
        "dbt",
        DbtProjectArgs(
            project=environment.qualified("CUSTOMER_360_DBT"),
            stage=stages.internal["DBT_STAGE"].fully_qualified_name,
            folder=DBT_FOLDER,
            digest=dbt_files.digest,
            target=environment.name,
            dbt_version=DBT_VERSION,
        ),
        pulumi.ResourceOptions.merge(ready, after(dbt_files)),
    )
    graph = TaskGraph(
        "pipeline",
        TaskGraphArgs(
            **schema,
            jobs=jobs,
            config=root_config(settings),
            warehouses=base.warehouses.names,
            schedule=config.schedule,
        ),
        pulumi.ResourceOptions.merge(ready, after(tables, procedures, dbt_project, stages)),
    )
    app_files = _folder("app-files", "streamlit_app", stages.internal["APP_STAGE"], APP_FOLDER, base)
    _folder("semantic-files", "semantic", stages.internal["SEMANTIC_STAGE"], "semantic", base)
    app = Dashboard(
        "app",
        DashboardArgs(
            app="CUSTOMER_360_APP",
            title="Customer 360",
            **schema,
            stage=stages.internal["APP_STAGE"].fully_qualified_name,
            folder=APP_FOLDER,
            main_file="streamlit_app.py",
            warehouse=base.warehouses.names["app"],
        ),
        pulumi.ResourceOptions.merge(ready, after(app_files)),
    )
    return _outputs(config, environment, base) | {
        "stages": {key: stage.fully_qualified_name for key, stage in {**stages.external, **stages.internal}.items()},
        "file_format": stages.file_format.fully_qualified_name,
        "root_task": graph.root.fully_qualified_name,
        "tasks": [job.name for job in jobs],
        "dbt_project": dbt_project.name,
        "app": app.name,
    }


def _build_base(config: PlatformConfig, environment: Environment, connection: SnowflakeConnectionArgs) -> _Base:
    cloud = aws_provider(
        "aws",
        AwsConnectionArgs(**config.aws.model_dump()),
        {"project": "customer-360", "environment": environment.name},
    )
    admin = snowflake_provider("snowflake-admin", SnowflakeProviderArgs(connection, "ACCOUNTADMIN", ADMIN_TYPES))
    on_aws, as_admin = pulumi.ResourceOptions(providers=[cloud]), pulumi.ResourceOptions(providers=[admin])
    lake = DataLake(
        "lake",
        DataLakeArgs(
            bucket=environment.bucket,
            prefixes=PREFIXES,
            noncurrent_days=max(config.retention_days, 1) * 30,
            is_protected=config.protect,
        ),
        on_aws,
    )
    database = Database(
        "warehouse",
        DatabaseArgs(
            database=environment.database,
            schemas=SCHEMA_COMMENTS,
            retention_days=config.retention_days,
            is_protected=config.protect,
        ),
        as_admin,
    )
    warehouses = Warehouses(
        "warehouses",
        {
            purpose: WarehouseArgs(
                warehouse=environment.warehouse(purpose),
                size=getattr(config.warehouses, purpose).size,
                auto_suspend=getattr(config.warehouses, purpose).auto_suspend,
                comment=comment,
            )
            for purpose, comment in WAREHOUSE_COMMENTS.items()
        },
        as_admin,
    )
    integration = LakeIntegration(
        "lake-access",
        LakeIntegrationArgs(
            integration=environment.integration,
            storage_provider=environment.storage_provider,
            role_arn=environment.iam_role_arn,
            external_id=config.external_id or environment.external_id,
            locations=[environment.location(prefix) for prefix in PREFIXES],
            is_protected=config.protect,
        ),
        as_admin,
    )
    reader = LakeReader(
        "lake-reader",
        LakeReaderArgs(
            role=environment.iam_role,
            iam_user_arn=integration.iam_user_arn,
            external_id=integration.external_id,
            bucket_arn=lake.arn,
            prefixes=PREFIXES,
        ),
        on_aws,
    )
    plan = platform_access()
    access = Access(
        "access",
        AccessArgs(
            roles={base: (environment.role(base), comment) for base, comment in ROLE_COMMENTS.items()},
            access_roles={
                held.name: (environment.access_role(held.name), f"Access to {held.schema}: {held.level}")
                for held in plan.access_roles
            },
            members=plan.members,
            parent="SYSADMIN",
            grants=plan.grants,
            database=database.name,
            schemas={name: s.fully_qualified_name for name, s in database.schemas.items()},
            warehouses=warehouses.names,
            integration=integration.name,
        ),
        as_admin,
    )
    return _Base(lake, database, warehouses, integration, reader, access)


def _engineer_provider(base: _Base, connection: SnowflakeConnectionArgs) -> snowflake.Provider:
    """Build the provider of the engineer's role.

    A provider logs in as soon as its inputs are known. The role waits for the grant by which the deploying user
    inherits it, so that the first preview does not log in with a role that is not there yet.
    """
    role = pulumi.Output.all(base.access.roles[ENGINEER].name, base.access.inherited[ENGINEER].id).apply(
        lambda known: str(known[0])
    )
    return snowflake_provider(
        "snowflake-engineer",
        SnowflakeProviderArgs(connection, role, ENGINEER_TYPES, base.warehouses.names["transform"]),
        after(base.access),
    )


def _folder(name: str, source: str, stage: snowflake.StageInternal, target: str, base: _Base) -> StageFolder:
    return StageFolder(
        name,
        StageFolderArgs(
            stage=stage.fully_qualified_name,
            target=target,
            source=ROOT / source,
            role=base.access.roles[ENGINEER].name,
        ),
        after(stage, base.access),
    )


def _outputs(config: PlatformConfig, environment: Environment, base: _Base) -> dict[str, Any]:
    snowflake_settings = config.snowflake
    connection = {
        "account": snowflake_settings.identifier,
        "user": snowflake_settings.user,
        "host": snowflake_settings.host,
        "port": snowflake_settings.port,
        "protocol": snowflake_settings.protocol,
    }
    return {
        "environment": environment.name,
        "as_of_date": config.as_of_date.isoformat(),
        "database": base.database.name,
        "schemas": list(base.database.schemas),
        "roles": {role: resource.name for role, resource in base.access.roles.items()},
        "access_roles": {role: resource.name for role, resource in base.access.access_roles.items()},
        "warehouses": base.warehouses.names,
        "integration": base.integration.name,
        "bucket": base.lake.name,
        "bucket_arn": base.lake.arn,
        "iam_role_arn": base.reader.arn,
        "prefixes": list(PREFIXES),
        "connection": {key: value for key, value in connection.items() if value is not None},
        "aws": {"region": config.aws.region, "account_id": config.aws.account_id}
        | ({"endpoint": config.aws.endpoint} if config.aws.endpoint else {}),
    }
