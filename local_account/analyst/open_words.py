"""Asks what a word of every day means where the model has several things that are called so in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.wording import either, spoken
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.draft import State
    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark

_MOST = 8  # names in one sentence
_OPEN = ("value", "average", "trend", "median", "amount", "total", "rate", "percent", "score", "size")


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


def _called(word: str, lexicon: Lexicon) -> list[Element]:
    """Return what has a word in its name: metrics before single rows' figures, and one of each before its variants."""
    kinds = (Kind.METRIC, Kind.FACT) if word != "trend" else (Kind.DIMENSION,)
    return [e for kind in kinds for e in lexicon.shape.elements if e.kind is kind and word in phrase(e.name)]


def figures_called(word: str, figures: Sequence[Element]) -> list[Element]:
    """Return the figures that have a word in their name, or are told in the unit that it says: percentage, amount.

    Args:
        word: one word or several.
        figures: what it may mean.
    """
    said = set(phrase(word))
    units = (("is_percent", {"percentage", "percent", "share"}), ("is_money", {"amount", "dollar", "sum"}))
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
        names = [spoken(e.name) for e in found]
        raise Unclear(
            f'"{word}" of {spoken(table)} can be {either(names)}.',
            Category.AMBIGUOUS_DIMENSION,
            [e.ref for e in found],
            suggestions=names,
        )


def ask_genus(state: State, marks: Sequence[Mark]) -> None:
    """Ask what the last word of a name alone means, such as retail of Online Retail: it can be a wider group, too.

    Raises:
        Unclear: rows of what is only described have groups beside their names.
    """
    if len(marks) > 1:
        return
    mark = marks[0]
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
