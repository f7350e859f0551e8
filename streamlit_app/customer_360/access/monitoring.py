"""What the monitoring tab asks of OBSERVABILITY: runs, checks, counts, the model, credits, refusals and feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from customer_360.database import Query

# Newest runs first; a whole run is the row of its root task.
_RUNS = """
select
    run_id,
    status,
    as_of_date,
    started_at,
    ended_at,
    duration_seconds::float as duration_seconds,
    error_message
from OBSERVABILITY.PIPELINE_RUNS
qualify row_number() over (order by started_at desc, run_id desc) <= ?
order by started_at desc, run_id desc
"""
_NEWEST_RUNS = """
with newest as (
    select run_id, started_at as run_started_at
    from OBSERVABILITY.PIPELINE_RUNS
    qualify row_number() over (order by started_at desc, run_id desc) <= ?
)
"""
_TASKS = """
select
    newest.run_id,
    newest.run_started_at,
    tasks.task_name,
    tasks.status,
    tasks.started_at,
    datediff('millisecond', tasks.started_at, tasks.ended_at)::float / 1000 as duration_seconds,
    tasks.rows_processed::float as rows_processed,
    tasks.error_message
from newest
inner join OBSERVABILITY.PIPELINE_RUN_METADATA as tasks on newest.run_id = tasks.run_id
where tasks.task_name <> 'RUN_PIPELINE'
order by newest.run_started_at desc, newest.run_id desc, tasks.started_at, tasks.task_name
"""
_CHECKS = """
select
    newest.run_id,
    newest.run_started_at,
    checks.layer,
    checks.status,
    count(*)::float as checks
from newest
inner join OBSERVABILITY.DATA_QUALITY_METRICS as checks on newest.run_id = checks.run_id
group by newest.run_id, newest.run_started_at, checks.layer, checks.status
order by newest.run_started_at desc, newest.run_id desc, checks.layer, checks.status
"""
_FAILURES = """
select measured_at, status, layer, table_name, check_name, observed_value, expected, failed_rows::float as failed_rows
from OBSERVABILITY.V_RECENT_DQ_FAILURES
order by measured_at desc, status, layer, table_name, check_name
"""
_COUNTS = """
select
    to_date(counted_at) as day,
    layer,
    table_name,
    record_count::float as record_count,
    record_count_change::float as record_count_change
from OBSERVABILITY.V_RECORD_COUNT_TRENDS
qualify
    row_number() over (partition by to_date(counted_at), layer, table_name order by counted_at desc, run_id desc) = 1
order by day, layer, table_name
"""
_METRICS = """
select
    executed_at,
    model_version,
    operation,
    held_out_rows::float as held_out_rows,
    f1_score,
    precision_score,
    recall_score,
    roc_auc
from OBSERVABILITY.MODEL_METRICS
where coalesce(f1_score, precision_score, recall_score, roc_auc) is not null
order by executed_at
"""
_DRIFT = """
select
    lower(replace(checks.check_name, 'drift_of_', '')) as feature,
    checks.observed_value as stability_index,
    checks.status,
    checks.details,
    checks.measured_at
from OBSERVABILITY.DATA_QUALITY_METRICS as checks
where checks.check_type = 'drift'
qualify dense_rank() over (order by checks.measured_at desc) = 1
order by checks.observed_value desc nulls last, feature
"""
_CREDITS = """
select to_date(start_time) as day, warehouse_name, sum(credits_used)::float as credits
from table(INFORMATION_SCHEMA.WAREHOUSE_METERING_HISTORY(dateadd('day', -30, current_date())))
group by day, warehouse_name
order by day, warehouse_name
"""
# Why a row was refused names its value, so it is not read here.
_REFUSED = """
select
    run_id,
    table_name,
    source_file,
    count(distinct coalesce(file_row_number, 0))::float as refused_rows,
    max(rejected_at) as rejected_at
from OBSERVABILITY.REJECTED_ROWS
group by run_id, table_name, source_file
order by rejected_at desc, table_name, source_file
"""
_INCIDENTS = """
select happened_at, incident, subject, description, run_id
from OBSERVABILITY.V_INCIDENTS
order by happened_at desc nulls last, incident, subject
"""
# The newest 30 days in which somebody asked.
_QUESTIONS = """
select
    to_date(asked_at) as day,
    outcome,
    count(*)::float as questions,
    count_if(is_verified)::float as verified,
    sum(seconds)::float as seconds
from OBSERVABILITY.ANALYST_QUESTIONS
group by day, outcome
qualify dense_rank() over (order by day desc) <= 30
order by day, outcome
"""
# Who asked, and in which words, is personal: the words may name customers.
_FEEDBACK = """
select asked_at, is_positive, generated_sql, feedback_id
from OBSERVABILITY.ANALYST_FEEDBACK
order by asked_at desc, feedback_id
"""


def load_runs(ask: Query, most: int) -> pd.DataFrame:
    """Load the newest runs of the pipeline, newest first.

    Args:
        ask: runs a query.
        most: how many runs.

    Returns:
        One row a run: run_id, status, as_of_date, started_at, ended_at (UTC), duration_seconds, error_message.
    """
    return ask(_RUNS, [most])


def load_tasks(ask: Query, most: int) -> pd.DataFrame:
    """Load the tasks of the newest runs, in the order in which they ran. Arguments as `load_runs`.

    Returns:
        One row a run and task: run_id, run_started_at, task_name, status, started_at, duration_seconds,
        rows_processed, error_message.
    """
    return ask(_NEWEST_RUNS + _TASKS, [most])


def load_checks(ask: Query, most: int) -> pd.DataFrame:
    """Count the quality checks of the newest runs. Arguments as `load_runs`.

    Returns:
        One row a run, layer and status (PASS, WARN, FAIL): run_id, run_started_at, layer, status, checks.
    """
    return ask(_NEWEST_RUNS + _CHECKS, [most])


def load_failures(ask: Query) -> pd.DataFrame:
    """Load the quality checks that did not pass in the last 30 days, newest first.

    Returns:
        One row a run and check: measured_at, status, layer, table_name, check_name, observed_value, expected,
        failed_rows.
    """
    return ask(_FAILURES)


def load_record_counts(ask: Query) -> pd.DataFrame:
    """Load the rows of every table at the end of each day on which they were counted.

    Returns:
        One row a day and table: day, layer, table_name, record_count, record_count_change (against the run before).
    """
    return ask(_COUNTS)


def load_model_metrics(ask: Query) -> pd.DataFrame:
    """Load what trainings and evaluations of the churn model found on its held-out part, oldest first.

    Returns:
        One row a measurement: executed_at, model_version, operation, held_out_rows, f1_score, precision_score,
        recall_score, roc_auc.
    """
    return ask(_METRICS)


def load_drift(ask: Query) -> pd.DataFrame:
    """Load the newest measurement of drift, the greatest first.

    Returns:
        One row a feature: feature, stability_index (population stability index; past 0.25 much has moved), status,
        details, measured_at.
    """
    return ask(_DRIFT)


def load_credits(ask: Query) -> pd.DataFrame:
    """Load the credits that warehouses used in the last 30 days.

    Returns:
        One row a day and warehouse: day, warehouse_name, credits.
    """
    return ask(_CREDITS)


def load_refused_rows(ask: Query) -> pd.DataFrame:
    """Count the rows that loads refused, newest first.

    Returns:
        One row a run and file: run_id, table_name, source_file, refused_rows, rejected_at.
    """
    return ask(_REFUSED)


def load_incidents(ask: Query) -> pd.DataFrame:
    """Load what somebody should look at, newest first.

    Returns:
        One row an incident: happened_at, incident, subject, description, run_id.
    """
    return ask(_INCIDENTS)


def load_questions(ask: Query) -> pd.DataFrame:
    """Count the questions to the assistant, on the newest 30 days on which there were any.

    Returns:
        One row a day and outcome, oldest first: day, outcome (answered, asked back, refused, failed), questions,
        verified (answered by a verified query), seconds (of all of them together).
    """
    return ask(_QUESTIONS)


def load_feedback(ask: Query) -> pd.DataFrame:
    """Load the verdicts on the assistant's answers, newest first.

    Returns:
        One row a verdict: asked_at, is_positive, generated_sql (values in it hidden), feedback_id.
    """
    return ask(_FEEDBACK)
