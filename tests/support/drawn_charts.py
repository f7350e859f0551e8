"""The pictures of the pages for small fixed rows, as text: what a change of a chart is reviewed by.

Run as a module (`make golden`) it writes the expected pictures anew.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from customer_360.access.segments import Migration
from customer_360.campaign.expected_profit import Response, profit_curve
from customer_360.campaign.roi import Figures, Terms, break_even, by_lift, project, tornado
from customer_360.charts import assistant, campaign, campaign_outlook, segments
from customer_360.report import drawings
from customer_360.themes import LIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from customer_360.themes import AnyChart

GOLDEN = Path(__file__).parents[1] / "golden" / "charts"


def pictures() -> dict[str, str]:
    """Return the text of each expected file, by its name."""
    drawn = {"assistant": _assistant(), "campaign": _campaign(), "segments": _segments()}
    written = {name: {key: _specification(chart) for key, chart in charts.items()} for name, charts in drawn.items()}
    return {f"{name}.json": _text(found) for name, found in {**written, "report": _report()}.items()}


def _assistant() -> Mapping[str, AnyChart | None]:
    answers = {
        "bars": {"segment": ["Declining", "New"], "customers": [3, 5]},
        "many bars": {"segment": ["A", "B", "C", "D", "E"], "customers": [3, 5, 1, 1, 2]},
        "grouped bars": {
            "segment": ["A", "A", "B", "B", "C", "C", "D", "D"],
            "card_type": ["Gold", "Silver"] * 4,
            "customers": [1, 2, 3, 4, 5, 6, 7, 8],
        },
        "line": {"month_start": [date(2024, 1, 1), date(2024, 2, 1)], "spend": [1.0, 2.5]},
        "states": {"state": ["CA", "NY", "TX"], "customers": [1, 2, 9]},
    }
    return {name: assistant.automatic(pd.DataFrame(rows), LIGHT) for name, rows in answers.items()}


def _campaign() -> Mapping[str, AnyChart]:
    audience, terms = Figures(1_000, 500_000.0), Terms(0.30, 0.40, 50.0, 3)
    plan, measure = project(audience, terms), campaign_outlook.NET_PROFIT
    composed = pd.DataFrame({"segment": ["Declining"], "card_type": ["Gold"], "customers": [3]})
    curve = profit_curve(np.array([0.5, 0.1]), np.array([9_000.0, 100.0]), Response(0.3, 0.2, 0.02, 10.0))
    return {
        "composition": campaign.composition(composed, LIGHT),
        "funnel": campaign.reach_funnel(4_000, plan, LIGHT),
        "gauge": campaign.roi_gauge(0.25, LIGHT),
        "waterfall": campaign.revenue_waterfall(plan, 3, LIGHT),
        "break-even": campaign.break_even_chart(audience, terms, break_even(audience, terms), LIGHT),
        "sensitivity": campaign_outlook.sensitivity(
            by_lift(audience, terms, (0.1, 0.2)), 0.1, "Lift in spend", measure, LIGHT
        ),
        "tornado": campaign_outlook.tornado_chart(tornado(audience, terms, measure.of), plan, measure, LIGHT),
        "profit curve": campaign_outlook.profit_curve_chart(curve, LIGHT),
    }


def _segments() -> Mapping[str, AnyChart]:
    rows = pd.DataFrame({"segment": ["Declining", "New"], "customers": [30, 10], "share": [0.75, 0.25]})
    rows = rows.assign(p05=[1.0, 2.0], p25=[5.0, 6.0], p50=[7.0, 8.0], p75=[9.0, 10.0], p95=[20.0, 30.0])
    bins = pd.DataFrame(
        {"low": [0.0, 0.9], "high": [0.1, 1.0], "churn_risk_category": ["Low", "High"], "customers": [7, 2]}
    )
    moves = pd.DataFrame(
        {"segment_before": ["New", None], "segment": ["Declining", "New"], "customers": [4, 6], "share": [0.4, 1.0]}
    )
    return {
        "migration": segments.migration(Migration(pd.Timestamp("2024-01-01"), moves), LIGHT),
        "distribution": segments.distribution(rows, LIGHT),
        "lifetime value": segments.lifetime_value_boxes(rows, LIGHT),
        "churn": segments.churn_histogram(bins, LIGHT),
    }


def _report() -> dict[str, Any]:
    months = pd.date_range("2023-11-01", periods=4, freq="MS")
    trend = pd.DataFrame({"month_start": months, "spend": [120.0, 80.0, -15.0, 240.0]})
    trend = trend.assign(average=[None, None, 61.5, 101.5], is_complete=[True, True, True, False])
    trend = trend.assign(is_current=[False, False, False, True])
    found = {"trend": drawings.trend_drawing(trend, 400)}
    found |= {f"risk {share}": drawings.risk_drawing(share, 400) for share in (0.05, 0.95)}
    return {
        name: [f"{type(part).__name__} {_plain(part.getProperties())}" for part in drawing.contents]
        for name, drawing in found.items()
    }


def _plain(properties: dict[str, Any]) -> str:
    told = {key: value.hexval() if hasattr(value, "hexval") else value for key, value in properties.items()}
    return json.dumps(_rounded({key: value for key, value in told.items() if value is not None}), sort_keys=True)


def _specification(chart: AnyChart | None) -> Any:
    """Return a chart as Vega-Lite, with its rows in place of the names that Altair makes, without the theme."""
    assert chart is not None
    written = chart.to_dict()
    rows = written.pop("datasets")
    named = json.dumps({key: part for key, part in written.items() if key not in {"$schema", "config"}})
    for number, name in enumerate(rows):
        named = named.replace(name, f"rows {number}")
    return _rounded(
        {**json.loads(named), "rows": [[json.dumps(_rounded(row)) for row in part] for part in rows.values()]}
    )


def _rounded(value: Any) -> Any:
    """Round to what a picture shows, so that the last digit of a machine's sum is no change of it."""
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _text(found: Any) -> str:
    return json.dumps(found, indent=1, sort_keys=True, default=str) + "\n"


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for file, text in pictures().items():
        (GOLDEN / file).write_text(text, encoding="utf-8")
