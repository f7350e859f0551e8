"""The repository's files on the account's internal stages: of the dbt project and of the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.options import after
from components.repository import ROOT
from components.stage_files import StageFolder, StageFolderArgs
from stacks.apps import APP_STAGE
from stacks.environment import ENGINEER

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi_snowflake as snowflake

    from stacks.foundation import Foundation


@dataclass(frozen=True)
class StagedFolder:
    """A folder of the repository that goes on a stage of its own.

    Attributes:
        name: Logical name.
        source: Folder in the repository.
        stage: Name of the stage.
        target: Folder on the stage.
        comment: What the stage holds.
        is_copied: Whether the account copies the folder when it is told to, and must then find these files and no
            others in it.
    """

    name: str
    source: str
    stage: str
    target: str
    comment: str
    is_copied: bool = False


APP_FILES = StagedFolder("app-files", "streamlit_app", APP_STAGE, "customer_360_app", "Files of the app")
# What the app and the command line ask the analyst with: inside of Snowflake an app imports what lies beside its files.
CLIENT_FILES = StagedFolder(
    "analyst-client", "analyst_client", APP_FILES.stage, f"{APP_FILES.target}/analyst_client", APP_FILES.comment
)
DBT_FILES = StagedFolder("dbt-files", "dbt", "DBT_STAGE", "customer_360", "Files of the dbt project", is_copied=True)
# The semantic model lies there as one file, which is rendered from the repository's.
SEMANTIC_STAGE = "SEMANTIC_STAGE"
INTERNAL_STAGES = {folder.stage: folder.comment for folder in (APP_FILES, DBT_FILES)} | {
    SEMANTIC_STAGE: "The semantic model"
}


def stage_folder(folder: StagedFolder, stages: Mapping[str, snowflake.StageInternal], base: Foundation) -> StageFolder:
    """Declare a folder's files on its stage.

    Args:
        folder: which one.
        stages: the internal stages by name.
        base: with the role that owns the stages.
    """
    stage = stages[folder.stage]
    return StageFolder(
        folder.name,
        StageFolderArgs(
            stage=stage.fully_qualified_name,
            target=folder.target,
            source=ROOT / folder.source,
            role=base.roles.roles[ENGINEER].name,
            is_exclusive=folder.is_copied,
        ),
        after(stage, base.roles),
    )
