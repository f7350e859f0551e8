"""The platform: which components there are, in which order, and what they hand to each other.

The engine runs the providers of dynamic resources with this folder as the current one: no file here may have the name
of a module of Python's own (this one was called platform, and the provider did not start).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.dashboard import Dashboard, DashboardArgs
from components.dbt_project import DbtProject, DbtProjectArgs
from components.governance import PersonalColumns, PersonalColumnsArgs
from components.ingestion import Stages, StagesArgs
from components.jobs import Procedures, ProceduresArgs, TaskGraph, TaskGraphArgs
from components.notifications import IncidentAlert, IncidentAlertArgs
from components.options import after
from components.repository import ROOT
from components.semantic_layer import SemanticLayer, SemanticLayerArgs, read_model
from components.stage_files import StageFolder, StageFolderArgs
from components.tables import Tables, TablesArgs
from pipeline import profile
from pipeline.jobs import RunSettings, build_jobs, build_retraining, root_config
from pipeline.procedures import procedures_for
from pipeline.tables import TABLES, VIEWS
from stacks.environment import APP, CUSTOMERS_PREFIX, ENGINEER, PLATFORM, TRANSACTIONS_PREFIX, environment_of
from stacks.foundation import Foundation, build_foundation, engineer_provider
from stacks.outputs import planned_outputs

if TYPE_CHECKING:
    import pulumi_snowflake as snowflake

    from stacks.config import PlatformConfig

INTERNAL_STAGES = {
    "APP_STAGE": "Files of the app",
    "DBT_STAGE": "Files of the dbt project",
    "SEMANTIC_STAGE": "The semantic model",
}
DBT_VERSION = "1.11.11"
DBT_FOLDER = "customer_360"
APP_FOLDER = "customer_360_app"


def build_platform(config: PlatformConfig) -> dict[str, Any]:
    """Declare every resource of the platform.

    Returns: the stack's outputs by name.
    """
    environment = environment_of(config)
    settings = RunSettings(
        as_of_date=config.fixed_as_of_date,
        seed=config.seed,
        reject_limit_percent=config.reject_limit_percent,
        source=config.source,
        dbt_target=environment.name,
        mail_integration=environment.mail_integration,
        mail_recipients=config.notifications.recipients,
    )
    jobs = build_jobs(settings)
    base = build_foundation(config, environment)
    engineer = engineer_provider(base, config.snowflake, config.churn_model)
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
    schemas = {name: s.name for name, s in base.database.schemas.items()}
    tables = Tables(
        "tables",
        TablesArgs(
            database=base.database.name,
            schemas=schemas,
            tables=TABLES,
            views=VIEWS,
            is_protected=config.protect,
        ),
        ready,
    )
    personal = PersonalColumns(
        "personal",
        PersonalColumnsArgs(
            tag=base.governance.personal.fully_qualified_name,
            tables=TABLES,
            names={name: table.fully_qualified_name for name, table in tables.tables.items()},
        ),
        ready,
    )
    procedures = Procedures(
        "procedures",
        ProceduresArgs(database=base.database.name, schemas=schemas, procedures=procedures_for(config.churn_model)),
        ready,
    )
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
    TaskGraph(
        "pipeline",
        TaskGraphArgs(
            **schema,
            jobs=jobs,
            config=root_config(settings),
            warehouses=base.warehouses.names,
            schedule=config.schedule,
            retries=config.tasks.retries,
            suspend_after_failures=config.tasks.suspend_after_failures,
        ),
        pulumi.ResourceOptions.merge(ready, after(tables, personal, procedures, dbt_project, stages)),
    )
    alert = IncidentAlert(
        "incidents",
        IncidentAlertArgs(
            **schema,
            alert="INCIDENTS",
            warehouse=base.warehouses.names["transform"],
            minutes=config.notifications.alert_minutes,
            incidents=tables.views["OBSERVABILITY.V_INCIDENTS"].fully_qualified_name,
            procedure=environment.qualified("REPORT_INCIDENTS"),
            mail=base.mail.name,
            recipients=config.notifications.recipients,
        ),
        pulumi.ResourceOptions.merge(ready, after(procedures)),
    )
    TaskGraph(
        "retraining",
        TaskGraphArgs(
            **schema,
            jobs=build_retraining(),
            config="{}",
            warehouses=base.warehouses.names,
            schedule=config.retrain_schedule,
            retries=config.tasks.retries,
            suspend_after_failures=config.tasks.suspend_after_failures,
        ),
        pulumi.ResourceOptions.merge(ready, after(tables, procedures)),
    )
    app_files = _folder("app-files", "streamlit_app", stages.internal["APP_STAGE"], APP_FOLDER, base)
    _folder("semantic-files", "semantic", stages.internal["SEMANTIC_STAGE"], "semantic", base)
    profiles = environment.qualified(profile.NAME, profile.SCHEMA)
    semantic = SemanticLayer(
        "semantic",
        SemanticLayerArgs(
            database=base.database.name,
            schema=base.database.schemas["GOLD"].name,
            view="CUSTOMER_360",
            model=read_model(ROOT / "semantic" / "customer_360.yaml"),
            tables={f"{profile.SCHEMA}.{profile.NAME}": profiles},
            declarations={profile.NAME: profile.declaration(profiles)},
        ),
        ready,
    )
    Dashboard(
        "app",
        DashboardArgs(
            app=APP,
            title="Customer 360",
            **schema,
            stage=stages.internal["APP_STAGE"].fully_qualified_name,
            folder=APP_FOLDER,
            main_file="streamlit_app.py",
            warehouse=base.warehouses.names["app"],
        ),
        pulumi.ResourceOptions.merge(ready, after(app_files)),
    )
    return (
        planned_outputs(config)
        | _outputs(base)
        | {
            "stages": {
                key: stage.fully_qualified_name for key, stage in {**stages.external, **stages.internal}.items()
            },
            "file_format": stages.file_format.fully_qualified_name,
            "personal_tag": base.governance.personal.fully_qualified_name,
            "tasks": [job.name for job in jobs],
            "alert": alert.name,
            "dbt_project": dbt_project.name,
            "semantic_view": semantic.name,
        }
    )


def _folder(name: str, source: str, stage: snowflake.StageInternal, target: str, base: Foundation) -> StageFolder:
    return StageFolder(
        name,
        StageFolderArgs(
            stage=stage.fully_qualified_name,
            target=target,
            source=ROOT / source,
            role=base.access.roles[ENGINEER].name,
            # The dbt project is a copy of its folder; app and semantic model are read in place.
            is_exclusive=target == DBT_FOLDER,
        ),
        after(stage, base.access),
    )


def _outputs(base: Foundation) -> dict[str, Any]:
    return {
        "access_roles": {role: resource.name for role, resource in base.access.access_roles.items()},
        "resource_monitor": base.warehouses.monitor.name,
        "integration": base.integration.name,
        "mail_integration": base.mail.name,
        "bucket_arn": base.lake.arn,
        "iam_role_arn": base.reader.arn,
    }
