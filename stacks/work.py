"""What works on the platform: the dbt project, the task graphs, and the alert on incidents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.dbt_project import DbtProject, DbtProjectArgs
from components.jobs import TaskGraph, TaskGraphArgs
from components.notifications import IncidentAlert, IncidentAlertArgs
from components.options import after
from pipeline.jobs import RunSettings, build_jobs, build_retraining, root_config
from stacks.files import DBT_FILES, stage_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.jobs import Job
    from stacks.data import Data
    from stacks.foundation import Foundation

DBT_VERSION = "1.11.11"


@dataclass(frozen=True)
class Work:
    """What runs by itself.

    Attributes:
        dbt: The dbt project, a version a change of its files.
        pipeline: The task graph that runs everything.
        retraining: The task that renews the churn model.
        alert: What mails incidents.
    """

    dbt: DbtProject
    pipeline: TaskGraph
    retraining: TaskGraph
    alert: IncidentAlert


def build_work(base: Foundation, data: Data, ready: pulumi.ResourceOptions) -> Work:
    """Declare the dbt project, the task graphs and the alert.

    Args:
        base: the ground.
        data: what is worked on.
        ready: options of what the engineer owns, once the roles are there.
    """
    config = base.config
    dbt = _dbt_project(base, data, ready)
    settings = RunSettings(
        as_of_date=config.fixed_as_of_date,
        seed=config.seed,
        refund_percent=config.refund_percent,
        reject_limit_percent=config.reject_limit_percent,
        source=config.source,
        dbt_target=base.environment.name,
        mail_integration=base.environment.mail_integration,
        mail_recipients=config.notifications.recipients,
    )
    pipeline = TaskGraph(
        "pipeline",
        _graph(base, build_jobs(settings), root_config(settings), config.schedule),
        pulumi.ResourceOptions.merge(ready, after(data.tables, data.personal, data.procedures, dbt, data.stages)),
    )
    alert = IncidentAlert("incidents", _alert(base, data), pulumi.ResourceOptions.merge(ready, after(data.procedures)))
    retraining = TaskGraph(
        "retraining",
        _graph(base, build_retraining(), "{}", config.retrain_schedule),
        pulumi.ResourceOptions.merge(ready, after(data.tables, data.procedures)),
    )
    return Work(dbt, pipeline, retraining, alert)


def _dbt_project(base: Foundation, data: Data, ready: pulumi.ResourceOptions) -> DbtProject:
    files = stage_folder(DBT_FILES, data.stages.internal, base)
    return DbtProject(
        "dbt",
        DbtProjectArgs(
            project=base.environment.qualified("CUSTOMER_360_DBT"),
            stage=data.stages.internal[DBT_FILES.stage].fully_qualified_name,
            folder=DBT_FILES.target,
            digest=files.digest,
            target=base.environment.name,
            dbt_version=DBT_VERSION,
        ),
        pulumi.ResourceOptions.merge(ready, after(files, data.tables)),
    )


def _graph(base: Foundation, jobs: Sequence[Job], root_configuration: str, schedule: str | None) -> TaskGraphArgs:
    return TaskGraphArgs(
        **base.place,
        jobs=jobs,
        config=root_configuration,
        warehouses=base.warehouses.names,
        schedule=schedule,
        retries=base.config.tasks.retries,
        suspend_after_failures=base.config.tasks.suspend_after_failures,
    )


def _alert(base: Foundation, data: Data) -> IncidentAlertArgs:
    return IncidentAlertArgs(
        **base.place,
        alert="INCIDENTS",
        warehouse=base.warehouses.names["app"],  # the smallest: it is woken for one SELECT
        minutes=base.config.notifications.alert_minutes,
        incidents=data.tables.views["OBSERVABILITY.V_INCIDENTS"].fully_qualified_name,
        procedure=base.environment.qualified("REPORT_INCIDENTS"),
        mail=base.mail.name,
        recipients=base.config.notifications.recipients,
    )
