"""Forms that show rows or values: lists, look-ups, the values of a dimension."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.criteria import check_direction, criteria
from local_account.analyst.draft import Dated, Test
from local_account.analyst.english import K
from local_account.analyst.lexicon import Held, Named
from local_account.analyst.open_words import ask_day
from local_account.analyst.plan import Compared, Declared, Form, Measure, Plan, Ranking
from local_account.analyst.wording import either, spoken
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.draft import Noun
    from local_account.analyst.elements import Element
    from local_account.analyst.pieces import Pieces

FEW = 10


def no_figure(pieces: Pieces) -> NoReturn:
    """Ask which figure is meant."""
    names = [n.mark.text for n in (*pieces.dimensions, *pieces.rows)]
    ranks = pieces.draft.ranks
    if ranks:
        what = names[0] if names else "what is asked"
        pieces.ask_criterion(what, ranks[0].text)
    if names:
        raise Unclear(f'What about "{names[0]}": how many there are, or a figure of them?', Category.INCOMPLETE)
    found = criteria(pieces.lexicon)
    raise Unclear(
        f"The question names no figure of the model: it can be {either([spoken(e.name) for e in found])}.",
        Category.INCOMPLETE,
        [e.ref for e in found],
    )


def listing(pieces: Pieces) -> Plan:
    """Return rows of a table with what was asked of each."""
    draft = pieces.draft
    bought = _what_was_bought(pieces)
    table = bought or pieces.rows[0].mark.entities[0].table
    _keep_kind(pieces, table)
    measures = tuple(Measure(_own_fact(n, table)) for n in pieces.figures)
    allowed = frozenset(pieces.shape.reachable(table))
    identity = pieces.shape.identity(table)
    near = [Measure(identity[0])] if identity else []
    where = pieces.resolver.tests(draft.tests, allowed, table, None)
    dated = Plan()
    if draft.periods:
        time = pieces.resolver.time(draft.periods[0], near if pieces.shape.time_of(table) else (), allowed, table)
        pieces.resolver.check_period(draft.periods[0].period, time)
        dated = Plan(period=draft.periods[0].period, time=time)
    having = pieces.having(draft.clauses)
    asked = [
        c.element
        for c in where
        if isinstance(c, Compared) and draft.flags.get(K.IS) == "asked" and pieces.single() and not _tells(pieces, c)
    ]
    if draft.flags.get(K.IS) == "asked" and pieces.single():  # "is C1 at high risk" shows what the filter reads
        declared = [c for c in where if isinstance(c, Declared)]
        asked += [e for c in declared for e in _of(pieces, table) if re.search(rf"\b{table}\.{e.name}\b", c.sql)]
        where = tuple(c for c in where if c not in declared)
    where = tuple(c for c in where if not (isinstance(c, Compared) and c.element in asked))
    columns = [*asked, *_begun(pieces, table)]
    if bought is not None:
        columns += _kinds(pieces, table)
    for noun in pieces.dimensions:
        if noun.grain == "day" or noun.mark.text.lower() in {"date", "day"}:
            ask_day(noun.mark.text, table, pieces.lexicon)
    columns += [pieces.resolver.dimension(n.mark, allowed, table) for n in pieces.dimensions]
    facts = [m.element for m in measures] + [
        c.element for c in where if isinstance(c, Compared) and c.element.kind is Kind.FACT and c.element.table == table
    ]
    ranking = _row_ranking(pieces, table)
    within = tuple(pieces.resolver.dimension(g.mark, allowed, table) for g in draft.groups if g.mark is not None)
    for element in within:
        pieces.check_personal(element)
    if ranking is not None and within:
        ranking = replace(ranking, within=within)
        columns = [*within, *columns]
    if ranking is not None and ranking.measure is not None:
        facts.append(ranking.measure.element)
    return replace(
        dated,
        form=Form.LIST,
        subject=table,
        columns=tuple(dict.fromkeys((*columns, *facts))),
        where=where,
        having=having,
        ranking=ranking,
        grain="details" if draft.flags.get(K.LIST) == "details" else None,
    )


def _keep_kind(pieces: Pieces, table: str) -> None:
    """Leave other events out of a list of some that are called by their kind: no refunds among the last purchases."""
    draft = pieces.draft
    named = [*pieces.rows, *(r.noun for r in draft.ranks if r.noun is not None)]
    words = [word for noun in named for word in phrase(noun.mark.text)]
    meant = (m for word in words for m in pieces.lexicon.meanings((word,)) if isinstance(m, Held))
    kind = next((m for m in meant if m.element.table == table and table == pieces.shape.events()), None)
    chosen = kind is not None and any(kind.element in t.candidates for t in draft.tests)
    if kind is not None and not chosen:
        draft.tests.append(Test([kind.element], "=", (kind.value,), kind.value))


def _what_was_bought(pieces: Pieces) -> str | None:
    """Return the table of what one customer bought, where this is asked and not who bought it."""
    draft, events = pieces.draft, pieces.shape.events()
    clauses = [c for c in draft.clauses if c.noun is None and c.op == ">"]
    if (
        not draft.bought
        or not pieces.single()
        or draft.has(K.WHEN, K.LIST, K.HOW_MANY)
        or len(clauses) != 1
        or events is None
    ):
        return None
    draft.clauses.remove(clauses[0])
    draft.tests += clauses[0].tests
    draft.periods += [Dated(period) for period in clauses[0].periods]
    return events


def _kinds(pieces: Pieces, table: str) -> list[Element]:
    """Return what says of which kind an event is: the names that its rows have in the small tables they belong to."""
    tables = [t for t in pieces.shape.reachable(table)[1:] if not any(e.is_time for e in _of(pieces, t))]
    names = [e for t in tables for e in _of(pieces, t) if e.kind is Kind.DIMENSION and e.expression.is_enum]
    return names[:1]


def _of(pieces: Pieces, table: str) -> list[Element]:
    return [e for e in pieces.shape.elements if e.table == table]


def _tells(pieces: Pieces, one: Compared) -> bool:
    """Tell whether a condition says which row is meant."""
    return one.element.name.endswith("_ID") or pieces.lexicon.data.personal(one.element.table, one.element.name)


def _begun(pieces: Pieces, table: str) -> list[Element]:
    """Return the day on which a row began, where "when" asks for it and names no other."""
    if not pieces.draft.has(K.WHEN) or not pieces.single() or pieces.dimensions or pieces.figures:
        return []
    days = [e for e in pieces.shape.elements if e.table == table and e.is_time and pieces.shape.at_grain(e, "year")]
    return days[:1]


def _own_fact(noun: Noun, table: str) -> Element:
    own = next((m.element for m in noun.mark.named(Kind.FACT) if m.element.table == table), None)
    if own is None:
        raise Unclear(f'"{noun.mark.text}" is no figure that single {spoken(table)} have.', Category.UNSUPPORTED_JOIN)
    return own


def _row_ranking(pieces: Pieces, table: str) -> Ranking | None:
    """Return the order of a list of rows."""
    if not pieces.draft.ranks:
        return None
    rank = pieces.draft.ranks[0]
    if any(r.by == "alphabetical" for r in pieces.draft.ranks):
        return None
    if rank.by == "order" and pieces.single() and all(len(t.values) == 1 for t in pieces.draft.tests):
        raise Unclear(
            "The place of one row among all others is not known: ask for the first of them.", Category.INCOMPLETE
        )
    for other in pieces.draft.ranks[1:]:
        rank.measure = rank.measure or other.measure
        rank.limit = rank.limit or other.limit
        rank.noun = rank.noun or other.noun
        check_direction(rank, other)
        if other.by in {"ascending", "descending"}:
            rank.descending = other.descending
    measure = (
        Measure(_own_fact(rank.measure, table)) if rank.measure is not None else row_figure(pieces, table, rank.by)
    )
    if measure is None and pieces.figures:
        measure = Measure(_own_fact(pieces.figures[0], table))
    if measure is None:
        pieces.ask_criterion(spoken(table), rank.text)
    limit = rank.limit
    if limit is None and rank.by not in {"order", "ascending", "descending"}:
        limit = FEW if (rank.noun or pieces.rows[0]).plural and not rank.one else 1
        if limit == FEW:
            pieces.resolver.notes.append(f"No number was named: {limit} are shown.")
    descending = rank.descending if rank.by not in {"old", "young"} else rank.by == "old"
    return Ranking(measure, descending if rank.by != "newest" else True, limit, place=rank.place)


def row_figure(pieces: Pieces, table: str, by: str) -> Measure | None:
    """Return what orders rows where no figure was named: their day, their amount or their age."""
    elements = [e for e in pieces.shape.elements if e.table == table]
    if by in {"newest", "earliest", "first"}:
        days = [e for e in elements if e.is_time and pieces.shape.at_grain(e, "year") is not None]
        return Measure(days[0]) if days else None
    if by in {"old", "young"}:
        ages = [
            m.element for m in pieces.lexicon.meanings(("age",)) if isinstance(m, Named) and m.element.table == table
        ]
        return Measure(ages[0]) if ages else None
    if pieces.shape.time_of(table) is not None and by in {"top", "bottom"}:
        amounts = [e for e in elements if e.kind is Kind.FACT and e.is_money]
        return Measure(amounts[0]) if amounts else None
    return None


def _extreme_day(pieces: Pieces) -> Plan | None:
    """Return the last or first day of events, for a day that each row of another table keeps of them."""
    first = pieces.dimensions[0].mark.text.lower().split()[0]
    events = pieces.shape.events()
    time = pieces.shape.time_of(events) if events else None
    if len(pieces.dimensions) != 1 or time is None or first not in {"last", "latest", "first", "earliest", "newest"}:
        return None
    where = pieces.resolver.tests(pieces.draft.tests, frozenset(pieces.shape.reachable(time.table)), time.table, None)
    function = "min" if first in {"first", "earliest"} else "max"
    return Plan(measures=(Measure(time, function),), where=where)


def values(pieces: Pieces) -> Plan:
    """Return the values of dimensions, or how many there are."""
    elements = []
    tests = pieces.draft.tests
    for noun in pieces.dimensions:
        if noun.grain:
            raise Unclear(f'"{noun.mark.text}" of what?', Category.INCOMPLETE)
        if noun.mark.text.lower().startswith("top ") and noun.plural and not pieces.single():
            pieces.ask_criterion(noun.mark.text, "top")
        element = pieces.resolver.dimension(noun.mark, frozenset(pieces.shape.tables), None)
        elements.append(element)
    counted = any(n.counted for n in pieces.dimensions)
    allowed = frozenset(pieces.shape.reachable(elements[0].table))
    where = pieces.resolver.tests(tests, allowed, elements[0].table, None)
    looked_up = any(isinstance(c, Compared) and c.element.name.endswith("_ID") for c in where)
    named = any(
        isinstance(c, Compared) and pieces.lexicon.data.personal(c.element.table, c.element.name) for c in where
    )
    if (looked_up or named) and not counted:
        return Plan(form=Form.LIST, subject=elements[0].table, columns=tuple(elements), where=where)
    for element in elements:
        pieces.check_personal(element)
    if pieces.draft.has(K.WHEN) and (extreme := _extreme_day(pieces)) is not None:
        return extreme
    if pieces.draft.periods or pieces.draft.ranks or pieces.draft.groups:
        no_figure(pieces)
    return Plan(form=Form.VALUES, groups=tuple(elements), where=where, count_only=counted)
