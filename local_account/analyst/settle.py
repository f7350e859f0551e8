"""From a draft to a plan: which form the answer has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.contradictions import refuse_contradictions
from local_account.analyst.different import different
from local_account.analyst.draft import is_dimension
from local_account.analyst.english import K
from local_account.analyst.equal_groups import apart, tiles
from local_account.analyst.forms import aggregate
from local_account.analyst.moves import is_side
from local_account.analyst.numbers import literal
from local_account.analyst.part_forms import correlation, share, spread
from local_account.analyst.pieces import Pieces
from local_account.analyst.places import place_of
from local_account.analyst.ratios import ratio
from local_account.analyst.row_forms import listing, values
from local_account.analyst.same_rows import still_kept, with_own_days
from local_account.analyst.share_checks import check_one_whole
from local_account.analyst.time_forms import change, comparison, movement, opposed, side_by_side
from local_account.analyst.top_forms import concentration, first_figure, first_rows, is_figure_of_first, pareto
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.analyst.draft import Draft
    from local_account.analyst.lexicon import Lexicon
    from local_account.analyst.plan import Plan


def settle(draft: Draft, lexicon: Lexicon) -> Plan:
    """Return the plan of a draft.

    Args:
        draft: what the phrases of a question say.
        lexicon: the phrases of the model and its data.

    Raises:
        Unclear: the question is open, or cannot be answered.
    """
    pieces = Pieces(draft, lexicon)
    _check_personal(pieces)
    _check_periods(pieces)
    form = _form(pieces)
    _check_read(pieces, form)
    check_one_whole(pieces)
    plan = with_own_days(still_kept(form(pieces), lexicon.shape))
    refuse_contradictions(plan, lexicon.shape)
    return replace(plan, notes=tuple(dict.fromkeys((*plan.notes, *draft.notes, *pieces.resolver.notes))))


def _check_personal(pieces: Pieces) -> None:
    """Refuse to group by what tells who somebody is, before anything else is asked about."""
    marks = [group.mark for group in pieces.draft.groups]
    if any(r.by in {"busy", "quiet", "first"} for r in pieces.draft.ranks):
        ranked = [r.noun for r in pieces.draft.ranks if r.noun is not None]
        marks += [noun.mark for noun in (*pieces.dimensions, *ranked)]  # the most common first names
    for mark in marks:
        named = [m.element for m in mark.named()] if mark is not None else []
        if named:
            pieces.check_personal(named[0])


def _check_periods(pieces: Pieces) -> None:
    """Refuse days of which no table holds any, before anything else is asked about."""
    days = [e for e in pieces.shape.elements if e.kind is Kind.TIME_DIMENSION and e.is_time]
    for dated in pieces.draft.periods:
        if not dated.period.every:
            pieces.resolver.check_held(dated.period, days)


# What the phrases of a question say and a form does not read: it is asked about, and never left out.
_UNREAD: dict[object, tuple[str, ...]] = {
    pareto: ("groups", "clauses"),
    ratio: ("ranks", "clauses"),
    first_rows: ("groups", "clauses"),
    first_figure: ("groups", "clauses"),
    correlation: ("ranks", "clauses"),
    spread: ("periods", "ranks", "clauses"),
    change: ("clauses",),
    comparison: ("clauses", "ranks"),
    movement: ("clauses",),
    place_of: ("groups", "clauses"),
    different: ("clauses", "ranks"),
    tiles: ("groups", "clauses", "ranks"),
    apart: ("clauses", "ranks"),
}


def _check_read(pieces: Pieces, form: Callable[[Pieces], Plan]) -> None:
    """Ask what a phrase does in the question that the form of its answer does not read."""
    said = {
        "groups": [g.mark.text if g.mark is not None else g.grain for g in pieces.draft.groups],
        "clauses": [c.noun.mark.text if c.noun is not None else "bought" for c in pieces.draft.clauses],
        "ranks": [r.text for r in pieces.draft.ranks],
        "periods": [d.period.label for d in pieces.draft.periods],
    }
    unread = [text for part in _UNREAD.get(form, ()) for text in said[part]]
    unread += [r.text for r in pieces.draft.ranks if r.place and form not in {aggregate, listing}]
    if form is spread and pieces.draft.step is None:
        unread += said["groups"]
    if form is share:
        unread += [r.text for r in pieces.draft.ranks if r.noun is not None and pieces.rows and r.noun in pieces.rows]
    unread += [r.text for r in pieces.draft.ranks if r.by == "first" and pieces.draft.clauses]
    bound = pieces.draft.grown if form not in {change, comparison, share} else None
    unread += [f"{bound[0]} {literal(bound[1])}"] if bound is not None else []
    often = pieces.draft.flags.get(K.HOW_MANY) == "often"
    unread += [pieces.draft.flags[K.AGGREGATE]] if often and pieces.draft.has(K.AGGREGATE) else []
    if unread:
        raise Unclear(f'It is not clear what "{unread[0]}" does in the question.', Category.INCOMPLETE)


def _in_percent(pieces: Pieces) -> bool:
    """Tell whether a share only says in which unit a change is told: the growth in percent of a figure."""
    return bool(pieces.figures) and not any(n.counted for n in pieces.figures) and not pieces.draft.clauses


def _is_told_in_percent(pieces: Pieces) -> bool:
    """Tell whether the figures are shares themselves, such as the travel share, of which the highest is asked for."""
    found = [m for n in pieces.figures for m in n.mark.named(Kind.METRIC)]
    return bool(found) and all(m.element.is_percent for m in found)


def _of_groups(pieces: Pieces) -> bool:
    """Tell whether a ranking is one of the groups of a share, and names no rows of its own."""
    return bool(pieces.draft.groups) and all(r.noun is None for r in pieces.draft.ranks)


def _is_of_moves(pieces: Pieces) -> bool:
    """Tell whether the most common movement is asked for: a ranking of a figure of them, of nothing that is named."""
    draft = pieces.draft
    ranked = (
        draft.ranks
        and draft.ranks[0].by in {"busy", "quiet"}
        and not (draft.groups or pieces.dimensions or draft.moves)
    )
    tables = {m.element.table for n in (*pieces.figures, *pieces.rank_figures()) for m in n.mark.named()}
    tables |= {e.table for n in pieces.rows for e in n.mark.entities}
    if ranked and draft.ranks[0].limit is None and not any(n.plural for n in (*pieces.figures, *pieces.rows)):
        draft.ranks[0].limit = 1
    sides = {e.table for e in pieces.shape.elements if is_side(e)}
    return bool(ranked) and bool(sides & tables)


def _is_in_first(pieces: Pieces) -> bool:
    """Tell whether the share of rows in the first groups together is asked for: live in the top 3 states."""
    draft = pieces.draft
    ranked = any(r.limit and r.noun is not None and is_dimension(r.noun.mark) and r.noun.plural for r in draft.ranks)
    return ranked and bool(pieces.rows) and bool(draft.verbs) and not draft.groups and len(draft.ranks) == 1


def _is_growth(pieces: Pieces) -> bool:
    """Tell whether the figures are changes themselves, of which "year over year" says nothing more."""
    named = [m.element.name for n in pieces.figures for m in n.mark.named()]
    return bool(named) and not pieces.draft.ranks and all({"GROWTH", "CHANGE"} & set(n.split("_")) for n in named)


def _is_course(draft: Draft) -> bool:
    """Tell whether "changed over time" asks for the course of a figure, and not for one change of it."""
    return draft.has(K.TREND) and draft.flags[K.CHANGE] == "" and not draft.periods and not draft.has(K.SHARE)


def _form(pieces: Pieces) -> Callable[[Pieces], Plan]:
    """Choose the form by the words that ask for one."""
    draft = pieces.draft
    limited = any(r.limit for r in draft.ranks)
    is_spread = (
        draft.has(K.DISTRIBUTION)
        and draft.flags[K.DISTRIBUTION] in {"", "range"}
        and pieces.spread_figure() is not None
    )
    if _is_of_moves(pieces):
        draft.moves.append(("any", []))
    choices: tuple[tuple[bool, Callable[[Pieces], Plan]], ...] = (
        (draft.has(K.PLACE), place_of),
        (draft.different is not None, different),
        (draft.tiles is not None, tiles),
        (draft.apart is not None, apart),
        (bool(draft.moves), movement),
        (draft.has(K.CORRELATION), correlation),
        (draft.ratio is not None, ratio),
        (draft.brought is not None, concentration),
        (
            draft.has(K.SHARE)
            and not _is_told_in_percent(pieces)
            and not (draft.has(K.CHANGE) and draft.has(K.VERSUS) and len(draft.periods) == 2)  # noqa: PLR2004
            and (
                any(r.percent is not None for r in draft.ranks)
                or (limited and bool(pieces.figures) and not _of_groups(pieces))
                or _is_in_first(pieces)
            ),
            pareto,
        ),
        (is_figure_of_first(pieces), first_figure),
        (any(r.percent is not None for r in draft.ranks), first_rows),
        (
            draft.has(K.CHANGE)
            and not _is_growth(pieces)
            and not _is_course(draft)
            and (not draft.has(K.SHARE) or _in_percent(pieces)),
            change,
        ),
        (draft.has(K.SHARE), share),
        (is_spread, spread),
        (draft.step is not None and pieces.step_figure() is not None, spread),
        (draft.has(K.VERSUS) and bool(pieces.figures) and opposed(pieces), comparison),
        (len(draft.periods) == 2 and len(pieces.figures) == 1 and draft.has(K.VERSUS), comparison),  # noqa: PLR2004
        (side_by_side(pieces), comparison),
        (pieces.is_list(), listing),
        (
            bool(pieces.dimensions)
            and not (pieces.figures or draft.ranks or draft.clauses or draft.has(K.DISTRIBUTION))
            and (not pieces.rows or any(n.counted for n in pieces.dimensions)),
            values,
        ),
    )
    return next((form for chosen, form in choices if chosen), aggregate)
