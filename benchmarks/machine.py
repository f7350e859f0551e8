"""What a benchmark ran on, and where its figures are kept."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).with_name("measured")
_GIGABYTE = 1 << 30


def machine() -> dict[str, str | float]:
    """Return the facts of this machine that decide about times, the day, and how many processes work already."""
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / _GIGABYTE:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
    }


def keep(name: str, ran_on: dict[str, str | float], figures: dict[str, Any]) -> None:
    """Write the figures of a benchmark where the report finds them.

    Args:
        name: of the benchmark.
        ran_on: what `machine` said before it began.
        figures: what it measured.
    """
    MEASURED.mkdir(exist_ok=True)
    (MEASURED / f"{name}.json").write_text(json.dumps({"machine": ran_on, "figures": _short(figures)}) + "\n")


def _short(value: Any) -> Any:
    """Return figures without the digits that no clock here can tell."""
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    return [_short(one) for one in value] if isinstance(value, list) else value


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
