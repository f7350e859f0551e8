"""Puts what a list is to show of each row, and its order, into a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.fragments import tables_of
from local_account.analyst.lexicon import Named
from local_account.analyst.plan import Form, Having, Measure, Plan, Ranking
from local_account.analyst.resolve import Resolver
from local_account.analyst.words import phrase
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.draft import Column, Order, Shown
    from local_account.analyst.elements import Element
    from local_account.analyst.lexicon import Lexicon

_DIMENSIONS = (Kind.DIMENSION, Kind.TIME_DIMENSION)


def with_shown(plan: Plan, shown: Shown | None, lexicon: Lexicon) -> Plan:
    """Return a plan that shows what was asked for of each row, in the order that was asked for.

    Args:
        plan: the rows.
        shown: what is to be shown, and the order.
        lexicon: the phrases of the model and its data.

    Raises:
        Unclear: something cannot be shown of these rows.
    """
    if shown is None:
        return plan
    way = {Form.LIST: _listed, Form.AGGREGATE: _grouped, Form.VALUES: _valued}.get(plan.form, _told_anyway)
    resolver = Resolver(lexicon)
    for column in shown.columns:
        plan = way(plan, column, resolver)
    named = [m.element for c in shown.columns if c.noun is not None for m in c.noun.mark.named()]
    places = {e: at for at, e in reversed(list(enumerate(named)))}
    within = plan.ranking.within if plan.ranking is not None else ()
    kept = [e for e in plan.columns if e not in within]
    plan = replace(plan, columns=(*within, *sorted(kept, key=lambda e: places.get(e, len(named)))))
    if shown.order is not None:
        plan = _ordered(plan, shown.order, shown, lexicon)
    return replace(plan, notes=tuple(dict.fromkeys((*plan.notes, *resolver.notes))))


def check_shown(plan: Plan, shown: Shown) -> None:
    """Ask where a question that was read as a whole shows less of each row than was asked for.

    Args:
        plan: the reading of the whole question.
        shown: what is to be shown of each row.

    Raises:
        Unclear: something is missing.
    """
    told = {*plan.columns, *plan.groups}
    for column in shown.columns:
        named = [m.element for m in column.noun.mark.named(*_DIMENSIONS)] if column.noun is not None else []
        if named and not told.intersection(named):
            _refuse(column)
    by = shown.order.by if shown.order is not None else ""
    if by and (plan.ranking is None or plan.ranking.measure is None):
        raise Unclear(f'It is not clear how the rows can be in the order of "{by}".', Category.INCOMPLETE)


def _refuse(column: Column) -> NoReturn:
    raise Unclear(f'"{column.text}" cannot be shown of these rows.', Category.INCOMPLETE)


def _figures(plan: Plan) -> list[Element]:
    """Return the figures that a list has: those that chose its rows, or its own."""
    chosen = [h.measure.element for h in plan.having if h.op != "=" or h.values != (0.0,)]
    found = chosen or [e for e in plan.columns if e.kind is Kind.FACT]
    return list(dict.fromkeys(found))


def _listed(plan: Plan, column: Column, resolver: Resolver) -> Plan:
    """Return a list of rows with one thing more."""
    subject = plan.subject or ""
    if column.key and subject == resolver.shape.main_table():
        return plan
    if column.noun is None:
        figures = _figures(plan)
        return plan if len(figures) == 1 and _is_called(column, figures[0]) else _refuse(column)
    named = column.noun.mark
    metrics = named.named(Kind.METRIC) or (named.entities if column.noun.counted else ())
    if metrics and (found := _told(plan, column, resolver)) is not None:
        return found
    if column.tests or column.periods:
        _refuse(column)
    own = [m.element for m in named.named(Kind.FACT) if m.element.table == subject]
    if own:
        return _with_column(plan, own[0])
    if named.named(*_DIMENSIONS):
        return _with_column(plan, resolver.dimension(named, frozenset(resolver.shape.reachable(subject)), subject))
    return _refuse(column)


def _with_column(plan: Plan, element: Element) -> Plan:
    return replace(plan, columns=tuple(dict.fromkeys((*plan.columns, element))))


def _told(plan: Plan, column: Column, resolver: Resolver) -> Plan | None:
    """Return a list that shows a figure of what the rows did: the one by which they were chosen, or one of its own."""
    if column.noun is None:
        return None
    measure = resolver.figure(column.noun)
    if measure.function is not None or measure.element.table != resolver.shape.events():
        return _by_condition(plan, measure) if not (column.tests or column.periods) else None
    where = resolver.tests(column.tests, resolver.allowed([measure]), measure.element.table, measure)
    period = column.periods[0] if len(column.periods) == 1 else None
    if len(column.periods) > 1:
        _refuse(column)
    alike = [
        h
        for h in plan.having
        if h.measure == measure and (not where or h.where == where) and (period is None or h.period == period)
    ]
    same = [h for h in plan.having if h.measure == measure and (h.op != "=" or h.values != (0.0,))]
    if len(alike) == 1 and alike[0] in same[:1]:
        return plan  # of several conditions on one figure, the first is shown
    own = any(m.element.table == plan.subject for m in column.noun.mark.named(Kind.FACT))
    if own and not where and period is None:
        return None
    days = {h.period for h in plan.having if h.period is not None}
    if (alike and len(alike) > 1) or (period is None and (days or plan.period is not None)):
        _refuse(column)
    if not resolver.shape.is_additive(measure.element) or (same and (period is None or len(same) > 1)):
        _refuse(column)
    if period is not None and (time := resolver.shape.time_of(measure.element.table)) is not None:
        resolver.check_period(period, time)
    return replace(plan, having=(*plan.having, Having(measure, "told", (), where, period)))


def _by_condition(plan: Plan, measure: Measure) -> Plan | None:
    """Return a list as it is, where a figure is the one by which its rows were chosen."""
    alike = [h for h in plan.having if h.measure == measure and (h.op != "=" or h.values != (0.0,))]
    return plan if len(alike) == 1 else None


def _grouped(plan: Plan, column: Column, resolver: Resolver) -> Plan:
    """Return figures of each row, or of groups, with one thing more that each has."""
    key = next((g for g in plan.groups if g.name.endswith("_ID")), None)
    if plan.subject is not None or not plan.groups:
        _refuse(column)
    if column.key:
        return plan if key is not None else _refuse(column)
    if column.noun is None:
        one = len(plan.measures) == 1 and _is_called(column, plan.measures[0].element)
        return plan if one else _refuse(column)
    named = column.noun.mark
    if any(m.element in plan.groups for m in named.named(*_DIMENSIONS)):
        return plan
    if named.named(Kind.METRIC) or column.noun.counted:
        return _with_figure(plan, column, resolver)
    main = resolver.shape.main_table()
    own = [m.element for m in named.named(*_DIMENSIONS) if m.element.table == main]
    if key is None or not own or column.tests or column.periods:
        _refuse(column)
    element = resolver.dimension(named, frozenset({main}), main)
    return replace(plan, groups=(*plan.groups, element))


def _is_called(column: Column, figure: Element) -> bool:
    """Tell whether a figure can be called so: what is counted a number, money an amount, a share a percentage."""
    words = set(phrase(column.text))
    counted = figure.is_counting and "/" not in figure.expression.expr
    kinds = (
        ({"number", "count", "many"}, counted),
        ({"amount", "sum", "much"}, figure.is_money or not counted),
        ({"percentage", "percent", "share", "rate"}, bool({"PERCENT", "RATE", "SHARE"} & set(figure.name.split("_")))),
    )
    return not column.key and all(so for called, so in kinds if called & words)


def _told_anyway(plan: Plan, column: Column, resolver: Resolver) -> Plan:
    """Return a plan as it is, where what is to be shown is what it shows: a share, two periods side by side."""
    del resolver
    named = [m.element for m in column.noun.mark.named(*_DIMENSIONS)] if column.noun is not None else []
    return plan if column.called or set(named) & set(plan.groups) else _refuse(column)


def _with_figure(plan: Plan, column: Column, resolver: Resolver) -> Plan:
    """Return figures of groups with one more of the same rows and days, or as they are where it is among them."""
    if column.noun is None:
        _refuse(column)
    measure = resolver.figure(column.noun)
    periods = {p.label for p in column.periods} - {plan.period.label if plan.period is not None else ""}
    where = resolver.tests(column.tests, resolver.allowed([measure]), measure.element.table, measure)
    if measure.function is not None or periods or not set(where) <= set(plan.where):
        _refuse(column)
    if measure in plan.measures:
        return plan
    if not {g.table for g in plan.groups} <= resolver.allowed([measure]) or (plan.time is None and plan.period):
        _refuse(column)
    if any(m.function is not None for m in plan.measures) or measure.element.table != plan.measures[0].element.table:
        _refuse(column)
    return replace(plan, measures=(*plan.measures, measure))


def _valued(plan: Plan, column: Column, resolver: Resolver) -> Plan:
    """Return rows that are known by their key, such as movements, with one thing more."""
    key = next((g for g in plan.groups if g.name.endswith("_ID")), None)
    if key is None or plan.count_only or column.noun is None:
        return plan if column.key and key is not None and not plan.count_only else _refuse(column)
    if column.tests or column.periods or not column.noun.mark.named(*_DIMENSIONS):
        _refuse(column)
    tables = [key.table, *(table for condition in plan.where for table in sorted(tables_of(condition)))]
    allowed = frozenset(table for one in tables for table in resolver.shape.reachable(one))
    element = resolver.dimension(column.noun.mark, allowed, tables[-1])
    return replace(plan, groups=tuple(dict.fromkeys((*plan.groups, element))))


def _ordered(plan: Plan, order: Order, shown: Shown, lexicon: Lexicon) -> Plan:
    """Return a plan in an order that was asked for."""
    ranking = plan.ranking
    measure = _order_figure(plan, order, shown, lexicon)
    if measure is None:
        raise Unclear("It is not clear by what the rows are ordered.", Category.INCOMPLETE)
    if ranking is not None and (ranking.limit or ranking.place):
        if ranking.descending != order.descending or ranking.measure not in {None, measure}:
            raise Unclear("The first rows are asked for, and another order of them.", Category.INCOMPLETE)
        return plan
    if plan.form is Form.LIST and measure.element not in {*plan.columns, *plan.groups} and measure.function is None:
        plan = replace(plan, columns=(*plan.columns, measure.element))
    return replace(plan, ranking=Ranking(measure, order.descending))


def _order_figure(plan: Plan, order: Order, shown: Shown, lexicon: Lexicon) -> Measure | None:
    """Return what rows are ordered by: what was named, or the only figure or day that they show."""
    figures = [*plan.measures, *(Measure(e) for e in _figures(plan))] if plan.form is not Form.VALUES else []
    days = [e for e in (*plan.columns, *plan.groups) if e.kind is Kind.TIME_DIMENSION]
    if order.by:
        words = order.by.lower().split()
        named = [c for c in shown.columns if set(words) & set(c.text.lower().split()) and c.noun is not None]
        elements = {m.element for c in named for m in (c.noun.mark.named() if c.noun is not None else ())}
        elements |= {m.element for m in lexicon.meanings(phrase(order.by)) if isinstance(m, Named)}
        found = [m for m in figures if m.element in elements]
        found += [Measure(e) for e in (*plan.columns, *days) if e in elements]
        if not found and plan.form is Form.LIST:  # by what is not among the columns: it is shown beside them
            found = [Measure(e) for e in elements if e.kind is Kind.FACT and e.table == plan.subject]
        return found[0] if len(set(found)) == 1 else None
    if order.in_time:
        return Measure(days[0]) if len(days) == 1 else None
    if plan.ranking is not None and plan.ranking.measure is not None:
        return plan.ranking.measure
    told = [Measure(e) for e in _figures(plan)] if plan.form is Form.LIST else figures
    return told[0] if len(set(told)) == 1 else None
