"""The source of the semantic model: read with places, refused with file, line and repair, and rendered."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from semantic.places import Place
from semantic.rendering import described, render
from semantic.source import Fact, SourceError, load

MODEL = Path(__file__).parents[2] / "semantic" / "model"
FILES = {
    "model.yaml": "name: sales\ndescription: What was sold.\n",
    "orders.yaml": """tables:
  - name: orders
    description: Orders.
    base_table: {schema: GOLD, table: ORDERS}
    primary_key: {columns: [id]}
    dimensions:
      - name: id
        expr: id
        data_type: NUMBER
        sample_values:
          - one
          - two
""",
    "more.yaml": """tables:
  - name: orders
    metrics:
      - name: revenue
        expr: SUM(orders.amount)
        unit: USD
        description: What was paid
""",
}


def folder(path: Path, *changes: tuple[str, str, str]) -> Path:
    """Write the files with changes: of which file, what, into what."""
    for name, text in FILES.items():
        for changed, old, new in changes:
            if changed == name:
                assert old in text
                text = text.replace(old, new, 1)  # noqa: PLW2901
        (path / name).write_text(text)
    return path


def test_a_table_is_the_union_of_its_parts_and_each_part_knows_its_place(tmp_path: Path) -> None:
    (table,) = load(folder(tmp_path)).tables
    assert (str(table.at.of("description")), str(table.metrics[0].at)) == ("orders.yaml:3", "more.yaml:4")
    assert str(table.metrics[0].at.of("unit")) == "more.yaml:6"
    assert str(table.dimensions[0].at.of("sample_values", 1)) == "orders.yaml:12"
    assert str(table.dimensions[0].at.of("synonyms")) == "orders.yaml:7"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("orders.yaml", "data_type", "datatype"), "orders.yaml:9: There is no key datatype of id; did you mean data"),
        (("orders.yaml", "        expr: id\n", ""), "orders.yaml:7: The key expr of id is missing."),
        (("orders.yaml", "- one", "- 1"), "orders.yaml:11: sample_values of id must be text: write '1' in quotes."),
        (("orders.yaml", "name: id", "name: [id"), "orders.yaml:8: The file cannot be read:"),
        (("orders.yaml", "columns: [id]", "columns: []"), "orders.yaml:5: columns"),
        (("more.yaml", "    metrics", "    description: Again.\n    metrics"), "orders.yaml:3: description is given"),
        (("more.yaml", "unit: USD", "unit: USD\n        unit: EUR"), "more.yaml:7: The key unit cannot stand"),
        (("model.yaml", FILES["model.yaml"], "- sales\n"), "model.yaml:1: The file must be a mapping"),
        (("model.yaml", "name: sales\n", ""), ": The key name is missing."),
        (("orders.yaml", "expr: id", "expr: id\n        is_enum: 'yes'"), "orders.yaml:9: is_enum of id cannot be"),
    ],
)  # fmt: skip
def test_what_is_no_model_is_refused_with_its_place(tmp_path: Path, change: tuple[str, str, str], said: str) -> None:
    with pytest.raises(SourceError) as raised:
        load(folder(tmp_path, change))
    assert said in str(raised.value)


def test_every_fault_of_all_files_is_told(tmp_path: Path) -> None:
    changes = ("orders.yaml", "expr: id", "exp: id"), ("more.yaml", "expr", "expression")
    with pytest.raises(SourceError) as raised:
        load(folder(tmp_path, *changes))
    assert {fault.place.file for fault in raised.value.faults} == {"orders.yaml", "more.yaml"}
    assert len(raised.value.faults) == 4


@pytest.mark.parametrize(
    ("unit", "sentence"),
    [("USD", "What is sold, in USD."), ("orders", "What is sold (orders)."), ("", "What is sold.")],
)
def test_a_description_ends_with_its_unit(unit: str, sentence: str) -> None:
    fact = Fact(at=Place(), name="f", expr="f", data_type="NUMBER", description="What is sold", unit=unit)
    assert described(fact) == sentence


def test_the_view_has_snowflakes_keys_alone() -> None:
    document = yaml.safe_load(render(load(MODEL), "SHOP"))
    customers = next(table for table in document["tables"] if table["name"] == "CUSTOMERS")
    assert customers["base_table"] == {"database": "SHOP", "schema": "GOLD", "table": "CUSTOMER_360_PROFILE"}
    name = next(one for one in customers["dimensions"] if one["name"] == "NAME")
    assert name.keys() == {"name", "synonyms", "description", "expr", "data_type"}
    metrics = {one["name"]: one for table in document["tables"] for one in table.get("metrics", [])}
    assert metrics["AVG_CREDIT_LIMIT"]["description"].endswith(", in USD.")
    texts = [one["sql"] for one in document["verified_queries"]]
    assert not [text for text in texts if "CURRENT_" in text.upper()]


def test_the_model_holds_what_was_agreed() -> None:
    model = load(MODEL)
    dimensions = [one.name for table in model.tables for one in table.dimensions]
    metrics = {one.name for table in model.tables for one in table.metrics} | {one.name for one in model.metrics}
    assert len(dimensions) >= 30
    assert len(metrics) >= 40
    assert metrics >= {
        "total_customers", "active_customers", "churned_customers", "total_revenue", "avg_customer_ltv",
        "total_spend_90d", "transaction_count", "avg_transaction_value", "median_transaction_value",
        "mom_spend_change_avg", "customer_growth_rate", "avg_churn_probability", "high_risk_customer_count",
    }  # fmt: skip
    personal = {one.name: one for table in model.tables for one in table.dimensions if one.personal}
    assert personal.keys() == {"name", "email", "phone", "zip_code"}
    assert not any(one.sample_values for one in personal.values())
    assert len(model.verified_queries) >= 25
