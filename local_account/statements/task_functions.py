"""Functions about tasks: SYSTEM$..., and the table functions of INFORMATION_SCHEMA."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.moments import given, moment
from local_account.catalog.objects import Task
from local_account.catalog.rights import ACCOUNT
from local_account.errors import does_not_exist, invalid_value, not_supported
from local_account.identifiers import Name
from local_account.queries.rewrite import scalar_function, table_function
from local_account.results import Result, table_result
from local_account.statements import tasks
from local_account.tasks.history import KEPT
from local_account.tasks.scheduler import TaskScheduler

if TYPE_CHECKING:
    from local_account.session.session import Session
    from local_account.session.task_run import TaskRun

_MOST_ROWS = 10_000
_HISTORY_COLUMNS = [
    ("QUERY_ID", "text"), ("NAME", "text"), ("DATABASE_NAME", "text"), ("SCHEMA_NAME", "text"), ("QUERY_TEXT", "text"),
    ("CONDITION_TEXT", "text"), ("STATE", "text"), ("ERROR_CODE", "fixed"), ("ERROR_MESSAGE", "text"),
    ("SCHEDULED_TIME", "timestamp_ltz"), ("QUERY_START_TIME", "timestamp_ltz"),
    ("NEXT_SCHEDULED_TIME", "timestamp_ltz"), ("COMPLETED_TIME", "timestamp_ltz"), ("ROOT_TASK_ID", "text"),
    ("GRAPH_VERSION", "fixed"), ("RUN_ID", "fixed"), ("RETURN_VALUE", "text"), ("SCHEDULED_FROM", "text"),
    ("ATTEMPT_NUMBER", "fixed"), ("CONFIG", "text"), ("GRAPH_RUN_GROUP_ID", "fixed"),
]  # fmt: skip
_GRAPH_COLUMNS = [
    ("ROOT_TASK_NAME", "text"), ("DATABASE_NAME", "text"), ("SCHEMA_NAME", "text"), ("STATE", "text"),
    ("SCHEDULED_FROM", "text"), ("FIRST_ERROR_TASK_NAME", "text"), ("FIRST_ERROR_CODE", "fixed"),
    ("FIRST_ERROR_MESSAGE", "text"), ("SCHEDULED_TIME", "timestamp_ltz"), ("QUERY_START_TIME", "timestamp_ltz"),
    ("NEXT_SCHEDULED_TIME", "timestamp_ltz"), ("COMPLETED_TIME", "timestamp_ltz"), ("ROOT_TASK_ID", "text"),
    ("GRAPH_VERSION", "fixed"), ("RUN_ID", "fixed"), ("ATTEMPT_NUMBER", "fixed"), ("CONFIG", "text"),
    ("GRAPH_RUN_GROUP_ID", "fixed"),
]  # fmt: skip
_TIMES = ("SCHEDULED_TIME", "QUERY_START_TIME", "NEXT_SCHEDULED_TIME", "COMPLETED_TIME")


def _task_run(session: Session, function: str) -> TaskRun:
    if session.task is None:
        raise ProgrammingError(
            msg=f"Function {function} must be called from within a task run.", errno=91000, sqlstate="55000"
        )
    return session.task


@scalar_function("SYSTEM$GET_TASK_GRAPH_CONFIG")
def get_task_graph_config(session: Session, path: str | None = None) -> str | None:
    """Return the graph's configuration as text, or the value at a path such as `a.b`."""
    value: Any = _task_run(session, "SYSTEM$GET_TASK_GRAPH_CONFIG").graph_config
    if path is None:
        return json.dumps(value) if value else None
    for key in str(path).replace("[", ".").replace("]", "").replace('"', "").replace("'", "").split("."):
        if isinstance(value, list) and key.isdigit():
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


@scalar_function("SYSTEM$TASK_RUNTIME_INFO")
def task_runtime_info(session: Session, what: str) -> str | None:
    """Return one fact about the running task."""
    run = _task_run(session, "SYSTEM$TASK_RUNTIME_INFO")
    facts = {
        "CURRENT_ROOT_TASK_NAME": run.root_task,
        "CURRENT_ROOT_TASK_UUID": run.root_task_id,
        "CURRENT_TASK_NAME": run.task,
        "CURRENT_TASK_GRAPH_RUN_GROUP_ID": run.graph_run_group_id,
        "CURRENT_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP": run.scheduled_time,
        "LAST_SUCCESSFUL_TASK_GRAPH_RUN_GROUP_ID": None,
        "LAST_SUCCESSFUL_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP": run.last_success,
    }
    key = str(what).upper()
    if key not in facts or key == "LAST_SUCCESSFUL_TASK_GRAPH_RUN_GROUP_ID":
        raise not_supported(f"SYSTEM$TASK_RUNTIME_INFO('{what}')")
    return facts[key]


@scalar_function("SYSTEM$GET_PREDECESSOR_RETURN_VALUE")
def get_predecessor_return_value(session: Session, name: str | None = None) -> str | None:
    """Return what a predecessor set as its return value; without a name, of the only predecessor."""
    values = _task_run(session, "SYSTEM$GET_PREDECESSOR_RETURN_VALUE").predecessor_returns
    if name is None:
        if len(values) != 1:
            raise invalid_value("SYSTEM$GET_PREDECESSOR_RETURN_VALUE needs the predecessor's name here.")
        return next(iter(values.values()))
    if name not in values:
        raise invalid_value(f"Task '{name}' is not a predecessor of the running task (names are upper case).")
    return values[name]


@scalar_function("SYSTEM$SET_RETURN_VALUE")
def set_return_value(session: Session, value: Any) -> str:
    """Set the running task's return value."""
    text = "" if value is None else str(value)
    _task_run(session, "SYSTEM$SET_RETURN_VALUE").set_return_value(text)
    return text


@scalar_function("SYSTEM$TASK_DEPENDENTS_ENABLE")
def task_dependents_enable(session: Session, name: str) -> str:
    """Resume every task of a graph, the root last."""
    for task in tasks.graph(session.account, _task(session, name)):
        tasks.resume(session, task)
    return "Statement executed successfully."


@scalar_function("SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS")
def cancel_ongoing_executions(session: Session, name: str) -> str:
    """Cancel the runs of a graph that are under way."""
    task = _task(session, name)
    session.require("OPERATE", "TASK", task.name)
    for run in session.account.service(TaskScheduler).running(task):
        run.cancel("The run was canceled by SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS.")
    return "ongoing executions of the task have been canceled"


@scalar_function("SYSTEM$WAIT")
def system_wait(session: Session, amount: float, unit: str = "SECONDS") -> str:
    """Wait, at most until the running task is cancelled."""
    factors = {"MILLISECONDS": 0.001, "SECONDS": 1, "MINUTES": 60, "HOURS": 3600, "DAYS": 86400}
    if str(unit).upper() not in factors:
        raise invalid_value(f"SYSTEM$WAIT knows no unit '{unit}'.")
    seconds = float(amount) * factors[str(unit).upper()]
    waiting = session.task.cancelled if session.task is not None else threading.Event()
    waiting.wait(seconds)
    return f"waited {amount} {str(unit).lower()}"


def _task(session: Session, name: str) -> Task:
    resolved = session.resolve(Name.parse(str(name)))
    found = session.account.catalog.find(Task, resolved)
    if found is None:
        raise does_not_exist("Task", resolved)
    return found


@table_function("TASK_HISTORY")
def task_history(  # noqa: PLR0913, PLR0917 - Snowflake's arguments
    session: Session,
    scheduled_time_range_start: Any = None,
    scheduled_time_range_end: Any = None,
    result_limit: int = 100,
    task_name: str | None = None,
    error_only: bool = False,
    root_task_id: str | None = None,
) -> Result:
    """Return task runs of the last 7 days, newest first, that the role may see."""
    if not 1 <= int(result_limit) <= _MOST_ROWS:
        raise invalid_value(f"RESULT_LIMIT must be 1 to {_MOST_ROWS}.")
    wanted = None if task_name is None else Name.parse(str(task_name))
    end, oldest = given(scheduled_time_range_end), datetime.now(UTC) - KEPT
    start = max(given(scheduled_time_range_start) or oldest, oldest)
    rows = []
    for row in session.account.service(TaskScheduler).history.runs():
        name = Name.of(row.database_name, row.schema_name, row.name)
        scheduled = moment(row.scheduled_time)
        if (
            (wanted is None or name.parts[-len(wanted.parts) :] == wanted.parts)
            and (root_task_id is None or row.root_task_id == root_task_id)
            and (not error_only or row.state.startswith("FAILED") or row.state == "CANCELLED")
            and scheduled >= start
            and (end is None or scheduled <= end)
            and _visible(session, name)
        ):
            rows.append(_values(vars(row), _HISTORY_COLUMNS))
        if len(rows) == int(result_limit):
            break
    return table_result(_HISTORY_COLUMNS, rows)


@table_function("CURRENT_TASK_GRAPHS")
def current_task_graphs(session: Session, result_limit: int = 1000, root_task_name: str | None = None) -> Result:
    """Return the graph runs that are under way."""
    return _graphs(session, {"EXECUTING"}, result_limit, root_task_name)


@table_function("COMPLETE_TASK_GRAPHS")
def complete_task_graphs(
    session: Session, result_limit: int = 1000, root_task_name: str | None = None, error_only: bool = False
) -> Result:
    """Return the graph runs that are done."""
    states = {"FAILED", "CANCELLED"} if error_only else {"SUCCEEDED", "FAILED", "CANCELLED"}
    return _graphs(session, states, result_limit, root_task_name)


def _graphs(session: Session, states: set[str], limit: int, root: str | None) -> Result:
    wanted = None if root is None else Name.parse(str(root))
    rows = []
    for row in session.account.service(TaskScheduler).history.graphs():
        name = Name.of(row.database_name, row.schema_name, row.root_task_name)
        if row.state in states and (wanted is None or wanted.name == name.name) and _visible(session, name):
            rows.append(_values(vars(row), _GRAPH_COLUMNS))
    return table_result(_GRAPH_COLUMNS, rows[: int(limit)])


def _visible(session: Session, name: Name) -> bool:
    access = session.account.access
    return access.sees(session.role, "TASK", name) or access.allows(
        session.role, "MONITOR EXECUTION", "ACCOUNT", ACCOUNT
    )


def _values(row: dict[str, Any], columns: list[tuple[str, str]]) -> tuple[Any, ...]:
    values = {c: row.get(c.lower()) for c, _ in columns}
    return tuple(given(v) if c in _TIMES else v for c, v in values.items())
