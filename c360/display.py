"""Shows a run while it happens: a live table on a terminal that can draw again, a line for each change elsewhere."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from c360.runner import NOT_RUN, WAITING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, RenderableType

    from c360.runner import RunProgress, TaskLine

_STYLES = {"SUCCEEDED": "green", "EXECUTING": "cyan", WAITING: "dim", NOT_RUN: "yellow", "SKIPPED": "yellow"}
_BAR_WIDTH = 24


def draws_again(console: Console) -> bool:
    """Tell whether what was printed can be drawn over; on a dumb terminal rich's displays stay silent to their end."""
    return console.is_terminal and console.is_interactive and not console.is_dumb_terminal


@contextmanager
def showing(console: Console) -> Iterator[Callable[[RunProgress], None]]:
    """Yield a function that shows the newest state of a run."""
    if draws_again(console):
        spinner = Spinner("dots", style="cyan")
        with Live(console=console, refresh_per_second=8) as live:
            yield lambda run: live.update(run_table(run, spinner))
        return
    printed: dict[str, str] = {}

    def print_changes(run: RunProgress) -> None:
        for line in run.lines:
            if line.state not in (WAITING, printed.get(line.name)):
                printed[line.name] = line.state
                console.print(plain_line(line), highlight=False, soft_wrap=True)

    yield print_changes


def run_table(run: RunProgress, spinner: RenderableType = "") -> Table:
    """Draw a run: a line a task with state, progress, rows and seconds."""
    table = Table.grid(padding=(0, 2))
    for justify in ("left", "left", "left", "left", "right", "right"):
        table.add_column(justify=justify, no_wrap=True)
    for line in run.lines:
        style = "red" if line.is_failed else _STYLES.get(line.state, "")
        executing = line.state == "EXECUTING"
        table.add_row(
            spinner if executing else Text({"SUCCEEDED": "✓"}.get(line.state, "✗" if line.is_failed else " "), style),
            Text(line.name, "bold" if executing else ""),
            Text(line.state.lower().replace("_", " "), style),
            _bar(line) if executing else "",
            f"{line.rows:,} rows" if line.rows is not None else "",
            f"{line.seconds:.1f} s" if line.seconds is not None else "",
        )
    return table


def plain_line(line: TaskLine) -> str:
    """Write a task's state as one line of text."""
    parts = [f"{line.name:<24}", f"{line.state.lower():<10}"]
    if line.is_over and line.rows is not None:
        parts.append(f"{line.rows:>12,} rows")
    elif line.is_over:
        parts.append(" " * 17)
    if line.is_over and line.seconds is not None:
        parts.append(f"{line.seconds:>8.1f} s")
    return " ".join(parts).rstrip()


def _bar(line: TaskLine) -> RenderableType:
    if not line.rows_expected:
        return ""
    return ProgressBar(total=line.rows_expected, completed=min(line.rows or 0, line.rows_expected), width=_BAR_WIDTH)
