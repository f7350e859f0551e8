"""Asks the database: the one way in which pages run queries, remember answers, and turn failures into advice."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import pandas as pd
import streamlit as st
from snowflake.connector.errors import Error as SnowflakeError
from snowflake.connector.errors import InterfaceError, NotSupportedError, OperationalError
from streamlit.errors import StreamlitAPIException

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamlit.connections import SnowflakeConnection

logger = logging.getLogger(__name__)

_DOES_NOT_EXIST = 2003
# Of sessions that have ended, and of the connector where it does not reach the account.
_DROPPED = (range(390_000, 400_000), range(250_000, 260_000))
# Seconds. By itself the connector tries an account that is gone for ever; the same limit ends a query that takes long.
_GIVES_UP_AFTER = 20
# Seconds for which nobody waits again for an account that is gone.
_LEFT_ALONE_FOR = 10


class DatabaseUnavailableError(Exception):
    """The database gave no answer; the text tells a reader of the page what to do."""


@dataclass
class _Outage:
    """An account that does not answer: until when it is left alone, and what readers are told meanwhile."""

    until: float = 0
    advice: str = ""


# Of the process, whose sessions share one connection.
_outage = _Outage()


def try_again() -> None:
    """Ask an account again that did not answer a moment ago."""
    _outage.until = 0


class Query(Protocol):
    """How data are asked for: the cached query of a page, or in a test a function of a plain connection."""

    def __call__(self, sql: str, params: Sequence[object] = ()) -> pd.DataFrame:
        """Return a query's rows, with column names in lower case, decimals as floats and days as dates.

        Args:
            sql: one SELECT with `?` where values go.
            params: the values, bound by the connector and never pasted into the text.

        Raises:
            DatabaseUnavailableError: where the database cannot be reached or refuses the query.
        """
        ...


# The version of the data is a part of the key, so that nothing of an earlier run is shown; what is not made by a run is
# asked again after a while. Answers are small: tables come by pages.
@st.cache_data(ttl=timedelta(minutes=30), max_entries=1000, show_spinner=False)
def remembered(sql: str, params: tuple[object, ...], role: str, version: str, _tag: Mapping[str, str]) -> pd.DataFrame:
    """Return a query's rows, from memory where this role asked the same with the same values of the same data.

    Args:
        sql: as `Query`.
        params: as `Query`; a part of the key, which Streamlit's own cache of queries leaves out.
        role: which asks; masks and grants are its own.
        version: what tells the data of one run from those of the next.
        _tag: what the statement is for; no part of the key.

    Raises: as `Query`.
    """
    logger.debug("asked as %s of data %s", role, version)
    return ask_database(sql, params, _tag)


def query_of(role: str, version: str, tag: Mapping[str, str]) -> Query:
    """Return the query of a page's run: it remembers answers for the role and the version of the data.

    Args:
        role: the current role of the connection.
        version: as `access.freshness.Freshness.version`.
        tag: what the statements are for, such as the audience and the tab.
    """

    def ask(sql: str, params: Sequence[object] = ()) -> pd.DataFrame:
        # By name: for each value without one Streamlit looks up the function's parameters.
        return remembered(sql=sql, params=tuple(params), role=role, version=version, _tag=tag)

    return ask


def unremembered_query_of(tag: Mapping[str, str]) -> Query:
    """Return a query that asks anew each time: for whole tables that are written to a file, and for procedures.

    Args:
        tag: as `query_of`.
    """

    def ask(sql: str, params: Sequence[object] = ()) -> pd.DataFrame:
        return ask_database(sql, tuple(params), tag)

    return ask


def ask_database(sql: str, params: Sequence[object], tag: Mapping[str, str]) -> pd.DataFrame:
    """Run a statement, a second time on a fresh connection where the first was dropped; log how long it took.

    Args:
        sql: as `Query`.
        params: as `Query`.
        tag: is written as a comment at the end of the statement, so that the query history tells what asked.

    Raises: as `Query`.
    """
    if time.monotonic() < _outage.until:
        raise DatabaseUnavailableError(_outage.advice)
    statement = f"{sql.rstrip()}\n/* {json.dumps({'app': 'customer_360', **tag}).replace('*/', '')} */"
    started = time.monotonic()
    try:
        frame = _run_twice(statement, params)
    except (SnowflakeError, StreamlitAPIException) as error:
        told = advice(error)
        if is_dropped(error):
            _outage.until, _outage.advice = time.monotonic() + _LEFT_ALONE_FOR, told
        raise DatabaseUnavailableError(told) from error
    logger.info("%d rows in %.3f s %s", len(frame), time.monotonic() - started, dict(tag))
    return frame


def _run_twice(statement: str, params: Sequence[object]) -> pd.DataFrame:
    try:
        return _run(statement, params)
    except SnowflakeError as error:
        if not is_dropped(error):
            raise
        logger.warning("The connection was dropped (%s): trying a fresh one.", type(error).__name__)
    connection().reset()
    return _run(statement, params)


def connection() -> SnowflakeConnection:
    """Return the connection that all sessions of this server share."""
    return st.connection("snowflake", network_timeout=_GIVES_UP_AFTER)


def _run(statement: str, params: Sequence[object]) -> pd.DataFrame:
    with connection().cursor() as cursor:
        cursor.execute(statement, list(params) or None)
        try:
            frame = cursor.fetch_pandas_all()
        except NotSupportedError:  # what is no query, such as CALL or DESCRIBE, comes as JSON
            frame = pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description])
    frame = frame.rename(columns=str.lower)
    decimals = [
        column for column in frame.select_dtypes("object") if any(isinstance(v, Decimal) for v in frame[column])
    ]
    return frame.astype(dict.fromkeys(decimals, "float64")) if decimals else frame


def is_dropped(error: Exception) -> bool:
    """Tell whether the connection failed, and not the statement: then a fresh one may help."""
    number = getattr(error, "errno", None) or 0
    return isinstance(error, OperationalError | InterfaceError) or any(number in numbers for numbers in _DROPPED)


def advice(error: Exception) -> str:
    """Say in one or two sentences what a failure means for the reader of the page."""
    if getattr(error, "errno", None) == _DOES_NOT_EXIST:
        return (
            "The figures of this page are not there yet, or this app may not read them. "
            "Run the pipeline (`c360 run`) and try again."
        )
    if isinstance(error, SnowflakeError) and not is_dropped(error):
        query_id = getattr(error, "sfqid", None)
        return (
            "The database refused a question of this page, so its figures cannot be shown. "
            f"Pass this on to your data team: {_reason(error)}{f' (query {query_id})' if query_id else ''}"
        )
    return (
        "The customer database cannot be reached right now. Please try again in a minute; if it stays away, "
        f"pass this on to your data team: {_reason(error)}"
    )


def _reason(error: Exception) -> str:
    lines = str(getattr(error, "raw_msg", None) or getattr(error, "msg", None) or error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__


def viewer(ask: Query) -> str:
    """Return who looks at the page: as Snowflake says it of its pages, elsewhere the connection's user.

    Args:
        ask: the query; on Snowflake it would name the app's owner.

    Raises: as `Query`.
    """
    known = st.user.to_dict()
    name = known.get("user_name") or known.get("email")
    return str(name or ask("select current_user() as name").iloc[0]["name"])
