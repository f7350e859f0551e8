"""Forms about the first rows of a ranking: who they are, what they bring, and how few bring a share of a figure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.english import K
from local_account.analyst.plan import Form, Measure, Plan, Ranking
from local_account.analyst.row_forms import row_figure
from local_account.analyst.wording import capital, spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.draft import Noun, Rank
    from local_account.analyst.elements import Element
    from local_account.analyst.pieces import Pieces

_SUMMED = ("total", "combined", "overall", "sum", "aggregate")


@dataclass(frozen=True)
class _First:
    """What a question says of the first rows of a ranking.

    Attributes:
        table: the table whose rows are ranked; of groups the main one.
        identity: what tells them apart.
        measure: the figure that is told of them.
        by: the figure that ranks.
    """

    table: str
    identity: tuple[Element, ...]
    measure: Measure
    by: Measure


def top_rank(pieces: Pieces) -> Rank | None:
    """Return the ranking that keeps the first rows, or a share of them."""
    return next((r for r in pieces.draft.ranks if r.percent is not None or r.limit), None)


def is_figure_of_first(pieces: Pieces) -> bool:
    """Tell whether one figure of the first rows together is asked for, and not these rows with a figure of each."""
    rank, draft = top_rank(pieces), pieces.draft
    if rank is None or rank.noun is None or rank.noun.asked:
        return False
    if draft.groups or draft.clauses or draft.has(K.SHARE, K.LIST, K.CHANGE):
        return False
    nouns = _told(pieces, rank)
    if len(nouns) != 1 or (rank.limit == 1 and rank.percent is None) or len(draft.ranks) > 1:
        return False
    noun = nouns[0]
    function = noun.function or next((word for word in _SUMMED if noun.mark.text.lower().startswith(word)), None)
    if draft.has(K.HOW_MUCH) or function in {"sum", *_SUMMED}:
        return True
    beside = noun.at == rank.noun.at + 1  # top 7 customers spend
    listed = draft.places.get(K.WHICH, noun.at) > noun.at  # revenue: what are the worst three
    if function is None and (draft.verbs or beside or rank.apart or listed):
        return False
    return bool(rank.noun.mark.entities) and _as_fact(pieces, noun, rank) is not None


def pareto(pieces: Pieces) -> Plan:
    """Return what share of a figure the top or bottom rows bring: by this figure, or by another one that is named."""
    rank = _named(pieces)
    first = _first(pieces, rank)
    if first.measure.element.kind is Kind.METRIC and not pieces.shape.is_additive(first.measure.element):
        raise Unclear(
            f"{capital(spoken(first.measure.element.name))} has no parts that add up to a whole.",
            Category.INCOMPLETE,
            [first.measure.element.ref],
        )
    return _plan(pieces, Form.PARETO, first, rank)


def first_rows(pieces: Pieces) -> Plan:
    """Return the rows of the top or bottom share, such as the top 10 % of customers."""
    rank = _named(pieces)
    if pieces.draft.verbs and _told(pieces, rank) and not pieces.draft.has(K.LIST):
        raise Unclear(f'"{rank.text}": is a share of them meant, or who they are?', Category.INCOMPLETE)
    return _plan(pieces, Form.FIRST_ROWS, _first(pieces, rank), rank)


def first_figure(pieces: Pieces) -> Plan:
    """Return one figure of the first rows together: the total spend of the top 10 customers."""
    rank = _named(pieces)
    first = _first(pieces, rank)
    fact = _as_fact(pieces, _told(pieces, rank)[0], rank)
    if fact is not None:
        measure = fact
    elif pieces.shape.is_additive(first.measure.element):
        measure = Measure(first.measure.element, "sum")
    else:
        raise Unclear(
            f"{capital(spoken(first.measure.element.name))} of several rows together is not known.",
            Category.INCOMPLETE,
            [first.measure.element.ref],
        )
    plan = _plan(pieces, Form.FIRST_FIGURE, replace(first, measure=measure), rank)
    return replace(plan, with_rest=pieces.draft.has(K.REST))


def concentration(pieces: Pieces) -> Plan:
    """Return how few rows bring a share of a figure: "what share of customers account for 80 % of revenue"."""
    draft = pieces.draft
    figures = [n for n in pieces.figures if not n.counted]
    named = [*pieces.rows, *pieces.dimensions]
    if len(figures) != 1 or len(named) != 1 or draft.groups or draft.clauses or draft.ranks or draft.brought is None:
        raise Unclear("Who or what brings this share, and of which figure?", Category.INCOMPLETE)
    measure = _each(pieces, figures[0])
    if not (measure.element.kind is Kind.FACT or pieces.shape.is_additive(measure.element)):
        raise Unclear(
            f"{capital(spoken(measure.element.name))} has no parts that add up to a whole.", Category.INCOMPLETE
        )
    table = named[0].mark.entities[0].table if pieces.rows else pieces.shape.main_table()
    allowed = pieces.allowed([measure])
    identity = (
        pieces.shape.identity(table)
        if pieces.rows
        else (pieces.resolver.dimension(named[0].mark, allowed, None, measure),)
    )
    ranking = Ranking(measure, percent=draft.brought)
    first = _First(table, tuple(identity), measure, measure)
    plan = _plan(pieces, Form.CONCENTRATION, first, None)
    counted = not draft.has(K.SHARE)
    listed = counted and draft.has(K.WHICH, K.LIST) and not named[0].counted
    return replace(plan, ranking=ranking, count_only=counted, columns=plan.groups if listed else ())


def _named(pieces: Pieces) -> Rank:
    rank = top_rank(pieces)
    if rank is None:
        message = "a form of the first rows has a ranking"
        raise ValueError(message)
    return rank


def _told(pieces: Pieces, rank: Rank) -> list[Noun]:
    """Return the figures that are told of the first rows, without that which ranks them."""
    ranking = (rank.noun, rank.measure)
    return [n for n in pieces.figures if n not in ranking and not (n.counted and n.mark.entities)]


def _first(pieces: Pieces, rank: Rank) -> _First:
    """Settle whose first rows are meant, by which figure, and which figure is told of them."""
    ranked = rank.noun.mark if rank.noun is not None else None
    table = pieces.shape.main_table() if ranked is None or not ranked.entities else ranked.entities[0].table
    nouns = _told(pieces, rank)
    by = _each(pieces, rank.measure) if rank.measure is not None else row_figure(pieces, table, rank.by)
    told = _each(pieces, nouns[0]) if nouns else by
    if told is None:
        pieces.ask_criterion(ranked.text if ranked is not None else "what is asked", rank.text)
    if len(nouns) > 1:
        names = " and ".join(n.mark.text for n in nouns)
        raise Unclear(f"It is not clear which of {names} is meant.", Category.AMBIGUOUS_MEASURE)
    allowed = _allowed(pieces, told, by)
    identity = (
        pieces.shape.identity(table)
        if ranked is None or ranked.entities
        else (pieces.resolver.dimension(ranked, allowed, None, told),)
    )
    return _First(table, tuple(identity), told, by or told)


def _allowed(pieces: Pieces, told: Measure, by: Measure | None) -> frozenset[str]:
    metrics = [m for m in (told, by) if m is not None and m.element.kind is Kind.METRIC]
    return pieces.allowed(metrics or [told])


def _each(pieces: Pieces, noun: Noun) -> Measure:
    """Return the figure of a noun for each row that is ranked: a metric of what belongs to it, or its own fact."""
    metrics = [m.element for m in noun.mark.named(Kind.METRIC)]
    facts = [m.element for m in noun.mark.named(Kind.FACT)]
    made = pieces.shape.fact_of(metrics[0]) if metrics else None
    if made is not None and made[1] in {"average", "median"}:
        return Measure(made[0])
    return Measure(metrics[0]) if metrics else Measure(facts[0]) if facts else pieces.resolver.figure(noun)


def _as_fact(pieces: Pieces, noun: Noun, rank: Rank) -> Measure | None:
    """Return the mean, or the like, over the first rows, where one is asked for: of a fact, or of a sum of each."""
    measure = _each(pieces, noun)
    metrics = [m.element for m in noun.mark.named(Kind.METRIC)]
    made = pieces.shape.fact_of(metrics[0]) if metrics else None
    function = noun.function or (made[1] if made is not None else None)
    if function is None or rank.noun is None or not rank.noun.mark.entities:
        return None
    if measure.element.kind is Kind.FACT:
        own = measure.element.table == rank.noun.mark.entities[0].table
        return Measure(measure.element, function) if own else None
    return Measure(measure.element, function) if pieces.shape.is_additive(measure.element) else None


def _plan(pieces: Pieces, form: Form, first: _First, rank: Rank | None) -> Plan:
    """Return the plan of a form of the first rows."""
    allowed = _allowed(pieces, first.measure, first.by)
    near = Measure(first.measure.element)
    dated, _ = pieces.period([near if near.element.kind is Kind.METRIC else first.by], allowed)
    where = pieces.conditions(pieces.draft.tests, [near], allowed)
    return replace(
        dated,
        form=form,
        measures=(first.measure,),
        groups=first.identity,
        where=(*dated.where, *where),
        subject=first.table,
        ranking=Ranking(first.by, rank.descending, rank.limit, percent=rank.percent) if rank is not None else None,
    )
