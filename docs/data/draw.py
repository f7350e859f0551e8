"""Draws the pictures of docs/data.md and writes its table of figures, from the data of the local account.

Run `c360 up` first; then `.venv/bin/python docs/data/draw.py`. Each picture is one query in a file beside this script.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from c360.account_process import serving
from c360.commands.context import home_folder
from c360.connection import Ports, connect, target
from components.markdown_table import markdown_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from snowflake.connector.cursor import SnowflakeCursor

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "data.md"
_MARGIN = {"left": 24, "right": 24, "top": 5, "bottom": 12}
WIDTH, HEIGHT = 560, 220
PERSONAS = alt.Scale(
    domain=["High-Value Travelers", "Stable Mid-Spenders", "Budget-Conscious", "Declining", "New & Growing"],
    range=["#1b6ca8", "#3c9d6b", "#d9a514", "#c0453b", "#7b5ea7"],
)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def months(rows: pd.DataFrame) -> alt.Chart:
    """Transactions a month by persona."""
    return (
        alt.Chart(rows)
        .mark_area()
        .encode(
            x=alt.X("month:T", title=None),
            y=alt.Y("transactions:Q", title="Approved transactions a month", axis=alt.Axis(format="~s")),
            color=alt.Color("persona:N", scale=PERSONAS, title=None),
        )
    )


def hours(rows: pd.DataFrame) -> alt.Chart:
    """Share of every hour of the week."""
    named = rows.assign(day=[WEEKDAYS[int(number) - 1] for number in rows.weekday])
    return (
        alt.Chart(named)
        .mark_rect()
        .encode(
            x=alt.X("hour:O", title="Hour (UTC)", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("day:O", sort=WEEKDAYS, title=None),
            color=alt.Color("percent:Q", scale=alt.Scale(scheme="blues"), title="% of week"),
        )
    )


def amounts(rows: pd.DataFrame) -> alt.Chart:
    """Distribution of amounts by persona."""
    return (
        alt.Chart(rows)
        .mark_line(interpolate="monotone", strokeWidth=2)
        .encode(
            x=alt.X("amount:Q", scale=alt.Scale(type="log", nice=False), title="Amount, USD (logarithmic)",
                    axis=alt.Axis(values=[5, 10, 20, 50, 100, 200, 500, 1000, 2500])),
            y=alt.Y("percent:Q", title="% of the persona's transactions"),
            color=alt.Color("persona:N", scale=PERSONAS, title=None),
        )
    )  # fmt: skip


def declines(rows: pd.DataFrame) -> alt.Chart:
    """Spend of those who decline, gradually or at once, and of the others."""
    return (
        alt.Chart(rows)
        .mark_line(strokeWidth=2, point=True)
        .encode(
            x=alt.X("month:T", title=None),
            y=alt.Y("percent:Q", title="Spend, % of autumn 2023"),
            color=alt.Color(
                "kind:N", title=None,
                scale=alt.Scale(domain=["gradual", "sudden", "no decline"], range=["#d9a514", "#c0453b", "#8a9099"]),
            ),
        )
    )  # fmt: skip


def gaps(rows: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Waiting times between transactions beside those of a process without memory."""
    axis = alt.X("step:Q", title="Gap between two transactions, in the customer's own mean gaps")
    bars = (
        alt.Chart(rows)
        .mark_bar(color="#1b6ca8", opacity=0.75)
        .encode(
            x=axis,
            x2="end:Q",
            y=alt.Y("percent:Q", title="% of all gaps"),
            y2=alt.datum(0),
        )
        .transform_calculate(end="datum.step + 0.09")
    )
    line = (
        alt.Chart(rows)
        .mark_line(color="#c0453b", strokeWidth=2)
        .encode(x="middle:Q", y="without_memory_percent:Q")
        .transform_calculate(middle="datum.step + 0.05")
    )
    return alt.layer(bars, line)


def categories(rows: pd.DataFrame) -> alt.Chart:
    """Share of every merchant category in each persona's spend."""
    return (
        alt.Chart(rows)
        .mark_rect()
        .encode(
            x=alt.X("merchant_category:N", sort=alt.EncodingSortField("percent", op="sum", order="descending"),
                    title=None, axis=alt.Axis(labelAngle=-45)),
            y=alt.Y("persona:N", sort=list(PERSONAS.domain), title=None),
            color=alt.Color("percent:Q", scale=alt.Scale(scheme="blues"), title="% of spend"),
        )
    )  # fmt: skip


PICTURES: tuple[Callable[[pd.DataFrame], alt.Chart | alt.LayerChart | alt.FacetChart], ...] = (
    months, hours, amounts, declines, gaps, categories,
)  # fmt: skip


def main() -> None:
    """Draw every picture and write the table into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=Ports.account, help="port of the local account")
    parser.add_argument("--s3-port", type=int, default=Ports.s3)
    options = parser.parse_args()
    home = home_folder()
    with serving(home, Ports(options.port, options.s3_port)) as running:
        to = target("local", running.ports, home)
        with connect(to) as connection, connection.cursor() as cursor:
            draw(cursor, FOLDER)
            page = with_table(PAGE.read_text(), cursor)
    PAGE.write_text(page)


def draw(cursor: SnowflakeCursor, folder: Path) -> None:
    """Draw every picture into a folder, as SVG."""
    for picture in PICTURES:
        name = picture.__name__
        chart = picture(_ask(cursor, name)).properties(width=WIDTH, height=HEIGHT)
        # Text is measured with the font of this machine; a reader's may be wider.
        chart = chart.configure_view(stroke=None).configure(background="white", padding=_MARGIN)
        chart.save(folder / f"{name}.svg")


def with_table(page: str, cursor: SnowflakeCursor) -> str:
    """Return the page with the figures measured now between its marks."""
    columns = ("property", "expected", "measured")
    rows = [[str(getattr(row, name)) for name in columns] for row in _ask(cursor, "fidelity").itertuples()]
    marked = r"(?<=<!-- table -->\n).*?(?=<!-- end -->)"
    return re.sub(marked, lambda _: markdown_table(columns, rows), page, count=1, flags=re.DOTALL)


def _ask(cursor: SnowflakeCursor, name: str) -> pd.DataFrame:
    cursor.execute((FOLDER / f"{name}.sql").read_text())
    rows = [[float(v) if hasattr(v, "as_tuple") else v for v in row] for row in cursor.fetchall()]
    return pd.DataFrame(rows, columns=[column.name.lower() for column in cursor.description])


if __name__ == "__main__":
    main()
