"""Phrases that compare a figure with numbers: over 5k, between 30 and 40, at least 3 purchases."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.conditions import back, place, several_things
from local_account.analyst.counted_values import amount_of, is_count, read_count_of_different
from local_account.analyst.draft import Bare, Clause, Noun, State, Test, is_dimension, is_figure, is_filter
from local_account.analyst.durations import absent_so_far, in_days, not_since, one_unit
from local_account.analyst.english import K
from local_account.analyst.lexicon import Named
from local_account.analyst.marks import Mark
from local_account.analyst.numbers import Number, literal
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.elements import Element

_YOUNGEST = 17  # years that can be an age, and no time of being a customer
_LENGTHS = {"day", "week", "month"}  # units of a length of time that is no age
_RANGES = {">", "<", ">=", "<="}
_OPPOSITE = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "=": "<>"}


def read_comparison(state: State, at: int) -> int:
    """Read "over 5k", "between 30 and 40", "5 or more", with the figure before or behind it."""
    if state.word(at, K.COMPARE) == "aged" and state.can(at + 1, K.COMPARE) and (read := _bounds(state, at + 1)):
        return _age(state, at, read[2], read[0], read[1])
    read = _bounds(state, at)
    if read is None or state.word(read[2], K.UNIT) == "times":
        return 0
    op, numbers, end = read
    if state.negated:
        op, state.negated = _OPPOSITE.get(op, op), None
    in_years = _is_of_people(state, at) and state.word(end, K.GRAIN) == "year" and numbers[0].value >= _YOUNGEST
    if in_years or op.startswith(("old", "aged")) or state.word(at, K.COMPARE) == "aged" or state.can(end, K.UNIT):
        unit = "year" if in_years else state.word(end, K.UNIT)
        end += unit is not None
        if unit in {None, "year"}:
            op = {"old>": ">", "old<": "<", "aged": "=", "aged between": "between"}.get(op, op)
            return _age(state, at, end, op, numbers)
    if (different := read_count_of_different(state, op, numbers, end)) is not None or state.can(end, K.DIFFERENT):
        return (different or at) - at  # so many different things are no amount
    noun, end, before = _figure(state, at, end, numbers[0])
    noun = noun or _of_next(state, end) or not_since(state, at, end)
    if noun is None or _is_share(state, noun, numbers[0]):
        return _bare(state, at, end, op, numbers)
    numbers, end = in_days(state, noun, numbers, end)
    if before is not None and before in state.draft.nouns:
        state.draft.nouns.remove(before)
    _compare(state, at, noun, op, numbers)
    return end - at


def _is_share(state: State, noun: Noun, number: Number) -> bool:
    """Tell whether a number in percent is compared with a share of a figure, and not with the figure itself."""
    named = [m.element for m in noun.mark.named()]
    in_percent = any(e.is_percent or e.is_probability for e in named)
    return number.percent and state.draft.has(K.SHARE) and bool(named) and not in_percent


def _of_next(state: State, end: int) -> Noun | None:
    """Return the figure of the comparison behind "and" or "but", which is of both: over 45 but under 90 days."""
    following = _bounds(state, end + 1) if state.can(end, K.AND, K.BUT) and state.can(end + 1, K.COMPARE) else None
    if following is None:
        return None
    noun, _, before = _figure(state, end + 1, following[2], following[1][0])
    return noun if before is None else None


def _is_of_people(state: State, at: int) -> bool:
    """Tell whether a comparison stands right behind rows: customers below 30 years."""
    before = state.mark(back(state, at))
    return before is not None and bool(before.entities) and not is_figure(before)


def read_times(state: State, at: int) -> int:
    """Read "once", "more than twice" and "at least 20 times" behind what somebody did: how often it was done."""
    mark, clause = state.marks[at], state.draft.clauses[-1] if state.draft.clauses else None
    read = _bounds(state, at) or (("=", [mark.number], at + 1) if mark.number is not None else None)
    if read is None or clause is None or clause.noun is not None or clause.op != ">":
        return 0
    op, numbers, end = read
    last = state.mark(end - 1)
    named = last is not None and last.text.lower().split()[-1] in {"once", "twice"}
    if not named and state.word(end, K.UNIT) != "times":
        return 0
    clause.op, clause.values = op, tuple(n.value for n in numbers)
    return end + (not named) - at


def _bare(state: State, at: int, end: int, op: str, numbers: list[Number]) -> int:
    """Keep a comparison that names no figure: with a verb of earning it is of money, else it is settled later."""
    money = next(
        (
            e
            for e in state.shape.elements
            if e.table == state.shape.events() and state.shape.is_additive(e) and e.is_money
        ),
        None,
    )
    earned = state.word(back(state, at, keep=K.IS), K.IS) == "earn"
    of_groups = state.subject is not None and is_dimension(state.subject.mark) and not numbers[0].percent
    if (numbers[0].money or of_groups) and money is not None and earned:
        _compare(state, at, Noun(Mark(money.name, {K.NOUN: ""}, (Named(money),))), op, numbers)
        return end - at
    events = next((n for n in state.draft.nouns if amount_of(state, n.mark) is not None), None)
    before, behind = state.mark(back(state, at)), state.mark(end)
    if behind is not None and (behind.can(K.DIFFERENT) or several_things(state, end)):
        return 0  # at least 15 different categories are counted, and no amount
    rows = before is not None and bool(before.entities)
    if events is not None and not rows and (amount := amount_of(state, events.mark)) is not None:
        place(state, Test([amount], op, tuple(n.value for n in numbers), amount.name, at=at))
        return end - at
    values = tuple(n.value for n in numbers)
    near = before.text if before is not None and not rows else ""
    if state.word(end, K.GRAIN) in _LENGTHS and not state.can(end, K.NOUN):
        near, rows, end = state.marks[end].text, False, end + 1  # below 60 days is no age
    first = numbers[0]
    state.draft.bare.append(Bare(op, values, first.money, state.marks[at].text, rows, near, first.percent))
    return end - at


def _bounds(state: State, at: int) -> tuple[str, list[Number], int] | None:
    """Return an operator with its numbers, and the place behind them."""
    op = state.word(at, K.COMPARE)
    if op in _RANGES and state.can(at + 1, K.GRAIN) and (one := one_unit(state, at)) is not None:
        return op, [one], at + 1
    return _number_first(state, at) if op is None else _operator_first(state, at, op)


def _is_time(state: State, at: int, year: Mark) -> bool:
    """Tell whether a year behind a comparison is a time and no number: lower than in 2023, developed over 2023."""
    before = state.mark(back(state, at))
    figure = before is not None and (bool(before.named(Kind.FACT)) or bool(before.entities) or is_dimension(before))
    of_model = year.number is not None and year.number.money
    lasting = state.marks[at].text.lower() in {"over", "past"} and not figure and not of_model
    return lasting or year.span[0] > state.marks[at].span[1]


def _operator_first(state: State, at: int, op: str) -> tuple[str, list[Number], int] | None:
    """Read "over 5k" and "between 30 and 40"."""
    first = state.mark(at + 1)
    if first is None or first.number is None or (first.period and _is_time(state, at, first)):
        return None  # "lower than in 2023" compares with a time, and with no number
    second_at = at + 3 if state.can(at + 2, K.AND) or state.word(at + 2, K.SOFT) == "to" else at + 2
    second = state.mark(second_at)
    if op in {"between", "aged"} and second is not None and second.number is not None and second_at == at + 3:
        return "aged between" if op == "aged" else "between", _inone_unit(first, second), at + 4
    if op == "aged" and state.can(at + 1, K.COMPARE):
        return None
    if op in {"between", "more"}:
        return None
    if state.can(at + 2, K.OR_MORE) and op in {"=", "aged"}:
        return state.word(at + 2, K.OR_MORE) or ">=", [first.number], at + 3
    return op, [first.number], at + 2


def _inone_unit(first: Mark, second: Mark) -> list[Number]:
    """Return two bounds, the first in the thousands or millions of the second: between five and ten thousand."""
    numbers = [n for n in (first.number, second.number) if n is not None]
    last = re.search(r"thousand|million|(?<=\d)[km]\b", second.text.lower())
    scale = {"t": 1_000, "k": 1_000, "m": 1_000_000}[last[0][0]] if last else 1
    low, high = numbers
    if scale > 1 and low.value < min(1_000, high.value / scale):
        return [replace(low, value=low.value * scale), high]
    if low.value > high.value:
        raise Unclear(
            f"Nothing lies between {first.text} and {second.text}: is it meant the other way round?",
            Category.AMBIGUOUS_TIME if first.period and second.period else Category.INCOMPLETE,
        )
    return numbers


def _number_first(state: State, at: int) -> tuple[str, list[Number], int] | None:
    """Read "5 or more", "30 to 40", "40 years old"."""
    first = state.mark(at)
    if first is None or first.number is None:
        return None
    i = at + 1 + (state.can(at + 1, K.UNIT) or (state.can(at + 1, K.GRAIN) and state.can(at + 2, K.OR_MORE)))
    more = state.word(i, K.OR_MORE)
    if more is not None and not (first.number.percent and state.can(i + 1, K.NOUN)):
        return more, [first.number], i + 1
    to = state.mark(at + 2)
    if state.word(at + 1, K.SOFT) == "to" and to is not None and to.number is not None:
        return "between", _inone_unit(first, to), at + 3
    if state.can(at + 1, K.UNIT) and state.word(at + 1, K.UNIT) == "year":
        return "=", [first.number], at + 1
    if state.can(at + 1, K.GRAIN) and (one_unit(state, at) is not None or absent_so_far(state) is not None):
        return ">=", [first.number], at + 1  # nothing for 60 days, with us for 3 years
    return None


def _age(state: State, at: int, end: int, op: str, numbers: list[Number]) -> int:
    """Compare the age, where the model has one."""
    ages = [m for m in state.lexicon.meanings(("age",)) if isinstance(m, Named)]
    if not ages:
        return 0
    if state.draft.nouns and state.draft.nouns[-1].mark.meanings and state.draft.nouns[-1].mark.named() == ages:
        state.draft.nouns.pop()
    test = Test(
        [m.element for m in ages],
        op,
        tuple(n.value for n in numbers),
        state.marks[at].text,
        ored=state.can(at - 1, K.OR),
        at=at,
    )
    _place_plain(state, test)
    return end - at


def _place_plain(state: State, test: Test) -> None:
    state.draft.tests.append(test)


def _figure(state: State, at: int, end: int, number: Number) -> tuple[Noun | None, int, Noun | None]:
    """Return the figure that is compared, the place behind it, and the noun that it was taken from."""
    last = state.draft.nouns[-1] if state.draft.nouns else None
    before = _before(state, at)
    behind_at = state.skip(end, K.SOFT)
    behind = state.mark(behind_at)
    function = None
    if behind is not None and behind.can(K.AGGREGATE) and not behind.can(K.NOUN):
        function = behind.kinds[K.AGGREGATE]
        behind_at = state.skip(behind_at + 1, K.SOFT)
        behind = state.mark(behind_at)
    adjacent = last is not None and before is last.mark
    if adjacent and last is not None and (is_figure(last.mark) or amount_of(state, last.mark)):
        counts = (not is_figure(last.mark) or is_count(last.mark)) and not _number_of(state, last)
        if counts and (number.money or not _counts_behind(state, at)) and (amount := amount_of(state, last.mark)):
            state.draft.tests.append(Test([amount], "pending", (), last.mark.text))
            return Noun(last.mark, "amount"), end, None
        if is_figure(last.mark):
            return last, end, last
    if adjacent and last is not None and last.mark.entities and _number_of(state, last):
        return last, end, last
    if behind is not None and behind.can(K.NOUN) and (is_figure(behind) or behind.entities) and not number.percent:
        return (
            Noun(behind, function, counted=bool(behind.entities) or is_count(behind), at=behind_at),
            behind_at + 1,
            None,
        )
    if (
        adjacent
        and last is not None
        and is_dimension(last.mark)
        and any(m.element.is_number for m in last.mark.named())
    ):
        return last, end, last
    return _counted_or_same(state, at, end, number), end, None


def _before(state: State, at: int) -> Mark | None:
    """Return the mark before a comparison, over the days of the figure: the revenue in 2024 was over 5k."""
    place = back(state, at)
    dated = state.can(place, K.PERIOD) and any(d.at == place for d in state.draft.periods)
    return state.mark(back(state, place)) if dated else state.mark(place)


def _number_of(state: State, noun: Noun) -> bool:
    """Tell whether it is said how many there are of something named before: states with a number of customers."""
    said = noun.counted or noun.mark.text.lower().startswith(("number of", "count of"))
    before = [n for n in state.draft.nouns if n is not noun]
    groups = any(is_dimension(n.mark) or n.grain or n.mark.entities for n in before) or state.draft.groups
    return said and bool(groups)


def _counted_or_same(state: State, at: int, end: int, number: Number) -> Noun | None:
    """Return the rows that are counted over conditions on them, or the figure that the condition before was about."""
    if not number.percent and not number.money and (counted := _over_filters(state, end)) is not None:
        state.used.add(counted.at)
        return counted
    clause = state.draft.clauses[-1] if state.draft.clauses else None
    if clause is not None and clause.noun is not None and state.can(at - 1, K.AND, K.OR, K.BUT):
        return Noun(clause.noun.mark, clause.noun.function, clause.noun.counted)
    return None


def _over_filters(state: State, end: int) -> Noun | None:
    """Return the rows that are counted behind a number and conditions on them: more than 3 high risk customers."""
    at = end
    while (found := state.mark(at)) is not None and (found.can(K.VALUE) or is_filter(found)) and not found.entities:
        at += 1
    found = state.mark(at)
    return Noun(found, counted=True, at=at) if found is not None and found.entities and at > end else None


def _counts_behind(state: State, at: int) -> bool:
    """Tell whether a verb stands between a noun and its comparison, as in "transactions that exceed"."""
    return state.can(at - 1, K.IS)


def _compare(state: State, at: int, noun: Noun, op: str, numbers: list[Number]) -> None:
    """Make a condition of a figure and its numbers: on rows for facts, on figures of groups for metrics."""
    if noun.function == "amount":
        pending = state.draft.tests.pop()
        place(
            state,
            Test(
                pending.candidates,
                op,
                tuple(n.value for n in numbers),
                noun.mark.text,
                ored=state.can(at - 1, K.OR),
                at=at,
            ),
        )
        nouns = [n for n in state.draft.nouns if n.mark is not noun.mark]
        if _is_of_figure(state, noun.mark, nouns):
            state.draft.nouns = nouns
        elif len(nouns) == len(state.draft.nouns):
            state.draft.nouns.append(Noun(noun.mark, counted=noun.counted))
        return
    facts = [m.element for m in noun.mark.named() if m.element.kind is Kind.FACT or m.element.is_number]
    metrics = noun.mark.named(Kind.METRIC)
    if facts and not metrics and noun.function is None:
        values = tuple(_scaled(n, facts[0]) for n in numbers)
        state.draft.tests.append(Test(facts, op, values, noun.mark.text, ored=state.can(at - 1, K.OR), at=at))
        state.scope = None
        return
    element = (metrics or [Named(f) for f in facts] or [None])[0]
    values = tuple(_scaled(n, element.element) if element else n.value for n in numbers)
    place_before = back(state, at)
    own = [d for d in state.draft.periods if d.at == place_before and state.mark(back(state, d.at)) is noun.mark]
    own += [d for d in state.draft.periods if d.at == noun.at - 1 and state.word(d.at - 1, K.SOFT) == "with"]
    state.draft.periods = [d for d in state.draft.periods if d not in own]
    clause = Clause(noun, op, values, periods=[d.period for d in own], at=at, about=state.subject)
    state.draft.clauses.append(clause)
    state.scope = clause


def _is_of_figure(state: State, mark: Mark, nouns: list[Noun]) -> bool:
    """Tell whether events only say what a figure before them is of: revenue from purchases above 500."""
    at = state.marks.index(mark)
    before = next((n for n in reversed(nouns) if n.at < at), None)
    of = state.word(at - 1, K.SOFT) in {"of", "from", "with"}
    return of and before is not None and is_figure(before.mark) and not before.mark.entities


def _scaled(number: Number, element: Element) -> float:
    """Return a number in the unit of what it is compared with: 50 % of a probability is 0.5."""
    if element.is_probability and not number.percent and number.value > 1:
        text = literal(number.value)
        raise Unclear(
            f"A probability lies between 0 and 1: is {text} % meant?", Category.AMBIGUOUS_FILTER, [element.ref]
        )
    if number.percent and not (element.is_percent or element.is_probability):
        name = element.name.replace("_", " ").lower()
        raise Unclear(f"{literal(number.value)} % of what is the {name} compared with?", Category.AMBIGUOUS_FILTER)
    return number.value / 100 if number.percent and not element.is_percent else number.value


def read_equal(state: State, at: int) -> int:
    """Read "age 45", "credit limit of 10000", "credit limit is 10000"."""
    mark = state.mark(at)
    last = state.draft.nouns[-1] if state.draft.nouns else None
    before = state.mark(back(state, at))
    if mark is None or mark.number is None or last is None or before is not last.mark:
        return 0
    if state.counts_rows(at) or state.ends & set(range(last.mark.span[1], mark.span[0])):
        return 0
    if mark.period is not None and not any(m.element.is_number for m in last.mark.named(Kind.DIMENSION)):
        return 0  # "fiscal year 2024" is a number of the model, and "age 2024" is none
    facts = [m.element for m in last.mark.named() if m.element.kind is Kind.FACT or m.element.is_number]
    if not facts or last.mark.named(Kind.METRIC):
        return 0
    state.draft.nouns.pop()
    state.draft.tests.append(
        Test(facts, "=", (_scaled(mark.number, facts[0]),), last.mark.text, ored=state.can(at - 1, K.OR), at=at)
    )
    return 1
