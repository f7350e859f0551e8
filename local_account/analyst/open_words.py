"""Asks what a word of every day means where the model has several things that are called so in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.criteria import ask_value, criteria, open_between
from local_account.analyst.english import K
from local_account.analyst.wording import either, spoken
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.draft import State
    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark

_FEW = 3  # names of elements, by which alone a word is no open one
_MOST, _MOST_VALUES = 8, 6  # names in one sentence, and values
_OPEN = ("value", "average", "trend", "median", "amount", "total", "rate", "percent", "score", "size")

_LENGTHS = {"day", "week", "month"}  # units of time in which a length is told

_GENERAL_WORDS = """
    rate score size number kpi metric measure level stat index result quantity magnitude indicator percentile figure
    kpis stats numeric output behaviour behavior activity business
"""
_BEFORE_PLACES = {"new", "north", "south", "west", "east"}  # of places that are called like others
_WAYS = {phrase("online")}  # how something is done, beside a part of a name
GENERAL = {phrase(word) for word in _GENERAL_WORDS.split()}


def ask_open_figure(marks: Sequence[Mark], lexicon: Lexicon) -> None:
    """Ask which figure a word such as "value" or "average" means, where nothing else of a question names one.

    Args:
        marks: all marks of the question.
        lexicon: the phrases of the model and its data.

    Raises:
        Unclear: several figures are called so.
    """
    said = {word for m in marks for word in phrase(m.text)}
    for word in _OPEN:
        found = _called(word, lexicon) if word in said else []
        if len(found) > 1:
            names = list(dict.fromkeys(spoken(e.name) for e in found))[:_MOST]
            raise Unclear(
                f'"{word}" of what: it can be {either(names)}.',
                Category.AMBIGUOUS_MEASURE,
                [e.ref for e in found][:_MOST],
                suggestions=names,
            )


def ask_general(leftover: Sequence[Mark], marks: Sequence[Mark], lexicon: Lexicon) -> None:
    """Ask which figure a word that is general to all figures means, where it stands alone: the rate by card type.

    Args:
        leftover: the marks that nothing could use.
        marks: all marks of the question.
        lexicon: the phrases of the model and its data.

    Raises:
        Unclear: no other word is unknown, and none stands before it that says of which kind it is.
    """
    unknown = [m for m in leftover if m.can(K.UNKNOWN)]
    if len(unknown) != 1 or phrase(unknown[0].text)[-1:] not in GENERAL:
        return
    before = next((m for m in marks if m.span[1] == unknown[0].span[0]), None)
    of_its_own = phrase(unknown[0].text)[-1:] != ("business",)  # how big the Gold card business is
    if of_its_own and before is not None and before.can(K.NOUN, K.VALUE, K.UNKNOWN):
        return
    said = phrase(unknown[0].text)[-1]
    called = _called(said, lexicon) if said in _OPEN else []
    found = called[:_MOST] if len(called) > 1 else criteria(lexicon)
    names = list(dict.fromkeys(spoken(e.name) for e in found))
    raise Unclear(
        f'"{unknown[0].text}" of what: it can be {either(names)}.',
        Category.AMBIGUOUS_MEASURE,
        [e.ref for e in found],
        suggestions=names,
    )


def _called(word: str, lexicon: Lexicon) -> list[Element]:
    """Return what has a word in its name: metrics before single rows' figures, and one of each before its variants."""
    kinds = (Kind.METRIC, Kind.FACT) if word != "trend" else (Kind.DIMENSION,)
    every = [e for kind in kinds for e in lexicon.shape.elements if e.kind is kind]
    found = [e for e in every if word in phrase(e.name)]
    if len(found) >= _FEW:
        return found
    return found + [e for e in every if e not in found and any(_ends_on(word, s) for s in e.expression.synonyms)]


def _ends_on(word: str, synonym: str) -> bool:
    """Tell whether a word is the last one of a name: the churn rate."""
    return phrase(synonym)[-1:] == (word,)


def figures_called(word: str, figures: Sequence[Element]) -> list[Element]:
    """Return the figures that have a word in their name, or are told in the unit that it says: percentage, amount.

    Args:
        word: one word or several.
        figures: what it may mean.
    """
    said = set(phrase(word))
    units = (("is_percent", {"percentage", "percent", "share"}), ("is_money", {"amount", "dollar", "sum"}))
    if said & _LENGTHS and (lengths := [e for e in figures if e.is_days]):
        return lengths  # spend of the last 90 days is no length of time
    named = [e for e in figures if said & set(phrase(e.name))]
    return named or [e for e in figures if any(said & words and getattr(e, unit) for unit, words in units)]


def days_of(table: str | None, lexicon: Lexicon) -> list[Element]:
    """Return the days that rows of a table have, but for the one that all data are of."""
    days = [e for e in lexicon.shape.elements if e.table == table and e.is_time and e.name != "AS_OF_DATE"]
    return [e for e in days if "TRUNC" not in e.expression.expr.upper()]


def ask_day(word: str, table: str, lexicon: Lexicon) -> None:
    """Ask which day of a row is meant by "the date".

    Raises:
        Unclear: rows of the table have several.
    """
    found = days_of(table, lexicon)
    if len(found) > 1:
        raise open_between(f'"{word}" of {spoken(table)} can be', found, Category.AMBIGUOUS_DIMENSION)


def ask_last_word(mark: Mark, candidates: Sequence[Element]) -> None:
    """Ask which dimension is meant by the one word on which the names of several that hold a value end: a stable trend.

    Args:
        mark: the name that stands beside the value.
        candidates: the dimensions of a table that hold the value.

    Raises:
        Unclear: several are called so, and none of them by this word alone.
    """
    word = phrase(mark.text)
    ending = [c for c in candidates if len(word) == 1 and phrase(c.name)[-1:] == word]
    if len(ending) > 1 and not any(phrase(c.name) == word for c in ending):
        names = [spoken(e.name) for e in ending]
        told = [f"{name} ({e.expression.description.rstrip('.')})" for name, e in zip(names, ending, strict=True)]
        raise Unclear(
            f'"{mark.text}" can be {either(told)}.',
            Category.AMBIGUOUS_DIMENSION,
            [e.ref for e in ending],
            suggestions=[f"Number of customers by {name}" for name in names],
        )


def _refuse_kind(state: State, mark: Mark) -> None:
    """Refuse what shares no more than its last word with a value: Pet Shops, of which the data hold Coffee Shops.

    Raises:
        Unclear: a word that means nothing stands before the word.
    """
    before = next((m for m in state.marks if m.span[1] == mark.span[0]), None)
    parts = [h.value for h in mark.held if h.part and phrase(h.value)[-len(phrase(mark.text)) :] == phrase(mark.text)]
    if before is not None and before.can(K.UNKNOWN) and parts:
        raise Unclear(
            f'The data hold no "{before.text} {mark.text}". What comes nearest is {either(parts)}.',
            Category.UNKNOWN_VALUE,
            [h.element.ref for h in mark.held if h.part],
            refused=True,
        )


def _ask_others(state: State, mark: Mark) -> None:
    """Ask which value a word means that is a part of values of other dimensions too.

    Raises:
        Unclear: it is a part of other values: West of West Virginia, and of cities.
    """
    found = state.lexicon.holding(phrase(mark.text))
    if {h.value for h in found} - {h.value for h in mark.held}:
        ask_value(mark.text, list(dict.fromkeys((*mark.held, *found)))[:_MOST_VALUES])


def _ask_half(mark: Mark) -> None:
    """Ask whether a value is meant of which half is said, and this half means something of its own.

    Raises:
        Unclear: a place is called so too (Mexico of New Mexico), or it says how something is done (online).
    """
    words, value = phrase(mark.text), phrase(mark.held[0].value)
    place = value[0] in _BEFORE_PLACES and value[1:] == words and not mark.held[0].element.expression.is_enum
    if place or words in _WAYS:
        ask_value(mark.text, mark.held)


def ask_genus(state: State, marks: Sequence[Mark], *, alone: bool = False) -> None:
    """Ask what the last word of a name alone means, such as retail of Online Retail: it can be a wider group, too.

    Args:
        state: what is read.
        marks: the values that stand together.
        alone: whether no dimension is named beside them.

    Raises:
        Unclear: rows of what is only described have groups beside their names.
    """
    if len(marks) > 1:
        return
    mark = marks[0]
    _refuse_kind(state, mark)
    if alone and mark.held and mark.held[0].part:
        _ask_others(state, mark)
        _ask_half(mark)
    measured = {e.table for e in state.shape.elements if e.kind is Kind.FACT} | {state.shape.main_table()}
    words = phrase(mark.text)
    for held in mark.held:
        value = phrase(held.value)
        if not held.part or held.element.table in measured or value[-len(words) :] != words:
            continue
        groups = [
            e
            for e in state.shape.elements
            if e.table == held.element.table and e.expression.is_enum and e != held.element
        ]
        wider = [v for e in groups for v in state.lexicon.data.values(e.table, e.name)]
        if wider:
            raise Unclear(
                f'"{mark.text}" can be {spoken(held.element.name)} {held.value}, or a {spoken(groups[0].name)}: '
                f"{either(wider)}.",
                Category.AMBIGUOUS_VALUE,
                [held.element.ref, groups[0].ref],
                suggestions=[f"What is the revenue of {held.value}?", f"Revenue by {spoken(groups[0].name)}"],
            )
