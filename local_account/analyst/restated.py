"""Tells sentences that ask nothing of their own: vague ones before a question, and what says it once more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_account.analyst.choosing import could_choose
from local_account.analyst.english import ARTICLES, K
from local_account.analyst.idle import IDLE
from local_account.analyst.marks import mark
from local_account.analyst.words import phrase, tokens
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark

# What changes an answer unless the question says it, too.
_CHANGING = frozenset((
    K.NOT, K.NOTHING, K.COMPARE, K.OR_MORE, K.TOP, K.AGGREGATE, K.SHARE, K.CHANGE, K.TREND, K.GRAIN, K.CORRELATION,
    K.OR, K.DISTRIBUTION, K.MOVE, K.BUY, K.DIFFERENT, K.RATIO, K.ORDINAL, K.STEP, K.WHY, K.FUTURE, K.ALWAYS,
    K.EARLIER, K.FRACTION, K.HOW_MANY, K.HOW_MUCH, K.WHICH, K.WHEN,
))  # fmt: skip
# Words that stand for what was asked, whatever it is.
_GENERAL_WORDS = """
    number numbers figure figures amount amounts value values result results list table both two one ones overview
    answer answers them it that this these those here help send sent share forward check
    provide prepare look pull confirm advise back over side handy enough fine
"""
_GENERAL = frozenset(_GENERAL_WORDS.split())
# Words that stand for it where it is of their kind alone: a count of those who are counted, names of those listed.
_OF_KIND = {
    **dict.fromkeys(("count", "counts", "total", "totals"), (K.HOW_MANY, K.AGGREGATE)),
    **dict.fromkeys(("name", "names"), (K.WHO, K.WHICH, K.LIST)),
}
_OWN = re.compile(r"\b(?:me|us|i|i'm|i've|we|we're|we've|my|our|you)\b", re.IGNORECASE)
_ADDRESSED = re.compile(r"\W*(?:and |so |please )*(?:can|could|would|will) (?:you|i|we)\b", re.IGNORECASE)
_OF_OTHERS = re.compile(r"\b(?:their|his|her|its|them|those|they|only|just)\b", re.IGNORECASE)
_MORE = re.compile(r"\binstead\b", re.IGNORECASE)
_OF_EACH = re.compile(r"\b(in|for|of|within|from|on) (?:each|every)(?: one)? of (?:them|those|these)\b", re.IGNORECASE)
_EVERY = re.compile(r"\b(?:each|every)(?: single)? ((?:[a-z]+ )?[a-z]+)(?=[,.!;]|$)", re.IGNORECASE)
_THAT_TIME = re.compile(
    r" (?:in |during |over |for )?(?:that|the same|this very) (?:year|quarter|month|week|day|period|time)\b",
    re.IGNORECASE,
)
_SHORT = 4  # words of a question that is none
_POINTING = re.compile(r"\b(?:that|this|which|the|another) one\b", re.IGNORECASE)


def is_restated(sentence: str, others: Sequence[str], lexicon: Lexicon) -> bool:
    """Tell whether a sentence says nothing that the others do not: Just the numbers per quarter, please.

    Args:
        sentence: a sentence that stands beside a question.
        others: the other sentences, one of which asks.
        lexicon: the phrases of the model and its data.
    """
    if sentence.endswith("?") and not _ADDRESSED.match(sentence):
        return False
    asked = [m for other in others for m in mark(tokens(other), lexicon)]
    said = mark(tokens(_POINTING.sub("that", sentence)), lexicon)
    more = could_choose(sentence, said) or _MORE.search(sentence) is not None
    return bool(said) and not more and all(_says_nothing(m, asked) for m in said)


def _says_nothing(one: Mark, asked: Sequence[Mark]) -> bool:
    """Tell whether a piece of a sentence says nothing, or what a question asks as well."""
    text = one.text.lower()
    if any(text == other.text.lower() or _stem(one) == _stem(other) for other in asked if not other.can(K.FILL)):
        return True
    if text in _OF_KIND:
        return any(other.can(*_OF_KIND[text]) for other in asked)
    named = one.meanings
    general = _GENERAL.union(ARTICLES).issuperset(text.split())
    if one.period is not None or one.held or general:
        return general and one.period is None and not one.held
    if named and not any(m in other.meanings for m in named for other in asked):
        return False
    changing = one.can(K.UNKNOWN, K.VAGUE) or one.number is not None or bool(_CHANGING.intersection(one.kinds))
    return text in IDLE or (not changing and (one.kinds.get(K.FOLLOW) != "only" or text == "just"))


def _stem(one: Mark) -> str:
    return " ".join(token.stem for token in tokens(one.text))


def is_vague_lead(sentence: str, behind: Sequence[str], lexicon: Lexicon) -> bool:
    """Tell whether a question only leads up to the next one: How dependent are we on our best? What share ...?

    Args:
        sentence: a question.
        behind: the sentences behind it.
        lexicon: the phrases of the model and its data.
    """
    if not sentence.endswith("?") or not behind:
        return False
    said = mark(tokens(sentence), lexicon)
    short = len(sentence.split()) <= _SHORT and sentence.lower().startswith("who")  # Who's gone quiet?
    chosen = any(m.held for m in said) and not short
    told = chosen or any(m.number is not None or m.period is not None or m.can(K.NOT) for m in said)
    vague = any(m.can(K.UNKNOWN, K.VAGUE) and not m.meanings for m in said) or not any(m.meanings for m in said)
    asked = mark(tokens(behind[-1]), lexicon)
    told = told or could_choose(sentence, said) or any(m.kinds.get(K.FOLLOW) == "replace" for m in said)
    return vague and not told and any(m.meanings for m in asked) and not any(m.can(K.THEM) for m in asked)


def is_remark(sentence: str, lexicon: Lexicon) -> bool:
    """Tell whether a sentence that asks nothing is a remark of those who ask, and of no data: Splurges fascinate me.

    Args:
        sentence: a sentence that stands beside a question.
        lexicon: the phrases of the model and its data.
    """
    if "?" in sentence or not _OWN.search(sentence) or _OF_OTHERS.search(sentence):
        return False
    said = mark(tokens(sentence), lexicon)
    named = any(m.period is not None or m.number is not None or m.held or m.named() for m in said)
    changing = any(_CHANGING.intersection(m.kinds) or m.can(K.BY, K.LIST, K.WHICH, K.VAGUE) for m in said)
    return any(m.can(K.UNKNOWN) for m in said) and not named and not changing and not could_choose(sentence, said)


def with_antecedent(sentences: Sequence[str], lexicon: Lexicon) -> tuple[str, str] | None:
    """Return a statement, and the question behind it with what it points to in its place.

    Only a statement that names nothing else goes: We ran a campaign in 2023. How many joined that year?

    Args:
        sentences: a statement and a question.
        lexicon: the phrases of the model and its data.

    Returns: nothing where the question points to nothing that the statement alone names.
    """
    if len(sentences) != 2 or "?" in sentences[0]:  # noqa: PLR2004 (a statement and a question)
        return None
    told, asked = sentences
    marks = mark(tokens(told), lexicon)
    periods = [m for m in marks if m.period is not None]
    chosen = any(m.held or m.named(Kind.FILTER, Kind.METRIC, Kind.FACT) or m.can(K.NOT, K.COMPARE) for m in marks)
    of_each = _OF_EACH.search(asked)
    that = _THAT_TIME.search(asked)
    every = _EVERY.findall(told)
    if chosen:
        return None
    if of_each and len(every) == 1 and not periods and lexicon.meanings(phrase(every[0])):
        return told, asked.replace(of_each[0], f"{of_each[1]} each {every[0]}")
    if that and len(periods) == 1 and not any(m.period is not None for m in mark(tokens(asked), lexicon)):
        return told, asked.replace(that[0], f" in {periods[0].text}")
    return None
