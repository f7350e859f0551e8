"""The model of a semantic view, from the form in which the catalog keeps it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from local_account.semantic.model import Expression, Kind, LogicalTable, Relationship, SemanticModel

_SECTIONS = {"DIMENSIONS": Kind.DIMENSION, "FACTS": Kind.FACT, "METRICS": Kind.METRIC}


@lru_cache(maxsize=64)
def stored_model(name: str, definition: str) -> SemanticModel:
    """Return the model that a semantic view's definition describes; each definition is read once.

    Args:
        name: the view's name.
        definition: its definition, as JSON.
    """
    found = json.loads(definition)
    return SemanticModel(
        name,
        tables=tuple(_table(found, table) for table in found["TABLES"]),
        relationships=tuple(_relationship(one) for one in found.get("RELATIONSHIPS", ())),
    )


def _table(definition: dict[str, Any], table: dict[str, Any]) -> LogicalTable:
    database, schema, name = table["NAME"]
    return LogicalTable(
        table["ALIAS"],
        (database, schema, name),
        tuple(table.get("PRIMARY_KEY", ())),
        tuple(map(tuple, table.get("UNIQUE_KEYS", ()))),
        expressions=tuple(
            Expression(e["NAME"], kind, e["EXPRESSION"], e["TABLE"], e.get("DATA_TYPE"), private=e["PRIVATE"])
            for section, kind in _SECTIONS.items()
            for e in definition.get(section, ())
            if e["TABLE"] == table["ALIAS"]
        ),
    )


def _relationship(found: dict[str, Any]) -> Relationship:
    return Relationship(
        found["NAME"], found["TABLE"], found["REFERENCED"], tuple(found["COLUMNS"]),
        tuple(found.get("REFERENCED_COLUMNS", ())),
    )  # fmt: skip
