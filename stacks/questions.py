"""The faces that the platform shows to people: the semantic view, which is asked, and the app, which is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.dashboard import Dashboard, DashboardArgs
from components.options import after
from components.repository import ROOT
from components.semantic_layer import SemanticLayer, SemanticLayerArgs
from pipeline.gold_tables import ADDED_COLUMNS, GOLD_TABLES, SCHEMA, addition, declaration
from semantic.check.checking import sound_model
from semantic.rendering import render
from stacks.environment import APP, ENGINEER
from stacks.files import APP_FILES, CLIENT_FILES, SEMANTIC_STAGE, stage_folder

if TYPE_CHECKING:
    from semantic.source import Model
    from stacks.data import Data
    from stacks.environment import Environment
    from stacks.foundation import Foundation

_MODEL = "semantic/model"


@dataclass(frozen=True)
class Faces:
    """What people ask and look at.

    Attributes:
        semantic: The semantic view.
        app: The Streamlit app.
    """

    semantic: SemanticLayer
    app: Dashboard


def semantic_model() -> Model:
    """Read the semantic model. Raises: SourceError, as `sound_model` does."""
    return sound_model(ROOT / _MODEL, ROOT / "dbt" / "models")


def build_faces(base: Foundation, data: Data, ready: pulumi.ResourceOptions, model: Model) -> Faces:
    """Declare the semantic view and the app, each with its files.

    Args:
        base: the ground.
        data: with the stages that the files are put on.
        ready: options of what the engineer owns, once the roles are there.
        model: the semantic model.
    """
    stages = data.stages.internal
    files = [stage_folder(folder, stages, base) for folder in (APP_FILES, CLIENT_FILES)]
    semantic = SemanticLayer(
        "semantic",
        SemanticLayerArgs(
            database=base.database.name,
            schema=base.schemas["GOLD"],
            view=model.name.upper(),
            yaml=render(model, base.environment.database),
            role=base.roles.roles[ENGINEER].name,
            stage=stages[SEMANTIC_STAGE].fully_qualified_name,
            folder="model",
            source=_MODEL,
            declarations=_declarations(base.environment),
        ),
        pulumi.ResourceOptions.merge(ready, after(stages[SEMANTIC_STAGE])),
    )
    app = Dashboard(
        "app",
        DashboardArgs(
            app=APP,
            title="Customer 360",
            **base.place,
            stage=stages[APP_FILES.stage].fully_qualified_name,
            folder=APP_FILES.target,
            main_file="streamlit_app.py",
            warehouse=base.warehouses.names["app"],
        ),
        pulumi.ResourceOptions.merge(ready, after(*files)),
    )
    return Faces(semantic, app)


def _declarations(environment: Environment) -> list[str]:
    """Return the statements that declare the tables under the semantic view, and the columns that came later."""
    names = {table: environment.qualified(table, SCHEMA) for table in GOLD_TABLES}
    added = [(table, column) for table, columns in ADDED_COLUMNS.items() for column in columns]
    return [
        *(declaration(table, name) for table, name in names.items()),
        *(addition(table, column, names[table]) for table, column in added),
    ]
