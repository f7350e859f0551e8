"""What the assistant asks: a question of the analyst, and its answer's SQL through the page's own query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from snowflake.connector.errors import Error as SnowflakeError
from streamlit.errors import StreamlitAPIException

from analyst_client.client import AnalystClient, AnalystError
from analyst_client.connection import HttpTransport
from analyst_client.desk import AnswerError, QuestionDesk, Rows
from analyst_client.transport import runtime_transport
from customer_360 import database
from customer_360.database import DatabaseUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyst_client.desk import AskedAnswer
    from analyst_client.transport import Transport
    from customer_360.assistant.conversation import Exchange
    from customer_360.database import Query

# A page shows and charts no more; the whole of a larger table is a matter for a query of one's own.
MOST_ROWS = 1_000
_SCHEMA, _VIEW = "GOLD", "CUSTOMER_360"
# As operations count them, by the status of an answer.
_OUTCOMES = {"answer": "answered", "clarify": "asked back", "refuse": "refused"}


def analyst_transport() -> Transport:
    """Return the way to the analyst: through Snowflake's runtime where the page runs inside of it, else over HTTP.

    Raises:
        DatabaseUnavailableError: where the database cannot be reached.
    """
    try:
        return runtime_transport() or HttpTransport(database.connection().raw_connection)
    except (SnowflakeError, StreamlitAPIException) as error:
        raise DatabaseUnavailableError(database.advice(error)) from error


def answer(ask: Query, transport: Transport, question: str, history: Sequence[dict[str, Any]]) -> AskedAnswer:
    """Answer one question with the rights of the page.

    Args:
        ask: the query that the answer's SQL runs through, once it is checked.
        transport: the way to the analyst.
        question: in English.
        history: earlier messages, oldest first.

    Raises:
        DatabaseUnavailableError: where there is no answer; the text says why in a sentence.
    """
    view = (str(ask("select current_database() as name").iloc[0]["name"]), _SCHEMA, _VIEW)
    desk = QuestionDesk(AnalystClient(transport, ".".join(view)), _rows_of(ask), view, MOST_ROWS)
    try:
        return desk.ask(question, history)
    except (AnalystError, AnswerError) as error:
        raise DatabaseUnavailableError(str(error)) from error


def table_of(asked: AskedAnswer) -> pd.DataFrame:
    """Return an answer's rows as a table, with column names in lower case."""
    return pd.DataFrame(list(asked.rows), columns=[column.lower() for column in asked.columns])


def record_question(ask_anew: Query, audience: str, exchange: Exchange, seconds: float) -> None:
    """Keep that a question was asked and what came of it, without its words, which may name customers.

    Args:
        ask_anew: a query that remembers nothing.
        audience: short name of the app in which it was asked.
        exchange: the question, with its answer if any.
        seconds: from the question to the rows.

    Raises:
        DatabaseUnavailableError: where it cannot be kept.
    """
    reply = exchange.asked.answer if exchange.asked else None
    ask_anew(
        "call PLATFORM.RECORD_ANALYST_QUESTION(?, ?, ?::timestamp_ntz, ?, ?::boolean, ?::float)",
        [
            audience, reply.request_id if reply else None, exchange.asked_at.isoformat(sep=" ", timespec="seconds"),
            _OUTCOMES[exchange.asked.status] if exchange.asked else "failed",
            str(bool(reply and reply.verified_query)).lower(), seconds,
        ],
    )  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What a reader thinks of an answer.

    Attributes:
        viewer: Who looks at the page.
        exchange: The question with its answer.
        helped: Whether the answer was right.
        remark: In the reader's words; may be empty.
    """

    viewer: str
    exchange: Exchange
    helped: bool
    remark: str


def record_feedback(ask_anew: Query, transport: Transport, verdict: Verdict) -> None:
    """Keep a verdict: with us by a procedure, and with the analyst's service.

    Args:
        ask_anew: a query that remembers nothing.
        transport: the way to the analyst.
        verdict: on an answer that there is.

    Raises:
        DatabaseUnavailableError: where it cannot be kept.
    """
    exchange = verdict.exchange
    if exchange.asked is None:
        raise ValueError("There is no answer to judge.")
    answer = exchange.asked.answer
    ask_anew(
        "call PLATFORM.RECORD_ANALYST_FEEDBACK(?, ?, ?::timestamp_ntz, ?, ?, ?::boolean, ?)",
        [
            verdict.viewer, answer.request_id, exchange.asked_at.isoformat(sep=" ", timespec="seconds"),
            exchange.question, answer.sql, str(verdict.helped).lower(), verdict.remark or None,
        ],
    )  # fmt: skip
    try:
        AnalystClient(transport, "").give_feedback(answer.request_id, positive=verdict.helped, message=verdict.remark)
    except AnalystError as error:
        raise DatabaseUnavailableError(str(error)) from error


def _rows_of(ask: Query) -> Callable[[str, int], Rows]:
    """Return what runs a checked query through the page's, and hands over at most so many rows."""

    def run(sql: str, most: int) -> Rows:
        try:
            frame = ask(sql)
        except DatabaseUnavailableError as error:
            raise AnswerError(str(error)) from error
        rows = frame.head(most).astype(object).itertuples(index=False, name=None)
        return tuple(column.upper() for column in frame.columns), tuple(tuple(map(_value, row)) for row in rows)

    return run


def _value(value: Any) -> Any:
    return None if pd.isna(value) else value
