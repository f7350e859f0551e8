"""Names the words of a question that nothing could use: unknown ones, values that are none, words without effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.criteria import ask_criterion, ask_meaning, ask_value
from local_account.analyst.english import K
from local_account.analyst.lexicon import Entity, Held, Lexicon
from local_account.analyst.open_words import GENERAL, ask_general
from local_account.analyst.times import PREVIOUS
from local_account.analyst.wording import either, spoken
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.draft import Draft
    from local_account.analyst.elements import Element
    from local_account.analyst.marks import Mark

_MOST_FACTS = 5  # figures that are named where a number can be of any
_MOST_UNKNOWN = 3  # words that are named in one sentence
_DOERS = ("ers", "ors", "markets")  # on which a word for those who do something ends
_SIDES_OF_DAYS = {"since", "until", "till", "before", "after", "during"}


def check_left_over(draft: Draft, marks: list[Mark], lexicon: Lexicon) -> None:
    """Refuse a reading that leaves words over, and name them.

    Args:
        draft: what the phrases of a question say.
        marks: all marks of the question.
        lexicon: the phrases of the model and its data.

    Raises:
        Unclear: a word means nothing, or took no part.
    """
    if not draft.leftover:
        return
    ask_general(draft.leftover, marks, lexicon)
    unknown = [m for m in draft.leftover if m.can(K.UNKNOWN)]
    # Of the last football world cup no days are asked: what the model does not know is said first.
    of_days = [m for m in unknown if m.text.lower() in PREVIOUS]
    left = next((m for m in unknown if m not in of_days), (unknown or draft.leftover)[0])
    if left.kinds.get(K.UNKNOWN) == "id":
        raise Unclear(f'The data hold no "{left.text}".', Category.UNKNOWN_VALUE, refused=True)
    if left.text.lower() in PREVIOUS:
        raise Unclear(f'It is not clear which days "{left.text}" means.', Category.AMBIGUOUS_TIME)
    if left.text.lower() in _SIDES_OF_DAYS:
        raise Unclear(f'It is not clear which days "{left.text}" is about.', Category.INCOMPLETE)
    if left.held and not left.can(K.NOUN):
        raise Unclear(f'It is not clear what "{left.text}" does in the question.', Category.INCOMPLETE)
    if len(unknown) < 2:  # noqa: PLR2004 (of several words that are unknown, none is described by another)
        _ask_described(left, draft, marks, lexicon)
    held = lexicon.holding(phrase(left.text), _columns(left, marks)) if left.can(K.UNKNOWN) else []
    if len(held) > 1 or (held and left.capital):
        ask_value(left.text, held)
    near = lexicon.speller.nearest(left.text) if left.can(K.UNKNOWN) and left.text.isalpha() else None
    names = _nearest(near, lexicon) if near else []
    hint = f" What comes nearest is {' or '.join(names)}." if names else ""
    if left.can(K.UNKNOWN):
        raise Unclear(
            f"The model and its data know no {either(unknown_names(draft.leftover, marks))}.{hint}",
            Category.UNKNOWN_WORD,
            names,
            refused=True,
        )
    _ask_number(left, marks, lexicon)
    raise Unclear(f'It is not clear what "{left.text}" is about.', Category.INCOMPLETE)


def _ask_described(left: Mark, draft: Draft, marks: list[Mark], lexicon: Lexicon) -> None:
    """Ask by which figure rows are meant that a word describes or compares: heavy users, the most devoted, the ratio.

    Raises:
        Unclear: a word without a measure stands before one for those who do something, or "most" before it.
    """
    if set(left.kinds) == {K.COMPARE}:
        ask_meaning(lexicon, left.text)
    if left.can(K.RATIO):
        ask_criterion(lexicon, "what is asked", left.text)
    before = next((m for m in marks if m.span[1] == left.span[0]), None)
    behind = next((m for m in marks if m.span[0] == left.span[1]), None)
    if before is None or not left.can(K.UNKNOWN):
        return
    said = f"{before.text} {left.text}"
    if before.can(K.VAGUE) and (left.text.lower().endswith(_DOERS) or phrase(left.text) in GENERAL):
        ask_meaning(lexicon, said, before.kinds[K.VAGUE])
    rows = any(m.entities for m in marks)
    if before.text.lower().split()[-1] in {"most", "least"} and rows and (behind is None or not behind.can(K.UNKNOWN)):
        ask_meaning(lexicon, said)
    asked = next((n.mark.text for n in draft.nouns if n.asked), None)
    if before.kinds.get(K.TOP) in {"best", "worst", "top"} and asked is not None and left.text.lower().endswith("s"):
        ask_criterion(lexicon, asked, said)


def _ask_number(left: Mark, marks: list[Mark], lexicon: Lexicon) -> None:
    """Ask of which figure of rows a number is that stands beside them alone: customers with 500.

    Raises:
        Unclear: nothing but the rows is named.
    """
    main = lexicon.shape.main_table()
    rows = any(e.table == main for m in marks for e in m.entities)
    if left.number is None or not rows or any(m.named() for m in marks):
        return
    facts = [e for e in lexicon.shape.elements if e.table == main and e.kind is Kind.FACT][:_MOST_FACTS]
    raise Unclear(
        f'"{left.text}" does not say of what: it can be {either([spoken(e.name) for e in facts])}.',
        Category.AMBIGUOUS_FILTER,
        [e.ref for e in facts],
    )


def _columns(left: Mark, marks: list[Mark]) -> list[Element]:
    """Return the dimensions that a word is called a value of: the state of North, the city North."""
    said = [m for m in marks if m is left or set(m.kinds) != {K.FILL}]
    at = next(i for i, m in enumerate(said) if m is left)
    before = [m for m in said[max(at - 2, 0) : at] if m.kinds.get(K.SOFT) != "of"][-1:]
    return [n.element for m in (*before, *said[at + 1 : at + 2]) for n in m.named(Kind.DIMENSION)]


def unknown_names(leftover: list[Mark], marks: Sequence[Mark] = ()) -> list[str]:
    """Return the unknown words, the first ones, each with those that stand right behind it: Net Promoter.

    Args:
        leftover: the marks that nothing could use.
        marks: all marks: a value right before a word that is general to all figures belongs to it (education level).
    """
    names: list[list[Mark]] = []
    for one in leftover:
        if not one.can(K.UNKNOWN, K.VAGUE) or one.text.lower() in PREVIOUS:
            continue
        beside = bool(names) and one.span[0] == names[-1][-1].span[1]
        last = names[-1][-1] if names else one
        if beside and (one.capital or not last.capital or not last.span[0]):
            names[-1].append(one)
        else:
            value = next((m for m in marks if m.span[1] == one.span[0] and m.held), None)
            names.append([value, one] if value is not None and phrase(one.text) in GENERAL else [one])
    return [f'"{" ".join(one.text for one in words)}"' for words in names[:_MOST_UNKNOWN]]


def _nearest(word: str, lexicon: Lexicon) -> list[str]:
    """Return what a word of the vocabulary belongs to, in words: elements and values."""
    found = [
        m.value if isinstance(m, Held) else m.element.name.replace("_", " ").lower()
        for m in lexicon.meanings((word,))
        if not isinstance(m, Entity)
    ]
    return list(dict.fromkeys(found))[:2]
