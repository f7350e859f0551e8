"""Snowflake's client protocol: bindings in, results and errors out, as the drivers expect them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from fakesnow.arrow import to_ipc, to_sf
from fakesnow.converter import from_binding
from fakesnow.statement_type import COPY, DELETE, DML_TYPE_IDS, INSERT, MERGE, UPDATE

from local_account.errors import errno_of, message_of, sqlstate_of
from local_account.results import status_result

if TYPE_CHECKING:
    from snowflake.connector.errors import Error

    from local_account.results import Result
    from local_account.server.pieces import ResultPieces
    from local_account.session.session import Session

QUERY_IN_PROGRESS = "333333"
QUERY_IN_PROGRESS_ASYNC = "333334"
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - TIMESTAMP_NTZ has no zone
_ZERO_SHIFT = 1440  # what drivers send for UTC, in minutes


def bindings(sent: dict[str, Any] | None) -> tuple[list[Any], list[list[Any]] | None]:
    """Return (values of one execution, None), or ([], rows of values) where the client bound arrays."""
    if not sent:
        return [], None
    ordered = [sent[key] for key in sorted(sent, key=lambda k: int(k) if k.isdigit() else 0)]
    if any(isinstance(b["value"], list) for b in ordered):
        columns = [[None if v is None else _value(b["type"], v) for v in b["value"]] for b in ordered]
        return [], [list(row) for row in zip(*columns, strict=True)]
    return [None if b["value"] is None else _value(b["type"], b["value"]) for b in ordered], None


def _value(kind: str, value: str) -> Any:
    """Return a bound value in Python's type for it.

    Args:
        kind: Snowflake's type, as drivers name it.
        value: its text: numbers in digits, dates in milliseconds, times and timestamps in nanoseconds since 1970.
    """
    match kind:
        case "FIXED" if "." in value or "E" in value.upper():
            return Decimal(value)
        case "REAL":
            return float(value)
        case "TIMESTAMP_NTZ":
            return _moment(value)
        case "TIMESTAMP_LTZ":
            return _moment(value).replace(tzinfo=UTC)
        case "TIMESTAMP_TZ":
            nanoseconds, _, shift = value.partition(" ")
            at = _moment(nanoseconds).replace(tzinfo=UTC)
            return at.astimezone(timezone(timedelta(minutes=int(shift) - _ZERO_SHIFT))) if shift else at
    return from_binding({"type": kind, "value": value})


def _moment(nanoseconds: str) -> datetime:
    return _EPOCH + timedelta(microseconds=int(nanoseconds) // 1000)


def answer(session: Session, result: Result, pieces: ResultPieces | None = None) -> dict[str, Any]:
    """Build the answer to a query: the rows as Arrow, or as JSON for what changed rows.

    Args:
        session: whose client is answered.
        result: the rows.
        pieces: where a large result is kept, of which the answer then holds the beginning.
    """
    if result.put is not None:
        return {"success": True, "data": result.put | {"queryId": result.query_id}}
    data: dict[str, Any] = {
        "parameters": session_parameters(session),
        "rowtype": result.rowtype,
        "total": result.arrow.num_rows,
        "returned": result.arrow.num_rows,
        "queryId": result.query_id,
        "statementTypeId": result.statement_type,
        "finalDatabaseName": session.database,
        "finalSchemaName": session.schema,
        "finalRoleName": session.role,
        "finalWarehouseName": session.warehouse,
        "numberOfBinds": 0,
        "version": 1,
    }
    if result.statement_type in DML_TYPE_IDS:
        data |= {"queryResultFormat": "json", "rowset": json_rows(result), "stats": dml_stats(result)}
    else:
        first, others = pieces.divide(result, session.session_id) if pieces else (result, [])
        data |= {"queryResultFormat": "arrow", "rowsetBase64": b64encode(arrow_stream(first)).decode()}
        if others:
            data |= {"chunks": others, "chunkHeaders": {}}
        if result.statement_type == COPY and result.affected is not None:
            data["stats"] = {"numRowsInserted": result.affected}
    return {"success": True, "code": None, "message": None, "data": data}


def answers(session: Session, results: list[Result], query_id: str) -> dict[str, Any]:
    """Build the answer to a request of several statements: a sentence, and the ids of their results."""
    whole = status_result("Multiple statements executed successfully.")
    built = answer(session, replace(whole, query_id=query_id))
    built["data"] |= {
        "resultIds": ",".join(result.query_id for result in results),
        "resultTypes": ",".join(str(result.statement_type) for result in results),
    }
    return built


def arrow_stream(result: Result) -> pa.Buffer:
    """Write the rows as an Arrow stream with Snowflake's metadata; without rows it is empty, as on Snowflake.

    Clients make the empty table of the row types then; of a stream without batches they would not know the columns.
    """
    if not result.arrow.num_rows:
        return pa.py_buffer(b"")
    numbered = result.arrow.rename_columns([str(i) for i in range(len(result.rowtype))])
    converted = to_sf(numbered, result.rowtype).rename_columns(result.names)
    for index, info in enumerate(result.rowtype):
        if info["type"].startswith("timestamp"):
            converted = _with_timestamps(converted, index, info["type"], result.arrow.column(index))
    return to_ipc(converted)


def _with_timestamps(table: pa.Table, index: int, kind: str, original: pa.ChunkedArray) -> pa.Table:
    """Mark NULL among timestamps, which fakesnow sends as 1970; TIMESTAMP_LTZ has two fields, without a time zone."""
    column = table.column(index).combine_chunks()
    if not pa.types.is_struct(column.type):
        return table
    fields = [f for f in column.type if kind != "timestamp_ltz" or f.name != "timezone"]
    nulls = original.combine_chunks().is_null()
    array = pa.StructArray.from_arrays([column.field(f.name) for f in fields], fields=fields, mask=nulls)
    field = table.schema.field(index).with_type(array.type).with_nullable(True)
    return table.set_column(index, field, array)


def json_rows(result: Result) -> list[list[str | None]]:
    """Return the rows as JSON's text values."""
    return [[None if v is None else str(v) for v in row] for row in result.rows()]


def dml_stats(result: Result) -> dict[str, int]:
    """Return what `cursor.stats` shows: rows inserted, updated, deleted."""
    counts = {"numRowsInserted": 0, "numRowsUpdated": 0, "numRowsDeleted": 0, "numDmlDuplicates": 0}
    names = {INSERT: "numRowsInserted", UPDATE: "numRowsUpdated", DELETE: "numRowsDeleted"}
    if result.statement_type in names:
        counts[names[result.statement_type]] = result.affected or 0
    elif result.statement_type == MERGE and result.arrow.num_rows:
        for name, value in zip(result.names, result.rows()[0], strict=True):
            if key := {"inserted": "numRowsInserted", "updated": "numRowsUpdated", "deleted": "numRowsDeleted"}.get(
                name.rsplit(" ", 1)[-1]
            ):
                counts[key] = int(value)
    return counts


def failure(error: Error, query_id: str | None = None) -> dict[str, Any]:
    """Build the answer to a statement that failed."""
    code = f"{errno_of(error):06d}"
    return {
        "success": False,
        "code": code,
        "message": message_of(error),
        "data": {
            "errorCode": code,
            "sqlState": sqlstate_of(error),
            "queryId": query_id or error.sfqid,
            "internalError": False,
            "type": "COMPILATION",
        },
    }


def session_parameters(session: Session) -> list[dict[str, Any]]:
    """Return the parameters that drivers read."""
    return [
        {"name": "AUTOCOMMIT", "value": session.autocommit},
        {"name": "TIMEZONE", "value": "Etc/UTC"},
        {"name": "CLIENT_SESSION_KEEP_ALIVE", "value": False},
        {"name": "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY", "value": 3600},
        {"name": "CLIENT_RESULT_CHUNK_SIZE", "value": 160},
        {"name": "CLIENT_PREFETCH_THREADS", "value": 4},
        # Zero keeps array bindings inside the request; there is no stage to put them on.
        {"name": "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", "value": 0},
        {"name": "CLIENT_TELEMETRY_ENABLED", "value": False},
        {"name": "QUERY_CONTEXT_CACHE_SIZE", "value": 5},
        {"name": "BINARY_OUTPUT_FORMAT", "value": "HEX"},
        {"name": "DATE_OUTPUT_FORMAT", "value": "YYYY-MM-DD"},
        {"name": "TIME_OUTPUT_FORMAT", "value": "HH24:MI:SS"},
        {"name": "TIMESTAMP_OUTPUT_FORMAT", "value": "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"},
        {"name": "TIMESTAMP_NTZ_OUTPUT_FORMAT", "value": "YYYY-MM-DD HH24:MI:SS.FF3"},
        {"name": "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT", "value": "ARROW"},
        {"name": "GO_QUERY_RESULT_FORMAT", "value": "ARROW"},
    ]
