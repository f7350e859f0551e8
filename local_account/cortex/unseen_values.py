"""Says that a word may be unknown because the asking role does not see the values of a dimension as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local_account.semantic.model import Expression

# What may be a name, an address or a number of somebody.
_NAMES = re.compile(r'[@"]|\d{3}|\s[A-Z]')
# How values are written of what is called so.
_WRITTEN = {"mail": re.compile("@"), "number": re.compile(r"\d{3}"), "code": re.compile(r"\d{3}")}
_QUOTED = re.compile(r'"([^"]+)"')


def said(question: str, text: str, hidden: Callable[[], Sequence[Expression]], role: str) -> str:
    """Return a sentence on the dimensions of which a word that is not known could be a value; empty where none is.

    Args:
        question: what was asked.
        text: the refusal, with the words that are not known between quotes.
        hidden: returns the dimensions whose values the role sees otherwise than they are.
        role: the asking role.
    """
    unknown = _QUOTED.findall(text)
    words = "".join(f" {word}" for word in unknown) or question  # whose first letter is a capital anyway
    meant = [e for e in hidden() if _values_of(e).search(words)] if _NAMES.search(words) else []
    names = ", ".join(e.name.lower().replace("_", " ") for e in meant)
    return f"Role {role} does not see these as they are, so that no value of them is found: {names}." if meant else ""


def _values_of(expression: Expression) -> re.Pattern[str]:
    """Return how values of a dimension are written, as far as its names tell: numbers and codes are of digits."""
    names = f"{expression.name} {' '.join(expression.synonyms)}".lower()
    return next((written for word, written in _WRITTEN.items() if word in names), _NAMES)
