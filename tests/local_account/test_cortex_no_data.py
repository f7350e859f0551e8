"""Cortex Analyst over tables that are there and not built yet: no figure is right, so none is given."""

from __future__ import annotations

from typing import Any

import requests


def test_nothing_is_answered_before_the_data_have_their_day(cursor: Any, connect: Any, database: str) -> None:
    cursor.execute("create table DATED (id integer, as_of_date date)")
    cursor.execute("insert into DATED values (1, null)")
    cursor.execute(
        "create semantic view MODEL tables (PEOPLE as PUBLIC.DATED primary key (ID)) dimensions (PEOPLE.ID as id,"
        " PEOPLE.AS_OF_DATE as as_of_date) metrics (PEOPLE.TOTAL as count(id) with synonyms ('number of people'))"
        " ai_verified_queries (Q as (question 'How big are we?' sql 'select count(id) as total from people'))"
    )
    rest = connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH").rest

    def asked(question: str) -> requests.Response:
        content = [{"type": "text", "text": question}]
        return requests.post(
            f"{rest.server_url}/api/v2/cortex/analyst/message",
            json={"messages": [{"role": "user", "content": content}], "semantic_view": f"{database}.PUBLIC.MODEL"},
            headers={"Authorization": f'Snowflake Token="{rest.token}"'},
            timeout=20,
        )

    for question in ("What is the number of people?", "How big are we?"):
        reply = asked(question)
        assert reply.status_code == 400
        assert "are not built yet, so that no question can be answered" in reply.json()["message"]
    cursor.execute("update DATED set as_of_date = '2024-12-31'")
    for question in ("What is the number of people?", "How big are we?"):
        assert [part["type"] for part in asked(question).json()["message"]["content"]] == ["text", "sql"]
