"""The options of tasks: which there are, their checks, and how SHOW presents a task."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local_account.catalog.moments import moment
from local_account.errors import invalid_value, not_supported
from local_account.session.parameters import settable
from local_account.tasks.graph_run import finalizer
from local_account.tasks.schedules import parse_schedule
from local_account.tokens import tokenize

if TYPE_CHECKING:
    from local_account.catalog.objects import Task
    from local_account.session.session import AccountState

_WEEK_MS = 604_800_000
# Largest allowed value of the numeric options.
_NUMBERS = {
    "USER_TASK_TIMEOUT_MS": _WEEK_MS, "SUSPEND_TASK_AFTER_NUM_FAILURES": 1 << 31, "TASK_AUTO_RETRY_ATTEMPTS": 30,
}  # fmt: skip
OPTIONS = {"WAREHOUSE", "SCHEDULE", "CONFIG", "ALLOW_OVERLAPPING_EXECUTION", "COMMENT", *_NUMBERS}
# What a run of the task starts its session with.
SESSION_PARAMETERS = settable("TASK") & settable("SESSION")
_CONDITION_FUNCTIONS = {"SYSTEM$GET_PREDECESSOR_RETURN_VALUE", "AND", "OR", "NOT", "IN"}


def read_options(options: dict[str, Any]) -> dict[str, Any]:
    """Check the options of CREATE and ALTER TASK.

    Raises: ProgrammingError 2 for an option that is not supported, 1008 for a value that it does not allow.
    """
    for key, value in options.items():
        if key not in OPTIONS and key not in SESSION_PARAMETERS:
            raise not_supported(f"The option {key} of a task")
        if key in _NUMBERS and not (isinstance(value, int) and 0 <= value <= _NUMBERS[key]):
            raise invalid_value(f"invalid value [{value}] for parameter '{key}': it must be 0 to {_NUMBERS[key]}.")
        if key == "SCHEDULE":
            parse_schedule(str(value))
        if key == "CONFIG":
            _check_config(value)
        if key == "ALLOW_OVERLAPPING_EXECUTION" and not isinstance(value, bool):
            raise invalid_value(f"invalid value [{value}] for parameter '{key}': it must be TRUE or FALSE.")
    return options


def _check_config(value: Any) -> None:
    try:
        parsed = json.loads(str(value))
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise invalid_value("CONFIG must be a JSON object.")


def split_parameters(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the task's own options, and the session parameters among what was given."""
    parameters = {k: v for k, v in given.items() if k in SESSION_PARAMETERS}
    return {k: v for k, v in given.items() if k not in parameters}, parameters


def check_condition(text: str) -> str:
    """Return a WHEN condition. Raises: ProgrammingError (2) for functions beyond predecessors' return values."""
    tokens = tokenize(text)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        called = following is not None and following.text == "(" and token.kind == "word"
        if token.upper in ("SELECT", "SYSTEM$STREAM_HAS_DATA") or (called and token.upper not in _CONDITION_FUNCTIONS):
            raise not_supported(f"{token.text} in the WHEN of a task")
    return text


def show_rows(account: AccountState, tasks: list[Task]) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    """Return the columns and rows of SHOW TASKS."""
    timed = {"created_on", "last_committed_on", "last_suspended_on"}
    names = (
        "created_on", "name", "id", "database_name", "schema_name", "owner", "comment", "warehouse", "schedule",
        "predecessors", "state", "definition", "condition", "allow_overlapping_execution", "error_integration",
        "last_committed_on", "last_suspended_on", "owner_role_type", "config", "budget", "task_relations",
        "last_suspended_reason", "success_integration", "scheduling_mode", "target_completion_interval",
    )  # fmt: skip
    return [(n, "timestamp_ltz" if n in timed else "text") for n in names], [_row(account, t) for t in tasks]


def _row(account: AccountState, task: Task) -> tuple[Any, ...]:
    predecessors = list(task.predecessors)
    relations: dict[str, Any] = {"Predecessors": predecessors}
    if last := finalizer(account, task):
        relations["FinalizerTask"] = str(last.name)
    if task.finalize:
        relations["FinalizedRootTask"] = task.finalize
    overlapping = task.allow_overlapping_execution
    is_root = not predecessors and not task.finalize
    return (
        task.created_on, task.name.name, task.id, task.name.database, task.name.schema, task.owner, task.comment,
        task.warehouse, task.schedule, json.dumps(predecessors), task.state, task.definition,
        task.condition, str(bool(overlapping)).lower() if is_root else "null", "null",
        moment(task.last_committed_on), moment(task.last_suspended_on), "ROLE", task.config, None,
        json.dumps(relations), task.last_suspended_reason, "null", None, None,
    )  # fmt: skip
