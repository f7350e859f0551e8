"""The parts of a reading, each with what it can be changed into by a further question: figure, groups, filters, period.

They are read off the answer's SQL, which both analysts give, and offered only where a further question changes this
part alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from customer_360.vocabulary import CARD_TYPES, SEGMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlglot import Expr

_DAYS = re.compile(r"Days: (?P<days>(?:[^.(]|\([^)]*\))+?)(?: by [\w ]+)?\.(?:\s|$)")
# Figures of transactions, which any period and any of the groups below fits.
_FIGURES = ("total revenue", "transaction count", "average transaction value")
_AS_TOLD = {"avg transaction value": "average transaction value"}
_GROUPS = ("segment", "card type", "state")
_PERIODS = ("last 30 days", "last 90 days", "last 12 months")
_VALUES = {"segment": SEGMENTS, "card type": CARD_TYPES}
_TIME = re.compile(r"(date|month|quarter|week|year|day)$")


@dataclass(frozen=True)
class Change:
    """Another value of a part.

    Attributes:
        label: What is offered.
        question: The further question that it stands for.
    """

    label: str
    question: str


@dataclass(frozen=True)
class Chip:
    """One part of a reading.

    Attributes:
        name: What kind of part: Figure, By, Only or Period.
        value: How it was read.
        changes: What it can be changed into.
    """

    name: str
    value: str
    changes: tuple[Change, ...]


def chips(sql: str | None, reading: str) -> tuple[Chip, ...]:
    """Return the parts of an answer's reading.

    Args:
        sql: the statement that answers; None where there is none.
        reading: in the analyst's words.
    """
    try:
        query = sqlglot.parse_one(sql, dialect="snowflake") if sql else None
    except SqlglotError:
        query = None
    if query is None:
        return ()
    figures, groups = _figures(query), _groups(query)
    of_transactions = bool(figures) and all(figure in _FIGURES for figure in figures)
    # A comparison of named values does not say what another group or period would compare.
    can_change = query.find(exp.In) is None
    found = [_figure(figures), _grouping(groups, can_change=can_change)] if figures else []
    found += [_filter(column, value) for column, value in _filters(query)]
    days = _DAYS.search(reading)
    if days or of_transactions:
        found.append(_period(days["days"] if days else "all days", can_change=can_change))
    return tuple(found)


def _figure(figures: Sequence[str]) -> Chip:
    others = [one for one in _FIGURES if one not in figures] if set(figures) <= set(_FIGURES) else []
    changes = (Change(one.capitalize(), f"Show {one} instead") for one in others)
    return Chip("Figure", ", ".join(figures), tuple(changes))


def _grouping(groups: Sequence[str], *, can_change: bool) -> Chip:
    others = [one for one in _GROUPS if one not in groups] if can_change else []
    changes = (Change(one.capitalize(), f"By {one} instead") for one in others)
    return Chip("By", ", ".join(groups) or "nothing", tuple(changes))


def _filter(column: str, value: str) -> Chip:
    others = [one for one in _VALUES.get(column, ()) if one != value]
    return Chip("Only", f"{column}: {value}", tuple(Change(one, f"Only {one}") for one in others))


def _period(days: str, *, can_change: bool) -> Chip:
    others = [one for one in _PERIODS if one not in days] if can_change else []
    return Chip("Period", days, tuple(Change(one.capitalize(), f"What about the {one}?") for one in others))


def _figures(query: Expr) -> list[str]:
    """Return what is computed: the metrics of the semantic view, else the names of the aggregates."""
    metrics = [name for view in query.find_all(exp.SemanticView) for name in _names(view.args.get("metrics"))]
    if metrics:
        return _told(metrics)
    selected = query.selects if isinstance(query, exp.Query) else []
    computed = [one for one in selected if one.find(exp.AggFunc) is not None]
    return _told(one.alias_or_name for one in computed)


def _groups(query: Expr) -> list[str]:
    views = list(query.find_all(exp.SemanticView))
    if any(view.args.get("metrics") for view in views):
        return _told(name for view in views for name in _names(view.args.get("dimensions")))
    grouping = query.args.get("group")
    return _told(column.name for column in grouping.find_all(exp.Column)) if grouping is not None else []


def _filters(query: Expr) -> Iterator[tuple[str, str]]:
    """Yield each dimension that has to equal one text, and the text."""
    seen = set()
    for node in query.walk():
        if isinstance(node, exp.EQ) and _is_demanded(node):
            column, value = node.this, node.expression
            if isinstance(column, exp.Column) and isinstance(value, exp.Literal) and value.is_string:
                found = (_told([column.name])[0], value.name)
                if found not in seen and not _TIME.search(found[0]):
                    seen.add(found)
                    yield found


def _is_demanded(condition: Expr) -> bool:
    """Tell whether every row has to meet a condition: it stands in a WHERE, and not inside of OR, NOT or a function."""
    child, parent = condition, condition.parent
    while isinstance(parent, exp.And | exp.Paren):
        child, parent = parent, parent.parent
    return isinstance(parent, exp.Where) or (isinstance(parent, exp.SemanticView) and parent.args.get("where") is child)


def _names(clause: object) -> list[str]:
    parts = clause if isinstance(clause, list) else [clause] if isinstance(clause, exp.Expr) else []
    return [part.alias_or_name for part in parts]


def _told(names: Iterator[str] | Sequence[str]) -> list[str]:
    """Write names of the model as words, each once."""
    told = [name.lower().replace("_", " ") for name in names]
    return list(dict.fromkeys(_AS_TOLD.get(one, one) for one in told if one))
