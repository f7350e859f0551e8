"""SQL of the forms that put two figures against each other: shares, growth, comparisons, correlations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_account.analyst.fragments import Writer, columns, kept_zero, order, quoted
from local_account.analyst.numbers import literal
from local_account.analyst.periods import Period, shift
from local_account.analyst.sql_rows import named_for, share_of_chosen
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.plan import Measure, Plan

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def values(plan: Plan, writer: Writer) -> str:
    """Return the values of dimensions, or how many there are."""
    names = columns(plan.groups)
    block = writer.block(plan.groups, (), writer.where(plan))
    if plan.count_only:
        return f"SELECT {', '.join(f'COUNT(DISTINCT {n}) AS {n}_COUNT' for n in names)}\nFROM {block}"
    known = " AND ".join(f"{n} IS NOT NULL" for n in names)
    return f"SELECT DISTINCT {', '.join(names)}\nFROM {block}\nWHERE {known}{order(None, names)}"


def share(plan: Plan, writer: Writer) -> str:
    """Return parts of a whole in percent."""
    names, measure, ranking = columns(plan.groups), plan.measures[0], plan.ranking
    limit = f"\nLIMIT {ranking.limit}" if ranking is not None and ranking.limit else ""
    down = ranking is None or ranking.descending
    times = [n for n, g in zip(names, plan.groups, strict=True) if g.kind is Kind.TIME_DIMENSION]
    named = ranking is not None and ranking.by_name
    tail = order(None if times or named else "SHARE_PERCENT", [*times, *names], descending=down) if names else ""
    if times:  # in their order, but where the first few by their share are wanted
        tail = order("SHARE_PERCENT" if limit else None, list(dict.fromkeys([*times, *names])), descending=down)
    if plan.having:
        return share_of_chosen(plan, writer, tail + limit)
    if len(plan.measures) > 1:
        return _shares(plan, writer, names)
    if not plan.part:
        block = writer.block(plan.groups, [measure.element], writer.where(plan))
        each = columns(ranking.within) if ranking is not None else []
        wholes = list(dict.fromkeys([*times, *each]))
        partition = f"PARTITION BY {', '.join(wholes)}" if wholes and len(wholes) < len(names) else ""
        if ranking is not None and ranking.limit and each:
            best = order(measure.name, [n for n in names if n not in each], descending=down).strip()
            tail = f"\nQUALIFY ROW_NUMBER() OVER (PARTITION BY {', '.join(each)} {best}) <= {ranking.limit}"
            limit = order("SHARE_PERCENT", names, descending=down, first=each)
        if plan.grown is not None:
            tail = f"\nQUALIFY SHARE_PERCENT {plan.grown[0]} {literal(plan.grown[1])}" + tail
        return (
            f"SELECT {', '.join(names)}, {measure.name},\n"
            f"  100 * {measure.name} / NULLIF(SUM({measure.name}) OVER ({partition}), 0) AS SHARE_PERCENT"
            f"\nFROM {block}{tail}{limit}"
        )
    whole = writer.block(plan.groups, [measure.element], writer.where(plan))
    part = writer.block(plan.groups, [measure.element], writer.where(plan, more=plan.part))
    on = " AND ".join(f"WHOLE.{n} IS NOT DISTINCT FROM PART.{n}" for n in names) or "TRUE"
    shown = "".join(f"WHOLE.{n}, " for n in names)
    tail = re.sub(r"(?<=[ ,])(" + "|".join(names) + r")\b", r"WHOLE.\1", tail) if names else tail
    made = f"100 * COALESCE(PART.{measure.name}, 0) / NULLIF(WHOLE.{measure.name}, 0)"
    tail = (f"\nWHERE {made} {plan.grown[0]} {literal(plan.grown[1])}" if plan.grown is not None else "") + tail
    return (
        f"WITH WHOLE AS (\nSELECT * FROM {whole}\n),\nPART AS (\nSELECT * FROM {part}\n)\n"
        f"SELECT {shown}{made} AS SHARE_PERCENT\n"
        f"FROM WHOLE\nLEFT JOIN PART ON {on}{tail}{limit}"
    )


def _shares(plan: Plan, writer: Writer, names: list[str]) -> str:
    """Return what part of each of several figures a group has, in percent."""
    block = writer.block(plan.groups, [m.element for m in plan.measures], writer.where(plan))
    parts = [f"100 * {m.name} / NULLIF(SUM({m.name}) OVER (), 0) AS {m.name}_SHARE_PERCENT" for m in plan.measures]
    figures = ", ".join(m.name for m in plan.measures)
    return f"SELECT {', '.join(names)}, {figures},\n  {', '.join(parts)}\nFROM {block}{order(None, names)}"


def correlation(plan: Plan, writer: Writer) -> str:
    """Return the correlation of two figures of rows."""
    first, second = plan.measures
    identity = writer.shape.identity(plan.subject or "")
    key, names = identity[0].name, columns(plan.groups)
    shown, group = (
        "".join(f"{n}, " for n in names),
        f"\nGROUP BY {', '.join(names)}" + order(None, names) if names else "",
    )
    facts = [m.element for m in plan.measures if m.element.kind is Kind.FACT]
    if len(facts) == 2:  # noqa: PLR2004
        block = writer.block([*identity, *plan.groups], facts, writer.where(plan))
        return f"SELECT {shown}CORR({first.element.name}, {second.element.name}) AS CORRELATION\nFROM {block}{group}"
    heads = [f"ALL_ROWS AS (\nSELECT * FROM {writer.block([*identity, *plan.groups], facts, writer.where(plan))}\n)"]
    joins, made = [], []
    for index, measure in enumerate(plan.measures):
        if measure.element.kind is Kind.FACT:
            made.append(f"ALL_ROWS.{measure.element.name}")
            continue
        heads.append(f"FIGURE_{index + 1} AS (\nSELECT * FROM {writer.block(identity, [measure.element])}\n)")
        joins.append(f"LEFT JOIN FIGURE_{index + 1} ON ALL_ROWS.{key} = FIGURE_{index + 1}.{key}")
        name = f"FIGURE_{index + 1}.{measure.name}"
        made.append(f"COALESCE({name}, 0)" if kept_zero(measure, writer.shape) else name)
    group = group.replace("GROUP BY ", "GROUP BY ALL_ROWS.") if names else ""
    shown = "".join(f"ALL_ROWS.{n}, " for n in names)
    return (
        "WITH "
        + ",\n".join(heads)
        + f"\nSELECT {shown}CORR({made[0]}, {made[1]}) AS CORRELATION\nFROM ALL_ROWS\n"
        + "\n".join(joins)
        + group
    )


def spread(plan: Plan, writer: Writer) -> str:
    """Return the quartiles of a figure of rows."""
    fact = plan.measures[0].element
    block = writer.block(writer.shape.key(fact.table), [fact], writer.where(plan))
    if plan.step:
        width = literal(plan.step)
        start = f"FLOOR({fact.name} / {width}) * {width}"
        return (
            f"SELECT {start} AS {fact.name}_FROM, COUNT(*) AS ROW_COUNT\nFROM {block}\nWHERE {fact.name} IS NOT NULL\n"
            f"GROUP BY {start}\nORDER BY {fact.name}_FROM"
        )
    quartile = "PERCENTILE_CONT({}) WITHIN GROUP (ORDER BY {})"
    return (
        f"SELECT COUNT({fact.name}) AS ROW_COUNT, MIN({fact.name}) AS MINIMUM,\n"
        f"  {quartile.format(0.25, fact.name)} AS FIRST_QUARTILE,\n  MEDIAN({fact.name}) AS MEDIAN,\n"
        f"  {quartile.format(0.75, fact.name)} AS THIRD_QUARTILE,\n"
        f"  MAX({fact.name}) AS MAXIMUM, AVG({fact.name}) AS AVERAGE\n"
        f"FROM {block}"
    )


def comparison(plan: Plan, writer: Writer) -> str:
    """Return a figure in two periods, and its change from the earlier to the later."""
    measure, names = plan.measures[0], columns(plan.groups)
    early, late = plan.versus, plan.period
    if early is None or late is None:
        message = "a comparison is of two periods"
        raise ValueError(message)
    measured = [m.element for m in plan.measures]
    blocks = [writer.block(plan.groups, measured, writer.where(plan, period=p)) for p in (late, early)]
    now = named_for(measure.name, late)
    first, second = _of_both(measure, writer)
    shown = "".join(f"COALESCE(NOW.{n}, BEFORE.{n}) AS {n}, " for n in names)
    on = " AND ".join(f"NOW.{n} IS NOT DISTINCT FROM BEFORE.{n}" for n in names) or "TRUE"
    figures = ",\n  ".join(_changed(m, plan, writer) for m in plan.measures)
    ranking = plan.ranking
    tests = _tests(plan, first, second)
    tail = "\nWHERE " + " AND ".join(tests) if tests else ""
    if names:
        by = "CHANGE" if plan.by_amount else "CHANGE_PERCENT" if ranking or tests else now
        tail += order(by, names, descending=ranking is None or ranking.descending)
        tail += f"\nLIMIT {ranking.limit}" if ranking is not None and ranking.limit else ""
    return (
        f"WITH NOW AS (\nSELECT * FROM {blocks[0]}\n),\nBEFORE AS (\nSELECT * FROM {blocks[1]}\n)\n"
        f"SELECT {shown}{figures}\n"
        f"FROM NOW\nFULL JOIN BEFORE ON {on}{tail}"
    )


def _of_both(measure: Measure, writer: Writer) -> tuple[str, str]:
    """Return a figure of the later and of the earlier of two periods."""
    names = (f"{side}.{measure.name}" for side in ("NOW", "BEFORE"))
    first, second = (f"COALESCE({name}, 0)" if kept_zero(measure, writer.shape) else name for name in names)
    return first, second


def _changed(measure: Measure, plan: Plan, writer: Writer) -> str:
    """Return a figure of both periods and its change: called so alone, where it is the only one."""
    first, second = _of_both(measure, writer)
    name = "CHANGE" if len(plan.measures) == 1 else f"{measure.name}_CHANGE"
    then, now = (named_for(measure.name, p) for p in (plan.versus, plan.period) if p is not None)
    return (
        f"{second} AS {then}, {first} AS {now}, {first} - {second} AS {name},\n"
        f"  100 * ({first} - {second}) / NULLIF({second}, 0) AS {name}_PERCENT"
    )


def _tests(plan: Plan, late: str, early: str) -> list[str]:
    """Return what a change has to meet: its direction, and how large it has to be."""
    tests = [f"{late} - {early} {plan.sign} 0"] if plan.sign else []
    if plan.grown is not None:
        op, value, percent = plan.grown
        grown = f"100 * ({late} - {early}) / NULLIF({early}, 0)" if percent else f"{late} - {early}"
        tests.append(f"{grown} {op} {literal(value)}")
    return tests


def change(plan: Plan, writer: Writer) -> str:
    """Return the growth of a figure from unit to unit of time."""
    measure, names, grain = plan.measures[0], columns(plan.groups), plan.grain or "month"
    time = next(g for g in plan.groups if g.kind is Kind.TIME_DIMENSION)
    cut = names[plan.groups.index(time)]
    rest = [n for n in names if n != cut]
    earlier = _from_unit_before(plan, grain)
    block = writer.block(plan.groups, [measure.element], writer.where(plan, period=earlier))
    number = (time.expression.data_type or "").upper().startswith("NUMBER")
    previous = f"NOW.{cut} - 1" if number else f"DATEADD('{grain}', -1, NOW.{cut})"
    on = " AND ".join([f"BEFORE.{cut} = {previous}", *(f"NOW.{n} IS NOT DISTINCT FROM BEFORE.{n}" for n in rest)])
    first = ""
    if plan.period is not None and not plan.period.open_start:
        start = str(plan.period.start.year) if number else f"DATE {quoted(plan.period.start.isoformat())}"
        first = f"\nWHERE NOW.{cut} >= {start}"
    shown = "".join(f"NOW.{n}, " for n in names)
    tail = order(None, [f"NOW.{n}" for n in (cut, *rest)])
    difference = f"NOW.{measure.name} - BEFORE.{measure.name}"
    if tests := _tests(plan, f"NOW.{measure.name}", f"BEFORE.{measure.name}"):
        first += f"{' AND ' if first else chr(10) + 'WHERE '}{' AND '.join(tests)}"
    if plan.ranking is not None:
        by = difference if plan.by_amount else "CHANGE_PERCENT"
        tail = order(by, [f"NOW.{n}" for n in names], descending=plan.ranking.descending)
        tail += f"\nLIMIT {plan.ranking.limit}" if plan.ranking.limit else ""
    return (
        f"WITH FIGURES AS (\nSELECT * FROM {block}\n)\n"
        f"SELECT {shown}NOW.{measure.name}, BEFORE.{measure.name} AS PREVIOUS_{measure.name},\n"
        f"  100 * ({difference}) / NULLIF(BEFORE.{measure.name}, 0) AS CHANGE_PERCENT\n"
        f"FROM FIGURES AS NOW\nLEFT JOIN FIGURES AS BEFORE ON {on}{first}{tail}"
    )


def _from_unit_before(plan: Plan, grain: str) -> Period | None:
    """Return the period of a plan with one unit more before it, to which its first unit is compared."""
    period = plan.period
    if period is None or period.open_start:
        return period
    if grain in _MONTHS:
        return Period(shift(period.start, -_MONTHS[grain]), period.end, period.label, period.grain)
    return period
