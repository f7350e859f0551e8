"""What differs between two texts of a semantic view is said in people's words, and nothing else is."""

from __future__ import annotations

import pytest

from semantic.differences import differences

TEXT = """
name: SALES
description: What was sold.
tables:
  - name: ORDERS
    description: Orders.
    synonyms: [purchases]
    base_table: {database: SHOP, schema: PUBLIC, table: ORDERS}
    primary_key: {columns: [ID]}
    dimensions:
      - {name: KIND, expr: kind, data_type: VARCHAR, synonyms: [type, sort], sample_values: [a, b], is_enum: true}
    facts:
      - {name: AMOUNT, expr: amount, data_type: NUMBER, access_modifier: public_access}
    metrics:
      - {name: REVENUE, expr: SUM(orders.amount), description: 'What was paid, in USD.'}
    filters:
      - {name: LARGE, expr: amount > 100}
relationships:
  - {name: R, left_table: ORDERS, right_table: SHOPS, relationship_columns: [{left_column: SHOP, right_column: ID}]}
metrics:
  - {name: SHARE, expr: orders.revenue / 2}
verified_queries:
  - {name: all, question: 'How much?', sql: 'select sum(amount) from orders', verified_at: 1}
module_custom_instructions: {sql_generation: Round.}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SUM(orders.amount)", "SUM(orders.amount)  "),
        ("amount > 100", "amount  >  100"),
        ("name: KIND", "name: kind"),
        ("ID]}", "id]}"),
        ("[type, sort]", "[sort, type]"),
        (", access_modifier: public_access", ""),
        ("data_type: VARCHAR,", "data_type: VARCHAR(16777216),"),
        ("from orders'", "from orders;'"),
        ("Round.", "'Round. '"),
        ("table: ORDERS}", "table: '\"ORDERS\"'}"),
    ],
)
def test_another_way_to_write_it_is_no_difference(old: str, new: str) -> None:
    assert old in TEXT
    assert differences(TEXT, TEXT.replace(old, new, 1)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("SUM(orders.amount)", "MAX(orders.amount)",
         "metric `ORDERS.REVENUE`: formula `SUM(orders.amount)` → `MAX(orders.amount)`"),
        ("orders.revenue / 2", "orders.revenue / 3",
         "derived metric `SHARE`: formula `orders.revenue / 2` → `orders.revenue / 3`"),
        ("amount > 100", "amount > 90", "filter `ORDERS.LARGE`: formula `amount > 100` → `amount > 90`"),
        ("    filters:\n      - {name: LARGE, expr: amount > 100}\n", "",
         "filter `ORDERS.LARGE` is gone: `amount > 100`"),
        ("    facts:\n", "    facts:\n      - {name: COST, expr: cost}\n", "fact `ORDERS.COST` is new: `cost`"),
        ("[type, sort]", "[type, class]", "dimension `ORDERS.KIND`: synonyms + class; - sort"),
        ("[a, b]", "[a]", "dimension `ORDERS.KIND`: sample values - b"),
        (", is_enum: true", "", "dimension `ORDERS.KIND`: whether the sample values are all `True` → `None`"),
        ("in USD", "in EUR",
         "metric `ORDERS.REVENUE`: description `What was paid, in USD.` → `What was paid, in EUR.`"),
        ("sum(amount) from", "max(amount) from",
         "verified query `all`: SQL `select sum(amount) from orders` → `select max(amount) from orders`"),
        ("question: 'How much?'", "question: 'How many?'", "verified query `all`: question `How much?` → `How many?`"),
        ("public_access", "private_access", "fact `ORDERS.AMOUNT`: access `None` → `private_access`"),
        ("{left_column: SHOP,", "{left_column: STORE,", "relationship `R`: columns + STORE = ID; - SHOP = ID"),
        ("Round.", "Cut.", "instruction `sql_generation`: text `Round.` → `Cut.`"),
        ("What was sold.", "Sales.", "semantic view: description `What was sold.` → `Sales.`"),
        ("table: ORDERS}", "table: SALES}",
         "logical table `ORDERS`: base table `SHOP.PUBLIC.ORDERS` → `SHOP.PUBLIC.SALES`"),
    ],
)  # fmt: skip
def test_a_difference_is_said_in_words(old: str, new: str, said: str) -> None:
    assert old in TEXT
    assert [one.as_text() for one in differences(TEXT, TEXT.replace(old, new, 1))] == [said]


def test_what_changes_numbers_comes_first() -> None:
    new = (
        TEXT.replace("in USD", "in EUR")
        .replace("amount > 100", "amount > 1")
        .replace("  - {name: SHARE", "  - {name: HALF")
    )
    found = [(one.kind, one.aspect) for one in differences(TEXT, new)]
    assert found == [("filter", "formula"), ("derived metric", ""), ("derived metric", ""), ("metric", "description")]


@pytest.mark.parametrize("text", ["- a", "a: [", ""])
def test_what_is_no_view_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="YAML"):
        differences(TEXT, text)
