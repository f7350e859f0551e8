"""The YAML of semantic views: read into the typed model and written back, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.semantic import yaml_form
from local_account.semantic.model import Expression, Kind, NonAdditive, Relationship, VerifiedQuery
from semantic.rendering import render
from semantic.source import load

ROOT = Path(__file__).parents[2]
TEXT = """
name: sales
description: What was sold.
tables:
  - name: orders
    synonyms: [purchases]
    base_table: {database: shop, schema: public, table: '"Orders"'}
    primary_key: {columns: [id]}
    unique_keys: [{columns: [number, year]}]
    dimensions:
      - {name: id, expr: id, data_type: NUMBER}
      - {name: kind, expr: kind, data_type: VARCHAR, sample_values: [web, 7, true], is_enum: true, labels: [filter]}
    time_dimensions:
      - {name: day, expr: day, data_type: DATE, description: Day of the order.}
    facts:
      - {name: amount, expr: amount, data_type: 'NUMBER(12,2)', access_modifier: private_access}
    metrics:
      - name: revenue
        expr: SUM(orders.amount)
        non_additive_dimensions: [{table: orders, dimension: day, sort_direction: descending, null_order: first}]
        using_relationships: [by_shop]
    filters:
      - {name: large, expr: amount > 100, synonyms: [big]}
  - name: shops
    base_table: {database: shop, schema: public, table: shops}
    primary_key: {columns: [shop_id]}
relationships:
  - name: by_shop
    left_table: orders
    right_table: shops
    relationship_columns: [{left_column: shop, right_column: shop_id}]
metrics:
  - {name: share, expr: orders.revenue / 2}
verified_queries:
  - {name: all of it, question: 'How much?', sql: 'select sum(amount) from orders', verified_at: 1700000000,
     verified_by: me, use_as_onboarding_question: true}
module_custom_instructions: {sql_generation: Round., question_categorization: Refuse.}
"""


def test_all_that_a_model_can_say_is_read() -> None:
    model = yaml_form.read(TEXT)
    orders, shops = model.tables
    assert (model.name, model.description) == ("SALES", "What was sold.")
    assert (orders.name, orders.base, orders.synonyms) == ("ORDERS", ("SHOP", "PUBLIC", "Orders"), ("purchases",))
    assert (orders.primary_key, orders.unique_keys) == (("ID",), (("NUMBER", "YEAR"),))
    assert shops.expressions == ()
    by_name = {one.name: one for one in orders.expressions}
    assert by_name["KIND"] == Expression(
        "KIND", Kind.DIMENSION, "kind", "ORDERS", "VARCHAR", sample_values=("web", "7", "true"), is_enum=True,
        labels=("filter",),
    )  # fmt: skip
    assert by_name["DAY"] == Expression("DAY", Kind.TIME_DIMENSION, "day", "ORDERS", "DATE", "Day of the order.")
    assert by_name["AMOUNT"] == Expression("AMOUNT", Kind.FACT, "amount", "ORDERS", "NUMBER(12,2)", private=True)
    assert by_name["REVENUE"] == Expression(
        "REVENUE", Kind.METRIC, "SUM(orders.amount)", "ORDERS",
        non_additive=(NonAdditive("ORDERS", "DAY", descending=True, nulls_first=True),), using=("BY_SHOP",),
    )  # fmt: skip
    assert by_name["LARGE"] == Expression("LARGE", Kind.FILTER, "amount > 100", "ORDERS", synonyms=("big",))
    assert model.relationships == (Relationship("BY_SHOP", "ORDERS", "SHOPS", ("SHOP",), ("SHOP_ID",)),)
    assert model.metrics == (Expression("SHARE", Kind.METRIC, "orders.revenue / 2"),)
    assert model.verified_queries == (
        VerifiedQuery("all of it", "How much?", "select sum(amount) from orders", 1700000000, "me", onboarding=True),
    )
    assert model.instructions == {"sql_generation": "Round.", "question_categorization": "Refuse."}


def test_what_is_written_reads_as_the_same_model() -> None:
    model = yaml_form.read(TEXT)
    assert yaml_form.read(yaml_form.write(model)) == model


def test_our_own_model_is_read_and_written_without_loss() -> None:
    source = load(ROOT / "semantic" / "model")
    model = yaml_form.read(render(source, "customer_analytics"))
    assert yaml_form.read(yaml_form.write(model)) == model
    assert [table.name for table in model.tables] == [table.name.upper() for table in source.tables]
    assert [len(table.expressions) for table in model.tables] == [len(list(t.expressions())) for t in source.tables]
    assert len(model.verified_queries) == len(source.verified_queries)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: sales\n", "", "name is missing in the semantic model."),
        ("name: sales", "name: [sales", "The YAML cannot be read at line 3"),
        ("name: sales", "name: sa-les", "The identifier sa-les must stand in double quotes."),
        ("name: sales", "nam: sales", "The YAML has an unknown key 'nam' in the semantic model."),
        ("name: sales", "name: sales\nvariables: []", "variables in the YAML of a semantic view is not supported"),
        ("{name: id, ", "{name: id, size: 3, ", "The YAML has an unknown key 'size' in dimensions of 'id'."),
        ("expr: kind, ", "", "expr is missing in dimensions of 'kind'."),
        ("is_enum: true", "is_enum: maybe", "is_enum of 'kind' must be true or false."),
        ("private_access", "hidden", "access_modifier of 'amount' must be public_access or private_access."),
        ("[web, 7, true]", "web", "sample_values of 'kind' must be a list."),
        ("database: shop, schema: public, table: shops", "schema: public, table: shops", "database is missing in base"),
        ("verified_at: 1700000000", "verified_at: yesterday", "verified_at of 'all of it' must be a number of seconds"),
        ("Day of the order.", "7", "description of 'day' must be text."),
        ("metrics:\n  - {name: share, ", "metrics:\n  - {", "name is missing in metrics."),
        ("relationship_columns: [{left_column: shop, right_column: shop_id}]", "relationship_columns: []",
         "relationship_columns is missing in relationships of 'by_shop'."),
    ],
)  # fmt: skip
def test_what_is_no_model_is_refused(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ProgrammingError) as raised:
        yaml_form.read(TEXT.replace(old, new, 1))
    assert message in str(raised.value)
