"""The monitoring tab: whether the platform runs, what its checks found, how the model holds up, and what to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from customer_360.access import monitoring
from customer_360.cards import Card, show_cards
from customer_360.charts import monitoring as charts
from customer_360.database import DatabaseUnavailableError
from customer_360.drawn import show_chart
from customer_360.state import kept

if TYPE_CHECKING:
    from customer_360.context import Page

NAME = "monitoring"
_RUNS = kept(NAME, "runs")
_RUN_CHOICES = (10, 30, 100)
_SECONDS = st.column_config.NumberColumn("Seconds", format="%.1f")
_MOMENT = "D MMM YYYY, HH:mm:ss"
_PASSED, _FAILED = "PASS", "FAIL"


def show(page: Page) -> None:
    """Draw the tab."""
    most = _chosen_runs(page)
    with st.spinner("Loading the newest runs", show_time=False):
        runs = monitoring.load_runs(page.ask, most).fillna({"error_message": ""})
    if runs.empty:
        st.info("Nothing has run yet: `c360 up` brings customers and starts the first run.", icon=":material/info:")
        return
    checks = monitoring.load_checks(page.ask, most)
    incidents = monitoring.load_incidents(page.ask_anew)
    refused = monitoring.load_refused_rows(page.ask)
    _cards(runs, checks, incidents, refused)
    _incidents(incidents)
    _runs(page, runs, most)
    _checks(page, checks)
    _counts(page)
    _model(page)
    left, right = st.container(key="wide_costs").columns(2)
    with left.container(border=True, height="stretch"):
        _credits(page)
    with right.container(border=True, height="stretch"):
        _refused(refused)
    _questions(page)


def _chosen_runs(page: Page) -> int:
    if page.address.is_new or _RUNS not in st.session_state:
        given = page.address.get("runs")
        st.session_state[_RUNS] = next((most for most in _RUN_CHOICES if str(most) == given), _RUN_CHOICES[0])
    with st.sidebar:
        st.header("Monitoring")
        most = st.selectbox("Newest runs shown", _RUN_CHOICES, key=_RUNS)
        st.caption("Times are UTC. The figures follow each run; incidents and answers are asked anew each time.")
    page.address.write(NAME, {} if most == _RUN_CHOICES[0] else {"runs": [str(most)]})
    return most


def _cards(runs: pd.DataFrame, checks: pd.DataFrame, incidents: pd.DataFrame, refused: pd.DataFrame) -> None:
    newest = runs.iloc[0]
    of_it = checks[checks["run_id"] == newest["run_id"]]
    passed, all_checks = int(of_it.loc[of_it["status"] == _PASSED, "checks"].sum()), int(of_it["checks"].sum())
    took, rows = newest["duration_seconds"], int(refused["refused_rows"].sum())
    shown = "1 run shown" if len(runs) == 1 else f"{len(runs):,} runs shown"
    show_cards(
        "runs",
        [
            Card("Newest run", str(newest["status"]).capitalize(), f"{newest['started_at']:%d %b %Y, %H:%M}"),
            Card(
                "Its time",
                "running" if pd.isna(took) else f"{took:,.0f} s",
                shown,
            ),
            Card("Checks passed", f"{passed:,} of {all_checks:,}", "in the newest run"),
            Card("Incidents", f"{len(incidents):,}", f"{rows:,} rows refused so far"),
        ],
    )


def _incidents(incidents: pd.DataFrame) -> None:
    with st.container(border=True):
        st.subheader("Incidents")
        if incidents.empty:
            st.caption(":material/check_circle: No failed or overdue run, no failed check, no feature that drifted.")
            return
        st.dataframe(
            incidents,
            hide_index=True,
            key="incidents",
            column_config={
                "happened_at": st.column_config.DatetimeColumn("When", format=_MOMENT),
                "incident": "Incident",
                "subject": "Of what",
                "description": st.column_config.TextColumn("What", width="large"),
                "run_id": "Run",
            },
        )


def _runs(page: Page, runs: pd.DataFrame, most: int) -> None:
    tasks = monitoring.load_tasks(page.ask, most).fillna({"error_message": ""})
    with st.container(border=True):
        st.subheader("Runs and their tasks")
        if not tasks.empty:
            show_chart("task_times", charts.task_times, tasks, page.theme)
        st.container(key="run_list").dataframe(
            runs,
            hide_index=True,
            key="runs",
            column_order=["started_at", "status", "duration_seconds", "as_of_date", "error_message", "run_id"],
            column_config={
                "started_at": st.column_config.DatetimeColumn("Started", format=_MOMENT),
                "status": "Status",
                "duration_seconds": _SECONDS,
                "as_of_date": "Data of",
                "error_message": st.column_config.TextColumn("Error", width="large"),
                "run_id": "Run",
            },
        )
        with st.expander("Tasks of these runs", icon=":material/list:"):
            st.dataframe(
                tasks,
                hide_index=True,
                key="tasks",
                column_order=[
                    "run_started_at",
                    "task_name",
                    "status",
                    "duration_seconds",
                    "rows_processed",
                    "error_message",
                ],
                column_config={
                    "run_started_at": st.column_config.DatetimeColumn("Run", format=_MOMENT),
                    "task_name": "Task",
                    "status": "Status",
                    "duration_seconds": _SECONDS,
                    "rows_processed": st.column_config.NumberColumn("Rows", format="localized"),
                    "error_message": st.column_config.TextColumn("Error", width="large"),
                },
            )


def _checks(page: Page, checks: pd.DataFrame) -> None:
    with st.container(border=True):
        st.subheader("Quality checks")
        if checks.empty:
            st.caption("These runs recorded no check.")
            return
        show_chart("checks", charts.checks_by_run, checks, page.theme)
        failures = monitoring.load_failures(page.ask)
        if failures.empty:
            st.caption(":material/check_circle: Every check of the last 30 days passed.")
            return
        st.caption(f"{len(failures):,} checks of the last 30 days did not pass:")
        st.dataframe(
            failures,
            hide_index=True,
            key="failures",
            column_config={
                "measured_at": st.column_config.DatetimeColumn("When", format=_MOMENT),
                "status": "Status",
                "layer": "Layer",
                "table_name": "Table",
                "check_name": "Check",
                "observed_value": "Observed",
                "expected": "Expected",
                "failed_rows": st.column_config.NumberColumn("Rows", format="localized"),
            },
        )


@st.fragment
def _counts(page: Page) -> None:
    counts = monitoring.load_record_counts(page.ask)
    with st.container(border=True):
        title, choice = st.columns([3, 1], vertical_alignment="bottom")
        title.subheader("Rows by day")
        if counts.empty:
            st.caption("No run has counted its tables yet.")
            return
        layers = [layer for layer in ("BRONZE", "SILVER", "GOLD") if (counts["layer"] == layer).any()]
        layer = choice.segmented_control("Layer", layers, default=layers[-1], key="layer") or layers[-1]
        of_layer = counts[counts["layer"] == layer]
        show_chart("record_counts", charts.record_counts, of_layer, page.theme)
        newest = of_layer.sort_values("day").groupby("table_name", as_index=False).last()
        st.dataframe(
            newest,
            hide_index=True,
            key="newest_counts",
            column_order=["table_name", "record_count", "record_count_change", "day"],
            column_config={
                "table_name": "Table",
                "record_count": st.column_config.NumberColumn("Rows", format="localized"),
                "record_count_change": st.column_config.NumberColumn("Against the run before", format="localized"),
                "day": "Counted",
            },
        )


def _model(page: Page) -> None:
    left, right = st.container(key="wide_model").columns(2)
    with left.container(border=True, height="stretch"):
        metrics = monitoring.load_model_metrics(page.ask)
        if metrics.empty:
            st.subheader("Churn model")
            st.caption("No model has been evaluated yet.")
        else:
            show_chart("model_metrics", charts.model_metrics, metrics, page.theme)
            newest = metrics.iloc[-1]
            st.caption(
                f"Newest: model {newest['model_version']}, F1 {newest['f1_score']:.3f}, precision "
                f"{newest['precision_score']:.3f}, recall {newest['recall_score']:.3f}, ROC AUC "
                f"{newest['roc_auc']:.3f} on {newest['held_out_rows']:,.0f} held-out customers."
            )
    with right.container(border=True, height="stretch"):
        drift = monitoring.load_drift(page.ask)
        if drift.empty:
            st.subheader("Drift")
            st.caption("No drift has been measured yet: it needs a model in use and a run after it.")
        else:
            show_chart("drift", charts.drift, drift, page.theme)
            beyond = int((drift["status"] != _PASSED).sum())
            st.caption(
                f"{beyond:,} of {len(drift):,} features and scores are past {charts.DRIFT_LIMIT:g}, the limit; "
                "those that moved most are shown."
            )


def _credits(page: Page) -> None:
    st.subheader("Warehouse credits")
    try:
        used = monitoring.load_credits(page.ask)
    except DatabaseUnavailableError as error:
        st.caption(f"What warehouses cost cannot be shown. Who reads it needs MONITOR USAGE on the account. {error}")
        return
    if used.empty:
        st.caption("No warehouse used credits in the last 30 days. An account on this computer never does.")
        return
    show_chart("credits", charts.credits_by_day, used, page.theme)
    st.caption(f"{used['credits'].sum():,.2f} credits in the last 30 days.")


def _refused(refused: pd.DataFrame) -> None:
    st.subheader("Refused rows")
    if refused.empty:
        st.caption(":material/check_circle: No load has refused a row.")
        return
    st.dataframe(
        refused,
        hide_index=True,
        key="refused",
        column_order=["rejected_at", "table_name", "source_file", "refused_rows"],
        column_config={
            "rejected_at": st.column_config.DatetimeColumn("When", format=_MOMENT),
            "table_name": "Table",
            "source_file": "File",
            "refused_rows": st.column_config.NumberColumn("Rows", format="localized"),
        },
    )
    st.caption(
        "The reasons name values of customers: OBSERVABILITY.REJECTED_ROWS has them, for those who may see them."
    )


def _questions(page: Page) -> None:
    with st.container(border=True, key="questions"):
        st.subheader("Questions to the assistant")
        questions = monitoring.load_questions(page.ask_anew)
        if questions.empty:
            st.caption("Nobody has asked the assistant anything yet.")
        else:
            show_chart("questions_by_day", charts.questions_by_day, questions, page.theme)
            st.caption(_asked(questions))
        _verdicts(monitoring.load_feedback(page.ask_anew))


def _asked(questions: pd.DataFrame) -> str:
    count = int(questions["questions"].sum())
    parts = ", ".join(
        f"{int(n):,} {outcome}" for outcome, n in questions.groupby("outcome", sort=False)["questions"].sum().items()
    )
    return (
        f"{count:,} questions: {parts}; {int(questions['verified'].sum()):,} by a verified query, "
        f"{questions['seconds'].sum() / count:,.1f} seconds each on average."
    )


def _verdicts(verdicts: pd.DataFrame) -> None:
    if verdicts.empty:
        st.caption("Nobody has judged an answer of the assistant yet.")
        return
    helped = verdicts["is_positive"].fillna(value=False).astype(bool)
    reported = verdicts[~helped]
    st.caption(f"{len(verdicts):,} answers judged: {int(helped.sum()):,} helped, {len(reported):,} were reported.")
    if reported.empty:
        return
    st.dataframe(
        reported,
        hide_index=True,
        key="reported",
        column_order=["asked_at", "generated_sql", "feedback_id"],
        column_config={
            "asked_at": st.column_config.DatetimeColumn("When", format=_MOMENT),
            "generated_sql": st.column_config.TextColumn("SQL, values hidden", width="large"),
            "feedback_id": "Request",
        },
    )
    st.caption(
        "The words of questions and remarks may name customers: OBSERVABILITY.ANALYST_FEEDBACK has them, for those who "
        "may see them."
    )
