"""Charts of the page, as Altair specifications that need nothing from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from customer_360.selection import SEGMENTS

if TYPE_CHECKING:
    import pandas as pd

SEGMENT_COLORS = {
    "High-Value Travelers": "#1f4e79",
    "Stable Mid-Spenders": "#2e86ab",
    "Budget-Conscious": "#7fb7be",
    "Declining": "#d1495b",
    "New & Growing": "#66a182",
}
INK = {"light": "#1d2733", "dark": "#e6ebf0"}  # the themes' textColor, by the theme's type
_ROOM_FOR_LABELS = 1.6  # the longest bar ends where its label, "16,684  (33.4%)", still fits on a narrow screen


def segment_distribution(segments: pd.DataFrame, ink: str = INK["light"]) -> alt.LayerChart | alt.FacetChart:
    """Draw customers per segment as labelled bars.

    Args:
        segments: one row a segment, as `selection.by_segment` returns.
        ink: the colour of the text, one of `INK`.
    """
    rows = segments.assign(label=[f"{n:,}  ({s:.1%})" for n, s in zip(segments.customers, segments.share, strict=True)])
    base = alt.Chart(rows).encode(
        y=alt.Y(
            "segment:N",
            sort=list(SEGMENTS),
            title=None,
            axis=alt.Axis(labelLimit=220, labelFontSize=13, labelColor=ink, ticks=False, domain=False),
        ),
        x=alt.X(
            "customers:Q",
            title=None,
            axis=None,
            scale=alt.Scale(domain=[0, max(float(rows["customers"].max()), 1.0) * _ROOM_FOR_LABELS]),
        ),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            alt.Tooltip("customers:Q", title="Customers", format=","),
            alt.Tooltip("share:Q", title="Share of selection", format=".1%"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=4, height={"band": 0.72}).encode(
        color=alt.Color(
            "segment:N",
            legend=None,
            scale=alt.Scale(domain=list(SEGMENT_COLORS), range=list(SEGMENT_COLORS.values())),
        )
    )
    labels = base.mark_text(align="left", dx=8, fontSize=13, color=ink).encode(text="label:N")
    return alt.layer(bars, labels, height=48 * max(len(rows), 1))
