"""English of questions: the words that ask, group, compare, rank and join, whatever the model is about."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from local_account import fast_yaml
from local_account.analyst.words import phrase


class K(StrEnum):
    """What a piece of a question does in it."""

    FILL = "fill"  # carries no meaning
    SOFT = "soft"  # a hint for what stands beside it, harmless where nothing uses it
    NOUN = "noun"  # an element or table of the model
    VALUE = "value"
    PERIOD = "period"
    GRAIN = "grain"
    NUMBER = "number"
    HOW_MANY = "how many"
    HOW_MUCH = "how much"
    AGGREGATE = "aggregate"
    BY = "by"
    TOP = "top"
    COMPARE = "compare"  # over, at least, between
    OR_MORE = "or more"
    NOT = "not"
    NOTHING = "nothing"
    AND = "and"
    OR = "or"
    BUT = "but"
    SHARE = "share"
    VERSUS = "versus"
    TREND = "trend"
    CHANGE = "change"
    CORRELATION = "correlation"
    DISTRIBUTION = "distribution"
    MOVE = "move"
    LIST = "list"
    WHICH = "which"
    WHEN = "when"
    WHO = "who"
    IS = "is"
    HAVE = "have"
    BUY = "buy"
    THEM = "them"
    FOLLOW = "follow"
    ALWAYS = "always"  # of all days that there are
    EARLIER = "earlier"  # the unit of time before that of the question before
    VAGUE = "vague"
    DIFFERENT = "different"
    UNIT = "unit"
    FUTURE = "future"
    WHY = "why"
    STEP = "step"
    RATIO = "ratio"
    TILE = "tile"  # equal groups of rows, by their number
    REST = "rest"  # those who are not among the first
    PLACE = "place"  # of one value in a ranking
    FRACTION = "fraction"  # a share in words, by its percent
    ORDINAL = "ordinal"  # second highest, by its number
    UNKNOWN = "unknown"


_TABLES = fast_yaml.load(Path(__file__).with_suffix(".yaml").read_text())
_WORD_LISTS = ("fill", "own", "articles", "alike", "which side")
_PADDING = "padding"  # phrases that carry no meaning


def _all_phrases() -> dict[tuple[str, ...], list[tuple[K, str]]]:
    """Return by the stems of each phrase what it can do in a question."""
    found: dict[tuple[str, ...], list[tuple[K, str]]] = {(text,): [(K.FILL, "")] for text in _TABLES["fill"].split()}
    for kind, table in _TABLES.items():
        if kind in _WORD_LISTS:
            continue
        for canonical, texts in table.items():
            for text in texts.split("|"):
                meant = K.FILL if kind == _PADDING else K(kind)
                found.setdefault(phrase(text) or (text.strip(),), []).append((meant, canonical))
    return found


PHRASES = _all_phrases()
LONGEST = max(map(len, PHRASES))
WORDS = frozenset(word for key in PHRASES for word in key) | frozenset(
    word
    for kind, table in _TABLES.items()
    if kind not in _WORD_LISTS
    for text in table.values()
    for word in text.replace("|", " ").split()
)
ARTICLES = frozenset(_TABLES["articles"].split())
_ALIKE = {phrase(text): first for first, texts in _TABLES["alike"].items() for text in texts.split("|")}
_LONGEST_ALIKE = max(map(len, _ALIKE))
_BEGUN_ALIKE = frozenset(words[0] for words in _ALIKE)


@lru_cache(maxsize=50_000)  # asked of every few words, again in every reading
def alike(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a name with the first of those that mean the same there in the place of each."""
    if _BEGUN_ALIKE.isdisjoint(words):
        return words
    found: list[str] = []
    at = 0
    while at < len(words):
        spans = (words[at : at + n] for n in range(min(_LONGEST_ALIKE, len(words) - at), 0, -1))
        span = next((one for one in spans if one in _ALIKE), words[at : at + 1])
        found.append(_ALIKE.get(span, span[0]))
        at += len(span)
    return tuple(found)


WHICH_SIDE = tuple(tuple(text.split()) for text in _TABLES["which side"].split("|"))
FILL_WORDS = frozenset(_TABLES["fill"].split())
VAGUE_WORDS = frozenset(word for text in _TABLES["vague"].values() for word in text.replace("|", " ").split())
OWN_WORDS = frozenset(_TABLES["own"].split())
