"""What of a stack costs: warehouses, task graphs, alerts, apps and data, as the program declares them."""

from __future__ import annotations

from dataclasses import dataclass


class SizingError(ValueError):
    """Something that costs and that the estimate cannot read; the text is one sentence for the user."""


@dataclass(frozen=True)
class Warehouse:
    """A warehouse.

    Attributes:
        name: Its name.
        credits_per_hour: What it uses while it is awake.
        auto_suspend: Idle seconds after which it suspends.
    """

    name: str
    credits_per_hour: float
    auto_suspend: int


@dataclass(frozen=True)
class Task:
    """A task of a graph.

    Attributes:
        name: Its name.
        warehouse: Name of the warehouse that computes it.
        after: Names of its predecessors.
        is_finalizer: Whether it follows the whole graph.
    """

    name: str
    warehouse: str
    after: tuple[str, ...] = ()
    is_finalizer: bool = False


@dataclass(frozen=True)
class Graph:
    """A task graph.

    Attributes:
        root: Name of its root.
        tasks: Its tasks.
        schedule: Cron expression with its time zone, or seconds between two runs; None where it runs by hand only.
    """

    root: str
    tasks: tuple[Task, ...]
    schedule: str | float | None


@dataclass(frozen=True)
class Alert:
    """An alert.

    Attributes:
        name: Its name.
        warehouse: Name of the warehouse that evaluates it.
        schedule: As a graph's; None where it is suspended.
    """

    name: str
    warehouse: str
    schedule: str | float | None


@dataclass(frozen=True)
class Sizing:
    """A stack.

    Attributes:
        warehouses: Its warehouses, by name.
        graphs: Its task graphs.
        alerts: Its alerts.
        app_warehouse: Name of the warehouse of its apps; empty without apps.
        customers: How many customers it is sized for.
        brings_files: Whether transactions lie in the bucket, and are not generated.
        retention_days: Days of Time Travel.
        quota: Credits a month that its resource monitor allows; None without one.
    """

    warehouses: dict[str, Warehouse]
    graphs: tuple[Graph, ...]
    alerts: tuple[Alert, ...]
    app_warehouse: str
    customers: int
    brings_files: bool
    retention_days: int
    quota: float | None = None
