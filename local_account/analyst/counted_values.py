"""Conditions on how many different values something that was bought has: in at least 3 categories, in 12 months."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.draft import Noun, State, is_dimension
from local_account.analyst.english import K
from local_account.analyst.lexicon import Named

if TYPE_CHECKING:
    from local_account.analyst.marks import Mark
    from local_account.analyst.numbers import Number


def different(state: State, op: str, numbers: list[Number], end: int) -> int | None:
    """Read "bought in at least 3 different categories": how many values what somebody bought has of a dimension.

    Args:
        state: the marks while they are read.
        op: how the number is compared.
        numbers: the number, or both of a range.
        end: the place behind them.

    Returns:
        The place behind what is counted; None where it is none of what somebody bought.
    """
    clause, i = state.scope, state.skip(end, K.DIFFERENT)
    found = state.mark(i)
    if found is not None and found.can(K.GRAIN) and found.text.lower().endswith("s"):
        found = _units(state, found)
    if clause is None or clause.noun is not None or clause.op != ">" or found is None or not is_dimension(found):
        return None
    own = {e.table for e in clause.about.mark.entities} if clause.about is not None else set()
    rows = {e.table for e in found.entities}
    if rows & own or any(state.shape.amount(table) for table in rows) or numbers[0].money or numbers[0].percent:
        return None
    if any(m.element.table in own for m in found.named()):
        return None
    clause.noun = Noun(found, different=True, at=i)
    clause.op, clause.values = op, tuple(n.value for n in numbers)
    return i + 1


def _units(state: State, found: Mark) -> Mark:
    """Return units of time as the dimension that cuts the days of what somebody bought: in at least 3 months."""
    table = state.shape.events()
    time = state.shape.time_of(table) if table is not None else None
    cut = state.shape.at_grain(time, found.kinds[K.GRAIN]) if time is not None else None
    return replace(found, meanings=(Named(cut),)) if cut is not None else found
