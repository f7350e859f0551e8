"""What is open about a share, its parts and their whole: asked about, never chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.wording import spoken
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.draft import Test
    from local_account.analyst.elements import Element
    from local_account.analyst.pieces import Pieces
    from local_account.analyst.plan import Ranking

_PAIR = 2  # values whose share is meant as one: Texas and California


def check_apart(part: list[Test], groups: Sequence[Element]) -> None:
    """Ask whether several values are one part of each group, or a part each: went to Travel, Dining and Shopping.

    Raises:
        Unclear: either can be meant.
    """
    several = next((t for t in part if t.op == "in" and len(t.values) > _PAIR and not t.either), None)
    if several is not None and groups:
        raise Unclear(
            f"Is the share of {several.text} together asked for, or of each of them?", Category.AMBIGUOUS_CRITERION
        )


def check_each(pieces: Pieces) -> None:
    """Ask which is the whole where a share is told for each of one thing in each of another."""
    if sum(g.each for g in pieces.draft.groups if g.mark is not None) > 1:
        raise Unclear("Within which of the two does each share add up to 100 %?", Category.AMBIGUOUS_CRITERION)


def check_one_whole(pieces: Pieces) -> None:
    """Ask where a share of all rows is told by two things, one of them "each": its parts may be those of each.

    Raises:
        Unclear: which is the whole is open.
    """
    each = [g.each for g in pieces.draft.groups if g.mark is not None]
    figure = pieces.figures[0] if len(pieces.figures) == 1 else None
    metrics = figure.mark.named(Kind.METRIC) if figure is not None else []
    called = figure is not None and {"percentage", "percent", "share"} & set(phrase(figure.mark.text))
    if called and any(each) and len(each) > 1 and metrics and all(m.element.is_percent for m in metrics):
        text = f"Is the {spoken(metrics[0].element.name)} asked for, or how these rows spread within each?"
        raise Unclear(text, Category.AMBIGUOUS_CRITERION)


def check_of_whom(ranking: Ranking | None, *, chosen: bool) -> None:
    """Ask of whom a share is that a condition on figures chooses, or that is one of several parts of each group.

    Raises:
        Unclear: the share would be one of all.
    """
    if chosen:
        raise Unclear("Is the share of all asked for, or of those whom the condition chooses?", Category.INCOMPLETE)
    if ranking is not None and ranking.limit and ranking.within:
        raise Unclear("The first of each by a share of its own are not known.", Category.INCOMPLETE)
