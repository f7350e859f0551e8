"""A file of every translated statement with its time, for measuring how far the account is from DuckDB alone."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOCK = threading.Lock()


def path() -> str | None:
    """Return the file that C360_STATEMENT_LOG names, or None where statements are not logged."""
    return os.environ.get("C360_STATEMENT_LOG")


def write(statements: Sequence[str], values: Sequence[Any] | None, seconds: float, tag: str) -> None:
    """Add a line of JSON to the file, if there is one.

    Args:
        statements: DuckDB's SQL.
        values: of their placeholders.
        seconds: how long they took together.
        tag: whose they are, such as the task's name.
    """
    file = path()
    if not file:
        return
    line = json.dumps({"seconds": round(seconds, 4), "sql": statements, "params": values, "tag": tag}, default=str)
    with _LOCK, Path(file).open("a") as log:
        log.write(line + "\n")
