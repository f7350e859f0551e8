"""What of a conversation is told to the analyst, and what is exported."""

from __future__ import annotations

import json
from datetime import datetime

from customer_360.assistant.conversation import Exchange, as_json, history

from analyst_client.client import AnalystAnswer
from analyst_client.desk import AskedAnswer

AT = datetime(2026, 11, 29, 12, 0, 5)  # noqa: DTZ001 - the page keeps UTC without a zone


def exchange(question: str, *, failed: bool = False) -> Exchange:
    content = ({"type": "text", "text": "Read."}, {"type": "sql", "statement": "select 1", "confidence": {}})
    answer = AnalystAnswer("Read.", "select 1", (), "v", (), "", "", "id", content)
    asked = None if failed else AskedAnswer("answer", answer, "Read.", ("N",), ((1,),))
    return Exchange(question, AT, asked, "Nobody answered." if failed else "")


def test_the_analyst_is_told_what_it_answered_and_not_what_failed() -> None:
    told = history([exchange("one?"), exchange("two?", failed=True), exchange("three?")])
    assert [message["content"][0]["text"] for message in told] == ["one?", "Read.", "three?", "Read."]
    assert told[1]["content"][1] == {"type": "sql", "statement": "select 1"}
    many = history([exchange(f"{n}?") for n in range(15)])
    assert [m["content"][0]["text"] for m in many[::2]] == [f"{n}?" for n in range(5, 15)]


def test_an_export_says_what_was_asked_and_answered_without_its_rows() -> None:
    first, second = json.loads(as_json([exchange("one?"), exchange("two?", failed=True)]))
    assert first == {
        "question": "one?", "asked_at": "2026-11-29T12:00:05", "status": "answer", "reading": "Read.",
        "sql": "select 1", "rows": 1, "verified_query": "v",
    }  # fmt: skip
    assert (second["status"], second["reading"], second["sql"]) == ("failed", "Nobody answered.", None)
