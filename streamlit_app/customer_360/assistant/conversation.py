"""A conversation with the analyst: what was asked and answered, and what is sent back as its history."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyst_client.client import analyst_message, user_message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from analyst_client.desk import AskedAnswer

# Of earlier exchanges so many are told to the analyst, and so many are listed for being asked again.
_TOLD = 10
LISTED = 10


@dataclass(frozen=True)
class Exchange:
    """One question with what came of it.

    Attributes:
        question: As it was asked.
        asked_at: When (UTC).
        asked: The answer, the question back or the refusal; None where nothing came.
        failure: Why nothing came, in a sentence; empty where something did.
    """

    question: str
    asked_at: datetime
    asked: AskedAnswer | None
    failure: str = ""


def history(exchanges: Sequence[Exchange]) -> list[dict[str, Any]]:
    """Return what the analyst is told of a conversation; questions without a reply are left out."""
    told: list[dict[str, Any]] = []
    for exchange in [one for one in exchanges if one.asked is not None][-_TOLD:]:
        if exchange.asked is not None:
            told += [user_message(exchange.question), analyst_message(exchange.asked.answer)]
    return told


def as_json(exchanges: Sequence[Exchange]) -> str:
    """Write a conversation for other programs: questions, when, status, reading and SQL, without the rows."""
    return json.dumps(
        [
            {
                "question": one.question,
                "asked_at": one.asked_at.isoformat(timespec="seconds"),
                "status": one.asked.status if one.asked else "failed",
                "reading": one.asked.reading if one.asked else one.failure,
                "sql": one.asked.answer.sql if one.asked else None,
                "rows": len(one.asked.rows) if one.asked else 0,
                "verified_query": one.asked.answer.verified_query if one.asked else None,
            }
            for one in exchanges
        ],
        indent=2,
        ensure_ascii=False,
    )
