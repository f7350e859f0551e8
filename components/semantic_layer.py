"""The semantic view: the semantic model as an object that people query and ask, and its YAML on a stage."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.options import child_of
from components.semantic_view import SemanticView, SemanticViewProvider
from components.stage_files import StageFile
from components.staged_text import StagedTextProvider

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class SemanticLayerArgs:
    """Arguments of the view.

    Attributes:
        database: Database of the view.
        schema: Schema of the view.
        view: Name of the view, as in the YAML.
        yaml: The semantic model as Snowflake's YAML.
        role: Role that owns the view.
        stage: Fully qualified name of the stage on which the YAML lies too.
        folder: Folder on the stage.
        source: Folder of the repository that the YAML is rendered from.
        declarations: Statements that bring base tables, and columns of them, which something else fills later.
    """

    database: pulumi.Input[str]
    schema: pulumi.Input[str]
    view: str
    yaml: str
    role: pulumi.Input[str]
    stage: pulumi.Input[str]
    folder: str
    source: str
    declarations: Sequence[str]


class SemanticLayer(pulumi.ComponentResource):
    """The semantic view, and its base tables as far as they are not there yet.

    A semantic view can only be made over tables that exist. dbt builds them in the first run, and replaces them in
    each, which the view outlives because it refers to them by name; so they are declared empty, IF NOT EXISTS, before
    the view is made, and nothing of that is undone: the tables are dbt's.
    """

    def __init__(self, name: str, args: SemanticLayerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:semantic:SemanticLayer", name, None, opts)
        # Before, the view was the Snowflake provider's; dropped behind the new one, it would take that along.
        was = pulumi.ResourceOptions(
            aliases=[pulumi.Alias(type_="snowflake:index/semanticView:SemanticView")], delete_before_replace=True
        )
        self.view = SemanticView(
            SemanticViewProvider(),
            f"{name}-view",
            {
                "database": args.database,
                "schema": args.schema,
                "name": args.view,
                "yaml": args.yaml,
                "declarations": list(args.declarations),
                "role": args.role,
            },
            child_of(self, was),
        )
        StageFile(
            StagedTextProvider(),
            f"{name}-file",
            {
                "stage": args.stage,
                "folder": args.folder,
                "name": f"{args.view.lower()}.yaml",
                "source": args.source,
                "text": args.yaml,
                "sha256": hashlib.sha256(args.yaml.encode()).hexdigest(),
                "role": args.role,
            },
            child_of(self),
        )
        self.name = pulumi.Output.format('"{0}"."{1}"."{2}"', args.database, args.schema, args.view)
        self.register_outputs({"name": self.name})
