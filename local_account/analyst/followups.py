"""Follow-ups: a question that changes the one before it, such as "and by state?" or "only Platinum"."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Bare, Clause, Dated, Draft, Group, Noun, Rank, Test, is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.followup_figures import merge_figures
from local_account.analyst.period_pairs import earlier, same_of_year
from local_account.analyst.replacing import (
    amount_before,
    ask_which_row,
    compare_both,
    compare_instead,
    is_row,
    merge_test,
    nothing_lost,
    of_one_row,
    rank_instead,
    read_contrary,
)
from local_account.analyst.take_backs import drop_fixed, drop_part, take_back
from local_account.analyst.wording import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.marks import Mark
    from local_account.analyst.periods import Period

_GOES_ON = {
    *("replace", "same", "add", "too", "add by", "instead", "only", "limit", "both", "reverse", "ungrouped", "drop"),
    "same last year",
}
_LIMITING = {
    "for",
    "only",
    "just",
    "exclude",
    "excluding",
    "without",
    "in",
    "with",
    "from",
    "those",
    "of",
    "counting",
    "not",
    "among",
}
_ENDS = {"top", "bottom", "best", "worst"}
_FORMS = (K.SHARE, K.CHANGE, K.TREND, K.CORRELATION, K.DISTRIBUTION)


def follows(draft: Draft, marks: Sequence[Mark]) -> bool:  # noqa: PLR0911 (each sign decides alone)
    """Tell whether a question only makes sense after another one.

    Args:
        draft: what its phrases say.
        marks: all its marks.
    """
    first = next((m for m in marks if set(m.kinds) != {K.FILL}), None)
    figures = [n for n in draft.nouns if is_figure(n.mark) or n.counted] + [
        r.measure for r in draft.ranks if r.measure is not None
    ]
    word = draft.flags.get(K.FOLLOW)
    if draft.has(K.EARLIER) or draft.same_unit is not None:
        return True
    if word == "details" or (draft.has(K.THEM) and not _rows_named(draft)):
        return True
    if (first is not None and first.can(K.AND, K.BUT) and not first.can(K.NOUN)) or word in _GOES_ON:
        return True
    if draft.flags.get(K.IS) == "asked" and not draft.has(K.THEM) and any(is_row(t) for t in draft.tests):
        return False
    if draft.has(K.THEM, K.FOLLOW) and not (draft.tests or draft.groups or draft.periods or draft.clauses):
        return True
    if draft.bare and not figures and not _rows_named(draft):
        return True
    if _is_order(draft):
        return True
    if figures or draft.moves or draft.has(*_FORMS):
        return _is_short(draft, figures)
    if _rows_named(draft):
        return bool(marks) and marks[0].text.lower() in _LIMITING and not draft.has(K.LIST)
    return not draft.clauses and not any(r.by in {"best", "worst"} for r in draft.ranks)


def _is_order(draft: Draft) -> bool:
    """Tell whether a question only names an order, such as "sorted by age"."""
    ordered = draft.ranks and all(r.by in {"order", "ascending", "descending"} for r in draft.ranks)
    said = draft.nouns or draft.groups or draft.tests or draft.clauses or draft.periods or draft.moves
    return bool(ordered) and not said and not draft.has(K.LIST, *_FORMS)


def _rows_named(draft: Draft) -> bool:
    return any(n.mark.entities and not is_dimension(n.mark) for n in draft.nouns)


def _is_short(draft: Draft, figures: Sequence[Noun]) -> bool:
    """Tell whether a question has only a form, or a ranking by a figure, and nothing that it is about."""
    return not figures and draft.has(K.SHARE) and not draft.groups and not draft.tests and not _rows_named(draft)


def merged(previous: Draft, now: Draft, lexicon: Lexicon) -> Draft:
    """Return the question before, changed by what the phrases of the present one say.

    Args:
        previous: the draft of the question before.
        now: the draft of the present one.
        lexicon: the phrases of the model and its data.
    """
    draft = deepcopy(previous)
    ask_which_row(draft, now)
    rank_instead(draft, now)
    compare_instead(draft, now)
    read_contrary(draft, now, lexicon)
    draft.notes = list(now.notes)
    if draft.has(K.SHARE) and not draft.groups and not draft.share_of:
        draft.share_of = list(draft.tests)
    word = now.flags.get(K.FOLLOW)
    if take_back(draft, now):
        return draft
    if word == "same last year":
        now.flags.pop(K.CHANGE, None)
    drop_part(draft, now)
    merge_figures(draft, now, beside=word == "too")
    _merge_groups(draft, now, add=word in {"add", "add by", "too"})
    if word == "replace" and now.groups:
        drop_fixed(draft)
    for test in now.tests:
        if test.way in {"from", "to"} and (draft.moves or _counts_moves(draft, test)):
            _merge_side(draft, test)
        else:
            merge_test(draft, test, lexicon.shape, instead=word == "replace" or now.joined)
            compare_both(draft, now, test)
    for clause in now.clauses:
        _merge_clause(draft, clause)
    for bare in now.bare:
        _merge_bare(draft, bare, lexicon)
    _merge_periods(draft, now)
    _merge_ranks(draft, now)
    _merge_form(draft, now)
    where_to = all(way == "open" for way, _ in now.moves)
    if now.moves:
        draft.moves = [*(m for m in draft.moves if where_to and m[0] != "any"), *now.moves]
    nothing_lost(draft, now)
    return draft


def _merge_side(draft: Draft, test: Test) -> None:
    """Put a side of a movement in the place of the one before; what moved from a value did not move to it."""
    kept = [
        (way, tests)
        for way, tests in draft.moves
        if way not in {test.way, "any", "open"} and not any(t.values == test.values for t in tests)
    ]
    draft.moves = [*kept, (test.way, [test])]


def _merge_periods(draft: Draft, now: Draft) -> None:
    """Put the days of the present question in the place of those before, or beside them to compare both."""
    if (told := _told_from(draft, now)) is not None:
        now.periods = [Dated(told, draft.periods[0].noun)]
    if now.has(K.VERSUS) and len(now.periods) == len(draft.periods) == 1:
        if any(g.grain for g in draft.groups):
            raise Unclear("Two periods are compared as wholes: without months or the like.", Category.AMBIGUOUS_TIME)
        draft.periods = [*draft.periods, *deepcopy(now.periods)]
        draft.flag(K.VERSUS, "", -1)
        return
    if now.has(K.ALWAYS) and not now.periods:
        draft.periods = []
        for clause in draft.clauses:
            clause.periods = []
    if now.periods:
        clause = draft.clauses[-1] if draft.clauses and draft.clauses[-1].periods and not draft.periods else None
        if clause is not None:
            clause.periods = [d.period for d in now.periods]
        else:
            noun = draft.periods[0].noun if draft.periods else None
            draft.periods = deepcopy(now.periods)
            for dated in draft.periods:
                dated.noun, dated.at = dated.noun or noun, -1


def _told_from(draft: Draft, now: Draft) -> Period | None:
    """Return the period that is told from the one of the question before: the month before, the same month of 2023."""
    last_year = now.flags.get(K.FOLLOW) == "same last year"
    if not now.has(K.EARLIER) and now.same_unit is None and not last_year:
        return None
    if len(draft.periods) != 1:
        what = now.flags.get(K.EARLIER) or "period"
        raise Unclear(f"The {what} before which: the question before names none.", Category.AMBIGUOUS_TIME)
    if now.same_unit is not None:
        return same_of_year(draft.periods[0].period, now.same_unit)
    return earlier(draft.periods[0].period, "year" if last_year else now.flags[K.EARLIER])


def _merge_form(draft: Draft, now: Draft) -> None:
    """Take over the form that the present question asks for."""
    for kind in _FORMS:
        if now.has(kind):
            draft.flag(kind, now.flags[kind], -1)
    if now.has(K.SHARE):
        draft.verbs = []
    if now.flags.get(K.FOLLOW) == "details":
        draft.flags[K.LIST] = "details"
    elif now.has(K.LIST) and any(n.counted for n in draft.nouns) and not (now.groups or _names_figures(now)):
        _list_instead(draft)


def _counts_moves(draft: Draft, test: Test) -> bool:
    """Tell whether the question before counts movements of the dimension of a condition."""
    tables = {c.table for c in test.candidates if c.name.startswith("PREVIOUS_")}
    return any(m.element.table in tables for n in draft.nouns for m in n.mark.named())


def _names_figures(now: Draft) -> bool:
    return any(is_figure(n.mark) or n.counted for n in now.nouns)


def _list_instead(draft: Draft) -> None:
    """List the rows that were counted."""
    for noun in draft.nouns:
        noun.counted = False
    draft.groups = []
    draft.flag(K.LIST, "", -1)


def _merge_groups(draft: Draft, now: Draft, *, add: bool) -> None:
    """Put the groups of the present question in the place of those before."""
    dimensions = [n for n in now.nouns if is_dimension(n.mark) and not n.counted]
    grains = [n for n in now.nouns if n.grain and not is_figure(n.mark)]
    groups = now.groups + [Group(n.mark, at=n.at) for n in dimensions] + [Group(None, n.grain, at=n.at) for n in grains]
    ranked = [r for r in now.ranks if r.noun is not None]
    groups = (
        [g for g in groups if not any(r.noun is not None and r.noun.mark is g.mark for r in ranked)]
        if ranked
        else groups
    )
    if not groups:
        return
    if of_one_row(draft) and not now.groups and not _names_figures(now):
        draft.nouns = [n for n in draft.nouns if n.mark.entities and not is_dimension(n.mark)] + dimensions
        draft.flags.pop(K.HOW_MANY, None)
        return
    first = next((r for r in draft.ranks if r.limit and r.noun is not None and r.noun.mark.entities), None)
    if first is not None and dimensions and not now.groups and (add or now.them.endswith("their")):
        draft.nouns += dimensions
        return
    if now.has(K.THEM) and first is not None and dimensions:
        what = dimensions[0].mark.text
        raise Unclear(f"Ask for the first {first.limit} with their {what} in one question.", Category.INCOMPLETE)
    if add:
        draft.groups += groups
        return
    each = [g for g in draft.groups if g.each and draft.ranks and draft.ranks[0].noun is not None]
    if each and any(g.each for g in groups):
        draft.groups = [g for g in draft.groups if g not in each] + groups
        return
    draft.nouns = [
        n
        for n in draft.nouns
        if not (is_dimension(n.mark) and not n.counted) and not (n.grain and not is_figure(n.mark))
    ]
    for rank in draft.ranks:
        if rank.noun is not None and not rank.noun.mark.entities:
            rank.noun = None
    draft.groups = groups
    if draft.has(K.LIST) and not any(n.counted or is_figure(n.mark) for n in draft.nouns):
        draft.flags.pop(K.LIST)


def _merge_clause(draft: Draft, clause: Clause) -> None:
    """Put a condition on a figure in the place of the one on the same figure."""
    same = [
        c
        for c in draft.clauses
        if c.noun is not None and clause.noun is not None and c.noun.mark.meanings == clause.noun.mark.meanings
    ]
    for one in same:
        draft.clauses.remove(one)
    clause.about = clause.about or (same[0].about if same else next((n for n in draft.nouns if n.mark.entities), None))
    draft.clauses.append(clause)


def _merge_bare(draft: Draft, bare: Bare, lexicon: Lexicon) -> None:
    """Put numbers in the place of those of the last condition on a figure, or of how many are shown."""
    limited = [r for r in draft.ranks if r.limit]
    numeric = [
        t
        for t in draft.tests
        if t.op in {">", "<", ">=", "<=", "=", "between"} and t.values and not isinstance(t.values[0], str | bool)
    ]
    changed = draft.clauses[-1:] or numeric[-1:]
    if limited and bare.op is None and bare.values[0] == int(bare.values[0]):
        if changed:
            raise Unclear(
                f'"{bare.text}" can be how many are shown, or the number of a condition.', Category.INCOMPLETE
            )
        limited[0].limit = int(bare.values[0])
    elif changed:
        changed[0].op, changed[0].values = bare.op or changed[0].op, bare.values
    elif (amount := amount_before(draft, lexicon)) is not None and bare.op is not None:
        draft.tests.append(Test([amount], bare.op, bare.values, spoken(amount.name)))
    else:
        main = lexicon.shape.main_table()
        bare.rows = bare.rows or any(n.counted and e.table == main for n in draft.nouns for e in n.mark.entities)
        draft.bare.append(bare)


def _merge_ranks(draft: Draft, now: Draft) -> None:
    """Take over a new limit, order or figure of ranking."""
    for rank in now.ranks:
        if not draft.ranks:
            draft.ranks.append(rank)
            if rank.noun is not None and not any(n.mark is rank.noun.mark for n in draft.nouns):
                draft.nouns.append(rank.noun)
            continue
        old: Rank = draft.ranks[0]
        old.limit, old.place = (rank.limit, rank.place) if rank.limit else (old.limit, old.place)
        old.one = rank.one or old.one
        old.by = rank.by if rank.by == "alphabetical" else old.by
        kept = rank.by == "first" or (rank.by == "order" and old.by in _ENDS)  # the lowest by revenue, now by purchases
        old.descending = old.descending if kept else rank.descending
        old.measure = rank.measure or old.measure
        if rank.noun is not None and not rank.noun.mark.entities:
            draft.groups = []
            old.noun = rank.noun
