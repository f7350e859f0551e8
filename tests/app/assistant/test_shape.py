"""Which chart an answer gets, and that each is drawn with a title that tells its unit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import vl_convert
from customer_360.assistant.shape import shape_of, unit
from customer_360.assistant.states import TILES
from customer_360.charts.assistant import automatic
from customer_360.themes import DARK, LIGHT

if TYPE_CHECKING:
    from customer_360.themes import Theme

MONTHS = [date(2024, month, 1) for month in range(1, 7)]
SEGMENTS = ["Declining", "New & Growing"]


def table(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


ANSWERS = {
    "a figure over time": (
        table(transaction_month=MONTHS, total_revenue=range(6)), "line",
        "Total revenue by transaction month (US dollars)",
    ),
    "a figure over time of each group": (
        table(transaction_month=MONTHS * 2, segment=[s for s in SEGMENTS for _ in MONTHS], total_revenue=range(12)),
        "line", "Total revenue by transaction month and segment (US dollars)",
    ),
    "a figure by category": (
        table(segment=SEGMENTS, high_risk_customer_percent=[1.5, None]), "bar",
        "High risk customer percent by segment (percent)",
    ),
    "named customers": (
        table(customer_id=["C1", "C2"], name=["A", "B"], lifetime_value=[2.0, 1.0]), "bar",
        "Lifetime value by name (US dollars)",
    ),
    "two categories": (
        table(category_group=["Dining", "Travel"] * 2, segment=[s for s in SEGMENTS for _ in "12"], spend=[1, 2, 3, 4]),
        "grouped bar", "Spend by category group and segment (US dollars)",
    ),
    "figures of one unit": (
        table(card_type=["Gold", "Basic"], credit_limit=[1, 2], lifetime_value=[3, 4]), "grouped bar",
        "Credit limit, lifetime value by card type (US dollars)",
    ),
    "many rows of one figure": (
        table(customer_id=[f"C{n}" for n in range(40)], churn_probability=[n / 40 for n in range(40)]), "histogram",
        "How churn probability is spread (0 to 1)",
    ),
    "two figures of many customers": (
        table(customer_id=[f"C{n}" for n in range(9)], credit_limit=range(9), tenure_days=range(9)), "scatter",
        "Tenure days (days) by credit limit (US dollars)",
    ),
    "states": (
        table(state=["CA", "TX", "NY"], total_customers=[3, 2, None]), "states", "Total customers by state (number)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ANSWERS)
def test_the_chart_fits_the_rows_and_says_its_unit(name: str, theme: Theme) -> None:
    rows, kind, title = ANSWERS[name]
    shape = shape_of(rows)
    assert shape is not None
    assert shape.kind == kind
    chart = automatic(rows, theme)
    assert chart is not None
    drawn = chart.to_dict()
    assert drawn["title"] == title
    assert vl_convert.vegalite_to_vega(drawn)["marks"], "the browser can draw it"


@pytest.mark.parametrize(
    "rows",
    [
        table(total_revenue=[1.0]),
        table(segment=[], total_revenue=[]),
        table(name=["A", "B"], city=["X", "Y"]),
        table(transaction_month=MONTHS, city=list("abcdef"), state=list("ABCDEF"), total_revenue=range(6)),
        table(zip_code=[94110, 94111], customer_number=[1, 2]),
    ],
)
def test_where_a_table_says_more_there_is_no_chart(rows: pd.DataFrame) -> None:
    assert shape_of(rows) is None


def test_every_state_has_a_tile_of_its_own() -> None:
    assert len(TILES) == len(set(TILES.values())) == 51
    assert {"CA", "DC", "HI", "AK"} <= TILES.keys()


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("total_revenue", "US dollars"),
        ("churn_rate", "percent"),
        ("avg_churn_probability", "0 to 1"),
        ("customers", "number"),
    ],
)
def test_units_follow_from_names(figure: str, said: str) -> None:
    assert unit(figure) == said
