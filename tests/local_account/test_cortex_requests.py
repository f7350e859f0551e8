"""Bodies of requests to Cortex Analyst: what is read of them, and one sentence for each mistake."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from local_account.cortex.requests import Exchange, RequestError, Selector, decoded, read_feedback, read_message


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "text", "text": text}]}


def analyst(*content: dict[str, Any]) -> dict[str, Any]:
    return {"role": "analyst", "content": list(content)}


SQL = {"type": "sql", "statement": "SELECT 1", "confidence": {"verified_query_used": None}}
TEXT = {"type": "text", "text": "This is our interpretation"}
OFFERED = {"type": "suggestions", "suggestions": ["a?"]}


def body(*messages: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"messages": list(messages) or [user("q")], "semantic_view": "D.S.V"} | others


def test_a_question_with_its_history() -> None:
    found = read_message(
        body(user("one"), analyst(TEXT, SQL), user("two"), analyst(TEXT, OFFERED), user("three"), stream=True)
    )
    assert found.question == "three"
    assert found.history == (Exchange("one", "SELECT 1"), Exchange("two", None))
    assert found.stream
    assert not found.chooses
    assert found.selectors == (Selector("semantic_view", "D.S.V"),)


def test_several_models_may_be_offered() -> None:
    models = [{"semantic_model_file": "@D.S.T/a.yaml"}, {"semantic_view": "D.S.V"}]
    found = read_message(body(semantic_view=None, semantic_models=models))
    assert found.chooses
    assert found.selectors == (Selector("semantic_model_file", "@D.S.T/a.yaml"), Selector("semantic_view", "D.S.V"))


def test_what_an_analyst_says_first_answers_nothing() -> None:
    assert read_message(body(analyst(TEXT), user("q"))).history == ()


ONE_MODEL = "Exactly one of semantic_model, semantic_model_file, or semantic_view must be set"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"semantic_view": None}, ONE_MODEL),
        ({"semantic_model": "name: x"}, ONE_MODEL),
        ({"semantic_models": [{"semantic_view": "D.S.V"}]}, ONE_MODEL),
        ({"semantic_view": None, "semantic_models": []}, "at least one model"),
        ({"semantic_view": None, "semantic_models": {"semantic_view": "V"}}, "at least one model"),
        ({"semantic_view": None, "semantic_models": ["V"]}, ONE_MODEL),
        ({"semantic_view": None, "semantic_models": [{"semantic_view": "V", "semantic_model": "x"}]}, ONE_MODEL),
        ({"semantic_view": 1}, "semantic_view must be a text"),
        ({"semantic_view": " "}, "semantic_view must be a text"),
        ({"stream": "yes"}, "stream must be true or false"),
        ({"messages": None}, "messages must be a list"),
        ({"messages": []}, "messages must be a list"),
        ({"messages": ["q"]}, r"messages\[0\] must have the role"),
        ({"messages": [{"role": "assistant", "content": []}]}, r"messages\[0\] must have the role"),
        ({"messages": [{"role": "user", "content": []}]}, "at least one item"),
        ({"messages": [{"role": "user", "content": "q"}]}, "at least one item"),
        ({"messages": [{"role": "user", "content": [SQL]}]}, "no content of role user"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "no content of role user"),
        ({"messages": [user(" ")]}, "has no text"),
        ({"messages": [user("x" * 10_001)]}, "more than 10,000 characters"),
        ({"messages": [user("a"), user("b")]}, r"must alternate: messages\[1\] is of role user again"),
        ({"messages": [user("a"), analyst(TEXT)]}, "The last message must be of role user"),
    ],
)
def test_a_wrong_body_is_refused_in_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    given = body() | changes
    before = copy.deepcopy(given)
    with pytest.raises(RequestError, match=sentence) as raised:
        read_message(given)
    assert raised.value.status == 400
    assert given == before


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    with pytest.raises(RequestError, match="JSON"):
        decoded(raw)
    assert decoded(json.dumps({"a": 1}).encode()) == {"a": 1}


def test_feedback_is_read() -> None:
    found = read_feedback({"request_id": "x", "positive": False, "feedback_message": "wrong"})
    assert (found.request_id, found.positive, found.message) == ("x", False, "wrong")
    assert read_feedback({"request_id": "x", "positive": True}).message == ""
    for wrong in ({}, {"request_id": "x"}, {"positive": True}, {"request_id": 1, "positive": True}):
        with pytest.raises(RequestError, match="request_id must be a text"):
            read_feedback(wrong)
    with pytest.raises(RequestError, match="feedback_message"):
        read_feedback({"request_id": "x", "positive": True, "feedback_message": 1})
