"""Charts of the segment explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from customer_360.charts.layers import layered
from customer_360.themes import titled
from customer_360.vocabulary import SEGMENTS

if TYPE_CHECKING:
    from customer_360.access.segments import Migration
    from customer_360.themes import AnyChart, Theme

_ROOM_FOR_LABELS = 1.6  # the longest bar ends where its label, "16,684  (33.4%)", still fits on a narrow screen
_BAR, _AROUND, _AXIS = 38, 50, 20  # pixels: of a segment, of title and margin, of an axis below
NOT_YET = "Not yet a customer"


def distribution(segments: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw customers by segment as labelled bars.

    Args:
        segments: one row a segment, as `access.segments.by_segment` returns.
        theme: colours.
    """
    rows = segments.assign(label=[f"{n:,}  ({s:.1%})" for n, s in zip(segments.customers, segments.share, strict=True)])
    rows = rows.assign(room=max(float(rows["customers"].max()), 1.0) * _ROOM_FOR_LABELS)
    base = alt.Chart().encode(
        y=_by_segment(theme),
        x=alt.X("customers:Q", title=None, axis=None, scale=alt.Scale(zero=True, nice=False)),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            alt.Tooltip("customers:Q", title="Customers", format=","),
            alt.Tooltip("share:Q", title="Share of selection", format=".1%"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=4, height={"band": 0.72}).encode(color=_segment_color(theme))
    labels = base.mark_text(align="left", dx=8, fontSize=13, color=theme.ink).encode(text=alt.Text("label:N"))
    room = base.mark_point(opacity=0).encode(x=alt.X("room:Q"))
    shown = rows[["segment", "customers", "share", "label", "room"]]
    chart = layered(bars, labels, room, data=shown, height=_height(rows))
    return titled(chart, theme, "Customers by segment (number)")


def lifetime_value_boxes(segments: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw how lifetime value spreads in each segment: a box for its middle half, whiskers from 5 to 95 percent.

    Args:
        segments: as `distribution`, with the quantiles p05 to p95.
        theme: colours.
    """
    tooltip = [
        alt.Tooltip("segment:N", title="Segment"),
        *(
            alt.Tooltip(f"{column}:Q", title=title, format="$,.0f")
            for column, title in (
                ("p05", "5 % have less than"),
                ("p25", "A quarter has less than"),
                ("p50", "Half have less than (median)"),
                ("p75", "Three quarters have less than"),
                ("p95", "95 % have less than"),
            )
        ),
    ]
    base = alt.Chart().encode(y=_by_segment(theme), tooltip=tooltip)
    axis = alt.Axis(format="$~s", grid=True, tickCount=5)
    whiskers = base.mark_rule(color=theme.muted, strokeWidth=1.5).encode(
        x=alt.X("p05:Q", title=None, axis=axis, scale=alt.Scale(zero=True)), x2=alt.X2("p95:Q")
    )
    boxes = base.mark_bar(cornerRadius=3, height={"band": 0.5}).encode(
        x=alt.X("p25:Q"), x2=alt.X2("p75:Q"), color=_segment_color(theme)
    )
    medians = base.mark_tick(color=theme.surface, thickness=3, height={"band": 0.5}).encode(x=alt.X("p50:Q"))
    shown = segments[["segment", "p05", "p25", "p50", "p75", "p95"]]
    chart = layered(whiskers, boxes, medians, data=shown, height=_height(segments, below=_AXIS))
    return titled(chart, theme, "Lifetime value by segment (US dollars)")


def churn_histogram(bins: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw how churn probabilities spread.

    Args:
        bins: as `access.segments.churn_histogram` returns.
        theme: colours.
    """
    base = alt.Chart().encode(
        y=alt.Y("customers:Q", title=None, axis=alt.Axis(format=",d", tickCount=5)),
        tooltip=[
            alt.Tooltip("low:Q", title="From", format=".0%"),
            alt.Tooltip("high:Q", title="To", format=".0%"),
            alt.Tooltip("churn_risk_category:N", title="Churn risk"),
            alt.Tooltip("customers:Q", title="Customers", format=",d"),
        ],
    )
    bars = base.mark_rect().encode(
        y2=alt.Y2Datum(0),
        x=alt.X(
            "low:Q",
            title=None,
            axis=alt.Axis(format=".0%", values=[n / 10 for n in range(0, 11, 2)], grid=False),
            scale=alt.Scale(domain=[0, 1]),
        ),
        x2=alt.X2("high:Q"),
        color=alt.Color(
            "churn_risk_category:N",
            scale=alt.Scale(domain=list(theme.risks), range=list(theme.risks.values())),
            legend=alt.Legend(title="Churn risk", orient="bottom"),
        ),
    )
    # Most customers are in the first bin: without its number, a bar of few is not seen at all.
    labels = base.mark_text(dy=-7, fontSize=10, color=theme.ink).encode(
        x=alt.X("middle:Q"), text=alt.Text("customers:Q", format=",d")
    )
    chart = layered(bars, labels, data=bins.assign(middle=(bins["low"] + bins["high"]) / 2), height=280)
    return titled(chart, theme, "Customers by churn probability (number)")


def spend_change(months: pd.DataFrame, theme: Theme, *, is_part: bool) -> AnyChart:
    """Draw how spend changed from month to month.

    Args:
        months: as `access.segments.monthly_spend` returns.
        theme: colours.
        is_part: whether a part of the customers is selected, which is then drawn beside all of them.
    """
    names = {"change": "Selection", "change_of_all": "All customers"} if is_part else {"change": "All customers"}
    amounts = {"Selection": "spend", "All customers": "spend_of_all"}
    rows = pd.concat(
        months[["month_start"]].assign(series=name, change=months[column], spend=months[amounts[name]])
        for column, name in names.items()
    ).dropna(subset=["change"])
    base = alt.Chart(rows).encode(
        x=alt.X("month_start:T", title=None, axis=alt.Axis(format="%b %y", tickCount="month", grid=False)),
        y=alt.Y("change:Q", title=None, axis=alt.Axis(format="+.0%", tickCount=5)),
        color=alt.Color(
            "series:N",
            scale=alt.Scale(domain=list(names.values()), range=[theme.accent, theme.muted][: len(names)]),
            legend=alt.Legend(title=None, orient="bottom") if is_part else None,
        ),
        strokeDash=alt.StrokeDash(
            "series:N", legend=None, scale=alt.Scale(domain=list(names.values()), range=[[1, 0], [5, 4]][: len(names)])
        ),
        tooltip=[
            alt.Tooltip("series:N", title="Of"),
            alt.Tooltip("month_start:T", title="Month", format="%B %Y"),
            alt.Tooltip("change:Q", title="Change", format="+.1%"),
            alt.Tooltip("spend:Q", title="Spend", format="$,.0f"),
        ],
    )
    zero = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=theme.muted).encode(y=alt.Y("y:Q"))
    chart = layered(zero, base.mark_line(point=alt.OverlayMarkDef(size=45), strokeWidth=2.5), height=250)
    return titled(chart, theme, "Spend against the month before (percent)")


def migration(migrated: Migration, theme: Theme) -> AnyChart:
    """Draw who moved from which segment to which as a heat map: a row is a segment then, a column one now.

    Args:
        migrated: as `access.segments.migration` returns.
        theme: colours.
    """
    rows = migrated.moves.assign(segment_before=migrated.moves["segment_before"].fillna(NOT_YET))
    order = [*SEGMENTS, NOT_YET]
    base = alt.Chart().encode(
        y=alt.Y("segment_before:N", sort=order, title=f"Segment on {migrated.since:%d %B %Y}", axis=_plain_axis()),
        x=alt.X("segment:N", sort=list(SEGMENTS), title="Segment now", axis=_plain_axis(angle=-20)),
        tooltip=[
            alt.Tooltip("segment_before:N", title="Then"),
            alt.Tooltip("segment:N", title="Now"),
            alt.Tooltip("customers:Q", title="Customers", format=","),
            alt.Tooltip("share:Q", title="Of those then in the segment", format=".1%"),
        ],
    )
    cells = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=list(theme.sequence)))
    )
    labels = base.mark_text(fontSize=12, color=theme.ink).encode(text=alt.Text("customers:Q", format=","))
    return titled(layered(cells, labels, data=rows, height=290), theme, "Moves between segments (customers)")


def _by_segment(theme: Theme) -> alt.Y:
    axis = alt.Axis(labelLimit=220, labelFontSize=13, labelColor=theme.ink, ticks=False, domain=False)
    return alt.Y("segment:N", sort=list(SEGMENTS), title=None, axis=axis)


def _segment_color(theme: Theme) -> alt.Color:
    scale = alt.Scale(domain=list(theme.segments), range=list(theme.segments.values()))
    return alt.Color("segment:N", legend=None, scale=scale)


def _height(segments: pd.DataFrame, below: int = 0) -> int:
    return _AROUND + below + _BAR * max(len(segments), 1)


def _plain_axis(angle: float = 0) -> alt.Axis:
    return alt.Axis(labelAngle=angle, ticks=False, domain=False, grid=False, labelLimit=160)
