"""The merchant categories: procedures and the dbt project mean the same 20."""

from __future__ import annotations

import re
from typing import Any

import yaml

from components.repository import ROOT
from pipeline.categories import MERCHANT_CATEGORIES
from pipeline.procedures import PROCEDURES

MODELS = ROOT / "dbt" / "models"
NAMES = [category.name for category in MERCHANT_CATEGORIES]


def test_the_dimension_has_the_same_categories_in_the_same_groups() -> None:
    model = (MODELS / "gold" / "dim_merchant_category.sql").read_text()
    found = re.findall(r"\((\d+), '([^']+)', '([^']+)'\)", model)
    assert found == [(str(n), c.name, c.group) for n, c in enumerate(MERCHANT_CATEGORIES, start=1)]


def test_staging_accepts_the_same_categories() -> None:
    (model,) = yaml.safe_load((MODELS / "staging" / "stg_transactions.yml").read_text())["models"]
    (column,) = [c for c in model["columns"] if c["name"] == "merchant_category"]
    accepted: list[Any] = [t["accepted_values"] for t in column["data_tests"] if "accepted_values" in t]
    assert [a["arguments"]["values"] for a in accepted] == [NAMES]


def test_procedures_are_written_from_the_list_and_nothing_stays_open_in_them() -> None:
    bodies = {p.name: p.body for p in PROCEDURES}
    assert not any("{{" in body for body in bodies.values())
    listed = {name for name, body in bodies.items() if all(f"'{category}'" in body for category in NAMES)}
    assert listed == {"LOAD_TRANSACTIONS", "SPREAD_CATEGORIES", "VALIDATE_BRONZE"}
    assert not any("'Coffee Shops'" in p.file.read_text() for p in PROCEDURES)
