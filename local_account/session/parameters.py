"""Session and object parameters: what may be set, with its default and type, and where a value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import Task
from local_account.errors import invalid_value
from local_account.session.session import containers

if TYPE_CHECKING:
    from local_account.identifiers import Name
    from local_account.session.session import Session


@dataclass(frozen=True)
class Parameter:
    """One parameter: its default (as text), type, and the kinds of objects that SHOW PARAMETERS lists it for."""

    default: str
    kind: str
    scopes: tuple[str, ...]


_CONTAINERS = ("ACCOUNT", "DATABASE", "SCHEMA")
_DATA = (*_CONTAINERS, "TABLE")
_TASK = (*_CONTAINERS, "TASK")
_CODE = (*_CONTAINERS, "PROCEDURE")
_SESSION = ("SESSION", "ACCOUNT", "USER", "TASK")
_COMPUTE = (*_SESSION, "WAREHOUSE")


def _declared(scopes: tuple[str, ...], **defaults: object) -> dict[str, Parameter]:
    """Declare parameters of one scope; the type follows from the default."""
    kinds: dict[type, str] = {bool: "BOOLEAN", int: "NUMBER", str: "STRING"}
    return {key: Parameter(_text(value), kinds[type(value)], scopes) for key, value in defaults.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


PARAMETERS: dict[str, Parameter] = {
    **_declared(("SESSION",), CLIENT_APP_ID=""),
    **_declared(("SESSION", "ACCOUNT", "USER"), PYTHON_CONNECTOR_QUERY_RESULT_FORMAT="ARROW"),
    **_declared(
        _SESSION,
        ABORT_DETACHED_QUERY=False, AUTOCOMMIT=True, BINARY_INPUT_FORMAT="HEX", BINARY_OUTPUT_FORMAT="HEX",
        CLIENT_MEMORY_LIMIT=1536, CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX=False, CLIENT_PREFETCH_THREADS=4,
        CLIENT_RESULT_CHUNK_SIZE=160, CLIENT_RESULT_COLUMN_CASE_INSENSITIVE=False, CLIENT_SESSION_KEEP_ALIVE=False,
        CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY=3600, CLIENT_TIMESTAMP_TYPE_MAPPING="TIMESTAMP_LTZ",
        DATE_INPUT_FORMAT="AUTO", DATE_OUTPUT_FORMAT="YYYY-MM-DD", ENABLE_UNLOAD_PHYSICAL_TYPE_OPTIMIZATION=True,
        ERROR_ON_NONDETERMINISTIC_MERGE=True, ERROR_ON_NONDETERMINISTIC_UPDATE=False,
        GEOGRAPHY_OUTPUT_FORMAT="GeoJSON", GEOMETRY_OUTPUT_FORMAT="GeoJSON", JDBC_TREAT_TIMESTAMP_NTZ_AS_UTC=False,
        JDBC_USE_SESSION_TIMEZONE=True, JSON_INDENT=2, LOCK_TIMEOUT=43200, MULTI_STATEMENT_COUNT=1,
        NOORDER_SEQUENCE_AS_DEFAULT=True, ODBC_TREAT_DECIMAL_AS_INT=False, QUERY_TAG="", ROWS_PER_RESULTSET=0,
        S3_STAGE_VPCE_DNS_NAME="", SEARCH_PATH="$current, $public", STRICT_JSON_OUTPUT=False,
        TIMESTAMP_DAY_IS_ALWAYS_24H=False, TIMESTAMP_INPUT_FORMAT="AUTO", TIMESTAMP_LTZ_OUTPUT_FORMAT="",
        TIMESTAMP_NTZ_OUTPUT_FORMAT="YYYY-MM-DD HH24:MI:SS.FF3",
        TIMESTAMP_OUTPUT_FORMAT="YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM", TIMESTAMP_TYPE_MAPPING="TIMESTAMP_NTZ",
        TIMESTAMP_TZ_OUTPUT_FORMAT="", TIMEZONE="Etc/UTC", TIME_INPUT_FORMAT="AUTO", TIME_OUTPUT_FORMAT="HH24:MI:SS",
        TRANSACTION_ABORT_ON_ERROR=False, TRANSACTION_DEFAULT_ISOLATION_LEVEL="READ COMMITTED",
        TWO_DIGIT_CENTURY_START=1970, UNSUPPORTED_DDL_ACTION="ignore", USE_CACHED_RESULT=True,
        WEEK_OF_YEAR_POLICY=0, WEEK_START=0,
    ),
    **_declared((*_SESSION, "DATABASE", "SCHEMA"), QUOTED_IDENTIFIERS_IGNORE_CASE=False),
    **_declared(
        (*_SESSION, "DATABASE", "SCHEMA", "TABLE", "PROCEDURE"), LOG_LEVEL="OFF", METRIC_LEVEL="NONE", TRACE_LEVEL="OFF"
    ),
    **_declared(_COMPUTE, STATEMENT_QUEUED_TIMEOUT_IN_SECONDS=0, STATEMENT_TIMEOUT_IN_SECONDS=172800),
    **_declared(("ACCOUNT", "WAREHOUSE"), MAX_CONCURRENCY_LEVEL=8),
    **_declared(_DATA, DATA_RETENTION_TIME_IN_DAYS=1, MAX_DATA_EXTENSION_TIME_IN_DAYS=14, DEFAULT_DDL_COLLATION=""),
    **_declared(
        _CONTAINERS,
        CATALOG="", EXTERNAL_VOLUME="", REPLACE_INVALID_CHARACTERS=False, STORAGE_SERIALIZATION_POLICY="OPTIMIZED",
    ),
    **_declared(_CODE, ENABLE_CONSOLE_OUTPUT=False),
    **_declared(("ACCOUNT", "SCHEMA"), PIPE_EXECUTION_PAUSED=False),
    **_declared(
        _TASK,
        SERVERLESS_TASK_MAX_STATEMENT_SIZE="X2LARGE", SERVERLESS_TASK_MIN_STATEMENT_SIZE="XSMALL",
        SUSPEND_TASK_AFTER_NUM_FAILURES=10, TASK_AUTO_RETRY_ATTEMPTS=0,
        USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE="Medium", USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS=30,
        USER_TASK_TIMEOUT_MS=3600000,
    ),
}  # fmt: skip
SCOPES = frozenset(scope for parameter in PARAMETERS.values() for scope in parameter.scopes)
# Parameters whose other values would change what queries return; the data plane knows only these.
_FIXED = {
    "QUOTED_IDENTIFIERS_IGNORE_CASE": ("FALSE",),
    "TIMEZONE": ("UTC", "ETC/UTC"),
    "TIMESTAMP_TYPE_MAPPING": ("TIMESTAMP_NTZ",),
    "WEEK_START": ("0", "1"),
    "WEEK_OF_YEAR_POLICY": ("0",),
    "MULTI_STATEMENT_COUNT": ("1",),
    "BINARY_INPUT_FORMAT": ("HEX",),
    "BINARY_OUTPUT_FORMAT": ("HEX",),
    "DATE_INPUT_FORMAT": ("AUTO",),
    "DATE_OUTPUT_FORMAT": ("YYYY-MM-DD", "AUTO"),
    "TIME_INPUT_FORMAT": ("AUTO",),
    "TIME_OUTPUT_FORMAT": ("HH24:MI:SS", "AUTO"),
    "TIMESTAMP_INPUT_FORMAT": ("AUTO",),
    "TIMESTAMP_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM", "AUTO"),
    "TIMESTAMP_NTZ_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3", "AUTO"),
    "TIMESTAMP_LTZ_OUTPUT_FORMAT": ("", "AUTO", "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"),
    "TIMESTAMP_TZ_OUTPUT_FORMAT": ("", "AUTO", "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"),
    "ERROR_ON_NONDETERMINISTIC_MERGE": ("TRUE",),
    "TRANSACTION_ABORT_ON_ERROR": ("FALSE",),
    "TWO_DIGIT_CENTURY_START": ("1970",),
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


def _is_value(key: str, text: str) -> bool:
    """Tell whether Snowflake knows a value of a parameter, as far as that is known here."""
    match key:
        case "TIMEZONE":
            return text.upper() == "UTC" or text in available_timezones()
        case "TIMESTAMP_TYPE_MAPPING":
            return text.upper() in ("TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ")
    return True


def set_session(session: Session, key: str, value: Any) -> None:
    """Set a session parameter. Raises: ProgrammingError for an unknown one, or a value that is not supported."""
    key = checked(key)
    text = str(value).upper()
    if not _is_value(key, str(value)):
        raise invalid_value(f"invalid value [{value}] for parameter '{key}'")
    if key in _FIXED and text not in _FIXED[key]:
        allowed = " or ".join(found for found in _FIXED[key] if found)
        raise invalid_value(f"{key} = {value} is not supported by the local account; it is always {allowed}.")
    if key == "QUERY_TAG" and len(str(value)) > _TAG_LENGTH:
        raise invalid_value(f"QUERY_TAG may have at most {_TAG_LENGTH} characters.")
    if key == "AUTOCOMMIT":
        session.commit()  # as Snowflake does, whatever the value was
        session.autocommit = text == "TRUE"
    session.parameters[key] = value


def settable(scope: str) -> frozenset[str]:
    """Return the parameters that can be set on a kind of object."""
    return frozenset(key for key, parameter in PARAMETERS.items() if scope in parameter.scopes)


def rows(session: Session, scope: str, name: Name) -> list[tuple[str, str, str, str, str, str]]:
    """Return SHOW PARAMETERS' rows (key, value, default, level, description, type) for a session or an object.

    A value that the object does not set itself is its schema's or database's; the level says whose it is.
    """
    levels = [("SESSION", session.parameters)] if scope == "SESSION" else _levels(session, scope, name)
    found = []
    for key, parameter in sorted(PARAMETERS.items()):
        if scope not in parameter.scopes:
            continue
        set_on = [(level, values[key]) for level, values in levels if values.get(key) is not None]
        level, value = set_on[0] if set_on else ("", parameter.default)
        found.append((key, _text(value), parameter.default, level, "", parameter.kind))
    return found


def _levels(session: Session, scope: str, name: Name) -> list[tuple[str, dict[str, Any]]]:
    """Return what is set on an object and on the containers around it, the object first."""
    if scope == "ACCOUNT":
        return []
    catalog = session.account.catalog
    item = catalog.get(scope, name)
    own = item.settings() | (item.session_parameters if isinstance(item, Task) else {})
    around = [(kind, catalog.get(kind, container).settings()) for kind, container in reversed(containers(name))]
    return [(scope, own), *around]
