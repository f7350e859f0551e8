"""The place of one value in a ranking: which rank Texas holds among the states by revenue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Rank, State
from local_account.analyst.english import K
from local_account.analyst.plan import Compared, Form, Measure, Plan, Ranking
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.draft import Noun, Test
    from local_account.analyst.pieces import Pieces


def read_place(state: State, at: int) -> int:
    """Read "place of" before a value: where it stands in a ranking."""
    behind = state.mark(at + 1)
    if not state.can(at, K.PLACE) or behind is None or not behind.held or behind.entities:
        return 0
    state.draft.flag(K.PLACE, "", at)
    state.draft.ranks.append(Rank(by="order", at=at, text=state.marks[at].text))
    return 1


def place_of(pieces: Pieces) -> Plan:
    """Return one value of a dimension, or one row, with its figure and its place among all by this figure."""
    draft = pieces.draft
    rank, *others = draft.ranks
    one = next((t for t in draft.tests if t.at > draft.places[K.PLACE] and t.op == "=" and not t.negated), None)
    if one is None or any(r.measure or r.limit for r in others):
        raise Unclear(f'It is not clear whose place "{rank.text}" is about.', Category.INCOMPLETE)
    noun = rank.measure or (pieces.figures[0] if pieces.figures else None)
    if noun is None:
        pieces.ask_criterion(one.text, "rank")
    _narrow(pieces, one)
    rest = [t for t in draft.tests if t is not one]
    measure = _figure(pieces, noun, one)
    allowed = pieces.allowed([measure])
    found = pieces.conditions([one], [measure], allowed)
    if len(found) != 1 or not isinstance(found[0], Compared):
        raise Unclear(f'It is not clear among what "{one.text}" is ranked.', Category.INCOMPLETE)
    dated, _ = pieces.period([measure], allowed)
    down = next((r.descending for r in others if r.by in {"ascending", "descending"}), True)
    return replace(
        dated,
        form=Form.PLACE,
        measures=(measure,),
        groups=(found[0].element,),
        where=(*dated.where, *pieces.conditions(rest, [measure], allowed)),
        part=found,
        ranking=Ranking(measure, down),
    )


def _narrow(pieces: Pieces, one: Test) -> None:
    """Take the dimension of a value that the question names beside it: Travel among the category groups."""
    named = [m.element for n in pieces.dimensions for m in n.mark.named(Kind.DIMENSION)]
    tables = {e.table for n in pieces.rows for e in n.mark.entities}
    near = [c for c in one.candidates if any(c.table == e.table and c.name.startswith(e.name) for e in named)]
    near = near or [c for c in one.candidates if c.table in tables - {pieces.shape.main_table()}]
    one.candidates = near or one.candidates


def _figure(pieces: Pieces, noun: Noun, one: Test) -> Measure:
    """Return the figure that ranks: of a row its own, of a group a metric."""
    keys = [e for c in one.candidates for e in pieces.shape.identity(c.table)]
    facts = [m.element for m in noun.mark.named(Kind.FACT) if any(m.element.table == c.table for c in one.candidates)]
    if facts and keys and all(c in keys for c in one.candidates):
        return Measure(facts[0])
    measure = pieces.resolver.figure(noun)
    if measure.function is not None or measure.element.kind is not Kind.METRIC:
        raise Unclear(f'No place is told by "{noun.mark.text}".', Category.UNSUPPORTED_JOIN)
    return measure
