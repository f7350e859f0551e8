"""English words by how often they are used: a word of every day is no typing error of a word of the model."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from importlib.resources import files

import spellchecker

_COMMON = 300  # uses in the 1.6 billion words that were counted; rarer ones are as often a mistyped word

_SELDOM, _RARER = 3_000, 20


@lru_cache(maxsize=1)
def _uses() -> dict[str, int]:
    """Return how often each word is used: the list of pyspellchecker, from films and books; 0.1 s, at the first use."""
    packed = files(spellchecker).joinpath("resources", "en.json.gz").read_bytes()
    uses: dict[str, int] = json.loads(gzip.decompress(packed))
    return uses


def is_common(word: str) -> bool:
    """Tell whether a word, in small letters, is one of every day."""
    return _uses().get(word, 0) >= _COMMON


def is_word(word: str) -> bool:
    """Tell whether a word, in small letters, is used at all."""
    return word in _uses()


def is_much_rarer(word: str, other: str) -> bool:
    """Tell whether a word is so seldom, and so much rarer than another one, that it is likelier this one mistyped."""
    uses = _uses().get(word, 0)
    return uses < _SELDOM and uses * _RARER < _uses().get(other, 0)


def is_rarer(word: str, other: str) -> bool:
    """Tell whether a word is so much rarer than another one that this one is meant where both are as near."""
    return _uses().get(word, 0) * _RARER < _uses().get(other, 0)
