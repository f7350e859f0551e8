"""Layers are laid over one another as Altair's own function does it."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest
from customer_360.charts.layers import layered

ROWS = pd.DataFrame({"x": [1, 2], "y": [3, 4]})


def test_layers_are_written_as_altair_writes_them() -> None:
    base = alt.Chart().encode(x="x:Q")
    layers = (base.mark_rule(), base.mark_bar().encode(y="y:Q"), alt.Chart(pd.DataFrame({"z": [0]})).mark_point())
    assert layered(*layers, data=ROWS, height=90).to_dict() == alt.layer(*layers, data=ROWS, height=90).to_dict()


@pytest.mark.parametrize("given", [{"height": 9}, {"width": 9}, {"params": [alt.param(name="p")]}], ids=str)
def test_what_is_the_whole_charts_is_refused_of_a_layer(given: dict[str, object]) -> None:
    layer = alt.Chart(ROWS, **given).mark_bar()  # pyrefly: ignore[bad-argument-type]
    with pytest.raises(ValueError, match=f"may not have {next(iter(given))}"):
        layered(alt.Chart(ROWS).mark_bar(), layer, height=90)
