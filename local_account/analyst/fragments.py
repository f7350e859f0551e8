"""Fragments of SQL that every form is made of: the view in FROM, conditions, literals, orders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.numbers import literal
from local_account.analyst.plan import AllOf, AnyOf, Condition, Declared, Having, Measure, Plan, Scalar
from local_account.analyst.wording import spoken
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local_account.analyst.elements import Element, Shape
    from local_account.analyst.periods import Period

_FUNCTIONS = {"average": "AVG", "sum": "SUM", "min": "MIN", "max": "MAX", "median": "MEDIAN", "stddev": "STDDEV"}


def quoted(text: str) -> str:
    """Return text as a literal of SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def value(element: Element, one: Scalar) -> str:
    """Return a value as a literal that can be compared with an element."""
    if isinstance(one, bool):
        return "TRUE" if one else "FALSE"
    if isinstance(one, str):
        return f"DATE {quoted(one)}" if element.is_time else quoted(one)
    return literal(one)


def condition(one: Condition) -> str:
    """Return a condition on rows in names of the view."""
    if isinstance(one, Declared):
        return f"NOT ({one.sql})" if one.negated else f"({one.sql})" if " OR " in one.sql.upper() else one.sql
    if isinstance(one, AnyOf | AllOf):
        joint = " OR " if isinstance(one, AnyOf) else " AND "
        return "(" + joint.join(condition(c) for c in one.conditions) + ")"
    return compared(one.element.ref, one.element, one.op, one.values)


def compared(name: str, element: Element, op: str, values: Sequence[Scalar]) -> str:
    """Return a comparison of a column with values."""
    if op == "is not null":
        return f"{name} IS NOT NULL"
    texts = [value(element, v) for v in values]
    if op in {"in", "not in"}:
        return f"{name} {op.upper()} ({', '.join(texts)})"
    if op in {"between", "not between"}:
        return f"{name} {op.upper()} {texts[0]} AND {texts[1]}"
    return f"{name} {op} {texts[0]}"


def within(time: Element, period: Period) -> str:
    """Return the condition that a day lies in a period."""
    end = f"DATE {quoted(period.end.isoformat())}"
    if period.open_start:
        return f"{time.ref} <= {end}"
    return f"{time.ref} BETWEEN DATE {quoted(period.start.isoformat())} AND {end}"


def function_of(function: str, name: str) -> str:
    """Return a function of a column."""
    if function.startswith("p") and function[1:].isdigit():
        return f"PERCENTILE_CONT({literal(int(function[1:]) / 100)}) WITHIN GROUP (ORDER BY {name})"
    return f"{_FUNCTIONS[function]}({name})"


class Writer:
    """Writes the view into FROM.

    Args:
        shape: the model.
        view: the full name of the semantic view.
    """

    def __init__(self, shape: Shape, view: str) -> None:
        self.shape = shape
        self.view = view

    def block(
        self, dimensions: Iterable[Element] = (), figures: Iterable[Element] = (), where: Iterable[str] = ()
    ) -> str:
        """Return the view with dimensions and metrics, or with dimensions and facts, under conditions.

        Args:
            dimensions: what it is grouped by, or what tells its rows apart.
            figures: metrics, or facts.
            where: conditions on rows.
        """
        figures, dimensions, where = list(figures), list(dimensions), list(dict.fromkeys(where))
        if (home := self._other_tables(dimensions, figures, where)) is not None:
            return self._split(home, dimensions, figures, where)
        lines = [f"  {self.view}"]
        facts = [f for f in figures if f.kind is Kind.FACT]
        metrics = [f for f in figures if f.kind is Kind.METRIC]
        named = list(dict.fromkeys([*dimensions, *(f for f in figures if f.kind not in {Kind.FACT, Kind.METRIC})]))
        if named:
            lines.append("  DIMENSIONS " + ", ".join(_aliased(named)))
        if facts:
            lines.append("  FACTS " + ", ".join(dict.fromkeys(f.ref for f in facts)))
        if metrics:
            lines.append("  METRICS " + ", ".join(dict.fromkeys(m.ref for m in metrics)))
        conditions = list(dict.fromkeys(where))
        if conditions:
            lines.append("  WHERE " + " AND ".join(conditions))
        return "SEMANTIC_VIEW(\n" + "\n".join(lines) + "\n)"

    def _other_tables(self, dimensions: list[Element], figures: list[Element], where: list[str]) -> str | None:
        """Return the table of facts that stand beside dimensions or conditions of others, as no one query may."""
        facts = [f for f in figures if f.kind is Kind.FACT]
        if not facts:
            return None
        home = facts[0].table
        others = [d for d in (*dimensions, *figures) if d.table != home]
        named = [t for t in self.shape.tables if t != home and any(re.search(rf"\b{t}\.", c) for c in where)]
        return home if others or named else None

    def _split(self, home: str, dimensions: list[Element], figures: list[Element], where: list[str]) -> str:
        """Return the facts of a table's rows joined to their dimensions in other tables, by the key of the table."""
        key = list(self.shape.key(home))
        facts = [f for f in figures if f.kind is Kind.FACT]
        own = [c for c in where if not any(re.search(rf"\b{t}\.", c) for t in self.shape.tables if t != home)]
        rest = list(dict.fromkeys([*key, *dimensions, *(f for f in figures if f.kind is not Kind.FACT)]))
        measured = [f.ref for f in self.shape.elements if f.kind is Kind.FACT and f.table == home]
        plain = [c for c in where if not any(re.search(rf"\b{ref}\b", c) for ref in measured)]
        if any(c not in own and c not in plain for c in where):
            raise Unclear(
                f"One condition is on figures of {spoken(home)} and on other things at once.", Category.UNSUPPORTED_JOIN
            )
        outer, inner = self.block(rest, (), plain), self.block(key, facts, own)
        names = columns(rest)
        on = " AND ".join(f"DESCRIBED.{k.name} = MEASURED.{k.name}" for k in key)
        shown = [f"DESCRIBED.{n}" for n in names] + [f"MEASURED.{f.name}" for f in facts]
        return f"(\nSELECT {', '.join(shown)}\nFROM {outer} AS DESCRIBED\nINNER JOIN {inner} AS MEASURED ON {on}\n)"

    def where(self, plan: Plan, *, period: Period | None = None, more: Iterable[Condition] = ()) -> list[str]:
        """Return the conditions of a plan on rows, with those of its period or of another one."""
        found = [condition(c) for c in (*plan.where, *more)]
        chosen = period or plan.period
        if chosen is not None and plan.time is not None:
            found.append(within(plan.time, chosen))
        return found

    def having_block(self, having: Having, dimensions: Sequence[Element], plan: Plan) -> str:
        """Return the view with the figure of a condition for each group or row."""
        counted = having.measure.over if having.measure.function == "different" else None
        tables = self.shape.tables_of(counted or having.measure.element)
        time = next((t for table in tables if (t := self.shape.time_of(table))), None)
        where = [condition(c) for c in having.where]
        where += [within(time, having.period)] if having.period is not None and time is not None else []
        reach = self.shape.dimensions_for(having.measure.element)
        if having.measure.function == "different" and having.measure.over is not None:
            return self.different(having.measure, dimensions, where)
        where += [condition(c) for c in plan.where if tables_of(c) <= reach]
        if having.period is None and plan.period is not None and plan.time is not None and plan.time.table in reach:
            where.append(within(plan.time, plan.period))
        return self.block(dimensions, [having.measure.element], where)

    def different(self, measure: Measure, keys: Sequence[Element], where: list[str]) -> str:
        """Return how many values of a dimension there are among the rows that a metric counts, for each row.

        Args:
            measure: the dimension, over the metric that counts the rows.
            keys: what tells the rows apart.
            where: conditions on the rows that are counted.
        """
        counted = measure.over or measure.element
        names = ", ".join(columns(keys))
        block = self.block([*keys, measure.element], [counted], where)
        return (
            f"(\nSELECT {names}, COUNT(DISTINCT {measure.element.name}) AS {measure.name}\nFROM {block}"
            f"\nWHERE {counted.name} > 0\nGROUP BY {names}\n)"
        )


def tables_of(one: Condition) -> frozenset[str]:
    """Return the tables that a condition reads."""
    if isinstance(one, AnyOf | AllOf):
        return frozenset().union(*(tables_of(c) for c in one.conditions))
    return frozenset({one.element.table})


def columns(elements: Sequence[Element]) -> list[str]:
    """Return the names that dimensions have in the result: with their table before where two are called the same."""
    names = [e.name for e in elements]
    return [e.name if names.index(e.name) == i else f"{e.table}_{e.name}" for i, e in enumerate(elements)]


def _aliased(elements: Sequence[Element]) -> list[str]:
    return [
        e.ref if e.name == name else f"{e.ref} AS {name}" for e, name in zip(elements, columns(elements), strict=True)
    ]


def order(measure: str | None, groups: Sequence[str], *, descending: bool = True, first: Sequence[str] = ()) -> str:
    """Return an order that no two rows share: by a figure, and by what tells rows apart."""
    parts = list(first)
    if measure is not None:
        parts.append(f"{measure} {'DESC' if descending else 'ASC'} NULLS LAST")
    parts += [g for g in groups if g not in first]
    return "\nORDER BY " + ", ".join(parts) if parts else ""


def kept_zero(measure: Measure, shape: Shape) -> bool:
    """Tell whether a figure of no rows at all is nothing, as a sum or count is."""
    if measure.function == "different":
        return True
    return measure.function is None and (shape.is_additive(measure.element) or measure.element.is_counting)
