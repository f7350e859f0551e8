"""A stack as its program declares it: what the recorder found, typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Resource:
    """One resource with its options.

    Attributes:
        urn: Its URN.
        type: Its type token.
        name: Its logical name.
        inputs: Inputs as the provider gets them, with camel-case keys.
        provider: Logical name of the explicit provider; empty without one.
        parent: URN of its component; empty without one.
        depends_on: URNs that it waits for, also through its parents.
        uses: URNs by the input that takes something from them.
        aliases: URNs under which it was known before.
        replace_with: URNs with which it is replaced.
        replace_on_changes: Inputs whose change replaces it.
        ignore_changes: Inputs whose change is ignored.
        delete_before_replace: Whether its old self is deleted first.
        retain_on_delete: Whether it stays when it leaves the program.
        protect: Whether it cannot be deleted.
        is_custom: False for a component.
    """

    urn: str
    type: str
    name: str
    inputs: Inputs = field(default_factory=dict)
    provider: str = ""
    parent: str = ""
    depends_on: frozenset[str] = frozenset()
    uses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    replace_with: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    delete_before_replace: bool = False
    retain_on_delete: bool = False
    protect: bool = False
    is_custom: bool = True

    @property
    def kind(self) -> str:
        """The last part of the type, such as Warehouse."""
        return self.type.rpartition(":")[2]

    @property
    def is_provider(self) -> bool:
        """Whether it is a provider instance, which nothing in an account corresponds to."""
        return self.type.startswith("pulumi:providers:")


@dataclass(frozen=True)
class Snapshot:
    """What the program declares for one stack.

    Attributes:
        stack: Name of the stack.
        resources: Its resources, in the order of their registration.
        outputs: Its outputs.
        config: Its configuration, without how to connect.
    """

    stack: str
    resources: tuple[Resource, ...]
    outputs: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Resource]:
        """Return the custom resources of these kinds."""
        return [r for r in self.resources if r.is_custom and r.kind in kinds]

    def named(self, name: str) -> Resource:
        """Return the one resource with this logical name."""
        (found,) = (r for r in self.resources if r.name == name)
        return found


@dataclass(frozen=True)
class Revision:
    """A revision of the repository.

    Attributes:
        name: What a report calls it.
        snapshots: Snapshot of each stack, by its name.
        errors: Sentence for each stack that cannot be evaluated, by its name.
    """

    name: str
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def snapshot_from(stack: str, recorded: dict[str, Any]) -> Snapshot:
    """Build a snapshot from the recorder's values."""
    resources = tuple(resource_from(values) for values in recorded["resources"])
    return Snapshot(stack, resources, recorded.get("outputs", {}), recorded.get("config", {}))


def resource_from(values: dict[str, Any]) -> Resource:
    """Build a resource from the recorder's values."""
    fields: dict[str, Any] = dict(values)
    for key in ("aliases", "replace_with", "replace_on_changes", "ignore_changes"):
        fields[key] = tuple(one for one in values.get(key, ()) if one)
    fields["depends_on"] = frozenset(values.get("depends_on", ()))
    fields["uses"] = {key: tuple(urns) for key, urns in values.get("uses", {}).items()}
    return Resource(**fields)


def revision_from(name: str, recorded: dict[str, Any]) -> Revision:
    """Build a revision from the recorder's output."""
    good = {stack: snapshot_from(stack, found) for stack, found in recorded.items() if "resources" in found}
    return Revision(name, good, {stack: found["error"] for stack, found in recorded.items() if "error" in found})
