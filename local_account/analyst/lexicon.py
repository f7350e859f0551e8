"""What the words of a question can mean: names and synonyms of a model, and values of its data."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from local_account.analyst.elements import Element, Shape
from local_account.analyst.english import ARTICLES, PHRASES, K, alike
from local_account.analyst.spelling import Speller
from local_account.analyst.words import phrase, tokens
from local_account.semantic.model import Kind, SemanticModel

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from local_account.analyst.data_index import DataIndex
    from local_account.analyst.words import Token

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_FEW_VALUES = 120
_MOST_HELD = 6  # values that are named in one sentence
_GAP = "..."  # of a synonym whose parts stand apart, such as "how long ... with us"
_SHORTEST_STATED = 3  # words of a name within which "is" may stand
_MOST_ARTICLES = 3  # within one name
_MOST_KEPT = 50_000  # phrases whose meanings are kept
_HOW_MANY = (("how", "many"), ("number", "of"), ("count", "of"))
_WEEKDAYS = {
    "mon": "monday",
    "tue": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}


@dataclass(frozen=True)
class Named:
    """An element that a phrase names."""

    element: Element
    by_name: bool = False


@dataclass(frozen=True)
class Entity:
    """A logical table that a phrase names: its rows."""

    table: str


@dataclass(frozen=True)
class Held:
    """A value of a dimension that a phrase names, wholly or by the one part that no other value has."""

    element: Element
    value: str
    part: bool = False


Meaning = Named | Entity | Held


class Lexicon:
    """Phrases of a model and of the data behind it.

    Args:
        shape: the model.
        data: the data behind it.
    """

    def __init__(self, shape: Shape, data: DataIndex) -> None:
        self.shape = shape
        self.data = data
        self._phrases: dict[tuple[str, ...], list[Meaning]] = {}
        self._alike: dict[tuple[str, ...], list[Meaning]] = {}
        self.gapped: list[tuple[tuple[str, ...], ...]] = []  # the parts of each name that stand apart, longest first
        self._parts: dict[tuple[str, ...], list[Held]] = {}
        self.named: set[str] = set()  # the words of the model and its data
        for table in shape.model.tables:
            for text in (table.name, *table.synonyms):
                if K.GRAIN not in {kind for kind, _ in PHRASES.get(phrase(text)[:1], ())}:
                    self._add(text, Entity(table.name))
        for element in shape.elements:
            for text in (element.name, *element.expression.synonyms):
                self._add(text, Named(element, text == element.name))
        for element in shape.elements:
            if element.kind is Kind.DIMENSION and not element.is_number and not element.is_flag:
                self._add_values(element)
        self._counts = {table.name: metric for table in shape.model.tables if (metric := self._count_of(table.name))}
        self._take_apart()
        self._find_alike()
        self.gapped.sort(key=lambda parts: -sum(map(len, parts)))
        self.idioms: list[tuple[re.Pattern[str], str, str]] | None = None
        self.marked: dict[tuple[Token, ...], dict[Any, Any]] = {}  # the marks of texts that were asked of just now
        self.answered: dict[str, bool] = {}  # which questions that were to be offered are answered
        self._meanings: dict[tuple[str, ...], tuple[Meaning, ...]] = {}  # of what was asked for, again in every reading
        self.longest = _MOST_ARTICLES + max((len(key) for key in (*self._phrases, *self._parts)), default=1)

    @cached_property
    def speller(self) -> Speller:
        """What mends words by those of the model and its data."""
        return Speller(self.named, self.meanings)

    def meanings(self, words: tuple[str, ...]) -> tuple[Meaning, ...]:
        """Return what a phrase can mean, all of it: elements, tables, and values that are spelled so.

        Articles within a name do not count, and where nothing is called so, words that mean the same in a name.
        """
        if (known := self._meanings.get(words)) is None:
            if len(self._meanings) > _MOST_KEPT:
                self._meanings.clear()
            known = self._meanings[words] = self._meant(words)
        return known

    def _meant(self, words: tuple[str, ...]) -> tuple[Meaning, ...]:
        if words and {words[0], words[-1]} & ARTICLES:
            return ()
        key = _plain(words)
        found = self._phrases.get(key) or self._parts.get(key) or self._alike.get(alike(key), ())
        if not found and "is" in key[1:-1] and len(key) > _SHORTEST_STATED:
            found = self._phrases.get(tuple(word for word in key if word != "is"), ())  # value (is) at risk
        return tuple(found)

    def held(self, words: tuple[str, ...]) -> list[Held]:
        """Return the values that a phrase names, wholly or in part: one for each name of a listed dimension."""
        listed = [e for e in self.shape.elements if e.kind is Kind.DIMENSION and e.expression.is_enum]
        found: dict[str, Held] = {}
        for element in listed:
            values = tuple(self.data.values(element.table, element.name)) or element.expression.sample_values
            named = [value for value in values if _holds(phrase(value), words)]
            named.sort(key=lambda value: phrase(value) != words)
            part = bool(named) and phrase(named[0]) != words
            if named and not (part and any(one.value == named[0] for one in found.values())):
                found.setdefault(element.name, Held(element, named[0], part=phrase(named[0]) != words))
        return sorted(found.values(), key=lambda one: one.part)

    def holding(self, words: tuple[str, ...], columns: Sequence[Element] = ()) -> list[Held]:
        """Return the values that have a word in common, first of the dimensions with the fewest of them.

        Args:
            words: the words.
            columns: the dimensions that are asked, where they are known; both Carolinas are states.
        """
        tables = {e.table for e in columns}
        names = {e.name.partition("_")[0] for e in columns}  # a state's name is called as its code is
        found: list[list[Held]] = []
        for element in self.shape.elements:
            listed = element.kind is Kind.DIMENSION and not self.data.personal(element.table, element.name)
            asked = not columns or (element.table in tables and element.name.partition("_")[0] in names)
            values = self.data.values(element.table, element.name) if listed and asked and _is_name(element) else ()
            found.append([Held(element, value, part=True) for value in values if _holds(phrase(value), words)])
        return [one for held in sorted(filter(None, found), key=len) for one in held][:_MOST_HELD]

    def _add(self, text: str, meaning: Meaning) -> None:
        key = _plain(phrase(text))
        if not key:
            return
        if _GAP in text:
            self.gapped.append(tuple(phrase(part) for part in text.split(_GAP)))
        entries = self._phrases.setdefault(key, [])
        if meaning not in entries and not any(_same(meaning, one) for one in entries):
            entries.append(meaning)
        self.named.update(key)
        self.named.update(token.lower for token in tokens(text.replace("_", " ")))

    def _add_values(self, element: Element) -> None:
        """Take up the values of a dimension, and the parts of each that tell it from all others."""
        if self.data.personal(element.table, element.name):
            return
        values = tuple(self.data.values(element.table, element.name)) or element.expression.sample_values
        few = len(values) <= _FEW_VALUES
        counted: dict[tuple[str, ...], set[str]] = {}
        for value in values:
            words = phrase(value)
            if not words or (len(words) == 1 and len(words[0]) < 3):  # noqa: PLR2004 (codes are read by their capitals)
                continue
            self._phrases.setdefault(_plain(words), []).append(Held(element, value))
            if few:
                self.named.update(words, (token.lower for token in tokens(value)))
                for i in range(len(words)):
                    for j in range(i + 1, len(words) + 1):
                        if j - i < len(words):
                            counted.setdefault(words[i:j], set()).add(value)
        for words, holders in counted.items():
            telling = len(holders) == 1 and words not in PHRASES and not all(len(w) < 4 for w in words)  # noqa: PLR2004
            if telling and not any(word.isdigit() for word in words):
                self._parts.setdefault(words, []).append(Held(element, next(iter(holders)), part=True))

    def count(self, table: str) -> Element | None:
        """Return the metric that counts the rows of a table."""
        return self._counts.get(table)

    def _count_of(self, table: str) -> Element | None:
        """Find the metric that says how many rows a table has: by its phrases, or as it counts the key."""
        texts = [phrase(text) for text in (table, *self.shape.tables[table].synonyms)]
        named = [m for text in texts for start in _HOW_MANY for m in self._phrases.get((*start, *text), ())]
        metrics = [
            m.element
            for m in named
            if isinstance(m, Named) and m.element.kind is Kind.METRIC and m.element.table == table
        ]
        if metrics:
            return metrics[0]
        keys = {f"COUNT({key.ref})".upper() for key in self.shape.key(table)}
        return next(
            (e for e in self.shape.elements if e.kind is Kind.METRIC and e.expression.expr.upper() in keys), None
        )

    def _take_apart(self) -> None:
        """Forget phrases of metrics that say no more than their parts: how many, a condition, and rows."""
        rows: dict[str, set[tuple[str, ...]]] = {}
        for key, found in self._phrases.items():
            for one in found:
                if isinstance(one, Entity):
                    rows.setdefault(one.table, set()).add(key)
        tests = {key for key, found in self._phrases.items() if any(_is_test(m) for m in found)} | set(self._parts)
        for key, found in list(self._phrases.items()):
            metrics = [
                m
                for m in found
                if isinstance(m, Named)
                and m.element.kind is Kind.METRIC
                and "COUNT" in m.element.expression.expr.upper()
                and not (key == phrase(m.element.name) and "DISTINCT" in m.element.expression.expr.upper())
            ]
            entities = rows.get(metrics[0].element.table, set()) if metrics else set()
            if metrics and "/" not in metrics[0].element.expression.expr and _parts_of(key, entities, tests):
                rest = [m for m in found if m not in metrics]
                self._phrases[key] = rest
                if not rest:
                    del self._phrases[key]

    def _find_alike(self) -> None:
        """Take up the names of several words by the words that mean the same in a name."""
        for key, found in self._phrases.items():
            named = [m for m in found if isinstance(m, Named)]
            if len(key) > 1 and named and key[:2] not in _HOW_MANY:
                entries = self._alike.setdefault(alike(key), [])
                entries += [m for m in named if not any(_same(m, one) for one in entries)]

    def codes(self, text: str) -> list[Held]:
        """Return the dimensions that hold a short code written in capitals, such as CA."""
        return [
            Held(element, text)
            for element in self.shape.elements
            if element.kind is Kind.DIMENSION and not element.is_number and not element.is_flag
            if text in self.data.values(element.table, element.name)
        ]

    def weekday(self, word: str) -> list[Held]:
        """Return the days of the week that a word names, such as Mon or Mondays."""
        full = _WEEKDAYS.get(word, word)
        return [m for m in self._phrases.get((full,), []) if isinstance(m, Held)] if full in _WEEKDAYS.values() else []


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a name without its articles."""
    return tuple(word for word in words if word not in ARTICLES) if len(words) > 1 else words


def _is_name(element: Element) -> bool:
    """Tell whether a dimension holds names, and no sentences or figures in words."""
    return not element.is_number and not element.is_flag and not element.name.endswith(("_REASON", "_ID", "_KEY"))


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Tell whether words stand among others, in their order and side by side."""
    return any(words[i : i + len(part)] == part for i in range(len(words) - len(part) + 1))


def _is_test(meaning: Meaning) -> bool:
    """Tell whether a meaning is a condition on rows."""
    return isinstance(meaning, Held) or (isinstance(meaning, Named) and meaning.element.kind is Kind.FILTER)


def _parts_of(key: tuple[str, ...], entities: set[tuple[str, ...]], tests: set[tuple[str, ...]]) -> bool:
    """Tell whether a phrase is how many, a condition and a table's rows, of which the table must be there."""
    for start in _HOW_MANY:
        if key[: len(start)] == start and _parts_of(key[len(start) :], entities, tests):
            return True
    if key in entities:
        return True
    return any(
        (key[:i] in tests and key[i:] in entities) or (key[i:] in tests and key[:i] in entities)
        for i in range(1, len(key))
    )


def _same(one: Meaning, other: Meaning) -> bool:
    """Tell whether two meanings are one element, by its name and by a synonym."""
    return isinstance(one, Named) and isinstance(other, Named) and one.element == other.element


_LOCK = threading.Lock()
_SHAPES: OrderedDict[int, Shape] = OrderedDict()
_LEXICONS: OrderedDict[tuple[int, int], Lexicon] = OrderedDict()
_MOST_SHAPES, _MOST_LEXICONS = 8, 32


def lexicon_of(model: SemanticModel, data: DataIndex) -> Lexicon:
    """Return the lexicon of a model and its data, made once for each pair of objects; the newest are kept."""
    shape = _shape_of(model)
    key = id(model), id(data)
    with _LOCK:
        found = _LEXICONS.get(key)
    if found is None or found.shape is not shape or found.data is not data:
        found = Lexicon(shape, data)
    with _LOCK:
        _keep(_LEXICONS, key, found, _MOST_LEXICONS)
    return found


def _shape_of(model: SemanticModel) -> Shape:
    with _LOCK:
        found = _SHAPES.get(id(model))
        if found is None or found.model is not model:  # another model had the identity before
            found = Shape(model)
        _keep(_SHAPES, id(model), found, _MOST_SHAPES)
        return found


def _keep(kept: OrderedDict[_Key, _Value], key: _Key, value: _Value, most: int) -> None:
    """Keep what was used last, and of the rest the newest."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
