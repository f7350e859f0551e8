"""The faces that the platform shows to people: the semantic view, which is asked, and the app, which is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.dashboard import Dashboard, DashboardArgs
from components.options import after
from components.repository import ROOT
from components.semantic_layer import SemanticLayer, SemanticLayerArgs, read_model
from pipeline import profile
from stacks.environment import APP
from stacks.files import APP_FILES, SEMANTIC_FILES, stage_folder

if TYPE_CHECKING:
    from components.stage_files import StageFolder
    from stacks.data import Data
    from stacks.foundation import Foundation


@dataclass(frozen=True)
class Faces:
    """What people ask and look at.

    Attributes:
        semantic: The semantic view.
        app: The Streamlit app.
        model: The files of the semantic model.
    """

    semantic: SemanticLayer
    app: Dashboard
    model: StageFolder


def build_faces(base: Foundation, data: Data, ready: pulumi.ResourceOptions) -> Faces:
    """Declare the semantic view and the app, each with its files.

    Args:
        base: the ground.
        data: with the stages that the files are put on.
        ready: options of what the engineer owns, once the roles are there.
    """
    stages = data.stages.internal
    files = stage_folder(APP_FILES, stages, base)
    model = stage_folder(SEMANTIC_FILES, stages, base)
    profiles = base.environment.qualified(profile.NAME, profile.SCHEMA)
    semantic = SemanticLayer(
        "semantic",
        SemanticLayerArgs(
            database=base.database.name,
            schema=base.schemas["GOLD"],
            view="CUSTOMER_360",
            model=read_model(ROOT / "semantic" / "view" / "customer_360.yaml"),
            tables={f"{profile.SCHEMA}.{profile.NAME}": profiles},
            declarations={profile.NAME: profile.declaration(profiles)},
        ),
        ready,
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
        pulumi.ResourceOptions.merge(ready, after(files)),
    )
    return Faces(semantic, app, model)
