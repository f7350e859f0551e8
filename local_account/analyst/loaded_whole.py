"""Plans that no question means as a whole: an order of one figure, all values as a choice, rows that were left out."""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.english import K
from local_account.analyst.plan import Compared, Declared, Form
from local_account.analyst.wording import spoken

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.analyst.elements import Element
    from local_account.analyst.loaded_question import Read

_MOST_ROWS = 20_000  # that anybody asks for in one list
_CHOOSING = frozenset({"with", "at", "who", "whose", "that", "is", "are", "has", "have", "having", "show", "shows"})
_EQUAL = re.compile(r"(\w+)\s*=\s*'([^']*)'")
_GONE = {"lost", "gone"}


def _order_of_one(read: Read) -> str | None:
    """Find a wish for an order where one figure is told, and no rows: with refund count, most first."""
    plan = read.plan
    one = plan.form is Form.AGGREGATE and not plan.groups and len(plan.measures) == 1
    if not one or plan.ranking is None or plan.measures[0].element.is_extreme or plan.measures[0].function:
        return None
    return next((r.text for r in read.draft.ranks if r.text), None)


def _all_values(read: Read) -> str | None:
    """Ask whether each is meant where every value of a dimension is chosen, which chooses nothing."""
    plan = read.plan
    for one in (*plan.where, *plan.part):
        if not isinstance(one, Compared) or one.op != "in" or one.element in plan.groups:
            continue
        every = {True, False} if one.element.is_flag else set(one.element.expression.sample_values)
        if (one.element.is_flag or one.element.expression.is_enum) and every <= set(one.values):
            name = spoken(one.element.name)
            raise Unclear(
                f"All values of {name} are named: is each of them to be told?",
                Category.INCOMPLETE,
                [one.element.ref],
                suggestions=[f"{spoken(plan.measures[0].element.name)} by {name}"] if plan.measures else [],
            )
    return None


def _days_twice(read: Read) -> str | None:
    """Find days by which what is already told by month is told once more: per month of joining."""
    groups = {g.name for g in read.plan.groups}
    twice = {g.name for g in read.plan.groups if g.name.endswith("_DATE")}
    coarse = {n.removesuffix("_DATE") + end for n in twice for end in ("_MONTH", "_QUARTER", "_YEAR")}
    named = [m for m in read.marks if any(e.element.name in twice for e in m.named())]
    return named[-1].text if named and coarse & groups else None


def _lost(read: Read) -> str | None:
    """Find "lost" or "gone" that chose lapsed rows, and is said of an amount or of days."""
    for at, one in enumerate(read.marks):
        chose = one.text.lower() in _GONE and bool(one.meanings)
        behind, before = read.behind(at), at - 1
        figure = read.can(before, K.NOUN) and not read.marks[before].entities
        if chose and (read.can(behind, K.NUMBER, K.PERIOD, K.COMPARE) or figure):
            return one.text
    return None


def _left_out(read: Read) -> str | None:
    """Find rows that a question begins with and groups, of which the plan tells nothing: customers by quarter of X."""
    plan, marks = read.plan, read.said
    if plan.form is not Form.AGGREGATE or len(marks) < 2 or marks[1].text.lower() != "by":  # noqa: PLR2004
        return None
    tables = {e.table for e in marks[0].entities}
    if not tables or marks[0].named():
        return None
    told: set[Element] = {m.element for m in plan.measures}
    alike = any(e.table in tables or read.lexicon.shape.counted_table(e) in tables for e in told)
    return None if alike else marks[0].text


def _no_row(read: Read) -> str | None:
    """Find conditions that no row can meet together: high and medium risk, an amount from 20 to 59 and from 60 on."""
    equal: dict[str, set[str]] = {}
    bounds: dict[Element, list[tuple[float, float]]] = {}
    for one in read.plan.where:
        if isinstance(one, Declared):
            for name, value in _EQUAL.findall(one.element.expression.expr):
                equal.setdefault(name.upper(), set()).add(value)
        elif isinstance(one, Compared) and one.op in {"=", "in"} and not one.element.is_flag:
            equal.setdefault(one.element.name, set()).add(" or ".join(map(str, one.values)))
        if isinstance(one, Compared) and (bound := _bound(one)) is not None:
            bounds.setdefault(one.element, []).append(bound)
    names = [name for name, values in equal.items() if len(values) > 1]
    empty = [e.name for e, all_of in bounds.items() if max(b[0] for b in all_of) > min(b[1] for b in all_of)]
    return spoken([*names, *empty][0]) if names or empty else None


def _bound(one: Compared) -> tuple[float, float] | None:
    """Return the least and the greatest number that a condition leaves."""
    values = [float(v) for v in one.values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(values) != len(one.values) or not values:
        return None
    least = values[0] if one.op in {">", ">=", "=", "between"} else -inf
    most = values[-1] if one.op in {"<", "<=", "=", "between"} else inf
    return (least, most) if one.op in {">", ">=", "<", "<=", "=", "between"} else None


def _many_rows(read: Read) -> str | None:
    """Find an amount that was taken for a number of rows: months that top 400,000."""
    limit = read.plan.ranking.limit if read.plan.ranking is not None else None
    return f"{limit:,}" if limit is not None and limit > _MOST_ROWS else None


def _mean_of_rows(read: Read) -> str | None:
    """Find a mean that is compared, where single rows are chosen by the amount: an average purchase above $80."""
    told = [*(h.measure for h in read.plan.having), *([read.plan.ranking.measure] if read.plan.ranking else [])]
    tested = [c.element for c in read.conditions() if isinstance(c, Compared)]
    if any(m is not None and (m.function or _is_mean(m.element)) for m in told) or any(map(_is_mean, tested)):
        return None
    for at, one in enumerate(read.marks):
        means = any(_is_mean(m.element) for m in one.named())
        behind = read.behind(read.behind(at)) if one.can(K.AGGREGATE) and not means else read.behind(at)
        amount = read.can(behind, K.COMPARE) and read.can(read.behind(behind), K.NUMBER)
        if amount and (means or (one.kinds.get(K.AGGREGATE) in {"average", "median"} and read.can(behind - 1, K.NOUN))):
            return one.text
    return None


def _is_mean(element: Element) -> bool:
    return element.name.startswith(("AVG_", "MEDIAN_")) or "_PER_" in element.name or element.is_percent


def _told_of_all(read: Read) -> str | None:
    """Find rows with a figure of each, told as one figure of all: show the customers with their average purchase."""
    plan, marks = read.plan, [m for m in read.said if not m.can(K.LIST)]
    if plan.form is not Form.AGGREGATE or plan.groups or len(marks) < 3 or not marks[0].entities or marks[0].named():  # noqa: PLR2004
        return None
    tables = {e.table for e in marks[0].entities}
    counts = any(read.lexicon.count(table) in [m.element for m in plan.measures] for table in tables)
    told = next((m for m in marks[2:] if m.can(K.NOUN, K.VALUE) or not m.can(K.HOW_MANY, K.AGGREGATE, K.THEM)), None)
    figure = told is not None and bool(told.named() or told.entities) and not told.held
    return marks[0].text if marks[1].text.lower().startswith("with") and figure and not counts else None


def _percent_of_those(read: Read) -> str | None:
    """Find a share of some rows among all, where the share among those is asked for: active ones with a high risk."""
    if read.plan.form is not Form.AGGREGATE or read.plan.groups:
        return None
    for at, one in enumerate(read.marks):
        share = any(m.element.is_percent for m in one.named()) and " of " in one.text.lower()
        chosen = [c for c in read.plan.where if not (isinstance(c, Compared) and "STATE" in c.element.name)]
        if share and chosen and _CHOOSING.intersection(read.words[at + 1 :]):
            return one.text
    return None


WHOLE_RULES: tuple[Callable[[Read], str | None], ...] = (
    _order_of_one,
    _all_values,
    _days_twice,
    _lost,
    _left_out,
    _mean_of_rows,
    _many_rows,
    _no_row,
    _told_of_all,
    _percent_of_those,
)
