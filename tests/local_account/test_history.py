"""What an account remembers of its statements."""

from __future__ import annotations

import pyarrow as pa
import pytest

from local_account.results import Result
from local_account.session.history import QueryHistory, QueryRecord, RecentResults


def _query(query_id: str, session_id: int = 1) -> QueryRecord:
    return QueryRecord(query_id, "select 1", "LOCAL", "PUBLIC", session_id)


def _result(query_id: str, size: int = 8) -> Result:
    return Result(pa.table({"A": pa.array([b"x" * size], pa.binary())}), [], query_id=query_id)


def test_a_query_runs_until_it_has_ended() -> None:
    query = _query("a")
    assert query.status == "RUNNING"
    query.ended = query.started
    assert query.status == "SUCCESS"
    query.error = "no"
    assert query.status == "FAILED_WITH_ERROR"


def test_the_newest_queries_are_kept() -> None:
    history = QueryHistory()
    for number in range(2001):
        history.add(_query(str(number)))
    assert history.get("0") is None
    assert history.get("1") is not None
    assert history.get("2000") is not None


def test_the_innermost_running_query_of_a_session_is_found() -> None:
    history = QueryHistory()
    for query in (outer := _query("outer"), inner := _query("inner"), _query("other", session_id=2)):
        history.add(query)
    assert history.running(1) is inner
    inner.ended = inner.started
    assert history.running(1) is outer
    outer.ended = outer.started
    with pytest.raises(LookupError, match="Session 1 runs no statement"):
        history.running(1)


def test_results_are_bounded_in_number_and_bytes() -> None:
    results = RecentResults()
    for number in range(201):
        results.add(_result(str(number)))
    assert results.get("0") is None
    assert results.get("1") is not None
    quarter = 60 << 20
    for name in ("a", "b", "c", "d", "e"):
        results.add(_result(name, quarter))
    assert [name for name in "abcde" if results.get(name)] == ["b", "c", "d", "e"]
    results.add(_result("too large", (64 << 20) + 1))
    assert results.get("too large") is None
    assert results.get("e") is not None
