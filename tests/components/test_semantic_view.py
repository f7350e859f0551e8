"""The provider of the semantic view, on an account: made over declared tables, read back, replaced with its grants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pulumi.dynamic import Config, ConfigureRequest

from components.account_provider import AccountError, close_connections
from components.semantic_view import SemanticViewProvider
from components.staged_text import StagedTextProvider
from tests.support.rows import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Connect

MODEL = {
    "name": "SALES",
    "description": "What was sold.",
    "tables": [
        {
            "name": "ORDERS",
            "base_table": {"schema": "PUBLIC", "table": "ORDERS"},
            "dimensions": [{"name": "KIND", "expr": "kind", "data_type": "VARCHAR", "synonyms": ["type", "sort"]}],
            "metrics": [{"name": "REVENUE", "expr": "SUM(orders.amount)"}],
        }
    ],
}


@pytest.fixture
def provider(connection_settings: dict[str, Any]) -> Iterator[SemanticViewProvider]:
    made = SemanticViewProvider()
    made.configure(ConfigureRequest(Config({"customer-360:snowflake": connection_settings}, "customer-360")))
    yield made
    close_connections()


@pytest.fixture
def props(database: str) -> dict[str, Any]:
    return {
        "database": database, "schema": "PUBLIC", "name": "SALES", "role": "ACCOUNTADMIN", "yaml": text(database),
        "declarations": [f"create table if not exists {database}.PUBLIC.ORDERS (kind varchar, amount number(12,2))"],
    }  # fmt: skip


def text(database: str, *changes: tuple[str, str]) -> str:
    """Return the model's YAML with some words changed."""
    model = yaml.safe_load(yaml.safe_dump(MODEL))
    model["tables"][0]["base_table"]["database"] = database
    written = yaml.safe_dump(model, sort_keys=False)
    for old, new in changes:
        assert old in written
        written = written.replace(old, new)
    return written


def test_a_view_is_made_over_declared_tables_and_read_back_without_drift(
    provider: SemanticViewProvider, props: dict[str, Any]
) -> None:
    made = provider.create(props | {"__provider": "serialised"})
    assert made.outs == props
    read = provider.read(str(made.id), props)
    assert (read.id, read.outs) == (made.id, props)
    assert not provider.diff("id", read.outs or {}, props).changes


def test_what_a_hand_changes_is_drift_and_the_next_update_mends_it(
    provider: SemanticViewProvider, props: dict[str, Any], connect: Connect, database: str
) -> None:
    provider.create(props)
    with connect(database=database).cursor() as cursor:
        by_hand = text(database, ("SUM(orders.amount)", "MAX(orders.amount)"))
        cursor.execute(f"call system$create_semantic_view_from_yaml('{database}.PUBLIC', $${by_hand}$$)")
        cursor.execute("create or replace role READER")
        cursor.execute("grant select on semantic view PUBLIC.SALES to role READER")
        drift = provider.read("id", props).outs or {}
        assert "MAX(orders.amount)" in drift["yaml"]
        assert provider.diff("id", drift, props).changes
        provider.update("id", drift, props)
        assert provider.read("id", props).outs == props
        granted = {r["grantee_name"] for r in rows(cursor, "show grants on semantic view PUBLIC.SALES")}
        assert "READER" in granted


def test_a_view_that_is_gone_is_told_and_dropping_it_is_no_error(
    provider: SemanticViewProvider, props: dict[str, Any]
) -> None:
    provider.create(props)
    provider.delete("id", props)
    assert provider.read("id", props).id is None
    provider.delete("id", props)


def test_another_text_of_the_same_model_changes_nothing(props: dict[str, Any], database: str) -> None:
    provider = SemanticViewProvider()
    other = text(database, ("name: KIND", "name: kind"))
    assert not provider.diff("id", props, props | {"yaml": other}).changes
    assert provider.diff("id", props, props | {"yaml": text(database, ("- sort", "- sorts"))}).changes
    assert provider.diff("id", {}, props).changes


def test_a_wrong_model_is_seen_before_anything_changes(
    provider: SemanticViewProvider, props: dict[str, Any], database: str
) -> None:
    provider.create(props)
    assert provider.check(props, props | {"yaml": text(database, ("- sort", "- sorts"))}).failures == []
    wrong = props | {"yaml": text(database, ("orders.amount", "orders.amuont"))}
    (failure,) = provider.check(props, wrong).failures or []
    assert failure.property == "yaml"
    assert "The expression of ORDERS.REVENUE is wrong" in failure.reason
    assert provider.check({}, wrong).failures == []
    assert provider.check(props, wrong | {"role": object()}).failures == [], "a preview may not know it yet"
    new_table = props | {"yaml": text(database, ("table: ORDERS", "table: RETURNS"))}
    assert provider.check(props, new_table).failures == []
    with pytest.raises(AccountError, match=r"ORDERS\.REVENUE is wrong"):
        provider.update("id", props, wrong)
    assert provider.read("id", props).outs == props


def test_a_text_lies_on_its_stage(
    provider: SemanticViewProvider, connect: Connect, database: str, connection_settings: dict[str, Any]
) -> None:
    del provider  # closes the connections that both use
    staged = StagedTextProvider()
    staged.configure(ConfigureRequest(Config({"customer-360:snowflake": connection_settings}, "customer-360")))
    with connect(database=database).cursor() as cursor:
        cursor.execute("create stage FILES")
        props = {
            "stage": f"{database}.PUBLIC.FILES", "folder": "model", "name": "a.yaml", "source": "semantic/model",
            "text": "name: a\n", "sha256": "1", "role": "ACCOUNTADMIN",
        }  # fmt: skip
        staged.create(props)
        assert [r["name"] for r in rows(cursor, "list @FILES")] == ["files/model/a.yaml"]
        assert staged.read("id", props).id == "id"
        staged.delete("id", props)
        assert rows(cursor, "list @FILES") == []
