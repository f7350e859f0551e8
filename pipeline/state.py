"""The state folder of the local stack: what belongs into it, and its removal."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MARKERS = ("catalog.db", "account.log", "deployment.json", "last-run.json")
CONTENTS = (
    "account.json", "account.log", "app", "app.log", "aws", "catalog.db", "catalog.db-shm", "catalog.db-wal",
    "customers", "databases", "deployment.json", "last-run.json", "outputs-local.json", "stages", "temporary",
)  # fmt: skip


def exists(home: Path) -> bool:
    """Tell whether a folder holds the state of a local stack."""
    return any((home / marker).exists() for marker in MARKERS)


def remove(home: Path) -> list[str]:
    """Remove the state; the folder too, where nothing else is in it.

    Returns:
        Names of files that are not the platform's, which were left.
    """
    for name in CONTENTS:
        path = home / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    left = sorted(path.name for path in home.iterdir())
    if not left:
        home.rmdir()
    return left
