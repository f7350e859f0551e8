"""Marks: the pieces of a question, each with all that it can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local_account.analyst.english import ARTICLES, LONGEST, PHRASES, K
from local_account.analyst.lexicon import Entity, Held, Lexicon, Meaning, Named
from local_account.analyst.numbers import Number, read_number
from local_account.analyst.times import TimeReader
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.periods import Period
    from local_account.analyst.words import Token

_STATING = frozenset({"is", "are", "was", "were"})
_SUMMING = frozenset({"total", "overall", "combined"})
_MENTIONING = (K.NOUN, K.VALUE)
_PERCENTILE = re.compile(
    r"p(\d{1,2})|(\d{1,2}) ?(?:st|nd|rd|th)? (?:percentile|percentiles|pctl|pctile)|(\d{1,2}) (?:%|percent) quantile"
    r"|0?\.(\d{2}) quantile|percentile (\d{1,2})"
)
_MOST_MARKED = 100  # texts whose marks are kept
_NUMBERS = {"two": 2, "three": 3, "four": 4, "six": 6, "twelve": 12}
_MOVING = re.compile(
    rf"(\d\d?|{'|'.join(_NUMBERS)}) (month|quarter|week)s? (?:moving|rolling|trailing) (?:average|mean)"
)
_PARTS = {
    "upper quartile": "p75", "third quartile": "p75", "3rd quartile": "p75", "lower quartile": "p25",
    "first quartile": "p25", "1st quartile": "p25", "second quartile": "median", "2nd quartile": "median",
    "ninth decile": "p90", "9th decile": "p90", "upper decile": "p90", "first decile": "p10", "1st decile": "p10",
    "lower decile": "p10",
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """A piece of a question.

    Attributes:
        text: its words as they were written.
        kinds: what it can do in the question, each with its word in our own terms.
        meanings: what it can mean in the model.
        number: the number that it is.
        period: the period that it is.
        span: the places of its first token and of the one behind its last.
        capital: whether it was written with a capital letter.
    """

    text: str
    kinds: dict[K, str]
    meanings: tuple[Meaning, ...] = ()
    number: Number | None = None
    period: Period | None = None
    span: tuple[int, int] = (0, 0)
    capital: bool = field(default=False)

    def can(self, *kinds: K) -> bool:
        """Tell whether it can do one of these things."""
        return any(kind in self.kinds for kind in kinds)

    def named(self, *kinds: Kind) -> list[Named]:
        """Return the elements of these kinds that it can name; of all kinds where none is given."""
        return [m for m in self.meanings if isinstance(m, Named) and (not kinds or m.element.kind in kinds)]

    @property
    def entities(self) -> list[Entity]:
        """The tables that it can name."""
        return [m for m in self.meanings if isinstance(m, Entity)]

    @property
    def held(self) -> list[Held]:
        """The values that it can name."""
        return [m for m in self.meanings if isinstance(m, Held)]


def mark(found: Sequence[Token], lexicon: Lexicon, banned: frozenset[tuple[int, int]] = frozenset()) -> list[Mark]:
    """Part tokens into marks, the longest first.

    Args:
        found: the tokens of a question.
        lexicon: the phrases of the model and its data.
        banned: spans of tokens that must not be one mark, where a reading with them had failed.
    """
    known = _known(found, lexicon)
    times = TimeReader(found, lexicon.data.as_of())
    shouted = is_shouted(found)
    marks: list[Mark] = []
    at = 0
    while at < len(found):
        here = frozenset(span for span in banned if span[0] == at)
        if (one := known.get((at, here))) is None:
            one = known[at, here] = _longest(found, at, lexicon, times, here, shouted=shouted)
        marks.append(one)
        at = one.span[1]
    return marks


def _known(found: Sequence[Token], lexicon: Lexicon) -> dict[tuple[int, frozenset[tuple[int, int]]], Mark]:
    """Return the marks that are known of tokens: each way to read a question marks most of it alike."""
    key = tuple(found)
    if (known := lexicon.marked.get(key)) is None:
        if len(lexicon.marked) > _MOST_MARKED:
            lexicon.marked.clear()
        known = lexicon.marked[key] = {}
    return known


def is_shouted(found: Sequence[Token]) -> bool:
    """Tell whether a question is written in capitals alone, so that they tell no code or name from other words."""
    words = [token.text for token in found if token.kind == "word"]
    return len(words) > 1 and all(text.isupper() for text in words)


def _longest(  # noqa: C901, PLR0913 (what a token is read by)
    found: Sequence[Token],
    at: int,
    lexicon: Lexicon,
    times: TimeReader,
    banned: frozenset[tuple[int, int]],
    *,
    shouted: bool,
) -> Mark:
    """Return the longest mark that begins at a token, with what the model and what English say of it."""
    period = times.read(at)
    if period and (at, at + period[1]) in banned:
        period = None
    future = times.future(at)
    number = read_number(found, at)
    for length in range(min(max(LONGEST, lexicon.longest), len(found) - at), 0, -1):
        span = (at, at + length)
        text = " ".join(token.text for token in found[at : at + length])
        capital = found[at].text[:1].isupper()
        if future == length:
            return Mark(text, {K.FUTURE: ""}, span=span)
        if period and period[1] == length:
            kinds = {K.PERIOD: ""} | ({K.NUMBER: ""} if number and number[1] == length else {})
            return Mark(
                text, kinds, period=period[0], number=number[0] if number and number[1] == length else None, span=span
            )
        if percentile := _percentile(found[at : at + length]):
            return Mark(text, {K.AGGREGATE: percentile}, span=span)
        if number and number[1] == length:
            return Mark(text, {K.NUMBER: ""}, number=number[0], span=span)
        if span in banned and length > 1:
            continue
        kinds, meanings = _words(found[at : at + length], lexicon, shouted=shouted)
        if (not meanings or found[at].lower in _SUMMING | _STATING) and _named_behind(found, at, length, lexicon):
            continue
        if meanings and _cuts_name(found, at, length, lexicon):
            continue
        if length == 1 and times.is_verb(at):
            kinds, meanings = {kind: word for kind, word in kinds.items() if kind not in _MENTIONING}, ()
        if kinds or meanings:
            return Mark(text, kinds, meanings, span=span, capital=capital)
    return Mark(found[at].text, {K.UNKNOWN: ""}, span=(at, at + 1), capital=found[at].text[:1].isupper())


def _percentile(words: Sequence[Token]) -> str | None:
    """Return the function of words such as "90th percentile", "upper quartile" or "three month moving average"."""
    text = " ".join(token.lower for token in words).removesuffix(" of")
    match = _PERCENTILE.fullmatch(text)
    moving = _MOVING.fullmatch(text)
    if moving is not None:
        return f"moving {_NUMBERS.get(moving[1], moving[1])} {moving[2]}"
    if match is not None:
        return f"p{next(number for number in match.groups() if number)}"
    return _PARTS.get(text)


def _named_behind(found: Sequence[Token], at: int, length: int, lexicon: Lexicon) -> bool:
    """Tell whether a name behind an article or "total" reaches further than a phrase from it on: spend at risk."""
    if length == 1 or found[at].lower not in ARTICLES | _SUMMING | _STATING:
        return False
    longer = range(length, min(lexicon.longest, len(found) - at - 1) + 1)
    return any(lexicon.meanings(tuple(token.stem for token in found[at + 1 : at + 1 + n])) for n in longer)


def _cuts_name(found: Sequence[Token], at: int, length: int, lexicon: Lexicon) -> bool:
    """Tell whether a figure per something ends within the name of a dimension: revenue per day of the week."""
    last = at + length - 1
    if length < 3 or found[last - 1].lower not in {"per", "by"}:  # noqa: PLR2004 (a figure, the link, and a name)
        return False
    longer = (lexicon.meanings(tuple(t.stem for t in found[last : last + n])) for n in range(lexicon.longest, 1, -1))
    named = next((one for one in longer if one), ())
    return any(isinstance(m, Named) and m.element.kind is Kind.DIMENSION for m in named)


def _words(words: Sequence[Token], lexicon: Lexicon, *, shouted: bool) -> tuple[dict[K, str], tuple[Meaning, ...]]:
    """Return what words can do in a question, and what they can mean in the model."""
    stems, lowers = tuple(token.stem for token in words), tuple(token.lower for token in words)
    kinds: dict[K, str] = {}
    for key in dict.fromkeys((lowers, stems)):
        for kind, canonical in PHRASES.get(key, ()):
            kinds.setdefault(kind, canonical)
    meanings = lexicon.meanings(stems) or lexicon.meanings(lowers)
    if len(words) == 1 and not meanings:
        meanings = tuple(lexicon.weekday(stems[0]))
        code = words[0].text.isupper() and len(words[0].text) in {2, 3} and words[0].text.isalpha()
        if not meanings and code and not (shouted and kinds):
            meanings = tuple(lexicon.codes(words[0].text))
            kinds = {} if meanings else kinds
        if words[0].kind in {"id", "mail"}:
            meanings = tuple(identified(words[0].text, lexicon))
            kinds = kinds if meanings else {K.UNKNOWN: "id"}
    if any(not isinstance(m, Held) for m in meanings):
        kinds.setdefault(K.NOUN, "")
    if any(isinstance(m, Held) for m in meanings):
        kinds.setdefault(K.VALUE, "")
    if K.GRAIN in kinds and len(words) == 1:
        meanings = ()
        kinds = {kind: word for kind, word in kinds.items() if kind not in _MENTIONING}
    return kinds, meanings


def identified(text: str, lexicon: Lexicon) -> list[Held]:
    """Return the dimensions, such as a customer's id, that hold what was written; of a personal one too."""
    found: list[Held] = []
    for element in lexicon.shape.elements:
        listed = element.kind is Kind.DIMENSION and not element.is_number and not element.is_flag
        if listed and (
            element.name.endswith("ID") or "@" in text or lexicon.data.personal(element.table, element.name)
        ):
            spelled = next(
                (
                    t
                    for t in (text, text.upper(), text.lower())
                    if lexicon.data.has_value(element.table, element.name, t)
                ),
                None,
            )
            if spelled:
                found.append(Held(element, spelled))
    return found[:1] if found and all(h.element.name == found[0].element.name for h in found) else found
