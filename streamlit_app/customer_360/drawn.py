"""Charts on the page: the one way of every tab, which remembers what it drew."""

from __future__ import annotations

import logging
import pickle
import threading
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ParamSpec

import altair as alt
import streamlit as st
from altair.utils.schemapi import disable_debug_mode
from streamlit.dataframe_util import convert_pandas_df_to_arrow_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from customer_360.themes import AnyChart

logger = logging.getLogger(__name__)
Given = ParamSpec("Given")

# Altair holds each chart against Vega-Lite's schema several times while it is made, which took most of a page's time.
# What no reader can change is held against it by the tests.
disable_debug_mode()
# Of Altair, whose settings are those of the whole process: its sessions run in threads.
_settings = threading.Lock()
# Its own types do not let it be a context manager, nor take a function of frames.
_transformers: Any = alt.data_transformers


def show_chart(key: str, draw: Callable[Given, AnyChart | None], *args: Given.args, **kwargs: Given.kwargs) -> None:
    """Show a chart; one that was drawn of the same values before comes from memory, and the browser keeps its picture.

    Where only rows are others, the browser puts them into the chart that it has, which takes it a fifth of the time of
    another chart. So what changes belongs into a chart's rows, but for the labels of a legend, whose places stay; and
    each order is one of values: the order of rows is that of the first ones.

    Args:
        key: another for each chart of the page.
        draw: makes the chart, or None where there is none to be shown; a function that its module and name tell
            from every other.
        args: what it is made of: tables, colours, plain values and dataclasses of them.
        kwargs: the same, by name.
    """
    # Streamlit's own way of comparing tables and dataclasses took a sixth of a page's time, and of long tables it
    # compares some rows only.
    values = pickle.dumps((draw.__module__, draw.__qualname__, args, kwargs))
    specification = _specification(values=values, _draw=draw, _args=args, _kwargs=kwargs)
    if specification is not None:
        st.vega_lite_chart(specification, theme=None, key=key)


@st.cache_data(ttl=timedelta(minutes=30), max_entries=500, show_spinner=False)
def _specification(
    values: bytes, _draw: Callable[..., AnyChart | None], _args: tuple[Any, ...], _kwargs: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Draw a chart, of what `values` stands for in the key of the memory."""
    logger.debug("drawn of %d bytes", len(values))
    chart = _draw(*_args, **_kwargs)
    if chart is None:
        return None
    frames: dict[str, pd.DataFrame] = {}
    mark = blake2b(values, digest_size=8).hexdigest()
    _transformers.register("by_name", _by_name)
    with _settings, _transformers.enable("by_name", frames=frames):
        specification = chart.to_dict(validate=False)
    # Of rows in the same number and of the same size, the browser takes those that bear the same names for the ones
    # that it has: so the index bears a name that no other rows have.
    rows = {name: convert_pandas_df_to_arrow_bytes(frame.rename_axis(mark)) for name, frame in frames.items()}
    return specification | {"datasets": rows}


def _by_name(data: pd.DataFrame, frames: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Set a chart's rows aside, to be sent as Arrow, under a name that stays when the chart is drawn of others."""
    name = next((name for name, frame in frames.items() if frame is data), f"rows_{len(frames)}")
    frames[name] = data
    return {"name": name}
