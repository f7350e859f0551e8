"""Charts of the monitoring tab: how long runs take, what checks find, how tables grow, and how the model holds up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from customer_360.charts.layers import layered
from customer_360.themes import titled

if TYPE_CHECKING:
    from customer_360.themes import AnyChart, Theme

DRIFT_LIMIT = 0.25  # of the population stability index: past it MEASURE_CHURN_DRIFT warns
_STATUSES = ("PASS", "WARN", "FAIL")
_OUTCOMES = ("answered", "asked back", "refused", "failed")
_METRICS = {"f1_score": "F1", "precision_score": "Precision", "recall_score": "Recall", "roc_auc": "ROC AUC"}
_MOST_FEATURES = 12
_BAND = {"band": 0.7}
_ROW, _AROUND = 30, 150  # pixels: of a bar, and of title, axis and legend
_COLUMNS_OF_LEGEND = "containerSize()[0] < 480 ? 1 : containerSize()[0] < 800 ? 2 : 4"  # as names of tasks have room


def task_times(tasks: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw how long each task of each run took, stacked in the order of the runs.

    Args:
        tasks: as `access.monitoring.load_tasks` returns them.
        theme: of the page.
    """
    names = list(dict.fromkeys(tasks.sort_values("started_at")["task_name"]))
    rows = tasks.dropna(subset=["duration_seconds"]).assign(run=_moments(tasks["run_started_at"]))
    chart = (
        alt.Chart(rows[["run", "task_name", "duration_seconds", "status"]])
        .mark_bar(height=_BAND)
        .encode(
            y=alt.Y("run:N", sort="descending", title=None, axis=_plain_axis()),
            x=alt.X("sum(duration_seconds):Q", title="Seconds", axis=alt.Axis(tickCount=5)),
            color=alt.Color(
                "task_name:N",
                sort=names,
                scale=alt.Scale(domain=names, range=_colors(theme, len(names))),
                legend=alt.Legend(columns=alt.ExprRef(_COLUMNS_OF_LEGEND), symbolLimit=0),
            ),
            order=alt.Order("position:Q"),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("task_name:N", title="Task"),
                alt.Tooltip("duration_seconds:Q", title="Seconds", format=",.1f"),
                alt.Tooltip("status:N", title="Status"),
            ],
        )
        .transform_calculate(position=f"indexof({names}, datum.task_name)")
        .properties(height=_ROW * rows["run"].nunique())
    )
    # The more columns a page has no room for, the higher is the legend: it may not take its height from the bars.
    chart.autosize = alt.AutoSizeParams(type="fit-x", contains="padding")
    return titled(chart, theme, "Time of each run by task (seconds)")


def checks_by_run(checks: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw how many checks passed, warned and failed in each run.

    Args:
        checks: as `access.monitoring.load_checks` returns them.
        theme: of the page.
    """
    rows = checks.assign(run=_moments(checks["run_started_at"]))
    rows = rows.groupby(["run", "status"], as_index=False)["checks"].sum()
    chart = (
        alt.Chart(rows)
        .mark_bar(height=_BAND)
        .encode(
            y=alt.Y("run:N", sort="descending", title=None, axis=_plain_axis()),
            x=alt.X("checks:Q", title="Checks", axis=alt.Axis(tickCount=5, format=",d")),
            color=alt.Color(
                "status:N",
                sort=list(_STATUSES),
                scale=alt.Scale(domain=list(_STATUSES), range=[theme.good, theme.palette[4], theme.bad]),
            ),
            order=alt.Order("position:Q"),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("status:N", title="Status"),
                alt.Tooltip("checks:Q", title="Checks", format=",d"),
            ],
        )
        .transform_calculate(position=f"indexof({list(_STATUSES)}, datum.status)")
        .properties(height=_AROUND + _ROW * rows["run"].nunique())
    )
    return titled(chart, theme, "Quality checks by run (number)")


def record_counts(counts: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw how many rows the tables of one layer had at the end of each day, on a logarithmic scale.

    Args:
        counts: rows of one layer, as `access.monitoring.load_record_counts` returns them.
        theme: of the page.
    """
    rows = counts.assign(day=pd.to_datetime(counts["day"]), shown=counts["record_count"].clip(lower=1))
    chart = (
        alt.Chart(rows[["day", "table_name", "record_count", "shown"]])
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X(
                "yearmonthdate(day):T", title=None, axis=alt.Axis(format="%d %b", tickCount="day", labelOverlap=True)
            ),
            y=alt.Y("shown:Q", title="Rows", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", tickCount=5)),
            detail=alt.Detail("table_name:N"),
            color=alt.ColorValue(theme.accent),
            tooltip=[
                alt.Tooltip("table_name:N", title="Table"),
                alt.Tooltip("day:T", title="Day", format="%d %B %Y"),
                alt.Tooltip("record_count:Q", title="Rows", format=",d"),
            ],
        )
        .properties(height=260)
    )
    return titled(chart, theme, "Rows by table and day (logarithmic)")


def model_metrics(metrics: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw the metrics of each evaluation of the model.

    Args:
        metrics: as `access.monitoring.load_model_metrics` returns them.
        theme: of the page.
    """
    rows = metrics.melt(
        id_vars=["executed_at", "model_version"], value_vars=list(_METRICS), var_name="metric", value_name="value"
    ).dropna(subset=["value"])
    rows = rows.assign(metric=rows["metric"].map(_METRICS))
    names = list(_METRICS.values())
    chart = (
        alt.Chart(rows)
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("executed_at:T", title=None, axis=alt.Axis(format="%d %b %H:%M", tickCount=5)),
            y=alt.Y("value:Q", title="0 to 1", scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("metric:N", sort=names, scale=alt.Scale(domain=names, range=_colors(theme, len(names)))),
            strokeDash=alt.StrokeDash("metric:N", sort=names, legend=None),
            tooltip=[
                alt.Tooltip("metric:N", title="Metric"),
                alt.Tooltip("value:Q", title="Value", format=".3f"),
                alt.Tooltip("model_version:N", title="Model"),
                alt.Tooltip("executed_at:T", title="Evaluated", format="%d %B %Y %H:%M"),
            ],
        )
        .properties(height=260)
    )
    return titled(chart, theme, "Churn model, held-out customers (0 to 1)")


def drift(features: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw the features that moved most, and the limit past which a model is to be looked at.

    Args:
        features: as `access.monitoring.load_drift` returns them.
        theme: of the page.
    """
    rows = features.head(_MOST_FEATURES)
    bars = (
        alt.Chart(rows[["feature", "stability_index", "status", "details"]])
        .mark_bar(height=_BAND)
        .encode(
            y=alt.Y("feature:N", sort=list(rows["feature"]), title=None, axis=_plain_axis()),
            x=alt.X("stability_index:Q", title=None, axis=alt.Axis(tickCount=5)),
            color=alt.Color(
                "status:N",
                legend=None,
                scale=alt.Scale(domain=list(_STATUSES), range=[theme.accent, theme.bad, theme.bad]),
            ),
            tooltip=[
                alt.Tooltip("feature:N", title="Feature"),
                alt.Tooltip("stability_index:Q", title="Index", format=".4f"),
                alt.Tooltip("status:N", title="Status"),
                alt.Tooltip("details:N", title="Compared"),
            ],
        )
    )
    limit = alt.Chart(pd.DataFrame({"limit": [DRIFT_LIMIT]}))
    limit_line = limit.mark_rule(color=theme.bad, strokeDash=[5, 4], strokeWidth=2).encode(x=alt.X("limit:Q"))
    chart = layered(bars, limit_line, height=24 * max(len(rows), 2) + 40)
    return titled(chart, theme, "Drift by feature (stability index)")


def questions_by_day(questions: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw how many questions were asked by day, and what came of them.

    Args:
        questions: as `access.monitoring.load_questions` returns them.
        theme: of the page.
    """
    chart = (
        alt.Chart(questions.assign(day=pd.to_datetime(questions["day"])))
        .mark_bar()
        .encode(
            x=alt.X("yearmonthdate(day):O", title=None, axis=alt.Axis(format="%d %b", labelAngle=0)),
            y=alt.Y("questions:Q", title="Questions", axis=alt.Axis(tickMinStep=1, format=",d")),
            color=alt.Color(
                "outcome:N",
                sort=list(_OUTCOMES),
                scale=alt.Scale(
                    domain=list(_OUTCOMES), range=[theme.good, theme.palette[1], theme.palette[4], theme.bad]
                ),
            ),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%d %B %Y"),
                alt.Tooltip("outcome:N", title="What came of them"),
                alt.Tooltip("questions:Q", title="Questions", format=",d"),
            ],
        )
        .properties(height=200)
    )
    return titled(chart, theme, "Questions by day (number)")


def credits_by_day(used: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw the credits that each warehouse used by day.

    Args:
        used: as `access.monitoring.load_credits` returns them.
        theme: of the page.
    """
    names = sorted(used["warehouse_name"].unique())
    chart = (
        alt.Chart(used.assign(day=pd.to_datetime(used["day"])))
        .mark_bar()
        .encode(
            x=alt.X("yearmonthdate(day):T", title=None, axis=alt.Axis(format="%d %b")),
            y=alt.Y("credits:Q", title="Credits"),
            color=alt.Color(
                "warehouse_name:N", sort=names, scale=alt.Scale(domain=names, range=_colors(theme, len(names)))
            ),
            tooltip=[
                alt.Tooltip("warehouse_name:N", title="Warehouse"),
                alt.Tooltip("day:T", title="Day", format="%d %B %Y"),
                alt.Tooltip("credits:Q", title="Credits", format=",.2f"),
            ],
        )
        .properties(height=260)
    )
    return titled(chart, theme, "Credits by warehouse and day (number)")


def _moments(times: pd.Series) -> pd.Series:
    """Write when runs started, so that they sort as texts."""
    return pd.to_datetime(times).dt.strftime("%Y-%m-%d %H:%M:%S")


def _plain_axis() -> alt.Axis:
    return alt.Axis(ticks=False, domain=False, labelOverlap=False)


def _colors(theme: Theme, count: int) -> list[str]:
    """Return as many colours as there are names; past the palette they begin anew."""
    return [theme.palette[number % len(theme.palette)] for number in range(count)]
