"""Phrases with "by" or "across" that group nothing: an order by names, a figure of all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.draft import Rank, State, is_dimension, is_figure
from local_account.analyst.english import K

if TYPE_CHECKING:
    from local_account.analyst.marks import Mark


def read_by_name(state: State, word: str, found: Mark) -> bool:
    """Read "sorted by segment": the order is that of the names."""
    if word != "order" or not is_dimension(found):
        return False
    state.draft.ranks.append(Rank(by="alphabetical", descending=False, text=found.text))
    return True


def is_of_all(state: State, at: int, found: Mark) -> bool:
    """Tell whether "across all customers" only says that a figure is of all rows, and of no group of them."""
    rows = {state.shape.main_table(), state.shape.events()}
    if is_dimension(found) or not any(e.table in rows for e in found.entities):
        return False
    figures = any(is_figure(n.mark) or n.counted for n in state.draft.nouns)
    whole = state.word(at, K.BY) == "across" or state.marks[at].text.lower().endswith("all")
    return whole and figures and (not state.draft.has(K.LIST) or _summed_up(state))


def _summed_up(state: State) -> bool:
    """Tell whether a mean or a total is asked for, of which each single row has none."""
    said = {"average", "avg", "median", "mean", "total", "overall"}
    return any(n.function or said & set(n.mark.text.lower().split()) for n in state.draft.nouns)
