"""The warehouses: one for each kind of work, each with a size and an idle time of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from components.options import child_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class WarehouseArgs:
    """One warehouse: its name, its size, the idle seconds after which it suspends, and what it is for."""

    warehouse: str
    size: str
    auto_suspend: int
    comment: str


class Warehouses(pulumi.ComponentResource):
    """The warehouses by purpose."""

    def __init__(
        self, name: str, args: Mapping[str, WarehouseArgs], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("customer360:warehouse:Warehouses", name, None, opts)
        self.warehouses = {
            purpose: snowflake.Warehouse(
                f"{name}-{purpose}",
                name=wanted.warehouse,
                warehouse_size=wanted.size,
                auto_suspend=wanted.auto_suspend,
                auto_resume="true",
                initially_suspended=True,
                comment=wanted.comment,
                opts=child_of(self),
            )
            for purpose, wanted in args.items()
        }
        self.names = {purpose: warehouse.name for purpose, warehouse in self.warehouses.items()}
        self.register_outputs({"names": self.names})
