"""Runs the page's queries through Streamlit's Snowflake connection and turns failures into advice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import streamlit as st
from snowflake.connector.errors import Error as SnowflakeError
from streamlit.errors import StreamlitAPIException

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_DOES_NOT_EXIST = 2003


class DatabaseUnavailableError(Exception):
    """The database gave no answer; the text tells a reader of the page what to do."""


@st.cache_data(ttl=timedelta(minutes=10), max_entries=10, show_spinner="Loading customers")
def query(sql: str, params: Sequence[Any] = (), *, version: str) -> pd.DataFrame:  # noqa: ARG001 - a part of the key
    """Return a query's rows, for ten minutes from memory where the same was asked of the same data.

    Args:
        sql: one SELECT with `?` where values go.
        params: the values, bound by the connector and never pasted into the text.
        version: what tells the data of one run from those of the next, as `data_version` returns it.

    Raises:
        DatabaseUnavailableError: where the database cannot be reached or refuses the query.
    """
    return _ask(sql, params)


@st.cache_data(ttl=timedelta(seconds=10), show_spinner=False)
def data_version(sql: str) -> str:
    """Return the one value of a query that is another after each run; it is asked again after ten seconds.

    Raises: as `query`.
    """
    return str(_ask(sql).iloc[0, 0])


def _ask(sql: str, params: Sequence[Any] = ()) -> pd.DataFrame:
    try:
        connection = st.connection("snowflake")
    except (SnowflakeError, StreamlitAPIException) as error:
        raise DatabaseUnavailableError(advice(error)) from error
    try:
        # Not from Streamlit's own cache of queries, which leaves the parameters out of its key.
        frame = connection.query(sql, params=list(params) or None, ttl=0, show_spinner=False)
    except SnowflakeError as error:
        connection.reset()
        raise DatabaseUnavailableError(advice(error)) from error
    return frame.rename(columns=str.lower)


def advice(error: Exception) -> str:
    """Say in one or two sentences what a failure means for the reader of the page."""
    if getattr(error, "errno", None) == _DOES_NOT_EXIST:
        return (
            "The customer profiles are not there yet, or this app may not read them. "
            "Run the pipeline (`c360 run`) and try again."
        )
    reason = str(getattr(error, "msg", None) or error).strip().splitlines()
    return (
        "The customer database cannot be reached right now. Please try again in a minute; if it stays away, "
        f"pass this on to your data team: {reason[-1] if reason else type(error).__name__}"
    )
