"""What a snapshot's part that costs is read as, and what a change of it is expected to cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from c360.cost.sizing import Alert, Graph, Sizing, SizingError, Task, Warehouse
from c360.review.changes import compare
from c360.review.expected_cost import cost_entries, sizing_of
from c360.review.sections import Compared
from c360.review.snapshot import Resource, Snapshot
from tests.support.recorded import recorded

PREFIX = '"D"."S".'


def resource(kind: str, name: str, **inputs: Any) -> Resource:
    token = f"snowflake:index/{kind[0].lower()}{kind[1:]}:{kind}"
    return Resource(f"urn:{kind}:{name}", token, name.lower(), {"name": name} | inputs)


def warehouse(name: str = "W", **inputs: Any) -> Resource:
    return resource("Warehouse", name, warehouseSize="XSMALL", autoSuspend=60, **inputs)


def snapshot(*resources: Resource, **config: Any) -> Snapshot:
    return Snapshot("s", resources, {}, {"customers": 0} | config)


def test_everything_that_costs_is_read() -> None:
    found = sizing_of(
        snapshot(
            resource("Database", "D", dataRetentionTimeInDays=14),
            resource("ResourceMonitor", "M", creditQuota=100),
            resource("Warehouse", "BIG", warehouseSize="X-Large", maxClusterCount=2),
            warehouse(),
            resource("Task", "A", warehouse="W", schedule={"usingCron": "0 6 * * * UTC"}, started=True),
            resource("Task", "B", warehouse="BIG", afters=[f'{PREFIX}"A"']),
            resource("Task", "END", warehouse="W", finalize=f'{PREFIX}"A"'),
            resource("Task", "OTHER", warehouse="W", schedule={"minutes": 30}, started=True),
            resource("Task", "IDLE", warehouse="W", schedule={"usingCron": "0 6 * * * UTC"}, started=False),
            resource("Alert", "I", warehouse="W", alertSchedule={"interval": 240}, enabled=True),
            resource("Alert", "J", warehouse="W", alertSchedule={"interval": 240}, enabled=False),
            resource("Streamlit", "APP", queryWarehouse="W"),
            resource("Streamlit", "APP2", queryWarehouse="W"),
            customers=7,
            source="files",
        )
    )
    assert found == Sizing(
        warehouses={"BIG": Warehouse("BIG", 32, 600), "W": Warehouse("W", 1, 60)},
        graphs=(
            Graph("A", (Task("A", "W"), Task("B", "BIG", ("A",)), Task("END", "W", (), True)), "0 6 * * * UTC"),
            Graph("OTHER", (Task("OTHER", "W"),), 1800.0),
            Graph("IDLE", (Task("IDLE", "W"),), None),
        ),
        alerts=(Alert("I", "W", 14_400.0), Alert("J", "W", None)),
        app_warehouse="W",
        customers=7,
        brings_files=True,
        retention_days=14,
        quota=100,
    )


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (resource("Task", "T"), "task T is serverless"),
        (resource("Alert", "I"), "alert I is serverless"),
        (resource("Warehouse", "V", autoSuspend=0), "warehouse V never suspends"),
        (resource("Streamlit", "B", queryWarehouse="V"), "apps on several warehouses"),
    ],
)
def test_what_has_no_formula_is_refused(other: Resource, expected: str) -> None:
    with pytest.raises(SizingError, match=expected):
        sizing_of(snapshot(warehouse(), resource("Streamlit", "A", queryWarehouse="W"), other))


def entries(old: Snapshot, new: Snapshot) -> list[tuple[str, ...]]:
    return [entry.cells for entry in cost_entries(Compared(old, new, compare(old, new)))]


def test_a_change_shows_what_it_costs_and_the_new_total() -> None:
    """An alert on X-Small: 24 looks of 62 s a day are 12.571 credits a month; every four hours they are a sixth."""
    alert = resource("Alert", "I", warehouse="W", alertSchedule={"interval": 60}, enabled=True)
    old = snapshot(warehouse(), alert)
    new = snapshot(warehouse(), replace(alert, inputs=alert.inputs | {"alertSchedule": {"interval": 240}}))
    assert entries(old, old) == []
    assert entries(old, new) == [("alert I", "$37.72", "$9.43"), ("everything", "$37.72", "$9.43")]
    assert entries(old, snapshot(warehouse())) == [("alert I", "$37.72", "—"), ("everything", "$37.72", "$0.00")]


def test_a_larger_warehouse_of_the_program_costs_twice_as_much() -> None:
    prod = recorded("prod")
    grown = replace(
        prod.named("warehouses-app"), inputs=prod.named("warehouses-app").inputs | {"warehouseSize": "SMALL"}
    )
    new = replace(prod, resources=tuple(grown if one.name == grown.name else one for one in prod.resources))
    (app, before, after), _ = entries(prod, new)
    assert app == "app"
    assert float(after[1:]) == pytest.approx(2 * float(before[1:]), abs=0.01)


def test_a_change_without_a_formula_says_so() -> None:
    ((what, *_),) = entries(snapshot(warehouse()), snapshot(resource("Task", "T")))
    assert what == "not estimated: task T is serverless"
