"""What a snapshot runs and may cost: its task graphs with their schedules, and the ceiling of its warehouses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.cost.rates import CREDITS_PER_HOUR

if TYPE_CHECKING:
    from c360.review.snapshot import Resource, Snapshot

# Whoever may use a warehouse can keep it busy around the clock; only a monitor that suspends ends that earlier.
WORST_HOURS_PER_DAY = 24
_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365, "NEVER": None}


@dataclass(frozen=True)
class Ceiling:
    """The most that a warehouse can use.

    Attributes:
        warehouse: Name of the warehouse.
        size: Size as Snowflake spells it.
        per_hour: Credits an hour, with every cluster running.
        per_day: Credits a day.
        limited_by: Monitor that suspends it earlier; empty without one.
    """

    warehouse: str
    size: str
    per_hour: float
    per_day: float
    limited_by: str = ""

    def as_text(self) -> str:
        """Write it in a few words."""
        limit = f", by monitor {self.limited_by}" if self.limited_by else ""
        return f"{self.size}, {self.per_hour:g} credits/h, at most {self.per_day:g} credits/day{limit}"


def ceilings(snapshot: Snapshot) -> dict[str, Ceiling]:
    """Return the ceiling of each warehouse, by its name."""
    monitors = {str(m.inputs.get("name")): m for m in snapshot.of("ResourceMonitor")}
    return {str(w.inputs["name"]): _ceiling(w, monitors) for w in snapshot.of("Warehouse")}


def total_per_day(snapshot: Snapshot) -> float:
    """Return the credits a day that no combination of warehouses can pass; a shared monitor counts once."""
    own: dict[str, float] = {}
    shared: dict[str, list[float]] = {}
    monitors = {str(m.inputs.get("name")): m for m in snapshot.of("ResourceMonitor")}
    for warehouse in snapshot.of("Warehouse"):
        full = credits_per_hour(warehouse) * WORST_HOURS_PER_DAY
        monitor = str(warehouse.inputs.get("resourceMonitor") or "")
        if _quota_per_day(monitors.get(monitor)) is None:
            own[warehouse.name] = full
        else:
            shared.setdefault(monitor, []).append(full)
    limited = (min(sum(parts), _quota_per_day(monitors[name]) or 0) for name, parts in shared.items())
    return round(sum(own.values()) + sum(limited), 1)


def monitor_text(monitor: Resource) -> str:
    """Say what a resource monitor allows and what it does at which share of it."""
    inputs = monitor.inputs
    steps = (
        [f"notifies at {', '.join(f'{one} %' for one in inputs['notifyTriggers'])}"]
        if inputs.get("notifyTriggers")
        else []
    )
    steps += [f"suspends at {inputs['suspendTrigger']} %"] if inputs.get("suspendTrigger") else []
    steps += (
        [f"suspends at once at {inputs['suspendImmediateTrigger']} %"] if inputs.get("suspendImmediateTrigger") else []
    )
    quota = f"{inputs.get('creditQuota', 'no')} credits {str(inputs.get('frequency', 'MONTHLY')).lower()}"
    return ", ".join([quota, *steps])


def schedules(snapshot: Snapshot) -> dict[str, str]:
    """Return when each root task and alert runs, by its name."""
    roots = {_name(task): _schedule_text(task.inputs) for task in snapshot.of("Task") if not _predecessors(task.inputs)}
    alerts = {_name(alert): _alert_text(alert.inputs) for alert in snapshot.of("Alert")}
    return roots | alerts


def edges(snapshot: Snapshot) -> dict[str, str]:
    """Return behind which tasks each task runs, and where, by its name."""
    return {_name(task): _place_in_graph(task.inputs) for task in snapshot.of("Task")}


def _ceiling(warehouse: Resource, monitors: dict[str, Resource]) -> Ceiling:
    per_hour = credits_per_hour(warehouse)
    monitor = str(warehouse.inputs.get("resourceMonitor") or "")
    quota = _quota_per_day(monitors.get(monitor))
    full = per_hour * WORST_HOURS_PER_DAY
    limited = quota is not None and quota < full
    return Ceiling(
        str(warehouse.inputs["name"]),
        size_of(warehouse.inputs),
        per_hour,
        round(quota, 1) if limited and quota is not None else full,
        monitor if limited else "",
    )


def credits_per_hour(warehouse: Resource) -> float:
    """Return the credits an hour of a warehouse, with every cluster running."""
    return CREDITS_PER_HOUR[size_of(warehouse.inputs)] * float(warehouse.inputs.get("maxClusterCount") or 1)


def size_of(inputs: dict[str, Any]) -> str:
    """Return a warehouse's size in one spelling."""
    size = str(inputs.get("warehouseSize") or "XSMALL").upper().replace("-", "")
    return {"2XLARGE": "XXLARGE", "X2LARGE": "XXLARGE", "3XLARGE": "XXXLARGE", "X3LARGE": "XXXLARGE"}.get(size, size)


def _quota_per_day(monitor: Resource | None) -> float | None:
    if monitor is None or not (monitor.inputs.get("suspendTrigger") or monitor.inputs.get("suspendImmediateTrigger")):
        return None
    days = _DAYS.get(str(monitor.inputs.get("frequency", "MONTHLY")).upper())
    last = max(int(monitor.inputs.get(key) or 0) for key in ("suspendTrigger", "suspendImmediateTrigger"))
    return monitor.inputs["creditQuota"] * last / 100 / days if days else None


def _schedule_text(inputs: dict[str, Any]) -> str:
    schedule = inputs.get("schedule") or {}
    if not schedule:
        return "by hand only"
    when = next(f"{value} {unit}" if unit != "usingCron" else str(value) for unit, value in schedule.items())
    return when if inputs.get("started") else f"{when} (suspended)"


def _alert_text(inputs: dict[str, Any]) -> str:
    schedule = inputs.get("alertSchedule") or {}
    flat = " ".join(f"{key} {value}" for key, value in sorted(_leaves(schedule)))
    return (flat or "by hand only") + ("" if inputs.get("enabled") else " (suspended)")


def _leaves(value: dict[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, item in value.items():
        found += _leaves(item) if isinstance(item, dict) else [(key, item)]
    return found


def _place_in_graph(inputs: dict[str, Any]) -> str:
    before = ", ".join(f"`{name}`" for name in _predecessors(inputs))
    link = "finalizes" if inputs.get("finalize") else "after"
    where = f"on `{inputs['warehouse']}`" if inputs.get("warehouse") else "serverless"
    return f"{f'{link} {before}' if before else 'root'}, {where}"


def _predecessors(inputs: dict[str, Any]) -> list[str]:
    named = [*inputs.get("afters", []), *([inputs["finalize"]] if inputs.get("finalize") else [])]
    return sorted(str(name).rpartition(".")[2].strip('"') for name in named)


def _name(resource: Resource) -> str:
    return str(resource.inputs["name"])
