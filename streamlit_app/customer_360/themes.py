"""Colours of the charts by theme, and how every chart is titled and sized."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from customer_360.vocabulary import CHURN_RISKS, SEGMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import altair as alt

    AnyChart: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart

_FONT = "Source Sans, sans-serif"
# d3 writes nothing at all with the sign and the thousands of the numbers beside it: +0%, $0k.
_NOTHING_PLAINLY = "datum.value === 0 ? replace(replace(datum.label, '+', ''), regexp('[kMG]$'), '') : datum.label"


@dataclass(frozen=True)
class Theme:
    """Colours that are told apart on one background, by people who do not tell red from green too.

    They are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), lighter or darker as the background asks.

    Attributes:
        name: light or dark, as Streamlit says.
        ink: Of text; the theme's textColor.
        muted: Of axes, and of what is only compared with.
        grid: Of lines behind a chart.
        surface: Of the background.
        accent: Of the one series that a chart is about; the theme's primaryColor.
        on_accent: Of text on it.
        good: Of a gain.
        bad: Of a loss; never the only sign of one.
        palette: Of categories, in the order in which they are used.
        sequence: From few to many, for heat maps; ink is read on both.
    """

    name: str
    ink: str
    muted: str
    grid: str
    surface: str
    accent: str
    on_accent: str
    good: str
    bad: str
    palette: tuple[str, ...]
    sequence: tuple[str, str]

    @property
    def segments(self) -> dict[str, str]:
        """The colour of each segment."""
        return dict(zip(SEGMENTS, self.palette, strict=False))

    @property
    def risks(self) -> dict[str, str]:
        """The colour of each level of churn risk."""
        return dict(zip(CHURN_RISKS, (self.bad, self.palette[4], self.good), strict=True))


LIGHT = Theme(
    name="light",
    ink="#0b1118",
    muted="#5a6775",
    grid="#dfe5ec",
    surface="#ffffff",
    accent="#1f4e79",
    on_accent="#ffffff",
    good="#00795a",
    bad="#b8441f",
    palette=("#0b5c96", "#2f93cc", "#00795a", "#b8441f", "#b57b00", "#a0527f", "#5a6775", "#7a6a00"),
    sequence=("#edf3f9", "#8dbbe3"),
)
DARK = Theme(
    name="dark",
    ink="#e6ebf0",
    muted="#a3b0be",
    grid="#2b3744",
    surface="#12181f",
    accent="#6fb1e0",
    on_accent="#0b1118",
    good="#35c79a",
    bad="#f0855c",
    palette=("#3f97d9", "#8fd0f7", "#35c79a", "#f0855c", "#efb93f", "#dd9cc0", "#a3b0be", "#e6dc6a"),
    sequence=("#1c2b3a", "#2d6a9c"),
)
THEMES: Mapping[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK)}


def theme_of(name: object) -> Theme:
    """Return the theme of Streamlit's name for it; light where it does not say."""
    return THEMES.get(str(name), LIGHT)


def titled(chart: AnyChart, theme: Theme, title: str) -> AnyChart:
    """Give a finished chart its title, and the looks that all charts share.

    Args:
        chart: a whole chart, not a layer of one.
        theme: whose colours it has.
        title: what is shown, with its unit, such as "Spend by month (US dollars)".
    """
    # Set in place: each of Altair's own ways to do so copies the whole chart.
    chart.title, chart.background = title, "transparent"
    chart.config = {
        "font": _FONT,
        "title": {"anchor": "start", "color": theme.ink, "fontSize": 15, "fontWeight": 600, "offset": 12},
        "axis": {
            "labelColor": theme.ink, "titleColor": theme.ink, "labelFontSize": 12, "titleFontSize": 12,
            "titleFontWeight": "normal", "gridColor": theme.grid, "domainColor": theme.grid, "tickColor": theme.grid,
            "labelLimit": 220, "labelExpr": _NOTHING_PLAINLY,
        },
        "legend": {
            "labelColor": theme.ink, "titleColor": theme.ink, "labelFontSize": 12, "orient": "bottom", "title": None,
        },
        "view": {"strokeWidth": 0},
    }  # fmt: skip
    return chart
