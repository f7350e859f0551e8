"""The merchant categories: procedures and the dbt project mean the same 20."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import yaml

from components.repository import ROOT
from pipeline.categories import MERCHANT_CATEGORIES, sql_weights
from pipeline.procedures import PROCEDURES

MODELS = ROOT / "dbt" / "models"
# Changing it means that every database built from the generator changes.
SHA256 = "5e7e168ee6ab625b6d47d26de56e929b94635d3a955e6ff205b5434cc96dd333"
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


def test_the_weights_are_those_of_the_published_checksum() -> None:
    assert hashlib.sha256(sql_weights().encode()).hexdigest() == SHA256


def test_every_amount_and_every_persona_has_a_category() -> None:
    for weights in zip(*(c.by_amount for c in MERCHANT_CATEGORIES), strict=True):
        assert sum(weights) > 0
    for weights in zip(*(c.by_persona for c in MERCHANT_CATEGORIES), strict=True):
        assert sum(weights) > 0
