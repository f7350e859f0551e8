"""The analyst: questions in English about a semantic model, read by the model alone; it is right, asks, or refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.answers import Answer, Answered, Category, Clarify, Refused, Turn
from local_account.analyst.data_index import DataIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.semantic.model import SemanticModel

__all__ = ["Answer", "Answered", "Category", "Clarify", "DataIndex", "Refused", "Turn", "answer"]


def answer(question: str, *, model: SemanticModel, view: str, data: DataIndex, history: Sequence[Turn] = ()) -> Answer:
    """Answer a question; its English is loaded at the first one.

    Args:
        question: what was asked, in English.
        model: the content of the semantic view.
        view: the full name of the view, as it stands in SQL.
        data: the values behind the model, as the asking role sees them.
        history: the earlier questions of the conversation, the oldest first.

    Returns:
        SQL with its reading, a clarification, or a refusal.
    """
    from local_account.analyst import analyst  # noqa: PLC0415 - 0.2 s, for which no account's start waits

    return analyst.answer(question, model=model, view=view, data=data, history=history)
