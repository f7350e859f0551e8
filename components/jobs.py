"""What runs on the platform: the stored procedures and the task graph that calls them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_snowflake as snowflake

from components.options import child_of, logical_name, previous, replaced_on_change
from components.statements import marked, marked_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.jobs import Job
    from pipeline.procedures import Procedure


@dataclass(frozen=True)
class ProceduresArgs:
    """Arguments of the procedures.

    Attributes:
        database: Database of the procedures.
        schemas: Name of each schema's resource, by the schema that a procedure names.
        procedures: Procedures as they are declared.
    """

    database: pulumi.Input[str]
    schemas: Mapping[str, pulumi.Input[str]]
    procedures: Sequence[Procedure]


class Procedures(pulumi.ComponentResource):
    """The stored procedures, in Snowflake Scripting or Python."""

    def __init__(self, name: str, args: ProceduresArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:jobs:Procedures", name, None, opts)
        self.procedures = {
            procedure.name: self._procedure(f"{name}-{logical_name(procedure.name)}", procedure, args)
            for procedure in args.procedures
        }
        self.register_outputs({"procedures": list(self.procedures)})

    def _procedure(
        self, name: str, procedure: Procedure, args: ProceduresArgs
    ) -> snowflake.ProcedureSql | snowflake.ProcedurePython:
        common: dict[str, Any] = {
            "name": procedure.name,
            "database": args.database,
            "schema": args.schemas[procedure.schema],
            "return_type": procedure.returns,
            "execute_as": procedure.execute_as,
            "procedure_definition": (marked_code if procedure.python else marked)(procedure.body),
            "comment": procedure.comment,
            "opts": child_of(self, replaced_on_change("arguments")),
        }
        arguments = [{"arg_name": argument.name, "arg_data_type": argument.type} for argument in procedure.arguments]
        if python := procedure.python:
            return snowflake.ProcedurePython(
                name,
                arguments=[snowflake.ProcedurePythonArgumentArgs(**argument) for argument in arguments],
                handler=python.handler,
                packages=list(python.packages),
                runtime_version=python.runtime_version,
                snowpark_package=python.snowpark_package,
                **common,
            )
        return snowflake.ProcedureSql(
            name, arguments=[snowflake.ProcedureSqlArgumentArgs(**argument) for argument in arguments], **common
        )


@dataclass(frozen=True)
class TaskGraphArgs:
    """Arguments of the graph.

    Attributes:
        database: Database of the tasks.
        schema: Schema of the tasks.
        jobs: Jobs in their order: the root first, each behind its predecessors, the finalizer last.
        config: JSON that every task of the graph can read.
        warehouses: Name of each warehouse, by its purpose.
        schedule: Cron expression with time zone; None: the root stays suspended and is started by EXECUTE TASK.
        retries: How often a failed run is retried, from where it failed.
        suspend_after_failures: Failed runs in a row after which the schedule stops; 0 means never.
    """

    database: pulumi.Input[str]
    schema: pulumi.Input[str]
    jobs: Sequence[Job]
    config: str
    warehouses: Mapping[str, pulumi.Input[str]]
    schedule: str | None
    retries: int
    suspend_after_failures: int


class TaskGraph(pulumi.ComponentResource):
    """The task graph; its tasks are created one after another, because parallel changes of a graph race."""

    def __init__(self, name: str, args: TaskGraphArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:jobs:TaskGraph", name, None, opts)
        self.tasks: dict[str, snowflake.Task] = {}
        self._name, self._args = name, args
        root = args.jobs[0]
        for job in args.jobs:
            self.tasks[job.name] = self._task(job, is_root=job is root)
        self.root = self.tasks[root.name]
        self.register_outputs({"root": self.root.fully_qualified_name})

    def _task(self, job: Job, *, is_root: bool) -> snowflake.Task:
        args, built = self._args, list(self.tasks.values())
        schedule = snowflake.TaskScheduleArgs(using_cron=args.schedule) if is_root and args.schedule else None
        root = built[0].fully_qualified_name if built else None
        return snowflake.Task(
            f"{self._name}-{logical_name(job.name)}",
            name=job.name,
            database=args.database,
            schema=args.schema,
            warehouse=args.warehouses[job.warehouse],
            sql_statement=job.statement,
            comment=job.comment,
            config=args.config if is_root else None,
            schedule=schedule,
            task_auto_retry_attempts=args.retries if is_root else None,
            suspend_task_after_num_failures=args.suspend_after_failures if is_root else None,
            user_task_timeout_ms=job.timeout_minutes * 60_000,
            # A moment in a Parquet file becomes a TIMESTAMP_NTZ of the session's zone; the account's, if not said here.
            timezone="UTC",
            afters=[self.tasks[name].fully_qualified_name for name in job.after] or None,
            finalize=root if job.is_finalizer else None,
            started=not is_root or schedule is not None,
            opts=child_of(self, previous(built)),
        )
