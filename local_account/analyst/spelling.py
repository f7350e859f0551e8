"""Mends typing errors of words, never of identifiers, numbers or names."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA

from local_account.analyst.dictionary import is_common, is_much_rarer, is_rarer, is_word
from local_account.analyst.english import FILL_WORDS, OWN_WORDS, VAGUE_WORDS, WORDS
from local_account.analyst.idiom_table import idiom_words
from local_account.analyst.numbers import NUMBER_WORDS
from local_account.analyst.periods import GRAINS
from local_account.analyst.points import MONTHS, WEEKDAYS
from local_account.analyst.slips import is_slip, meant
from local_account.analyst.words import Token, bases, stem, verb_forms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


_SHORTEST, _LONG = 3, 8
_MOST_WAYS = 4
_RESEMBLES = 0.6  # 1 for the same word
# What is run together with other words.
_LINKS = frozenset(
    (
        "of",
        "by",
        "in",
        "the",
        "for",
        "per",
        "all",
        "and",
        "to",
        "at",
        "on",
        "a",
        "how",
        "is",
        "we",
        "do",
        "out",
        "was",
        "are",
    )
)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")  # of a keyboard
_ONE = {"a", "an", "one", "single", "each", "every", "another"}
_LIKELY, _USUAL, _SELDOM = 0, 1, 2  # how seldom a finger errs so
_OTHER_WORDS = """
    last previous past this since before after until today yesterday date ago weekend first second third fourth half
    current between through next decile quintile quartile percentile hundred thousand million spender spenders often yet
    twenties thirties forties fifties sixties seventies
"""
_MONTH_WORDS = tuple(sorted(word for word in MONTHS if len(word) > _SHORTEST))
_LONG_NUMBERS = {word for word in NUMBER_WORDS if len(word) > _SHORTEST + 1}  # an abbreviation is no "ten"
_TIME_WORDS = frozenset({*MONTHS, *WEEKDAYS, *GRAINS, *_OTHER_WORDS.split(), *_LONG_NUMBERS})


class Mended(NamedTuple):
    """A typing error: what was typed, and the word that it was read as."""

    typed: str
    text: str

    def said(self) -> str:
        """Return what the asker is told of it."""
        return f'"{self.typed}" was read as "{self.text}".'


def _vocabulary(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(word for word in words if len(word) >= _SHORTEST and word.isalpha()))


def _slip(word: str, text: str) -> int:
    """Return how seldom a finger errs so: likely are letters that change places, or are doubled or left out."""
    if word[0] not in text[:2] or text[0] not in word[:2]:
        return _SELDOM  # who types looks at the first letter
    if sorted(word) == sorted(text) or (len(word) != len(text) and set(word) == set(text)):
        return _LIKELY
    if len(word) < len(text):
        return _LIKELY
    if len(word) == len(text):
        pairs = [(a, b) for a, b in zip(word, text, strict=True) if a != b]
        return _LIKELY if len(pairs) == 1 and _beside(*pairs[0]) else _SELDOM
    return _USUAL


def _beside(one: str, other: str) -> bool:
    """Tell whether two letters lie beside each other on a keyboard."""
    row = next((row for row in _ROWS if one in row and other in row), "")
    return bool(row) and abs(row.index(one) - row.index(other)) == 1


def _month(found: Sequence[Token], at: int) -> tuple[str, ...]:
    """Return the month that a word before a year is mistyped of, though it is a word itself: Match 2024."""
    word, behind = found[at].lower, found[at + 1 : at + 2]
    year = behind and behind[0].kind == "number" and re.fullmatch(r"(?:19|20)\d\d", behind[0].lower)
    return _nearest(word, _MONTH_WORDS) if year and len(word) > _SHORTEST else ()


def _one_of(nearest: tuple[str, ...], before: str, known: frozenset[str]) -> tuple[str, ...]:
    """Return words as one of each where the word before them says so: a single purchase, and no purchases."""
    if before not in _ONE:
        return nearest
    return tuple(
        one if (one := text.removesuffix("s")) in known and stem(one) == stem(text) else text for text in nearest
    )


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
    slips = {text: _slip(word, text) for text, distance in near.items() if distance == best}
    likeliest = min(slips.values())
    nearest = [text for text, slip in slips.items() if slip == likeliest]
    likely = sorted(nearest, key=lambda text: (sorted(text) != sorted(word), text[0] != word[0], text[-1] != word[-1]))
    return tuple({stem(text): text for text in reversed(likely)}.values())[::-1][:_MOST_WAYS]


class Speller:
    """Mends words by a vocabulary.

    Args:
        named: the words of the model and its data, beside those of English that questions are made of.
        is_name: whether words side by side are a name of the model.
    """

    def __init__(self, named: Iterable[str], is_name: Callable[[tuple[str, ...]], object] = lambda _: False) -> None:
        self._named = frozenset(named)
        self._is_name = is_name
        known = self._named | WORDS | _TIME_WORDS | verb_forms()
        self._known = known | OWN_WORDS
        self._idioms = idiom_words() - known  # words that mean something beside others alone
        self._words = _vocabulary(known | self._idioms)
        self._by_base: dict[str, str] = {}
        for word in sorted(WORDS - FILL_WORDS - VAGUE_WORDS, key=len, reverse=True):
            if len(word) > _SHORTEST:
                self._by_base.update(dict.fromkeys((*bases(word), word), word))

    def mend(self, found: Sequence[Token], unknown: Iterable[int]) -> list[tuple[list[Token], list[Mended]]]:
        """Mend the tokens at these places.

        Returns: the ways to mend them, the likeliest first: all tokens, and what was mended.
        """
        ways: list[tuple[list[Token], list[Mended]]] = [(list(found), [])]
        title = sum(t.text[:1].isupper() for t in found if t.kind == "word") > len(found) / 2
        for at in unknown:
            nearest = meant(found, at) or _month(found, at) or self._for(found[at]) or self._in_name(found, at)
            if at and found[at].text[:1].isupper() and not found[at].text.isupper() and not title:
                # a name is no word of every day
                nearest = tuple(text for text in nearest if text in self._named or stem(text) in self._named)
            nearest = _one_of(nearest, found[at - 1].lower if at else "", self._known)
            if nearest:
                ways = [_mended(way, at, text) for text in nearest for way in ways][:_MOST_WAYS]
        return ways

    def _for(self, token: Token) -> tuple[str, ...]:
        """Return the words that a token can be a typing error of."""
        word = token.lower
        short = len(word) <= _SHORTEST and token.text.isupper()  # a code, or an abbreviation
        known = self._knows(token) or token.stem in OWN_WORDS or word in self._idioms
        if token.kind != "word" or len(word) < _SHORTEST or short or known:
            return ()
        nearest = _nearest(word, self._words) or (_nearest(token.stem, self._words) if token.stem != word else ())
        if is_common(word) or is_common(token.stem):
            # "sliver" is a word, and likelier "silver"; "Californian" is of California
            of_place = {t for t in nearest if t in self._named and token.text[:1].isupper() and word.startswith(t)}
            return tuple(t for t in nearest if t in of_place or is_much_rarer(word, t))
        return self._usual(nearest)

    def _in_name(self, found: Sequence[Token], at: int) -> tuple[str, ...]:
        """Return the words that one of every day is mistyped of where they make a name with the word beside it."""
        word = found[at].lower
        if found[at].kind != "word" or len(word) <= _SHORTEST or found[at].text[:1].isupper():
            return ()
        before = tuple(token.stem for token in found[max(at - 1, 0) : at])
        behind = tuple(token.stem for token in found[at + 1 : at + 2])
        likely = [text for text in _nearest(word, self._words) if _slip(word, text) < _SELDOM]
        pairs = {text: ((*before, stem(text)), (stem(text), *behind)) for text in likely}
        return tuple(
            text for text, both in pairs.items() if any(len(pair) > 1 and self._is_name(pair) for pair in both)
        )

    def is_near(self, token: Token) -> bool:
        """Tell whether a long word is one typing error away from a known one, so that no blank was left out of it."""
        nearest = self._for(token) if len(token.lower) >= _LONG else ()
        return bool(nearest) and OSA.distance(token.lower, nearest[0]) == 1

    def _usual(self, nearest: tuple[str, ...]) -> tuple[str, ...]:
        """Return of words that are as near those that are not much rarer than another one: since, and no slice."""
        return tuple(t for t in nearest if t in self._named or not any(is_rarer(t, other) for other in nearest))

    def _knows(self, token: Token) -> bool:
        return token.lower in self._known or token.stem in self._known

    def inflected(self, token: Token) -> Token:
        """Return a word that is not known in the form in which it is: relate as related, declined as decline."""
        if token.kind != "word" or len(token.lower) <= _SHORTEST or self._knows(token) or is_slip(token.lower):
            return token
        known = next((w for b in (token.lower, *sorted(bases(token.lower))) if (w := self._by_base.get(b))), None)
        return token if known is None else replace(token, lower=known, stem=stem(known))

    def parts(self, token: Token) -> Mended | None:
        """Return the two words that a token is made of, where the blank between them was left out."""
        word = token.lower
        if (
            token.kind != "word"
            or not word.isalpha()
            or len(word) <= _SHORTEST
            or self._knows(token)
            or is_word(word)  # a salesperson is no sales of a person
            or (token.text[:1].isupper() and token.start > 0 and not token.text.isupper())
        ):
            return None
        halves = [(word[:i], word[i:]) for i in range(2, len(word) - 1)]
        found = [(a, b) for a, b in halves if self._is_part(a) and self._is_part(b)]
        return Mended(token.text, " ".join(max(found, key=lambda pair: max(map(len, pair))))) if found else None

    def _is_part(self, word: str) -> bool:
        return word in _LINKS or (len(word) > _SHORTEST and word in self._known) or word in {"top", "age", "new", "how"}

    def joined(self, found: Sequence[Token], unknown: set[int]) -> tuple[list[Token], list[Mended]]:
        """Join two tokens that are one word with a blank in it, one of which means nothing alone."""
        result: list[Token] = []
        said: list[Mended] = []
        at = 0
        while at < len(found):
            pair = found[at : at + 2]
            text = "".join(token.lower for token in pair)
            if len(pair) == 2 and {at, at + 1} & unknown and self._is_split(pair, text):  # noqa: PLR2004 (a pair)
                said.append(Mended(f"{pair[0].text} {pair[1].text}", text))
                result.append(replace(pair[0], text=_cased(pair[0].text, text), lower=text, stem=stem(text)))
                at += 2
                continue
            result.append(found[at])
            at += 1
        return result, said

    def _is_split(self, pair: Sequence[Token], text: str) -> bool:
        return len(text) > _SHORTEST + 1 and all(token.kind == "word" for token in pair) and text in self._known

    def nearest(self, word: str) -> str | None:
        """Return a word of the vocabulary that resembles another one, for a hint."""
        best = max(self._words, key=lambda known: OSA.normalized_similarity(word.lower(), known), default="")
        return best if OSA.normalized_similarity(word.lower(), best) >= _RESEMBLES else None


def _mended(way: tuple[list[Token], list[Mended]], at: int, text: str) -> tuple[list[Token], list[Mended]]:
    """Return a way to mend tokens with one more of them mended."""
    mended, said = list(way[0]), [*way[1], Mended(way[0][at].text, text)]
    mended[at] = replace(mended[at], text=_cased(mended[at].text, text), lower=text, stem=stem(text))
    return mended, said


def _cased(typed: str, text: str) -> str:
    """Return a word with a capital where the mistyped one had one."""
    return text.capitalize() if typed[:1].isupper() else text
