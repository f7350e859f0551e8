"""Phrases that compare a figure of some days with that of others: more in 2024 than in 2023, but not in December."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Clause, Dated, Noun, State, is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.lexicon import Named
from local_account.analyst.marks import Mark
from local_account.analyst.periods import EARLIEST, GRAINS, Period, before, moved, shift, unit, year_before
from local_account.semantic.model import Kind

_PREVIOUS = re.compile(r"(the )?(previous|prior|preceding) ")
_SLASHES = re.compile(r"\b(\d\d?)/(\d\d?)/\d{4}")
_MONTHS_OF_YEAR = 12
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
    noun = noun or _earned(state, at)
    if noun is None:
        return 0
    sign = "<" if state.marks[at].text.lower() in _LESS else ">"
    then = _before(second, first.period) if _PREVIOUS.match(second.text.lower()) else second.period
    _compare(state, noun, sign, (Dated(first.period, at=at), Dated(then, at=at)))
    return i + 3 - at


def read_grown_before(state: State, at: int) -> int:
    """Read "over 50 % less revenue in Q4 2024 than in Q3 2024" of rows: less than half of what they had then."""
    op = state.word(at, K.COMPARE) if state.word(at, K.COMPARE) in {">", ">="} else None
    begun = at + (op is not None)
    number, subject = state.mark(begun), state.subject
    percent = number is not None and number.number is not None and number.number.percent
    rows = subject is not None and subject.mark.entities and not is_dimension(subject.mark)
    if not percent or not rows or number is None or number.number is None or state.word(begun + 1, K.COMPARE) != "more":
        return 0
    clauses = len(state.draft.clauses)
    taken = read_than_before(state, begun + 1)
    if not taken or len(state.draft.clauses) == clauses:
        return 0
    clause, by = state.draft.clauses[-1], number.number.value / 100
    op = op or ">="
    clause.factor, clause.op = (1 + by, op) if clause.op == ">" else (1 - by, op.translate(_TURNED))
    return begun + 1 + taken - at


_TURNED = str.maketrans("<>", "><")


def _earned(state: State, at: int) -> Noun | None:
    """Return what was earned where a verb of earning stands before "more": "did we make more in 2024"."""
    before = at - 1
    while state.can(before, K.SOFT, K.WHICH, K.HOW_MUCH):
        before -= 1
    if state.word(before, K.IS) != "earn":
        return None
    elements = (e for e in state.shape.elements if e.table == state.shape.events() and e.is_money)
    money = next((e for e in elements if state.shape.is_additive(e)), None)
    return Noun(Mark(money.name, {K.NOUN: ""}, (Named(money),)), at=at) if money is not None else None


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


def read_previous(state: State, at: int) -> int:
    """Read "the previous month" beside a period that it is compared with: it is the one before that, not before today.

    Raises:
        Unclear: the period beside it is none of this unit.
    """
    mark, periods = state.marks[at], state.draft.periods
    if mark.period is None or not _PREVIOUS.match(mark.text.lower()) or not state.draft.has(K.VERSUS):
        return 0
    if len(periods) != 1 or state.scope is not None:
        return 0
    periods.append(Dated(_before(mark, periods[0].period), periods[0].noun, at))
    return 1


def _before(mark: Mark, beside: Period) -> Period:
    """Return the days that "the previous month" names beside a period: those before it, not those before today.

    Raises:
        Unclear: the period beside it is none of this unit.
    """
    meant = mark.period or beside
    rolling = meant.label.startswith("the last ")
    single = beside.start == unit(beside.grain, beside.start)[0] and beside.end <= unit(beside.grain, beside.start)[1]
    if beside.grain != meant.grain or (meant.label != beside.label if rolling else not single):
        text = f'"{mark.text}" can be told from today, or from {beside.label}: name its days.'
        raise Unclear(text, Category.AMBIGUOUS_TIME)
    return before(beside)


def read_same_unit(state: State, at: int) -> int:
    """Read "the same month of 2023" and "the same quarter of the year before"."""
    if state.word(at, K.FOLLOW) != "same" or state.word(at + 1, K.GRAIN) not in {"month", "quarter", "week", "day"}:
        return 0
    i = state.skip(at + 2, K.SOFT)
    mark = state.mark(i)
    if mark is None:
        return 0
    if mark.period is not None and mark.period.grain == "year" and mark.period.whole:
        relative = _PREVIOUS.match(mark.text.lower())
        year = 0 if relative else mark.period.start.year
    elif state.word(i, K.EARLIER) == "year":
        year = 0
    else:
        return 0
    state.draft.same_unit = (state.marks[at + 1].kinds[K.GRAIN], year)
    return i + 1 - at


def same_of_year(period: Period, same: tuple[str, int]) -> Period:
    """Return the same month, quarter or the like of another year.

    Args:
        period: the one that it is the same as.
        same: its unit with the year, or with 0 for the year before.

    Raises:
        Unclear: the period is no such unit.
    """
    grain, year = same
    if period.grain != grain or not period.whole:
        raise Unclear(f"The same {grain} as which: {period.label} is none.", Category.AMBIGUOUS_TIME)
    return moved(period, year - period.start.year) if year else year_before(period)


def earlier(period: Period, grain: str) -> Period:
    """Return the period before another: the month before March 2024, or the same days of the year before.

    Raises:
        Unclear: the period is of another unit.
    """
    if period.grain not in GRAINS or grain not in {"", "year", period.grain}:
        raise Unclear(f"The {grain or 'period'} before which: {period.label} is none.", Category.AMBIGUOUS_TIME)
    return year_before(period) if grain == "year" else before(period)


def _give_back_days(state: State) -> None:
    """Let the days behind a condition on a figure of which no day is known be those of the question, each once.

    Which states with more than 20 customers have the highest revenue in 2024 asks for the revenue of 2024.
    """
    draft, shape = state.draft, state.shape
    for clause in draft.clauses:
        mark = clause.noun.mark if clause.noun is not None and not clause.noun.different else None
        named = [m.element for m in mark.named(Kind.METRIC)] if mark is not None else []
        tables = {t for e in named for t in shape.tables_of(e)} | {e.table for e in (mark.entities if mark else ())}
        if tables and not any(shape.time_of(t) for t in tables) and clause.than is None:
            draft.periods += [Dated(period, at=clause.at) for period in clause.periods]
            clause.periods = []
    once = {(d.period.start, d.period.end, d.noun.text if d.noun is not None else ""): d for d in draft.periods[::-1]}
    draft.periods = [d for d in draft.periods if any(d is one for one in once.values())]


def date_clause(state: State, scope: Clause, period: Period) -> None:
    """Give days to the open clause; behind what was not bought to this alone: in A in 2023 but not in B in 2024."""
    last = state.draft.clauses[-1] if state.draft.clauses else scope
    if scope.periods and last is not scope and last.periods is scope.periods:
        last.periods = [period]
    elif scope.periods != [period]:
        scope.periods.append(period)


def close_pairs(state: State) -> None:
    """Put the period that is told from the one beside it into the question: March 2024 and the month before."""
    _give_back_days(state)
    draft = state.draft
    if len(draft.periods) != 1:
        if draft.same_unit is not None and draft.periods:
            raise Unclear(f"The same {draft.same_unit[0]} as which?", Category.AMBIGUOUS_TIME)
        return
    only = draft.periods[0]
    if draft.same_unit is not None:
        draft.periods.append(Dated(same_of_year(only.period, draft.same_unit), only.noun, only.at))
        draft.same_unit = None
    elif draft.has(K.EARLIER):
        place = draft.places[K.EARLIER]
        found = earlier(only.period, draft.flags.pop(K.EARLIER))
        if place == only.at - 1:
            only.period = found  # the month before March 2024
        else:
            draft.periods.append(Dated(found, only.noun, place))


def by_slashes(text: str) -> str | None:
    """Return a note on a day that was written with slashes and can be read in two ways."""
    for found in _SLASHES.finditer(text):
        one, two = int(found[1]), int(found[2])
        if one != two and max(one, two) <= _MONTHS_OF_YEAR:
            return f'"{found[0]}" was read as month, day and year'
    return None
