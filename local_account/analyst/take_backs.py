"""Follow-ups that take back what was said: without the state, not by segment, both together, the other way round."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.wording import spoken

if TYPE_CHECKING:
    from local_account.analyst.draft import Draft, Group, Test
    from local_account.analyst.elements import Element


def take_back(draft: Draft, now: Draft) -> bool:
    """Change the question before by a word that takes something back; tell whether there was one.

    Args:
        draft: the question before, which is changed.
        now: what the phrases of the present one say.

    Raises:
        Unclear: nothing of that is there.
    """
    word = now.flags.get(K.FOLLOW)
    if word == "both":
        _both(draft)
    elif word == "reverse":
        _reverse(draft)
    elif word == "ungrouped":
        _ungroup(draft, now)
    elif word == "drop":
        _drop(draft, now)
    else:
        return False
    return True


def _both(draft: Draft) -> None:
    """Look at the value before together with the one that took its place."""
    test = next((t for t in reversed(draft.tests) if t.instead_of), None)
    if test is None:
        raise Unclear("Both of what: the question before names one thing alone.", Category.INCOMPLETE)
    test.values = tuple(dict.fromkeys((*test.instead_of, *test.values)))
    test.op, test.instead_of = "in", ()


def _reverse(draft: Draft) -> None:
    """Let a movement go the other way."""
    if not draft.moves or any(way == "any" for way, _ in draft.moves):
        raise Unclear("The other way of what: the question before names no movement.", Category.INCOMPLETE)
    draft.moves = [("to" if way == "from" else "from", tests) for way, tests in draft.moves]


def _ungroup(draft: Draft, now: Draft) -> None:
    """Leave out the groups that are named, or all of them."""
    named = {m.element for g in (*now.nouns, *now.groups) if g.mark is not None for m in g.mark.named()}
    grains = {g.grain for g in now.groups if g.grain} | {n.grain for n in now.nouns if n.grain}
    kept = [g for g in draft.groups if (named or grains) and not _is_one_of(g, named, grains)]
    rest = [n for n in draft.nouns if not is_dimension(n.mark) or is_figure(n.mark) or n.counted]
    if len(kept) == len(draft.groups) and len(rest) == len(draft.nouns):
        raise Unclear("The question before has no such groups.", Category.INCOMPLETE)
    draft.groups = kept
    draft.nouns = rest


def _is_one_of(group: Group, named: set[Element], grains: set[str]) -> bool:
    if group.grain:
        return group.grain in grains
    return group.mark is not None and any(m.element in named for m in group.mark.named())


def _drop(draft: Draft, now: Draft) -> None:
    """Leave out a group or a condition that is named; a value that no condition names is one to exclude."""
    for test in now.tests:
        same = [t for t in draft.tests if t.values == test.values and t.filters == test.filters and not t.negated]
        if same:
            draft.tests = [t for t in draft.tests if t not in same]
        else:
            draft.tests.append(replace(test, negated=True, at=-1))
    if now.groups or any(is_dimension(n.mark) or n.grain for n in now.nouns):
        elements = {m.element for n in now.nouns for m in n.mark.named()}
        fixed = [t for t in draft.tests if any(_is_called(c, e) for c in t.candidates for e in elements)]
        grains = [g for g in (*now.groups, *now.nouns) if g.grain]
        if fixed:
            draft.tests = [t for t in draft.tests if t not in fixed]
        elif grains and draft.periods and not any(g.grain for g in draft.groups):
            draft.periods = []  # drop the year
        else:
            _ungroup(draft, now)
    if now.periods:
        draft.periods = []
    if not (now.tests or now.nouns or now.groups or now.periods):
        if not draft.tests:
            raise Unclear("The question before has no such condition.", Category.INCOMPLETE)
        draft.tests = []  # remove the filters


def _is_called(one: Element, named: Element) -> bool:
    """Tell whether a dimension is the one that is named, or holds its names: the state, by its code or name."""
    return one.table == named.table and one.name in {named.name, f"{named.name}_NAME"}


def drop_part(draft: Draft, now: Draft) -> None:
    """Leave out what a share was of, where another figure takes its place: which share is active, the churn rate."""
    replaced = now.flags.get(K.FOLLOW) == "replace" and any(is_figure(n.mark) for n in now.nouns)
    if not replaced or not draft.has(K.SHARE) or now.has(K.SHARE):
        return
    verbs = [v for v in draft.verbs if v > draft.places.get(K.SHARE, 0)]
    part = [t for t in draft.share_of if verbs and t.at > verbs[0]] or draft.share_of
    if len(part) == 1:
        draft.tests = [t for t in draft.tests if t not in part]
        draft.share_of = [t for t in draft.share_of if t not in part]


def drop_fixed(draft: Draft) -> None:
    """Leave out conditions that fix what is grouped by now, so that each group can be seen, and say so."""
    grouped = {m.element.ref for g in draft.groups if g.mark is not None for m in g.mark.named()}
    fixed = [t for t in draft.tests if not t.negated and t.op == "=" and _fixes(t, grouped)]
    draft.tests = [t for t in draft.tests if t not in fixed]
    for test in fixed:
        draft.notes.append(f'"{test.text}" was left out, since each {spoken(test.candidates[0].name)} is shown now')


def _fixes(test: Test, grouped: set[str]) -> bool:
    return bool(test.candidates) and all(c.ref in grouped for c in test.candidates[:1])
