"""The task graph as typed data: which job runs what, after which, on which kind of warehouse."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Literal

from pipeline import scale

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

WarehouseRole = Literal["load", "transform", "ml"]
Source = Literal["synthetic", "files"]
ROOT_TASK = "RUN_PIPELINE"


class JobGraphError(ValueError):
    """A job graph that Snowflake would refuse or silently run wrong."""


@dataclass(frozen=True)
class Job:
    """One task."""

    name: str
    """The task's name, in upper case."""

    statement: str
    """The task's body: one statement."""

    warehouse: WarehouseRole
    """Which of the stack's warehouses computes it."""

    comment: str
    """One sentence about what it does."""

    after: tuple[str, ...] = ()
    """The names of its predecessors; the root and the finalizer have none."""

    is_finalizer: bool = False
    """Whether it runs last, whatever happened before."""

    timeout_minutes: int = 60
    """How long it may take; the root's bounds the whole graph."""


@dataclass(frozen=True)
class RunSettings:
    """What a stack's configuration decides about a run."""

    as_of_date: date | None = scale.AS_OF_DATE
    """The day on which every rolling window ends; None takes the newest day that the files complete."""

    seed: int = scale.SEED
    """The seed of the synthetic transactions."""

    refund_percent: float = 0.0
    """The share of the synthetic approved transactions that are refunds, percent."""

    reject_limit_percent: float = 1.0
    """The share of a load's rows that may be refused before the load fails, percent."""

    source: Source = "synthetic"
    """Whether transactions are generated, or loaded from the issuer's own files."""

    dbt_target: str = "local"
    """The target of the dbt profile."""

    mail_integration: str = ""
    """The notification integration through which a failed run is mailed."""

    mail_recipients: tuple[str, ...] = ()
    """Who is mailed when a run fails: nobody by default."""


def build_jobs(settings: RunSettings) -> tuple[Job, ...]:
    """Build the graph of a stack, root first, each job behind its predecessors, the finalizer last.

    The transactions are generated, or loaded from the bucket: the other job is not in the graph.

    Args:
        settings: of the stack.

    Raises:
        JobGraphError: for generated transactions without a day on which they end.
    """
    if settings.source == "synthetic" and settings.as_of_date is None:
        raise JobGraphError("generated transactions need an as_of_date: set one.")
    load_transactions = _calling("LOAD_TRANSACTIONS", "load", "Loads card transactions from the bucket")
    generate_transactions = _calling("GENERATE_TRANSACTIONS", "load", "Generates card transactions in SQL")
    chain = (
        _calling("LOAD_CUSTOMERS", "load", "Loads customers and their changes from the bucket"),
        generate_transactions if settings.source == "synthetic" else load_transactions,
        _calling("VALIDATE_BRONZE", "load", "Checks the bronze tables"),
        Job(
            "BUILD_WAREHOUSE",
            f"execute dbt project platform.customer_360_dbt args='build --target {settings.dbt_target}'",
            "transform",
            "Builds and tests silver, gold and marts",
            timeout_minutes=120,
        ),
        _calling("LABEL_CHURN", "ml", "Labels who churned as of the label date"),
        _calling("BUILD_CHURN_FEATURES", "ml", "Builds training and scoring features"),
        _calling("TRAIN_CHURN_MODEL", "ml", "Trains and evaluates the churn model"),
        _calling("PREDICT_CHURN", "ml", "Scores every customer"),
        _calling("UPDATE_PROFILE", "transform", "Writes churn columns into the profile"),
    )
    opening = _calling("START_RUN", "transform", "Opens the run's record; root of the graph")
    root = replace(opening, name=ROOT_TASK, timeout_minutes=360)
    closing = _calling("CLOSE_RUN", "transform", "Closes the run's record, also after a failure")
    finalizer = replace(closing, is_finalizer=True)
    jobs, previous = [root], root
    for job in chain:
        linked = replace(job, after=(previous.name,))
        jobs.append(linked)
        previous = linked
    return validate_jobs([*jobs, finalizer])


def build_retraining() -> tuple[Job, ...]:
    """Build the graph that renews the churn model: one task with a schedule of its own."""
    return (Job("RETRAIN_CHURN", "call gold.retrain_churn_model()", "ml", "Learns churn anew, keeps the better model"),)


def _calling(procedure: str, warehouse: WarehouseRole, comment: str) -> Job:
    """Return the job of a procedure's name whose body calls it."""
    return Job(procedure, f"call platform.{procedure.lower()}()", warehouse, comment)


def root_config(settings: RunSettings) -> str:
    """Return the root task's CONFIG as JSON text; jobs read it by SYSTEM$GET_TASK_GRAPH_CONFIG.

    Every key is there, with an empty text for what is not set: no page says what a missing one gives.
    """
    return json.dumps(
        {
            "as_of_date": settings.as_of_date.isoformat() if settings.as_of_date else "",
            "seed": settings.seed,
            "refund_percent": settings.refund_percent,
            "reject_limit_percent": settings.reject_limit_percent,
            "source": settings.source,
            "mail_integration": settings.mail_integration,
            "mail_recipients": ", ".join(settings.mail_recipients),
        }
    )


def validate_jobs(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Check a graph and order its jobs.

    Args:
        jobs: in any order.

    Returns:
        The jobs, each behind its predecessors, the finalizer last.

    Raises:
        JobGraphError: which names the job at fault: a repeated name, an unknown predecessor, a cycle, not exactly one
            root, more than one finalizer, or a finalizer inside the graph.
    """
    by_name = {job.name: job for job in jobs}
    if repeated := sorted({job.name for job in jobs if by_name[job.name] is not job}):
        raise JobGraphError(f"job {repeated[0]} is declared twice: rename one.")
    finalizers = [job for job in jobs if job.is_finalizer]
    if len(finalizers) > 1:
        raise JobGraphError(f"jobs {', '.join(j.name for j in finalizers)} are all finalizers: a graph has one.")
    members = [job for job in jobs if not job.is_finalizer]
    for job in jobs:
        _check_predecessors(job, by_name)
    order = _order(members)
    roots = [job.name for job in members if not job.after]
    if len(roots) != 1:
        raise JobGraphError(f"a graph has one root, this one has {len(roots)}: {', '.join(roots) or 'none'}.")
    return (*(by_name[name] for name in order), *finalizers)


def _check_predecessors(job: Job, by_name: dict[str, Job]) -> None:
    if job.is_finalizer and job.after:
        raise JobGraphError(
            f"finalizer {job.name} cannot run after {', '.join(job.after)}: it follows the whole graph."
        )
    for predecessor in job.after:
        if predecessor not in by_name:
            raise JobGraphError(f"job {job.name} runs after {predecessor}, which is not declared.")
        if by_name[predecessor].is_finalizer:
            raise JobGraphError(f"job {job.name} cannot run after the finalizer {predecessor}.")


def _order(members: Sequence[Job]) -> list[str]:
    try:
        return list(TopologicalSorter({job.name: job.after for job in members}).static_order())
    except CycleError as error:
        raise JobGraphError(f"jobs wait for each other: {' -> '.join(error.args[1])}.") from error
