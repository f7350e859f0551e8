"""The estimate: credits and dollars a day and a month of everything in a stack that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from c360.cost import rates
from c360.cost.awake import SECONDS_PER_DAY, Use, billed_seconds, runs_per_day, times_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c360.cost.assumptions import Assumptions
    from c360.cost.sizing import Alert, Graph, Sizing, Warehouse

_SECONDS_PER_HOUR = 3_600
_MINUTE = 60
_GIBIBYTE, _TERABYTE = 2**30, 2**40
# Opening times begin here; which hour it is changes nothing.
_OPENING = 9 * _SECONDS_PER_HOUR


@dataclass(frozen=True)
class Line:
    """One thing that costs.

    Attributes:
        what: What it is, such as "task BUILD_WAREHOUSE".
        warehouse: Name of the warehouse that it wakes; empty where none.
        credits_per_day: Credits of warehouses.
        dollars_per_day: Dollars, also of what is not paid in credits.
        because: The figures that it is made of, in words.
    """

    what: str
    warehouse: str
    credits_per_day: float
    dollars_per_day: float
    because: str


@dataclass(frozen=True)
class Estimate:
    """What a stack is expected to cost.

    Attributes:
        lines: Everything that costs, each once.
        dollars_per_credit: What a credit costs.
        quota: Credits a month that the resource monitor allows; None without one.
    """

    lines: tuple[Line, ...]
    dollars_per_credit: float
    quota: float | None

    @property
    def credits_per_day(self) -> float:
        """Credits of all warehouses a day."""
        return sum(line.credits_per_day for line in self.lines)

    @property
    def credits_per_month(self) -> float:
        """Credits of all warehouses a month."""
        return self.credits_per_day * rates.DAYS_PER_MONTH

    @property
    def dollars_per_day(self) -> float:
        """Dollars of everything a day."""
        return sum(line.dollars_per_day for line in self.lines)

    @property
    def dollars_per_month(self) -> float:
        """Dollars of everything a month."""
        return self.dollars_per_day * rates.DAYS_PER_MONTH

    def by_warehouse(self) -> dict[str, float]:
        """Return the credits a day of each warehouse, by its name."""
        names = sorted({line.warehouse for line in self.lines if line.warehouse})
        return {n: sum(line.credits_per_day for line in self.lines if line.warehouse == n) for n in names}


def estimate(sizing: Sizing, assumed: Assumptions) -> Estimate:
    """Estimate what a stack costs.

    Warehouses are billed while they are awake (`awake.billed_seconds`): working, and idle until they suspend. A larger
    warehouse is not taken to be faster, and a visit not to coincide with another, so that a figure is rather too high.

    Args:
        sizing: what the stack declares.
        assumed: what it cannot know.

    Returns:
        Its lines; figures are of an average day.
    """
    price = rates.DOLLARS_PER_CREDIT[assumed.edition]
    lines = [line for graph in sizing.graphs for line in _graph_lines(graph, sizing, assumed, price)]
    lines += _daily_lines(sizing, assumed, price)
    lines += [_assistant(assumed)] if sizing.app_warehouse else []
    return Estimate((*lines, *_storage(sizing, assumed)), price, sizing.quota)


def _graph_lines(graph: Graph, sizing: Sizing, assumed: Assumptions, price: float) -> Iterable[Line]:
    seconds = {task.name: assumed.of_task(task.name, sizing.customers) for task in graph.tasks}
    begins = times_of(graph, seconds)
    runs = runs_per_day(graph.schedule) if graph.schedule else assumed.runs_by_hand
    uses: dict[str, list[Use]] = {}
    for task in graph.tasks:
        uses.setdefault(task.warehouse, []).append(Use(task.name, begins[task.name], seconds[task.name]))
    billed = {name: billed_seconds(found, sizing.warehouses[name]) for name, found in uses.items()}
    for task in graph.tasks:
        awake = billed[task.warehouse][task.name]
        rate = sizing.warehouses[task.warehouse].credits_per_hour
        spent = runs * awake / _SECONDS_PER_HOUR * rate
        because = (
            f"run {runs:.3g} x a day, {seconds[task.name]:.0f} s at work, {awake:.0f} s billed, {rate:g} credits/h"
        )
        yield Line(f"task {task.name}", task.warehouse, spent, spent * price, because)


def _daily_lines(sizing: Sizing, assumed: Assumptions, price: float) -> Iterable[Line]:
    """Return the lines of what uses warehouses through the day: the alerts' looks and the app's visitors."""
    worked = assumed.workdays_per_week / 7
    for name, warehouse in sizing.warehouses.items():
        looks = {f"alert {a.name}": _looks(a, assumed) for a in sizing.alerts if a.warehouse == name}
        visits = {"app": _visits(assumed)} if name == sizing.app_warehouse else {}
        days = ((worked, _day(looks | visits, warehouse)), (1 - worked, _day(looks, warehouse)))
        for what, uses in (looks | visits).items():
            awake = sum(share * day.get(what, 0.0) for share, day in days)
            spent = awake / _SECONDS_PER_HOUR * warehouse.credits_per_hour
            said = _visits_text(assumed) if what == "app" else f"{len(uses)} looks a day" if uses else "suspended"
            because = f"{said}, {awake / _MINUTE:.0f} min billed, {warehouse.credits_per_hour:g} credits/h"
            yield Line(what, name, spent, spent * price, because)


def _day(uses: dict[str, list[Use]], warehouse: Warehouse) -> dict[str, float]:
    """Return the seconds of a day that a warehouse is billed, by who uses it; a day has no more than it has."""
    billed = billed_seconds([one for found in uses.values() for one in found], warehouse)
    share = min(1.0, SECONDS_PER_DAY / (sum(billed.values()) or 1.0))
    return {what: seconds * share for what, seconds in billed.items()}


def _visits(assumed: Assumptions) -> list[Use]:
    """Return a working day's visits, evenly spread over the hours in which people look."""
    count = round(assumed.visits_per_day)
    apart = assumed.open_hours * _SECONDS_PER_HOUR / count if count else 0.0
    seconds = (assumed.visit_minutes + assumed.socket_minutes) * _MINUTE
    return [Use("app", _OPENING + i * apart, seconds) for i in range(count)]


def _visits_text(assumed: Assumptions) -> str:
    return (
        f"{round(assumed.visits_per_day)} visits on {assumed.workdays_per_week:g} days a week, each "
        f"{assumed.visit_minutes:g} min and {assumed.socket_minutes:g} min until its page sleeps"
    )


def _looks(alert: Alert, assumed: Assumptions) -> list[Use]:
    """Return an average day's looks, evenly spread."""
    count = round(runs_per_day(alert.schedule))
    return [Use(f"alert {alert.name}", i * SECONDS_PER_DAY / count, assumed.alert_seconds) for i in range(count)]


def _assistant(assumed: Assumptions) -> Line:
    price = rates.DOLLARS_PER_AI_CREDIT[assumed.ai_routing]
    spent = assumed.messages_per_day * assumed.workdays_per_week / 7 * rates.AI_CREDITS_PER_MESSAGE
    because = (
        f"{assumed.messages_per_day:g} answered messages on {assumed.workdays_per_week:g} days a week, "
        f"{rates.AI_CREDITS_PER_MESSAGE:g} AI credits of ${price:.2f} each; no resource monitor counts them"
    )
    return Line("assistant", "", 0.0, spent * price, because)


def _storage(sizing: Sizing, assumed: Assumptions) -> list[Line]:
    live = sizing.customers * (
        assumed.bytes_per_customer + assumed.transactions_per_customer * assumed.bytes_per_transaction
    )
    runs = sum(runs_per_day(graph.schedule) if graph.schedule else assumed.runs_by_hand for graph in sizing.graphs[:1])
    kept_days = sizing.retention_days + rates.FAIL_SAFE_DAYS
    kept = live * assumed.changed_percent / 100 * runs * kept_days
    tables = (live + kept) / _TERABYTE * rates.DOLLARS_PER_TERABYTE_MONTH / rates.DAYS_PER_MONTH
    rows = assumed.transactions_per_customer if sizing.brings_files else 0
    in_bucket = sizing.customers * (assumed.bucket_bytes_per_customer + rows * assumed.bucket_bytes_per_transaction)
    bucket = in_bucket / _GIBIBYTE * rates.DOLLARS_PER_BUCKET_GIBIBYTE_MONTH / rates.DAYS_PER_MONTH
    said = (
        f"{live / _GIBIBYTE:.2f} GiB of {sizing.customers:,} customers, "
        f"{kept / _GIBIBYTE:.2f} GiB kept for {kept_days} days"
    )
    return [
        Line("storage", "", 0.0, tables, f"{said}, ${rates.DOLLARS_PER_TERABYTE_MONTH:g} a TiB and month"),
        Line("bucket", "", 0.0, bucket, f"{in_bucket / _GIBIBYTE:.3f} GiB in S3"),
    ]
