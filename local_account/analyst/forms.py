"""The forms that an answer can have, each made of the settled pieces of a question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.draft import Dated, Noun, is_dimension
from local_account.analyst.empty_groups import with_empty_groups, with_part_beside
from local_account.analyst.english import K
from local_account.analyst.equal_groups import moving_over
from local_account.analyst.lexicon import Named
from local_account.analyst.moves import is_side
from local_account.analyst.per_row import per_in_period, reachable
from local_account.analyst.periods import unit
from local_account.analyst.plan import Compared, Form, Having, Measure, Plan, Ranking
from local_account.analyst.row_forms import no_figure
from local_account.analyst.undated import period_of
from local_account.analyst.wording import spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.elements import Element
    from local_account.analyst.pieces import Pieces


def aggregate(pieces: Pieces) -> Plan:
    """Return figures, by groups if any."""
    draft = pieces.draft
    if draft.bought and pieces.rows and pieces.rows[0].counted:
        _count_buyers(pieces)
    measures = pieces.measures()
    probe = measures or ranking_figures(pieces)
    if not probe:
        no_figure(pieces)
    if (subject := subject_of_clauses(pieces)) is None and not measures:
        _show_compared(pieces)
    if subject is not None:
        return restricted(pieces, subject, probe)
    allowed = pieces.allowed(probe)
    for way in (per_in_period, _counted_beside):
        if (plan := way(pieces, probe)) is not None:
            return plan
    probe, measures, allowed = reachable(pieces, probe, measures, allowed)
    ranked = ranking_figures(pieces) if draft.ranks and draft.periods else ()
    dated, time = period_of(pieces, tuple(dict.fromkeys((*probe, *ranked))), allowed)
    counted = [n for n in pieces.dimensions if n.counted and draft.clauses]
    for noun in counted:
        noun.counted = False
    groups, each = pieces.groups(probe, allowed, time)
    groups += pieces.compared_values(probe, allowed, groups)
    cut_time(pieces, probe, groups, time)
    where = pieces.conditions(draft.tests, probe, allowed)
    fixed = {c.element for c in where if isinstance(c, Compared) and c.op == "="}
    if fixed & set(groups) and any(n.asked for n in pieces.dimensions):
        raise Unclear(f"The question fixes one {spoken(groups[0].name)} and asks for it.", Category.INCOMPLETE)
    _check_told(pieces, told=bool(groups) or len(probe) > 1)
    having = _having_of(pieces, groups, shown=not measures and not draft.ranks)
    ranking, measures = pieces.ranking(measures, groups, each)
    where += tuple(Compared(g, "is not null") for g in groups if _is_empty_elsewhere(g))
    where += _known_sides(pieces, measures or probe, groups)
    plan = replace(
        dated,
        form=Form.AGGREGATE,
        measures=measures or probe,
        groups=tuple(groups),
        where=(*dated.where, *where),
        having=having,
        ranking=ranking,
        running=draft.flags.get(K.AGGREGATE) in {"running", "running ever"},
        from_first=draft.flags.get(K.AGGREGATE) == "running ever",
        moving=moving_over(pieces, groups),
        count_only=bool(counted),
    )
    plan = _by_both_sides(pieces, plan)
    count = pieces.lexicon.count(plan.measures[0].element.table)
    return with_empty_groups(with_part_beside(plan, pieces.shape, draft, count), pieces.shape, count)


def _by_both_sides(pieces: Pieces, plan: Plan) -> Plan:
    """Group by a flag of which both values are told, and not by the names of what has it: essential or other goods."""
    both = [c.element for c in plan.where if isinstance(c, Compared) and c.op == "in" and {*c.values} == {True, False}]
    own = [g for g in plan.groups if g.kind is Kind.DIMENSION and [g.table] == [e.table for e in both]]
    rest = tuple(g for g in plan.groups if g not in own)
    named = any(g.mark for g in pieces.draft.groups) or any(n.asked for n in pieces.dimensions)
    if named or not own or plan.ranking is not None or any(g.kind is Kind.DIMENSION for g in rest):
        return plan
    return replace(plan, groups=(*rest, both[0]))


def cut_time(pieces: Pieces, measures: Sequence[Measure], groups: list[Element], time: Element | None) -> None:
    """Add the unit of time in which a trend, a running total or a figure that is called by it is told."""
    draft, allowed = pieces.draft, pieces.allowed(measures)
    if draft.has(K.TREND) and not any(e.kind is Kind.TIME_DIMENSION for e in groups):
        grain = draft.flags[K.TREND] or _trend_grain(pieces)
        groups.insert(0, pieces.resolver.at_grain(grain, measures, allowed, time))
    if (cut := _in_its_name(pieces, measures, groups, time)) is not None:
        groups.append(cut)
    way = draft.flags.get(K.AGGREGATE, "")
    if way.startswith(("running", "moving")) and not groups:
        grain = way.split()[-1] if way.startswith("moving") else "month"
        groups.append(pieces.resolver.at_grain(grain, measures, allowed, time))


def _in_its_name(
    pieces: Pieces, measures: Sequence[Measure], groups: Sequence[Element], time: Element | None
) -> Element | None:
    """Return the unit of time that the name of a figure begins with, in which it is told: monthly active customers."""
    units = {"MONTHLY": "month", "WEEKLY": "week", "DAILY": "day"}
    grain = units.get(measures[0].element.name.split("_")[0])
    days = pieces.draft.periods
    cut = any(e.kind is Kind.TIME_DIMENSION for e in groups)
    within = len(days) == 1 and grain is not None and days[0].period.end <= unit(grain, days[0].period.start)[1]
    if grain is None or cut or len(measures) > 1 or within:
        return None
    return pieces.resolver.at_grain(grain, measures, pieces.allowed(measures), time)


def _is_empty_elsewhere(group: Element) -> bool:
    """Tell whether rows without a value of a dimension are no group: days without a holiday, first placements."""
    if group.kind is not Kind.DIMENSION:
        return False
    return "; empty on " in group.expression.description.lower() or is_side(group)


def _known_sides(pieces: Pieces, measures: Sequence[Measure], groups: Sequence[Element]) -> tuple[Compared, ...]:
    """Leave out first placements where movements alone are counted over time: no month of them is one of no moves."""
    sides = [e for e in pieces.shape.elements if is_side(e)]
    known = [(e, f"{e.table}.{e.expression.expr} IS NOT NULL".lower()) for e in sides]
    timed = bool(groups) and all(g.kind is Kind.TIME_DIMENSION for g in groups)
    found = [e for e, text in known if timed and all(text in m.element.expression.expr.lower() for m in measures)]
    return tuple(Compared(e, "is not null") for e in found)


def _having_of(pieces: Pieces, groups: Sequence[Element], *, shown: bool) -> tuple[Having, ...]:
    """Return the conditions on figures of groups, and ask of what they are where there are none.

    Args:
        pieces: the pieces of the question.
        groups: what it is grouped by.
        shown: whether no figure is asked for beside them, so that each shows its own.
    """
    having = pieces.having(pieces.draft.clauses)
    if having and (not groups or any(h.than is not None for h in having)):
        raise Unclear(
            f"It is not clear of what {spoken(having[0].measure.element.name)} is compared.", Category.INCOMPLETE
        )
    return tuple(replace(h, shown=shown and bool(h.where or h.period)) for h in having)


def _check_told(pieces: Pieces, *, told: bool) -> None:
    """Ask where a comparison has one side alone, or where a ranking stands beside a dimension that is called top."""
    draft = pieces.draft
    if draft.ranks and any(n.mark.text.lower().startswith("top ") for n in pieces.dimensions):
        raise Unclear(f'"{pieces.dimensions[0].mark.text}" by which figure?', Category.INCOMPLETE)
    if draft.has(K.VERSUS) and not told and len(draft.tests) == 1 and draft.tests[0].filters:
        raise Unclear("It is not clear what is compared with what.", Category.INCOMPLETE)


def _show_compared(pieces: Pieces) -> None:
    """Let the rows and days of the only condition be those of the figure that is shown, where no other is asked for."""
    draft = pieces.draft
    if (
        len(draft.clauses) != 1
        or draft.ranks
        or draft.clauses[0].noun is None
        or not (draft.clauses[0].op in {">", ">="} or any(g.grain for g in (*draft.groups, *pieces.dimensions)))
    ):
        return
    clause = draft.clauses[0]
    draft.tests += clause.tests
    draft.periods += [Dated(period) for period in clause.periods]
    clause.tests, clause.periods = [], []


def _trend_grain(pieces: Pieces) -> str:
    """Return the unit in which a trend is told: that of a period of several quarters or years, else months."""
    period = pieces.draft.periods[0].period if pieces.draft.periods else None
    if period is None or period.grain not in {"quarter", "year", "week"}:
        return "month"
    first, last = (unit(period.grain, day) for day in (period.start, period.end))
    return period.grain if first != last else "month"


def ranking_figures(pieces: Pieces) -> tuple[Measure, ...]:
    """Return the figures that rank, or that conditions are about, where no other is asked for."""
    found = []
    for rank in pieces.draft.ranks:
        measure = pieces.resolver.figure(rank.measure) if rank.measure is not None else pieces.default_rank(rank)
        if measure is not None:
            found.append(measure)
    if not found and pieces.draft.clauses:
        found = [having.measure for having in pieces.having(pieces.draft.clauses)]
    return tuple(found)


def _counted_beside(pieces: Pieces, probe: tuple[Measure, ...]) -> Plan | None:
    """Count rows under a condition that another table keeps of each: customers who were not placed by an exact rule."""
    draft, main = pieces.draft, pieces.shape.main_table()
    counted = len(probe) == 1 and probe[0].function is None and probe[0].element == pieces.lexicon.count(main)
    if not counted or draft.groups or draft.ranks or draft.clauses or draft.periods:
        return None
    tables = [{e.table for e in (*t.candidates, *t.filters)} for t in draft.tests]
    beside = {table for found in tables if main not in found for table in found}
    key = pieces.shape.key(min(beside)) if len(beside) == 1 else ()
    joined = [r for r in pieces.shape.model.relationships if r.right == main and {r.left} == beside]
    if len(key) != 1 or not joined or pieces.dimensions or {k.name for k in key} != {*joined[0].left_columns}:
        return None
    where = pieces.resolver.tests(draft.tests, frozenset(pieces.shape.reachable(key[0].table)), main, None)
    return Plan(Form.VALUES, groups=key, where=where, count_only=True)


def _count_buyers(pieces: Pieces) -> None:
    """Count the different customers among transactions, where those who bought are counted by the bought."""
    draft = pieces.draft
    table, entity = pieces.shape.events(), pieces.rows[0].mark.entities[0].table
    clauses = [c for c in draft.clauses if c.noun is None and c.op == ">"]
    if (
        table is None
        or len(clauses) != 1
        or len(draft.clauses) != 1
        or (not draft.groups and not draft.ranks and not pieces.dimensions)
    ):
        return
    metric = pieces.shape.distinct_count(table, entity)
    if metric is None:
        return
    from_clause = clauses[0]
    draft.clauses.remove(from_clause)
    draft.tests += from_clause.tests
    draft.periods += [Dated(period) for period in from_clause.periods]
    noun = pieces.rows[0]
    pieces.figures = [n for n in pieces.figures if n is not noun]
    pieces.figures.append(Noun(replace(noun.mark, meanings=(Named(metric),)), at=noun.at))
    for rank in draft.ranks:
        if rank.measure is noun:
            rank.measure = pieces.figures[-1]


def subject_of_clauses(pieces: Pieces) -> str | None:
    """Return the table whose single rows the conditions on figures are about; none where they are about groups."""
    for clause in pieces.draft.clauses:
        about = clause.about
        if about is not None and about.mark.entities and not is_dimension(about.mark):
            table = about.mark.entities[0].table
            if clause.noun is None or not clause.noun.mark.entities or clause.noun.mark.entities[0].table != table:
                return table
    return None


def restricted(pieces: Pieces, subject: str, measures: tuple[Measure, ...]) -> Plan:
    """Return figures of rows that meet conditions on figures of their own, such as spending over 5k."""
    identity = pieces.shape.identity(subject)
    count = pieces.lexicon.count(subject)
    own = all(
        m.element == count
        or (m.element.kind is Kind.FACT and m.element.table == subject)
        or _of_fact(pieces, m, subject)
        for m in measures
    )
    if not own and len(identity) == 1 and (listed := _ranked_rows(pieces, subject, measures)) is not None:
        return listed
    if not own or len(identity) != 1:
        names = ", ".join(spoken(m.element.name) for m in measures)
        raise Unclear(
            f"{names.capitalize()} cannot be told of rows that a condition on figures chooses.",
            Category.UNSUPPORTED_JOIN,
            [m.element.ref for m in measures],
        )
    allowed = frozenset(pieces.shape.reachable(subject))
    having = pieces.having(pieces.draft.clauses)
    groups, _ = pieces.groups(measures, allowed, None)
    where = pieces.conditions(pieces.draft.tests, [Measure(identity[0])], allowed)
    dated, _ = (Plan(), None) if not pieces.draft.periods else pieces.period(measures, allowed)
    ranking, measures = pieces.ranking(measures, groups, ())
    measures = tuple(_as_fact(pieces, m) for m in measures)
    if ranking is not None and ranking.measure is not None:
        ranking = replace(ranking, measure=_as_fact(pieces, ranking.measure))
    return replace(
        dated,
        form=Form.AGGREGATE,
        measures=measures,
        groups=tuple(groups),
        where=(*dated.where, *where),
        having=having,
        ranking=ranking,
        subject=subject,
    )


def _ranked_rows(pieces: Pieces, subject: str, measures: tuple[Measure, ...]) -> Plan | None:
    """Return the first rows by what they did, of those that conditions on figures choose: top 20 who never came back.

    Args:
        pieces: the pieces of the question.
        subject: the table of the rows.
        measures: the figure that ranks, over the days and rows of the question.
    """
    draft, shape = pieces.draft, pieces.shape
    rank = draft.ranks[0] if len(draft.ranks) == 1 else None
    events, measure = shape.events(), measures[0]
    plain = len(measures) == 1 and measure.function is None and shape.is_additive(measure.element)
    if rank is None or not rank.limit or rank.place or not plain or measure.element.table != events or draft.groups:
        return None
    if len(draft.periods) > 1 or pieces.dimensions or any(n.counted for n in pieces.figures):
        return None
    own = [t for t in draft.tests if any(e.table == subject for e in (*t.candidates, *t.filters))]
    rest = [t for t in draft.tests if t not in own]
    where = pieces.conditions(own, [Measure(shape.identity(subject)[0])], frozenset(shape.reachable(subject)))
    told = pieces.conditions(rest, [measure], pieces.allowed([measure]))
    period = draft.periods[0].period if draft.periods else None
    having = (Having(measure, "told", (), told, period), *pieces.having(draft.clauses))
    if period is not None and (time := shape.time_of(measure.element.table)) is not None:
        pieces.resolver.check_period(period, time)
    return Plan(
        form=Form.LIST,
        subject=subject,
        where=where,
        having=having,
        ranking=Ranking(measure, rank.descending, rank.limit),
    )


def _of_fact(pieces: Pieces, measure: Measure, table: str) -> bool:
    made = pieces.shape.fact_of(measure.element)
    return made is not None and made[0].table == table


def _as_fact(pieces: Pieces, measure: Measure) -> Measure:
    """Return a metric as the function of a fact that it is, so that it can be taken of chosen rows."""
    made = pieces.shape.fact_of(measure.element) if measure.element.kind is Kind.METRIC else None
    return Measure(made[0], made[1]) if made is not None and made[0].kind is Kind.FACT else measure
