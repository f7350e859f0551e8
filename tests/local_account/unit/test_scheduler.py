"""What the scheduler makes of a graph's runs: failures in a row suspend its root, one success forgives them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from local_account.catalog.objects import Task
from local_account.catalog.store import Catalog
from local_account.identifiers import Name
from local_account.tasks.scheduler import TaskScheduler

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = Name.of("D", "S", "ROOT")


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[TaskScheduler]:
    account: Any = SimpleNamespace(home=tmp_path, catalog=Catalog(tmp_path / "catalog.db"))
    found = TaskScheduler(account)
    yield found
    found.close()


def root(scheduler: TaskScheduler, limit: int | None, identity: str = "1") -> Task:
    item = Task(ROOT, "R", id=identity, state="started", suspend_task_after_num_failures=limit)
    scheduler.account.catalog.save(item)
    return item


def count(scheduler: TaskScheduler, item: Task, *results: bool) -> Task:
    """Count runs that were good or not; return the root as the catalog has it."""
    run: Any = SimpleNamespace(root=item.copy(), group="g")
    for good in results:
        scheduler._count(run, good=good)
    found = scheduler.account.catalog.find(Task, item.name)
    assert found
    return found


@pytest.mark.parametrize(
    ("limit", "results", "state", "failures"),
    [
        (3, [False, False], "started", 2),
        (3, [False, False, False], "suspended", 3),
        (3, [False, False, True, False, False], "started", 2),  # a success forgives
        (3, [False, False, True, False, False, False], "suspended", 3),
        (1, [False], "suspended", 1),
        (1, [True, True], "started", 0),
        (0, [False] * 20, "started", 20),  # never
        (None, [False] * 9, "started", 9),  # ten is the default
        (None, [False] * 10, "suspended", 10),
    ],
)
def test_failures_in_a_row_suspend_a_root(
    scheduler: TaskScheduler, limit: int | None, results: list[bool], state: str, failures: int
) -> None:
    found = count(scheduler, root(scheduler, limit), *results)
    assert (found.state, found.failures) == (state, failures)
    assert (found.last_suspended_reason == "SUSPENDED_DUE_TO_ERRORS") == (state == "suspended")


def test_a_task_that_took_the_root_s_place_is_not_counted(scheduler: TaskScheduler) -> None:
    before = root(scheduler, 1)
    run: Any = SimpleNamespace(root=before.copy(), group="g")
    root(scheduler, 1, "2")
    scheduler._count(run, good=False)
    found = scheduler.account.catalog.find(Task, ROOT)
    assert found
    assert (found.state, found.failures) == ("started", 0)
    scheduler.account.catalog.drop("TASK", ROOT)
    scheduler._count(run, good=False)


def test_run_ids_rise(scheduler: TaskScheduler) -> None:
    ids = [scheduler._new_run_id() for _ in range(100)]
    assert ids == sorted(set(ids))
