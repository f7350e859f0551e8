"""What a role does not see is named only where a word that is not known could be a value of it."""

from __future__ import annotations

import pytest

from local_account.cortex.unseen_values import said
from local_account.semantic.model import Expression, Kind

HIDDEN = [
    Expression("PHONE", Kind.DIMENSION, "phone", synonyms=("telephone number",)),
    Expression("EMAIL", Kind.DIMENSION, "email", synonyms=("e-mail address",)),
    Expression("NICKNAME", Kind.DIMENSION, "nickname"),
]
UNKNOWN = {
    "Ann": "nickname",
    "555-0100": "phone, nickname",
    "ann@example.com": "email, nickname",
    "limit": "",
}


@pytest.mark.parametrize(("word", "names"), UNKNOWN.items())
def test_what_a_word_could_be_a_value_of_is_named(word: str, names: str) -> None:
    text = said(f"Spend in 2024 of Gold, {word}", f'The model and its data know no "{word}".', lambda: HIDDEN, "R")
    assert text.partition("found: ")[2].rstrip(".") == names
    assert bool(text) == bool(names)


def test_without_a_word_that_is_named_the_question_is_looked_at() -> None:
    assert "nickname" in said("Spend of Ann", "Nothing is known.", lambda: HIDDEN, "R")
    assert not said("Weather", "Nothing is known.", lambda: HIDDEN, "R")
