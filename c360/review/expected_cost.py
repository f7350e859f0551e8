"""What a snapshot is expected to cost: its part that costs, read into the estimate's types; and what a change costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from c360.cost.assumptions import Assumptions
from c360.cost.estimate import Estimate, estimate
from c360.cost.rates import DAYS_PER_MONTH
from c360.cost.sizing import Alert, Graph, Sizing, SizingError, Task, Warehouse
from c360.review.entries import Entry
from c360.review.operations import credits_per_hour

if TYPE_CHECKING:
    from c360.review.sections import Compared
    from c360.review.snapshot import Resource, Snapshot

# What Snowflake takes where a warehouse does not say it.
_AUTO_SUSPEND = 600
_UNITS = {"seconds": 1, "minutes": 60, "hours": 3_600}
# Below a cent a month nothing has changed.
_CENT = 0.01


def sizing_of(snapshot: Snapshot) -> Sizing:
    """Read what costs.

    Raises:
        SizingError: for what an estimate has no formula for.
    """
    databases = snapshot.of("Database")
    quotas = [float(m.inputs.get("creditQuota") or 0) for m in snapshot.of("ResourceMonitor")]
    apps = {str(app.inputs["queryWarehouse"]) for app in snapshot.of("Streamlit")}
    if len(apps) > 1:
        raise SizingError(f"apps on several warehouses ({', '.join(sorted(apps))})")
    return Sizing(
        warehouses={str(w.inputs["name"]): _warehouse(w) for w in snapshot.of("Warehouse")},
        graphs=_graphs(snapshot.of("Task")),
        alerts=tuple(_alert(alert) for alert in snapshot.of("Alert")),
        app_warehouse="".join(apps),
        customers=int(snapshot.config.get("customers") or 0),
        brings_files=snapshot.config.get("source") == "files",
        retention_days=max((int(d.inputs.get("dataRetentionTimeInDays") or 0) for d in databases), default=0),
        quota=sum(quotas) or None,
    )


def cost_entries(compared: Compared) -> list[Entry]:
    """List what is expected to cost more or less, dollars a month by the assumptions that nobody set, and the total."""
    try:
        before, after = (estimate(sizing_of(one), Assumptions()) for one in (compared.old, compared.new))
    except SizingError as error:
        return [Entry((f"not estimated: {error}", "—", "—"))]
    old, new = (_dollars(one) for one in (before, after))
    rows = [
        Entry((what, _money(old.get(what)), _money(new.get(what))))
        for what in [*new, *(gone for gone in old if gone not in new)]
        if abs(new.get(what, 0.0) - old.get(what, 0.0)) >= _CENT
    ]
    if rows:
        rows.append(Entry(("everything", *(_money(one.dollars_per_month) for one in (before, after)))))
    return rows


def _dollars(found: Estimate) -> dict[str, float]:
    return {line.what: line.dollars_per_day * DAYS_PER_MONTH for line in found.lines}


def _money(dollars: float | None) -> str:
    return "—" if dollars is None else f"${dollars:,.2f}"


def _warehouse(resource: Resource) -> Warehouse:
    suspend = resource.inputs.get("autoSuspend")
    if suspend == 0:
        raise SizingError(f"warehouse {resource.inputs['name']} never suspends")
    seconds = _AUTO_SUSPEND if suspend is None else int(suspend)
    return Warehouse(str(resource.inputs["name"]), credits_per_hour(resource), seconds)


def _graphs(tasks: list[Resource]) -> tuple[Graph, ...]:
    """Return the graphs of tasks: each root with all that follows it."""
    declared = {str(task.inputs["name"]): _task(task) for task in tasks}
    finalized = {_base(t.inputs["finalize"]): str(t.inputs["name"]) for t in tasks if t.inputs.get("finalize")}
    graphs = []
    for resource in tasks:
        root = str(resource.inputs["name"])
        if declared[root].after or declared[root].is_finalizer:
            continue
        members = {root}
        while more := {n for n, t in declared.items() if members & {*t.after}} - members:
            members |= more
        members |= {finalized[root]} if root in finalized else set()
        found = tuple(task for name, task in declared.items() if name in members)
        schedule = _schedule(resource.inputs.get("schedule")) if resource.inputs.get("started") else None
        graphs.append(Graph(root, found, schedule))
    return tuple(sorted(graphs, key=lambda graph: -len(graph.tasks)))


def _task(resource: Resource) -> Task:
    inputs = resource.inputs
    if not inputs.get("warehouse"):
        raise SizingError(f"task {inputs['name']} is serverless")
    after = tuple(_base(name) for name in inputs.get("afters") or ())
    return Task(str(inputs["name"]), str(inputs["warehouse"]), after, bool(inputs.get("finalize")))


def _alert(resource: Resource) -> Alert:
    inputs = resource.inputs
    if not inputs.get("warehouse"):
        raise SizingError(f"alert {inputs['name']} is serverless")
    schedule = inputs.get("alertSchedule") or {}
    interval = schedule.get("interval")
    cron = schedule.get("cron") or {}
    when = float(interval) * 60 if interval else f"{cron['expression']} {cron['timeZone']}" if cron else None
    return Alert(str(inputs["name"]), str(inputs["warehouse"]), when if inputs.get("enabled") else None)


def _schedule(schedule: dict[str, Any] | None) -> str | float | None:
    for unit, value in (schedule or {}).items():
        return str(value) if unit == "usingCron" else float(value) * _UNITS[unit]
    return None


def _base(name: object) -> str:
    return str(name).rpartition(".")[2].strip('"')
