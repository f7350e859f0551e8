"""How an answer is written for people and programs, and how a conversation goes on in another command."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from analyst_client.client import AnalystAnswer
from analyst_client.desk import AskedAnswer
from c360 import answer_text
from c360.conversation import Conversation
from c360.errors import CommandError

if TYPE_CHECKING:
    from pathlib import Path

ROLE = "MARKETING_MANAGER"
SQL = "SELECT * FROM SEMANTIC_VIEW(D.GOLD.V DIMENSIONS T.A METRICS T.M)"


def answered(sql: str | None = SQL, *, suggestions: tuple[str, ...] = ()) -> AnalystAnswer:
    return AnalystAnswer("M of T.", sql, suggestions, None, (), "", "", "id", ())


def test_an_answer_is_written_for_people() -> None:
    one = AskedAnswer("answer", answered(), "M of T.", ("HIGH_RISK_PERCENT",), ((Decimal("12.4149"),),), ("A note.",))
    assert answer_text.as_text(one) == (
        "High risk percent: 12.41.\n\nA note.\n\nHow the question was read:\n  M of T.\n\nSQL:\n  " + SQL
    )
    many = AskedAnswer("answer", answered(), "M of T.", ("A", "M"), (("x", 1), ("y", 2)))
    assert answer_text.as_text(many).startswith("2 rows.\n\nA  M\n-  -\nx  1\ny  2\n\nHow")
    none = AskedAnswer("answer", answered(), "M of T.", ("A",), (), ("Nothing matches.",))
    assert answer_text.as_text(none).startswith("No rows.\n\nNothing matches.\n\nHow")
    back = AskedAnswer("clarify", answered(None, suggestions=("This?", "That?")), "Which one?")
    assert answer_text.as_text(back) == "Which one?\n\nYou could ask:\n  1. This?\n  2. That?"


def test_an_answer_is_written_for_programs() -> None:
    row = (
        1,
        Decimal("2.50"),
        Decimal(3),
        0.5,
        None,
        True,
        date(2024, 1, 2),
        datetime(2024, 1, 2, 3),  # noqa: DTZ001 - TIMESTAMP_NTZ has no zone
        float("nan"),
        "é",
    )
    asked = AskedAnswer("answer", answered(), "M of T.", tuple("ABCDEFGHIJ"), (row,), ("A note.",))
    assert json.loads(answer_text.as_json(asked)) == {
        "status": "answer",
        "sql": SQL,
        "columns": list("ABCDEFGHIJ"),
        "rows": [[1, 2.5, 3, 0.5, None, True, "2024-01-02", "2024-01-02T03:00:00", "nan", "é"]],
        "reading": "M of T.\nA note.",
        "suggestions": [],
    }


def test_a_conversation_goes_on_in_another_command(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = Conversation(home, "local", ROLE)
    with pytest.raises(CommandError, match="no earlier conversation"):
        first.resume()
    for number in range(25):
        first.add(f"question {number}", answered())
    second = Conversation(home, "local", ROLE)
    second.resume()
    assert [m["content"][0]["text"] for m in second.messages if m["role"] == "user"] == [
        f"question {number}" for number in range(5, 25)
    ]
    with pytest.raises(CommandError, match="no earlier conversation"):
        Conversation(home, "dev", ROLE).resume()
    with pytest.raises(CommandError, match="no earlier conversation"):
        Conversation(home, "local", "DATA_ANALYST").resume()
    (home / f"conversation-local-{ROLE}.json").write_text("{")
    with pytest.raises(CommandError, match="cannot be read"):
        Conversation(home, "local", ROLE).resume()
