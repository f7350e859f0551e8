"""Charts of the page of one customer, as Altair specifications that need nothing from outside."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from customer_360.charts.layers import by_position, layered
from customer_360.customer.categories import OTHER
from customer_360.customer.factors import Pull
from customer_360.themes import titled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from customer_360.access.customers import CustomerVersion, SegmentPeriod
    from customer_360.customer.categories import CategoryShares
    from customer_360.customer.factors import Factor
    from customer_360.themes import AnyChart, Theme

# Where the levels of churn risk begin: those of GOLD.CHURN_PREDICTIONS.
RISK_BOUNDS = {"Low": (0.0, 0.4), "Medium": (0.4, 0.7), "High": (0.7, 1.0)}
_MONTH = "%b %Y"
# Of the gauge, in pixels from the top: below the half ring there is nothing. The title takes its part of the height.
_GAUGE_CENTRE, _TITLE = 130, 50
_RADIUS = 110  # pixels: of the ring
_SPEND, _AVERAGE = "Spend", "Average of three months"


def spend_trend(trend: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw spend by month with its average, the present month marked.

    Args:
        trend: as `trend.monthly_trend` returns.
        theme: colours.
    """
    rows = trend.assign(
        series=_SPEND, shown=[_month_in_words(row) for row in trend.itertuples()]
    )  # fmt: skip
    colours = alt.Scale(domain=[_SPEND, _AVERAGE], range=[theme.accent, theme.bad])
    x = alt.X("month_start:T", title=None, axis=alt.Axis(format=_MONTH, labelAngle=-40, tickCount="month", grid=False))
    y = alt.Y("spend:Q", title="US dollars", axis=alt.Axis(format="$,.0f", tickCount=5))
    tooltip = [
        alt.Tooltip("shown:N", title="Month"),
        alt.Tooltip("spend:Q", title="Spend", format="$,.2f"),
        alt.Tooltip("transaction_count:Q", title="Purchases", format=","),
        alt.Tooltip("average:Q", title=_AVERAGE, format="$,.2f"),
    ]
    base = alt.Chart().encode(x=x, tooltip=tooltip)
    colour = alt.Color("series:N", scale=colours, legend=alt.Legend(title=None, orient="bottom"))
    spend = base.mark_line(strokeWidth=2.5).encode(y=y, color=colour)
    points = base.mark_point(size=55, filled=True, opacity=1).encode(y=y, color=colour)
    average = (
        base.transform_filter("isValid(datum.average)")
        .transform_calculate(series=f"'{_AVERAGE}'")
        .mark_line(strokeWidth=2, strokeDash=[5, 4])
        .encode(y=alt.Y("average:Q"), color=colour)
    )
    now = base.transform_filter("datum.is_current")
    rule = now.mark_rule(strokeDash=[2, 3], color=theme.muted)
    ring = now.mark_point(size=190, filled=False, strokeWidth=2.5, color=theme.ink).encode(y=y)
    label = now.mark_text(align="right", dx=-6, fontSize=12, fontWeight=600, color=theme.ink).encode(
        y=alt.YValue(6), text=alt.Text("shown:N")
    )
    chart = layered(rule, average, spend, points, ring, label, data=rows, height=300)
    return titled(chart, theme, "Spend by month (US dollars)")


def category_share(shares: CategoryShares, theme: Theme) -> AnyChart:
    """Draw the shares of merchant categories as a ring whose legend names each with its percentage."""
    rows = shares.parts.assign(
        label=[
            f"{name}  {share:.1%}" for name, share in zip(shares.parts["category"], shares.parts["share"], strict=True)
        ],
        position=range(len(shares.parts)),
    )
    # A legend of other labels keeps the places of the ones before: by their names, the browser makes the chart anew.
    labels = list(rows["label"])
    colours = [theme.muted if c == OTHER else theme.palette[n] for n, c in enumerate(rows["category"])]
    ring = (
        alt.Chart(rows)
        .mark_arc(innerRadius=62, outerRadius=_RADIUS, stroke=theme.surface, strokeWidth=2)
        .encode(
            theta=alt.Theta("spend:Q", stack=True),
            order=alt.Order("position:O"),
            color=alt.Color(
                "label:N",
                sort=labels,
                scale=alt.Scale(domain=labels, range=colours),
                legend=alt.Legend(title=None, orient="bottom", columns=2, labelLimit=220),
            ),
            tooltip=[
                alt.Tooltip("category:N", title="Category"),
                alt.Tooltip("spend:Q", title="Spend", format="$,.2f"),
                alt.Tooltip("share:Q", title="Share", format=".1%"),
                alt.Tooltip("transaction_count:Q", title="Purchases", format=","),
            ],
        )
    )
    total = (
        alt.Chart(pd.DataFrame({"total": [f"${shares.total:,.0f}"]}))
        .mark_text(fontSize=18, fontWeight=700, color=theme.ink)
        .encode(text=alt.Text("total:N"))
    )
    chart = layered(ring, total, height=2 * _RADIUS)
    # Fitted into a height, a ring would be given another place with each drawing, and another size of its plot.
    chart.autosize = alt.AutoSizeParams(type="fit-x", contains="padding")
    return titled(chart, theme, "Spend by category (US dollars)")


def churn_gauge(probability: float, risk: str, theme: Theme) -> AnyChart:
    """Draw the probability of churn on a half ring whose three parts are the levels of risk.

    Args:
        probability: 0 to 1.
        risk: High, Medium or Low, written below the number.
        theme: colours.
    """
    bands = pd.DataFrame(
        [
            {"risk": name, "start": _angle(low), "end": _angle(high), "words": f"{name}: {low:.0%} to {high:.0%}"}
            for name, (low, high) in RISK_BOUNDS.items()
        ]
    )
    hand = pd.DataFrame([{"start": _angle(probability) - 0.025, "end": _angle(probability) + 0.025}])
    centre = alt.YValue(_GAUGE_CENTRE)
    band = (
        alt.Chart(bands)
        .mark_arc(innerRadius=82, outerRadius=112, stroke=theme.surface, strokeWidth=3)
        .encode(
            theta=alt.Theta("start:Q", scale=None),
            theta2=alt.Theta2("end:Q"),
            y=centre,
            color=alt.Color(
                "risk:N",
                scale=alt.Scale(domain=list(RISK_BOUNDS), range=[theme.risks[name] for name in RISK_BOUNDS]),
                legend=None,
            ),
            tooltip=alt.Tooltip("words:N", title="Risk"),
        )
    )
    needle = (
        alt.Chart(hand)
        .mark_arc(innerRadius=70, outerRadius=122, color=theme.ink, stroke=theme.surface, strokeWidth=1)
        .encode(theta=alt.Theta("start:Q", scale=None), theta2=alt.Theta2("end:Q"), y=centre)
    )
    said = pd.DataFrame([{"number": f"{probability:.1%}", "words": f"{risk} risk"}])
    text = alt.Chart(said)
    number = text.mark_text(fontSize=30, fontWeight=700, dy=-28, color=theme.ink).encode(
        text=alt.Text("number:N"), y=centre
    )
    words = text.mark_text(fontSize=15, fontWeight=600, dy=0, color=theme.ink).encode(
        text=alt.Text("words:N"), y=centre
    )
    return titled(
        layered(band, needle, number, words, height=_GAUGE_CENTRE + _TITLE + 20),
        theme,
        "Churn probability (next 90 days)",
    )


def factor_ranks(factors: Sequence[Factor], theme: Theme) -> AnyChart:
    """Draw where a customer stands on each factor among the active customers: right is the risky side."""
    rows = pd.DataFrame(
        [
            {"label": f.label, "rank": f.risk_rank, "pull": f.pull.value, "value": f.value, "typical": f.typical,
             "said": f"{f.risk_rank:.0%}", "position": position}
            for position, f in enumerate(factors)
            if f.risk_rank is not None
        ]
    )  # fmt: skip
    y = alt.Y("label:N", sort=by_position(), title=None, axis=None)
    base = alt.Chart().encode(
        y=y,
        x=alt.X(
            "rank:Q",
            title="Active customers less at risk by this factor",
            scale=alt.Scale(domain=[0, 1.15]),
            axis=alt.Axis(format=".0%", values=[0, 0.5, 1]),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Factor"),
            alt.Tooltip("value:N", title="This customer"),
            alt.Tooltip("typical:N", title="Typical"),
            alt.Tooltip("pull:N", title="Which way it points"),
        ],
    )
    names = [Pull.RAISES.value, Pull.TYPICAL.value, Pull.LOWERS.value]
    colours = alt.Scale(domain=names, range=[theme.bad, theme.muted, theme.good])
    bars = base.mark_bar(cornerRadiusEnd=3, height=12, yOffset=9).encode(
        color=alt.Color("pull:N", scale=colours, legend=alt.Legend(title=None, orient="bottom", columns=1))
    )
    shares = base.mark_text(align="left", dx=5, dy=9, color=theme.ink).encode(text=alt.Text("said:N"))
    # Above its bar a label has room on a narrow screen, too.
    labels = base.mark_text(align="left", dy=-8, fontSize=12, color=theme.ink).encode(
        x=alt.XValue(0), text=alt.Text("label:N")
    )
    height = 44 * len(rows) + 150
    return titled(layered(bars, shares, labels, data=rows, height=height), theme, "Against active customers (percent)")


def segment_timeline(periods: Sequence[SegmentPeriod], as_of: date, theme: Theme) -> AnyChart:
    """Draw the segments of a customer as bars along time, each with its reason in the tooltip."""
    rows = pd.DataFrame(
        [
            {
                "segment": period.segment,
                "start": pd.Timestamp(period.segment_assigned_date),
                "end": pd.Timestamp(period.segment_end_date or as_of),
                "reason": period.segment_reason,
                "until": f"{period.segment_end_date:%d %b %Y}" if period.segment_end_date else "now",
                "position": position,
            }
            for position, period in enumerate(periods)
        ]
    )
    base = alt.Chart().encode(
        y=alt.Y(
            "segment:N",
            sort=by_position(),
            title=None,
            axis=alt.Axis(ticks=False, offset=8, domain=False),
        ),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            alt.Tooltip("start:T", title="From", format="%d %b %Y"),
            alt.Tooltip("until:N", title="Until"),
            alt.Tooltip("reason:N", title="Reason"),
        ],
    )
    x = alt.X("start:T", title=None, axis=alt.Axis(format=_MONTH, labelAngle=-40, tickCount=8))
    colour = alt.Color("segment:N", scale=_scale(theme.segments), legend=None)
    bars = base.mark_bar(height=18, cornerRadius=4).encode(x=x, x2=alt.X2("end:T"), color=colour)
    # A stay that began on as_of_date has no length yet: its point shows it.
    starts = base.mark_point(size=90, filled=True, opacity=1).encode(x=x, color=colour)
    height = 44 * rows["segment"].nunique() + 90
    return titled(layered(bars, starts, data=rows, height=height), theme, "Segment over time (by month end)")


def limit_history(versions: Sequence[CustomerVersion], as_of: date, theme: Theme) -> AnyChart:
    """Draw the credit limit as steps, a point with the card type at each new version."""
    rows = pd.DataFrame(
        [{"on": pd.Timestamp(v.effective_date), "limit": v.credit_limit, "card": v.card_type} for v in versions]
    )
    to_now = pd.concat([rows, rows.tail(1).assign(on=pd.Timestamp(as_of))])
    x = alt.X("on:T", title=None, axis=alt.Axis(format=_MONTH, labelAngle=-40, tickCount=8, grid=False))
    y = alt.Y("limit:Q", title="US dollars", axis=alt.Axis(format="$,.0f", tickCount=4), scale=alt.Scale(zero=True))
    line = alt.Chart(to_now).mark_line(interpolate="step-after", strokeWidth=2.5, color=theme.accent).encode(x=x, y=y)
    base = alt.Chart(rows).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("on:T", title="From", format="%d %b %Y"),
            alt.Tooltip("card:N", title="Card"),
            alt.Tooltip("limit:Q", title="Credit limit", format="$,.0f"),
        ],
    )
    points = base.mark_point(size=80, filled=True, opacity=1, color=theme.accent)
    cards = base.mark_text(align="left", dx=8, dy=-10, color=theme.ink).encode(text=alt.Text("card:N"))
    return titled(layered(line, points, cards, height=240), theme, "Credit limit (US dollars)")


def trends_compared(trends: Mapping[str, pd.DataFrame], theme: Theme) -> AnyChart:
    """Draw the spend of two customers by month.

    Args:
        trends: by what a customer is called, as `trend.monthly_trend` returns.
        theme: colours.
    """
    rows = pd.concat([trend.assign(customer=name) for name, trend in trends.items()])
    scale = alt.Scale(domain=list(trends), range=[theme.accent, theme.bad])
    chart = (
        alt.Chart(rows)
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=60, filled=True))
        .encode(
            x=alt.X("month_start:T", title=None, axis=alt.Axis(format=_MONTH, labelAngle=-40, grid=False)),
            y=alt.Y("spend:Q", title="US dollars", axis=alt.Axis(format="$,.0f", tickCount=5)),
            color=alt.Color("customer:N", scale=scale, legend=alt.Legend(title=None, orient="bottom", labelLimit=300)),
            strokeDash=alt.StrokeDash(
                "customer:N", scale=alt.Scale(domain=list(trends), range=[[1, 0], [6, 4]]), legend=None
            ),
            tooltip=[
                alt.Tooltip("customer:N", title="Customer"),
                alt.Tooltip("month_start:T", title="Month", format=_MONTH),
                alt.Tooltip("spend:Q", title="Spend", format="$,.2f"),
            ],
        )
    )  # fmt: skip
    return titled(chart.properties(height=300), theme, "Spend by month (US dollars)")


def _angle(share: float) -> float:
    """Return the angle of a share on a half ring that begins on the left, in radians from the top."""
    return (min(max(share, 0.0), 1.0) - 0.5) * pi


def _month_in_words(row: object) -> str:
    month = f"{row.month_start:%b %Y}"  # type: ignore[attr-defined]
    return month if row.is_complete else f"{month} so far"  # type: ignore[attr-defined]


def _scale(colours: Mapping[str, str]) -> alt.Scale:
    return alt.Scale(domain=list(colours), range=list(colours.values()))
