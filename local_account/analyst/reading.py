"""How a question was read, in sentences: figures with their definitions, filters, days, and what was assumed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.numbers import literal
from local_account.analyst.plan import AnyOf, Compared, Condition, Declared, Form, Having, Measure, Plan, Scalar
from local_account.analyst.ratios import ratio_words
from local_account.analyst.wording import capital, spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.elements import Element

_OPS = {
    "=": "is",
    "<>": "is not",
    ">": "is over",
    "<": "is under",
    ">=": "is at least",
    "<=": "is at most",
    "in": "is one of",
    "not in": "is none of",
    "between": "is between",
    "not between": "is not between",
    "is not null": "is known",
}
_SIGNS = {None: "", ">": ", of what grew", "<": ", of what fell"}
_FUNCTIONS = {
    "average": "the average of",
    "sum": "the sum of",
    "min": "the smallest",
    "max": "the greatest",
    "median": "the median of",
    "stddev": "the standard deviation of",
}


def reading_of(plan: Plan) -> str:
    """Return how a plan would be said.

    Args:
        plan: what is asked.
    """
    if plan.form is Form.SIDES:
        return _of_sides(plan)
    if plan.form is Form.BANDS:
        return _of_bands(plan)
    sentences = [_what(plan)]
    definitions = dict.fromkeys(
        f"{capital(spoken(m.element.name))}: {m.element.expression.description.strip().rstrip('.')}."
        for m in (*plan.measures, *(h.measure for h in plan.having), *_listed(plan))
        if m.element.expression.description
    )
    sentences += definitions
    filters = [said(c) for c in (*plan.where,)]
    if filters:
        sentences.append(f"Rows: {'; '.join(filters)}.")
    names = ("The first figure", "The second figure") if plan.form is Form.RATIO else ("The part", "")
    for name, conditions in zip(names, (plan.part, plan.other), strict=True):
        if conditions and plan.form is not Form.PLACE:
            sentences.append(f"{name}: {'; '.join(said(c) for c in conditions)}.")
    kept = [_having(h) for h in plan.having if h.op != "told"]
    if kept:
        sentences.append(f"Kept: those of which {' and '.join(kept)}.")
    if told := [_counted(h) for h in plan.having if h.op == "told"]:
        sentences.append(f"Shown of each: {_row(told)}.")
    sentences += [
        f"Filter {spoken(c.element.name)}: {c.element.expression.description.rstrip('.')}."
        for c in (*plan.where, *plan.part, *plan.other)
        if isinstance(c, Declared)
    ]
    if plan.period is not None and plan.time is not None:
        versus = f", compared with {plan.versus.words()}" if plan.versus is not None else ""
        sentences.append(f"Days: {plan.period.words()} by {spoken(plan.time.name)}{versus}.")
    elif plan.form is not Form.VALUES and not any(isinstance(c, AnyOf) for c in plan.where):
        dated = any(h.period is not None for h in plan.having)
        sentences.append("Days: all that the data hold." if _of_events(plan) and not dated else "")
    sentences += [note if note.endswith(".") else f"{note}." for note in plan.notes]
    return " ".join(s for s in sentences if s)


_BETWEEN = {
    "difference": "The first figure less the second",
    "percent": "The first figure in percent of the second",
    "per 100": "The first figure per 100 of the second",
    "per 1000": "The first figure per 1,000 of the second",
    "quotient": "The first figure divided by the second",
}


def _of_sides(plan: Plan) -> str:
    """Return how two sides were read: what is told between them, and the reading of each."""
    groups = _row([spoken(g.name) for g in plan.groups])
    percent = ", and in percent of the second" if plan.in_percent else ""
    kept = {">": ", where the first is higher", "<": ", where the first is lower"}.get(plan.sign or "", "")
    counted = f"How many values of {groups} there are. " if plan.count_only else ""
    by = f" by {groups}" if groups else ""
    first, second = (reading_of(one) for one in plan.sides)
    ordered = ", lowest first" if plan.ranking is not None and not plan.ranking.descending else ""
    between = f"{counted}{_BETWEEN[plan.between]}{by}, with both{percent}{kept}{ordered}."
    return f"{between} The first figure: {first} The second figure: {second}"


def _of_bands(plan: Plan) -> str:
    """Return how bands were read: the figure that they are of, their names, and what is told of each."""
    first, others = plan.sides[0], plan.sides[1:]
    own = next(c for c in (*first.where, *first.having) if c not in (*others[0].where, *others[0].having))
    of = _counted(own) if isinstance(own, Having) else spoken(own.element.name) if isinstance(own, Compared) else ""
    shared = replace(
        first,
        where=tuple(c for c in first.where if c in others[0].where),
        having=tuple(h for h in first.having if h in others[0].having),
    )
    return f"By {of} in bands: {'; '.join(plan.labels)}. Rows in none of them are left out. {reading_of(shared)}"


def _listed(plan: Plan) -> list[Measure]:
    """Return the figures of single rows that a list shows, or is ordered by."""
    ranked = [plan.ranking.measure] if plan.ranking is not None and plan.ranking.measure is not None else []
    return [*(Measure(e) for e in plan.columns if e.kind is Kind.FACT), *ranked]


def _of_events(plan: Plan) -> bool:
    """Tell whether a figure is counted over days, and not told as of one day."""
    return any(m.element.kind is Kind.METRIC and m.element.table not in {"", "CUSTOMERS"} for m in plan.measures)


def _what(plan: Plan) -> str:
    """Return the first sentence: the figures, the groups and the order."""
    figures = _row([figure(m) for m in plan.measures])
    groups = _row([spoken(g.name) for g in plan.groups])
    by = f" by {groups}" if groups else ""
    if plan.form is Form.LIST:
        columns = _row([spoken(e.name) for e in plan.columns])
        return f"A list of {spoken(plan.subject or '')}{f' with {columns}' if columns else ''}{_order(plan)}."
    texts = {
        Form.VALUES: f"{'How many values there are of' if plan.count_only else 'The values of'} {groups}.",
        Form.SHARE: f"The share of {figures} in percent{by}{_order(plan)}{_bounded(plan)}.",
        Form.PARETO: f"The share of {figures}, in percent, that the {_first(plan)} {groups}s by {_by(plan)} bring.",
        Form.FIRST_ROWS: f"The {_first(plan)} {groups}s by {_ranked_by(plan)}, of all there are.",
        Form.FIRST_FIGURE: f"{capital(figures)}, over the {_first(plan)} {groups}s by {_by(plan)}{_rest(plan)}.",
        Form.CONCENTRATION: _concentrated(plan),
        Form.CORRELATION: f"The correlation, from -1 to 1, of {figures}{by}.",
        Form.SPREAD: f"Rows by {figures} in steps of {literal(plan.step)}."
        if plan.step
        else f"Quartiles, extremes and mean of {figures}.",
        Form.CHANGE: f"{capital(figures)}{by}, with the change in percent on the {plan.grain} before{_growth(plan)}.",
        Form.PLACE: _place(plan),
        Form.TILES: _tiles(plan),
        Form.DIFFERENT: f"{capital(_FUNCTIONS.get(plan.function or '', ''))} {figures} for each who bought{by}.",
        Form.APART: _apart(plan, by),
        Form.COMPARISON: f"{capital(figures)}{by} in two periods, with the change{_growth(plan)}.",
    }
    if plan.form is Form.RATIO:
        return ratio_words(plan)
    if plan.form is Form.AGGREGATE and plan.count_only:
        return f"How many values of {groups} there are, by {figures} of each."
    return texts.get(plan.form, f"{capital(figures)}{by}{_order(plan)}{_beside(plan)}.")


def _beside(plan: Plan) -> str:
    """Return what is told beside each figure of a unit of time, and of whom a figure is told beside the first."""
    moving = f", and the average of the last {plan.moving} up to each" if plan.moving else ""
    ever = " since the first day that the data hold" if plan.from_first else ""
    return f", and its running total{ever}" if plan.running else moving


def _rest(plan: Plan) -> str:
    return " and over the rest" if plan.with_rest else ""


def _tiles(plan: Plan) -> str:
    """Return which figures are told of equal groups of rows."""
    figures = capital(_row([figure(m) for m in plan.measures]))
    by = spoken(plan.ranking.measure.element.name) if plan.ranking is not None and plan.ranking.measure else "it"
    return f"{figures} in {plan.tiles} equal groups of {spoken(plan.subject or '')} by {by}, the first with the lowest."


def _apart(plan: Plan, by: str) -> str:
    """Return which rows have more or less of a figure than all of them on average."""
    figures = _row([figure(m) for m in plan.measures])
    way = "over" if plan.sign == ">" else "under"
    which = "How many" if plan.count_only else "Which"
    return f"{which} {spoken(plan.subject or '')} are {way} {figures} of all{by}."


def _place(plan: Plan) -> str:
    """Return whose place is told, and in which ranking."""
    way = "lowest" if plan.ranking is not None and not plan.ranking.descending else "highest"
    by = _row([figure(m) for m in plan.measures])
    one = " and ".join(str(v) for c in plan.part if isinstance(c, Compared) for v in c.values)
    among = _row([spoken(g.name) for g in plan.groups])
    return f"The place of {one} among all values of {among} by {by}, the {way} first."


def _concentrated(plan: Plan) -> str:
    """Return how few rows bring a share, in words."""
    percent = literal(plan.ranking.percent or 0) if plan.ranking is not None else ""
    how = "Which" if plan.columns else "How many" if plan.count_only else "What share, in percent of all,"
    rows = _row([spoken(g.name) for g in plan.groups])
    return f"{how} {rows}s bring {percent} % of {_row([figure(m) for m in plan.measures])}, the greatest first."


def _ranked_by(plan: Plan) -> str:
    """Return the figure that ranks."""
    measure = plan.ranking.measure if plan.ranking is not None else None
    return figure(measure) if measure is not None else _row([figure(m) for m in plan.measures])


def _by(plan: Plan) -> str:
    """Return the figure that ranks, where it is another than the one that is told."""
    measure = plan.ranking.measure if plan.ranking is not None else None
    return "it" if measure is None or measure in plan.measures else figure(measure)


def _first(plan: Plan) -> str:
    ranking = plan.ranking
    if ranking is None:
        return "top"
    way = "top" if ranking.descending else "bottom"
    return f"{way} {literal(ranking.percent)} % of" if ranking.percent else f"{way} {ranking.limit}"


def _bounded(plan: Plan) -> str:
    """Return what the share of a group is compared with."""
    return f", where it {_OPS[plan.grown[0]]} {literal(plan.grown[1])} %" if plan.grown is not None else ""


def _growth(plan: Plan) -> str:
    """Return the order by growth, and which of what grew or fell is shown."""
    by = f" by the change {'itself' if plan.by_amount else 'in percent'}" if plan.ranking is not None else ""
    grown = ""
    if plan.grown is not None:
        op, value, percent = plan.grown
        grown = f", where the change {_OPS[op]} {literal(value)}{' %' if percent else ''}"
    return f"{_order(plan)}{by}{_SIGNS[plan.sign]}{grown}"


def _order(plan: Plan) -> str:
    ranking = plan.ranking
    if ranking is None:
        return ""
    by = f" by {figure(ranking.measure)}" if ranking.measure is not None else ""
    way = "highest" if ranking.descending else "lowest"
    way = f"number {ranking.place} of the {way}" if ranking.place else way
    limit = "" if ranking.limit == 1 else f"{ranking.limit} "
    limit = f"the {limit}{way}" if ranking.limit else f"{way} first"
    within = f" within each {_row([spoken(e.name) for e in ranking.within])}" if ranking.within else ""
    return f", {limit}{by}{within}"


def figure(measure: Measure) -> str:
    """Return a figure in words."""
    name = spoken(measure.element.name)
    if measure.function is None:
        return name
    if measure.function == "different":
        return f"the number of different values of {name}"
    function = _FUNCTIONS.get(measure.function, f"the {measure.function[1:]}th percentile of")
    over = f" per {spoken(measure.over.name)}" if measure.over is not None else ""
    return f"{function} {name}{over}"


def said(one: Condition) -> str:
    """Return a condition in words."""
    if isinstance(one, Declared):
        return f"{'not ' if one.negated else ''}{spoken(one.element.name)}"
    if isinstance(one, Compared):
        return f"{spoken(one.element.name)} {_OPS[one.op]}{_values(one.op, one.values, one.element)}"
    joint = " or " if isinstance(one, AnyOf) else " and "
    return joint.join(said(c) for c in one.conditions)


def _values(op: str, values: Sequence[Scalar], element: Element) -> str:
    texts = [("yes" if v else "no") if isinstance(v, bool) else v if isinstance(v, str) else literal(v) for v in values]
    unit = " USD" if element.is_money and values and not isinstance(values[0], str) else ""
    if not texts:
        return ""
    return f" {' and '.join(texts) if 'between' in op else ', '.join(texts)}{unit}"


def _counted(having: Having) -> str:
    """Return a figure of single rows with the rows and days that it is counted over, in words."""
    rows = f" ({'; '.join(said(c) for c in having.where)})" if having.where else ""
    days = f" in {having.period.words()}" if having.period is not None else ""
    return f"{figure(having.measure)}{rows}{days}"


def _having(having: Having) -> str:
    values = _values(having.op, having.values, having.measure.element)
    if having.than is not None:
        way = "more" if having.op == ">" else "less"
        if having.factor is not None:
            percent = literal(round(100 * having.factor, 2))
            return f"{_counted(having)} {_OPS[having.op]} {percent} % of that in {having.than.words()}"
        return f"{_counted(having)} is {way} than in {having.than.words()}"
    return f"{_counted(having)} {_OPS[having.op]}{values}"


def _row(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
