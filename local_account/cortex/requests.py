"""The body of a request to Cortex Analyst, checked: whom it asks about, what was said before, and the question.

Form and rules: https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-analyst/rest-api.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, INTERNAL_ERROR = 400, 401, 403, 500
SELECTORS = ("semantic_model", "semantic_model_file", "semantic_view")
_ONE_MODEL = "Exactly one of semantic_model, semantic_model_file, or semantic_view must be set"
_ROLES = ("user", "analyst")
_LONGEST_QUESTION = 10_000


class RequestError(Exception):
    """A request that is refused.

    Args:
        message: what is wrong, in a sentence.
        status: the status of the answer.
        code: Snowflake's error code, empty where none is known.
    """

    def __init__(self, message: str, status: int = BAD_REQUEST, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Selector:
    """How a request names a semantic model.

    Attributes:
        kind: one of `SELECTORS`.
        value: YAML text, the path of a file on a stage, or the name of a semantic view.
    """

    kind: str
    value: str


@dataclass(frozen=True)
class Exchange:
    """An earlier question of the conversation, and the SQL that it was answered with, if it was."""

    question: str
    sql: str | None


@dataclass(frozen=True)
class MessageRequest:
    """What a client asks.

    Attributes:
        question: the newest message.
        history: what came before, oldest first.
        selectors: the models that may be meant.
        chooses: whether they were offered as a list, so that the answer says which was taken.
        stream: whether the answer is wanted as events.
    """

    question: str
    history: tuple[Exchange, ...]
    selectors: tuple[Selector, ...]
    chooses: bool
    stream: bool


def decoded(body: bytes) -> dict[str, Any]:
    """Read a body as a JSON object. Raises: RequestError."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestError("The request body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise RequestError("The request body must be a JSON object.")
    return found


def read_message(body: dict[str, Any]) -> MessageRequest:
    """Read the body of `POST /api/v2/cortex/analyst/message`. Raises: RequestError."""
    stream = body.get("stream", False)
    if not isinstance(stream, bool):
        raise RequestError("stream must be true or false.")
    selectors, chooses = read_selectors(body)
    *earlier, last = _messages(body.get("messages"))
    return MessageRequest(last[1], _exchanges(earlier), selectors, chooses, stream)


def read_selectors(body: dict[str, Any]) -> tuple[tuple[Selector, ...], bool]:
    """Read which models a request names, and whether as a list. Raises: RequestError."""
    offered = body.get("semantic_models")
    single = [key for key in SELECTORS if body.get(key) is not None]
    if len(single) + (offered is not None) != 1:
        raise RequestError(_ONE_MODEL)
    if offered is None:
        return (_selector(body, single[0]),), False
    if not isinstance(offered, list) or not offered:
        raise RequestError("semantic_models must be a list of at least one model.")
    selectors = []
    for item in offered:
        named = [key for key in SELECTORS if isinstance(item, dict) and item.get(key) is not None]
        if len(named) != 1:
            raise RequestError(f"{_ONE_MODEL} in each item of semantic_models")
        selectors.append(_selector(item, named[0]))
    return tuple(selectors), True


def _selector(holder: dict[str, Any], key: str) -> Selector:
    value = holder[key]
    if not isinstance(value, str) or not value.strip():
        raise RequestError(f"{key} must be a text that is not empty.")
    return Selector(key, value)


def _messages(messages: Any) -> list[tuple[str, str, str | None]]:
    """Return role, text and SQL of each message. Raises: RequestError."""
    if not isinstance(messages, list) or not messages:
        raise RequestError("messages must be a list of at least one message.")
    found = [_message(message, index) for index, message in enumerate(messages)]
    for index, (role, _, _) in enumerate(found):
        if index and role == found[index - 1][0]:
            raise RequestError(f"The roles user and analyst must alternate: messages[{index}] is of role {role} again.")
    if found[-1][0] != "user":
        raise RequestError("The last message must be of role user.")
    return found


def _message(message: Any, index: int) -> tuple[str, str, str | None]:
    where = f"messages[{index}]"
    if not isinstance(message, dict) or message.get("role") not in _ROLES:
        raise RequestError(f"{where} must have the role user or analyst.")
    content = message.get("content")
    if not isinstance(content, list) or not content or not all(isinstance(item, dict) for item in content):
        raise RequestError(f"{where}.content must be a list of at least one item.")
    role = str(message["role"])
    sql = None
    texts = []
    for item in content:
        match item:
            case {"type": "text", "text": str(text)}:
                texts.append(text)
            case {"type": "sql", "statement": str(statement)} if role == "analyst":
                sql = statement
            case {"type": "suggestions" | "suggestion", "suggestions": [*_]} if role == "analyst":
                pass
            case _:
                raise RequestError(f"{where}.content has an item that is no content of role {role}.")
    text = "\n".join(texts).strip()
    if role == "user" and not text:
        raise RequestError(f"{where} has no text.")
    if len(text) > _LONGEST_QUESTION and role == "user":
        raise RequestError(f"{where} has more than {_LONGEST_QUESTION:,} characters.")
    return role, text, sql


def _exchanges(earlier: list[tuple[str, str, str | None]]) -> tuple[Exchange, ...]:
    """Pair each earlier question with the answer behind it; what an analyst said first answers nothing."""
    found: list[Exchange] = []
    for role, text, sql in earlier:
        if role == "user":
            found.append(Exchange(text, None))
        elif found:
            found[-1] = Exchange(found[-1].question, sql)
    return tuple(found)


@dataclass(frozen=True)
class Feedback:
    """What somebody thinks of an answer.

    Attributes:
        request_id: of the answer.
        positive: whether it was good.
        message: why, in the person's words; empty where nothing was said.
    """

    request_id: str
    positive: bool
    message: str


def read_feedback(body: dict[str, Any]) -> Feedback:
    """Read the body of `POST /api/v2/cortex/analyst/feedback`. Raises: RequestError."""
    match body:
        case {"request_id": str(request_id), "positive": bool(positive)}:
            message = body.get("feedback_message")
            if message is not None and not isinstance(message, str):
                raise RequestError("feedback_message must be a text.")
            return Feedback(request_id, positive, message or "")
        case _:
            raise RequestError("request_id must be a text, and positive true or false.")
