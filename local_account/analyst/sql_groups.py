"""SQL of rows by a figure of their own: equal groups, over and under the average; and moving averages over time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.analyst.fragments import Writer, columns, condition, function_of, order, quoted
from local_account.analyst.periods import shift

if TYPE_CHECKING:
    from datetime import date

    from local_account.analyst.plan import Measure, Plan

_UNITS = {"month": 1, "quarter": 3}  # in months
_WEEK = 7  # days


def tiles(plan: Plan, writer: Writer) -> str:
    """Return figures of equal groups of rows, the first with the lowest figures."""
    by = _by(plan)
    identity = list(writer.shape.identity(plan.subject or ""))
    facts = list(dict.fromkeys([by.element, *(m.element for m in plan.measures)]))
    block = writer.block(identity, facts, writer.where(plan))
    name, key = by.element.name, identity[0].name
    shown = [f"{function_of(m.function or 'average', m.element.name)} AS {m.name}" for m in plan.measures]
    inner = ", ".join([*(f.name for f in facts), f"NTILE({plan.tiles}) OVER (ORDER BY {name}, {key}) AS TILE"])
    return (
        f"SELECT TILE, {', '.join(shown)}, COUNT(*) AS ROW_COUNT,\n"
        f"  MIN({name}) AS FROM_{name}, MAX({name}) AS TO_{name}\n"
        f"FROM (\nSELECT {inner}\nFROM {block}\nWHERE {name} IS NOT NULL\n)\nGROUP BY TILE\nORDER BY TILE"
    )


def apart(plan: Plan, writer: Writer) -> str:
    """Return how many rows have more or less of a figure than all on average, or which they are."""
    measure, names = plan.measures[0], columns(plan.groups)
    identity = list(writer.shape.identity(plan.subject or ""))
    rest = [g for g in plan.groups if g not in identity]
    block = writer.block([*identity, *rest], [measure.element], [condition(c) for c in plan.part])
    name, key = measure.element.name, identity[0].name
    mean = f"{function_of(measure.function or 'average', name)}"
    source = f"(\nSELECT {', '.join([key, *names, name])}, {mean} OVER () AS {measure.name}\nFROM {block}\n)"
    if plan.part:  # of the rows that are asked about, beside the average of all
        every = writer.block(identity, [measure.element])
        source = f"{block}\nCROSS JOIN (\nSELECT {mean} AS {measure.name}\nFROM {every}\n)"
    test = f"{name} {plan.sign} {measure.name}"
    if not plan.count_only:
        tail = order(name, [key], descending=plan.sign == ">")
        return f"SELECT {key}, {name}, {measure.name}\nFROM {source}\nWHERE {test}{tail}"
    counted = f"COUNT_IF({test}) AS TOTAL_{plan.subject}"
    group = f"\nGROUP BY {', '.join(names)}" + order(f"TOTAL_{plan.subject}", names) if names else ""
    return f"SELECT {', '.join([*names, counted])}\nFROM {source}{group}"


def different(plan: Plan, writer: Writer) -> str:
    """Return a function of how many different values of a dimension there are for each row that has any."""
    measure, names = plan.measures[0], columns(plan.groups)
    identity = list(writer.shape.identity(plan.subject or ""))
    inner = writer.different(measure, [*identity, *plan.groups], writer.where(plan))
    function = plan.function or "average"
    made = f"{function_of(function, measure.name)} AS {function.upper()}_{measure.name}"
    group = f"\nGROUP BY {', '.join(names)}" + order(None, names) if names else ""
    return f"SELECT {', '.join([*names, made])}\nFROM {inner}{group}"


def moving(plan: Plan, writer: Writer) -> str:
    """Return figures by a unit of time, each with the average of the last few units up to it."""
    time, number = plan.groups[0], plan.moving or 1
    grain = time.name.lower().rsplit("_", 1)[-1]
    period = plan.period
    if period is not None and not period.open_start:
        period = replace(period, start=_earlier(period.start, grain, number - 1))
    block = writer.block(plan.groups, [m.element for m in plan.measures], writer.where(plan, period=period))
    window = f"OVER (ORDER BY {time.name} ROWS BETWEEN {number - 1} PRECEDING AND CURRENT ROW)"
    moved = [f"AVG({m.name}) {window} AS MOVING_AVG_{m.name}" for m in plan.measures]
    figures = ", ".join(m.name for m in plan.measures)
    text = f"SELECT {time.name}, {figures},\n  {', '.join(moved)}\nFROM {block}"
    if plan.period is not None and not plan.period.open_start:
        start = f"DATE {quoted(plan.period.start.isoformat())}"
        text = f"SELECT *\nFROM (\n{text}\n)\nWHERE {time.name} >= {start}"
    return text + order(None, [time.name])


def _earlier(day: date, grain: str, number: int) -> date:
    return shift(day, -_UNITS[grain] * number) if grain in _UNITS else _days_before(day, _WEEK * number)


def _days_before(day: date, number: int) -> date:
    return type(day).fromordinal(day.toordinal() - number)


def _by(plan: Plan) -> Measure:
    """Return the figure by which rows are put into groups."""
    if plan.ranking is None or plan.ranking.measure is None:
        message = "equal groups are by a figure"
        raise ValueError(message)
    return plan.ranking.measure
