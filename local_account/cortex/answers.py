"""Answers of Cortex Analyst in Snowflake's form: content blocks, metadata, errors, and events where they are streamed.

Form: https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-analyst/rest-api.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlglot import exp, parse_one

from local_account.analyst.answers import Answered, Clarify, Refused
from local_account.identifiers import Name, identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.analyst.answers import Answer
    from local_account.semantic.model import SemanticModel, VerifiedQuery

# No language model answers here, and a client that shows who answered shows this.
MODEL_NAME = "local-analyst"
_CLEAR = "CLEAR_SQL"
_INTERPRETATION = "This is our interpretation of your question:\n\n"


def answer_body(answer: Answer, request_id: str, milliseconds: float) -> dict[str, Any]:
    """Write an answer as the body of a response.

    Args:
        answer: what the analyst found.
        request_id: what the response is called.
        milliseconds: how long it took.
    """
    return {
        "message": {"role": "analyst", "content": _content(answer)},
        "request_id": request_id,
        "warnings": [{"message": text} for text in answer.warnings] if isinstance(answer, Answered) else [],
        "semantic_model_selection": None,
        "response_metadata": {
            "model_names": [MODEL_NAME],
            "is_semantic_sql": isinstance(answer, Answered),
            "cortex_search_retrieval": [],
            "question_category": _CLEAR if isinstance(answer, Answered) else answer.category.value,
            "analyst_orchestration_path": _path(answer),
            "analyst_latency_ms": milliseconds,
        },
    }


def _path(answer: Answer) -> str:
    """Name the way to an answer; for those without SQL the names are this account's own."""
    match answer:
        case Answered(verified=None):
            return "regular_sqlgen"
        case Answered():
            return "vqr_fast_path"
        case Clarify():
            return "clarification"
        case Refused():
            return "rejection"


def _content(answer: Answer) -> list[dict[str, Any]]:
    if isinstance(answer, Answered):
        confidence = {"verified_query_used": answer.verified and _verified(answer.verified)}
        return [
            {"type": "text", "text": _INTERPRETATION + answer.reading},
            {"type": "sql", "statement": answer.sql, "confidence": confidence},
        ]
    blocks: list[dict[str, Any]] = [{"type": "text", "text": answer.text}]
    if answer.suggestions:
        blocks.append({"type": "suggestions", "suggestions": list(answer.suggestions)})
    return blocks


def _verified(query: VerifiedQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "question": query.question,
        "sql": query.sql,
        "verified_at": query.verified_at,
        "verified_by": query.verified_by,
    }


def error_body(message: str, code: str, request_id: str) -> dict[str, Any]:
    """Write the body of a response that refuses; clients read the code by either name."""
    return {"message": message, "code": code, "error_code": code, "request_id": request_id}


def tables_behind(model: SemanticModel, sql: str) -> list[str]:
    """Return the full names of the base tables that a statement over a model's view reads, in the model's order."""
    statement = parse_one(sql, dialect="snowflake")
    named = {identifier(column.args["table"]) for column in statement.find_all(exp.Column) if column.table}
    read = {
        tuple(identifier(part) for part in table.parts if isinstance(part, exp.Identifier))
        for table in statement.find_all(exp.Table)
    }
    return [str(Name.of(*table.base)) for table in model.tables if table.name in named or table.base in read]


def events(body: dict[str, Any]) -> Iterator[str]:
    """Write the body of an answer as server-sent events, a delta for each text, statement and suggestion."""
    yield _event("status", {"status": "interpreting_question", "status_message": "Interpreting question"})
    for index, block in enumerate(body["message"]["content"]):
        match block["type"]:
            case "text":
                yield _delta(index, "text", text_delta=block["text"])
            case "sql":
                yield _event("status", {"status": "generating_sql", "status_message": "Generating SQL"})
                yield _delta(index, "sql", statement_delta=block["statement"], confidence=block["confidence"])
            case _:
                yield _event("status", {"status": "generating_suggestions", "status_message": "Generating suggestions"})
                for number, text in enumerate(block["suggestions"]):
                    delta = {"index": number, "suggestion_delta": text}
                    yield _delta(index, "suggestions", suggestions_delta=delta)
    if body["warnings"]:
        yield _event("warnings", {"warnings": body["warnings"]})
    yield _event("response_metadata", body["response_metadata"])
    yield _event("status", {"status": "done", "status_message": "Done"})
    yield "event: done\ndata: [DONE]\n\n"


def _delta(index: int, kind: str, **delta: Any) -> str:
    return _event("message.content.delta", {"index": index, "type": kind, **delta})


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
