"""Personal data in what dbt builds: every column that holds it bears the tag that masks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.personal_data import PERSONAL_DATA

if TYPE_CHECKING:
    from tests.support.warehouse.built_warehouse import Dbt, Warehouse

# What the platform calls these columns, wherever they turn up.
NAMES = {kind.lower() for kind in PERSONAL_DATA}


def _models(manifest: dict[str, Any]) -> dict[str, dict[str, str | None]]:
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    return {
        f"{m['schema']}.{m['name']}".upper(): {c["name"]: c["meta"].get("pii") for c in m["columns"].values()}
        for m in models
    }


def _tags(warehouse: Warehouse, table: str, columns: list[str]) -> dict[str, str | None]:
    database = warehouse.connection.database
    values = ", ".join(
        f"system$get_tag('{database}.PLATFORM.PII', '{database}.{table}.{c.upper()}', 'column')" for c in columns
    )
    found = warehouse.connection.cursor().execute(f"select {values}")
    assert found
    return dict(zip(columns, found.fetchone() or (), strict=True))


def test_personal_columns_are_marked_as_what_they_hold(manifest: dict[str, Any]) -> None:
    found = {(model, c): pii for model, columns in _models(manifest).items() for c, pii in columns.items()}
    assert {key: pii for key, pii in found.items() if key[1] in NAMES} == {
        key: key[1].upper() for key in found if key[1] in NAMES
    }
    assert {pii for pii in found.values() if pii} <= set(PERSONAL_DATA)


def test_no_model_hides_a_personal_column_from_its_description(warehouse: Warehouse, manifest: dict[str, Any]) -> None:
    described = _models(manifest)
    rows = warehouse.connection.cursor().execute(
        "select table_schema || '.' || table_name, lower(column_name) from INFORMATION_SCHEMA.COLUMNS"
        " where table_schema in ('SILVER', 'GOLD')"
    )
    assert rows
    found = {(str(model), str(column)) for model, column in rows.fetchall() if column in NAMES and model in described}
    assert found == {(m, c) for m, columns in described.items() for c in columns if c in NAMES}


def test_every_build_leaves_the_tags(warehouse: Warehouse, manifest: dict[str, Any], dbt: Dbt) -> None:
    built = {model: columns for model, columns in _models(manifest).items() if any(columns.values())}
    assert set(built) >= {"GOLD.CUSTOMER_360_PROFILE", "GOLD.DIM_CUSTOMER", "SILVER.STG_CUSTOMERS"}
    for model, columns in built.items():
        assert _tags(warehouse, model, list(columns)) == columns
    again = dbt("run", "--select", "stg_customers")
    assert again.returncode == 0, again.stdout
    assert _tags(warehouse, "SILVER.STG_CUSTOMERS", ["email", "city"]) == {"email": "EMAIL", "city": None}
