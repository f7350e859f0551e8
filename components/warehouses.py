"""The warehouses, one for each kind of work, and the monitor that bounds what all of them cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from components.options import child_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class WarehouseArgs:
    """One warehouse.

    Attributes:
        warehouse: Name of the warehouse.
        size: Size as Snowflake spells it, such as XSMALL.
        auto_suspend: Idle seconds after which it suspends.
        statement_timeout: Seconds that a statement may take.
        comment: What the warehouse is for.
    """

    warehouse: str
    size: str
    auto_suspend: int
    statement_timeout: int
    comment: str


@dataclass(frozen=True)
class MonitorArgs:
    """The resource monitor.

    Attributes:
        monitor: Name of the monitor.
        credit_quota: Credits that all warehouses may use in a month.
        notify_percent: Shares of the quota, percent, at which administrators get a message.
        suspends: Whether warehouses suspend at the quota, and break off what runs at a tenth above it.
    """

    monitor: str
    credit_quota: int
    notify_percent: Sequence[int]
    suspends: bool


@dataclass(frozen=True)
class WarehousesArgs:
    """Arguments of the warehouses.

    Attributes:
        warehouses: Each warehouse, by its purpose.
        monitor: What bounds all of them.
    """

    warehouses: Mapping[str, WarehouseArgs]
    monitor: MonitorArgs


class Warehouses(pulumi.ComponentResource):
    """The warehouses by purpose, under one resource monitor."""

    def __init__(self, name: str, args: WarehousesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:warehouse:Warehouses", name, None, opts)
        monitor = args.monitor
        self.monitor = snowflake.ResourceMonitor(
            f"{name}-monitor",
            name=monitor.monitor,
            credit_quota=monitor.credit_quota,
            notify_triggers=list(monitor.notify_percent),
            # At the quota running statements end first; a tenth above it they are broken off.
            suspend_trigger=100 if monitor.suspends else None,
            suspend_immediate_trigger=110 if monitor.suspends else None,
            opts=child_of(self),
        )
        self.warehouses = {
            purpose: snowflake.Warehouse(
                f"{name}-{purpose}",
                name=wanted.warehouse,
                warehouse_size=wanted.size,
                auto_suspend=wanted.auto_suspend,
                auto_resume="true",
                initially_suspended=True,
                resource_monitor=self.monitor.name,
                statement_timeout_in_seconds=wanted.statement_timeout,
                comment=wanted.comment,
                opts=child_of(self),
            )
            for purpose, wanted in args.warehouses.items()
        }
        self.names = {purpose: warehouse.name for purpose, warehouse in self.warehouses.items()}
        self.register_outputs({"names": self.names, "monitor": self.monitor.name})
