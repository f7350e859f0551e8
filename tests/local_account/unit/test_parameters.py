"""Session parameters: which can be set, to what, and which other values are refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.session.parameters import PARAMETERS, checked, set_session, settable


def session() -> Any:
    commits: list[bool] = []
    found = SimpleNamespace(parameters={}, autocommit=True, commits=commits)
    found.commit = lambda: commits.append(found.autocommit)
    return found


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("TIMEZONE", "utc"), ("timezone", "Etc/UTC"), ("WEEK_START", 1), ("WEEK_START", 0), ("QUERY_TAG", "x" * 2000),
        ("JSON_INDENT", 4), ("MULTI_STATEMENT_COUNT", 1),
    ],
)  # fmt: skip
def test_a_value_is_kept_under_its_name(key: str, value: Any) -> None:
    found = session()
    set_session(found, key, value)
    assert found.parameters == {key.upper(): value}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("TIMEZONE", "Europe/Berlin", "always UTC or ETC/UTC"),
        ("WEEK_START", 2, "always 0 or 1"),
        ("QUERY_TAG", "x" * 2001, "at most 2000 characters"),
        ("NO_SUCH_THING", 1, "invalid property 'NO_SUCH_THING' for 'SESSION'"),
        ("DATA_RETENTION_TIME_IN_DAYS", 1, "invalid property"),  # of objects, not of sessions
    ],
)
def test_another_value_is_refused_and_changes_nothing(key: str, value: Any, message: str) -> None:
    found = session()
    with pytest.raises(ProgrammingError, match=message):
        set_session(found, key, value)
    assert found.parameters == {}


@pytest.mark.parametrize(("value", "on"), [(False, False), (True, True), ("false", False), ("TRUE", True)])
def test_autocommit_is_the_session_s_and_ends_what_was_open(value: Any, on: bool) -> None:
    found = session()
    set_session(found, "autocommit", value)
    assert found.autocommit is on
    assert found.commits == [True]  # before it changes


def test_each_scope_has_its_parameters() -> None:
    assert checked("query_tag") == "QUERY_TAG"
    assert "DATA_RETENTION_TIME_IN_DAYS" in settable("TABLE")
    assert "QUERY_TAG" not in settable("TABLE")
    assert "STATEMENT_TIMEOUT_IN_SECONDS" in settable("WAREHOUSE")
    assert {PARAMETERS[k].kind for k in ("AUTOCOMMIT", "JSON_INDENT", "QUERY_TAG")} == {"BOOLEAN", "NUMBER", "STRING"}
    assert PARAMETERS["AUTOCOMMIT"].default == "true"


# As https://docs.snowflake.com/en/sql-reference/parameters documents them, by the first of their scopes.
DOCUMENTED = {
    "SESSION": {
        "ABORT_DETACHED_QUERY": "false", "AUTOCOMMIT": "true", "BINARY_INPUT_FORMAT": "HEX",
        "CLIENT_MEMORY_LIMIT": "1536", "CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX": "false",
        "CLIENT_PREFETCH_THREADS": "4", "CLIENT_RESULT_CHUNK_SIZE": "160",
        "CLIENT_RESULT_COLUMN_CASE_INSENSITIVE": "false", "CLIENT_SESSION_KEEP_ALIVE": "false",
        "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY": "3600", "DATE_OUTPUT_FORMAT": "YYYY-MM-DD",
        "ENABLE_UNLOAD_PHYSICAL_TYPE_OPTIMIZATION": "true", "ERROR_ON_NONDETERMINISTIC_MERGE": "true",
        "ERROR_ON_NONDETERMINISTIC_UPDATE": "false", "JDBC_TREAT_TIMESTAMP_NTZ_AS_UTC": "false",
        "JDBC_USE_SESSION_TIMEZONE": "true", "JSON_INDENT": "2", "LOCK_TIMEOUT": "43200",
        "MULTI_STATEMENT_COUNT": "1", "NOORDER_SEQUENCE_AS_DEFAULT": "true", "ODBC_TREAT_DECIMAL_AS_INT": "false",
        "QUERY_TAG": "", "QUOTED_IDENTIFIERS_IGNORE_CASE": "false", "ROWS_PER_RESULTSET": "0",
        "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": "0", "STATEMENT_TIMEOUT_IN_SECONDS": "172800",
        "STRICT_JSON_OUTPUT": "false", "TIMESTAMP_DAY_IS_ALWAYS_24H": "false",
        "TIMESTAMP_TYPE_MAPPING": "TIMESTAMP_NTZ",
        "TRANSACTION_ABORT_ON_ERROR": "false", "TWO_DIGIT_CENTURY_START": "1970", "USE_CACHED_RESULT": "true",
        "WEEK_OF_YEAR_POLICY": "0", "WEEK_START": "0", "LOG_LEVEL": "OFF",
    },
    "WAREHOUSE": {
        "MAX_CONCURRENCY_LEVEL": "8", "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": "0",
        "STATEMENT_TIMEOUT_IN_SECONDS": "172800",
    },
    "TABLE": {
        "DATA_RETENTION_TIME_IN_DAYS": "1", "MAX_DATA_EXTENSION_TIME_IN_DAYS": "14", "DEFAULT_DDL_COLLATION": "",
        "LOG_LEVEL": "OFF", "METRIC_LEVEL": "NONE", "TRACE_LEVEL": "OFF",
    },
    "SCHEMA": {
        "REPLACE_INVALID_CHARACTERS": "false", "STORAGE_SERIALIZATION_POLICY": "OPTIMIZED",
        "ENABLE_CONSOLE_OUTPUT": "false", "PIPE_EXECUTION_PAUSED": "false", "DATA_RETENTION_TIME_IN_DAYS": "1",
        "QUOTED_IDENTIFIERS_IGNORE_CASE": "false",
    },
    "TASK": {
        "SUSPEND_TASK_AFTER_NUM_FAILURES": "10", "TASK_AUTO_RETRY_ATTEMPTS": "0", "USER_TASK_TIMEOUT_MS": "3600000",
        "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS": "30", "SERVERLESS_TASK_MAX_STATEMENT_SIZE": "X2LARGE",
        "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE": "Medium", "WEEK_START": "0",
    },
}  # fmt: skip


@pytest.mark.parametrize("scope", DOCUMENTED)
def test_a_parameter_has_its_documented_default(scope: str) -> None:
    found = {key: parameter.default for key, parameter in PARAMETERS.items() if scope in parameter.scopes}
    assert {key: found.get(key) for key in DOCUMENTED[scope]} == DOCUMENTED[scope]


@pytest.mark.parametrize("scope", DOCUMENTED)
def test_a_parameter_of_a_scope_can_be_set_there(scope: str) -> None:
    assert settable(scope) >= set(DOCUMENTED[scope])
    assert "DATA_RETENTION_TIME_IN_DAYS" not in settable("SESSION")
    assert "MAX_CONCURRENCY_LEVEL" not in settable("TABLE")


def test_another_parameter_has_snowflakes_code() -> None:
    with pytest.raises(ProgrammingError) as error:
        checked("no_such_thing")
    assert (error.value.errno, error.value.sqlstate) == (1006, "42601")
