"""The project as it is deployed: its other commands, through EXECUTE DBT PROJECT."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(600)


def execute(platform: Platform, arguments: str) -> tuple[str, dict[str, Any]]:
    """Execute a command of dbt on the deployed project; return what it printed, and the JSON artifacts by name."""
    before = set(platform.home.glob("dbt/*/results/*.zip"))
    ((_, _, printed, *_),) = platform.ask(f"EXECUTE DBT PROJECT PLATFORM.CUSTOMER_360_DBT ARGS='{arguments}'")
    (made,) = set(platform.home.glob("dbt/*/results/*.zip")) - before
    with zipfile.ZipFile(made) as archive:
        names = [n for n in archive.namelist() if n.endswith(".json")]
        return printed, {n.rsplit("/")[-1].removesuffix(".json"): json.loads(archive.read(n)) for n in names}


def test_documentation_and_freshness_of_the_deployed_project(platform_copy: Platform) -> None:
    with platform_copy.served():
        printed, artifacts = execute(platform_copy, "docs generate")
        assert "Catalog written" in printed
        models = {i: n for i, n in artifacts["manifest"]["nodes"].items() if n["resource_type"] == "model"}
        documented = artifacts["catalog"]["nodes"]
        assert set(models) <= set(documented)
        for unique_id, model in models.items():
            there = sorted(documented[unique_id]["columns"].values(), key=lambda column: column["index"])
            # in order, since `incremental_append` writes them by the names of the YAML file
            assert [column["name"].lower() for column in there] == [name.lower() for name in model["columns"]]
        printed, artifacts = execute(platform_copy, "source freshness")
        assert [r["status"] for r in artifacts["sources"]["results"]] == ["pass"], printed
