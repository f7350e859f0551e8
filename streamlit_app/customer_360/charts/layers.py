"""Charts of several layers, made without Altair's copies, and the order of what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_OF_THE_WHOLE = ("params", "height", "width", "view")


class _Layers(alt.LayerChart):
    """Layers as they are.

    Altair's own class copies each layer whole, three times, whenever it is made, and it is made again when it is
    written: to move to the whole chart what a layer may not have. That took three quarters of the time of a chart.
    """

    def __init__(self, data: Any = alt.Undefined, layer: Sequence[alt.Chart] = (), **kwargs: Any) -> None:
        super(alt.LayerChart, self).__init__(data=data, layer=list(layer), **kwargs)


def layered(*layers: alt.Chart, height: int, data: pd.DataFrame | None = None) -> alt.LayerChart:
    """Lay charts over one another, the first at the bottom.

    Args:
        layers: charts without parameters and sizes of their own, which are the whole chart's.
        height: of the whole, in pixels.
        data: of those layers that have none of their own.

    Raises:
        ValueError: for a layer that has what is the whole chart's.
    """
    for layer in layers:
        if given := [name for name in _OF_THE_WHOLE if layer[name] is not alt.Undefined]:
            raise ValueError(f"A layer may not have {', '.join(given)}: it is the whole chart's.")
    return _Layers(alt.Undefined if data is None else data, layers, height=height)


def by_position() -> alt.EncodingSortField:
    """Return the order of values by their rows' `position`.

    A list of them, or the order of the rows, would be that of the rows with which the browser made the chart.
    """
    return alt.EncodingSortField("position", op="min")
