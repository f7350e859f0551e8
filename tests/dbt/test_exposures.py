"""The exposures say who reads the warehouse: each reader in the code is listed, with the models that it reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from c360.connection import ROOT
from tests.support.warehouse.built_warehouse import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PROCEDURES = ROOT / "pipeline" / "sql" / "procedures"
# What belongs to each reader; every file that names a model is somebody's.
READERS = {
    "customer_360_app": list((ROOT / "streamlit_app").rglob("*.py")),
    "customer_360_semantic_view": list((ROOT / "semantic" / "model").glob("*.yaml")),
    "churn_model": [*PROCEDURES.rglob("*.sql"), *(ROOT / "pipeline" / "python").rglob("*.py")],
    "run_summary": list((ROOT / "pipeline" / "sql").glob("*.sql")),
}
MODELS = {path.stem for path in (PROJECT / "models").rglob("*.sql")}


def _read(files: Iterable[Path]) -> set[str]:
    named = re.compile(r"\bGOLD\.(\w+)|schema: GOLD, table: (\w+)", re.IGNORECASE)
    found = {name.lower() for file in files for match in named.findall(file.read_text()) for name in match if name}
    return found & MODELS


def _exposures() -> dict[str, set[str]]:
    listed = yaml.safe_load((PROJECT / "models" / "exposures.yml").read_text())["exposures"]
    return {e["name"]: set(re.findall(r"ref\('(\w+)'\)", " ".join(e["depends_on"]))) for e in listed}


def test_every_reader_is_listed() -> None:
    assert set(_exposures()) == set(READERS)


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_reads_what_its_exposure_says(reader: str) -> None:
    assert READERS[reader]
    assert _read(READERS[reader]) == _exposures()[reader]
