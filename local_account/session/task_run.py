"""What a session knows of the task whose body it runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local_account.errors import invalid_value

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_RETURN_VALUE = 10_240


@dataclass
class TaskRun:
    """One task's run, as its session sees it.

    graph_config: the root's CONFIG with what EXECUTE TASK ... USING CONFIG changed; graph_run_group_id: the id that all
    tasks of the run share; root_task, task: names without schema; predecessor_returns: by predecessor's name.
    """

    graph_config: dict[str, Any]
    graph_run_group_id: str
    root_task: str
    task: str
    predecessor_returns: dict[str, str | None]
    root_task_id: str
    scheduled_time: str
    last_success: str | None
    return_value: str | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)
    reason: str = ""
    on_cancel: list[Callable[[], None]] = field(default_factory=list)

    def set_return_value(self, value: str) -> None:
        """Keep the value for the children. Raises: ProgrammingError (1008) for more than 10 kB."""
        if len(value.encode()) > _LONGEST_RETURN_VALUE:
            raise invalid_value("The return value of a task is limited to 10 kB.")
        self.return_value = value

    def cancel(self, reason: str) -> None:
        """Stop the body: the running statement is interrupted, and no other one starts."""
        self.reason = reason
        self.cancelled.set()
        for action in list(self.on_cancel):
            action()
