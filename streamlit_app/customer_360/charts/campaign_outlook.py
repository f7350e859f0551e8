"""Charts of how sure a campaign's figures are: sensitivity, tornado, ranges, and the profit expected by the scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from customer_360.campaign.roi import TORNADO_STEP, Projection
from customer_360.charts.layers import by_position, layered
from customer_360.formats import dollars, percent
from customer_360.themes import titled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from customer_360.campaign.expected_profit import ProfitCurve
    from customer_360.campaign.roi import Swing
    from customer_360.campaign.uncertainty import Spread
    from customer_360.themes import AnyChart, Theme

_BINS = 40


@dataclass(frozen=True)
class Measure:
    """What a chart of the outlook is about.

    Attributes:
        name: In titles, with its unit.
        of: Takes it from a projection.
        axis: D3's format of its axis.
        text: Writes one value.
    """

    name: str
    of: Callable[[Projection], float]
    axis: str
    text: Callable[[float], str]


def _roi(projection: Projection) -> float:
    return projection.roi


def _net_profit(projection: Projection) -> float:
    return projection.net_profit


ROI = Measure("ROI (% of cost)", _roi, ",~%", percent)
NET_PROFIT = Measure("Net profit (US dollars)", _net_profit, "$~s", dollars)


def sensitivity(
    points: Sequence[tuple[float, Projection]], now: float, parameter: str, measure: Measure, theme: Theme
) -> AnyChart:
    """Draw a measure over one parameter, and mark the plan.

    Args:
        points: values of the parameter, each with its projection.
        now: the plan's value of it.
        parameter: what it is called.
        measure: what is drawn.
        theme: of the page.
    """
    rows = pd.DataFrame([(x, measure.of(projection)) for x, projection in points], columns=["x", "y"])
    rows = rows.assign(text=rows["y"].map(measure.text))
    base = alt.Chart(rows).encode(
        x=alt.X("x:Q", title=parameter, axis=alt.Axis(format=".0%", tickCount=6), scale=alt.Scale(zero=False)),
        y=alt.Y("y:Q", title=measure.name, axis=alt.Axis(format=measure.axis, tickCount=5), scale=alt.Scale(zero=True)),
        tooltip=[alt.Tooltip("x:Q", title=parameter, format=".0%"), alt.Tooltip("text:N", title=measure.name)],
    )
    plan = alt.Chart(pd.DataFrame({"x": [now], "text": [f"Plan {now:.0%}"]}))
    return titled(
        layered(
            base.mark_line(color=theme.accent, strokeWidth=2.5, point={"color": theme.accent, "size": 45}),
            plan.mark_rule(color=theme.muted, strokeDash=[4, 4]).encode(x=alt.X("x:Q")),
            plan.mark_text(color=theme.ink, fontSize=12, dy=-6, baseline="bottom").encode(
                x=alt.X("x:Q"), y=alt.YValue(0), text=alt.Text("text:N")
            ),
            height=240,
        ),
        theme, f"{measure.name} by {parameter.lower()}",
    )  # fmt: skip


def tornado_rows(swings: Sequence[Swing], measure: Measure) -> pd.DataFrame:
    """Return two rows a parameter: parameter, move (Lower or Higher), value and text, in the order of the swings."""
    moves = ((f"{TORNADO_STEP:.0%} lower", "low"), (f"{TORNADO_STEP:.0%} higher", "high"))
    rows = [(s.name, move, measure.of(getattr(s, side))) for s in swings for move, side in moves]
    found = pd.DataFrame(rows, columns=["parameter", "move", "value"])
    return found.assign(text=found["value"].map(measure.text))


def tornado_chart(swings: Sequence[Swing], plan: Projection, measure: Measure, theme: Theme) -> AnyChart:
    """Draw what each parameter does to a measure when it alone is moved.

    Args:
        swings: as `campaign.roi.tornado` returns them.
        plan: the plan's projection, from which each bar starts.
        measure: what is drawn.
        theme: of the page.
    """
    base = measure.of(plan)
    rows = tornado_rows(swings, measure).assign(base=base)
    rows = rows.assign(position=range(len(rows)))
    moves = list(dict.fromkeys(rows["move"]))
    bars = (
        alt.Chart(rows)
        .mark_bar(height={"band": 0.7})
        .encode(
            y=alt.Y(
                "parameter:N",
                sort=by_position(),
                title=None,
                axis=alt.Axis(ticks=False, domain=False, labelOverlap=False),
            ),
            x=alt.X(
                "base:Q", title=measure.name, axis=alt.Axis(format=measure.axis, tickCount=5),
                scale=alt.Scale(zero=False, padding=12),
            ),
            x2=alt.X2("value:Q"),
            color=alt.Color("move:N", scale=alt.Scale(domain=moves, range=[theme.palette[4], theme.accent])),
            tooltip=[
                alt.Tooltip("parameter:N", title="Input"),
                alt.Tooltip("move:N", title="Moved"),
                alt.Tooltip("text:N", title=measure.name),
            ],
        )
    )  # fmt: skip
    rule = alt.Chart(pd.DataFrame({"base": [base]})).mark_rule(color=theme.ink).encode(x=alt.X("base:Q"))
    return titled(layered(bars, rule, height=290), theme, f"{measure.name}: what moves it most")


def range_rows(spread: Spread) -> pd.DataFrame:
    """Return a histogram of the draws: start, end, draws; one row a bin."""
    counts, edges = np.histogram(spread.draws, bins=_BINS)
    return pd.DataFrame({"start": edges[:-1], "end": edges[1:], "draws": counts})


def range_chart(spread: Spread, measure: Measure, theme: Theme) -> AnyChart:
    """Draw how often each value of a measure is drawn, with the values that 5, 50 and 95 % of the draws do not pass."""
    bars = (
        alt.Chart(range_rows(spread).assign(nothing=0))
        .mark_rect(color=theme.accent, opacity=0.6)
        .encode(
            x=alt.X(
                "start:Q",
                title=measure.name,
                axis=alt.Axis(format=measure.axis, tickCount=5),
                scale=alt.Scale(zero=False, nice=False, padding=12),
            ),
            x2=alt.X2("end:Q"),
            y=alt.Y("draws:Q", title="Draws", axis=alt.Axis(tickCount=4)),
            y2=alt.Y2("nothing:Q"),
        )
    )
    marks = pd.DataFrame(
        [(spread.low, "5%"), (spread.middle, "median"), (spread.high, "95%")], columns=["value", "mark"]
    )
    marks = marks.assign(label=[f"{m}: {measure.text(v)}" for m, v in zip(marks["mark"], marks["value"], strict=True)])
    rules = alt.Chart(marks).encode(x=alt.X("value:Q"), tooltip=alt.Tooltip("label:N", title="Draws below"))
    return titled(
        layered(
            bars,
            rules.mark_rule(color=theme.ink, strokeWidth=2, strokeDash=[4, 3]),
            rules.mark_text(color=theme.ink, fontSize=12, dy=-6, baseline="bottom").encode(
                y=alt.YValue(0), text=alt.Text("mark:N")
            ),
            height=240,
        ),
        theme, f"{measure.name}: range of 2,000 draws",
    )  # fmt: skip


def profit_curve_chart(curve: ProfitCurve, theme: Theme) -> AnyChart:
    """Draw the expected profit over the number of customers asked, in both orders, and where to stop."""
    names = {"best_first": "Most profitable first", "riskiest_first": "Likeliest to leave first"}
    rows = pd.concat(
        pd.DataFrame({"customers": curve.customers, "profit": getattr(curve, field), "order": name})
        for field, name in names.items()
    )
    orders = list(names.values())
    lines = (
        alt.Chart(rows)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("customers:Q", title="Customers asked", axis=alt.Axis(format=",d", tickMinStep=1, tickCount=5)),
            y=alt.Y("profit:Q", title="US dollars", axis=alt.Axis(format="$~s", tickCount=5)),
            color=alt.Color(
                "order:N",
                legend=alt.Legend(columns=1),
                scale=alt.Scale(domain=orders, range=[theme.accent, theme.palette[4]]),
            ),
            strokeDash=alt.StrokeDash("order:N", scale=alt.Scale(domain=orders, range=[[1, 0], [6, 4]])),
            tooltip=[
                alt.Tooltip("order:N", title="Order"),
                alt.Tooltip("customers:Q", title="Customers asked", format=","),
                alt.Tooltip("profit:Q", title="Expected profit", format="$,.0f"),
            ],
        )
    )
    cut = alt.Chart(
        pd.DataFrame({"customers": [curve.best_count], "profit": [curve.best_profit], "label": ["Stop here"]})
    ).encode(x=alt.X("customers:Q"))
    return titled(
        layered(
            lines,
            cut.mark_rule(color=theme.ink, strokeDash=[4, 4]),
            cut.mark_point(size=110, filled=True, color=theme.ink, opacity=1).encode(y=alt.Y("profit:Q")),
            cut.mark_text(color=theme.ink, align="left", dx=8, dy=-10).encode(
                y=alt.Y("profit:Q"), text=alt.Text("label:N")
            ),
            height=300,
        ),
        theme, "Expected profit (US dollars)",
    )  # fmt: skip
