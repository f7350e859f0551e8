"""Phrases that compare a figure of some days with that of others: more in 2024 than in 2023, but not in December."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from local_account.analyst.draft import Clause, Dated, Noun, State, is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.periods import EARLIEST, Period, shift, unit

_LESS = {"less", "fewer", "lower", "smaller"}


def read_than_before(state: State, at: int) -> int:
    """Read "more in 2024 than in 2023", with the figure before it or behind "more"."""
    if state.word(at, K.COMPARE) != "more":
        return 0
    i = state.skip(at + 1, K.SOFT, K.IS)
    behind = state.mark(i)
    noun = None
    if behind is not None and behind.can(K.NOUN) and (is_figure(behind) or behind.entities):
        noun, i = Noun(behind, counted=bool(behind.entities), at=i), state.skip(i + 1, K.SOFT)
    first, than, second = state.mark(i), state.word(i + 1, K.SOFT), state.mark(i + 2)
    if first is None or first.period is None or than != "than" or second is None or second.period is None:
        return 0
    last = state.draft.nouns[-1] if state.draft.nouns else None
    if noun is None and last is not None and is_figure(last.mark):
        noun = last
        state.draft.nouns.remove(last)
    if noun is None:
        return 0
    sign = "<" if state.marks[at].text.lower() in _LESS else ">"
    _compare(state, noun, sign, (Dated(first.period, at=at), Dated(second.period, at=at)))
    return i + 3 - at


def _compare(state: State, noun: Noun, sign: str, pair: tuple[Dated, Dated]) -> None:
    """Make a condition on rows of it, or a comparison of two periods for groups and for the whole."""
    draft, subject, (now, then) = state.draft, state.subject, pair
    if subject is not None and subject.mark.entities and not is_dimension(subject.mark):
        clause = Clause(noun, sign, (), periods=[now.period], at=now.at, about=subject, than=then.period)
        draft.clauses.append(clause)
        return
    draft.nouns.append(noun)
    draft.periods += pair
    draft.flag(K.VERSUS, "", now.at)
    if subject is not None:
        draft.sign = sign


def read_ago(state: State, at: int) -> int:
    """Read "more than 60 days ago" as all days before that one, and "less than" as those since."""
    sign, mark = state.word(at, K.COMPARE), state.mark(at + 1)
    if sign not in {">", "<"} or mark is None or mark.period is None or not mark.text.lower().endswith("ago"):
        return 0
    as_of, one = state.lexicon.data.as_of(), timedelta(days=1)
    day = _day_of(mark.period, as_of)
    period = (
        Period(EARLIEST, day - one, f"before {day.isoformat()}")
        if sign == ">"
        else Period(day + one, as_of, f"since {day.isoformat()}")
    )
    state.marks[at + 1] = replace(mark, period=period)
    return 1


def _day_of(period: Period, as_of: date) -> date:
    """Return the day that is as long ago as was said: two years ago is two years back to the day."""
    if period.start == period.end:
        return period.start
    if period.grain == "week":
        return as_of - (unit("week", as_of)[0] - period.start)
    months = (as_of.year - period.start.year) * 12 + as_of.month - period.start.month
    return shift(as_of, -(as_of.year - period.start.year) * 12 if period.grain == "year" else -months)


def read_absent_period(state: State, at: int) -> int:
    """Read "but not in 2024" behind a condition on what somebody did: nothing of it in these days."""
    mark = state.marks[at]
    clause = state.draft.clauses[-1] if state.draft.clauses else None
    if mark.period is None or not state.negated or clause is None or clause.op not in {">", ">="}:
        return 0
    state.negated = None
    absent = Clause(clause.noun, "=", (0.0,), list(clause.tests), [mark.period], at, clause.about)
    state.draft.clauses.append(absent)
    state.scope = None
    return 1
