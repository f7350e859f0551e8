"""Lengths of time that are compared: with us for 3 years, nothing bought for more than 60 days, less than a year."""

from __future__ import annotations

from dataclasses import replace

from local_account.analyst.conditions import back
from local_account.analyst.draft import Clause, Noun, State
from local_account.analyst.english import K
from local_account.analyst.lexicon import Named
from local_account.analyst.marks import Mark
from local_account.analyst.numbers import Number
from local_account.analyst.periods import days_in
from local_account.semantic.model import Kind


def in_days(state: State, noun: Noun, numbers: list[Number], end: int) -> tuple[list[Number], int]:
    """Return numbers in days for a figure that is told in days, and the place behind the unit that they are in."""
    inside = state.word(end - 2, K.GRAIN) if state.can(end - 1, K.OR_MORE) else None  # 60 days or more
    unit = inside or state.word(end, K.GRAIN)
    if unit is None or not noun.mark.named() or not all(m.element.is_days for m in noun.mark.named(Kind.FACT)):
        return numbers, end
    as_of = state.lexicon.data.as_of()
    return [replace(n, value=float(days_in(n.value, unit, as_of))) for n in numbers], end + (inside is None)


def not_since(state: State, at: int, end: int) -> Noun | None:
    """Return the time since the last event for "bought nothing for more than 60 days", which names no other figure."""
    clause = absent_so_far(state)
    named = [m for m in state.lexicon.meanings(_RECENCY) if isinstance(m, Named) and m.element.is_days]
    inside = state.can(end - 1, K.OR_MORE) and state.can(end - 2, K.GRAIN)
    if clause is None or not named or not (inside or state.can(end, K.GRAIN)) or not at:
        return None
    state.draft.clauses.remove(clause)
    state.scope = None
    return Noun(Mark("days", {K.NOUN: ""}, tuple(named)), at=at)


def absent_so_far(state: State) -> Clause | None:
    """Return the condition that somebody bought nothing, where no rows or days of it have been named."""
    clause = state.draft.clauses[-1] if state.draft.clauses else None
    if clause is None or clause is not state.scope or clause.tests or clause.periods:
        return None
    return clause if (clause.op, clause.values) == ("=", (0.0,)) else None


def one_unit(state: State, at: int) -> Number | None:
    """Return the one of "less than a year", behind a figure that is told in days."""
    before = state.mark(back(state, at))
    days = before is not None and any(m.element.is_days for m in before.named(Kind.FACT))
    return Number(1) if days else None


_RECENCY = ("day", "since", "last", "purchase")
