"""Figures as they are named: by several functions at once, and rows that are counted beside one."""

from __future__ import annotations

from dataclasses import replace

from local_account.analyst.draft import Noun, State, Test, is_dimension, is_figure
from local_account.analyst.english import K
from local_account.analyst.lexicon import Held, Named
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind


def keep_function(state: State, at: int) -> None:
    """Keep a function before another one that is joined to it: the 25th, 50th and 75th percentile, mean and median."""
    before = state.mark(at - 1)
    if not state.function or before is None:
        return
    parted = not state.commas.isdisjoint(range(before.span[1], state.marks[at].span[0]))  # no overall average
    beside = (before.can(K.AGGREGATE) and parted) or (before.can(K.AND) and state.can(at - 2, K.AGGREGATE))
    word = state.mark(at - 1 - before.can(K.AND))
    if beside and word is not None and word.kinds.get(K.AGGREGATE) == state.function:
        state.functions.append((state.function, word))


def other_functions(state: State, noun: Noun) -> list[Noun]:
    """Return a figure once more for each function that was named before the last one, all of which it is told by."""
    if not state.functions or noun.counted or noun.function is None or not is_figure(noun.mark):
        return []
    found = [replace(noun, function=function) for function, _ in state.functions]
    state.functions = []
    state.draft.joined = True
    return found


def is_counted(state: State, noun: Noun) -> bool:
    """Tell whether rows that are named beside figures are counted, as one more of them."""
    return _goes_on(state, noun) or _in_row(state, noun)


def of_purchases(state: State, noun: Noun) -> None:
    """Leave refunds out of a percentile or the like of amounts that are called those of purchases."""
    events = state.shape.events()
    amount = state.shape.amount(events) if events is not None else None
    percentile = (noun.function or "").startswith("p") and noun.function != "percent"
    counts = any(state.shape.counted_table(m.element) == events for m in noun.mark.named())
    apart = state.can(noun.at - 1, K.AND) and state.can(noun.at - 2, K.AGGREGATE)
    if percentile and counts and apart:
        state.draft.leftover.append(state.marks[noun.at - 2])  # p10, of nothing, and number of purchases
    if amount is not None and percentile and counts and not noun.counted:
        noun.mark = replace(noun.mark, meanings=(Named(amount),))  # the 95th percentile of purchases
    rows = any(e.table == events for e in noun.mark.entities)  # the value of a transaction, as its average is meant
    word = "purchase" if rows else next((w for w in phrase(noun.mark.text) if w == "purchase"), None)
    facts = [m.element for m in noun.mark.named(Kind.FACT)]
    if amount is None or noun.function is None or noun.counted or word is None or not (rows or amount in facts):
        return
    held = [m for m in state.lexicon.meanings((word,)) if isinstance(m, Held) and m.element.table == events]
    if held and state.shape.metric_of(amount, noun.function) is None:
        state.draft.tests.append(Test([held[0].element], "=", (held[0].value,), word, at=noun.at))


def _goes_on(state: State, noun: Noun) -> bool:
    """Tell whether events are named right behind a figure, as a second one: revenue and transactions."""
    last = state.draft.nouns[-1] if state.draft.nouns else None
    events = any(state.shape.amount(e.table) for e in noun.mark.entities)
    return state.can(noun.at - 1, K.AND) and last is not None and is_figure(last.mark) and events and noun.plural


def _in_row(state: State, noun: Noun) -> bool:
    """Tell whether rows that are named first in a row of figures are counted: customers, revenue and age by segment."""
    if not noun.mark.entities or is_dimension(noun.mark) or is_figure(noun.mark) or not noun.plural:
        return False
    first = noun.at == 0 or (noun.at == 1 and state.can(0, K.LIST))
    comma = noun.mark.span[1] in state.commas
    behind = state.mark(state.skip(noun.at + 1, K.AND))
    parted = any(m.can(K.BY, K.VERSUS) for m in state.marks)
    joined = comma or (state.can(noun.at + 1, K.AND) and parted)
    told = behind is not None and (is_figure(behind) or (behind.can(K.AGGREGATE) and not behind.can(K.TOP)))
    return first and joined and told and parted
