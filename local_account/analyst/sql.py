"""From a plan to SQL: one SELECT on the semantic view, with what goes beyond the view around it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.fragments import Writer, columns, function_of, kept_zero, order, quoted
from local_account.analyst.periods import EARLIEST, Period
from local_account.analyst.plan import Form, Having, Measure, Plan, Ranking
from local_account.analyst.ratios import ratio_sql
from local_account.analyst.sql_groups import apart, different, moving, tiles
from local_account.analyst.sql_parts import change, comparison, correlation, share, spread, values
from local_account.analyst.sql_rows import chosen_rows, having_op, restricted, shown_amounts
from local_account.analyst.sql_sides import bands, sides
from local_account.analyst.sql_top import concentration, first_figure, first_rows, pareto, place
from local_account.analyst.undated import undated
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.elements import Element, Shape


def sql_of(plan: Plan, shape: Shape, view: str) -> str:
    """Return the statement of a plan.

    Args:
        plan: what is asked.
        shape: the model.
        view: the full name of the semantic view.

    Returns:
        One SELECT, without a semicolon, that reads nothing but the view.
    """
    return _statement(plan, Writer(shape, view))


def _statement(plan: Plan, writer: Writer) -> str:
    """Return the statement of a plan by its form."""
    ways = {
        Form.LIST: listing,
        Form.VALUES: values,
        Form.SHARE: share,
        Form.PARETO: pareto,
        Form.FIRST_ROWS: first_rows,
        Form.FIRST_FIGURE: first_figure,
        Form.CONCENTRATION: concentration,
        Form.CORRELATION: correlation,
        Form.SPREAD: spread,
        Form.CHANGE: change,
        Form.COMPARISON: comparison,
        Form.RATIO: ratio_sql,
        Form.PLACE: place,
        Form.TILES: tiles,
        Form.DIFFERENT: different,
        Form.APART: apart,
    }
    if plan.form is Form.SIDES:
        return sides(plan, writer, _statement)
    if plan.form is Form.BANDS:
        return bands(plan, writer, _statement)
    if plan.form is Form.AGGREGATE:
        if plan.subject:
            return restricted(plan, writer) + _tail(plan, columns(plan.groups), plan.measures)
        return aggregate(plan, writer)
    return ways[plan.form](plan, writer)


def aggregate(plan: Plan, writer: Writer) -> str:
    """Return figures by groups."""
    if plan.moving is not None:
        return moving(plan, writer)
    if plan.from_first and plan.period is not None and plan.groups:
        return _since_first(plan, writer, plan.period)
    names = columns(plan.groups)
    measures = list(dict.fromkeys((*plan.measures, *(h.measure for h in plan.having if _is_inner(h)))))
    own = [h for h in plan.having if not _is_inner(h)]
    still = undated(measures, writer.shape) if plan.period is not None else []
    if all(m.function is None for m in measures) and not own and not still:
        source = writer.block(plan.groups, [m.element for m in measures], writer.where(plan))
        head = ""
    else:
        head, source = _joined(plan, writer, measures, own, names)
    filters = [f"{h.measure.name} {having_op(h)}" for h in plan.having if _is_inner(h)] + [
        f"{_own_name(i)} {having_op(h)}" for i, h in enumerate(own)
    ]
    instead = {h.measure: f"{_own_name(i)} AS {h.measure.name}" for i, h in enumerate(own) if h.shown}
    shown = [*names, *(instead.get(m) or _shown(m, plan, names) for m in measures)]
    text = f"{head}SELECT {', '.join(shown)}\nFROM {source}"
    if filters:
        text += "\nWHERE " + " AND ".join(filters)
    if plan.count_only:
        return f"SELECT COUNT(*) AS {names[0]}_COUNT\nFROM (\n{text}\n)"
    return text + _tail(plan, names, measures)


def _since_first(plan: Plan, writer: Writer, period: Period) -> str:
    """Return running totals of all days so far, shown of the days of the plan alone."""
    every = replace(plan, period=Period(EARLIEST, period.end, period.label), from_first=False)
    text, _, tail = aggregate(every, writer).rpartition("\nORDER BY ")
    time = next(g for g in plan.groups if g.kind is Kind.TIME_DIMENSION)
    start = f"DATE {quoted(period.start.isoformat())}"
    if (time.expression.data_type or "").upper().startswith("NUMBER"):
        start = str(period.start.year)
    return f"SELECT *\nFROM (\n{text}\n)\nWHERE {time.name} >= {start}\nORDER BY {tail}"


def _shown(measure: Measure, plan: Plan, names: Sequence[str]) -> str:
    if not plan.running:
        return measure.name
    rest = [n for n, g in zip(names, plan.groups, strict=True) if g.kind is not Kind.TIME_DIMENSION]
    times = [n for n, g in zip(names, plan.groups, strict=True) if g.kind is Kind.TIME_DIMENSION]
    partition = f"PARTITION BY {', '.join(rest)} " if rest else ""
    rows = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    window = f"SUM({measure.name}) OVER ({partition}ORDER BY {', '.join(times or names)} {rows})"
    return f"{measure.name}, {window} AS RUNNING_{measure.name}"


def _is_inner(having: Having) -> bool:
    """Tell whether a condition is on a figure of the question itself, and not on one with rows and days of its own."""
    return not having.where and having.period is None


def _own_name(index: int) -> str:
    return f"CONDITION_{index + 1}"


def _tail(plan: Plan, names: Sequence[str], measures: Sequence[Measure]) -> str:
    """Return the order and the limit of a result."""
    ranking = plan.ranking
    times = [n for n, g in zip(names, plan.groups, strict=True) if g.kind is Kind.TIME_DIMENSION]
    if not names:
        return ""
    if ranking is not None and ranking.by_name:
        return order(None, names)
    if ranking is None:
        if times:
            return order(None, [*times, *(n for n in names if n not in times)])
        return order(measures[0].name if measures else None, names)
    by = (ranking.measure or measures[0]).name
    text = ""
    within = columns(ranking.within)
    if ranking.place or (ranking.limit and within):
        rest = [n for n in names if n not in within]
        text += _kept(ranking, by, rest)
        return text + order(by, names, descending=ranking.descending, first=within)
    text += order(by, names, descending=ranking.descending)
    return text + (f"\nLIMIT {ranking.limit}" if ranking.limit else "")


def _kept(ranking: Ranking, by: str | None, rest: Sequence[str]) -> str:
    """Return the condition that keeps the first rows, or the one at a place, in all or within each group."""
    within = columns(ranking.within)
    partition = f"PARTITION BY {', '.join(within)} " if within else ""
    place = order(by, rest, descending=ranking.descending).strip()
    kept = f"= {ranking.place}" if ranking.place else f"<= {ranking.limit}"
    return f"\nQUALIFY ROW_NUMBER() OVER ({partition}{place}) {kept}"


def _joined(
    plan: Plan, writer: Writer, measures: Sequence[Measure], own: Sequence[Having], names: Sequence[str]
) -> tuple[str, str]:
    """Return the head and the source of figures that do not come from one block of the view."""
    parts = []
    still = undated(measures, writer.shape) if plan.period is not None else []
    if still:
        block = writer.block(plan.groups, [m.element for m in still], writer.where(replace(plan, period=None)))
        parts.append((block, [m.name for m in still], True))
    plain = [m for m in measures if m.function is None and m not in still]
    if plain:
        block = writer.block(plan.groups, [m.element for m in plain], writer.where(plan))
        own_figures = {h.measure for h in own if h.shown}
        parts.append((block, [m.name for m in plain if m not in own_figures], True))
    parts += [(_computed(m, plan, writer, names), [m.name], False) for m in measures if m.function is not None]
    for index, having in enumerate(own):
        block = writer.having_block(having, plan.groups, plan)
        figure = f"{having.measure.name} AS {_own_name(index)}"
        parts.append((f"SELECT {''.join(f'{n}, ' for n in names)}{figure} FROM {block}", [_own_name(index)], False))
    if len(parts) == 1:
        return "", parts[0][0] if parts[0][2] else f"(\n{parts[0][0]}\n)"
    zeros = {_own_name(i) for i, h in enumerate(own) if kept_zero(h.measure, writer.shape)}
    zeros |= {m.name for m in plain if still and kept_zero(m, writer.shape)}
    heads, joins, shown = [], [], [f"PART_1.{n}" for n in names]
    for index, (text, made, is_block) in enumerate(parts):
        heads.append(f"PART_{index + 1} AS (\n{f'SELECT * FROM {text}' if is_block else text}\n)")
        shown += [f"COALESCE(PART_{index + 1}.{n}, 0) AS {n}" if n in zeros else f"PART_{index + 1}.{n}" for n in made]
        if index:
            on = " AND ".join(f"PART_1.{n} IS NOT DISTINCT FROM PART_{index + 1}.{n}" for n in names) or "TRUE"
            joins.append(f"LEFT JOIN PART_{index + 1} ON {on}")
    head = "WITH " + ",\n".join(heads) + "\n"
    return head, f"(\nSELECT {', '.join(shown)}\nFROM PART_1\n" + "\n".join(joins) + "\n)"


def _computed(measure: Measure, plan: Plan, writer: Writer, names: Sequence[str]) -> str:
    """Return a function of a fact of rows, or of a metric of months or customers."""
    if measure.over is not None:
        inner = [*plan.groups, *([measure.over] if measure.over not in plan.groups else [])]
        block = writer.block(inner, [measure.element], writer.where(plan))
    else:
        key = [k for k in writer.shape.key(measure.element.table) if k not in plan.groups]
        block = writer.block([*plan.groups, *key], [measure.element], writer.where(plan))
    group = f"\nGROUP BY {', '.join(names)}" if names else ""
    made = function_of(measure.function or "average", measure.element.name)
    return f"SELECT {''.join(f'{n}, ' for n in names)}{made} AS {measure.name}\nFROM {block}{group}"


def listing(plan: Plan, writer: Writer) -> str:
    """Return rows of a table."""
    subject = plan.subject or ""
    identity = list(writer.shape.identity(subject))
    shown = [e for e in plan.columns if e not in identity]
    if plan.grain == "details":
        shown += [e for e in _details(writer.shape, subject) if e not in (*identity, *shown)]
    elif writer.shape.time_of(subject) is not None:
        usual = [e for e in _usual(writer.shape, subject) if e not in identity]
        shown = [*usual, *(e for e in shown if e not in usual)]
    names = columns([*identity, *shown])
    ids = names[: len(identity)]
    ranking = plan.ranking
    by = ranking.measure.element if ranking is not None and ranking.measure is not None else None
    if ranking is None:
        facts = [e.name for e in shown if e.kind is Kind.FACT]
        tail = order(facts[0] if facts and not plan.grain else None, ids)
    else:
        tail = _row_tail(ranking, by, ids)
    if plan.having:
        head, source = chosen_rows(plan, writer, shown)
        amounts = shown_amounts(plan, names)
        grown = next((h for h in plan.having if h.factor is not None), None)
        if ranking is None and grown is not None:
            ids_chosen = [f"CHOSEN.{n}" for n in ids]
            tail = order("CHANGE_PERCENT", ids_chosen, descending=grown.factor is not None and grown.factor > 1)
        elif ranking is None and amounts:
            tail = order(amounts[0].rpartition(" ")[2], [f"CHOSEN.{n}" for n in ids])
        else:
            tail = re.sub(rf"\b{ids[0]}\b", f"CHOSEN.{ids[0]}", tail)
        return f"{head}SELECT {', '.join([*(f'CHOSEN.{n}' for n in names), *amounts])}\n{source}{tail}"
    key = [k for k in writer.shape.key(subject) if k not in identity] if any(e.kind is Kind.FACT for e in shown) else []
    return f"SELECT {', '.join(names)}\nFROM {writer.block([*identity, *key], shown, writer.where(plan))}{tail}"


def _row_tail(ranking: Ranking, by: Element | None, ids: Sequence[str]) -> str:
    """Return the order and the limit of a list, within each group if there are any."""
    name = by.name if by is not None else None
    if ranking.place or (ranking.within and ranking.limit):
        first = columns(ranking.within)
        return _kept(ranking, name, ids) + order(name, ids, descending=ranking.descending, first=first)
    return order(name, ids, descending=ranking.descending) + (f"\nLIMIT {ranking.limit}" if ranking.limit else "")


def _usual(shape: Shape, table: str) -> list[Element]:
    """Return what a list of events shows of each beside its key: its day and its amount."""
    time = shape.time_of(table)
    amount = next((e for e in shape.elements if e.table == table and e.kind is Kind.FACT and e.is_money), None)
    return [e for e in (time, amount) if e is not None] if amount is not None else _details(shape, table)


def _details(shape: Shape, table: str) -> list[Element]:
    """Return everything that is known of a row: its dimensions and facts, without units of time."""
    return [
        e
        for e in shape.elements
        if e.table == table and (e.kind in {Kind.DIMENSION, Kind.FACT} or (e.is_time and shape.at_grain(e, "day") == e))
    ]
