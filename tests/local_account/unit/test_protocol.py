"""What the protocol says: bound values in Python's types, counts of changed rows, and errors by their numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from fakesnow.statement_type import DELETE, INSERT, MERGE, SELECT, UPDATE
from snowflake.connector.errors import ProgrammingError

from local_account.server.protocol import arrow_stream, bindings, dml_stats, failure, json_rows

NOON = datetime(2024, 2, 29, 12, 0, 0, 500_000, tzinfo=UTC)
NANOSECONDS = str(int(NOON.timestamp() * 1_000_000) * 1000)


@pytest.mark.parametrize(
    ("kind", "sent", "value"),
    [
        ("FIXED", "7", 7),
        ("FIXED", "7.50", Decimal("7.50")),
        ("FIXED", "1e3", Decimal("1e3")),
        ("REAL", "7", 7.0),
        ("TEXT", "7", "7"),
        ("TIMESTAMP_NTZ", NANOSECONDS, NOON.replace(tzinfo=None)),
        ("TIMESTAMP_LTZ", NANOSECONDS, NOON),
        ("TIMESTAMP_TZ", f"{NANOSECONDS} 1440", NOON),
        ("TIMESTAMP_TZ", f"{NANOSECONDS} 1500", NOON.astimezone(timezone(timedelta(hours=1)))),
        ("TIMESTAMP_TZ", NANOSECONDS, NOON),
        ("TEXT", None, None),
    ],
)
def test_a_bound_value(kind: str, sent: str | None, value: object) -> None:
    ((found,), rows) = bindings({"1": {"type": kind, "value": sent}})
    assert (found, type(found), rows) == (value, type(value), None)
    if isinstance(value, datetime):
        assert isinstance(found, datetime)
        assert found.utcoffset() == value.utcoffset()


def test_values_come_in_the_order_of_their_numbers() -> None:
    sent = {str(n): {"type": "FIXED", "value": str(n)} for n in (10, 2, 1)}
    assert bindings(sent) == ([1, 2, 10], None)
    assert bindings(None) == ([], None)
    assert bindings({}) == ([], None)


def test_arrays_are_rows_of_values() -> None:
    sent = {"1": {"type": "FIXED", "value": ["1", None]}, "2": {"type": "TEXT", "value": ["a", "b"]}}
    assert bindings(sent) == ([], [[1, "a"], [None, "b"]])


def result(kind: int, affected: int | None = None, **columns: list[Any]) -> Any:
    table = pa.table(columns) if columns else pa.table({"x": []})
    return SimpleNamespace(
        statement_type=kind, affected=affected, arrow=table, names=table.column_names, rowtype=[],
        rows=lambda: [tuple(row.values()) for row in table.to_pylist()],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answered", "counts"),
    [
        (result(INSERT, 3), (3, 0, 0)),
        (result(UPDATE, 3), (0, 3, 0)),
        (result(DELETE, 3), (0, 0, 3)),
        (result(INSERT), (0, 0, 0)),
        (result(SELECT, 3), (0, 0, 0)),
        (result(MERGE, 9, **{"number of rows inserted": [1], "number of rows updated": [2]}), (1, 2, 0)),
        (result(MERGE, 9, **{"number of rows deleted": [4]}), (0, 0, 4)),
        (result(MERGE, 9), (0, 0, 0)),
    ],
)
def test_how_many_rows_changed(answered: Any, counts: tuple[int, int, int]) -> None:
    found = dml_stats(answered)
    assert (found["numRowsInserted"], found["numRowsUpdated"], found["numRowsDeleted"]) == counts
    assert found["numDmlDuplicates"] == 0


def test_rows_as_text_and_a_result_without_rows() -> None:
    assert json_rows(result(INSERT, a=[1, None], b=["x", "y"])) == [["1", "x"], [None, "y"]]
    assert arrow_stream(result(SELECT)).size == 0


@pytest.mark.parametrize(
    ("error", "query_id", "code", "state", "known"),
    [
        (ProgrammingError("x", errno=904, sqlstate="42000", sfqid="own"), None, "000904", "42000", "own"),
        (ProgrammingError("x", sfqid="own"), None, "000603", "XX000", "own"),
        (ProgrammingError("x", errno=100038, sqlstate="22018", sfqid="own"), "given", "100038", "22018", "given"),
    ],
)
def test_a_failure_has_a_number_of_six_digits(
    error: ProgrammingError, query_id: str | None, code: str, state: str, known: str
) -> None:
    answer = failure(error, query_id)
    assert (answer["success"], answer["code"]) == (False, code)
    assert answer["data"]["errorCode"] == code
    assert (answer["data"]["sqlState"], answer["data"]["queryId"]) == (state, known)
    assert answer["data"]["internalError"] is False
