"""What was asked of Cortex Analyst, what it answered, and what people thought of it, in a SQLite file.

The columns are those of https://docs.snowflake.com/en/sql-reference/local/cortex_analyst_requests_v.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local_account.cortex.requests import RequestError

if TYPE_CHECKING:
    from pathlib import Path

    from local_account.cortex.requests import Feedback

_KEPT = 10_000


@dataclass(frozen=True)
class LoggedRequest:
    """One request with its answer.

    Attributes:
        request_id: what the client was told.
        model_type: SEMANTIC_VIEW, FILE_ON_STAGE, or INLINE, which the table function does not show.
        model_name: the view's name, or `@database.schema.stage/path`.
        user: who asked.
        role: that person's role.
        question: the newest question; empty where the request could not be read.
        sql: the statement that was answered, or None.
        tables: full names of the tables behind it.
        request_body: as it was sent.
        response_body: as it was answered.
        status: of the answer.
        received: when the request came, UTC.
        feedback: what people thought, each as it was sent.
    """

    request_id: str
    model_type: str
    model_name: str
    user: str
    role: str
    question: str
    sql: str | None
    tables: list[str]
    request_body: dict[str, Any]
    response_body: dict[str, Any]
    status: int
    received: datetime = field(default_factory=lambda: datetime.now(UTC))
    feedback: list[dict[str, Any]] = field(default_factory=list)


class RequestLog:
    """The newest requests of an account, written through; safe across threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.execute(
            "create table if not exists requests (id integer primary key, request_id text unique, model_type text,"
            " model_name text, user text, role text, question text, sql text, tables text, request_body text,"
            " response_body text, status integer, received text)"
        )
        self._db.execute("create table if not exists feedback (id integer primary key, request_id text, body text)")

    def add(self, logged: LoggedRequest) -> None:
        """Write a request down, forgetting the oldest."""
        values = (
            logged.request_id, logged.model_type, logged.model_name, logged.user, logged.role, logged.question,
            logged.sql, json.dumps(logged.tables), json.dumps(logged.request_body), json.dumps(logged.response_body),
            logged.status, logged.received.isoformat(),
        )  # fmt: skip
        with self._lock:
            added = self._db.execute(f"insert into requests values (null, {', '.join('?' * len(values))})", values)
            self._db.execute("delete from requests where id <= ?", ((added.lastrowid or 0) - _KEPT,))
            self._db.execute("delete from feedback where request_id not in (select request_id from requests)")

    def add_feedback(self, feedback: Feedback, user: str) -> None:
        """Write down what a user thinks of an answer. Raises: RequestError where it was not given to that user."""
        body = {
            "request_id": feedback.request_id,
            "positive": feedback.positive,
            "feedback_message": feedback.message,
        }
        with self._lock:
            row = self._db.execute("select user from requests where request_id = ?", (feedback.request_id,)).fetchone()
            if row != (user,):
                raise RequestError(f"There is no request '{feedback.request_id}' of this user.")
            self._db.execute(
                "insert into feedback (request_id, body) values (?, ?)", (feedback.request_id, json.dumps(body))
            )

    def about(self, model_type: str, model_name: str) -> list[LoggedRequest]:
        """Return the requests about a model, newest first."""
        with self._lock:
            rows = self._db.execute(
                "select request_id, user, role, question, sql, tables, request_body, response_body, status, received"
                " from requests where model_type = ? and model_name = ? order by id desc",
                (model_type, model_name),
            ).fetchall()
            feedback: dict[str, list[dict[str, Any]]] = {}
            for request_id, body in self._db.execute("select request_id, body from feedback order by id"):
                feedback.setdefault(request_id, []).append(json.loads(body))
        return [
            LoggedRequest(
                request_id, model_type, model_name, user, role, question, sql, json.loads(tables),
                json.loads(request_body), json.loads(response_body), status, datetime.fromisoformat(received),
                feedback.get(request_id, []),
            )
            for (request_id, user, role, question, sql, tables, request_body, response_body, status, received) in rows
        ]  # fmt: skip

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
