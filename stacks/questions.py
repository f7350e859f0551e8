"""The semantic view that people ask, with the tables under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.options import after
from components.repository import ROOT
from components.semantic_layer import SemanticLayer, SemanticLayerArgs
from pipeline.gold_tables import ADDED_COLUMNS, GOLD_TABLES, SCHEMA, addition, declaration
from semantic.check.checking import sound_model
from semantic.rendering import render
from stacks.environment import ENGINEER
from stacks.files import SEMANTIC_STAGE

if TYPE_CHECKING:
    from semantic.source import Model
    from stacks.data import Data
    from stacks.environment import Environment
    from stacks.foundation import Foundation

_MODEL = "semantic/model"


def semantic_model() -> Model:
    """Read the semantic model. Raises: SourceError, as `sound_model` does."""
    return sound_model(ROOT / _MODEL, ROOT / "dbt" / "models")


def build_semantic_layer(base: Foundation, data: Data, ready: pulumi.ResourceOptions, model: Model) -> SemanticLayer:
    """Declare the semantic view with its file.

    Args:
        base: the ground.
        data: with the stage that the file is put on.
        ready: options of what the engineer owns, once the roles are there.
        model: the semantic model.
    """
    stage = data.stages.internal[SEMANTIC_STAGE]
    return SemanticLayer(
        "semantic",
        SemanticLayerArgs(
            database=base.database.name,
            schema=base.schemas["GOLD"],
            view=model.name.upper(),
            yaml=render(model, base.environment.database),
            role=base.roles.roles[ENGINEER].name,
            stage=stage.fully_qualified_name,
            folder="model",
            source=_MODEL,
            declarations=_declarations(base.environment),
        ),
        pulumi.ResourceOptions.merge(ready, after(stage)),
    )


def _declarations(environment: Environment) -> list[str]:
    """Return the statements that declare the tables under the semantic view, and the columns that came later."""
    names = {table: environment.qualified(table, SCHEMA) for table in GOLD_TABLES}
    added = [(table, column) for table, columns in ADDED_COLUMNS.items() for column in columns]
    return [
        *(declaration(table, name) for table, name in names.items()),
        *(addition(table, column, names[table]) for table, column in added),
    ]
