"""The columns that the base tables have, by the dbt project that builds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from semantic.places import LOADER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Columns = Mapping[str, Mapping[str, bool]]
    """Columns by the table's schema and name in capitals, each with whether it is personal."""

_FOLDERS = ("gold", "marts")
_SCHEMA = "GOLD"


def dbt_columns(models: Path) -> dict[str, dict[str, bool]]:
    """Read which columns the dbt models of GOLD declare, and which of them are personal (`meta: {pii: ...}`).

    Args:
        models: folder of the dbt models.
    """
    found: dict[str, dict[str, bool]] = {}
    for path in sorted(path for folder in _FOLDERS for path in (models / folder).glob("*.yml")):
        for model in yaml.load(path.read_text(), LOADER).get("models", []):  # noqa: S506 - a safe one
            found[f"{_SCHEMA}.{model['name'].upper()}"] = {
                column["name"].upper(): "pii" in column.get("config", {}).get("meta", {})
                for column in model.get("columns", [])
            }
    return found
