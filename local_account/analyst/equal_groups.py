"""Rows by a figure of their own: in equal groups, such as deciles, or over and under its average."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Noun, State, is_figure
from local_account.analyst.english import K
from local_account.analyst.plan import Form, Measure, Plan, Ranking
from local_account.analyst.wording import spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.elements import Element
    from local_account.analyst.pieces import Pieces

_MEANS = {"average", "median"}
_SIDES = {">", "<"}


def read_tiles(state: State, at: int) -> int:
    """Read "by decile of lifetime value": equal groups of rows, the lowest first."""
    i = at + state.can(at, K.BY)
    behind = state.mark(i + 1)
    if not state.can(i, K.TILE) or behind is None or not is_figure(behind):
        return 0
    state.draft.tiles = (int(state.word(i, K.TILE) or 0), Noun(behind, at=i + 1))
    return i + 2 - at


def read_apart(state: State, at: int) -> int:
    """Read "with a lifetime value above the average": what each row has, beside the average of all of them."""
    last = state.draft.nouns[-1] if state.draft.nouns else None
    mean, behind = state.mark(at + 1), state.mark(at + 2)
    if state.word(at, K.COMPARE) not in _SIDES or mean is None or mean.kinds.get(K.AGGREGATE) not in _MEANS:
        return 0
    taken = 2
    if last is not None and behind is not None and is_figure(behind) and behind.named() == last.mark.named():
        taken = 3  # above the average lifetime value
    elif behind is not None and is_figure(behind) and last is not None and not is_figure(last.mark):
        last, taken = Noun(behind, at=at + 2), 3  # customers above the average lifetime value
        state.draft.nouns.append(last)
    if last is None or not last.mark.named(Kind.FACT) or last.function or state.draft.apart is not None:
        return 0
    state.draft.nouns.remove(last)
    state.draft.apart = (state.word(at, K.COMPARE) or "", mean.kinds[K.AGGREGATE], last)
    return taken


def tiles(pieces: Pieces) -> Plan:
    """Return figures of equal groups of rows by a figure."""
    if pieces.draft.tiles is None:
        message = "equal groups are by a figure"
        raise ValueError(message)
    number, noun = pieces.draft.tiles
    by = _own(pieces, noun)
    told = []
    for one in pieces.figures:
        if one.counted:
            continue
        made = pieces.resolver.figure(one)
        fact = pieces.shape.fact_of(made.element) if made.element.kind is Kind.METRIC else (made.element, made.function)
        if fact is None or fact[0].table != by.table or fact[0].kind is not Kind.FACT:
            raise Unclear(
                f"{spoken(made.element.name).capitalize()} cannot be told of equal groups.", Category.UNSUPPORTED_JOIN
            )
        told.append(Measure(fact[0], fact[1] or "average"))
    _no_days(pieces)
    where = pieces.conditions(pieces.draft.tests, [Measure(by)], frozenset(pieces.shape.reachable(by.table)))
    return Plan(
        Form.TILES,
        tuple(told) or (Measure(by, "average"),),
        where=where,
        subject=by.table,
        ranking=Ranking(Measure(by)),
        tiles=number,
    )


def apart(pieces: Pieces) -> Plan:
    """Return how many rows, or which, have more or less of a figure than all of them on average."""
    if pieces.draft.apart is None:
        message = "rows are over or under the average of a figure"
        raise ValueError(message)
    op, function, noun = pieces.draft.apart
    by, draft = _own(pieces, noun), pieces.draft
    if draft.tests and not draft.everyone:
        raise Unclear(f"The {function} {spoken(by.name)} of whom: of all, or of those alone?", Category.INCOMPLETE)
    rows = [n for n in pieces.rows if n.mark.entities[0].table == by.table]
    others = [n for n in pieces.figures if n not in rows]
    if not rows or others or pieces.dimensions:
        raise Unclear(f'It is not clear who is to be over the {function} "{noun.mark.text}".', Category.INCOMPLETE)
    _no_days(pieces)
    allowed = frozenset(pieces.shape.reachable(by.table))
    groups = [pieces.resolver.dimension(g.mark, allowed, by.table) for g in draft.groups if g.mark is not None]
    for element in groups:
        pieces.check_personal(element)
    counted = any(n.counted for n in rows) or bool(groups)
    if groups and draft.tests:
        raise Unclear("The average of each group, or of all?", Category.INCOMPLETE)
    where = pieces.conditions(draft.tests, [Measure(by)], allowed)
    if where:
        pieces.resolver.notes.append(f"The {function} is that of all {spoken(by.table)}.")
    return Plan(
        Form.APART,
        (Measure(by, function),),
        tuple(groups),
        part=where,
        subject=by.table,
        sign=op,
        count_only=counted,
        ranking=Ranking(Measure(by), descending=op == ">"),
    )


def moving_over(pieces: Pieces, groups: list[Element]) -> int | None:
    """Return over how many units of time a moving average goes: those that the figure is told by."""
    words = pieces.draft.flags.get(K.AGGREGATE, "").split()
    if words[:1] != ["moving"]:
        return None
    cut = [g for g in groups if g.kind is Kind.TIME_DIMENSION]
    if len(groups) != 1 or len(cut) != 1 or not cut[0].name.lower().endswith(words[2]):
        raise Unclear(
            f"An average over {words[1]} {words[2]}s is told by {words[2]}, and by nothing beside.", Category.INCOMPLETE
        )
    return int(words[1])


def _own(pieces: Pieces, noun: Noun) -> Element:
    """Return the figure of single rows by which they are grouped."""
    main = pieces.shape.main_table()
    facts = [m.element for m in noun.mark.named(Kind.FACT)]
    for metric in noun.mark.named(Kind.METRIC) if not facts else ():
        made = pieces.shape.fact_of(metric.element)
        facts += [made[0]] if made is not None and made[0].kind is Kind.FACT else []
    own = [f for f in facts if f.table == main] or facts
    if not own:
        raise Unclear(f'"{noun.mark.text}" is no figure that single rows have.', Category.UNSUPPORTED_JOIN)
    return own[0]


def _no_days(pieces: Pieces) -> None:
    if pieces.draft.periods:
        raise Unclear(
            f"Figures of single rows are told as of one day: what is {pieces.draft.periods[0].period.label} about?",
            Category.AMBIGUOUS_TIME,
        )
