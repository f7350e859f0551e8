"""A question's way from a person to rows: asked, its SQL checked, run within limits, and what is missing explained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from snowflake.connector.errors import ProgrammingError

from c360.analyst_emptiness import is_empty, why_empty
from c360.analyst_sql import UnsafeSqlError, check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snowflake.connector import SnowflakeConnection

    from c360.analyst_client import AnalystAnswer, AnalystClient
    from c360.analyst_sql import CheckedQuery

Status = Literal["answer", "clarify", "refuse"]
_CANCELLED = 604
_INTERPRETATION = "This is our interpretation of your question:"
_BASE_TABLE = ("BASE_TABLE_DATABASE_NAME", "BASE_TABLE_SCHEMA_NAME", "BASE_TABLE_NAME")


class AnswerError(Exception):
    """An answer that cannot be had; the text is one sentence."""


@dataclass(frozen=True)
class Limits:
    """How much an answer may take.

    Attributes:
        rows: Most rows that are fetched.
        seconds: After so long its query is cancelled.
    """

    rows: int = 1_000
    seconds: int = 30


@dataclass(frozen=True)
class AskedAnswer:
    """What a person gets for a question.

    Attributes:
        status: Whether it is an answer, a question back, or a refusal.
        answer: What the service said.
        reading: How the question was read, or why there is no answer.
        columns: Names of the result's columns.
        rows: The result.
        notes: What has to be known beside the rows, each a sentence.
    """

    status: Status
    answer: AnalystAnswer
    reading: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    notes: tuple[str, ...] = ()


class QuestionDesk:
    """Answers questions about one semantic view with the rights of one connection.

    Args:
        connection: whose role asks and runs the SQL.
        client: asks the service over the same connection.
        view: database, schema and name of the semantic view.
        limits: of every answer.
    """

    def __init__(
        self,
        connection: SnowflakeConnection,
        client: AnalystClient,
        view: tuple[str, str, str],
        limits: Limits | None = None,
    ) -> None:
        self._connection = connection
        self._client = client
        self._view = view
        self._limits = limits or Limits()

    def ask(self, question: str, history: Sequence[dict[str, Any]] = ()) -> AskedAnswer:
        """Answer one question.

        Args:
            question: in English.
            history: earlier messages, oldest first.

        Raises:
            AnalystError: where the service gives no answer.
            AnswerError: where its SQL is not run, or fails.
        """
        answer = self._client.ask(question, history)
        reading = answer.text.removeprefix(_INTERPRETATION).strip()
        if answer.sql is None:
            return AskedAnswer(_status(answer), answer, reading, notes=answer.warnings)
        try:
            query = check(answer.sql, self._view, lambda: self._base_tables)
        except UnsafeSqlError as error:
            raise AnswerError(f"The analyst's SQL is not run. {error}") from error
        columns, rows = self._run(query.limited(self._limits.rows + 1), self._limits.rows + 1)
        notes = [*answer.warnings]
        if len(rows) > self._limits.rows:
            rows = rows[: self._limits.rows]
            notes.append(f"There are more rows: only the first {self._limits.rows:,} are shown.")
        if is_empty(rows) and (reason := self._reason(query)):
            notes.append(reason)
        return AskedAnswer("answer", answer, reading, columns, rows, tuple(notes))

    def _reason(self, query: CheckedQuery) -> str | None:
        """Say why there are no rows; where even that takes too long, nothing is said."""
        try:
            return why_empty(query, lambda sql: self._run(sql, 2)[1])
        except AnswerError:
            return None

    def _run(self, sql: str, most: int) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
        """Run a query within its limits. Raises: AnswerError."""
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(sql, timeout=self._limits.seconds)
                rows = tuple(tuple(row) for row in cursor.fetchmany(most))
            except ProgrammingError as error:
                if error.errno == _CANCELLED:
                    raise AnswerError(
                        f"The query was stopped after {self._limits.seconds} s: ask for less, such as a shorter period."
                    ) from error
                said = " ".join(str(error.raw_msg or error.msg).split())
                raise AnswerError(f"The query of the answer failed: {said}") from error
            return tuple(column.name for column in cursor.description), rows

    @cached_property
    def _base_tables(self) -> frozenset[tuple[str, ...]]:
        """Full names of the tables behind the view, as the account describes it."""
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in self._view)
        with self._connection.cursor() as cursor:
            cursor.execute(f"describe semantic view {quoted}")
            rows = cursor.fetchall()
        found: dict[str, dict[str, str]] = {}
        for _kind, name, _parent, key, value in (tuple(row)[:5] for row in rows):
            if key in _BASE_TABLE:
                found.setdefault(name, {})[key] = value
        return frozenset(
            tuple(parts[key] for key in _BASE_TABLE) for parts in found.values() if len(parts) == len(_BASE_TABLE)
        )


def _status(answer: AnalystAnswer) -> Status:
    """Tell a question back from a refusal; where the service does not say which, suggestions make it the former."""
    match answer.path:
        case "clarification":
            return "clarify"
        case "rejection":
            return "refuse"
        case _:
            return "clarify" if answer.suggestions else "refuse"
