"""What an account remembers of its statements: their records, and the newest results."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_account.results import Result

_RESULTS_KEPT = 200
_QUERIES_KEPT = 2000
_RESULT_BYTES = 256 << 20


@dataclass
class QueryRecord:
    """One executed statement, for LAST_QUERY_ID, RESULT_SCAN and the monitoring endpoint."""

    query_id: str
    text: str
    user: str
    role: str
    session_id: int
    tag: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    error: str | None = None
    rows: int | None = None

    @property
    def status(self) -> str:
        """RUNNING, SUCCESS or FAILED_WITH_ERROR."""
        return "RUNNING" if self.ended is None else "FAILED_WITH_ERROR" if self.error else "SUCCESS"


class QueryHistory:
    """The newest statements of every session, by query id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queries: OrderedDict[str, QueryRecord] = OrderedDict()

    def add(self, query: QueryRecord) -> None:
        """Remember a statement, forgetting the oldest."""
        with self._lock:
            self._queries[query.query_id] = query
            while len(self._queries) > _QUERIES_KEPT:
                self._queries.popitem(last=False)

    def get(self, query_id: str) -> QueryRecord | None:
        """Return a statement's record, or None where it is gone."""
        return self._queries.get(query_id)

    def running(self, session_id: int) -> QueryRecord:
        """Return the innermost statement that a session runs. Raises: LookupError where it runs none."""
        with self._lock:
            for query in reversed(self._queries.values()):
                if query.session_id == session_id and query.status == "RUNNING":
                    return query
        raise LookupError(f"Session {session_id} runs no statement.")


class RecentResults:
    """The newest results by query id, bounded in number and bytes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._bytes = 0

    def add(self, result: Result) -> None:
        """Keep a result, dropping the oldest where there are too many."""
        size = result.arrow.nbytes
        if size > _RESULT_BYTES // 4:
            return
        with self._lock:
            self._results[result.query_id] = result
            self._bytes += size
            while len(self._results) > _RESULTS_KEPT or self._bytes > _RESULT_BYTES:
                _, old = self._results.popitem(last=False)
                self._bytes -= old.arrow.nbytes

    def get(self, query_id: str) -> Result | None:
        """Return a result, or None where it is gone."""
        return self._results.get(query_id)
