"""For how long warehouses are billed, against sums made by hand; how often schedules are due."""

from __future__ import annotations

import pytest

from c360.cost.awake import Use, billed_seconds, runs_per_day, times_of
from c360.cost.sizing import Graph, Task, Warehouse

XS = Warehouse("W", 1, 60)


@pytest.mark.parametrize(
    ("uses", "auto_suspend", "billed"),
    [
        ([], 60, {}),
        ([Use("a", 0, 100)], 60, {"a": 160}),
        # One second at work and thirty idle are less than the minute that every start is billed.
        ([Use("a", 0, 1)], 30, {"a": 60}),
        # b wakes it no more: 0 to 100, idle to 130, to 150, and 60 idle behind it: 210, shared as 100 to 20.
        ([Use("a", 0, 100), Use("b", 130, 20)], 60, {"a": 175, "b": 35}),
        # c comes a second after it fell asleep: 160 for a, 80 for c.
        ([Use("c", 161, 20), Use("a", 0, 100)], 60, {"a": 160, "c": 80}),
        # At once: both within 0 to 100.
        ([Use("a", 0, 100), Use("b", 50, 50)], 60, {"a": 160 * 2 / 3, "b": 160 / 3}),
        # Within the first minute it is still paid for.
        ([Use("a", 0, 1), Use("b", 50, 1)], 30, {"a": 40.5, "b": 40.5}),
        ([Use("a", 0, 0)], 60, {"a": 60}),
    ],
)
def test_a_warehouse_is_billed_while_it_is_awake(uses: list[Use], auto_suspend: int, billed: dict[str, float]) -> None:
    assert billed_seconds(uses, Warehouse("W", 1, auto_suspend)) == pytest.approx(billed)


def test_uses_of_one_name_are_summed() -> None:
    assert billed_seconds([Use("a", 0, 40), Use("a", 1000, 40)], XS) == {"a": 200}


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        (None, 0),
        ("30 5 * * * UTC", 1),
        ("0 0 * * * UTC", 1),
        ("0 */6 * * * Europe/Berlin", 1460 / 365),
        ("0 12 1 1,4,7,10 * UTC", 4 / 365),
        ("0 6 * * 1-5 America/New_York", 261 / 365),
        (3600.0, 24),
        (14_400.0, 6),
    ],
)
def test_schedules_are_counted_over_a_year(schedule: str | float | None, runs: float) -> None:
    assert runs_per_day(schedule) == pytest.approx(runs)


def test_tasks_begin_when_all_before_them_ended_and_the_finalizer_last() -> None:
    tasks = (
        Task("END", "W", is_finalizer=True), Task("D", "W", ("B", "C")), Task("B", "W", ("A",)),
        Task("C", "W", ("A",)), Task("A", "W"),
    )  # fmt: skip
    seconds = {"A": 5.0, "B": 10.0, "C": 30.0, "D": 1.0, "END": 7.0}
    assert times_of(Graph("A", tasks, None), seconds) == {"A": 0, "B": 5, "C": 5, "D": 35, "END": 36}
