"""Writes docs/performance.md: what the benchmarks measured last, on which machine, and when."""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING, Any

from components.markdown_table import markdown_table
from components.repository import ROOT
from stacks.config import load_config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = ROOT / "docs" / "performance.md"
MEASURED = ROOT / "benchmarks" / "measured"
_MEGABYTE = 1 << 20
_HEAD = """# Load and performance

What the benchmarks measured last on the account of this computer. `make bench` measures anew and writes this page, in
minutes; nothing else should work meanwhile. Snowflake's times are its own: there warehouses work side by side, and
nothing here was measured on one.
"""
_SIZES = """## Sizes of the warehouses

What stack prod declares. A run's work is small: the sizes follow from what it costs to be awake, not from what it takes
to be done. `c360 cost` says what each costs by which assumptions, `c360 status` what they used.
"""
# Processes at work on each core before a benchmark began; with more, times say more about the others.
_QUIET = 0.25


def performance_page() -> str:
    """Return the page as Markdown."""
    run = _part("The whole run", _run, _measured("run"))
    app = _part("The app", _app, _measured("app"))
    return "\n".join([_HEAD, *run, *app, _SIZES, _sizes()])


def _measured(name: str) -> dict[str, Any] | None:
    """Return what a benchmark kept, or nothing where it has not kept anything yet."""
    file = MEASURED / f"{name}.json"
    return json.loads(file.read_text()) if file.exists() else None


def _part(title: str, told: Callable[[dict[str, Any]], Iterator[str]], kept: dict[str, Any] | None) -> Iterator[str]:
    """Tell under a heading what a benchmark kept, or that it has not kept anything yet."""
    if not kept:
        yield f"## {title}\n\nNot measured yet.\n"
        return
    yield f"## {title}, {kept['figures']['customers']:,} customers\n"
    yield _ran_on(kept["machine"])
    yield from told(kept["figures"])


def _run(figures: dict[str, Any]) -> Iterator[str]:
    targets = figures["targets"]  # none where the scale is another
    rows = [
        (name, f"{value:,.1f}", f"{targets[name]:,}" if name in targets else "")
        for name, value in figures["figures"].items()
    ]
    yield markdown_table(("figure", "measured", "at most, at full scale on two cores"), rows)
    phases = [
        (one["name"], f"{one['seconds']:.1f}", f"{one['peak_bytes'] / _MEGABYTE:,.0f}") for one in figures["phases"]
    ]
    yield markdown_table(("phase", "seconds", "peak of all processes, MB"), phases)
    yield "Statements of pages and providers, through the connector, one client:\n"
    times = [
        (name, f"{1_000 * statistics.median(seconds):.1f}", f"{1_000 * max(seconds):.1f}")
        for name, seconds in figures["latencies"].items()
    ]
    yield markdown_table(("statement", "median, ms", "slowest, ms"), times)


def _app(figures: dict[str, Any]) -> Iterator[str]:
    rows = []
    for name, found in figures["seconds"].items():
        measure, most = figures["targets"].get(name, ("", ""))
        bare = f"{figures['bare'][name]:.2f}" if name in figures["bare"] else ""
        times = (str(found["times"]), f"{found['median']:.2f}", f"{found['p95']:.2f}", bare)
        rows.append((name, *times, f"{measure} {most}".strip()))
    yield markdown_table(("what", "times", "median, s", "p95, s", "queries alone, s", "below"), rows)
    yield (
        f"{figures['users']} users at the same time, each a session of its own, one server for all of them; "
        f"{figures['failed']} pages failed.\n"
    )


def _ran_on(machine: dict[str, Any]) -> str:
    """Return what a benchmark ran on, and a warning where the machine had other work."""
    text = (
        f"Measured on {machine['day']}: {machine['processor']}, {machine['cores']} cores, {machine['memory']};"
        f" {machine['system']}; {machine['load']:.1f} processes at work before it began.\n"
    )
    if machine["load"] <= _QUIET * machine["cores"]:
        return text
    each = machine["load"] / machine["cores"]
    return text + (
        f"\n**The machine was busy: {each:.1f} processes wanted each core. These times say in which proportion\n"
        "the parts stand, not how long the platform takes. Measure anew where nothing else works.**\n"
    )


def _sizes() -> str:
    warehouses = load_config("prod").warehouses.model_dump()
    rows = [
        (name, one["size"], str(one["auto_suspend"]), str(one["statement_timeout"])) for name, one in warehouses.items()
    ]
    return markdown_table(("warehouse", "size", "suspends after, s", "longest statement, s"), rows)


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(performance_page())
