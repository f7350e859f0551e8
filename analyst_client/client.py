"""Asks Cortex Analyst over REST, on Snowflake or in the local account alike.

It knows nothing of models or data, and nothing else ever answers in the service's place.
https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-analyst/rest-api
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analyst_client.transport import SilentError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyst_client.transport import Reply, Transport

_MESSAGE, _FEEDBACK = "/api/v2/cortex/analyst/message", "/api/v2/cortex/analyst/feedback"
_TIMEOUT_SECONDS = 60.0
_REFUSED, _UNAUTHORIZED = 400, 401
# The service says "slow down" or "not now": the same request is sent again, a little later each time.
_BUSY = (429, 503)
_PAUSES = (0.5, 1.0, 2.0, 4.0)
_LONGEST_PAUSE = 10.0


class AnalystError(Exception):
    """The service gave no answer.

    Args:
        message: one sentence.
        status: of the response; None where there was none.
        request_id: what the service calls the request, if it said.
    """

    def __init__(self, message: str, status: int | None = None, request_id: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.request_id = request_id


@dataclass(frozen=True)
class AnalystAnswer:
    """What the service answered.

    Attributes:
        text: Its reading of the question, or why it does not answer, or what it asks back.
        sql: The statement that answers; None where there is none.
        suggestions: Questions that it offers in place of an answer.
        verified_query: Name of the verified query that was used, or None.
        warnings: What the asker should know.
        category: What kind of question the service took it for; its names are an open set.
        path: How the service came to it; an open set too.
        request_id: What the service calls the request, for feedback and its log.
        content: The blocks as they came, to be sent back as history.
    """

    text: str
    sql: str | None
    suggestions: tuple[str, ...]
    verified_query: str | None
    warnings: tuple[str, ...]
    category: str
    path: str
    request_id: str
    content: tuple[dict[str, Any], ...] = field(repr=False)


class AnalystClient:
    """Asks about one semantic view.

    Args:
        transport: the way to the account; its role, warehouse and session are the ones that ask.
        semantic_view: full name of the view.
        timeout: seconds to wait for one response.
        pause: waits for a number of seconds.
    """

    def __init__(
        self,
        transport: Transport,
        semantic_view: str,
        timeout: float = _TIMEOUT_SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = transport
        self._view = semantic_view
        self._timeout = timeout
        self._pause = pause

    def ask(self, question: str, history: Sequence[dict[str, Any]] = ()) -> AnalystAnswer:
        """Ask one question.

        Args:
            question: in English.
            history: earlier messages, as `user_message` and `analyst_message` make them, oldest first.

        Raises:
            AnalystError: where the service refuses, fails, or does not answer in time.
        """
        body = {"messages": [*history, user_message(question)], "semantic_view": self._view}
        return read_answer(self._post(_MESSAGE, body))

    def give_feedback(self, request_id: str, *, positive: bool, message: str = "") -> None:
        """Tell the service what somebody thinks of an answer. Raises: AnalystError."""
        body = {"request_id": request_id, "positive": positive, "feedback_message": message}
        self._post(_FEEDBACK, body)

    def _post(self, path: str, body: dict[str, Any]) -> bytes:
        """Send a request until it is answered. Raises: AnalystError."""
        renewed = False
        waits = iter(_PAUSES)
        while True:
            reply = self._sent(path, body)
            if reply.status < _REFUSED:
                return reply.body
            if reply.status == _UNAUTHORIZED and not renewed:
                renewed = True
                self._transport.renew()
                continue
            wait = next(waits, None) if reply.status in _BUSY else None
            if wait is None:
                raise _refusal(reply)
            self._pause(min(reply.retry_after, _LONGEST_PAUSE) if reply.retry_after is not None else wait)

    def _sent(self, path: str, body: dict[str, Any]) -> Reply:
        try:
            return self._transport.send(path, body, self._timeout)
        except SilentError:
            raise AnalystError(f"Cortex Analyst did not answer within {self._timeout:.0f} s.") from None
        except UnreachableError as error:
            raise AnalystError(f"Cortex Analyst cannot be reached: {error}.") from error


def _refusal(reply: Reply) -> AnalystError:
    """Read why a request was refused; the body may be JSON with a message, or anything."""
    try:
        body = json.loads(reply.body)
    except ValueError:
        body = {}
    said = body if isinstance(body, dict) else {}
    text = " ".join(str(said.get("message") or reply.reason).split())
    closing = "" if text.endswith(".") else "."
    return AnalystError(
        f"Cortex Analyst refused the question ({reply.status}): {text}{closing}",
        reply.status,
        said.get("request_id") or reply.request_id,
    )


def read_answer(raw: bytes) -> AnalystAnswer:
    """Read a response; blocks of a type that is not known are passed over.

    Raises:
        AnalystError: where it is no answer.
    """
    try:
        body = json.loads(raw)
        content = [dict(block) for block in body["message"]["content"]]
        metadata = body.get("response_metadata") or {}
        warnings = tuple(str(warning["message"]) for warning in body.get("warnings") or ())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise AnalystError("Cortex Analyst sent something that is no answer.") from None
    texts: list[str] = []
    sql: str | None = None
    verified: str | None = None
    suggestions: list[str] = []
    for block in content:
        match block:
            case {"type": "text", "text": str(text)}:
                texts.append(text)
            case {"type": "sql", "statement": str(statement)}:
                sql = statement
                used = (block.get("confidence") or {}).get("verified_query_used") or {}
                verified = used.get("name")
            # The reference's text writes the type in the singular, its examples in the plural.
            case {"type": "suggestions" | "suggestion", "suggestions": [*offered]}:
                suggestions += map(str, offered)
    category, path = (str(metadata.get(key) or "") for key in ("question_category", "analyst_orchestration_path"))
    return AnalystAnswer(
        "\n\n".join(texts).strip(), sql, tuple(suggestions), verified, warnings, category, path,
        str(body.get("request_id") or ""), tuple(content),
    )  # fmt: skip


def user_message(question: str) -> dict[str, Any]:
    """Write a question as a message."""
    return {"role": "user", "content": [{"type": "text", "text": question}]}


def analyst_message(answer: AnalystAnswer) -> dict[str, Any]:
    """Write an answer as a message of the history; what the service thought of its SQL is not sent back."""
    content = [{key: value for key, value in block.items() if key != "confidence"} for block in answer.content]
    return {"role": "analyst", "content": content}
