"""The options of tasks: which there are, their checks, and how SHOW presents a task."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from local_account.errors import invalid_value, not_supported
from local_account.graph_run import finalizer
from local_account.parsing import tokenize
from local_account.schedules import parse_schedule

if TYPE_CHECKING:
    from local_account.account import Account
    from local_account.catalog import CatalogObject

_WEEK_MS = 604_800_000
# Largest allowed value of the numeric options.
_NUMBERS = {
    "USER_TASK_TIMEOUT_MS": _WEEK_MS, "SUSPEND_TASK_AFTER_NUM_FAILURES": 1 << 31, "TASK_AUTO_RETRY_ATTEMPTS": 30,
}  # fmt: skip
_PLAIN = {"WAREHOUSE", "SCHEDULE", "CONFIG", "ALLOW_OVERLAPPING_EXECUTION", "COMMENT", *_NUMBERS}
# (default, type, description) of what SHOW PARAMETERS IN TASK lists.
TASK_PARAMETERS = {
    "SUSPEND_TASK_AFTER_NUM_FAILURES": ("10", "NUMBER", "Consecutive failures after which a task is suspended."),
    "TASK_AUTO_RETRY_ATTEMPTS": ("0", "NUMBER", "Automatic retries of a failed graph run."),
    "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE": ("Medium", "STRING", "Initial size of a serverless task."),
    "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS": ("30", "NUMBER", "Shortest time between triggered runs."),
    "USER_TASK_TIMEOUT_MS": ("3600000", "NUMBER", "Time limit of one run in milliseconds."),
}
SESSION_PARAMETERS = {
    "ABORT_DETACHED_QUERY": ("false", "BOOLEAN"), "AUTOCOMMIT": ("true", "BOOLEAN"),
    "BINARY_INPUT_FORMAT": ("HEX", "STRING"), "BINARY_OUTPUT_FORMAT": ("HEX", "STRING"),
    "CLIENT_MEMORY_LIMIT": ("1536", "NUMBER"), "CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX": ("false", "BOOLEAN"),
    "CLIENT_PREFETCH_THREADS": ("4", "NUMBER"), "CLIENT_RESULT_CHUNK_SIZE": ("160", "NUMBER"),
    "CLIENT_RESULT_COLUMN_CASE_INSENSITIVE": ("false", "BOOLEAN"), "CLIENT_SESSION_KEEP_ALIVE": ("false", "BOOLEAN"),
    "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY": ("3600", "NUMBER"),
    "CLIENT_TIMESTAMP_TYPE_MAPPING": ("TIMESTAMP_LTZ", "STRING"), "DATE_INPUT_FORMAT": ("AUTO", "STRING"),
    "DATE_OUTPUT_FORMAT": ("YYYY-MM-DD", "STRING"), "ENABLE_UNLOAD_PHYSICAL_TYPE_OPTIMIZATION": ("true", "BOOLEAN"),
    "ERROR_ON_NONDETERMINISTIC_MERGE": ("true", "BOOLEAN"), "ERROR_ON_NONDETERMINISTIC_UPDATE": ("false", "BOOLEAN"),
    "GEOGRAPHY_OUTPUT_FORMAT": ("GeoJSON", "STRING"), "GEOMETRY_OUTPUT_FORMAT": ("GeoJSON", "STRING"),
    "JDBC_TREAT_TIMESTAMP_NTZ_AS_UTC": ("false", "BOOLEAN"), "JDBC_USE_SESSION_TIMEZONE": ("true", "BOOLEAN"),
    "JSON_INDENT": ("2", "NUMBER"), "LOCK_TIMEOUT": ("43200", "NUMBER"), "LOG_LEVEL": ("OFF", "STRING"),
    "MULTI_STATEMENT_COUNT": ("1", "NUMBER"), "NOORDER_SEQUENCE_AS_DEFAULT": ("true", "BOOLEAN"),
    "ODBC_TREAT_DECIMAL_AS_INT": ("false", "BOOLEAN"), "QUERY_TAG": ("", "STRING"),
    "QUOTED_IDENTIFIERS_IGNORE_CASE": ("false", "BOOLEAN"), "ROWS_PER_RESULTSET": ("0", "NUMBER"),
    "S3_STAGE_VPCE_DNS_NAME": ("", "STRING"), "SEARCH_PATH": ("$current, $public", "STRING"),
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": ("0", "NUMBER"), "STATEMENT_TIMEOUT_IN_SECONDS": ("172800", "NUMBER"),
    "STRICT_JSON_OUTPUT": ("false", "BOOLEAN"), "TIMESTAMP_DAY_IS_ALWAYS_24H": ("false", "BOOLEAN"),
    "TIMESTAMP_INPUT_FORMAT": ("AUTO", "STRING"), "TIMESTAMP_LTZ_OUTPUT_FORMAT": ("", "STRING"),
    "TIMESTAMP_NTZ_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3", "STRING"),
    "TIMESTAMP_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM", "STRING"),
    "TIMESTAMP_TYPE_MAPPING": ("TIMESTAMP_NTZ", "STRING"), "TIMESTAMP_TZ_OUTPUT_FORMAT": ("", "STRING"),
    "TIMEZONE": ("America/Los_Angeles", "STRING"), "TIME_INPUT_FORMAT": ("AUTO", "STRING"),
    "TIME_OUTPUT_FORMAT": ("HH24:MI:SS", "STRING"), "TRACE_LEVEL": ("OFF", "STRING"),
    "TRANSACTION_ABORT_ON_ERROR": ("false", "BOOLEAN"),
    "TRANSACTION_DEFAULT_ISOLATION_LEVEL": ("READ COMMITTED", "STRING"),
    "TWO_DIGIT_CENTURY_START": ("1970", "NUMBER"), "UNSUPPORTED_DDL_ACTION": ("ignore", "STRING"),
    "USE_CACHED_RESULT": ("true", "BOOLEAN"), "WEEK_OF_YEAR_POLICY": ("0", "NUMBER"), "WEEK_START": ("0", "NUMBER"),
}  # fmt: skip
_CONDITION_FUNCTIONS = {"SYSTEM$GET_PREDECESSOR_RETURN_VALUE", "AND", "OR", "NOT", "IN"}


def read_options(options: dict[str, Any]) -> dict[str, Any]:
    """Check the options of CREATE and ALTER TASK.

    Raises: ProgrammingError 2 for an option that is not supported, 1008 for a value that it does not allow.
    """
    for key, value in options.items():
        if key not in _PLAIN and key not in SESSION_PARAMETERS:
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


def split_parameters(options: dict[str, Any]) -> dict[str, Any]:
    """Move session parameters into a dict of their own, `session_parameters`."""
    parameters = {k: v for k, v in options.items() if k in SESSION_PARAMETERS}
    return {k: v for k, v in options.items() if k not in parameters} | {"session_parameters": parameters}


def check_condition(text: str) -> str:
    """Return a WHEN condition. Raises: ProgrammingError (2) for functions beyond predecessors' return values."""
    tokens = tokenize(text)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        called = following is not None and following.text == "(" and token.kind == "word"
        if token.upper in ("SELECT", "SYSTEM$STREAM_HAS_DATA") or (called and token.upper not in _CONDITION_FUNCTIONS):
            raise not_supported(f"{token.text} in the WHEN of a task")
    return text


def show_rows(account: Account, tasks: list[CatalogObject]) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    """Return the columns and rows of SHOW TASKS."""
    timed = {"created_on", "last_committed_on", "last_suspended_on"}
    names = (
        "created_on", "name", "id", "database_name", "schema_name", "owner", "comment", "warehouse", "schedule",
        "predecessors", "state", "definition", "condition", "allow_overlapping_execution", "error_integration",
        "last_committed_on", "last_suspended_on", "owner_role_type", "config", "budget", "task_relations",
        "last_suspended_reason", "success_integration", "scheduling_mode", "target_completion_interval",
    )  # fmt: skip
    return [(n, "timestamp_ltz" if n in timed else "text") for n in names], [_row(account, t) for t in tasks]


def _row(account: Account, task: CatalogObject) -> tuple[Any, ...]:
    predecessors = list(task["predecessors"] or ())
    relations: dict[str, Any] = {"Predecessors": predecessors}
    if last := finalizer(account, task):
        relations["FinalizerTask"] = str(last.name)
    if task["finalize"]:
        relations["FinalizedRootTask"] = task["finalize"]
    overlapping = task["ALLOW_OVERLAPPING_EXECUTION"]
    is_root = not predecessors and not task["finalize"]
    return (
        task.created_on, task.name.name, task["id"], task.name.database, task.name.schema, task.owner, task.comment,
        task["WAREHOUSE"], task["SCHEDULE"], json.dumps(predecessors), task["state"], task["definition"],
        task["condition"], str(bool(overlapping)).lower() if is_root else "null", "null",
        _moment(task["last_committed_on"]), _moment(task["last_suspended_on"]), "ROLE", task["CONFIG"], None,
        json.dumps(relations), task["last_suspended_reason"], "null", None, None,
    )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
