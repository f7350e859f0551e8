"""What the monitoring tab shows is what independent SQL over OBSERVABILITY says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from customer_360.access import monitoring

from tests.support.asking import asking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from customer_360.database import Query

    from tests.support.platforms import Platform

RUNS = "OBSERVABILITY.PIPELINE_RUN_METADATA"
# Later than what the platform's own run recorded, so that each is the newest.
LATER = (
    "dateadd('day', {}, (select max(started_at) from OBSERVABILITY.PIPELINE_RUN_METADATA where run_id not like 'x%'))"
)
# The columns and rows of each table.
PLANTED = {
    "PIPELINE_RUN_METADATA": (
        "run_id, pipeline_name, task_name, status, started_at, ended_at, error_message",
        [
            "'x1', 'customer_360', 'RUN_PIPELINE', 'FAILED', {one}, dateadd('second', 90, {one}), 'no customers'",
            "'x1', 'customer_360', 'LOAD_CUSTOMERS', 'FAILED', {one}, dateadd('millisecond', 1500, {one}), 'none'",
            "'x2', 'customer_360', 'RUN_PIPELINE', 'RUNNING', {two}, null, null",
        ],
    ),
    "DATA_QUALITY_METRICS": (
        "run_id, layer, table_name, check_name, check_type, status, observed_value, expected, measured_at",
        [
            "'x1', 'GOLD', 'T', 'drift_of_age', 'drift', 'WARN', 0.3, 'at most 0.25', {one}",
            "'x1', 'GOLD', 'T', 'drift_of_credit_limit', 'drift', 'PASS', 0.1, 'at most 0.25', {one}",
            "'x1', 'BRONZE', 'T', 'no_nulls', 'no_nulls', 'FAIL', 3, '0', {one}",
        ],
    ),
    "LAYER_RECORD_COUNTS": (
        "run_id, layer, table_name, record_count, counted_at",
        [
            "'x0', 'GOLD', 'X_TABLE', 5, {one}",
            "'x1', 'GOLD', 'X_TABLE', 8, dateadd('minute', 1, {one})",
            "'x2', 'GOLD', 'X_TABLE', 6, {two}",
        ],
    ),
    "REJECTED_ROWS": (
        "run_id, table_name, source_file, file_row_number, error_message, rejected_record, rejected_at",
        [
            "'x1', 'BRONZE_CUSTOMERS', 'a.csv', 3, 'EMAIL: secret@example.com', 'secret', {one}",
            "'x1', 'BRONZE_CUSTOMERS', 'a.csv', 3, 'NAME: secret', 'secret', {one}",
            "'x1', 'BRONZE_CUSTOMERS', 'a.csv', 4, 'NAME: secret', 'secret', {one}",
        ],
    ),
    "ANALYST_FEEDBACK": (
        "feedback_id, asked_at, user_name, question, generated_sql, is_positive, comment",
        [
            "'f1', {one}, 'SECRET_USER', 'How many?', 'select 1', true, null",
            "'f2', {two}, 'SECRET_USER', 'How rich is Ann Secret?', 'select 2 where n = ''Ann Secret''', false, 'Ann!'",
        ],
    ),
    "ANALYST_QUESTIONS": (
        "asked_at, audience, request_id, outcome, is_verified, seconds",
        [
            "{one}, 'x', 'q1', 'answered', true, 0.5",
            "{one}, 'x', 'q2', 'answered', false, 1.5",
            "{two}, 'x', null, 'failed', false, 30",
        ],
    ),
}

# Which rows of tables that do not tell of runs are these.
OWN = {"ANALYST_FEEDBACK": "feedback_id in ('f1', 'f2')", "ANALYST_QUESTIONS": "audience = 'x'"}


@pytest.fixture(scope="module")
def watched(platform: Platform) -> Iterator[Platform]:
    """The platform with two runs more, one failed and one under way, and what came with them."""
    one, two = LATER.format(1), LATER.format(2)
    for table, (columns, rows) in PLANTED.items():
        selected = " union all ".join(f"select {row.format(one=one, two=two)}" for row in rows)
        platform.ask(f"insert into OBSERVABILITY.{table} ({columns}) {selected}")
    yield platform
    for table in PLANTED:
        condition = OWN.get(table, "run_id in ('x0', 'x1', 'x2')")
        platform.ask(f"delete from OBSERVABILITY.{table} where {condition}")


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """The statements that were asked."""
    return []


@pytest.fixture(scope="module")
def ask(watched: Platform, asked: list[str]) -> Iterator[Query]:
    with asking(watched, "APP_OPERATIONS") as query:

        def listening(sql: str, params: tuple[object, ...] = ()) -> object:
            asked.append(sql)
            return query(sql, params)

        yield listening  # type: ignore[misc]


def test_the_newest_runs_come_first(ask: Query) -> None:
    runs = monitoring.load_runs(ask, 2)
    assert list(runs["run_id"]) == ["x2", "x1"]
    assert list(runs["status"]) == ["RUNNING", "FAILED"]
    assert runs["duration_seconds"].isna().to_list() == [True, False]
    assert runs["duration_seconds"].iloc[1] == 90
    assert runs["error_message"].iloc[1] == "no customers"


def test_every_run_has_its_tasks_with_their_times(watched: Platform, ask: Query) -> None:
    tasks = monitoring.load_tasks(ask, 10)
    ((count, seconds),) = watched.ask(
        f"select count(*), sum(datediff('millisecond', started_at, ended_at))::float / 1000 from {RUNS}"
        " where task_name <> 'RUN_PIPELINE'"
    )
    assert len(tasks) == count
    assert tasks["duration_seconds"].sum() == pytest.approx(seconds)
    assert tasks.loc[tasks["run_id"] == "x1", "duration_seconds"].to_list() == [1.5]
    assert len(monitoring.load_tasks(ask, 1)) == 0, "the run under way has none yet"


def test_checks_are_counted_by_run_layer_and_status(watched: Platform, ask: Query) -> None:
    checks = monitoring.load_checks(ask, 10)
    ((count,),) = watched.ask("select count(*) from OBSERVABILITY.DATA_QUALITY_METRICS")
    assert checks["checks"].sum() == count
    of_it = checks[checks["run_id"] == "x1"]
    assert list(of_it[["layer", "status", "checks"]].itertuples(index=False, name=None)) == [
        ("BRONZE", "FAIL", 1), ("GOLD", "PASS", 1), ("GOLD", "WARN", 1),
    ]  # fmt: skip


def test_failures_and_incidents_name_what_to_look_at(ask: Query) -> None:
    failures = monitoring.load_failures(ask)
    assert sorted(failures["check_name"]) == ["drift_of_age", "no_nulls"]
    incidents = monitoring.load_incidents(ask)
    assert {(row.incident, row.subject) for row in incidents.itertuples()} == {
        ("run failed", "RUN_PIPELINE"), ("drift", "T.drift_of_age"), ("check failed", "T.no_nulls"),
    }  # fmt: skip


def test_a_table_has_one_count_a_day_the_last_one(watched: Platform, ask: Query) -> None:
    counts = monitoring.load_record_counts(ask)
    assert not counts.duplicated(["day", "layer", "table_name"]).any()
    planted = counts[counts["table_name"] == "X_TABLE"]
    assert planted["record_count"].to_list() == [8, 6]
    assert planted["record_count_change"].to_list() == [3, -2]
    ((rows,),) = watched.ask("select count(*) from GOLD.CUSTOMER_360_PROFILE")
    profile = counts[counts["table_name"] == "CUSTOMER_360_PROFILE"]
    assert profile["record_count"].to_list() == [rows]


def test_the_model_s_metrics_are_those_of_its_trainings_and_evaluations(watched: Platform, ask: Query) -> None:
    metrics = monitoring.load_model_metrics(ask)
    rows = watched.ask(
        "select model_version, f1_score, precision_score, recall_score, roc_auc from OBSERVABILITY.MODEL_EXECUTION_LOG"
        " where operation in ('TRAIN', 'EVALUATE') and status = 'SUCCEEDED' and f1_score is not null"
        " order by executed_at"
    )
    assert rows
    columns = ["model_version", "f1_score", "precision_score", "recall_score", "roc_auc"]
    assert list(metrics[columns].itertuples(index=False, name=None)) == rows


def test_the_model_s_metrics_are_of_the_customers_whom_no_training_saw(watched: Platform, ask: Query) -> None:
    newest = monitoring.load_model_metrics(ask).iloc[-1]
    ((held_out,),) = watched.ask("select count(*) from GOLD.CHURN_EVALUATION where part = 'TEST'")
    ((trained,),) = watched.ask("select count(*) from GOLD.ML_TRAINING_DATA where part = 'TRAIN'")
    assert newest["operation"] == "TRAIN"
    assert newest["held_out_rows"] == held_out != trained


def test_drift_is_the_newest_measurement_the_greatest_first(ask: Query) -> None:
    drift = monitoring.load_drift(ask)
    assert list(drift[["feature", "stability_index", "status"]].itertuples(index=False, name=None)) == [
        ("age", 0.3, "WARN"), ("credit_limit", 0.1, "PASS"),
    ]  # fmt: skip


def test_refused_rows_are_counted_once_and_why_is_not_asked(ask: Query, asked: list[str]) -> None:
    refused = monitoring.load_refused_rows(ask)
    assert list(refused[["table_name", "source_file", "refused_rows"]].itertuples(index=False, name=None)) == [
        ("BRONZE_CUSTOMERS", "a.csv", 2)
    ]
    assert not re.search("error_message|rejected_record", asked[-1])


def test_verdicts_come_without_who_gave_them_in_which_words(ask: Query, asked: list[str]) -> None:
    verdicts = monitoring.load_feedback(ask).set_index("feedback_id").loc[["f1", "f2"]]
    assert list(verdicts["is_positive"]) == [True, False]
    assert list(verdicts["generated_sql"]) == ["select 1", "select 2 where n = ***"]
    assert not re.search("user_name|question|comment", asked[-1])
    assert not re.search("secret", verdicts.to_csv(), re.IGNORECASE)


def test_questions_are_counted_by_day_and_outcome(ask: Query) -> None:
    questions = monitoring.load_questions(ask)
    columns = ["outcome", "questions", "verified", "seconds"]
    assert list(questions[columns].tail(2).itertuples(index=False, name=None)) == [
        ("answered", 2, 1, 2.0), ("failed", 1, 0, 30.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ("Numeric value 'Ann Secret' is not recognized", "Numeric value *** is not recognized"),
        ('Duplicate key "email: ann@secret.com" of table T', "Duplicate key *** of table T"),
        ("Row of ann@secret.com, call +1 (555) 010-9999 or 60601", "Row of *** call +*** or ***"),
        ("Task BUILD_WAREHOUSE failed after 12 s", "Task BUILD_WAREHOUSE failed after 12 s"),
    ],
)
def test_what_an_error_quotes_is_read_by_engineers_alone(
    watched: Platform, ask: Query, message: str, read: str
) -> None:
    planted = "where run_id = 'x1' and task_name = 'RUN_PIPELINE'"
    quoted = message.replace("'", "''")
    watched.ask(f"update {RUNS} set error_message = '{quoted}' {planted}")
    try:
        assert monitoring.load_runs(ask, 2)["error_message"].iloc[1] == read
        incidents = monitoring.load_incidents(ask)
        assert list(incidents.loc[incidents["incident"] == "run failed", "description"]) == [read]
        assert [tuple(row) for row in watched.ask(f"select error_message from {RUNS} {planted}")] == [(message,)]
    finally:
        watched.ask(f"update {RUNS} set error_message = 'no customers' {planted}")


def test_credits_need_the_right_to_monitor_usage(watched: Platform) -> None:
    with asking(watched, "APP_OPERATIONS") as query:
        assert list(monitoring.load_credits(query).columns) == ["day", "warehouse_name", "credits"]
