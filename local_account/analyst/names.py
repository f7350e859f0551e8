"""Finds names of persons, and other values that are not listed, among words with capital letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.english import PHRASES
from local_account.analyst.marks import is_shouted
from local_account.analyst.words import Token
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.lexicon import Lexicon

_MOST = 6  # groups of words that are looked up in the data, each in several dimensions


def with_names(found: list[Token], lexicon: Lexicon) -> list[Token]:
    """Join words with capitals that are a person's name, or another value that is not listed, into one token.

    Args:
        found: the tokens of a question.
        lexicon: the phrases of the model and its data.
    """
    if is_shouted(found):
        return found
    tried = _candidates(found, lexicon)
    result: list[Token] = []
    at = 0
    while at < len(found):
        length = next((n for n in (3, 2) if (at, n) in tried and _is_held(found[at : at + n], lexicon)), 0)
        if length:
            text = " ".join(token.text for token in found[at : at + length])
            result.append(Token(text, text.lower(), text.lower(), "id", found[at].start))
        else:
            result.append(found[at])
        at += max(length, 1)
    return result


def _candidates(found: Sequence[Token], lexicon: Lexicon) -> set[tuple[int, int]]:
    """Return the places and lengths of what may be a name: of many, those of which a word is unknown."""
    groups = [(at, n) for at in range(len(found)) for n in (3, 2) if _has_capitals(found[at : at + n], n)]
    groups = [(at, n) for at, n in groups if not lexicon.meanings(tuple(w.stem for w in found[at : at + n]))]
    if len(groups) > _MOST:
        groups = [(at, n) for at, n in groups if any(_is_unknown(w, lexicon) for w in found[at : at + n])]
    return set(groups[:_MOST])


def _has_capitals(words: Sequence[Token], length: int) -> bool:
    return len(words) == length and all(w.kind == "word" and w.text[0].isupper() for w in words)


def _is_unknown(word: Token, lexicon: Lexicon) -> bool:
    return (word.stem,) not in PHRASES and (word.lower,) not in PHRASES and not lexicon.meanings((word.stem,))


def _is_held(words: Sequence[Token], lexicon: Lexicon) -> bool:
    """Tell whether words are a value of a dimension that is personal, or has too many values to list."""
    text = " ".join(w.text for w in words)
    return any(
        lexicon.data.has_value(e.table, e.name, text)
        for e in lexicon.shape.elements
        if e.kind is Kind.DIMENSION
        and not e.is_number
        and not e.is_flag
        and not e.expression.is_enum
        and (lexicon.data.personal(e.table, e.name) or not lexicon.data.values(e.table, e.name))
    )
