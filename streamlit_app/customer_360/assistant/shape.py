"""Which chart fits an answer, decided by its columns: days, categories, US states and figures, and how many rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from customer_360.assistant.states import TILES

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["line", "bar", "grouped bar", "histogram", "scatter", "states"]
# More bars than this cannot be read, more lines cannot be told apart.
_MOST_BARS, _MOST_GROUPS = 30, 8
_FEWEST_POINTS = 8
_TIME = re.compile(r"(^|_)(date|day|week|month|quarter|year)(_start)?$")
# Numbers that name a row and measure nothing.
_KEYS = re.compile(r"(^|_)(id|key|sk|rank|zip_code|number)$")
_UNITS = (
    (re.compile(r"percent|rate|share"), "percent"),
    (re.compile(r"probability"), "0 to 1"),
    (re.compile(r"correlation"), "-1 to 1"),
    (re.compile(r"revenue|spend|amount|value|limit|ltv|refund"), "US dollars"),
    (re.compile(r"days|tenure|age"), "days"),
)


@dataclass(frozen=True)
class Shape:
    """What a chart of an answer shows.

    Attributes:
        kind: Of the chart.
        x: Column along it: days, the category, the state, or a figure.
        figures: Columns that are drawn.
        group: Column that tells series or groups apart; None for one series.
    """

    kind: Kind
    x: str
    figures: tuple[str, ...]
    group: str | None = None


def shape_of(rows: pd.DataFrame) -> Shape | None:
    """Choose the chart of an answer.

    Args:
        rows: the answer, with column names in lower case.

    Returns:
        The chart, or None where a table or one figure says more.
    """
    if len(rows) < 2:  # noqa: PLR2004 (one figure is no chart)
        return None
    columns = [str(column) for column in rows.columns]
    times = [column for column in columns if _is_time(rows, column)]
    figures = [column for column in columns if column not in times and is_figure(rows, column)]
    categories = [column for column in columns if column not in (*times, *figures)]
    if not figures:
        return None
    if times:
        return _over_time(rows, times[0], categories, figures)
    return _by_category(rows, categories, figures)


def unit(figure: str) -> str:
    """Return the unit of a figure by its name; counts have none but their own."""
    return next((text for pattern, text in _UNITS if pattern.search(figure)), "number")


def _over_time(rows: pd.DataFrame, time: str, categories: Sequence[str], figures: Sequence[str]) -> Shape | None:
    few = [column for column in categories if rows[column].nunique() <= _MOST_GROUPS]
    if len(categories) > 1 or len(few) < len(categories):
        return None
    if categories:
        return Shape("line", time, (figures[0],), categories[0])
    return Shape("line", time, _alike(figures))


def _by_category(rows: pd.DataFrame, categories: Sequence[str], figures: Sequence[str]) -> Shape | None:
    if len(figures) >= 2 and len(rows) >= _FEWEST_POINTS and all(_names_rows(rows, c) for c in categories):  # noqa: PLR2004
        return Shape("scatter", figures[0], (figures[1],))
    if not categories:
        return Shape("histogram", figures[0], (figures[0],)) if len(rows) >= _FEWEST_POINTS else None
    if len(categories) == 1 and set(rows[categories[0]].dropna()) <= TILES.keys() and rows[categories[0]].is_unique:
        return Shape("states", categories[0], (figures[0],))
    naming = [column for column in categories if rows[column].is_unique]
    if naming:
        alike = _alike(figures)
        bars = Shape("bar" if len(alike) == 1 else "grouped bar", naming[-1], alike)
        return bars if len(rows) <= _MOST_BARS else Shape("histogram", figures[0], (figures[0],))
    return _in_groups(rows, categories, figures[0])


def _in_groups(rows: pd.DataFrame, categories: Sequence[str], figure: str) -> Shape | None:
    if len(categories) == 2 and all(rows[column].nunique() <= _MOST_BARS for column in categories):  # noqa: PLR2004
        x, group = sorted(categories, key=lambda column: -rows[column].nunique())
        return Shape("grouped bar", x, (figure,), group) if rows[group].nunique() <= _MOST_GROUPS else None
    return None


def _alike(figures: Sequence[str]) -> tuple[str, ...]:
    """Return the figures that share the unit of the first: others would need an axis of their own."""
    return tuple(one for one in figures if unit(one) == unit(figures[0]))[:_MOST_GROUPS]


def _names_rows(rows: pd.DataFrame, column: str) -> bool:
    return bool(rows[column].is_unique) or bool(_KEYS.search(column)) or column == "name"


def _is_time(rows: pd.DataFrame, column: str) -> bool:
    if not _TIME.search(column):
        return False
    return bool(pd.to_datetime(rows[column].astype(str), errors="coerce").notna().all())


def is_figure(rows: pd.DataFrame, column: str) -> bool:
    """Tell whether a column holds numbers that measure something."""
    known = pd.to_numeric(rows[column], errors="coerce")
    return not _KEYS.search(column) and bool(rows[column].notna().any()) and known.count() == rows[column].count()
