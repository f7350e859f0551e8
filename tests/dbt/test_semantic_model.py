"""The semantic model over the built warehouse: it is a view there, and what it says of the data is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.warehouse.built_warehouse import DATABASE, PROJECT

from local_account.semantic import yaml_form
from local_account.semantic.logical_tables import physical
from semantic.rendering import render
from semantic.source import load

if TYPE_CHECKING:
    from tests.support.warehouse.built_warehouse import Warehouse

    from local_account.semantic.model import VerifiedQuery
    from semantic.source import Dimension

SOURCE = load(PROJECT.parent / "semantic" / "model")
TEXT = render(SOURCE, DATABASE)
MODEL = yaml_form.read(TEXT)
ENUMS = [(table.name, one) for table in SOURCE.tables for one in table.dimensions if one.is_enum]


@pytest.fixture(scope="module")
def view(warehouse: Warehouse) -> str:
    warehouse.rows(f"call system$create_semantic_view_from_yaml('{DATABASE}.GOLD', $${TEXT}$$)")
    return "GOLD.CUSTOMER_360"


def test_it_is_made_and_read_back_without_loss(warehouse: Warehouse, view: str) -> None:
    (row,) = warehouse.rows(f"select system$read_yaml_from_semantic_view('{view}') as text")
    back = yaml_form.read(row["text"])
    assert back == MODEL
    described = warehouse.rows(f"describe semantic view {view}")
    typed = [row for row in described if row["property"] == "DATA_TYPE"]
    types = {(row["parent_entity"], row["object_name"]): row["property_value"] for row in typed}
    assert types["CUSTOMERS", "TOTAL_CUSTOMERS"] == "NUMBER(18,0)"
    declared = {(t.name, e.name): e.data_type for t in MODEL.tables for e in t.expressions if e.data_type}
    assert {key: types[key] for key in declared} == declared


@pytest.mark.parametrize("query", MODEL.verified_queries, ids=lambda query: query.name)
def test_a_verified_query_answers(warehouse: Warehouse, query: VerifiedQuery) -> None:
    rows = warehouse.rows(physical(MODEL, query.sql).sql(dialect="snowflake"))
    assert rows
    assert any(value is not None for value in rows[0].values())


@pytest.mark.parametrize(("table", "dimension"), ENUMS, ids=lambda one: getattr(one, "name", one))
def test_an_enum_names_every_value(warehouse: Warehouse, view: str, table: str, dimension: Dimension) -> None:
    name = f"{table}.{dimension.name}"
    rows = warehouse.rows(f"select * from semantic_view({view} dimensions {name}) where {dimension.name} is not null")
    assert {row[dimension.name] for row in rows} <= set(dimension.sample_values)


def test_risk_is_of_those_who_can_be_kept_and_the_lapsed_are_churned(warehouse: Warehouse, view: str) -> None:
    statuses = [row["customer_status"] for row in warehouse.rows("select * from CUSTOMER_360_PROFILE")]
    warehouse.rows("begin")
    try:
        warehouse.rows("update CUSTOMER_360_PROFILE set churn_risk_category = 'High', churn_probability = 0.9")
        (found,) = warehouse.rows(
            f"select * from semantic_view({view} metrics customers.total_customers, customers.active_customers, "
            "customers.churned_customers, customers.not_yet_active_customers, customers.high_risk_customer_count)"
        )
    finally:
        warehouse.rows("rollback")
    lapsed = statuses.count("Lapsed")
    assert lapsed
    assert found == {
        "total_customers": len(statuses),
        "active_customers": statuses.count("Active"),
        "churned_customers": lapsed,
        "not_yet_active_customers": statuses.count("Not yet active"),
        "high_risk_customer_count": len(statuses) - lapsed,
    }


def test_every_join_column_is_declared() -> None:
    """Cortex Analyst refuses a relationship whose column is no dimension or fact, which the statement lets pass."""
    declared = {(table.name, one.name) for table in MODEL.tables for one in table.expressions}
    for one in MODEL.relationships:
        assert {(one.left, column) for column in one.left_columns} <= declared
        assert {(one.right, column) for column in one.right_columns} <= declared
