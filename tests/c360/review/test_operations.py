"""Schedules, graphs and ceilings of warehouses in words and credits."""

from __future__ import annotations

from typing import Any

import pytest

from c360.review.operations import ceilings, monitor_text, total_per_day
from c360.review.snapshot import Resource, Snapshot


def warehouse(name: str = "W", **inputs: Any) -> Resource:
    return Resource(f"urn:{name}", "snowflake:index/warehouse:Warehouse", name.lower(), {"name": name} | inputs)


def monitor(**inputs: Any) -> Resource:
    kind = "snowflake:index/resourceMonitor:ResourceMonitor"
    return Resource("urn:m", kind, "m", {"name": "M"} | inputs)


def snapshot(*resources: Resource) -> Snapshot:
    return Snapshot("s", resources)


@pytest.mark.parametrize(
    ("frequency", "per_day"),
    [("DAILY", 24.0), ("WEEKLY", 4.0), ("MONTHLY", 1.0), ("YEARLY", 0.1), ("weekly", 4.0), (None, 1.0)],
)
def test_a_monitor_s_quota_is_of_its_own_span(frequency: str | None, per_day: float) -> None:
    given = {"frequency": frequency} if frequency else {}
    suspends = monitor(creditQuota=28, suspendTrigger=100, **given)
    found = ceilings(snapshot(warehouse(warehouseSize="XSMALL", resourceMonitor="M"), suspends))["W"]
    assert (found.per_day, found.limited_by) == (per_day, "M" if per_day < 24 else "")


@pytest.mark.parametrize(
    ("monitored", "per_day"),
    [
        ({"creditQuota": 28, "frequency": "NEVER", "suspendTrigger": 100}, 24),
        ({"creditQuota": 28, "notifyTriggers": [80]}, 24),  # one that only talks limits nothing
        ({"creditQuota": 28, "suspendTrigger": 50}, 0.5),
        ({"creditQuota": 28, "suspendImmediateTrigger": 150}, 1.5),
        ({"creditQuota": 28, "suspendTrigger": 100, "suspendImmediateTrigger": 110}, 1.1),  # queries run on up to there
        ({"creditQuota": 28_000, "suspendTrigger": 100}, 24),
    ],
)
def test_only_a_monitor_that_suspends_earlier_is_a_limit(monitored: dict[str, Any], per_day: float) -> None:
    found = ceilings(snapshot(warehouse(resourceMonitor="M"), monitor(**monitored)))["W"]
    assert found.per_day == per_day
    assert found.limited_by == ("M" if per_day < 24 else "")


@pytest.mark.parametrize(
    ("size", "hourly"), [("XSMALL", 1), ("X-Small", 1), ("2X-LARGE", 32), ("XXLARGE", 32), (None, 1)]
)
def test_credits_follow_size_and_clusters(size: str | None, hourly: int) -> None:
    one = ceilings(snapshot(warehouse(warehouseSize=size)))["W"]
    three = ceilings(snapshot(warehouse(warehouseSize=size, maxClusterCount=3)))["W"]
    assert (one.per_hour, one.per_day) == (hourly, hourly * 24)
    assert (three.per_hour, three.per_day) == (3 * hourly, 3 * hourly * 24)
    assert one.as_text() == f"{one.size}, {hourly} credits/h, at most {hourly * 24} credits/day"


def test_a_shared_monitor_counts_once() -> None:
    two = [warehouse(n, resourceMonitor="M") for n in ("V", "W")]
    assert total_per_day(snapshot(*two, monitor(creditQuota=28, suspendTrigger=100))) == 1
    assert total_per_day(snapshot(*two, monitor(creditQuota=28 * 30, suspendTrigger=100))) == 30
    assert total_per_day(snapshot(*two, monitor(creditQuota=28 * 90, suspendTrigger=100))) == 48
    assert total_per_day(snapshot(*two, warehouse("X"), monitor(creditQuota=28, suspendTrigger=100))) == 25


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        ({"creditQuota": 5, "frequency": "DAILY"}, "5 credits daily"),
        ({}, "no credits monthly"),
        (
            {"creditQuota": 5, "notifyTriggers": [50, 80], "suspendTrigger": 100, "suspendImmediateTrigger": 110},
            "5 credits monthly, notifies at 50 %, 80 %, suspends at 100 %, suspends at once at 110 %",
        ),
    ],
)
def test_a_monitor_in_words(inputs: dict[str, Any], text: str) -> None:
    assert monitor_text(monitor(**inputs)) == text
