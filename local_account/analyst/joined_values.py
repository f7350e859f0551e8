"""Values that stand together: those from one to another one, those that no row has at once, and those of two kinds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import is_dimension, is_filter
from local_account.analyst.english import K
from local_account.analyst.lexicon import Held, Named
from local_account.analyst.points import MONTHS, WEEKDAYS
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.draft import State, Test
    from local_account.analyst.elements import Element
    from local_account.analyst.marks import Mark

_IN_TIME = {*WEEKDAYS, *MONTHS}  # values that follow each other


_JOINTS = (K.AND, K.OR, K.BUT, K.VERSUS, K.NOT, K.TOP)


def values_between(state: State, at: int) -> tuple[list[Mark], int] | None:
    """Return the values from one to another one of those that follow each other in time: Monday to Friday."""
    first, last = state.mark(at), state.mark(at + 2)
    opened = "between" in (state.word(at - 1, K.COMPARE), state.word(at - 1, K.BY))
    joined = state.word(at + 1, K.SOFT) in {"to", "through"} or (opened and state.can(at + 1, K.AND))
    if first is None or last is None or not first.held or not last.held or not joined:
        return None
    for one in first.held:
        order = [v for v in one.element.expression.sample_values if v.lower() in _IN_TIME]
        other = next((h for h in last.held if h.element == one.element), None)
        if other is None or len(order) < len(one.element.expression.sample_values) or one.value not in order:
            continue
        start = order.index(one.value)
        turned = [*order[start:], *order[:start]]
        values = turned[: turned.index(other.value) + 1]
        text = f"{first.text} to {last.text}"
        marks = [replace(first, text=text, meanings=(Held(one.element, value),)) for value in values]
        return marks, at + 3
    return None


def ask_contradiction(state: State, test: Test) -> None:
    """Ask where two values of one dimension stand apart and no word joins them: from Texas, who live in Florida.

    Raises:
        Unclear: no row has both values.
    """
    if (
        test.negated
        or test.ored
        or state.draft.ratio is not None
        or state.draft.has(K.VERSUS, K.SHARE, K.CORRELATION)
        or state.draft.moves
    ):
        return
    refs = {c.ref for c in test.candidates}
    others = state.scope.tests if state.scope is not None else state.draft.tests
    for other in others:
        same = other.op in {"=", "in"} and not other.negated and refs & {c.ref for c in other.candidates}
        joined = any(state.can(i, *_JOINTS) or state.word(i, K.SOFT) == "than" for i in range(other.at, test.at))
        if same and not joined and set(other.values).isdisjoint(test.values):
            raise at_once(other.text, test.text)


def at_once(one: str, other: str) -> Unclear:
    """Return the question back about two values of which a row has one at most."""
    return Unclear(
        f'Nothing is "{one}" and "{other}" at once: join them by "or" where either is meant.', Category.INCOMPLETE
    )


def ask_union(state: State, at: int) -> None:
    """Ask where "and" joins a value and one of another dimension of things that rows belong to: travel and hotels.

    Raises:
        Unclear: the rows of either can be meant, or those of both.
    """
    first, second = state.mark(at - 2), state.marks[at]
    placed = [*state.draft.tests, *(t for c in state.draft.clauses for t in c.tests)]
    if not state.can(at - 1, K.AND) or first is None or not any(t.text.endswith(first.text) for t in placed):
        return
    tables = {h.element.table for h in first.held} & {h.element.table for h in second.held}
    apart = {h.element.ref for h in first.held}.isdisjoint(h.element.ref for h in second.held)
    if apart and tables and state.shape.main_table() not in tables:
        raise Unclear(
            f'"{first.text} and {second.text}": are the rows of either meant, or those of both?', Category.INCOMPLETE
        )


def ask_filters_at_once(state: State, at: int, filters: list[Element]) -> None:
    """Ask where two filters that no row meets stand side by side: active lapsed customers.

    Raises:
        Unclear: a row has one value of their dimension.
    """
    before = state.mark(at - 1)
    if before is None or not filters or before.span[1] != state.marks[at].span[0]:
        return
    now = state.shape.simple_filter(filters[0])
    for other in (m.element for m in before.named(Kind.FILTER)):
        was = state.shape.simple_filter(other)
        if now is not None and was is not None and now[0] == was[0] and now[1] != was[1]:
            raise at_once(before.text, state.marks[at].text)


def opposite(state: State, at: int) -> Mark | None:
    """Return "weekdays" as the filter that it is with "on" before it, where it stands beside its contrary."""
    mark = state.mark(at)
    if mark is None or not is_dimension(mark) or is_filter(mark):
        return None
    found = [m for m in state.lexicon.meanings(("on", *phrase(mark.text))) if isinstance(m, Named)]
    ways = {simple for m in found if (simple := state.shape.simple_filter(m.element))}
    for step in (-1, 1):
        i = at + step
        while state.can(i, K.SOFT) and not state.can(i, K.NOUN, K.VALUE):
            i += step
        other = state.mark(i + step) if state.can(i, K.VERSUS, K.AND, K.OR) else None
        simple = [s for m in other.named() if (s := state.shape.simple_filter(m.element))] if other is not None else []
        if any(a == b and v != w for a, v in ways for b, w in simple):
            return replace(mark, meanings=tuple(found))
    return None


def ask_different(state: State, test: Test, at: int) -> None:
    """Ask where different rows are counted, and each may have all values, some, or none of them.

    Raises:
        Unclear: customers who bought in travel and dining can be those of both, or of either.
    """
    if not any(_different(n.mark) for n in state.draft.nouns):
        return
    several = len(test.values) > 1
    both = several and state.word(at - 1, K.SOFT) == "both"
    apart = test.negated and not all(c.table == state.shape.main_table() for c in test.candidates)
    if both or apart:
        state.draft.leftover.append(state.marks[at - 1])
        return
    tables = {c.table for c in test.candidates} - {state.shape.main_table()}
    things = any(state.shape.time_of(table) is None for table in tables)
    if several and things and not test.either:
        first, second = test.text.split(" and ")[0], test.text.split(" and ")[-1]
        raise Unclear(
            f'"{test.text}": are those of each meant, or of at least one of them? Say "both {first} and {second}", '
            f'or "{first} or {second}".',
            Category.INCOMPLETE,
        )


def _different(mark: Mark) -> bool:
    """Tell whether a figure counts different rows, so that those with both values are not those with either."""
    return any("DISTINCT" in m.element.expression.expr.upper() for m in mark.named(Kind.METRIC))
