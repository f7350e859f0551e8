"""Charts of a campaign's audience and money: who it is for, what it brings, and how its ROI is to be judged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from customer_360.charts.layers import by_position, layered
from customer_360.formats import dollars, percent
from customer_360.themes import titled
from customer_360.vocabulary import CARD_TYPES, SEGMENTS

if TYPE_CHECKING:
    from customer_360.campaign.roi import BreakEven, Figures, Projection, Terms
    from customer_360.themes import AnyChart, Theme

# What the gauge shows; a greater ROI stands at its end, and its number says how great it is.
_GAUGE = (-1.0, 2.0)
ZONES = (
    (_GAUGE[0], 0.0, "Loses money (below 0%)"),
    (0.0, 0.5, "Pays back (0% to 50%)"),
    (0.5, _GAUGE[1], "Pays well (above 50%)"),
)
_CENTRE, _NEEDLE = 130, 0.02  # of the dial: pixels from above, and half its width in the gauge's unit
_MANY = 100  # customers: from here on a tenth of one is not worth a reader's time
_WIDE = 0.5  # of all customers: a bar as wide has room for its label, on a narrow screen too
_ROOM = 1.35  # of the longest bar, so that its label fits on a narrow screen


def count(customers: float) -> str:
    """Write a number of customers, which the formula does not round: with one decimal where that matters."""
    return f"{customers:,.0f}" if customers >= _MANY or customers == round(customers) else f"{customers:,.1f}"


def zone(roi: float) -> str:
    """Say in words in which zone of the gauge an ROI lies; a share of the cost."""
    if math.isnan(roi):
        return "No cost, no ROI"
    loss, return_, gain = (words for _, _, words in ZONES)
    if roi < 0:
        return loss
    return return_ if roi <= ZONES[1][1] else gain


def roi_gauge(roi: float, theme: Theme) -> AnyChart:
    """Draw an ROI on a dial with three zones.

    Args:
        roi: as a share of the cost.
        theme: of the page.
    """
    colors = [theme.bad, theme.palette[4], theme.good]
    words = [name for _, _, name in ZONES]
    angle = alt.Scale(domain=list(_GAUGE), range=[-math.pi / 2, math.pi / 2], clamp=True)
    zones = (
        alt.Chart(pd.DataFrame(ZONES, columns=["start", "end", "zone"]))
        .mark_arc(innerRadius=78, outerRadius=110, stroke=theme.surface, strokeWidth=2)
        .encode(
            theta=alt.Theta("start:Q", scale=angle),
            theta2=alt.Theta2("end:Q"),
            y=alt.YValue(_CENTRE),
            color=alt.Color(
                "zone:N", scale=alt.Scale(domain=words, range=colors), sort=words, legend=alt.Legend(columns=1)
            ),
            tooltip=alt.Tooltip("zone:N", title="Zone"),
        )
    )
    at = min(max(roi, _GAUGE[0] + _NEEDLE), _GAUGE[1] - _NEEDLE)
    needle = (
        alt.Chart(pd.DataFrame({"start": [at - _NEEDLE], "end": [at + _NEEDLE]}))
        .mark_arc(innerRadius=68, outerRadius=118, fill=theme.ink)
        .encode(theta=alt.Theta("start:Q", scale=angle), theta2=alt.Theta2("end:Q"), y=alt.YValue(_CENTRE))
    )
    number = alt.Chart(pd.DataFrame({"text": [percent(roi)]})).mark_text(fontSize=26, fontWeight=700, color=theme.ink)
    said = alt.Chart(pd.DataFrame({"text": [zone(roi)]})).mark_text(fontSize=13, color=theme.ink)
    layers = [
        number.encode(y=alt.YValue(_CENTRE - 16), text=alt.Text("text:N")),
        said.encode(y=alt.YValue(_CENTRE + 22), text=alt.Text("text:N")),
    ]
    chart = layered(zones, *([] if math.isnan(roi) else [needle]), *layers, height=300)
    return titled(chart, theme, "Return on investment (% of cost)")


def waterfall_steps(projection: Projection, months: float) -> pd.DataFrame:
    """Return the steps from lifted spend to net profit.

    Args:
        projection: of the campaign.
        months: that it runs.

    Returns:
        One row a bar: step, start, end (US dollars), amount, and kind (gain, loss or total).
    """
    revenue, cost, profit = projection.incremental_revenue, projection.campaign_cost, projection.net_profit
    first = projection.incremental_spend
    rows = [
        ("Lift on 90-day spend", 0.0, first, first, "gain"),
        (f"Over {months:g} months", first, revenue, revenue - first, "gain"),
        ("Incremental revenue", 0.0, revenue, revenue, "total"),
        ("Campaign cost", revenue, profit, -cost, "loss"),
        ("Net profit", 0.0, profit, profit, "total"),
    ]
    return pd.DataFrame(rows, columns=["step", "start", "end", "amount", "kind"])


def revenue_waterfall(projection: Projection, months: float, theme: Theme) -> AnyChart:
    """Draw how lifted spend becomes net profit, from above to below. Arguments as `waterfall_steps`."""
    rows = waterfall_steps(projection, months)
    rows = rows.assign(
        label=rows["amount"].map(dollars), right=rows[["start", "end"]].max(axis=1), position=range(len(rows))
    )
    rows = rows.assign(room=max(float(rows["right"].max()), 1.0) * _ROOM)
    base = alt.Chart().encode(y=_in_order())
    bars = base.mark_bar(height={"band": 0.62}).encode(
        x=alt.X(
            "start:Q",
            title="US dollars",
            axis=alt.Axis(format="$~s", tickCount=4),
            scale=alt.Scale(nice=False),
        ),
        x2=alt.X2("end:Q"),
        color=alt.Color(
            "kind:N",
            legend=None,
            scale=alt.Scale(domain=["gain", "loss", "total"], range=[theme.good, theme.bad, theme.accent]),
        ),
        tooltip=[alt.Tooltip("step:N", title="Step"), alt.Tooltip("amount:Q", title="US dollars", format="$,.0f")],
    )
    labels = base.mark_text(align="left", dx=6, color=theme.ink, fontSize=12).encode(
        x=alt.X("right:Q"), text=alt.Text("label:N")
    )
    room = base.mark_point(opacity=0).encode(x=alt.X("room:Q"))
    chart = layered(bars, labels, room, data=rows, height=300)
    return titled(chart, theme, "Lifted spend to net profit (US dollars)")


def reach_steps(everyone: int, projection: Projection) -> pd.DataFrame:
    """Return the steps of the funnel: step, customers, share (of the eligible).

    Args:
        everyone: all customers of the base.
        projection: of the campaign.
    """
    eligible, reachable = projection.eligible_customers, projection.reachable_customers
    rows = [("All customers", everyone), ("Eligible", eligible), ("Reachable", reachable), ("Responders", reachable)]
    found = pd.DataFrame(rows, columns=["step", "customers"])
    return found.assign(share=found["customers"] / max(everyone, 1))


def reach_funnel(everyone: int, projection: Projection, theme: Theme) -> AnyChart:
    """Draw how many of all customers the campaign comes down to. Arguments as `reach_steps`."""
    rows = reach_steps(everyone, projection)
    rows = rows.assign(
        label=[f"{count(n)}  ({s:.1%})" for n, s in zip(rows.customers, rows.share, strict=True)],
        left=-rows["customers"] / 2,
        right=rows["customers"] / 2,
        position=range(len(rows)),
    )
    reach = max(float(rows["customers"].max()), 1.0) / 2
    # Over a narrow bar its label would be half on it.
    rows = rows.assign(outside=rows["share"] < _WIDE, at=rows["right"].where(rows["share"] < _WIDE, 0.0))
    base = alt.Chart().encode(y=_in_order())
    bars = base.mark_bar(color=theme.accent, opacity=0.55, height={"band": 0.7}, cornerRadius=3).encode(
        x=alt.X("left:Q", axis=None, scale=alt.Scale(domain=[-reach, reach])),
        x2=alt.X2("right:Q"),
        tooltip=[
            alt.Tooltip("step:N", title="Step"),
            alt.Tooltip("customers:Q", title="Customers", format=",.0f"),
            alt.Tooltip("share:Q", title="Share of all", format=".1%"),
        ],
    )
    labels = base.mark_text(
        color=theme.ink, fontSize=13, fontWeight=600,
        align=alt.ExprRef("datum.outside ? 'left' : 'center'"), dx=alt.ExprRef("datum.outside ? 6 : 0"),
    ).encode(x=alt.X("at:Q"), text=alt.Text("label:N"))  # fmt: skip
    return titled(layered(bars, labels, data=rows, height=220), theme, "Reach (customers, and share of all)")


def composition(rows: pd.DataFrame, theme: Theme) -> AnyChart:
    """Draw an audience as stacked bars, a segment each, by card type.

    Args:
        rows: one row a segment and card type: segment, card_type, customers.
        theme: of the page.
    """
    return titled(
        alt.Chart(rows)
        .mark_bar(height={"band": 0.7})
        .encode(
            y=alt.Y("segment:N", sort=list(SEGMENTS), title=None, axis=alt.Axis(ticks=False, domain=False)),
            x=alt.X("customers:Q", title="Customers", axis=alt.Axis(format=",d", tickMinStep=1, tickCount=5)),
            color=alt.Color(
                "card_type:N",
                sort=list(CARD_TYPES),
                legend=alt.Legend(columns=2),
                scale=alt.Scale(domain=list(CARD_TYPES), range=list(theme.palette[: len(CARD_TYPES)])),
            ),
            order=alt.Order("card_order:Q"),
            tooltip=[
                alt.Tooltip("segment:N", title="Segment"),
                alt.Tooltip("card_type:N", title="Card"),
                alt.Tooltip("customers:Q", title="Customers", format=","),
            ],
        )
        .transform_calculate(card_order=f"indexof({list(CARD_TYPES)}, datum.card_type)").properties(height=260),
        theme, "Audience by segment (customers)",
    )  # fmt: skip


def break_even_chart(audience: Figures, terms: Terms, found: BreakEven, theme: Theme) -> AnyChart:
    """Draw revenue and cost over the lift, and mark where they meet and where the plan stands.

    Args:
        audience: of the campaign.
        terms: of the offer.
        found: its break-even.
        theme: of the page.
    """
    responders = audience.customers * terms.response_rate
    cost = responders * terms.cost_per_customer
    per_lift = audience.spend_90_days * terms.response_rate * terms.duration_months
    most = max(1.0, terms.lift)
    lines = pd.DataFrame(
        [(lift, amount, line) for lift in (0.0, most) for line, amount in
         (("Incremental revenue", per_lift * lift), ("Campaign cost", cost))],
        columns=["lift", "amount", "line"],
    )  # fmt: skip
    marks = [(terms.lift, per_lift * terms.lift, "Plan")]
    if found.lift <= most:
        marks.append((found.lift, cost, "Break-even"))
    drawn = (
        alt.Chart(lines)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("lift:Q", title="Lift in spend", axis=alt.Axis(format=".0%", tickCount=5)),
            y=alt.Y("amount:Q", title="US dollars", axis=alt.Axis(format="$~s", tickCount=5)),
            color=alt.Color(
                "line:N",
                legend=alt.Legend(columns=1),
                scale=alt.Scale(domain=["Incremental revenue", "Campaign cost"], range=[theme.good, theme.bad]),
            ),
            strokeDash=alt.StrokeDash(
                "line:N",
                scale=alt.Scale(domain=["Incremental revenue", "Campaign cost"], range=[[1, 0], [6, 4]]),
            ),
        )
    )
    points = (
        alt.Chart(pd.DataFrame(marks, columns=["lift", "amount", "mark"]))
        .mark_point(size=130, filled=True, color=theme.ink, opacity=1)
        .encode(
            x=alt.X("lift:Q"),
            y=alt.Y("amount:Q"),
            shape=alt.Shape(
                "mark:N",
                legend=alt.Legend(columns=1),
                scale=alt.Scale(domain=["Break-even", "Plan"], range=["diamond", "circle"]),
            ),
            tooltip=[
                alt.Tooltip("mark:N", title="Point"),
                alt.Tooltip("lift:Q", title="Lift in spend", format=".1%"),
                alt.Tooltip("amount:Q", title="US dollars", format="$,.0f"),
            ],
        )
    )
    chart = layered(drawn, points, height=172)
    # Fitted into a height beside two legends, the plot's own would be rounded up or down with each drawing.
    chart.autosize = alt.AutoSizeParams(type="fit-x", contains="padding")
    return titled(chart, theme, "Break-even by lift in spend (US dollars)")


def _in_order() -> alt.Y:
    """Return the axis of steps, each with its name, in the order of their positions."""
    axis = alt.Axis(ticks=False, domain=False, labelOverlap=False)
    return alt.Y("step:N", sort=by_position(), title=None, axis=axis)
