"""Forms that put times against each other: growth, two periods, movements."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.criteria import criteria
from local_account.analyst.draft import Dated, Group, is_figure
from local_account.analyst.english import K
from local_account.analyst.forms import cut_time, ranking_figures
from local_account.analyst.lexicon import Named
from local_account.analyst.moves import is_side
from local_account.analyst.periods import GRAINS, Period, before, label_of, unit, year_before
from local_account.analyst.plan import Compared, Form, Measure, Plan, Ranking
from local_account.analyst.row_forms import FEW
from local_account.analyst.wording import either, spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.draft import Rank
    from local_account.analyst.elements import Element
    from local_account.analyst.pieces import Pieces


def _is_other_side(other: Element, side: Element) -> bool:
    """Tell whether a dimension says where rows moved to, of the one that says where from."""
    return other.table == side.table and other is not side and other.name.endswith(side.name.removeprefix("PREVIOUS"))


def _check_open(groups: Sequence[Element], where: Sequence[Compared]) -> None:
    """Ask where movements are told by a side of which the question names one value.

    Raises:
        Unclear: there is one group alone.
    """
    if fixed := [g for g in groups if any(c.element == g and c.op == "=" for c in where)]:
        raise Unclear(f"The question fixes one {spoken(fixed[0].name)} and asks for it.", Category.INCOMPLETE)


def _ask_part(pieces: Pieces) -> None:
    """Ask where a share of those who moved is told by a verb of its own: of who left a segment, who are Gold.

    Raises:
        Unclear: the share would be the other way round.
    """
    verb = pieces.draft.main_verb
    part = next((t.text for t in pieces.draft.tests if verb is not None and t.at > verb), None)
    if part is not None:
        raise Unclear(f'It is not clear what "{part}" does in a share of those who moved.', Category.INCOMPLETE)


def movement(pieces: Pieces) -> Plan:
    """Return how many moved from one value of a dimension to another, from the table that keeps both."""
    sides_of = [e for e in pieces.shape.elements if is_side(e)]
    pairs = [(e, other) for e in sides_of for other in pieces.shape.elements if _is_other_side(other, e)]
    if not pairs:
        raise Unclear("The model keeps no movements.", Category.UNSUPPORTED_JOIN, refused=True)
    previous, entered = pairs[0]
    table = previous.table
    where = _sides(pieces, previous, entered)
    rows = pieces.rows[0].mark.entities[0].table if pieces.rows else pieces.shape.main_table()
    times = pieces.draft.flags.get(K.HOW_MANY) == "often"  # did one of them move
    metric = None if times else pieces.shape.distinct_count(table, rows)
    measure = Measure(metric) if metric is not None else pieces.resolver.count(table)
    counted = [
        n for n in pieces.figures if n.mark.named(Kind.METRIC) and any(m.element.table == table for m in n.mark.named())
    ]
    if counted:
        measure = pieces.resolver.figure(counted[0])
    elif pieces.figures and not pieces.figures[0].counted:
        raise Unclear("Movements are counted; other figures of them are not known.", Category.UNSUPPORTED_JOIN)
    allowed = pieces.allowed([measure])
    dated, time = pieces.period([measure], allowed)
    _open_side(pieces, previous, entered, {c.element for c in where if c.op == "="})
    for rank in pieces.draft.ranks:
        rank.by = {"busy": "top", "quiet": "bottom"}.get(rank.by, rank.by)  # the most common movement
    groups, each = pieces.groups([measure], allowed, time)
    _check_open(groups, where)
    groups = groups or _groups_of_moves(pieces, previous, entered, where)
    cut_time(pieces, [measure], groups, time)
    moved = Compared(previous, "is not null")
    where += [moved] if previous in groups and not any(c.element == previous for c in where) else []
    rest = pieces.conditions(pieces.draft.tests, [measure], allowed)
    sides = any(way in {"from", "to"} for way, _ in pieces.draft.moves)
    if pieces.draft.has(K.SHARE) and sides and not pieces.draft.ranks:
        _ask_part(pieces)
        count = Measure(pieces.resolver.count(table).element) if not pieces.rows else measure
        part = tuple(c for c in where if c != moved)
        if any(_is_other_side(g, previous) or g == previous for g in groups):
            rest, part = (*part, *rest), ()  # of all who left one side, how they spread over the other
            count = Measure(pieces.resolver.count(table).element)
        return replace(
            dated,
            form=Form.SHARE,
            measures=(count,),
            groups=tuple(groups),
            where=(*dated.where, moved, *rest),
            part=part,
        )
    if _who_moved(pieces) and not groups:
        return replace(dated, form=Form.VALUES, groups=pieces.shape.identity(rows), where=(*dated.where, *where, *rest))
    both = (measure, *_moves_too(pieces, table, measure))
    ranking, measures = pieces.ranking(both, groups, each)
    return replace(
        dated,
        form=Form.AGGREGATE,
        measures=measures,
        groups=tuple(groups),
        where=(*dated.where, *where, *rest),
        ranking=ranking,
    )


def _moves_too(pieces: Pieces, table: str, measure: Measure) -> tuple[Measure, ...]:
    """Return the number of movements beside that of those who moved, where it is asked where they went."""
    count = pieces.lexicon.count(table)
    opened = any(way.startswith("open") for way, _ in pieces.draft.moves)
    return (Measure(count),) if opened and count is not None and count != measure.element else ()


def _sides(pieces: Pieces, previous: Element, entered: Element) -> list[Compared]:
    """Return from which value and to which value something moved, as far as the question says."""
    where = []
    for way, tests in pieces.draft.moves:
        if way == "any" or way.startswith("open"):
            continue
        element = previous if way == "from" else entered
        found = [t for t in tests if any(c.name == element.name and c.table == element.table for c in t.candidates)]
        if not found:
            raise Unclear(f'"{tests[0].text}" is no {spoken(element.name)}.', Category.UNKNOWN_VALUE, [element.ref])
        where.append(Compared(element, "=", found[0].values))
    if not any(way == "from" for way, _ in pieces.draft.moves):
        where.append(Compared(previous, "is not null"))
    return where


def _groups_of_moves(pieces: Pieces, previous: Element, entered: Element, where: list[Compared]) -> list[Element]:
    """Return the sides by which movements are told where no other groups are named: where they went, the commonest."""
    fixed = {c.element for c in where if c.op == "="}
    if any(way == "open" for way, _ in pieces.draft.moves):
        return [previous if entered in fixed else entered]
    ranked = pieces.draft.ranks and pieces.draft.ranks[0].by in {"busy", "quiet", "top", "bottom"}
    return [e for e in (previous, entered) if e not in fixed] if ranked else []


def _who_moved(pieces: Pieces) -> bool:
    """Tell whether the rows that moved are asked for, and not how many they are."""
    asked = pieces.draft.has(K.LIST) or any(n.asked for n in pieces.rows) or pieces.draft.has(K.WHO)
    return asked and bool(pieces.rows) and not pieces.rows[0].counted and not pieces.draft.ranks


def _open_side(pieces: Pieces, previous: Element, entered: Element, fixed: set[Element]) -> None:
    """Let the plain name of the dimension stand for the side of the movement that no value fixes."""
    ways = {way for way, _ in pieces.draft.moves}
    side = previous if ways & {"to", "open from"} else entered
    if len(fixed) == 1:
        side = entered if previous in fixed else previous
    for rank in pieces.draft.ranks:
        if rank.measure is not None and rank.measure.mark.entities and not is_figure(rank.measure.mark):
            rank.measure = None  # most customers moved: they are what is counted
    named = [*pieces.dimensions, *pieces.draft.groups, *(r.noun for r in pieces.draft.ranks if r.noun is not None)]
    for one in named:
        meant = one.mark.named(Kind.DIMENSION) if one.mark is not None else []
        if one.mark is not None and any(
            entered.name.endswith(m.element.name) and m.element.table != entered.table for m in meant
        ):
            one.mark = replace(one.mark, meanings=(Named(side),))


def opposed(pieces: Pieces) -> bool:
    """Part one period into the two that are compared: its ends, or the present one and that after "compared to"."""
    draft = pieces.draft
    if len(draft.periods) != 1:
        return False
    only = draft.periods[0]
    if only.period.ends is not None:
        draft.periods = [Dated(end, only.noun, only.at) for end in only.period.ends]
        return True
    behind = draft.places.get(K.VERSUS, only.at) == only.at - 1
    if not behind or not only.period.whole or only.period.grain not in GRAINS:
        return False
    as_of = pieces.lexicon.data.as_of()
    first, last = unit(only.period.grain, as_of)
    if (only.period.start, only.period.end) != unit(only.period.grain, only.period.start) or only.period.start >= first:
        return False
    draft.periods.append(
        Dated(Period(first, min(last, as_of), label_of(only.period.grain, first), only.period.grain, whole=True))
    )
    return True


def comparison(pieces: Pieces) -> Plan:
    """Return figures of two periods side by side, with their difference."""
    measures = pieces.measures() or ranking_figures(pieces)
    measures = measures if side_by_side(pieces) else _one(measures)
    allowed = pieces.allowed(measures)
    first, second = (d.period for d in pieces.draft.periods)
    early, late = (first, second) if first.start <= second.start else (second, first)
    time = pieces.resolver.time(pieces.draft.periods[0], measures, allowed, pieces.near(measures))
    for period in (early, late):
        pieces.resolver.check_period(period, time)
    groups, _ = pieces.groups(measures, allowed, time)
    where = pieces.conditions(pieces.draft.tests, measures, allowed)
    return Plan(
        Form.COMPARISON, measures, tuple(groups), where, late, time, early, sign=pieces.draft.sign or _sign(pieces)
    )


def side_by_side(pieces: Pieces) -> bool:
    """Tell whether figures are told of two times that no unit of time cuts apart: of both halves of a year."""
    draft = pieces.draft
    days = [d.period for d in draft.periods]
    ends = days[0].ends if len(days) == 1 else None
    days = list(ends) if ends is not None and draft.has(K.VERSUS) else days
    if len(days) != 2 or draft.together or draft.sign or not pieces.figures or draft.ranks:  # noqa: PLR2004
        return False
    first, second = sorted(days, key=lambda d: d.start)
    cut = all(d.grain in GRAINS and unit(d.grain, d.start) == (d.start, d.end) for d in days)
    named = draft.periods[0].noun is None and draft.periods[-1].noun is None and not any(d.every for d in days)
    return not cut and first.end < second.start and named and (len(pieces.figures) == 1 or draft.joined)


def _grown(pieces: Pieces, plan: Plan) -> Plan:
    """Return a comparison of what grew, or fell, by as much as was said."""
    if pieces.draft.grown is None:
        return plan
    if not plan.groups or any(not n.counted for n in pieces.rows):
        raise Unclear("Of whom or what did it change by so much: which groups are meant?", Category.INCOMPLETE)
    op, value, percent = pieces.draft.grown
    if pieces.draft.flags.get(K.CHANGE) == "down":
        op, value = {">": "<", ">=": "<="}[op], -value
    return replace(plan, grown=(op, value, percent))


def _one(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """Ask which of several figures is compared in time."""
    if len(measures) > 1:
        names = [spoken(m.element.name) for m in measures]
        raise Unclear(
            f"Two periods are compared in one figure: {either(names)}?",
            Category.AMBIGUOUS_MEASURE,
            [m.element.ref for m in measures],
            suggestions=names,
        )
    return measures


def _ask_what_grows(pieces: Pieces) -> NoReturn:
    """Ask for the figure of which growth is asked."""
    what = pieces.dimensions[0].mark.text if pieces.dimensions else "what is asked"
    grows = [e for e in criteria(pieces.lexicon) if e.table == pieces.shape.events()]
    names = [f"growth of {spoken(e.name)}" for e in grows]
    names = [f"growth of {spoken(pieces.shape.main_table())}", *names]
    raise Unclear(
        f"The growth of {what} in which figure: it can be {either(names)}.",
        Category.AMBIGUOUS_MEASURE,
        [e.ref for e in grows],
    )


def change(pieces: Pieces) -> Plan:
    """Return the growth of a figure: from unit to unit, or between a period and the one before."""
    draft = pieces.draft
    measures = pieces.measures() or ranking_figures(pieces)
    if not measures or (pieces.rows and not pieces.figures):
        _ask_what_grows(pieces)
    allowed = pieces.allowed(_one(measures))
    way = draft.flags[K.CHANGE]
    grains = [g.grain for g in draft.groups if g.grain] + [n.grain for n in pieces.dimensions if n.grain]
    if way in {"month", "quarter", "week"} and not grains:
        grains = [way]
        draft.groups.append(Group(None, way))
    if way == "year" and not draft.periods and not grains and not draft.groups and not pieces.dimensions:
        grains = ["year"]
        draft.groups.append(Group(None, "year"))
    _ = opposed(pieces)
    if len(draft.periods) == 2:  # noqa: PLR2004
        plan = _grown(pieces, comparison(pieces))
        return _ranked(pieces, plan)
    dated, time = pieces.period(measures, allowed)
    groups, _ = pieces.groups(measures, allowed, time)
    groups += pieces.compared_values(measures, allowed, groups) if draft.has(K.VERSUS) else []
    where = pieces.conditions(draft.tests, measures, allowed)
    if grains and not any(g.kind is Kind.TIME_DIMENSION for g in groups):
        raise Unclear(
            f"The change of {spoken(measures[0].element.name)} from which time to which?", Category.INCOMPLETE
        )
    if grains:
        plan = replace(
            dated,
            form=Form.CHANGE,
            measures=measures[:1],
            groups=tuple(groups),
            where=(*dated.where, *where),
            grain=grains[0],
            sign=_sign(pieces),
        )
        plan = _grown(pieces, plan)
        return _ranked(pieces, plan) if draft.ranks else plan
    time = time or next(
        (t for m in measures for table in pieces.shape.tables_of(m.element) if (t := pieces.shape.time_of(table))), None
    )
    if time is None:
        raise Unclear(
            f"{spoken(measures[0].element.name).capitalize()} is known as of one day only, so it has no growth.",
            Category.UNSUPPORTED_JOIN,
            [measures[0].element.ref],
        )
    late = dated.period
    if late is None:
        as_of = pieces.lexicon.data.as_of()
        late = Period(unit("year", as_of)[0], as_of, str(as_of.year), "year")
        pieces.resolver.notes.append(f"No period was named: {late.label} was compared with the year before.")
    early = year_before(late) if way == "year" or late.grain == "year" else before(late)
    plan = Plan(Form.COMPARISON, measures[:1], tuple(groups), where, late, time, early, sign=_sign(pieces))
    return _ranked(pieces, _grown(pieces, plan))


def _sign(pieces: Pieces) -> str | None:
    """Return whether only what grew, or only what fell, is asked for: "which categories declined"."""
    if not pieces.draft.has(K.WHICH) or pieces.draft.ranks or not any(n.asked for n in pieces.dimensions):
        return None
    return {"up": ">", "down": "<"}.get(pieces.draft.flags.get(K.CHANGE, ""))


def _ranked(pieces: Pieces, plan: Plan) -> Plan:
    """Return a comparison with the order by growth that was asked for.

    Who grew fastest did so in percent; a rise or a drop is ranked by its amount, and what went the other way has none.
    """
    way = pieces.draft.flags.get(K.CHANGE, "")
    if not plan.groups or (not pieces.draft.ranks and way not in {"fastest", "slowest"}):
        return plan
    ways = [r for r in pieces.draft.ranks if r.by in {"ascending", "descending"}]
    rank = next(iter([*ways, *pieces.draft.ranks]), None)
    nouns = [r.noun for r in pieces.draft.ranks if r.noun is not None] + pieces.dimensions
    ordered = bool(ways or rank) and all(r.by in {"order", "ascending", "descending"} for r in pieces.draft.ranks)
    few = None if ordered else 1 if nouns and not nouns[0].plural else FEW  # all of them, highest first
    limit = next((r.limit for r in pieces.draft.ranks if r.limit), few)
    down = way in {"down", "slowest"} or (rank is not None and not rank.descending)
    grown = rank is not None and rank.descending and not ordered
    sign = {"up": ">", "down": "<"}.get(way) if grown else plan.sign
    by_amount = pieces.draft.in_money or (way in {"up", "down"} and not _ranked_in_percent(pieces, rank))
    return replace(plan, ranking=Ranking(None, not down, limit), sign=sign, by_amount=by_amount)


def _ranked_in_percent(pieces: Pieces, rank: Rank | None) -> bool:
    """Tell whether "in percent" stands between a ranking and its days: fell the most in percent in Q4."""
    at, days = pieces.draft.places.get(K.SHARE), [d.at for d in pieces.draft.periods]
    return rank is not None and at is not None and bool(days) and rank.at < at < min(days)
