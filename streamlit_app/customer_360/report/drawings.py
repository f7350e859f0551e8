"""The charts of a customer's report, as vectors."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Literal

import pandas as pd
from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor, white

from customer_360.customer.categories import OTHER
from customer_360.report.texts import writable
from customer_360.themes import LIGHT

if TYPE_CHECKING:
    from customer_360.customer.categories import CategoryShares

INK, MUTED, GRID = HexColor(LIGHT.ink), HexColor(LIGHT.muted), HexColor(LIGHT.grid)
ACCENT, BAD = HexColor(LIGHT.accent), HexColor(LIGHT.bad)
# Fonts, with their size in points.
_PLAIN, _BOLD = ("Helvetica", 7.5), ("Helvetica-Bold", 7.5)
_HEAD, _FIGURE = ("Helvetica-Bold", 9.0), ("Helvetica-Bold", 10.0)
# Where the levels of churn risk end, as on the page.
_BANDS = (("Low", 0.0, 0.4), ("Medium", 0.4, 0.7), ("High", 0.7, 1.0))
_STEPS = (1, 2, 5, 10)


def trend_drawing(trend: pd.DataFrame, width: float, height: float = 150) -> Drawing:
    """Draw spend by month as bars, and its average as a line.

    Args:
        trend: as `trend.monthly_trend` returns.
        width: in points.
        height: in points.
    """
    drawing = Drawing(width, height)
    left, bottom, top = 52.0, 26.0, height - 18
    low, high, step = _axis(min(0.0, float(trend["spend"].min())), float(trend["spend"].max()))

    def y(amount: float) -> float:
        return bottom + (amount - low) / (high - low) * (top - bottom)

    for n in range(round((high - low) / step) + 1):
        amount = low + n * step
        drawing.add(Line(left, y(amount), width, y(amount), strokeColor=GRID, strokeWidth=0.6))
        drawing.add(
            _text((left - 5, y(amount) - 2.5), f"{'-' if amount < 0 else ''}${abs(amount):,.0f}", "end", MUTED, _PLAIN)
        )
    slot = (width - left) / max(len(trend), 1)
    line: list[float] = []
    for n, month in enumerate(trend.to_dict("records")):
        x = left + n * slot
        base, tip = y(0.0), y(month["spend"])
        fill = ACCENT if month["is_complete"] else white
        drawing.add(_box((x + slot * 0.2, min(base, tip)), (slot * 0.6, abs(tip - base)), fill, ACCENT))
        font = _BOLD if month["is_current"] else _PLAIN
        drawing.add(_text((x + slot / 2, bottom - 11), f"{month['month_start']:%b}", "middle", INK, font))
        if n == 0 or month["month_start"].month == 1:
            drawing.add(_text((x + slot / 2, bottom - 21), f"{month['month_start']:%Y}", "middle", MUTED, _PLAIN))
        if pd.notna(month["average"]):
            line += [x + slot / 2, y(month["average"])]
    if len(line) > 2:  # noqa: PLR2004 - two points make a line
        drawing.add(PolyLine(line, strokeColor=BAD, strokeWidth=1.6, strokeDashArray=[4, 2]))
    drawing.add(_text((left, height - 8), "Spend by month (US dollars)", "start", INK, _HEAD))
    drawing.add(_text((width, height - 8), "dashed: average of three months", "end", BAD, _PLAIN))
    return drawing


def category_drawing(shares: CategoryShares, width: float) -> Drawing:
    """Draw the shares of merchant categories as bars with their percentages, `width` points wide."""
    row, head = 15.0, 18.0
    height = head + row * len(shares.parts)
    drawing = Drawing(width, height)
    drawing.add(_text((0, height - 8), "Spend by merchant category (since opening)", "start", INK, _HEAD))
    names, numbers = 92.0, 92.0
    greatest = float(shares.parts["share"].max())
    for n, part in enumerate(shares.parts.to_dict("records")):
        y = height - head - (n + 1) * row + 4
        length = (width - names - numbers) * part["share"] / greatest
        drawing.add(_text((0, y + 1), writable(part["category"]), "start", INK, _PLAIN))
        colour = MUTED if part["category"] == OTHER else ACCENT
        drawing.add(_box((names, y - 1), (length, row - 6), colour, colour))
        said = f"{part['share']:.1%}  ${part['spend']:,.0f}"
        drawing.add(_text((names + length + 4, y + 1), said, "start", INK, _PLAIN))
    return drawing


def risk_drawing(probability: float, width: float) -> Drawing:
    """Draw the probability of churn on a bar whose three parts are the levels of risk, `width` points wide."""
    height, bar, y = 44.0, 12.0, 14.0
    drawing = Drawing(width, height)
    for name, start, end in _BANDS:
        colour = HexColor(LIGHT.risks[name])
        drawing.add(_box((start * width, y), ((end - start) * width, bar), colour, white))
        drawing.add(
            _text(((start + end) / 2 * width, y - 10), f"{name} ({start:.0%} to {end:.0%})", "middle", MUTED, _PLAIN)
        )
    x = min(max(probability, 0.0), 1.0) * width
    drawing.add(Line(x, y - 3, x, y + bar + 4, strokeColor=INK, strokeWidth=2))
    drawing.add(Circle(x, y + bar + 5, 3, fillColor=INK, strokeColor=INK))
    side, anchor = (-7, "end") if x > width - 40 else (7, "start")
    drawing.add(_text((x + side, y + bar + 3), f"{probability:.1%}", anchor, INK, _FIGURE))
    return drawing


def _axis(low: float, high: float) -> tuple[float, float, float]:
    """Return the ends of an axis around values, and the step between its lines: four to six of them, of round size."""
    wanted = max(high - low, 1.0) / 4
    power = 10.0 ** (len(f"{wanted:.0f}") - 1)
    step = next(power * factor for factor in _STEPS if power * factor >= wanted)
    return step * floor(low / step), step * ceil(max(high, 1.0) / step), step


def _text(
    at: tuple[float, float],
    text: str,
    anchor: Literal["start", "middle", "end"],
    colour: Color,
    font: tuple[str, float],
) -> String:
    return String(*at, text, textAnchor=anchor, fillColor=colour, fontName=font[0], fontSize=font[1])


def _box(at: tuple[float, float], size: tuple[float, float], fill: Color, edge: Color) -> Rect:
    box = Rect(*at, *size)
    box.fillColor, box.strokeColor, box.strokeWidth = fill, edge, 1
    return box
