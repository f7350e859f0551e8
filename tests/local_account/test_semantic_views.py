"""Semantic views: created, checked against their tables, shown, described, granted."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import SemanticView, model_of
from local_account.identifiers import Name
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
    assert described["METRIC", "COUNTED", "DATA_TYPE"] == "NUMBER(18,0)"


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
        ("COMMENT = 'about people'", "VARIABLES (x)", "expected the end of the statement, found 'VARIABLES'"),
        ("COMMENT = 'about people'", "AI_VERIFIED_QUERIES (q AS (QUESTION 'x'))", "expected SQL"),
        ('"PEOPLE"."COUNTED"', '"PEOPLE"."AVERAGE"', "Expression of PEOPLE 'AVERAGE' is declared twice"),
        (
            'METRICS ("PEOPLE"."AVERAGE"',
            'METRICS ("ALL" AS 1, "ALL" AS 2, "PEOPLE"."AVERAGE"',
            "Metric 'ALL' is declared",
        ),
        ("FACTS (PRIVATE", "FACTS (loose AS 1, PRIVATE", "LOOSE needs the name of its logical table"),
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


MODEL = """
name: of_yaml
description: Who buys.
tables:
  - name: people
    base_table: {database: %(database)s, schema: public, table: profiles}
    primary_key: {columns: [id]}
    dimensions:
      - {name: id, expr: id, data_type: NUMBER}
      - {name: segment, expr: segment, data_type: VARCHAR, synonyms: [group], sample_values: [a], is_enum: true}
    facts:
      - {name: spend_k, expr: spend / 1000}
    metrics:
      - {name: average, expr: AVG(people.spend_k), description: thousands}
    filters:
      - {name: rich, expr: spend > 10}
verified_queries:
  - {name: all, question: How many, sql: select count(id) from people}
module_custom_instructions: {sql_generation: Round.}
"""
CALL = "call system$create_semantic_view_from_yaml"


@pytest.fixture
def text(cursor: Any, database: str) -> str:
    cursor.execute("create table PROFILES (id integer, segment varchar, spend number(12,2))")
    return MODEL % {"database": database}


def read_back(cursor: Any, database: str) -> Any:
    (row,) = rows(cursor, f"select system$read_yaml_from_semantic_view('{database}.PUBLIC.OF_YAML') as text")
    return yaml.safe_load(row["TEXT"])


def test_a_view_is_made_of_yaml_and_read_back(cursor: Any, database: str, text: str) -> None:
    (made,) = rows(cursor, f"{CALL}('{database}.public', $${text}$$)")
    assert list(made.values()) == ["Semantic view was successfully created."]
    back = read_back(cursor, database)
    table = back["tables"][0]
    assert (back["name"], back["description"], table["base_table"]["table"]) == ("OF_YAML", "Who buys.", "PROFILES")
    assert table["dimensions"][1]["sample_values"] == ["a"]
    assert table["facts"][0]["data_type"] == "NUMBER(18,8)"
    assert table["filters"] == [{"name": "RICH", "expr": "spend > 10"}]
    assert table["metrics"][0].keys() == {"name", "description", "expr", "access_modifier"}
    assert back["verified_queries"] == [{"name": "all", "question": "How many", "sql": "select count(id) from people"}]
    assert back["module_custom_instructions"] == {"sql_generation": "Round."}
    described = {
        (r["object_kind"], r["object_name"], r["property"]): r["property_value"]
        for r in rows(cursor, "describe semantic view OF_YAML")
    }
    assert described["AI_VERIFIED_QUERY", "all", "QUESTION"] == "How many"
    assert described["CUSTOM_INSTRUCTIONS", None, "AI_SQL_GENERATION"] == "Round."


def test_yaml_is_verified_without_making_anything(cursor: Any, database: str, text: str) -> None:
    (said,) = rows(cursor, f"{CALL}('{database}.PUBLIC', $${text}$$, true)")
    assert list(said.values()) == ["YAML file is valid for creating a semantic view. No object has been created yet."]
    assert rows(cursor, "show semantic views") == []


def test_another_yaml_replaces_the_view_and_its_grants_stay(cursor: Any, database: str, text: str) -> None:
    cursor.execute(f"{CALL}('{database}.PUBLIC', $${text}$$)")
    cursor.execute("create or replace role READER")
    cursor.execute("grant select on semantic view OF_YAML to role READER")
    created = rows(cursor, "show semantic views")[0]["created_on"]
    for alters in ("false", "true"):
        changed = text.replace("thousands", f"in thousands {alters}")
        cursor.execute(f"{CALL}('{database}.PUBLIC', %s, false, {alters})", (changed,))
        assert read_back(cursor, database)["tables"][0]["metrics"][0]["description"] == f"in thousands {alters}"
        granted = {(r["grantee_name"], r["privilege"]) for r in rows(cursor, "show grants on semantic view OF_YAML")}
        assert ("READER", "SELECT") in granted
        (view,) = rows(cursor, "show semantic views")
        assert (view["created_on"] == created) is (alters == "true")
        created = view["created_on"]
    cursor.execute(f"create or replace semantic view OF_YAML {DEFINITION}")
    granted = {r["grantee_name"] for r in rows(cursor, "show grants on semantic view OF_YAML")}
    assert "READER" not in granted
    cursor.execute("grant select on semantic view OF_YAML to role READER")
    cursor.execute(f"create or replace semantic view OF_YAML {DEFINITION} copy grants")
    granted = {r["grantee_name"] for r in rows(cursor, "show grants on semantic view OF_YAML")}
    assert "READER" in granted


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("table: profiles", "table: nothing"), "NOTHING' does not exist"),
        (("expr: segment", "expr: segmnt"), "The expression of PEOPLE.SEGMENT is wrong: .*segmnt"),
        (("AVG(people.spend_k)", "AVG(people.spent)"), "The expression of PEOPLE.AVERAGE is wrong: .*spent"),
        (("AVG(people.spend_k)", "people.spend_k"), "The expression of PEOPLE.AVERAGE is wrong"),
        (("spend > 10", "expense > 10"), "The expression of PEOPLE.RICH is wrong: .*expense"),
        (("spend > 10", "spend + 10"), "The filter PEOPLE.RICH must be a condition"),
        (("name: of_yaml", "nam: of_yaml"), "unknown key 'nam'"),
        (("columns: [id]", "columns: [no_id]"), "key column 'NO_ID' of logical table PEOPLE"),
    ],
)
def test_yaml_that_cannot_be_a_view_is_refused(
    cursor: Any, database: str, text: str, change: tuple[str, str], sentence: str
) -> None:
    assert change[0] in text
    with pytest.raises(ProgrammingError, match=f"(?is){sentence}"):
        cursor.execute(f"{CALL}('{database}.PUBLIC', $${text.replace(*change)}$$)")
    assert rows(cursor, "show semantic views") == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("'PUBLIC', ''", "'PUBLIC' must be the name of a schema with its database"),
        ("'NO_DB.PUBLIC', 'name: x'", "tables is missing"),
        ("'NO_DB.PUBLIC'", "takes a schema, a YAML specification"),
        ("'NO_DB.PUBLIC', 7", "must be text"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(cursor: Any, arguments: str, sentence: str) -> None:
    with pytest.raises(ProgrammingError, match=sentence):
        cursor.execute(f"{CALL}({arguments})")


TO_SHOPS = {
    "name": "r", "left_table": "people", "right_table": "shops",
    "relationship_columns": [{"left_column": "segment", "right_column": "name"}],
}  # fmt: skip
BACK = {
    "name": "s", "left_table": "shops", "right_table": "people",
    "relationship_columns": [{"left_column": "town", "right_column": "id"}],
}  # fmt: skip
BY_TOWN = {"relationship_columns": [{"left_column": "segment", "right_column": "town"}]}


@pytest.mark.parametrize(
    ("relationships", "sentence"),
    [
        ([], None),
        ([TO_SHOPS], None),
        ([TO_SHOPS | {"right_table": "stores"}], "Logical table 'STORES' does not exist"),
        ([TO_SHOPS | BY_TOWN], "must end at all columns of a primary or unique key of SHOPS"),
        ([TO_SHOPS, BACK], "lead back to itself"),
        ([TO_SHOPS, TO_SHOPS], "Relationship 'R' is declared twice"),
    ],
)
def test_relationships_lead_to_keys_and_never_back(
    cursor: Any, database: str, text: str, relationships: list[Any], sentence: str | None
) -> None:
    cursor.execute("create table SHOPS (name varchar, town varchar)")
    model = yaml.safe_load(text)
    base = {"database": database, "schema": "PUBLIC", "table": "SHOPS"}
    model["tables"].append({"name": "shops", "base_table": base, "primary_key": {"columns": ["name"]}})
    whole = yaml.safe_dump(model | {"relationships": relationships})
    if sentence is None:
        cursor.execute(f"{CALL}('{database}.PUBLIC', $${whole}$$)")
        return
    with pytest.raises(ProgrammingError, match=sentence):
        cursor.execute(f"{CALL}('{database}.PUBLIC', $${whole}$$)")


def test_only_who_may_read_the_tables_and_owns_the_view_makes_it(
    cursor: Any, connect: Any, database: str, text: str
) -> None:
    cursor.execute("create or replace role MAKER")
    cursor.execute("grant role MAKER to user LOCAL")
    cursor.execute(f"grant usage on database {database} to role MAKER")
    cursor.execute("grant usage on schema PUBLIC to role MAKER")
    maker = connect(role="MAKER", database=database, schema="PUBLIC").cursor()
    statement = f"{CALL}('{database}.PUBLIC', $${text}$$)"
    with pytest.raises(ProgrammingError, match="lacks CREATE SEMANTIC VIEW"):
        maker.execute(statement)
    cursor.execute("grant create semantic view on schema PUBLIC to role MAKER")
    with pytest.raises(ProgrammingError, match="PROFILES' does not exist or not authorized"):
        maker.execute(statement)
    cursor.execute("grant select on table PROFILES to role MAKER")
    maker.execute(statement)
    maker.execute("drop semantic view OF_YAML")
    cursor.execute("create semantic view OF_YAML tables (PROFILES) metrics (PROFILES.N as count(id))")
    with pytest.raises(ProgrammingError, match="OF_YAML' does not exist or not authorized"):
        maker.execute(statement)
    cursor.execute("grant references on semantic view OF_YAML to role MAKER")
    with pytest.raises(ProgrammingError, match="lacks OWNERSHIP"):
        maker.execute(statement)
    cursor.execute("revoke references on semantic view OF_YAML from role MAKER")
    with pytest.raises(ProgrammingError, match="OF_YAML' does not exist or not authorized"):
        read_back(maker, database)


def test_what_views_are_made_of_is_shown(cursor: Any, database: str, text: str) -> None:
    cursor.execute(f"{CALL}('{database}.PUBLIC', $${text}$$)")
    (segment,) = rows(cursor, "show semantic dimensions like 'seg%' in OF_YAML")
    assert (segment["table_name"], segment["name"], segment["synonyms"]) == ("PEOPLE", "SEGMENT", '["group"]')
    (metric,) = rows(cursor, "show semantic metrics in schema PUBLIC")
    assert (metric["semantic_view_name"], metric["name"], metric["comment"]) == ("OF_YAML", "AVERAGE", "thousands")
    assert [r["name"] for r in rows(cursor, "show semantic facts")] == ["SPEND_K"]
    assert [r["name"] for r in rows(cursor, "show semantic dimensions in OF_YAML limit 1")] == ["ID"]
    with pytest.raises(ProgrammingError, match="FOR METRIC"):
        cursor.execute("show semantic dimensions in OF_YAML for metric AVERAGE")


def test_all_that_the_statement_can_say_is_kept(cursor: Any, database: str) -> None:
    cursor.execute("create table PROFILES (id integer, segment varchar, spend number(12,2), day date)")
    cursor.execute("create table SEGMENTS (name varchar, town varchar)")
    cursor.execute("""
        create semantic view OF_YAML
        tables (P as PROFILES primary key (ID) unique (SEGMENT, DAY), S as SEGMENTS primary key (NAME))
        relationships (P (SEGMENT) references S)
        dimensions (P.DAY as day)
        metrics (P.LAST non additive by (DAY desc nulls last) using (P_TO_S) as sum(spend), BOTH as P.LAST / 2)
        comment = 'all' ai_sql_generation 'Round.' ai_question_categorization 'Refuse.'
        ai_verified_queries (Q as (question 'How?' verified_at 1700000000 onboarding_question true verified_by 'me'
            sql 'select 1'))
    """)
    back = read_back(cursor, database)
    table = back["tables"][0]
    assert table["unique_keys"] == [{"columns": ["SEGMENT", "DAY"]}]
    assert [one["name"] for one in table["time_dimensions"]] == ["DAY"]
    assert table["metrics"][0]["using_relationships"] == ["P_TO_S"]
    assert table["metrics"][0]["non_additive_dimensions"] == [
        {"table": "P", "dimension": "DAY", "sort_direction": "descending", "null_order": "last"}
    ]
    assert back["metrics"][0]["expr"] == "P.LAST / 2"
    assert back["relationships"][0] == {
        "name": "P_TO_S", "left_table": "P", "right_table": "S",
        "relationship_columns": [{"left_column": "SEGMENT", "right_column": "NAME"}],
    }  # fmt: skip
    assert back["verified_queries"] == [
        {"name": "Q", "question": "How?", "sql": "select 1", "verified_at": 1700000000, "verified_by": "me",
         "use_as_onboarding_question": True}
    ]  # fmt: skip
    assert back["module_custom_instructions"] == {"sql_generation": "Round.", "question_categorization": "Refuse."}


def test_a_view_of_an_older_version_says_so() -> None:
    with pytest.raises(ProgrammingError, match="V was made by an older version of the local account: make it again"):
        model_of(SemanticView(Name.of("D", "S", "V"), "OWNER", definition='{"TABLES": []}'))
