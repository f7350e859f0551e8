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

CACHE_TIME = timedelta(minutes=10)
_DOES_NOT_EXIST = 2003


class DatabaseUnavailableError(Exception):
    """The database gave no answer; the text tells a reader of the page what to do."""


def query(sql: str, params: Sequence[Any] = ()) -> pd.DataFrame:
    """Return a query's rows, cached for ten minutes.

    Args:
        sql: one SELECT with `?` where values go.
        params: the values, bound by the connector and never pasted into the text.

    Raises:
        DatabaseUnavailableError: where the database cannot be reached or refuses the query.
    """
    try:
        connection = st.connection("snowflake")
    except (SnowflakeError, StreamlitAPIException) as error:
        raise DatabaseUnavailableError(advice(error)) from error
    try:
        frame = connection.query(sql, params=list(params) or None, ttl=CACHE_TIME, show_spinner="Loading customers")
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
