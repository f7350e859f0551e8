"""A question's way from a person to rows: asked, its SQL checked, run within limits, and what is missing explained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from analyst_client.emptiness import is_empty, why_empty
from analyst_client.sql_check import UnsafeSqlError, check

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyst_client.client import AnalystAnswer, AnalystClient
    from analyst_client.sql_check import CheckedQuery

Status = Literal["answer", "clarify", "refuse"]
# Names of a result's columns, and its rows.
Rows = tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]
_INTERPRETATION = "This is our interpretation of your question:"
# Of a described view; ours has some hundreds.
_MOST_PROPERTIES = 100_000
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
    """Answers questions about one semantic view.

    Args:
        client: asks the service.
        run: runs a query and returns at most so many rows of it; raises AnswerError where it fails or takes too long.
        view: database, schema and name of the semantic view.
        rows: most rows of an answer.
    """

    def __init__(
        self,
        client: AnalystClient,
        run: Callable[[str, int], Rows],
        view: tuple[str, str, str],
        rows: int = Limits.rows,
    ) -> None:
        self._client = client
        self._run = run
        self._view = view
        self._rows = rows

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
        columns, rows = self._run(query.limited(self._rows + 1), self._rows + 1)
        notes = [*answer.warnings]
        if len(rows) > self._rows:
            rows = rows[: self._rows]
            notes.append(f"There are more rows: only the first {self._rows:,} are shown.")
        if is_empty(rows) and (reason := self._reason(query)):
            notes.append(reason)
        return AskedAnswer("answer", answer, reading, columns, rows, tuple(notes))

    def _reason(self, query: CheckedQuery) -> str | None:
        """Say why there are no rows; where even that takes too long, nothing is said."""
        try:
            return why_empty(query, lambda sql: self._run(sql, 2)[1])
        except AnswerError:
            return None

    @cached_property
    def _base_tables(self) -> frozenset[tuple[str, ...]]:
        """Full names of the tables behind the view, as the account describes it."""
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in self._view)
        _, rows = self._run(f"describe semantic view {quoted}", _MOST_PROPERTIES)
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
