"""Charts of the assistant's answers: the one that fits the rows, drawn from their columns alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from analyst_client.wording import words
from customer_360.assistant.shape import Shape, shape_of, unit
from customer_360.assistant.states import TILES
from customer_360.charts.layers import layered
from customer_360.themes import titled

if TYPE_CHECKING:
    from customer_360.themes import AnyChart, Theme

_HEIGHT = 320
_BAR = 30  # pixels a bar
_FORMATS = {"US dollars": "$,.0f", "percent": ",.1f", "0 to 1": ".2f", "-1 to 1": ".2f"}


def automatic(rows: pd.DataFrame, theme: Theme) -> AnyChart | None:
    """Draw the chart that fits an answer.

    Args:
        rows: the answer, with column names in lower case.
        theme: colours.

    Returns:
        The chart, or None where a table or one figure says more.
    """
    shape = shape_of(rows)
    if shape is None:
        return None
    draw = {
        "line": _line,
        "bar": _bars,
        "grouped bar": _bars,
        "histogram": _histogram,
        "scatter": _scatter,
        "states": _states,
    }[shape.kind]
    return titled(draw(rows, shape, theme), theme, title_of(shape))


def title_of(shape: Shape) -> str:
    """Return a chart's title: what is shown by what, and its unit."""
    figure = words(shape.figures[0]) if len(shape.figures) == 1 else ", ".join(map(words, shape.figures))
    told = {
        "histogram": f"How {figure} is spread ({unit(shape.figures[0])})",
        "scatter": f"{words(shape.figures[0])} ({unit(shape.figures[0])}) by {words(shape.x)} ({unit(shape.x)})",
    }.get(shape.kind)
    by = f"{words(shape.x)}{f' and {words(shape.group)}' if shape.group else ''}"
    text = told or f"{figure} by {by} ({unit(shape.figures[0])})"
    return text[:1].upper() + text[1:]


def _long(rows: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """Return one row a bar or point: x, series, value."""
    if shape.group:
        found = rows[[shape.x, shape.group, shape.figures[0]]].set_axis(["x", "series", "value"], axis=1)
    else:
        melted = rows.melt(id_vars=[shape.x], value_vars=list(shape.figures))
        found = melted.set_axis(["x", "series", "value"], axis=1).assign(series=lambda r: r["series"].map(words))
    return found.assign(value=found["value"].astype(float), series=found["series"].astype(str))


def _axis(shape: Shape) -> alt.Axis:
    """Return the axis of a figure, whose unit the chart's title tells."""
    return alt.Axis(format=_FORMATS.get(unit(shape.figures[0]), ",.0f"), tickCount=5)


def _tooltips(shape: Shape) -> list[alt.Tooltip]:
    form = _FORMATS.get(unit(shape.figures[0]), ",")
    return [
        alt.Tooltip("series:N", title=words(shape.group or "figure")),
        alt.Tooltip("value:Q", title="value", format=form),
    ]


def _series(long: pd.DataFrame, theme: Theme) -> alt.Color:
    names = list(dict.fromkeys(long["series"]))
    if len(names) == 1:
        return alt.Color("series:N", scale=alt.Scale(range=[theme.accent]), legend=None)
    colors = [theme.segments.get(name, theme.palette[i % len(theme.palette)]) for i, name in enumerate(names)]
    legend = alt.Legend(columns=2, labelLimit=180)
    return alt.Color("series:N", sort=names, scale=alt.Scale(domain=names, range=colors), legend=legend)


def _line(rows: pd.DataFrame, shape: Shape, theme: Theme) -> AnyChart:
    long = _long(rows, shape).assign(x=lambda r: pd.to_datetime(r["x"].astype(str)))
    return (
        alt.Chart(long)
        .mark_line(point=True, strokeWidth=2.5)
        .encode(
            x=alt.X("x:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=6, grid=False)),
            y=alt.Y("value:Q", title=None, axis=_axis(shape)),
            color=_series(long, theme),
            tooltip=[alt.Tooltip("x:T", title=words(shape.x), format="%d %b %Y"), *_tooltips(shape)],
        )
        .properties(height=_HEIGHT)
    )


def _bars(rows: pd.DataFrame, shape: Shape, theme: Theme) -> AnyChart:
    long = _long(rows, shape).assign(x=lambda r: r["x"].astype(str))
    order = list(dict.fromkeys(long["x"]))
    series = long["series"].nunique()
    encoded: dict[str, Any] = {
        "y": alt.Y("x:N", sort=order, title=None, axis=alt.Axis(labelLimit=160)),
        "x": alt.X("value:Q", title=None, axis=_axis(shape)),
        "color": _series(long, theme),
        "tooltip": [alt.Tooltip("x:N", title=words(shape.x)), *_tooltips(shape)],
    }
    if series > 1:
        encoded["yOffset"] = alt.YOffset("series:N", sort=list(dict.fromkeys(long["series"])))
    return alt.Chart(long).mark_bar(cornerRadiusEnd=3).encode(**encoded).properties(
        height=max(len(order) * (_BAR if series == 1 else 14 * series + 10), 120)
    )  # fmt: skip


def _histogram(rows: pd.DataFrame, shape: Shape, theme: Theme) -> AnyChart:
    values = pd.DataFrame({"value": rows[shape.x].astype(float)}).dropna()
    return (
        alt.Chart(values)
        .mark_bar(color=theme.accent)
        .encode(
            x=alt.X("value:Q", bin=alt.Bin(maxbins=20), title=words(shape.x), axis=alt.Axis(format="~s")),
            y=alt.Y("count():Q", title="rows"),
            tooltip=[alt.Tooltip("count():Q", title="Rows")],
        )
        .properties(height=_HEIGHT)
    )


def _scatter(rows: pd.DataFrame, shape: Shape, theme: Theme) -> AnyChart:
    points = rows[[shape.x, shape.figures[0]]].astype(float).set_axis(["x", "y"], axis=1)
    return (
        alt.Chart(points)
        .mark_circle(size=50, opacity=0.55, color=theme.accent)
        .encode(
            x=alt.X("x:Q", title=words(shape.x), axis=alt.Axis(format="~s"), scale=alt.Scale(zero=False)),
            y=alt.Y("y:Q", title=words(shape.figures[0]), axis=alt.Axis(format="~s"), scale=alt.Scale(zero=False)),
            tooltip=[
                alt.Tooltip("x:Q", title=words(shape.x), format=",.2f"),
                alt.Tooltip("y:Q", title=words(shape.figures[0]), format=",.2f"),
            ],
        )
        .properties(height=_HEIGHT)
    )


def _states(rows: pd.DataFrame, shape: Shape, theme: Theme) -> AnyChart:
    """Draw a tile a state, the darker or lighter the more; what a state has not, it says by an outline."""
    found = dict(zip(rows[shape.x], rows[shape.figures[0]], strict=True))
    form = _FORMATS.get(unit(shape.figures[0]), ",")
    known = [value for value in found.values() if value is not None]
    middle = (min(map(float, known)) + max(map(float, known))) / 2 if known else 0.0
    tiles = pd.DataFrame(
        [
            {
                "state": code,
                "column": column,
                "row": row,
                "value": None if found.get(code) is None else float(found[code]),
            }
            for code, (column, row) in TILES.items()
        ]
    )
    tiles["ink"] = [theme.surface if pd.notna(value) and value > middle else theme.ink for value in tiles["value"]]
    base = alt.Chart().encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(type="band", paddingInner=0.06)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(type="band", paddingInner=0.06)),
        tooltip=[
            alt.Tooltip("state:N", title="State"),
            alt.Tooltip("value:Q", title=words(shape.figures[0]), format=form),
        ],
    )
    filled = base.mark_rect(cornerRadius=3, stroke=theme.grid).encode(
        color=alt.Color("value:Q", scale=alt.Scale(range=list(theme.sequence)), legend=alt.Legend(format=form))
    )
    labels = base.mark_text(fontSize=11).encode(text=alt.Text("state:N"), color=alt.Color("ink:N", scale=None))
    return layered(filled, labels, data=tiles, height=_HEIGHT).resolve_scale(color="independent")
