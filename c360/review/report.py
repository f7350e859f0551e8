"""The report of a change: one page of Markdown over all stacks, what can hurt first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from c360.review import expected_cost, sections
from c360.review.changes import compare
from c360.review.entries import Entry, Merged, Translate, merge, translations
from c360.review.sections import Compared
from c360.review.semantic_changes import semantic_entries
from c360.review.snapshot import Snapshot
from components.markdown_table import markdown_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from c360.review.snapshot import Revision

# GitHub refuses a comment of more than 65,536 characters.
MOST_CHARACTERS = 60_000
_ACCESS = ("who", "privileges", "on", "through")
_COST = ("warehouse", "before", "after")
_EXPECTED = ("USD a month", "before", "after")


@dataclass(frozen=True)
class Report:
    """The page, and what its reader may want to act on.

    Attributes:
        text: The page, as Markdown.
        destructive: How many entries the first section has.
        errors: Reason by stack that could not be compared.
    """

    text: str
    destructive: int
    errors: dict[str, str]


def build_report(base: Revision, head: Revision) -> Report:
    """Compare two revisions stack by stack and write the report."""
    compared, errors = _compared(base, head)
    translate = translations({stack: one.new for stack, one in compared.items()})
    page = _Page(compared, translate)
    dangers = page.merged(sections.destructive_entries)
    parts = [
        f"## Preview: {head.name} against {base.name}",
        *_error_lines(errors),
        *_new_and_gone(base, head),
        _summary(compared),
        *page.bullets("### Destructive changes", dangers),
        *page.bullets("### Questions in plain English", page.merged(semantic_entries)),
        *page.access(),
        *page.resources(),
        *page.operations(),
        *page.bullets("### Files on stages", page.merged(sections.file_entries), folded=True),
    ]
    return Report(_shortened("\n".join(parts) + "\n"), len(dangers), errors)


class _Page:
    """Writes sections, each entry once for all the stacks that it holds for."""

    def __init__(self, compared: dict[str, Compared], translate: dict[str, Translate]) -> None:
        self._compared, self._translate = compared, translate

    def merged(self, entries_of: Callable[[Compared], list[Entry]]) -> list[Merged]:
        return merge({stack: entries_of(one) for stack, one in self._compared.items()}, self._translate)

    def bullets(self, title: str, found: list[Merged], *, folded: bool = False) -> list[str]:
        if not found:
            return []
        lines = [line for merged in found for line in self._bullet(merged, folded=folded)]
        return ["", title, "", *lines]

    def table(self, title: str, header: tuple[str, ...], found: list[Merged]) -> list[str]:
        if not found:
            return []
        has_stacks = any(len(merged.stacks) < len(self._compared) for merged in found)
        columns = [*header, "stacks"] if has_stacks else [*header]
        rows = [[*m.entry.cells, ", ".join(m.stacks)] if has_stacks else [*m.entry.cells] for m in found]
        return ["", title, "", markdown_table(columns, rows).rstrip("\n")]

    def access(self) -> list[str]:
        gained = self.table("**Gained**", _ACCESS, self.merged(lambda one: sections.access_rows(one)[0]))
        lost = self.table("**Lost**", _ACCESS, self.merged(lambda one: sections.access_rows(one)[1]))
        notes = self.bullets("**Rules on data**", self.merged(sections.access_notes))
        if not gained + lost + notes:
            return ["", "### Access", "", "Nobody gains or loses access."]
        return ["", "### Access", *gained, *lost, *notes]

    def resources(self) -> list[str]:
        groups = {
            "**Replaced**": (sections.replaced_entries, True),
            "**Removed**": (sections.removed_entries, False),
            "**Changed**": (sections.changed_entries, True),
            "**Added**": (sections.added_entries, False),
        }
        lines = [
            line
            for title, (entries_of, folded) in groups.items()
            for line in self.bullets(title, self.merged(entries_of), folded=folded)
        ]
        unknown = sorted({kind for one in self._compared.values() for kind in one.changes.unclassified})
        if unknown:
            lines += ["", f"Whether these types are altered or replaced is not known here: {', '.join(unknown)}."]
        return ["", "### Resources", *lines] if lines else []

    def operations(self) -> list[str]:
        tasks = self.bullets("### Tasks, schedules and monitors", self.merged(sections.operation_entries))
        return [
            *tasks,
            *self.table("### Expected cost", _EXPECTED, self.merged(expected_cost.cost_entries)),
            *self.table("### Cost ceiling", _COST, self.merged(sections.cost_rows)),
        ]

    def _bullet(self, merged: Merged, *, folded: bool) -> list[str]:
        everywhere = len(merged.stacks) == len(self._compared)
        text = merged.entry.cells[0] + ("" if everywhere else f" — {', '.join(merged.stacks)}")
        if not merged.entry.detail:
            return [f"- {text}"]
        detail = [f"  {line}" for line in merged.entry.detail]
        return [f"- {text}", *detail] if not folded or len(detail) == 1 else [
            f"- <details><summary>{_html(text)}</summary>", "", *detail, "  </details>",
        ]  # fmt: skip


def _compared(base: Revision, head: Revision) -> tuple[dict[str, Compared], dict[str, str]]:
    errors = {stack: f"{head.name} cannot be evaluated: {reason}" for stack, reason in head.errors.items()}
    errors |= {stack: f"{base.name} cannot be evaluated: {reason}" for stack, reason in base.errors.items()}
    found = {}
    for stack in sorted({*base.snapshots, *head.snapshots} - errors.keys()):
        old, new = (one.snapshots.get(stack, Snapshot(stack, ())) for one in (base, head))
        found[stack] = Compared(old, new, compare(old, new))
    return found, {stack: errors[stack] for stack in sorted(errors)}


def _error_lines(errors: dict[str, str]) -> Iterable[str]:
    return [f"\n> **Stack {stack} is not compared**: {reason.rstrip('.')}." for stack, reason in errors.items()]


def _new_and_gone(base: Revision, head: Revision) -> list[str]:
    known = [{*one.snapshots, *one.errors} for one in (base, head)]
    new = [f"\nStack {stack} is new: everything in it is added." for stack in sorted(known[1] - known[0])]
    return new + [
        f"\nStack {stack} leaves the repository; destroy it before, because nothing will remove its resources."
        for stack in sorted(known[0] - known[1])
    ]


def _summary(compared: dict[str, Compared]) -> str:
    if not compared:
        return "\nNothing could be compared."
    kinds = ("replaced", "removed", "changed", "added")
    rows = [
        (stack, *(str(len(one.changes.of(kind))) for kind in kinds), str(one.changes.unchanged))
        for stack, one in compared.items()
    ]
    table = "\n" + markdown_table(("stack", *kinds, "unchanged"), rows).rstrip("\n")
    changed = any(one.changes.changes for one in compared.values())
    return table if changed else f"{table}\n\nNo stack changes."


def _html(text: str) -> str:
    """Write a summary's Markdown as HTML, because GitHub renders none inside of it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parts = escaped.split("`")
    return "".join(part if i % 2 == 0 else f"<code>{part}</code>" for i, part in enumerate(parts))


def _shortened(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    lines, kept = text.splitlines(), 0
    for number, line in enumerate(lines):
        kept += len(line) + 1
        # Cut where a bullet of the outermost level or a heading begins, so that no block is left open.
        if kept > MOST_CHARACTERS:
            end = next((i for i in range(number, 0, -1) if lines[i].startswith(("- ", "#", "**"))), number)
            return "\n".join(
                [*lines[:end], "", f"… cut here: {len(lines) - end} more lines in the workflow's log.", ""]
            )
    return text
