"""The assistant's answers: every suggestion, and every change of its parts, is answered with the figures of SQL."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import snowflake.connector
from customer_360.access.assistant import Verdict, answer, record_feedback, table_of
from customer_360.assistant.chips import chips
from customer_360.assistant.conversation import Exchange
from customer_360.assistant.suggestions import FIRST, SUGGESTIONS
from customer_360.database import DatabaseUnavailableError

from analyst_client.client import analyst_message, user_message
from analyst_client.connection import HttpTransport
from c360.connection import target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from snowflake.connector import SnowflakeConnection

    from tests.support.platforms import Platform

QUESTIONS = [question for questions in SUGGESTIONS.values() for question in questions]
PROFILE = "GOLD.CUSTOMER_360_PROFILE"
SQL = {
    "How many customers are in each segment?": f"select segment, count(*) from {PROFILE} group by 1",
    "How many customers are at high risk of churn in each segment?": (
        "select segment, count_if(churn_risk_category = 'High' and customer_status <> 'Lapsed') "
        f"from {PROFILE} group by 1"
    ),
    "What is the average transaction value for Platinum cardholders?": (
        "select round(avg(f.transaction_amount), 6) from GOLD.FACT_TRANSACTION f "
        f"join {PROFILE} p using (customer_id) where p.card_type = 'Platinum' and f.transaction_type = 'purchase'"
    ),
}


@pytest.fixture(scope="module")
def connection(platform: Platform) -> Iterator[SnowflakeConnection]:
    """A connection of the marketing app's owner."""
    login = target("local", platform.ports, platform.home, environment={}).login("APP_MARKETING")
    with snowflake.connector.connect(**login, paramstyle="qmark") as opened:
        yield opened


def asked(connection: SnowflakeConnection, question: str, *before: dict[str, Any]) -> Any:
    def ask(sql: str, params: Any = ()) -> pd.DataFrame:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(params) or None)
            return cursor.fetch_pandas_all().rename(columns=str.lower)

    return answer(ask, HttpTransport(connection), question, before)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_suggestion_is_answered_and_so_is_every_change_of_its_parts(
    connection: SnowflakeConnection, question: str
) -> None:
    found = asked(connection, question)
    assert found.status == "answer", found.reading
    assert not table_of(found).empty
    said = [user_message(question), analyst_message(found.answer)]
    for chip in chips(found.answer.sql, found.reading):
        for change in chip.changes:
            changed = asked(connection, change.question, *said)
            assert changed.status == "answer", f"{change.question}: {changed.reading}"
            if chip.name in ("By", "Only"):
                assert change.label.lower() in changed.reading.lower()


def test_the_first_suggestions_are_among_them() -> None:
    assert len(QUESTIONS) >= 10
    assert set(FIRST) <= set(QUESTIONS)


@pytest.mark.parametrize("question", SQL)
def test_an_answer_is_what_sql_says(connection: SnowflakeConnection, question: str) -> None:
    found = {tuple(map(str, row[:-1])): float(row[-1]) for row in asked(connection, question).rows}
    with connection.cursor() as cursor:
        rows = cursor.execute(SQL[question]).fetchall()
    assert found == pytest.approx({tuple(map(str, row[:-1])): float(row[-1]) for row in rows})


def test_a_refused_statement_is_one_sentence(connection: SnowflakeConnection) -> None:
    def away(_sql: str, _params: Any = ()) -> pd.DataFrame:
        raise DatabaseUnavailableError("The database is away.")

    with pytest.raises(DatabaseUnavailableError, match=r"^The database is away\.$"):
        answer(away, HttpTransport(connection), QUESTIONS[0], [])


def test_a_verdict_is_kept_with_who_gave_it(platform: Platform, connection: SnowflakeConnection) -> None:
    found = asked(connection, QUESTIONS[0])
    exchange = Exchange(QUESTIONS[0], datetime(2026, 11, 29, 12, 0, 5), found)  # noqa: DTZ001 - UTC

    def ask(sql: str, params: Any = ()) -> Any:
        with connection.cursor() as cursor:
            return cursor.execute(sql, list(params)).fetchall()

    keep: Callable[..., None] = record_feedback
    keep(ask, HttpTransport(connection), Verdict("ANNA", exchange, helped=False, remark="Names are cut"))
    request = found.answer.request_id
    kept = platform.ask(
        "select user_name, question, is_positive, comment, asked_at::varchar, generated_sql is not null "
        f"from OBSERVABILITY.ANALYST_FEEDBACK where feedback_id = '{request}'"
    )
    assert [tuple(row) for row in kept] == [
        ("ANNA", QUESTIONS[0], False, "Names are cut", "2026-11-29 12:00:05.000", True)
    ]
