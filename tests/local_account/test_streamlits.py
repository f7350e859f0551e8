"""STREAMLIT objects over the protocol."""

from __future__ import annotations

from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.rows import rows


def test_an_app_is_created_changed_shown_and_dropped(cursor: Any, database: str) -> None:
    cursor.execute("create stage app_stage")
    cursor.execute(f"""create streamlit "{database}"."PUBLIC"."APP"
        root_location = '@"{database}"."PUBLIC"."APP_STAGE"/app'
        main_file = 'streamlit_app.py' query_warehouse = "COMPUTE_WH" title = 'Customers' comment = 'page'""")
    shown = rows(cursor, "show streamlits like 'APP'")[0]
    assert (shown["name"], shown["title"], shown["query_warehouse"], shown["comment"]) == (
        "APP", "Customers", "COMPUTE_WH", "page"
    )  # fmt: skip
    assert len(shown["url_id"]) == 20
    cursor.execute("alter streamlit app set title = 'People', main_file = 'other.py'")
    described = rows(cursor, "describe streamlit app")[0]
    assert (described["title"], described["main_file"], described["url_id"]) == ("People", "other.py", shown["url_id"])
    assert described["root_location"] == f"@{database}.PUBLIC.APP_STAGE/app"
    cursor.execute("drop streamlit app")
    assert rows(cursor, "show streamlits") == []


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("create streamlit x main_file = 'a.py'", "needs ROOT_LOCATION"),
        ("create streamlit x root_location = '@missing' main_file = 'a.py'", "MISSING' does not exist"),
        ("create streamlit x root_location = '@app_stage' main_file = 'a.py' query_warehouse = NOPE", "NOPE"),
        ("create streamlit x from '@app_stage' main_file = 'a.py'", "is not supported"),
        ("alter streamlit missing set title = 'x'", "does not exist"),
    ],
)
def test_wrong_apps_are_refused(cursor: Any, statement: str, message: str) -> None:
    cursor.execute("create stage app_stage")
    with pytest.raises(ProgrammingError, match=message):
        cursor.execute(statement)
