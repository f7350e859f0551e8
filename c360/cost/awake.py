"""For how long warehouses are awake, and are billed, when work of known times is given to them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cronsim import CronSim

from c360.cost.rates import LEAST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c360.cost.sizing import Graph, Warehouse

SECONDS_PER_DAY = 86_400.0
# Any year without a leap day: an estimate must not depend on the day on which it is asked for.
_YEAR = 2025
_DAYS_PER_YEAR = 365


@dataclass(frozen=True)
class Use:
    """One use of a warehouse.

    Attributes:
        what: Who uses it.
        start: When, seconds from any moment.
        seconds: For how long.
    """

    what: str
    start: float
    seconds: float


def billed_seconds(uses: Iterable[Use], warehouse: Warehouse) -> dict[str, float]:
    """Return the seconds that a warehouse is billed for its uses, by who uses it.

    It wakes for a use, stays awake until it has been idle for `auto_suspend` seconds, and each waking is billed for a
    minute at least. The idle seconds behind several uses are shared by them as they used it.

    Args:
        uses: in any order; they may overlap.
        warehouse: what is used.
    """
    found: dict[str, float] = defaultdict(float)
    for block in _blocks(sorted(uses, key=lambda use: use.start), warehouse.auto_suspend):
        end = max(use.start + use.seconds for use in block)
        billed = max(LEAST_SECONDS, end - block[0].start + warehouse.auto_suspend)
        used = sum(use.seconds for use in block)
        for use in block:
            found[use.what] += billed * (use.seconds / used if used else 1 / len(block))
    return dict(found)


def _blocks(uses: Iterable[Use], auto_suspend: float) -> list[list[Use]]:
    """Return the uses by waking: what begins while the warehouse is still awake does not wake it again."""
    blocks: list[list[Use]] = []
    asleep = float("-inf")
    for use in uses:
        if use.start > asleep:
            blocks.append([])
            asleep = use.start + LEAST_SECONDS
        blocks[-1].append(use)
        asleep = max(asleep, use.start + use.seconds + auto_suspend)
    return blocks


def runs_per_day(schedule: str | float | None) -> float:
    """Return how often a schedule is due on a day, on average over a year."""
    if schedule is None:
        return 0.0
    if not isinstance(schedule, str):
        return SECONDS_PER_DAY / schedule
    fields, _, zone = schedule.rpartition(" ")
    begin, end = (datetime(year, 1, 1, tzinfo=ZoneInfo(zone)) for year in (_YEAR, _YEAR + 1))
    due = CronSim(fields, begin - timedelta(seconds=1))
    return sum(1 for _ in _until(due, end)) / _DAYS_PER_YEAR


def _until(due: CronSim, end: datetime) -> Iterable[datetime]:
    for moment in due:
        if moment >= end:
            return
        yield moment


def times_of(graph: Graph, seconds: dict[str, float]) -> dict[str, float]:
    """Return when each task of a run begins, seconds behind its root's beginning; a finalizer follows all others."""
    begins: dict[str, float] = {}
    tasks = {task.name: task for task in graph.tasks if not task.is_finalizer}

    def begin(name: str) -> float:
        if name not in begins:
            before = [one for one in tasks[name].after if one in tasks]
            begins[name] = max((begin(one) + seconds[one] for one in before), default=0.0)
        return begins[name]

    end = max((begin(name) + seconds[name] for name in tasks), default=0.0)
    return begins | {task.name: end for task in graph.tasks if task.is_finalizer}
