"""Asks by which figure rows are meant to be the best or good, and names the figures that are asked for most."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.lexicon import Named
from local_account.analyst.wording import either, spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.draft import Rank
    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Held, Lexicon


def criteria(lexicon: Lexicon) -> list[Element]:
    """Return the figures that are asked for most: what is spent, what rows are worth, and how many there are."""
    shape = lexicon.shape
    events, main = shape.events(), shape.main_table()
    money = [e for e in shape.elements if e.table == events and e.is_money and shape.is_additive(e)][:1]
    facts = [
        e
        for e in shape.elements
        if e.table == main and e.kind is Kind.FACT and e.is_money and shape.metric_of(e, "sum")
    ]
    worth = [e for e in facts if "VALUE" in e.name][:1] or facts[:1]
    counts = [m for table in (events, main) if table and (m := lexicon.count(table))]
    return [*money, *worth, *counts]


def check_direction(first: Rank, other: Rank) -> None:
    """Ask where the first few are wanted, and then another order: the top 5, the lowest first.

    Args:
        first: the ranking that chooses the rows.
        other: what is said of their order.
    """
    chosen = first.limit is not None and first.by in {"top", "bottom", "best", "worst"}
    if chosen and other.by in {"ascending", "descending"} and first.descending != other.descending:
        raise Unclear(
            f'"{first.text}" and "{other.text}" are two orders: are the highest wanted, or the lowest?',
            Category.INCOMPLETE,
        )


def ask_criterion(lexicon: Lexicon, what: str, word: str) -> NoReturn:
    """Ask by which figure rows or groups are ranked or compared.

    Args:
        lexicon: the phrases of the model and its data.
        what: what is ranked or compared, in words.
        word: the word of the question that leaves it open.
    """
    found = criteria(lexicon)
    names = [spoken(e.name) for e in found]
    raise Unclear(
        f'"{word}" does not say by which measure {what} is meant: it can be {either(names)}.',
        Category.AMBIGUOUS_CRITERION,
        [e.ref for e in found],
        suggestions=[f"Top 10 {what} by {n}?" for n in names],
    )


def ask_whole(lexicon: Lexicon) -> NoReturn:
    """Ask of which figure a share is meant that names none: percentage by state."""
    found = criteria(lexicon)
    names = [spoken(e.name) for e in found]
    raise Unclear(f"A share of what: it can be {either(names)}.", Category.AMBIGUOUS_MEASURE, [e.ref for e in found])


def open_between(said: str, elements: Sequence[Element], category: Category = Category.AMBIGUOUS_MEASURE) -> Unclear:
    """Return the question which of several elements is meant; their names are what the asker can choose.

    Args:
        said: the sentence up to them.
        elements: in the order in which they are told.
        category: what kind of question it is.
    """
    names = [spoken(e.name) for e in elements]
    return Unclear(f"{said} {either(names)}.", category, [e.ref for e in elements], suggestions=names)


def ask_measure(lexicon: Lexicon, word: str) -> NoReturn:
    """Ask which figure a word such as "volume" means: what the events come to, or how many they are."""
    events = lexicon.shape.events()
    raise open_between(f'"{word}" can mean', [e for e in criteria(lexicon) if e.table == events])


def ask_meaning(lexicon: Lexicon, word: str, about: str = "") -> NoReturn:
    """Ask by which figure a word such as "good" or "loyal" could be told.

    Args:
        lexicon: the phrases of the model and its data.
        word: the word of the question.
        about: what the word is mostly about, such as age, where it is about one thing more than others.
    """
    own = [m.element for m in lexicon.meanings((about,)) if isinstance(m, Named) and m.element.kind is Kind.FACT]
    found = list(dict.fromkeys((*own, *criteria(lexicon))))
    what = spoken(lexicon.shape.main_table())
    raise Unclear(
        f'"{word}" names no measure by which it could be told: it can be {either([spoken(e.name) for e in found])}.',
        Category.AMBIGUOUS_CRITERION,
        [e.ref for e in found],
        suggestions=[f"Top 10 {what} by {spoken(e.name)}?" for e in found],
    )


def ask_value(word: str, held: Sequence[Held], more: str = "") -> NoReturn:
    """Ask which value a word means, where values of several dimensions are called so, wholly or in part.

    Args:
        word: the word of the question.
        held: what it can mean.
        more: what else is open.
    """
    names = [f"{spoken(one.element.name)} {one.value}" for one in held]
    raise Unclear(
        f'"{word}" can be {either(names)}{more}.',
        Category.AMBIGUOUS_VALUE,
        [one.element.ref for one in held],
        suggestions=[f"How many customers have {name}?" for name in names],
    )
