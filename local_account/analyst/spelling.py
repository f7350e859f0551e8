"""Mends typing errors of words, never of identifiers, numbers or names."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from local_account.analyst.english import OWN_WORDS
from local_account.analyst.periods import GRAINS
from local_account.analyst.points import MONTHS
from local_account.analyst.words import Token, stem, verb_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHORTEST, _LONG = 4, 8
_MOST_WAYS = 4
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
def _nearest(word: str, vocabulary: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words within the distance that a word of this length may be mistyped by, the likeliest first."""
    most = 2 if len(word) >= _LONG else 1
    near = {
        text: OSA.distance(word, text, score_cutoff=most) for text in vocabulary if abs(len(text) - len(word)) <= most
    }
    best = min(near.values(), default=most + 1)
    if best > most:
        return ()
    nearest = [text for text, distance in near.items() if distance == best]
    if len(word) < _SHORTEST:
        nearest = [text for text in nearest if sorted(text) == sorted(word)]
    likely = sorted(nearest, key=lambda text: (sorted(text) != sorted(word), text[0] != word[0], text[-1] != word[-1]))
    return tuple({stem(text): text for text in reversed(likely)}.values())[::-1][:_MOST_WAYS]


class Speller:
    """Mends words by a vocabulary.

    Args:
        vocabulary: the words that questions are made of: English ones, and those of the model and its data.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        known = set(vocabulary) | _TIME_WORDS | verb_forms()
        self._known = known | OWN_WORDS
        self._words = _vocabulary(known)

    def mend(self, found: Sequence[Token], unknown: Iterable[int]) -> list[tuple[list[Token], list[str]]]:
        """Mend the tokens at these places.

        Returns: the ways to mend them, the likeliest first: all tokens, and a sentence for each that was mended.
        """
        ways: list[tuple[list[Token], list[str]]] = [(list(found), [])]
        for at in unknown:
            nearest = self._for(found[at])
            if nearest:
                ways = [_mended(way, at, text) for text in nearest for way in ways][:_MOST_WAYS]
        return ways

    def _for(self, token: Token) -> tuple[str, ...]:
        """Return the words that a token can be a typing error of."""
        own = token.lower in OWN_WORDS or token.stem in OWN_WORDS
        if token.kind != "word" or len(token.lower) < _SHORTEST - 1 or own:
            return ()
        return _nearest(token.lower, self._words) or (
            _nearest(token.stem, self._words) if token.stem != token.lower else ()
        )

    def parts(self, token: Token) -> str | None:
        """Return the two words that a token is made of, where the blank between them was left out."""
        word = token.lower
        if token.kind != "word" or not word.isalpha() or word in self._known or token.stem in self._known:
            return None
        halves = [(word[:i], word[i:]) for i in range(_SHORTEST, len(word) - _SHORTEST + 1)]
        return next((f"{a} {b}" for a, b in halves if a in self._words and b in self._words), None)

    def nearest(self, word: str) -> str | None:
        """Return a word of the vocabulary that resembles another one, for a hint."""
        best = max(self._words, key=lambda known: OSA.normalized_similarity(word.lower(), known), default="")
        return best if OSA.normalized_similarity(word.lower(), best) >= _RESEMBLES else None


def _mended(way: tuple[list[Token], list[str]], at: int, text: str) -> tuple[list[Token], list[str]]:
    """Return a way to mend tokens with one more of them mended."""
    mended, said = list(way[0]), [*way[1], f'"{way[0][at].text}" was read as "{text}".']
    mended[at] = replace(mended[at], lower=text, stem=stem(text))
    return mended, said
