"""Semantic views: created, checked against their tables, shown, described, granted."""

from __future__ import annotations

from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.rows import rows

DEFINITION = """
TABLES ("PEOPLE" AS PUBLIC.PROFILES PRIMARY KEY ("ID") WITH SYNONYMS ('customers') COMMENT = 'who')
FACTS (PRIVATE "PEOPLE"."SPEND_K" AS spend / 1000)
DIMENSIONS ("PEOPLE"."SEGMENT" AS segment WITH SYNONYMS ('group', 'kind') COMMENT = 'it''s the group')
METRICS ("PEOPLE"."AVERAGE" AS AVG(PEOPLE.SPEND_K) COMMENT = 'thousands', "PEOPLE"."COUNTED" AS COUNT(id))
COMMENT = 'about people'
"""


@pytest.fixture
def view(cursor: Any) -> Any:
    cursor.execute("create table PROFILES (id integer, segment varchar, spend number(12,2))")
    cursor.execute(f"create semantic view MODEL {DEFINITION}")
    return cursor


def test_it_is_shown_and_described(view: Any, database: str) -> None:
    (row,) = rows(view, "show semantic views like 'model' in schema PUBLIC")
    assert (row["name"], row["schema_name"], row["comment"], row["owner"]) == (
        "MODEL", "PUBLIC", "about people", "ACCOUNTADMIN",
    )  # fmt: skip
    described = {
        (r["object_kind"], r["object_name"], r["property"]): r["property_value"]
        for r in rows(view, "describe semantic view MODEL")
    }
    assert described[None, None, "COMMENT"] == "about people"
    assert described["TABLE", "PEOPLE", "BASE_TABLE_DATABASE_NAME"] == database
    assert described["TABLE", "PEOPLE", "PRIMARY_KEY"] == '["ID"]'
    assert described["FACT", "SPEND_K", "ACCESS_MODIFIER"] == "PRIVATE"
    assert described["DIMENSION", "SEGMENT", "SYNONYMS"] == '["group", "kind"]'
    assert described["DIMENSION", "SEGMENT", "COMMENT"] == "it's the group"
    assert described["METRIC", "AVERAGE", "EXPRESSION"] == "AVG(PEOPLE.SPEND_K)"
    assert described["METRIC", "COUNTED", "DATA_TYPE"] == "FIXED"


def test_it_outlives_the_replacement_of_its_table(view: Any) -> None:
    view.execute("create or replace table PROFILES as select 1 as id, 'a'::varchar as segment, 2.5 as spend")
    assert rows(view, "show semantic views")[0]["name"] == "MODEL"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("PUBLIC.PROFILES", "PUBLIC.NO_TABLE", "NO_TABLE' does not exist"),
        ("AS segment", "AS no_column", "(?i)no_column"),
        ("AVG(PEOPLE.SPEND_K)", "AVG(PEOPLE.NO_FACT)", "(?i)no_fact"),
        ('("ID")', '("NO_KEY")', "(?i)no_key"),
        ('"PEOPLE"."COUNTED"', '"OTHERS"."COUNTED"', "Logical table 'OTHERS' does not exist"),
        ("COMMENT = 'about people'", "AI_SQL_GENERATION 'x'", "AI_SQL_GENERATION in CREATE SEMANTIC VIEW is not supp"),
    ],
)
def test_what_cannot_be_computed_is_refused(cursor: Any, old: str, new: str, sentence: str) -> None:
    cursor.execute("create table PROFILES (id integer, segment varchar, spend number(12,2))")
    with pytest.raises(ProgrammingError, match=sentence):
        cursor.execute(f"create semantic view MODEL {DEFINITION.replace(old, new)}")
    assert rows(cursor, "show semantic views") == []


def test_comment_and_name_change_in_place(view: Any) -> None:
    view.execute("alter semantic view MODEL set comment = 'new'")
    view.execute("alter semantic view MODEL rename to RENAMED")
    assert [(r["name"], r["comment"]) for r in rows(view, "show semantic views")] == [("RENAMED", "new")]
    view.execute("drop semantic view RENAMED")
    view.execute("drop semantic view if exists RENAMED")
    assert rows(view, "show semantic views") == []


def test_future_grants_reach_it(view: Any, connect: Any, database: str) -> None:
    view.execute("create or replace role READER")
    view.execute("grant role READER to user LOCAL")
    view.execute(f"grant usage on database {database} to role READER")
    view.execute("grant usage on schema PUBLIC to role READER")
    view.execute("grant select, references on future semantic views in schema PUBLIC to role READER")
    view.execute(f"create or replace semantic view MODEL {DEFINITION}")
    reader = connect(role="READER", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    assert [r["name"] for r in rows(reader, "show semantic views")] == ["MODEL"]
    held = {r["privilege"] for r in rows(view, "show grants on semantic view MODEL") if r["grantee_name"] == "READER"}
    assert held == {"SELECT", "REFERENCES"}
    assert rows(reader, "select * from semantic_view(MODEL metrics PEOPLE.COUNTED)") == [{"COUNTED": 0}]
