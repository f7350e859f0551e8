"""Tells what in talk around a question could choose its rows, group them or turn its figure: then it is no talk."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from local_account.analyst.english import K

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.marks import Mark

# Verbs by which somebody leaves rows out or takes some alone, whatever they are called.
_CHOOSING = re.compile(
    r"\b(?:exclud|ignor|disregard|omit|skip|restrict|filter|narrow|focus|includ|consider(?!ing|ed|ation))\w*\b"
    r"|\b(?:leav(?:e|es|ing)|left) out\b|\b(?:forget|drop|dropped|take|took|removed?) (?:about |out )?(?:the|all|our)\b"
    r"|\b(?:not|n['\u2019]t|never|only|just) count\b|\bstrict (?:about|on)\b|\bcare (?:only )?(?:about|for)\b",
    re.IGNORECASE,
)
_PEOPLE_WORDS = "ones those people folks users buyers spenders shoppers fans members guys accounts purchases orders"
_PEOPLE = frozenset(_PEOPLE_WORDS.split())


def could_choose(text: str, marks: Sequence[Mark]) -> bool:
    """Tell whether a clause beside a question could change its answer, though its words mean nothing to the model.

    Args:
        text: the clause, as it was written.
        marks: its marks.
    """
    if _CHOOSING.search(text):
        return True
    for one, behind in pairwise(marks):
        rows = bool(behind.entities) or behind.text.lower() in _PEOPLE
        if (one.can(K.VAGUE) and rows) or (one.can(K.BY) and bool(behind.meanings)):
            return True  # premium users, per person
    last = next((m for m in reversed(marks) if m.text[-1:].isalnum()), None)
    return last is not None and last.can(K.GRAIN) and last.text.lower().endswith("ly")  # it should be monthly
