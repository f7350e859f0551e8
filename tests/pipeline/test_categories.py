"""The merchant categories: procedures and the dbt project mean the same 20."""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml

from components.repository import ROOT
from pipeline import categories
from pipeline.categories import MERCHANT_CATEGORIES, sql_weights
from pipeline.personas import PERSONAS
from pipeline.procedures import PROCEDURES
from pipeline.sql_files import render

if TYPE_CHECKING:
    import pytest

MODELS = ROOT / "dbt" / "models"
# Changing it means that every database built from the generator changes.
SHA256 = "b86fb5182a312757bddc16fbc9219ceba476673a293d0ed5e0da7beefc8fbe1f"
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


def test_a_persona_more_has_weights_of_its_own_and_trips_theirs_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    more = tuple(replace(c, by_persona=(*c.by_persona, 3)) for c in MERCHANT_CATEGORIES)
    monkeypatch.setattr(categories, "MERCHANT_CATEGORIES", more)
    rows = [ast.literal_eval(line.rstrip(",")) for line in sql_weights().splitlines()]
    personas = len(PERSONAS) + 1
    assert {number for _, number, *_ in rows} == {*range(1, personas + 2)}
    assert {weight for _, number, weight, *_ in rows if number == personas} == {3}
    on_trips = {name for name, number, weight, *_ in rows if number > personas and weight}
    assert on_trips == {c.name for c in more if c.group == "Travel"}
    (expanding,) = (p.file for p in PROCEDURES if p.name == "EXPAND_PLAN")
    assert f"iff(is_trip, {personas + 1}, persona)" in render(expanding.read_text())


def test_every_amount_and_every_persona_has_a_category() -> None:
    for weights in zip(*(c.by_amount for c in MERCHANT_CATEGORIES), strict=True):
        assert sum(weights) > 0
    for weights in zip(*(c.by_persona for c in MERCHANT_CATEGORIES), strict=True):
        assert sum(weights) > 0
