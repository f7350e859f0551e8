"""Mends typing errors of words, never of identifiers, numbers or names."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from local_account.analyst.english import OWN_WORDS
from local_account.analyst.periods import GRAINS
from local_account.analyst.times import MONTHS
from local_account.analyst.words import Token, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHORTEST, _LONG = 4, 8
_RESEMBLES = 0.6  # 1 for the same word
_TIME_WORDS = frozenset(
    {
        *MONTHS,
        "last",
        "previous",
        "past",
        "this",
        "since",
        "before",
        "after",
        "until",
        "today",
        "yesterday",
        "date",
        "ago",
        "weekend",
        *GRAINS,
        "first",
        "second",
        "third",
        "fourth",
        "half",
        "current",
        "between",
        "through",
        "next",
        "hundred",
        "thousand",
        "million",
    }
)


def _vocabulary(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(word for word in words if len(word) >= _SHORTEST - 1 and word.isalpha()))


@lru_cache(maxsize=2_000)
def _nearest(word: str, vocabulary: tuple[str, ...]) -> str | None:
    """Return the only word within the distance that a word of this length may be mistyped by."""
    most = 2 if len(word) >= _LONG else 1
    near = {
        text: OSA.distance(word, text, score_cutoff=most) for text in vocabulary if abs(len(text) - len(word)) <= most
    }
    best = min(near.values(), default=most + 1)
    if best > most:
        return None
    nearest = [text for text, distance in near.items() if distance == best]
    if len(word) < _SHORTEST:
        nearest = [text for text in nearest if sorted(text) == sorted(word)]
    if len(nearest) > 1:
        same_start = [text for text in nearest if text[0] == word[0]]
        swapped = [text for text in nearest if sorted(text) == sorted(word)]
        nearest = [text for text in swapped if text in same_start] or swapped or same_start
    stems = {stem(text) for text in nearest}
    return nearest[0] if len(stems) == 1 else None


class Speller:
    """Mends words by a vocabulary.

    Args:
        vocabulary: the words that questions are made of: English ones, and those of the model and its data.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        known = set(vocabulary) | _TIME_WORDS
        self._known = known | OWN_WORDS
        self._words = _vocabulary(known)

    def mend(self, found: Sequence[Token], unknown: Iterable[int]) -> tuple[list[Token], list[str]]:
        """Mend the tokens at these places; return all tokens, and a sentence for each that was mended."""
        mended, said = list(found), []
        for at in unknown:
            token = found[at]
            if (
                token.kind != "word"
                or len(token.lower) < _SHORTEST - 1
                or token.lower in OWN_WORDS
                or token.stem in OWN_WORDS
            ):
                continue
            best = _nearest(token.lower, self._words)
            if best is None and token.stem != token.lower:
                best = _nearest(token.stem, self._words)
            if best:
                mended[at] = replace(token, lower=best, stem=stem(best))
                said.append(f'"{token.text}" was read as "{best}".')
        return mended, said

    def nearest(self, word: str) -> str | None:
        """Return a word of the vocabulary that resembles another one, for a hint."""
        best = max(self._words, key=lambda known: OSA.normalized_similarity(word.lower(), known), default="")
        return best if OSA.normalized_similarity(word.lower(), best) >= _RESEMBLES else None
