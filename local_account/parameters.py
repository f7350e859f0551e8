"""Session and object parameters: what may be set, with its default and type, and where a value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import ProgrammingError

from local_account.errors import invalid_value

if TYPE_CHECKING:
    from local_account.parsing import Name
    from local_account.session import Session

SCOPES = ("SESSION", "ACCOUNT", "USER", "WAREHOUSE", "DATABASE", "SCHEMA", "TASK", "TABLE")


@dataclass(frozen=True)
class Parameter:
    """One parameter: its default (as text), type, and the kinds of objects that SHOW PARAMETERS lists it for."""

    default: str
    kind: str
    scopes: tuple[str, ...] = ("SESSION", "ACCOUNT", "USER")


_DATA = ("ACCOUNT", "DATABASE", "SCHEMA", "TABLE")
_TASK = ("ACCOUNT", "DATABASE", "SCHEMA", "TASK")
_SESSION_TASK = ("SESSION", "ACCOUNT", "USER", "TASK")
PARAMETERS: dict[str, Parameter] = {
    "ABORT_DETACHED_QUERY": Parameter("false", "BOOLEAN", _SESSION_TASK),
    "AUTOCOMMIT": Parameter("true", "BOOLEAN", _SESSION_TASK),
    "BINARY_OUTPUT_FORMAT": Parameter("HEX", "STRING", _SESSION_TASK),
    "CLIENT_APP_ID": Parameter("", "STRING", ("SESSION",)),
    "CLIENT_PREFETCH_THREADS": Parameter("4", "NUMBER"),
    "CLIENT_RESULT_CHUNK_SIZE": Parameter("160", "NUMBER"),
    "CLIENT_SESSION_KEEP_ALIVE": Parameter("false", "BOOLEAN"),
    "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY": Parameter("3600", "NUMBER"),
    "CLIENT_TIMESTAMP_TYPE_MAPPING": Parameter("TIMESTAMP_LTZ", "STRING"),
    "DATE_OUTPUT_FORMAT": Parameter("YYYY-MM-DD", "STRING", _SESSION_TASK),
    "DATE_INPUT_FORMAT": Parameter("AUTO", "STRING", _SESSION_TASK),
    "ERROR_ON_NONDETERMINISTIC_MERGE": Parameter("true", "BOOLEAN", _SESSION_TASK),
    "JSON_INDENT": Parameter("2", "NUMBER", _SESSION_TASK),
    "LOCK_TIMEOUT": Parameter("43200", "NUMBER", _SESSION_TASK),
    "MULTI_STATEMENT_COUNT": Parameter("1", "NUMBER", _SESSION_TASK),
    "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": Parameter("ARROW", "STRING"),
    "QUERY_TAG": Parameter("", "STRING", _SESSION_TASK),
    "QUOTED_IDENTIFIERS_IGNORE_CASE": Parameter("false", "BOOLEAN", _SESSION_TASK),
    "ROWS_PER_RESULTSET": Parameter("0", "NUMBER", _SESSION_TASK),
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": Parameter("0", "NUMBER", (*_SESSION_TASK, "WAREHOUSE")),
    "STATEMENT_TIMEOUT_IN_SECONDS": Parameter("172800", "NUMBER", (*_SESSION_TASK, "WAREHOUSE")),
    "MAX_CONCURRENCY_LEVEL": Parameter("8", "NUMBER", ("ACCOUNT", "WAREHOUSE")),
    "TIMEZONE": Parameter("Etc/UTC", "STRING", _SESSION_TASK),
    "TIMESTAMP_OUTPUT_FORMAT": Parameter("YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM", "STRING", _SESSION_TASK),
    "TIMESTAMP_TYPE_MAPPING": Parameter("TIMESTAMP_NTZ", "STRING", _SESSION_TASK),
    "TRANSACTION_ABORT_ON_ERROR": Parameter("false", "BOOLEAN", _SESSION_TASK),
    "TWO_DIGIT_CENTURY_START": Parameter("1970", "NUMBER", _SESSION_TASK),
    "USE_CACHED_RESULT": Parameter("true", "BOOLEAN", _SESSION_TASK),
    "WEEK_OF_YEAR_POLICY": Parameter("0", "NUMBER", _SESSION_TASK),
    "WEEK_START": Parameter("0", "NUMBER", _SESSION_TASK),
    "DATA_RETENTION_TIME_IN_DAYS": Parameter("1", "NUMBER", _DATA),
    "MAX_DATA_EXTENSION_TIME_IN_DAYS": Parameter("14", "NUMBER", _DATA),
    "DEFAULT_DDL_COLLATION": Parameter("", "STRING", _DATA),
    "LOG_LEVEL": Parameter("OFF", "STRING", (*_DATA, "TASK", "SESSION")),
    "TRACE_LEVEL": Parameter("OFF", "STRING", (*_DATA, "TASK", "SESSION")),
    "SUSPEND_TASK_AFTER_NUM_FAILURES": Parameter("10", "NUMBER", _TASK),
    "TASK_AUTO_RETRY_ATTEMPTS": Parameter("0", "NUMBER", _TASK),
    "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE": Parameter("Medium", "STRING", _TASK),
    "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS": Parameter("30", "NUMBER", _TASK),
    "USER_TASK_TIMEOUT_MS": Parameter("3600000", "NUMBER", _TASK),
}
# Parameters whose other values would change what queries return; the data plane knows only these.
_FIXED = {
    "QUOTED_IDENTIFIERS_IGNORE_CASE": ("FALSE",),
    "TIMEZONE": ("UTC", "ETC/UTC"),
    "TIMESTAMP_TYPE_MAPPING": ("TIMESTAMP_NTZ",),
    "WEEK_START": ("0", "1"),
    "WEEK_OF_YEAR_POLICY": ("0",),
    "MULTI_STATEMENT_COUNT": ("1",),
}
_TAG_LENGTH = 2000


def checked(key: str) -> str:
    """Return a session parameter's name. Raises: ProgrammingError (1006) for an unknown one."""
    found = PARAMETERS.get(key.upper())
    if found is None or "SESSION" not in found.scopes:
        raise ProgrammingError(
            msg=f"SQL compilation error:\ninvalid property '{key.upper()}' for 'SESSION'", errno=1006, sqlstate="42601"
        )
    return key.upper()


def set_session(session: Session, key: str, value: Any) -> None:
    """Set a session parameter. Raises: ProgrammingError for an unknown one, or a value that is not supported."""
    key = checked(key)
    text = str(value).upper()
    if key in _FIXED and text not in _FIXED[key]:
        allowed = " or ".join(_FIXED[key])
        raise invalid_value(f"{key} = {value} is not supported by the local account; it is always {allowed}.")
    if key == "QUERY_TAG" and len(str(value)) > _TAG_LENGTH:
        raise invalid_value(f"QUERY_TAG may have at most {_TAG_LENGTH} characters.")
    if key == "AUTOCOMMIT":
        session.autocommit = text == "TRUE"
    session.parameters[key] = value


def rows(session: Session, scope: str, name: Name | None) -> list[tuple[str, str, str, str, str, str]]:
    """Return SHOW PARAMETERS' rows (key, value, default, level, description, type) for a session or an object."""
    values: dict[str, Any] = {}
    if scope == "SESSION":
        values = session.parameters
    elif scope != "ACCOUNT" and name is not None:
        resolved = session.resolve(name, scope)
        values = session.account.catalog.get(scope, resolved).properties
    found = []
    for key, parameter in sorted(PARAMETERS.items()):
        if scope not in parameter.scopes:
            continue
        value = values.get(key)
        level = "" if value is None else scope
        found.append((key, _text(parameter.default if value is None else value), parameter.default, level, "",
                      parameter.kind))  # fmt: skip
    return found


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
