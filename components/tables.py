"""The tables and views that the stack itself owns: bronze, and what is observed about runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from components.options import after, child_of, logical_name
from components.statements import marked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.tables import Table, View


@dataclass(frozen=True)
class TablesArgs:
    """Arguments of the tables and views.

    Attributes:
        database: Database of the tables.
        schemas: Name of each schema's resource, by the schema that a table names.
        tables: Tables as they are declared.
        views: Views on them, as they are declared.
        is_protected: Refuse to delete tables.
    """

    database: pulumi.Input[str]
    schemas: Mapping[str, pulumi.Input[str]]
    tables: Sequence[Table]
    views: Sequence[View]
    is_protected: bool


class Tables(pulumi.ComponentResource):
    """Tables, and views on them."""

    def __init__(self, name: str, args: TablesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:warehouse:Tables", name, None, opts)
        self.tables = {
            table.qualified_name: snowflake.Table(
                f"{name}-{logical_name(table.schema, table.name)}",
                name=table.name,
                database=args.database,
                schema=args.schemas[table.schema],
                columns=[
                    snowflake.TableColumnArgs(
                        name=column.name, type=column.type, nullable=column.is_nullable, comment=column.comment
                    )
                    for column in table.columns
                ],
                comment=table.comment,
                opts=child_of(self, pulumi.ResourceOptions(protect=args.is_protected)),
            )
            for table in args.tables
        }
        tables = after(*self.tables.values())
        self.views = {
            f"{view.schema}.{view.name}": snowflake.View(
                f"{name}-{logical_name(view.schema, view.name)}",
                name=view.name,
                database=args.database,
                schema=args.schemas[view.schema],
                statement=marked(view.statement),
                comment=view.comment,
                opts=child_of(self, tables),
            )
            for view in args.views
        }
        self.register_outputs({"tables": list(self.tables), "views": list(self.views)})
