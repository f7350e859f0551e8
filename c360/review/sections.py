"""The sections of a report: pure functions from a stack's change to lines of Markdown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from c360.review import effective_rights, operations
from c360.review.changes import Change, StackChanges, destructive
from c360.review.entries import Entry
from c360.review.values import differences, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c360.review.snapshot import Resource, Snapshot

FILE = "StageFile"
# Seen as the files that appear, change or vanish, not as resources too.
FILES = frozenset({FILE, "ExclusiveFiles"})


@dataclass(frozen=True)
class Compared:
    """One stack before and after.

    Attributes:
        old: What its program declared.
        new: What its program declares.
        changes: The difference.
    """

    old: Snapshot
    new: Snapshot
    changes: StackChanges


def destructive_entries(compared: Compared) -> list[Entry]:
    """List what loses data, interrupts access or removes a protection."""
    files = {c.resource.urn for c in compared.changes.changes if c.resource.kind in FILES}
    return [
        Entry((f"**{label(change.resource)}** {sentence}",))
        for change, sentence in destructive(compared.changes)
        if change.resource.urn not in files
    ]


def access_rows(compared: Compared) -> tuple[list[Entry], list[Entry]]:
    """List gained and lost rights as rows: who, what, on what, through which role."""
    gained, lost = effective_rights.compare_access(compared.old, compared.new)
    return [_access_row(change) for change in gained], [_access_row(change) for change in lost]


def access_notes(compared: Compared) -> list[Entry]:
    """List what else decides who sees what: masking, users let in or out of everything, grants that nobody can read."""
    notes = [
        Entry((f"**{label(c.resource)}**, which decides what may be seen, is {c.operation}: see below",))
        for c in compared.changes.changes
        if effective_rights.rules_on_data([one for one in (c.old, c.new) if one])
    ]
    notes += [
        Entry((f"**{label(r)}** is a grant that this comparison cannot read: look at it below",))
        for r in effective_rights.not_understood(compared.new)
        if any(c.resource.urn == r.urn for c in compared.changes.changes)
    ]
    return notes


def changed_entries(compared: Compared) -> list[Entry]:
    """List changed resources with every difference of their inputs and options."""
    found = [c for c in compared.changes.of("changed", "options") if c.resource.kind not in FILES]
    return [Entry((f"{label(c.resource)}{_renamed(c)}",), tuple(_differences(c))) for c in found]


def replaced_entries(compared: Compared) -> list[Entry]:
    """List replaced resources with the reason and every difference."""
    found = [c for c in compared.changes.of("replaced") if c.resource.kind not in FILES]
    return [Entry((f"{label(c.resource)}{_renamed(c)}: {c.because}",), tuple(_differences(c))) for c in found]


def added_entries(compared: Compared) -> list[Entry]:
    """List added resources by type."""
    return _by_kind(c.resource for c in compared.changes.of("added"))


def removed_entries(compared: Compared) -> list[Entry]:
    """List removed resources by type."""
    return _by_kind(c.resource for c in compared.changes.of("removed"))


def file_entries(compared: Compared) -> list[Entry]:
    """List files that appear, change or vanish on stages."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for change in compared.changes.changes:
        if change.resource.kind == FILE and {*change.inputs, change.operation} & {
            "sha256",
            "added",
            "removed",
            "replaced",
        }:
            inputs = change.resource.inputs
            stage = str(inputs.get("stage", "")).replace('"', "")
            found[f"{stage}/{str(inputs.get('folder', '')).partition('/')[0]}", change.operation].append(
                f"`{inputs.get('source')}`"
            )
    return [
        Entry((f"{place}: {len(files)} {operation}",), tuple(f"- {file}" for file in sorted(files)))
        for (place, operation), files in sorted(found.items())
    ]


def operation_entries(compared: Compared) -> list[Entry]:
    """List changed schedules, edges of task graphs and monitors."""
    said: list[str] = []
    for verb, of in (("runs", operations.schedules), ("is", operations.edges)):
        said += _mapped(verb, of(compared.old), of(compared.new))
    monitors = [
        {str(m.inputs["name"]): operations.monitor_text(m) for m in one.of("ResourceMonitor")}
        for one in (compared.old, compared.new)
    ]
    said += _mapped("allows", *monitors)
    return [Entry((line,)) for line in said]


def cost_rows(compared: Compared) -> list[Entry]:
    """List changed ceilings of warehouses and, where one changed, of the stack."""
    before, after = operations.ceilings(compared.old), operations.ceilings(compared.new)
    rows = [
        Entry((f"`{name}`", _ceiling(before.get(name)), _ceiling(after.get(name))))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    if rows:
        totals = [operations.total_per_day(one) for one in (compared.old, compared.new)]
        rows.append(Entry(("all warehouses", *(f"at most {total:g} credits/day" for total in totals))))
    return rows


def label(resource: Resource) -> str:
    """Name a resource: what it is, and what it is called in the account or else in the program."""
    inputs = resource.inputs
    parts = [inputs.get(key) for key in ("database", "schema", "name")] if "database" in inputs else []
    name = ".".join(str(part) for part in parts if part) or inputs.get("name") or inputs.get("bucket") or resource.name
    return f"{resource.kind} `{name}`"


def _access_row(change: effective_rights.AccessChange) -> Entry:
    through = ", ".join(f"`{role}`" for role in change.through)
    privileges = ", ".join(change.privileges)
    return Entry((f"**{change.holder}**", privileges, change.target, through or "itself"))


def _renamed(change: Change) -> str:
    if change.old and change.new and change.old.urn != change.new.urn:
        return f" (was `{change.old.name}` in the program)"
    return ""


def _differences(change: Change) -> list[str]:
    old, new = change.old, change.new
    if old is None or new is None:
        return []
    # What another text of a semantic view means has a section of its own.
    told = tuple(name for name in change.inputs if (new.kind, name) != ("SemanticView", "yaml"))
    lines = differences(old.inputs, new.inputs, told)
    lines += [f"- option `{name}`: {_option(old, name)} → {_option(new, name)}" for name in change.options]
    return lines


def _option(resource: Resource, name: str) -> str:
    value = getattr(resource, name)
    if isinstance(value, tuple):
        return shown([urn.rpartition("::")[2] for urn in value])
    return shown(value)


def _by_kind(resources: Iterable[Resource]) -> list[Entry]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for resource in resources:
        if resource.kind not in FILES:
            kinds[resource.kind].append(label(resource).partition(" ")[2])
    return [Entry((f"{kind}: {', '.join(names)}",)) for kind, names in sorted(kinds.items())]


def _mapped(verb: str, before: dict[str, str], after: dict[str, str]) -> list[str]:
    said = []
    for name in [*after, *(gone for gone in before if gone not in after)]:
        old, new = before.get(name), after.get(name)
        if old is None:
            said.append(f"`{name}` is new and {verb} {new}")
        elif new is None:
            said.append(f"`{name}` is gone (it {'was' if verb == 'is' else verb} {old})")
        elif old != new:
            said.append(f"`{name}` {verb} {new} (before: {old})")
    return said


def _ceiling(ceiling: operations.Ceiling | None) -> str:
    return ceiling.as_text() if ceiling else "—"
