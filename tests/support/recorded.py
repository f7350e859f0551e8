"""The program of the working tree, recorded once a session for each stack and mode."""

from __future__ import annotations

from functools import cache
from typing import Any

from c360.recorder import RecordingMonitor
from c360.review.snapshot import Snapshot, snapshot_from
from stacks.config import load_config
from stacks.program import evaluate

STACKS = ("local", "dev", "prod")


@cache
def recorded(stack: str = "local", *, preview: bool = False, overrides: tuple[tuple[str, Any], ...] = ()) -> Snapshot:
    """Evaluate a stack; in a preview, what only an account can answer stays unknown.

    overrides: configuration by dotted key.
    """
    monitor = RecordingMonitor(knows_outputs=not preview)
    config = load_config(stack, dict(overrides))
    outputs = evaluate(stack, config, monitor, preview=preview)
    return snapshot_from(stack, {"resources": monitor.recorded, "outputs": outputs, "config": config.model_dump()})
