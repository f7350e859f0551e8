"""The difference of two snapshots of a stack, resource by resource."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from c360.review.replacement import (
    changed_inputs,
    is_classified,
    replaced_with_others,
    replacing_inputs,
)
from components.options import HOLDS_DATA

if TYPE_CHECKING:
    from c360.review.snapshot import Resource, Snapshot

# "options" is a change that the engine notes and that nothing in an account is changed for.
Operation = Literal["added", "changed", "replaced", "removed", "options"]

# Dropping and creating these again takes away a right for a moment.
_GRANTS = ("GrantPrivilegesToAccountRole", "GrantAccountRole", "GrantOwnership")
# Options whose loss deserves a line, because nothing else shows it.
_OPTIONS = ("protect", "retain_on_delete", "delete_before_replace", "provider", "ignore_changes", "replace_with")


@dataclass(frozen=True)
class Change:
    """What happens to one resource.

    Attributes:
        operation: What is done to it.
        old: The resource before; None for one that is added.
        new: The resource after; None for one that is removed.
        inputs: Top-level inputs that differ.
        options: Resource options that differ.
        because: Why it is replaced.
    """

    operation: Operation
    old: Resource | None
    new: Resource | None
    inputs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    because: str = ""

    @property
    def resource(self) -> Resource:
        """The resource as it will be, or as it was."""
        found = self.new or self.old
        if found is None:
            raise ValueError("a change concerns a resource")
        return found


@dataclass(frozen=True)
class StackChanges:
    """Every change of one stack.

    Attributes:
        stack: Name of the stack.
        changes: Changes in the order of registration, removals last.
        unchanged: Number of resources that stay as they are in the account.
        unclassified: Changed types of which it is not known whether they are altered or replaced.
    """

    stack: str
    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    unclassified: frozenset[str] = field(default_factory=frozenset)

    def of(self, *operations: Operation) -> list[Change]:
        """Return the changes of these kinds."""
        return [change for change in self.changes if change.operation in operations]


def compare(old: Snapshot, new: Snapshot) -> StackChanges:
    """Compare two snapshots of a stack; a resource is the same one under its URN or one of its aliases."""
    before = {r.urn: r for r in old.resources}
    pairs: dict[str, tuple[Resource, Resource]] = {}
    for resource in new.resources:
        known = next((urn for urn in (resource.urn, *resource.aliases) if urn in before), None)
        if known:
            pairs[resource.urn] = (before[known], resource)
    own = {
        urn: reasons for urn, (was, now) in pairs.items() if now.is_custom and (reasons := replacing_inputs(was, now))
    }
    dragged = replaced_with_others(pairs, own)
    changes: list[Change] = []
    for resource in new.resources:
        if resource.urn not in pairs:
            changes.append(Change("added", None, resource))
        elif change := _change(*pairs[resource.urn], own.get(resource.urn), dragged.get(resource.urn)):
            changes.append(change)
    kept = {was.urn for was, _ in pairs.values()}
    changes += [Change("removed", gone, None) for gone in reversed(old.resources) if gone.urn not in kept]
    unclassified = frozenset(
        c.resource.kind for c in changes if c.operation == "changed" and not is_classified(c.resource)
    )
    unchanged = len(pairs) - sum(change.operation in ("changed", "replaced") for change in changes)
    return StackChanges(new.stack, tuple(changes), unchanged, unclassified)


def _change(old: Resource, new: Resource, own: list[str] | None, dragged_by: str | None) -> Change | None:
    inputs = tuple(changed_inputs(old, new))
    options = tuple(name for name in _OPTIONS if getattr(old, name) != getattr(new, name))
    if own:
        return Change("replaced", old, new, inputs, options, f"`{'`, `'.join(own)}` cannot be altered")
    if dragged_by:
        return Change("replaced", old, new, inputs, options, f"`{dragged_by}`, on which it depends, is replaced")
    if not (inputs or options):
        return None
    return Change("changed" if inputs else "options", old, new, inputs, options)


def destructive(changes: StackChanges) -> list[tuple[Change, str]]:
    """Return the changes that lose data, interrupt access or open the way to it, each with a sentence, worst first."""
    added = {_identity(change.resource) for change in changes.of("added")}
    found = [(*severity, change) for change in changes.changes for severity in _severities(change)]
    # A logical name that changed without an alias: the engine creates first, and fails where the old one is.
    found = [
        (rank, f"{sentence}, and created again under another logical name, for want of an alias", change)
        if change.operation == "removed" and _identity(change.resource) in added
        else (rank, sentence, change)
        for rank, sentence, change in found
    ]
    return [(change, sentence) for _, sentence, change in sorted(found, key=lambda one: one[0])]


def _identity(resource: Resource) -> tuple[str, ...]:
    parts = (resource.inputs.get(key) for key in ("database", "schema", "name", "bucket"))
    return (resource.kind, *(str(part) for part in parts))


def _severities(change: Change) -> list[tuple[int, str]]:
    resource, old, new = change.resource, change.old, change.new
    found: list[tuple[int, str]] = []
    if change.operation in ("removed", "replaced") and resource.is_custom:
        found += _losses(change)
    if old and new:
        found += [(0, f"column {column} is dropped with what is in it") for column in _dropped_columns(old, new)]
        found += [(1, f"column {column} {_MISPLACED}") for column in _misplaced_columns(old, new)]
        if old.protect and not new.protect:
            found.append((3, "is no longer protected"))
        if old.retain_on_delete and not new.retain_on_delete:
            found.append((3, "is no longer kept when it leaves the program"))
        if not old.inputs.get("forceDestroy") and new.inputs.get("forceDestroy"):
            found.append((3, "may now be deleted with what is in it (`forceDestroy`)"))
        before, after = (r.inputs.get("dataRetentionTimeInDays") for r in (old, new))
        if isinstance(before, int) and isinstance(after, int) and after < before:
            found.append((3, f"time travel shrinks from {before} to {after} days"))
    return found


def _losses(change: Change) -> list[tuple[int, str]]:
    resource, verb = change.resource, "deleted" if change.operation == "removed" else "replaced"
    old = change.old or resource
    why = f": {change.because}" if change.because else ""
    refused = "; it is protected, so that `pulumi up` refuses" if old.protect else ""
    if old.retain_on_delete and verb == "deleted":
        return []
    if resource.kind in HOLDS_DATA:
        return [(0, f"is {verb} with all that is in it{refused}{why}")]
    if resource.kind == "StorageIntegrationAws":
        return [(1, f"is {verb}, which cuts its stages loose{refused}{why}")]
    if resource.kind in _GRANTS and verb == "replaced":
        return [(2, f"is revoked and granted again{why}")]
    if resource.kind == "Execute" and str(old.inputs.get("revert", "")).upper().startswith("DROP"):
        return [(1, f"is {verb}, which runs `{old.inputs['revert']}`{why}")]
    return [(1, f"is {verb} although it is protected; `pulumi up` refuses{why}")] if old.protect else []


# Snowflake appends: the next preview would find the difference again, and so for ever.
_MISPLACED = "is declared in front of columns that are there, and Snowflake adds at the end only: declare it last"


def _misplaced_columns(old: Resource, new: Resource) -> list[str]:
    if new.kind != "Table":
        return []
    before, wanted = ([column["name"] for column in r.inputs.get("columns", [])] for r in (old, new))
    kept = [name for name in before if name in wanted]
    return [name for name, there in zip(wanted, kept, strict=False) if name != there][:1]


def _dropped_columns(old: Resource, new: Resource) -> list[str]:
    if new.kind != "Table":
        return []
    now = {column["name"] for column in new.inputs.get("columns", [])}
    return [column["name"] for column in old.inputs.get("columns", []) if column["name"] not in now]
