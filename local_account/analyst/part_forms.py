"""Forms that put parts against a whole, or figures against each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.criteria import ask_whole
from local_account.analyst.draft import Group, Test
from local_account.analyst.english import K
from local_account.analyst.forms import aggregate, subject_of_clauses
from local_account.analyst.lexicon import Named
from local_account.analyst.marks import Mark
from local_account.analyst.numbers import literal
from local_account.analyst.plan import Form, Measure, Plan, Ranking
from local_account.analyst.row_forms import FEW
from local_account.analyst.share_checks import check_apart, check_each, check_of_whom
from local_account.analyst.wording import spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.draft import Noun
    from local_account.analyst.elements import Element
    from local_account.analyst.periods import Period
    from local_account.analyst.pieces import Pieces


def share(pieces: Pieces) -> Plan:
    """Return a part of a whole in percent: of each group, or of the rows that meet a condition."""
    draft = pieces.draft
    at = draft.places[K.SHARE]
    verbs = [v for v in draft.verbs if v > at]
    verb = draft.main_verb if draft.main_verb in verbs else next(iter(verbs), None)
    metrics = pieces.figures[0].mark.named(Kind.METRIC) if pieces.figures else []
    if metrics and all(m.element.is_percent for m in metrics):
        return aggregate(pieces)
    chosen = draft.clauses or (draft.tests and draft.verbs)
    if not (pieces.figures or pieces.rows or chosen or draft.flags[K.SHARE]):
        ask_whole(pieces.lexicon)
    measures = _whole_figure(pieces)
    if _in_percent(pieces, measures[0]):
        return aggregate(pieces)
    allowed = pieces.allowed(measures)
    part = _part(pieces, at, verb)
    _split_whole(pieces, part)
    part = [t for t in part if t in draft.tests]
    whole = [t for t in draft.tests if t not in part]
    joined = _joined_in(pieces, measures, allowed)
    inner = _inner_period(pieces)
    dated, time = pieces.period(measures, allowed)
    groups, each = pieces.groups(measures, allowed, time)
    if draft.has(K.VERSUS) and (compared := pieces.compared_values(measures, allowed, groups)):
        groups, (whole, part) = [*groups, *compared], _of_sides(draft.tests, compared[0])
    clauses = pieces.having(draft.clauses)
    dated = dated if part or whole or groups or clauses else _began_in(pieces, dated, time, part)
    part += [*_within(inner, time), *joined]
    part, whole = _said_before(pieces, at, part, whole)
    check_apart(part, groups)
    if not part and not groups and not clauses:
        part, whole = whole, []
    elif not (part or clauses or _spreads(pieces, groups)) and whole and groups and _is_within(pieces, at, whole):
        part, whole = whole, []
        check_each(pieces)
        pieces.resolver.notes.append("The share is taken within each group.")
    if not part and groups and any(at < t.at for t in whole) and pieces.rows and verb is None and not each:
        _ask_which_whole(pieces, whole[0], groups[0])
    if not part and not groups and not clauses:
        raise Unclear(
            f"A share of {spoken(measures[0].element.name)} by what?", Category.INCOMPLETE, [measures[0].element.ref]
        )
    ranking = _share_ranking(pieces, each) or _wholes(pieces, groups)
    if clauses or part:
        check_of_whom(ranking, chosen=bool(clauses and part) and verb == draft.main_verb)
    subject = subject_of_clauses(pieces) if clauses else None
    return replace(
        dated,
        form=Form.SHARE,
        measures=measures,
        groups=tuple(groups),
        where=(*dated.where, *pieces.conditions(whole, measures, allowed)),
        part=pieces.conditions(part, measures, allowed),
        having=clauses,
        subject=subject,
        ranking=ranking,
        grown=_bounded(pieces, groups),
    )


def _bounded(pieces: Pieces, groups: list[Element]) -> tuple[str, float, bool] | None:
    """Return what the share of a group is compared with: states with at least 5 % of revenue.

    Raises:
        Unclear: there is no group whose share it could be.
    """
    bound = pieces.draft.grown
    limited = any(r.limit for r in pieces.draft.ranks)
    if bound is not None and (not groups or pieces.draft.clauses or limited):
        raise Unclear(f"The share of what is compared with {literal(bound[1])} %?", Category.INCOMPLETE)
    return bound


def _spreads(pieces: Pieces, groups: list[Element]) -> bool:
    """Tell whether rows are spread over one thing within each of another, so that conditions only choose them."""
    return not pieces.draft.ranks and _wholes(pieces, groups) is not None


def _split_whole(pieces: Pieces, part: list[Test]) -> None:
    """Group by a yes-or-no dimension of which both values are named: the split between discretionary and essential."""
    for first in part or pieces.draft.tests:
        simple = {s for f in first.filters if (s := pieces.shape.simple_filter(f)) is not None}
        other = [
            t
            for t in pieces.draft.tests
            for f in t.filters
            if t is not first and (s := pieces.shape.simple_filter(f)) is not None
            if any(a == s[0] and a.is_flag and v != s[1] for a, v in simple)
        ]
        if other and simple:
            element = min(simple, key=lambda s: s[0].ref)[0]
            pieces.draft.tests = [t for t in pieces.draft.tests if t is not first and t not in other]
            pieces.draft.groups.append(Group(Mark(element.name, {K.NOUN: ""}, (Named(element),))))
            return


def _began_in(pieces: Pieces, dated: Plan, time: Element | None, part: list[Test]) -> Plan:
    """Take the days of a verb for the part, such as joined in 2024, where nothing else makes one."""
    named = [d.noun for d in pieces.draft.periods]
    if len(named) != 1 or named[0] is None:
        return dated
    part += _within(dated.period, time)
    return Plan()


def _within(period: Period | None, time: Element | None) -> list[Test]:
    """Return the condition that a day lies in a period, where there are both."""
    if period is None or time is None:
        return []
    return [Test([time], "between", (period.start.isoformat(), period.end.isoformat()), period.label)]


def _joined_in(pieces: Pieces, measures: Sequence[Measure], allowed: frozenset[str]) -> list[Test]:
    """Take out of two periods the one of a verb, which makes the part: of 2024's revenue, who joined in 2024."""
    dated = pieces.draft.periods
    own = [d for d in dated if d.noun is not None]
    if len(dated) != 2 or len(own) != 1:  # noqa: PLR2004 (a whole and a part)
        return []
    time = pieces.resolver.time(own[0], measures, allowed, pieces.near(measures))
    pieces.resolver.check_period(own[0].period, time)
    dated.remove(own[0])
    return _within(own[0].period, time)


def _said_before(pieces: Pieces, at: int, part: list[Test], whole: list[Test]) -> tuple[list[Test], list[Test]]:
    """Let a condition right before "share" be the part, and those behind the rows: travel share of Gold customers."""
    figure = next(iter((*pieces.figures, *pieces.rows)), None)
    near = [t for t in whole if at - 2 <= t.at < at]
    rest = [t for t in whole if t not in near]
    if part or figure is None or not near or not rest or not all(t.at > at for t in rest):
        return part, whole
    return near, rest


def _inner_period(pieces: Pieces) -> Period | None:
    """Take out of two periods the one that lies within the other: it is the part, the other the whole."""
    dated = pieces.draft.periods
    if len(dated) != 2:  # noqa: PLR2004 (a whole and a part)
        return None
    outer, inner = sorted(dated, key=lambda d: d.period.start - d.period.end)
    if not outer.period.start <= inner.period.start <= inner.period.end <= outer.period.end:
        return None
    pieces.draft.periods = [outer]
    return inner.period


def _part(pieces: Pieces, at: int, verb: int | None) -> list[Test]:
    """Return the conditions that make the part: those behind the verb, or between "share of" and the figure."""
    tests = pieces.draft.tests
    if pieces.draft.share_of:
        return [t for t in tests if t in pieces.draft.share_of]
    if among := [t for t in tests if t.way == "among"]:
        return [t for t in tests if t not in among]
    part = [t for t in tests if verb is not None and t.at > verb]
    figure = pieces.figures[0] if pieces.figures else None
    if part or figure is None or figure.counted:
        return part or _without_verb(pieces, at, verb)
    return [t for t in tests if at < t.at < figure.at]


def _without_verb(pieces: Pieces, at: int, verb: int | None) -> list[Test]:
    """Return the part where conditions stand on both sides of the rows, and no verb parts them from each other.

    Texas customers with a Gold card have the card as their part; Gold customers in Texas are told of Texas.

    Raises:
        Unclear: either side could be the whole.
    """
    tests = [t for t in pieces.draft.tests if t.at > at]
    rows = pieces.rows[0].at if pieces.rows else None
    if rows is None or verb is not None or pieces.draft.groups or pieces.draft.has(K.VERSUS):
        return []
    before, behind = [t for t in tests if t.at < rows], [t for t in tests if t.at > rows]
    if not before or not behind:
        return []
    if all(t.way == "with" for t in behind):
        return behind
    if all(not c.expression.is_enum for t in behind for c in t.candidates) and not any(t.filters for t in behind):
        return before  # a place is where the whole is
    one, other = before[0].text, behind[0].text
    raise Unclear(
        f"Is the share of {one} among {other} asked for, or of {other} among {one}?",
        Category.INCOMPLETE,
        [c.ref for t in (before[0], behind[0]) for c in t.candidates],
    )


def _ask_which_whole(pieces: Pieces, test: Test, group: Element) -> NoReturn:
    """Ask whether a share is taken within each group, or over the groups."""
    rows, by = spoken(pieces.rows[0].mark.entities[0].table), spoken(group.name)
    raise Unclear(
        f"Is the share of {test.text} within each {by} asked for, or how the {test.text} {rows} spread over each {by}?",
        Category.AMBIGUOUS_CRITERION,
        [group.ref],
        suggestions=[f"What percentage of {rows} in each {by} are {test.text}?"],
    )


def _whole_figure(pieces: Pieces) -> tuple[Measure, ...]:
    """Return the figure that a share is taken of, and ask where it has no parts that add up to a whole."""
    noted = len(pieces.resolver.notes)
    measures = pieces.measures()
    if len(several := _several(pieces, measures)) > 1:
        return several
    if not measures:
        table = pieces.rows[0].mark.entities[0].table if pieces.rows else pieces.shape.main_table()
        measures = (pieces.resolver.count(table),)
    if len(measures) > 1:
        raise Unclear(
            f"It is not clear which of {' and '.join(spoken(m.element.name) for m in measures)} is the whole.",
            Category.AMBIGUOUS_MEASURE,
            [m.element.ref for m in measures],
        )
    if measures[0].function == "sum" and pieces.shape.is_additive(measures[0].element):
        measures = (Measure(measures[0].element),)  # of total sales
        del pieces.resolver.notes[noted:]
    if measures[0].function or not (
        pieces.shape.is_additive(measures[0].element) or "DISTINCT" in measures[0].element.expression.expr.upper()
    ):
        raise Unclear(
            f"{spoken(measures[0].element.name).capitalize()} has no parts that add up to a whole.",
            Category.INCOMPLETE,
            [measures[0].element.ref],
        )
    return measures


def _several(pieces: Pieces, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """Return the figures of each of which a share is asked for: percent of customers and percent of credit limit.

    Raises:
        Unclear: a share was asked for more often than there are figures.
    """
    draft = pieces.draft
    counted = [n for n in pieces.rows if n not in pieces.figures]
    if draft.shares <= 1 or not draft.joined:
        return ()
    rows = tuple(pieces.resolver.count(n.mark.entities[0].table) for n in counted)
    found = tuple(dict.fromkeys((*rows, *measures)))
    told = all(m.function is None and pieces.shape.is_additive(m.element) for m in found)
    if len(found) != draft.shares or not told or not draft.groups or draft.tests or draft.clauses or draft.ranks:
        raise Unclear("Two shares are asked for: name one, or two figures by the same groups.", Category.INCOMPLETE)
    return found


def _of_sides(tests: list[Test], compared: Element) -> tuple[list[Test], list[Test]]:
    """Part conditions into those that name the sides of a comparison, each a whole, and those that make the part."""
    sides = [t for t in tests if compared in t.candidates]
    return sides, [t for t in tests if t not in sides]


def _in_percent(pieces: Pieces, measure: Measure) -> bool:
    """Put the metric that is a count in percent of all rows in its place, where the share names nothing else."""
    percent = pieces.shape.percent_of(measure.element)
    if percent is None or pieces.draft.tests or pieces.draft.clauses or not pieces.figures:
        return False
    counted = pieces.figures[0]
    pieces.figures[0] = replace(counted, mark=replace(counted.mark, meanings=(Named(percent),)))
    return True


def _is_within(pieces: Pieces, at: int, whole: list[Test]) -> bool:
    """Tell whether conditions are the part of each group; those of a follow-up only say which rows are looked at."""
    figure = pieces.figures[0] if pieces.figures else None
    of_value = figure is not None and all(
        t.at < at < figure.at for t in whole
    )  # the travel share of revenue by segment
    return (of_value or _is_state(whole) or _each_whole(pieces, at, whole)) and all(t.at >= 0 for t in whole)


def _is_state(tests: list[Test]) -> bool:
    """Tell whether conditions say in which state rows are, such as lapsed, and not which rows are looked at."""
    return all(t.filters or t.op not in {"=", "in"} for t in tests)


def _each_whole(pieces: Pieces, at: int, tests: list[Test]) -> bool:
    """Tell whether each group is a whole of its own: the share of spend in travel for each segment."""
    return any(g.each for g in pieces.draft.groups) and all(t.at > at for t in tests) and not pieces.rows


def _wholes(pieces: Pieces, groups: list[Element]) -> Ranking | None:
    """Return the groups each of which is a whole: the share of revenue by category for each segment."""
    named = zip(groups, pieces.draft.groups, strict=False)
    within = tuple(element for element, group in named if group.each and group.mark is not None)
    return Ranking(within=within) if within and len(within) < len(groups) else None


def _share_ranking(pieces: Pieces, each: list[Element]) -> Ranking | None:
    if not pieces.draft.ranks:
        return None
    rank = pieces.draft.ranks[0]
    if any(r.by == "alphabetical" for r in pieces.draft.ranks):
        return Ranking(None, descending=False, by_name=True)
    if rank.limit is None and rank.by in {"order", "ascending", "descending"}:
        return Ranking(None, rank.descending)
    limit = rank.limit or (1 if rank.noun is None or not rank.noun.plural else FEW)
    return Ranking(None, rank.descending, limit, tuple(each))


def correlation(pieces: Pieces) -> Plan:
    """Return how two figures of the rows of a table go together."""
    nouns = list(pieces.figures)
    events = [n for n in pieces.rows if n.mark.entities[0].table == pieces.shape.events() and n not in nouns]
    nouns += [replace(n, counted=True) for n in events]
    if len(nouns) != 2:  # noqa: PLR2004 (a correlation is of two)
        raise Unclear(
            "A correlation is of two figures; name both.",
            Category.INCOMPLETE,
            [m.element.ref for n in nouns for m in n.mark.named()],
        )
    subject = _correlated_rows(pieces, nouns)
    found = []
    for noun in nouns:
        facts = [m.element for m in noun.mark.named(Kind.FACT) if m.element.table == subject]
        metrics = [m.element for m in noun.mark.named(Kind.METRIC)]
        found.append(Measure(facts[0]) if facts else Measure(metrics[0]) if metrics else pieces.resolver.figure(noun))
    allowed = frozenset(pieces.shape.reachable(subject))
    where = pieces.conditions(pieces.draft.tests, [Measure(pieces.shape.identity(subject)[0])], allowed)
    groups = [pieces.resolver.dimension(g.mark, allowed, subject) for g in pieces.draft.groups if g.mark is not None]
    if pieces.draft.periods:
        raise Unclear("A correlation is told of all time; leave the period out.", Category.AMBIGUOUS_TIME)
    return Plan(Form.CORRELATION, tuple(found), groups=tuple(groups), where=where, subject=subject)


def _correlated_rows(pieces: Pieces, nouns: Sequence[Noun]) -> str:
    """Return the table over whose rows two figures go together: customers, or the one that alone has both of each."""
    named = pieces.rows and not pieces.rows[0].counted
    subject = pieces.rows[0].mark.entities[0].table if named else pieces.shape.main_table()
    plain = [{m.element.table for m in n.mark.named(Kind.FACT)} for n in nouns if not n.mark.named(Kind.METRIC)]
    both = set.intersection(*plain) if len(plain) == len(nouns) else set()
    return subject if subject in both or not both else min(both)


def spread(pieces: Pieces) -> Plan:
    """Return the quartiles of a figure of the rows of a table."""
    noun = pieces.step_figure() if pieces.draft.step is not None else pieces.spread_figure()
    fact = noun.mark.named(Kind.FACT)[0].element if noun is not None else None
    if fact is None:
        raise Unclear("The distribution of what?", Category.INCOMPLETE)
    allowed = frozenset(pieces.shape.reachable(fact.table))
    where = pieces.conditions(pieces.draft.tests, [Measure(fact)], allowed)
    return Plan(Form.SPREAD, (Measure(fact),), where=where, subject=fact.table, step=pieces.draft.step)
