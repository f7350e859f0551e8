"""Cortex Analyst of an account: a request comes in, the analyst answers, and the answer goes into the log."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import ProgrammingError

from local_account.analyst import answer
from local_account.analyst.answers import Answered, Category, Turn
from local_account.cortex import answers, models, unseen_values
from local_account.cortex.data_index import DataIndexes, NoDataError
from local_account.cortex.request_log import LoggedRequest, RequestLog
from local_account.cortex.requests import (
    BAD_REQUEST,
    INTERNAL_ERROR,
    RequestError,
    decoded,
    read_feedback,
    read_message,
    read_selectors,
)
from local_account.errors import errno_of, message_of

if TYPE_CHECKING:
    from local_account.analyst.answers import Answer
    from local_account.cortex.models import OfferedModel
    from local_account.cortex.requests import MessageRequest
    from local_account.session.session import Session

log = logging.getLogger(__name__)
OK = 200
_UNKNOWN = (Category.UNKNOWN_WORD, Category.UNKNOWN_VALUE)


@dataclass(frozen=True)
class Reply:
    """What a client is answered.

    Attributes:
        status: of the answer.
        request_id: what the answer is called in the log.
        body: JSON of the answer; None where it is empty.
        stream: whether it is wanted as events.
    """

    status: int
    request_id: str
    body: dict[str, Any] | None
    stream: bool = False


class CortexAnalyst:
    """Answers questions about semantic models.

    Args:
        request_log: where requests are written down.
    """

    def __init__(self, request_log: RequestLog) -> None:
        self._log = request_log
        self._indexes = DataIndexes()

    def message(self, session: Session, raw: bytes) -> Reply:
        """Answer `POST /api/v2/cortex/analyst/message` with the rights of a session's current role."""
        begun = time.monotonic()
        request_id = str(uuid.uuid4())
        body: dict[str, Any] = {}
        request: MessageRequest | None = None
        offered: OfferedModel | None = None
        found: Answer | None = None
        try:
            body = decoded(raw)
            request = read_message(body)
            with session.derive() as asking:
                offered, index, found = self._answer(asking, request)
            milliseconds = round((time.monotonic() - begun) * 1000, 1)
            content = answers.answer_body(found, request_id, milliseconds)
            if request.chooses:
                content["semantic_model_selection"] = {"index": index, "identifier": offered.identifier}
            reply = Reply(OK, request_id, content, request.stream)
        except Exception as error:  # noqa: BLE001 - the boundary: every failure is an answer of its own
            reply = _failure(error, request_id)
        self._write_down(session, request, body, offered, found, reply)
        return reply

    def _answer(self, session: Session, request: MessageRequest) -> tuple[OfferedModel, int, Answer]:
        """Answer by the first of the models that answers; by the first of all where none does."""
        history = tuple(Turn(exchange.question, exchange.sql) for exchange in request.history)
        first: tuple[OfferedModel, int, Answer] | None = None
        for index, selector in enumerate(request.selectors):
            offered = models.find(session, selector)
            found = self._ask(session, offered, request.question, history)
            if isinstance(found, Answered):
                return offered, index, found
            first = first or (offered, index, found)
        if first is None:
            raise RequestError("No model is named.")
        return first

    def _ask(self, session: Session, offered: OfferedModel, question: str, history: tuple[Turn, ...]) -> Answer:
        with self._indexes.of(session, offered).asked_by(session) as data:
            found = answer(question, model=offered.model, view=offered.view, data=data, history=history)
            if isinstance(found, Answered):
                # Without a present day nothing was built yet, or not all that the model tells by: no figure is right.
                data.as_of()
            elif found.category in _UNKNOWN and (
                unseen := unseen_values.said(question, found.text, data.hidden, session.role)
            ):
                return replace(found, text=f"{found.text} {unseen}")
        return replace(found, sql=offered.runnable(found.sql)) if isinstance(found, Answered) else found

    def _write_down(  # noqa: PLR0913, PLR0917 - a row of the log
        self, session: Session, request: MessageRequest | None, body: dict[str, Any], offered: OfferedModel | None,
        found: Answer | None, reply: Reply,
    ) -> None:  # fmt: skip
        if offered:
            kind, name = offered.log_type, offered.log_name
        else:
            kind, name = _named(session, body)
        sql = found.sql if isinstance(found, Answered) else None
        self._log.add(
            LoggedRequest(
                reply.request_id,
                kind,
                name,
                session.user,
                session.role,
                request.question if request else "",
                sql,
                answers.tables_behind(offered.model, sql) if offered and sql else [],
                body,
                reply.body or {},
                reply.status,
            )
        )

    def feedback(self, session: Session, raw: bytes) -> Reply:
        """Answer `POST /api/v2/cortex/analyst/feedback`: write down what the asking user thinks of an answer."""
        request_id = str(uuid.uuid4())
        try:
            feedback = read_feedback(decoded(raw))
            self._log.add_feedback(feedback, session.user)
        except Exception as error:  # noqa: BLE001 - as above
            return _failure(error, request_id)
        return Reply(OK, request_id, None)


def _named(session: Session, body: dict[str, Any]) -> tuple[str, str]:
    """Return type and name, for the log, of the model that a refused request named, if it named one."""
    try:
        selectors, _ = read_selectors(body)
    except RequestError:
        return "UNKNOWN", ""
    return models.log_entry(session, selectors[0])


def _failure(error: Exception, request_id: str) -> Reply:
    match error:
        case RequestError():
            status, code, message = error.status, error.code, error.message
        case NoDataError():
            status, code = BAD_REQUEST, ""
            message = "The tables behind the semantic model are not built yet, so that no question can be answered."
        case ProgrammingError():
            status, code, message = BAD_REQUEST, str(errno_of(error)), " ".join(message_of(error).split())
        case _:
            log.error("a question failed", exc_info=error)
            status, code, message = INTERNAL_ERROR, "", "The question could not be answered: an internal error."
    return Reply(status, request_id, answers.error_body(message, code or str(status), request_id))
