"""The semantic view: the semantic model's tables, facts, dimensions and metrics, as an object that people query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_snowflake as snowflake
import yaml

from components.options import after, child_of, replaced_on_change

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Model = dict[str, Any]


def read_model(path: Path) -> Model:
    """Read a semantic model in the form of Cortex Analyst's YAML."""
    return yaml.safe_load(path.read_text())


@dataclass(frozen=True)
class SemanticLayerArgs:
    """Arguments of the view.

    Attributes:
        database: Database of the view.
        schema: Schema of the view.
        view: Name of the view.
        model: The semantic model, as `read_model` returns it.
        tables: Fully qualified name of each base table, by "SCHEMA.NAME".
        declarations: Statement that declares a base table empty which something else fills later, by its name.
    """

    database: pulumi.Input[str]
    schema: pulumi.Input[str]
    view: str
    model: Model
    tables: Mapping[str, pulumi.Input[str]]
    declarations: Mapping[str, pulumi.Input[str]]


class SemanticLayer(pulumi.ComponentResource):
    """The semantic view, and its base tables as far as they are not there yet.

    A semantic view can only be made over tables that exist. dbt builds them in the first run, and replaces them in
    each, which the view outlives because it refers to them by name; so they are declared empty here, once, IF NOT
    EXISTS, and nothing is undone: the tables are dbt's.
    """

    def __init__(self, name: str, args: SemanticLayerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:semantic:SemanticLayer", name, None, opts)
        declared = [
            snowflake.Execute(
                f"{name}-declares-{table.lower().replace('_', '-')}",
                execute=statement,
                revert="SELECT 1",
                opts=child_of(self, pulumi.ResourceOptions(delete_before_replace=True)),
            )
            for table, statement in args.declarations.items()
        ]
        tables = args.model["tables"]
        self.view = snowflake.SemanticView(
            f"{name}-view",
            name=args.view,
            database=args.database,
            schema=args.schema,
            tables=[_table(table, args.tables) for table in tables],
            facts=[
                snowflake.SemanticViewFactArgs(**_expression(table, fact))
                for table in tables
                for fact in table.get("facts", [])
            ],
            dimensions=[
                snowflake.SemanticViewDimensionArgs(**_expression(table, dimension))
                for table in tables
                for dimension in (*table.get("dimensions", []), *table.get("time_dimensions", []))
            ],
            metrics=[
                snowflake.SemanticViewMetricArgs(
                    semantic_expression=snowflake.SemanticViewMetricSemanticExpressionArgs(**_expression(table, metric))
                )
                for table in tables
                for metric in table.get("metrics", [])
            ],
            comment=args.model["description"],
            opts=child_of(
                self,
                after(*declared),
                replaced_on_change("tables", "facts", "dimensions", "metrics", "relationships"),
            ),
        )
        self.name = self.view.fully_qualified_name
        self.register_outputs({"name": self.name})


def _table(table: Model, names: Mapping[str, pulumi.Input[str]]) -> snowflake.SemanticViewTableArgs:
    base = table["base_table"]
    return snowflake.SemanticViewTableArgs(
        table_alias=table["name"].upper(),
        table_name=names[f"{base['schema']}.{base['table']}"],
        primary_keys=[column.upper() for column in table["primary_key"]["columns"]],
        synonyms=table.get("synonyms"),
        comment=table["description"],
    )


def _expression(table: Model, expression: Model) -> dict[str, Any]:
    # The provider sends names as they stand: quoted, so in upper case.
    return {
        "qualified_expression_name": f'"{table["name"].upper()}"."{expression["name"].upper()}"',
        "sql_expression": expression["expr"],
        "synonyms": expression.get("synonyms"),
        "comment": expression["description"],
    }
