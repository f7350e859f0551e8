"""Phrases that name, group, rank, date and join; reads the marks of a question from left to right into a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.comparisons import read_comparison, read_equal, read_times
from local_account.analyst.conditions import (
    read_absence,
    read_absent_rows,
    read_between_values,
    read_buying,
    read_filter,
    read_negation,
    read_nothing,
    read_values,
)
from local_account.analyst.criteria import criteria
from local_account.analyst.different import read_average_of_different
from local_account.analyst.draft import (
    Clause,
    Dated,
    Draft,
    Group,
    Noun,
    State,
    is_dimension,
    is_figure,
)
from local_account.analyst.english import K
from local_account.analyst.equal_groups import read_apart, read_tiles
from local_account.analyst.figures_named import is_counted, keep_function, of_purchases, other_functions
from local_account.analyst.grouping import read_by, read_by_counted, read_by_sides, read_by_state, read_per_filtered
from local_account.analyst.hints import (
    is_asked_for,
    is_idle,
    read_bare_number,
    read_brought,
    read_flag,
    read_number,
    read_person,
    read_step,
    read_vague,
)
from local_account.analyst.lexicon import Entity
from local_account.analyst.marks import Mark
from local_account.analyst.moves import read_move, read_other_side
from local_account.analyst.period_pairs import (
    by_slashes,
    close_pairs,
    date_clause,
    read_absent_period,
    read_ago,
    read_grown_before,
    read_previous,
    read_same_unit,
    read_than_before,
)
from local_account.analyst.periods import Period, moved
from local_account.analyst.places import read_place
from local_account.analyst.ranks import close_rank, ranked_noun, read_top
from local_account.analyst.ratios import find_ratio, read_ratio
from local_account.analyst.wording import either, spoken
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.analyst.lexicon import Lexicon
_ALL = {"all", "entire", "whole"}
_MONEY = {"dollars", "dollar", "usd", "$"}
_TOGETHER = {"together", "altogether", "combined"}
_EVERYONE = {"everyone", "everybody"}
_HARMLESS = {
    K.FILL,
    K.SOFT,
    K.WHO,
    K.IS,
    K.HAVE,
    K.AND,
    K.BUT,
    K.LIST,
    K.WHICH,
    K.THEM,
    K.FOLLOW,
    K.UNIT,
    K.BY,
    K.DIFFERENT,
    K.HOW_MUCH,
    K.BUY,
    K.ALWAYS,
}

_OF_ALL_TIME = {"ever", "overall", "altogether", "lifetime"}  # of one condition beside another on some days


def read_draft(marks: list[Mark], lexicon: Lexicon) -> Draft:
    """Read the marks of a question.

    Args:
        marks: all marks of the question.
        lexicon: the phrases of the model and its data.

    Returns:
        What the phrases say; its leftover are the marks that nothing could use.
    """
    state = State([m for m in marks if set(m.kinds) != {K.FILL}], lexicon)
    state.commas = {m.span[0] for m in marks if m.text == ","}
    state.ends = {m.span[0] for m in marks if m.text in {"?", "!", "."}}
    read_person(state)
    find_ratio(state)
    state.draft.everyone = _is_of_everyone(marks, state)
    state.draft.together = any(m.text.lower().split()[-1] in _TOGETHER and not m.can(K.NOUN) for m in marks)
    words = {m.text.lower() for m in marks}
    state.draft.in_money = bool(words & _MONEY) and not any(m.can(K.SHARE) for m in marks)
    state.draft.together |= bool(state.marks) and state.marks[-1].text.lower() in {"total", "in total"}
    at = 0
    while at < len(state.marks):
        if at in state.used:
            at += 1
            continue
        step = next((taken for rule in _RULES if (taken := rule(state, at))), 0)
        if not step:
            mark = state.marks[at]
            if (not mark.can(*_HARMLESS) and not is_idle(state, at)) or _groups_nothing(state, at):
                state.draft.leftover.append(mark)
            state.draft.joined = state.draft.joined or mark.can(K.AND, K.VERSUS)
            if mark.can(K.BUT, K.AND) and not state.can(at + 1, K.VALUE, K.PERIOD):
                state.scope = None
            step = 1
        at += step
    if not any(m.can(K.ALWAYS) or m.text.lower() in _OF_ALL_TIME for m in marks):
        state.draft.share_days(state.shape)
    _finish(state)
    return state.draft


def _groups_nothing(state: State, at: int) -> bool:
    """Tell whether a word that groups, or that stands between two things, has found neither."""
    word = state.word(at, K.BY)
    if word == "between":
        compared = state.draft.has(K.VERSUS, K.CORRELATION, K.CHANGE, K.DISTRIBUTION) or state.draft.moves
        return state.can(at + 1, K.NOUN) and not state.can(at + 2, K.AND, K.VERSUS) and not compared
    if at + 1 == len(state.marks):
        return word == "by" and set(state.marks[at].kinds) <= {K.BY, K.FILL, K.SOFT}
    return word in {"per", "each"}


def _is_of_everyone(marks: list[Mark], state: State) -> bool:
    """Tell whether all rows are said to count: "across all customers", "of everyone"."""
    rows = [any(e.table == state.shape.main_table() for e in m.entities) and not is_dimension(m) for m in marks]
    words = [m.text.lower().rpartition(" ")[2] for m in marks]
    named = any(word in _ALL and of for word, of in zip(words, rows[1:], strict=False))
    return named or bool(set(words) & _EVERYONE)


def _finish(state: State) -> None:
    """Say of what was begun and never used that it is left over."""
    if state.pending is not None:
        close_rank(state, state.pending)
    if state.limit is not None:
        unlimited = next((r for r in state.draft.ranks if r.limit is None and r.percent is None), None)
        if unlimited is not None:
            unlimited.limit = state.limit
        else:
            state.draft.leftover.append(Mark(str(state.limit), {K.NUMBER: ""}))
    if state.function:
        state.draft.flag(K.AGGREGATE, state.function, len(state.marks))
    state.draft.leftover += [mark for _, mark in state.functions]
    values = [c.table for t in state.draft.tests for c in (*t.candidates, *t.filters)]
    if state.counting is not None and state.alone and not state.draft.nouns and state.shape.main_table() in values:
        rows = state.shape.main_table()  # the active count by segment
        state.draft.nouns.append(Noun(Mark(rows.lower(), {K.NOUN: ""}, (Entity(rows),)), counted=True, at=-1))
    elif state.counting is not None and state.alone and not state.draft.nouns:
        state.draft.leftover.append(Mark(state.alone, {K.NUMBER: ""}))
    elif state.counting is not None:
        state.draft.flag(K.HOW_MANY, state.counting, len(state.marks))
    close_pairs(state)
    if state.negated:
        state.draft.leftover.append(Mark(state.negated, {K.NOT: state.negated}))


def _read_period(state: State, at: int) -> int:
    """Read a period, for the open clause or for the question, with the noun that says which day is meant."""
    mark = state.marks[at]
    if mark.period is None:
        return 0
    if state.word(at - 1, K.BY) == "by" and state.marks[at - 1].text.lower() == "by":
        text = f'"by {mark.text}" can mean in that time, or up to it: say "in" or "until".'
        raise Unclear(text, Category.AMBIGUOUS_TIME)
    if note := by_slashes(mark.text):
        state.draft.notes.append(note)
    last = state.draft.nouns[-1] if state.draft.nouns else None
    times = last.mark.named(Kind.TIME_DIMENSION) if last is not None else []
    if state.scope is not None and (state.scope.noun is None or state.scope.op == ">"):
        both = any(state.word(i, K.SOFT) == "both" for i in range(at))
        if both and state.scope.periods and state.can(at - 1, K.AND):
            state.draft.clauses.append(
                replace(state.scope, tests=list(state.scope.tests), periods=[mark.period], at=at)
            )
            return 1
    if state.scope is not None:
        date_clause(state, state.scope, mark.period)
        return 1
    noun = None
    if last is not None and times and not any(g.at == last.at for g in state.draft.groups):
        state.draft.nouns.pop()
        noun = last.mark
        if last.counted and (rows := _rows_in(last.mark, state)) is not None:
            state.draft.nouns.append(Noun(rows, counted=True, at=last.at))
    before = state.draft.periods[-1].noun if state.draft.periods and state.can(at - 1, K.AND, K.OR) else None
    noun = noun or before  # opened in 2023 and 2024
    _share_year(state, mark.period)
    if noun is None and any(d.period == mark.period for d in state.draft.periods):
        return 1  # said twice: revenue of 2024 from the top customers of 2024
    state.draft.periods.append(Dated(mark.period, noun, at))
    return 1


def _rows_in(mark: Mark, state: State) -> Mark | None:
    """Return the rows that the name of a day begins with: accounts of "accounts opened"."""
    found = [m for m in state.lexicon.meanings(phrase(mark.text)[:1]) if isinstance(m, Entity)]
    return Mark(mark.text.split()[0], {K.NOUN: ""}, tuple(found)) if found else None


def _share_year(state: State, period: Period) -> None:
    """Put a period without a year, such as Q3 of "Q3 and Q4 2023", into the year of the one behind it."""
    last = state.draft.periods[-1] if state.draft.periods else None
    if (
        last is not None
        and not last.period.named
        and period.named
        and last.period.grain == period.grain
        and period.whole
    ):
        years = period.start.year - last.period.start.year
        last.period = moved(last.period, years)


def _read_count(state: State, at: int) -> int:
    """Read "how many", "number of", "average": it belongs to the next noun."""
    mark = state.marks[at]
    if mark.can(K.NOUN):
        return 0
    if mark.text.lower().endswith("numbers") and not state.can(at + 1, K.NOUN):
        found = criteria(state.lexicon)
        names = either([spoken(e.name) for e in found])
        text = f'"{mark.text}" does not say which figures are meant: it can be {names}.'
        raise Unclear(text, Category.INCOMPLETE, [e.ref for e in found])
    if mark.can(K.HOW_MANY):
        keep_function(state, at)
        state.counting = mark.kinds[K.HOW_MANY]
        state.alone = mark.text if mark.text.lower().split()[-1] in {"number", "numbers", "count", "counts"} else None
        if state.counting == "often":
            state.draft.flag(K.HOW_MANY, "often", at)
            state.counting = None
        return 1
    if mark.can(K.AGGREGATE):
        if state.grain and state.function:
            return 1  # the average of the monthly totals
        keep_function(state, at)
        state.function = mark.kinds[K.AGGREGATE]
        if state.function.startswith(("running", "moving")):
            state.draft.flag(K.AGGREGATE, state.function, at)
            state.function = None
        return 1
    return 0


def _read_grain(state: State, at: int) -> int:
    """Read "monthly revenue", "which month", "average monthly spend"."""
    mark = state.marks[at]
    if not mark.can(K.GRAIN):
        return 0
    if state.function and state.can(at + 1, K.NOUN, K.AGGREGATE):
        state.grain = mark.kinds[K.GRAIN]
        return 1
    if state.counting is not None and not state.can(at + 1, K.NOUN):
        state.draft.nouns.append(Noun(mark, counted=True, grain=mark.kinds[K.GRAIN], at=at))
        state.counting = None
        return 1
    if state.draft.has(K.CHANGE) and state.can(at + 1, K.CHANGE):
        return 1
    state.draft.groups.append(Group(None, mark.kinds[K.GRAIN], at=at, beside=not mark.text.lower().endswith("s")))
    if (
        state.asked
        or state.can(at - 1, K.WHICH)
        or (state.limit is not None and state.marks[at - 1].number is not None)
    ):
        state.draft.nouns.append(Noun(mark, asked=True, grain=mark.kinds[K.GRAIN], at=at))
        state.draft.groups.pop()
        state.asked = False
    return 1


def _read_noun(state: State, at: int) -> int:
    """Read a noun, with what was said before it: average, how many, which."""
    mark = state.marks[at]
    told = mark.can(K.TREND) and any(is_figure(n.mark) for n in state.draft.nouns)
    if not mark.can(K.NOUN) or told or (at == 0 and mark.can(K.LIST) and state.can(at + 1, K.NOUN, K.NUMBER)):
        return 0
    plain_rows = (
        bool(mark.entities) and not is_figure(mark) and not any(state.shape.amount(e.table) for e in mark.entities)
    )
    if state.function and plain_rows and state.counting is None and not state.grain:
        state.draft.flag(K.AGGREGATE, state.function, at)
        state.function = None
    before = state.mark(at - 1)
    beside = before is not None and before.text.lower() == "total" and before.span[1] == mark.span[0]
    if beside and state.function == "sum" and mark.entities and not plain_rows and mark.text.lower().endswith("s"):
        state.function, state.counting = None, ""  # "total transactions" are how many there are
    noun = Noun(
        mark,
        state.function,
        state.counting is not None,
        state.asked,
        different=state.counting == "different" or state.can(at - 1, K.DIFFERENT),
        at=at,
    )
    of_purchases(state, noun)
    noun.counted = noun.counted or is_counted(state, noun)
    noun.grain = state.grain
    state.function = state.counting = state.grain = None
    if is_dimension(mark) or mark.entities or is_asked_for(state, at):
        state.asked = False
    if state.pending is not None and state.pending.measure is None and state.pending.noun is None:
        return ranked_noun(state, noun)
    if state.scope is not None and (is_figure(mark) or mark.entities):
        state.scope = None if not _within(state.scope, mark) else state.scope
    state.draft.nouns += [*other_functions(state, noun), noun]
    return 1


def _within(scope: Clause, mark: Mark) -> bool:
    """Tell whether a noun goes on with an open clause: it names the figure that the clause is about."""
    return scope.noun is not None and mark is scope.noun.mark


_RULES: tuple[Callable[[State, int], int], ...] = (
    read_ratio,
    read_average_of_different,
    read_brought,
    read_grown_before,
    read_than_before,
    read_ago,
    read_absent_period,
    read_same_unit,
    read_times,
    read_apart,
    read_comparison,
    read_negation,
    read_nothing,
    read_move,
    read_other_side,
    read_absence,
    read_absent_rows,
    read_buying,
    read_filter,
    read_between_values,
    read_place,
    read_values,
    read_top,
    read_by_state,
    read_tiles,
    read_per_filtered,
    read_by_counted,
    read_by_sides,
    read_by,
    read_equal,
    read_previous,
    _read_period,
    read_step,
    read_bare_number,
    read_number,
    _read_count,
    _read_grain,
    _read_noun,
    read_flag,
    read_vague,
)
