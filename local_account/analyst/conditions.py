"""Phrases that compare: values, numbers over and under, negations, what somebody bought or never did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.draft import Clause, Noun, State, Test, is_dimension, is_figure, is_filter
from local_account.analyst.english import K
from local_account.analyst.joined_values import (
    ask_contradiction,
    ask_different,
    ask_filters_at_once,
    ask_union,
    at_once,
    opposite,
    values_between,
)
from local_account.analyst.open_words import ask_genus, ask_last_word
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.elements import Element
    from local_account.analyst.marks import Mark

_LEAVING_OUT = {
    "except",
    "excluding",
    "excludes",
    "besides",
    "without",
    "neither",
    "apart",
    "aside",
    "ignoring",
    "leaving",
}
_VERBS = {"is", "are", "was", "were", "who", "have", "has", "had"}


def read_values(state: State, at: int) -> int:
    """Read values of one dimension, joined by and, or or a comma, with the name of the dimension beside them."""
    first = state.mark(at)
    if (
        first is None
        or not first.can(K.VALUE)
        or not first.held
        or (first.can(K.NOUN) and not _named_beside(state, at, first))
    ):
        return 0
    if first.can(K.VAGUE, K.TOP, K.FILL, K.SOFT) and not _named_beside(state, at, first):
        return 0
    held, i = values_between(state, at) or ([first], at + 1)
    first = held[0]
    ored = False
    ask_union(state, at)
    while True:
        j = state.skip(i, K.AND, K.OR, K.SOFT, K.NOT) if state.can(i, K.AND, K.OR) else i
        step = state.mark(j)
        if (
            step is None
            or not step.held
            or (step.can(K.NOUN) and not is_filter(step))
            or not _elements(held) & {h.element.ref for h in step.held}
        ):
            break
        ored = ored or state.can(i, K.OR)
        if step.span[0] == held[-1].span[1] and not state.draft.has(K.VERSUS):
            raise at_once(held[-1].text, step.text)
        held.append(step)
        i = j + 1
    end = i
    candidates, i, before = _narrowed(state, _common(held), at, i)
    if before is not None and before in state.draft.nouns:
        state.draft.nouns.remove(before)
    values = tuple(dict.fromkeys(next(h.value for h in one.held if h.element.ref == candidates[0].ref) for one in held))
    part = any(h.part for one in held for h in one.held)
    if part and all(str(v).lower().startswith("not ") for v in values):
        state.negated = None
    test = Test(
        candidates,
        "=" if len(values) == 1 else "in",
        values,
        " and ".join(one.text for one in held),
        bool(state.negated),
        state.can(at - 1, K.OR) and not state.negated,
        part=part,
        at=at,
        way=state.word(at - 1, K.SOFT) or "",
        span=" to " in first.text,
        either=ored,
    )
    state.negated = _reaching(state, i)
    ask_contradiction(state, test)
    ask_genus(state, held, alone=before is None and i == end)
    if len(values) > 1 and not ored and _each_bought(state, test):
        return i - at
    ask_different(state, test, at)
    place(state, test)
    return i - at


def read_between_values(state: State, at: int) -> int:
    """Read "between Monday and Wednesday", all of them."""
    between = "between" in (state.word(at, K.COMPARE), state.word(at, K.BY))
    return 1 + read_values(state, at + 1) if between and values_between(state, at + 1) else 0


def _reaching(state: State, at: int) -> str | None:
    """Return a word that leaves out, where it reaches over "and" to one more condition: except Texas and weekends."""
    behind = state.mark(at + 1)
    more = behind is not None and (bool(behind.held) or is_filter(behind)) and not behind.entities
    joined = state.can(at, K.AND, K.OR) and state.word(at, K.OR) != "nor" and state.word(at, K.AND) != "including"
    return state.negated if state.negated in {"not", "without"} and state.leaves_out and joined and more else None


def _each_bought(state: State, test: Test) -> bool:
    """Ask for rows with each of several values, as in "bought both airlines and hotels", by a condition for each."""
    scope = state.scope
    if scope is None or scope.noun is not None or scope.op != ">" or test.negated or test.ored:
        return False
    own = {e.table for e in scope.about.mark.entities} if scope.about is not None else set()
    if all(c.table in own for c in test.candidates):
        return False
    first, *rest = (replace(test, op="=", values=(value,)) for value in test.values)
    shared = list(scope.tests)
    scope.tests.append(first)
    state.draft.clauses += [replace(scope, tests=[*shared, one], at=test.at) for one in rest]
    return True


def _elements(held: list[Mark]) -> set[str]:
    return set.intersection(*({h.element.ref for h in one.held} for one in held))


def _common(held: list[Mark]) -> list[Element]:
    refs = _elements(held)
    return [h.element for h in held[0].held if h.element.ref in refs]


def _named_beside(state: State, at: int, mark: Mark) -> bool:
    """Tell whether the name of a value's dimension stands right before or behind it."""
    refs = {h.element.ref for h in mark.held}
    beside = (state.mark(state.skip(at + 1, K.SOFT)), state.mark(back(state, at)))
    return any(one is not None and refs & {m.element.ref for m in one.named()} for one in beside)


def back(state: State, at: int, keep: K | None = None) -> int:
    """Return the place before this one, over words that only link, unless they are of a kind to keep."""
    at -= 1
    while (
        not (keep is not None and state.can(at, keep))
        and state.can(at, K.IS, K.HAVE, K.SOFT, K.NOT, K.WHO, K.LIST)
        and not state.can(at, K.NOUN, K.VALUE)
    ):
        at -= 1
    return at


def several_things(state: State, at: int) -> bool:
    """Tell whether a dimension in the plural stands here, or behind one word more: 15 merchant categories."""
    found = [m for m in (state.mark(at), state.mark(at + 1)) if m is not None]
    found = found[:1] if found and found[0].can(K.AND, K.BY) else found
    return any(is_dimension(m) and m.text.lower().endswith("s") for m in found)


def _narrowed(state: State, candidates: list[Element], at: int, end: int) -> tuple[list[Element], int, Noun | None]:
    """Choose among the dimensions of a value by the noun that stands beside it, which is used up by this."""
    refs = {c.ref: c for c in candidates}
    behind = state.mark(end)
    if behind is not None and behind.named() and is_dimension(behind):
        narrow = [refs[m.element.ref] for m in behind.named() if m.element.ref in refs]
        same_table = {c.table for c in candidates} & {m.element.table for m in behind.named()} - {
            state.shape.main_table()
        }
        if narrow:
            ask_last_word(behind, [c for c in candidates if c.table == narrow[0].table])
            return narrow, end + 1, None
        if (
            same_table
            and len({c.name for c in candidates if c.table in same_table}) == 1
            and not state.can(end - 1, K.AND)
        ):
            return [c for c in candidates if c.table in same_table], end + 1, None
    before = state.mark(back(state, at))
    noun = state.draft.nouns[-1] if state.draft.nouns else None
    if before is not None and noun is not None and noun.mark is before:
        narrow = [refs[m.element.ref] for m in before.named() if m.element.ref in refs]
        alike = [
            c
            for c in candidates
            for m in before.named()
            if c.table == m.element.table and c.name.startswith(m.element.name)
        ]
        if (narrow or alike) and not noun.counted and not noun.asked:
            ask_last_word(before, candidates)
            return narrow or alike, end, noun
    return candidates, end, None


def place(state: State, test: Test) -> None:
    """Put a condition where it belongs; what was not bought is a clause of its own."""
    scope = state.scope
    if scope is not None and test.negated and scope.noun is None and scope.op == ">":
        test.negated = False
        before = state.mark(test.at - 1)
        if before is not None and before.text.lower() == "neither" and not scope.tests:
            state.draft.clauses.remove(scope)
        absent = Clause(None, "=", (0.0,), [test], scope.periods, test.at, scope.about)
        state.draft.clauses.append(absent)
        return
    (state.scope.tests if state.scope is not None else state.draft.tests).append(test)


def read_filter(state: State, at: int) -> int:
    """Read a filter of the model, such as lapsed or on weekends."""
    mark = opposite(state, at) or state.mark(at)
    if (mark is not None and mark.held and _named_beside(state, at, mark)) or state.word(at + 1, K.SOFT) == "than":
        return 0
    if mark is None or not is_filter(mark) or (is_figure(mark) and _is_figure_here(state, at, mark)):
        return 0
    if mark.text.split()[0].lower() in _VERBS:
        state.note_verb(at, at - 1)
    filters = [m.element for m in mark.named() if m.element.kind is Kind.FILTER or m.element.is_flag]
    ask_filters_at_once(state, at, filters)
    declared = [f for f in filters if f.kind is Kind.FILTER]
    told = mark.text.lower().endswith((" or not", " flag")) or state.can(at - 1, K.BY, K.WHICH)
    if not declared and (told or state.draft.has(K.VERSUS)):
        return 0
    test = Test(
        [],
        "filter",
        (),
        mark.text,
        bool(state.negated),
        state.can(at - 1, K.OR) and not state.negated,
        filters=declared or filters,
        at=at,
    )
    if state.word(at - 1, K.AND) == "including" and not state.negated:
        state.draft.included.append(test)
        behind = state.mark(at + 1)
        return 2 if behind is not None and behind.entities and not is_dimension(behind) else 1
    state.negated = _reaching(state, at + 1)
    place(state, test)
    return 1 + _is_head(state, at, filters)


def _is_figure_here(state: State, at: int, mark: Mark) -> bool:
    """Tell whether a name of a filter that is one of a figure, too, such as refunds, stands for the figure."""
    asked = state.can(at - 1, K.TOP) or state.draft.ratio in {at - 1, at + 1} or state.counting is not None
    beside = [state.mark(at + 2 * step) for step in (-1, 1) if state.can(at + step, K.AND)]
    asked = asked or (not state.negated and any(m is not None and is_figure(m) for m in beside))  # one more figure
    return asked or not any(m is not mark and (is_figure(m) or m.entities) for m in state.marks)


def _is_head(state: State, at: int, filters: list[Element]) -> bool:
    """Tell whether the noun behind a filter is what it is of, and no group: in essential categories."""
    behind, main = state.mark(at + 1), state.shape.main_table()
    if (
        behind is None
        or not is_dimension(behind)
        or state.asked
        or state.pending is not None
        or state.limit is not None
    ):
        return False
    tables = {m.element.table for m in behind.named(Kind.DIMENSION)} & {f.table for f in filters} - {main}
    told = any(is_figure(n.mark) or n.counted for n in state.draft.nouns)
    return told and bool(tables) and not state.can(at - 1, K.BY, K.LIST, K.WHICH, K.HOW_MANY, K.TOP, K.AND, K.VERSUS)


def read_negation(state: State, at: int) -> int:
    """Read "not", "except", "no"; what it negates comes next."""
    word = state.word(at, K.NOT)
    mark = state.mark(at)
    if mark is not None and mark.number is not None and not mark.number.value and state.can(at + 1, K.NOUN):
        state.negated = "without"
        return 1
    if word is None or state.can(at, K.NOUN, K.VALUE):
        return 0
    state.negated = word
    state.leaves_out = state.marks[at].text.lower().split()[0] in _LEAVING_OUT
    return 1


def read_nothing(state: State, at: int) -> int:
    """Read "spent nothing", "did not buy anything", "but nothing in December"."""
    if not state.can(at, K.NOTHING):
        return 0
    mark = state.marks[at]
    if mark.text.lower().startswith("nothing"):
        state.negated = "nothing"
    last = state.draft.nouns[-1] if state.draft.nouns else None
    before = state.mark(back(state, at))
    if state.negated and last is not None and last.mark is before and is_figure(last.mark):
        state.draft.nouns.pop()
        return _absent(state, at, last)
    if state.negated == "nothing":
        clause = state.draft.clauses[-1] if state.draft.clauses else None
        if clause is not None and clause is state.scope and clause.noun is None and not clause.tests:
            state.draft.clauses.remove(clause)  # "bought nothing" is one condition
        return _absent(
            state,
            at,
            Noun(clause.noun.mark, clause.noun.function) if clause is not None and clause.noun is not None else None,
        )
    return 1


def _absent(state: State, at: int, noun: Noun | None) -> int:
    """Ask that a figure be nothing."""
    clause = Clause(noun, "=", (0.0,), at=at, about=state.subject)
    state.negated = None
    state.draft.clauses.append(clause)
    state.scope = clause
    return 1


def read_absence(state: State, at: int) -> int:
    """Read "no purchases", "without any transactions", "did not spend": a figure that is nothing."""
    mark = state.mark(at)
    if (
        not state.negated
        or mark is None
        or not mark.can(K.NOUN)
        or (is_filter(mark) and not is_figure(mark))
        or not (is_figure(mark) or mark.entities)
    ):
        return 0
    if state.subject is None or state.negated not in {"without", "never", "not"}:
        return 0
    return _absent(state, at, Noun(mark, counted=bool(mark.entities)))


def read_absent_rows(state: State, at: int) -> int:
    """Read "have no high-risk customers" behind groups: there is none of these rows under the conditions before."""
    i = at
    while (found := state.mark(i)) is not None and (is_filter(found) or found.can(K.VALUE)) and not found.entities:
        i += 1
    rows, subject = state.mark(i), state.subject
    if state.negated != "without" or i == at or rows is None or not rows.entities or is_dimension(rows):
        return 0
    if subject is None or subject.mark.entities or not is_dimension(subject.mark):
        return 0
    clause = Clause(Noun(rows, counted=True, at=i), "=", (0.0,), at=at, about=subject)
    state.draft.clauses.append(clause)
    state.scope, state.negated = clause, None
    state.used.add(i)
    taken = read_values(state, at) or read_filter(state, at)
    state.draft.leftover += [] if taken else [state.marks[at]]
    return taken or 1


def read_buying(state: State, at: int) -> int:
    """Read "who bought", "did not buy": rows that there are, or are not, of what somebody did."""
    mark = state.mark(at)
    if mark is None or not mark.can(K.BUY) or (mark.can(K.NOUN) and not _subject_is_rows(state)):
        return 0
    if mark.text.lower().endswith("s") and (held := state.lexicon.held(phrase(mark.text))):
        ask_genus(state, [replace(mark, meanings=tuple(held))])  # spent in shops
    subject = state.subject
    if subject is None or not subject.mark.entities:
        return 0
    if mark.can(K.NOUN) and mark.text.lower().endswith("s"):
        return 0
    if state.negated:
        return _absent(state, at, None)
    clause = Clause(None, ">", (0.0,), at=at, about=subject)
    state.draft.clauses.append(clause)
    state.scope = clause
    state.draft.bought = True
    return 1


def _subject_is_rows(state: State) -> bool:
    subject = state.subject
    return subject is not None and bool(subject.mark.entities)
