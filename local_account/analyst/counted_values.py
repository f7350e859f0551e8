"""Counts of different things that somebody did: bought in at least 5 categories; and the amounts of what was done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.draft import Clause, Noun, State, is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.lexicon import Named
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.elements import Element
    from local_account.analyst.marks import Mark
    from local_account.analyst.numbers import Number


def read_count_of_different(state: State, op: str, numbers: list[Number], end: int) -> int | None:
    """Read "bought in at least 3 different categories": how many values what somebody bought has of a dimension.

    Args:
        state: the marks while they are read.
        op: the comparison.
        numbers: what it compares with.
        end: the place behind the numbers.

    Returns:
        The place behind the dimension; nothing where none is counted.
    """
    i = state.skip(end, K.DIFFERENT)
    found, clause = _values_of(state, _units(state, state.mark(i))), state.scope or _begun(state)
    if clause is None or clause.noun is not None or clause.op != ">" or found is None:
        return None
    own = {e.table for e in clause.about.mark.entities} if clause.about is not None else set()
    if numbers[0].money or numbers[0].percent or any(m.element.table in own for m in found.named()):
        return None
    clause.noun = Noun(found, different=True, at=i)
    clause.op, clause.values = op, tuple(n.value for n in numbers)
    if clause is not state.scope:
        state.draft.nouns.pop()
        state.draft.clauses.append(clause)
        state.scope, state.draft.bought = clause, True
    return i + 1


def _units(state: State, found: Mark | None) -> Mark | None:
    """Return units of time as the dimension that cuts the days of what somebody bought: in at least 3 months."""
    if found is None or not found.can(K.GRAIN) or not found.text.lower().endswith("s"):
        return found
    table = state.shape.events()
    time = state.shape.time_of(table) if table is not None else None
    cut = state.shape.at_grain(time, found.kinds[K.GRAIN]) if time is not None else None
    return replace(found, meanings=(Named(cut),)) if cut is not None else found


def _values_of(state: State, found: Mark | None) -> Mark | None:
    """Return the dimension whose values are counted: that of a name, or of the few rows of a table that is named."""
    if found is None or (is_dimension(found) and not found.entities):
        return found
    tables = {e.table for e in found.entities}
    if any(state.shape.amount(table) for table in tables):
        return None  # at least 5 purchases
    names = [e for e in state.shape.elements if e.table in tables and e.expression.is_enum]
    return replace(found, meanings=(Named(names[0]),)) if names and not is_figure(found) else None


def _begun(state: State) -> Clause | None:
    """Return the clause that events behind rows begin: customers with purchases in at least 5 categories."""
    *before, last = [*state.draft.nouns, None, None][: max(len(state.draft.nouns), 1)]
    rows = before[-1] if before else None
    if last is None or rows is None or not rows.mark.entities or is_figure(rows.mark) or is_dimension(rows.mark):
        return None
    return Clause(None, ">", (0.0,), at=last.at, about=rows) if amount_of(state, last.mark) is not None else None


def amount_of(state: State, mark: Mark) -> Element | None:
    """Return the fact that says how large the rows of a noun are."""
    tables = [e.table for e in mark.entities]
    tables += [m.element.table for m in mark.named(Kind.METRIC) if is_count(mark)]
    return next((amount for table in tables if (amount := state.shape.amount(table))), None)


def is_count(mark: Mark) -> bool:
    """Tell whether a figure counts rows."""
    return any(
        m.element.kind is Kind.METRIC and not m.element.is_money and not m.element.is_percent and m.element.is_counting
        for m in mark.named()
    )
