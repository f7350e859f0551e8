"""The state folder of the local stack: made for nothing else, and removed as a whole."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from c360.errors import CommandError

if TYPE_CHECKING:
    from pathlib import Path

_MARKERS = ("c360-state", "catalog.db")
_NOTE = "This folder belongs to c360; 'c360 destroy' removes it with everything in it.\n"


def prepare(home: Path) -> None:
    """Make the state folder.

    Raises:
        CommandError: for a folder that holds something else, because 'destroy' would remove it.
    """
    if home.exists() and not holds_state(home) and any(home.iterdir()):
        raise CommandError(f"{home} holds files that are not of this platform: let C360_HOME name a folder of its own.")
    home.mkdir(parents=True, exist_ok=True)
    (home / _MARKERS[0]).write_text(_NOTE)


def holds_state(home: Path) -> bool:
    """Tell whether a folder is the state of a local stack."""
    return any((home / marker).exists() for marker in _MARKERS)


def remove(home: Path) -> None:
    """Remove the state folder with everything in it."""
    if holds_state(home):
        shutil.rmtree(home)
