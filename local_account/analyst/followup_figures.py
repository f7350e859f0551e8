"""Figures of follow-ups: in the place of those before, beside them, or with another function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Dated, is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.replacing import drop_counted, of_one_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.draft import Draft, Noun


def merge_figures(draft: Draft, now: Draft, *, beside: bool) -> None:
    """Put the figures of the present question in the place of those before or beside them, or give those a function."""
    figures = [n for n in now.nouns if is_figure(n.mark) or n.counted]
    if now.has(K.THEM) and figures and _shown_beside(draft, now, figures):
        return
    if beside and figures:
        draft.nouns += figures
        draft.joined = True
        return
    ranked = any(r.limit or r.noun is not None for r in draft.ranks)
    if now.has(K.THEM) and ranked and (figures or now.periods):
        raise Unclear(
            "A follow-up with another figure or other days would rank anew: name those who are meant, such as by their "
            "id.",
            Category.AMBIGUOUS_VALUE,
        )
    if len(figures) == 1 and _replaced_one(draft, now, figures[0]):
        return
    if figures:
        _put_figures(draft, figures)
        if not now.has(K.THEM):  # what they spent is no figure of what was bought alone
            _of_what_was_bought(draft, figures)
    elif now.flags.get(K.AGGREGATE) == "running":
        draft.flags[K.AGGREGATE] = "running"
    elif now.has(K.AGGREGATE):
        _give_function(draft, now.flags[K.AGGREGATE])
    elif now.has(K.HOW_MANY):
        _count_instead(draft)


def _replaced_one(draft: Draft, now: Draft, figure: Noun) -> bool:
    """Put a figure in the place of the one of two that is named: with age instead of tenure."""
    named = {m.element for m in now.instead_of.named()} if now.instead_of is not None else set()
    for at, noun in enumerate(draft.nouns):
        if draft.has(K.CORRELATION) and is_figure(noun.mark) and named & {m.element for m in noun.mark.named()}:
            draft.nouns[at] = figure
            return True
    return False


def _put_figures(draft: Draft, figures: Sequence[Noun]) -> None:
    """Put figures in the place of those before."""
    keep_rows = any(n.mark.entities and not n.counted for n in draft.nouns) and draft.has(K.LIST)
    counted_rows = [n for n in draft.nouns if n.counted and n.mark.entities]
    draft.nouns = [n for n in draft.nouns if not is_figure(n.mark) and not (n.counted and not is_dimension(n.mark))]
    draft.flags.pop(K.LIST, None)
    if of_one_row(draft):
        draft.nouns = [n for n in draft.nouns if not is_dimension(n.mark)]
    draft.nouns += figures
    drop_counted(draft, figures)
    if keep_rows and not any(n.counted for n in figures):
        draft.nouns = [n for n in draft.nouns if not n.mark.entities or is_figure(n.mark)] or draft.nouns
    if any(n.counted for n in figures) and counted_rows and not any(n.mark.entities for n in figures):
        draft.nouns += counted_rows
    for rank in draft.ranks:
        rank.measure = figures[0] if rank.measure is not None else None


def _of_what_was_bought(draft: Draft, figures: Sequence[Noun]) -> None:
    """Tell a figure of what was bought over the rows and days by which those who bought were counted before."""
    named = [m.element for n in figures for m in n.mark.named()]
    bought = [c for c in draft.clauses if c.noun is None and c.op == ">" and c.values == (0.0,) and c.about is not None]
    if len(bought) != 1 or len(draft.clauses) != 1 or not named or not draft.bought:
        return
    clause = bought[0]
    buyers = {e.table for e in clause.about.mark.entities} if clause.about is not None else set()
    if any(e.kind.value != "metrics" or e.table in buyers for e in named):
        return
    draft.clauses.remove(clause)
    draft.tests += clause.tests
    draft.periods += [Dated(period) for period in clause.periods]
    draft.bought = False


def _give_function(draft: Draft, function: str) -> None:
    """Take the average, or another function, of the figures before."""
    if any(n.counted for n in draft.nouns) and not any(is_figure(n.mark) for n in draft.nouns):
        raise Unclear("Which figure of them: rows that are counted have none yet.", Category.INCOMPLETE)
    for noun in (*draft.nouns, *(r.measure for r in draft.ranks if r.measure is not None)):
        if is_figure(noun.mark):
            if function == "sum" and not _has_sum(noun):
                raise Unclear(f'"{noun.mark.text}" has no total of its own.', Category.INCOMPLETE)
            noun.function = function


def _has_sum(noun: Noun) -> bool:
    """Tell whether a figure is a sum, a count or a fact of rows, and no mean or ratio."""
    found = [m.element for m in noun.mark.named() if m.element.kind.value in {"metrics", "facts"}]
    return any(e.kind.value == "facts" or re.match(r"(SUM|COUNT)\w*\(", e.expression.expr.upper()) for e in found)


def _shown_beside(draft: Draft, now: Draft, figures: Sequence[Noun]) -> bool:
    """Show a figure of "show their age" beside the rows that are listed, and ask whose it is where a figure chose them.

    Raises:
        Unclear: the rows are known by a figure that counts some of them only, such as refunds.
    """
    for noun in draft.nouns if not of_one_row(draft) else ():
        metrics = [m.element.expression.expr.upper() for m in noun.mark.named() if m.element.kind.value == "metrics"]
        if any(re.search(r"\b(COUNT_IF|CASE|IFF)\b", text) for text in metrics):
            raise Unclear(
                f'Say with the figure whose it is: "{noun.mark.text}" is a figure itself.', Category.INCOMPLETE
            )
    rows = [n for n in draft.nouns if n.mark.entities and not n.counted]
    listed = rows and not draft.groups and not any(is_figure(n.mark) and not n.mark.entities for n in draft.nouns)
    asked = now.has(K.LIST) or (now.them.endswith("their") and any(r.limit for r in draft.ranks))
    if not asked or not listed or any(n.counted or n.function for n in figures):
        return False
    draft.nouns += figures
    if now.them.endswith("their"):
        draft.nouns += [n for n in now.nouns if is_dimension(n.mark) and n not in figures]
        now.nouns = [n for n in now.nouns if n in figures]
    draft.flag(K.LIST, "", -1)
    return True


def _count_instead(draft: Draft) -> None:
    """Count the rows that were listed or told of."""
    if draft.nouns:
        rows = [n for n in draft.nouns if n.mark.entities and not is_figure(n.mark)]
        draft.nouns = [n for n in draft.nouns if not is_figure(n.mark) and not is_dimension(n.mark)]
        for noun in rows:
            noun.counted = True
        draft.flags.pop(K.LIST, None)
        draft.ranks, draft.groups = [], []
        draft.flag(K.HOW_MANY, "", -1)
