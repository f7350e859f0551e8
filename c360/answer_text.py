"""Writes an answer for people, and as JSON for programs."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from analyst_client.wording import sentence
from c360.text_table import text_table

if TYPE_CHECKING:
    from analyst_client.desk import AskedAnswer


def as_text(asked: AskedAnswer) -> str:
    """Write an answer: a sentence with its number, the table, what has to be known, the reading, and the SQL."""
    parts = []
    if asked.status == "answer":
        parts.append(sentence(asked))
        if asked.rows and not _is_one_value(asked):
            parts.append(text_table(asked.columns, asked.rows))
        parts += asked.notes
        verified = f" (verified query {asked.answer.verified_query})" if asked.answer.verified_query else ""
        parts.append(f"How the question was read{verified}:\n{_indented(asked.reading)}")
        parts.append(f"SQL:\n{_indented(asked.answer.sql or '')}")
    else:
        parts += [asked.reading, *asked.notes]
        if asked.answer.suggestions:
            offered = (f"{number}. {text}" for number, text in enumerate(asked.answer.suggestions, 1))
            parts.append("You could ask:\n" + _indented("\n".join(offered)))
    return "\n\n".join(parts)


def _is_one_value(asked: AskedAnswer) -> bool:
    return len(asked.rows) == 1 and len(asked.columns) == 1


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.splitlines())


def as_json(asked: AskedAnswer) -> str:
    """Write an answer as one JSON object; what has to be known stands at the end of the reading."""
    return json.dumps(
        {
            "status": asked.status,
            "sql": asked.answer.sql,
            "columns": list(asked.columns),
            "rows": [[_plain(value) for value in row] for row in asked.rows],
            "reading": "\n".join([asked.reading, *asked.notes]),
            "suggestions": list(asked.answer.suggestions),
        },
        ensure_ascii=False,
    )


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: exact numbers as numbers, moments in ISO form."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if value == value and abs(value) != float("inf") else str(value)  # noqa: PLR0124 - NaN
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)
