"""Charts on the page are drawn anew for other values, and for nothing else; their rows go with them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import pytest
import streamlit as st
from customer_360 import drawn
from customer_360.charts.campaign_outlook import NET_PROFIT, ROI
from customer_360.drawn import show_chart
from customer_360.themes import DARK, LIGHT
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = pd.DataFrame({"day": [date(2024, 12, 30), date(2024, 12, 31)], "spend": [1.5, None]})


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is sent to the browser."""
    drawn._specification.clear()
    charts: list[dict[str, Any]] = []
    monkeypatch.setattr(st, "vega_lite_chart", lambda specification, **_: charts.append(specification))
    return charts


@pytest.fixture
def counted() -> tuple[Callable[..., alt.Chart], list[int]]:
    """A chart, and how many times it was drawn."""
    times: list[int] = []

    def bars(rows: pd.DataFrame, *_: object) -> alt.Chart:
        times.append(1)
        return alt.Chart(rows).mark_bar().encode(x="day:T", y="spend:Q")

    return bars, times


def test_the_same_values_are_drawn_once(
    sent: list[dict[str, Any]], counted: tuple[Callable[..., alt.Chart], list[int]]
) -> None:
    draw, times = counted
    for _ in range(2):
        show_chart("bars", draw, ROWS.copy(), LIGHT, ROI)
    assert len(times) == 1
    assert sent[0]["data"] == sent[1]["data"], "the browser keeps the picture of rows whose name it knows"


@pytest.mark.parametrize(
    "other",
    [
        (ROWS.assign(spend=[1.5, 2.0]), LIGHT, ROI),
        (ROWS.rename(columns={"spend": "amount"}), LIGHT, ROI),
        (ROWS.head(1), LIGHT, ROI),
        (ROWS, DARK, ROI),
        (ROWS, LIGHT, NET_PROFIT),
    ],
    ids=["value", "column", "rows", "theme", "measure"],
)
def test_other_values_are_drawn_anew_and_their_rows_told_from_others(
    sent: list[dict[str, Any]], counted: tuple[Callable[..., alt.Chart], list[int]], other: tuple[Any, ...]
) -> None:
    draw, times = counted
    show_chart("bars", draw, ROWS, LIGHT, ROI)
    show_chart("bars", draw, *other)
    assert len(times) == 2
    # By the name of the index; without it, the browser takes rows that look alike for those that it has.
    assert index_names(sent[0]).isdisjoint(index_names(sent[1]))


def test_other_rows_leave_the_chart_as_it_is(
    sent: list[dict[str, Any]], counted: tuple[Callable[..., alt.Chart], list[int]]
) -> None:
    draw, _ = counted
    for rows in (ROWS, ROWS.assign(spend=[1.5, 2.0]), ROWS.head(1)):
        show_chart("bars", draw, rows, LIGHT, ROI)
    without_rows = [{name: part for name, part in chart.items() if name != "datasets"} for chart in sent]
    assert without_rows[0] == without_rows[1] == without_rows[2]
    assert len({name for chart in sent for name in chart["datasets"]}) == 1


def index_names(chart: dict[str, Any]) -> set[object]:
    """Return what the indexes of a chart's rows are called."""
    return {convert_arrow_bytes_to_pandas_df(rows).index.name for rows in chart["datasets"].values()}


def test_one_row_of_a_long_table_makes_another_chart(
    sent: list[dict[str, Any]], counted: tuple[Callable[..., alt.Chart], list[int]]
) -> None:
    draw, times = counted
    rows = pd.DataFrame({"day": range(60_000), "spend": 0})
    for other in (rows, rows.assign(spend=(rows["day"] == 7).astype(int))):
        show_chart("bars", draw, other)
    assert len(times) == len(sent) == 2


def test_rows_that_layers_share_are_sent_once_and_as_they_are(sent: list[dict[str, Any]]) -> None:
    def layers(rows: pd.DataFrame, others: pd.DataFrame) -> alt.LayerChart:
        base = alt.Chart(rows).encode(x="day:T", y="spend:Q")
        return alt.layer(base.mark_bar(), base.mark_point(), alt.Chart(others).mark_rule().encode(y="y:Q"))

    show_chart("layers", layers, ROWS, pd.DataFrame({"y": [0]}))
    (chart,) = sent
    names = [layer["data"]["name"] for layer in chart["layer"]]
    assert names[0] == names[1] != names[2]
    assert set(chart["datasets"]) == set(names)
    rows = convert_arrow_bytes_to_pandas_df(chart["datasets"][names[0]])
    pd.testing.assert_frame_equal(rows.rename_axis(None), ROWS)


def test_where_there_is_no_chart_nothing_is_shown(sent: list[dict[str, Any]]) -> None:
    show_chart("none", lambda _: None, ROWS)
    assert sent == []
