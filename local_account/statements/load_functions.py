"""VALIDATE and COPY_HISTORY: what the loads of a table refused, and which files they brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakesnow import statement_type

from local_account.catalog.moments import given
from local_account.errors import invalid_value
from local_account.identifiers import Name
from local_account.queries.rewrite import table_function
from local_account.queries.rights import require_on_relation
from local_account.results import Result, table_result
from local_account.stages.load_history import LoadHistory

if TYPE_CHECKING:
    from local_account.session.session import Session

ERRORS = [
    ("ERROR", "text"), ("FILE", "text"), ("LINE", "fixed"), ("CHARACTER", "fixed"), ("BYTE_OFFSET", "fixed"),
    ("CATEGORY", "text"), ("CODE", "fixed"), ("SQL_STATE", "text"), ("COLUMN_NAME", "text"), ("ROW_NUMBER", "fixed"),
    ("ROW_START_LINE", "fixed"), ("REJECTED_RECORD", "text"),
]  # fmt: skip
_HISTORY_STATUS = {"LOADED": "Loaded", "LOAD_FAILED": "Load failed", "PARTIALLY_LOADED": "Partially loaded"}


@table_function("VALIDATE")
def validate(session: Session, table: str, **named: Any) -> Result:
    """Return the rows that a COPY INTO the table refused: TABLE(VALIDATE(t, JOB_ID => '_last' | '<query id>'))."""
    job = named.pop("job_id", None)
    if job is None or named:
        raise invalid_value("VALIDATE takes a table and JOB_ID => '_last' or a query id.")
    name = session.resolve(Name.parse(table))
    require_on_relation(session, "SELECT", name)
    return table_result(ERRORS, LoadHistory(session.connection, name).rejected(str(job)), statement_type.SELECT)


@table_function("COPY_HISTORY")
def copy_history(session: Session, **named: Any) -> Result:
    """Return one row a file loaded: TABLE(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => .., START_TIME => ..))."""
    if "table_name" not in named or "start_time" not in named:
        raise invalid_value("COPY_HISTORY needs TABLE_NAME and START_TIME.")
    name = session.resolve(Name.parse(str(named["table_name"])))
    require_on_relation(session, "SELECT", name)
    start, end = (given(named.get(key)) for key in ("start_time", "end_time"))
    rows = []
    for f in LoadHistory(session.connection, name).copies():
        if (start and f["loaded_at"] < start) or (end and f["loaded_at"] > end):
            continue
        rows.append((
            f["file_name"], f["stage"], f["loaded_at"], f["row_count"], f["row_parsed"], f["size"], f["first_error"],
            f["first_error_line"], f["first_error_character"], f["first_error_column"], f["error_count"],
            f["error_limit"], _HISTORY_STATUS[f["status"]], name.database, name.schema, name.name, None, None, None,
            None, f["query_id"],
        ))  # fmt: skip
    columns = [
        ("FILE_NAME", "text"), ("STAGE_LOCATION", "text"), ("LAST_LOAD_TIME", "timestamp_ltz"), ("ROW_COUNT", "fixed"),
        ("ROW_PARSED", "fixed"), ("FILE_SIZE", "fixed"), ("FIRST_ERROR_MESSAGE", "text"),
        ("FIRST_ERROR_LINE_NUMBER", "fixed"), ("FIRST_ERROR_CHARACTER_POS", "fixed"),
        ("FIRST_ERROR_COLUMN_NAME", "text"), ("ERROR_COUNT", "fixed"), ("ERROR_LIMIT", "fixed"), ("STATUS", "text"),
        ("TABLE_CATALOG_NAME", "text"), ("TABLE_SCHEMA_NAME", "text"), ("TABLE_NAME", "text"),
        ("PIPE_CATALOG_NAME", "text"), ("PIPE_SCHEMA_NAME", "text"), ("PIPE_NAME", "text"),
        ("PIPE_RECEIVED_TIME", "timestamp_ltz"), ("QUERY_ID", "text"),
    ]  # fmt: skip
    return table_result(columns, rows, statement_type.SELECT)
