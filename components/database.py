"""The database and its schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from components.options import child_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class DatabaseArgs:
    """Arguments of the database.

    Attributes:
        database: Name of the database.
        schemas: Comment of each schema, by its name.
        retention_days: Days of time travel.
        is_protected: Refuse to delete database and schemas.
    """

    database: str
    schemas: Mapping[str, str]
    retention_days: int
    is_protected: bool


class Database(pulumi.ComponentResource):
    """The database with a schema for each layer and one for what runs the platform."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:warehouse:Database", name, None, opts)
        protected = pulumi.ResourceOptions(protect=args.is_protected)
        self.database = snowflake.Database(
            f"{name}-database",
            name=args.database,
            data_retention_time_in_days=args.retention_days,
            comment="Customer 360 analytics",
            opts=child_of(self, protected),
        )
        self.schemas = {
            schema: snowflake.Schema(
                f"{name}-{schema.lower()}",
                name=schema,
                database=self.database.name,
                # Said here too: left to be inherited, it would change in an update whose preview did not say so.
                data_retention_time_in_days=args.retention_days,
                comment=comment,
                opts=child_of(self, protected),
            )
            for schema, comment in args.schemas.items()
        }
        self.name = self.database.name
        self.register_outputs({"name": self.name, "schemas": {key: s.name for key, s in self.schemas.items()}})
