"""The resource graph of every stack as one text: what a review should see change, and nothing that changes by itself.

Run as a module (`make golden`) it writes the expected graph anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.recorded import STACKS, recorded

if TYPE_CHECKING:
    from c360.review.snapshot import Resource, Snapshot

GOLDEN = Path(__file__).parents[1] / "golden" / "resources.txt"
# The stack that speaks for all; another is named where it differs.
LEADING = "prod"
# Bodies and descriptions have tests of their own, and files are many and are seen in the repository itself.
_BODIES = frozenset(
    {
        "action", "body", "columns", "comment", "condition", "config", "declarations", "description", "execute",
        "files", "procedureDefinition", "revert", "sqlStatement", "statement", "yaml",
    }
)  # fmt: skip
_SECRETS = frozenset({"accessKey", "password", "secretKey"})
_FILES = "StageFile"
_LINKS = ("parent", "provider", "options", "aliases", "ignores", "replaced with", "waits for")


def graph_text(snapshots: dict[str, Snapshot]) -> str:
    """Write the graph: a block for each resource, sorted by URN, with its links, options and inputs."""
    facts = {stack: _facts(snapshot) for stack, snapshot in snapshots.items()}
    names = sorted({name for stack in STACKS for name in facts[stack]})
    return "\n".join(_block(name, {stack: facts[stack].get(name) for stack in STACKS}) for name in names) + "\n"


def _facts(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    by_urn = {r.urn: r for r in snapshot.resources}
    members: dict[str, set[str]] = {}
    for resource in snapshot.resources:
        if resource.parent:
            members.setdefault(resource.parent, set()).add(resource.urn)
    return {
        _identity(resource): _facts_of(resource, by_urn, members)
        for resource in snapshot.resources
        if resource.kind != _FILES
    }


def _facts_of(resource: Resource, by_urn: dict[str, Resource], members: dict[str, set[str]]) -> dict[str, str]:
    parent = by_urn.get(resource.parent)
    used = {urn for urns in resource.uses.values() for urn in urns}
    waits = resource.depends_on - used - (parent.depends_on if parent else frozenset())
    options = [name for name in ("protect", "delete_before_replace", "retain_on_delete") if getattr(resource, name)]
    links = {
        "parent": parent.name if parent else "",
        "provider": resource.provider,
        "options": ", ".join(options),
        "aliases": ", ".join(resource.aliases),
        "ignores": ", ".join(resource.ignore_changes),
        "replaced with": ", ".join(_names(resource.replace_with, by_urn)),
        "waits for": ", ".join(_collapsed(waits, used, by_urn, members)),
    }
    taken = {f"{key} from": ", ".join(_names(urns, by_urn)) for key, urns in sorted(resource.uses.items())}
    inputs = {
        key: "(secret)" if key in _SECRETS else _text(value)
        for key, value in sorted(resource.inputs.items())
        if key not in _BODIES and not (key in resource.uses and _is_plain(value))
    }
    return {key: value for key, value in (links | taken | inputs).items() if value}


def _collapsed(
    urns: frozenset[str], used: set[str], by_urn: dict[str, Resource], members: dict[str, set[str]]
) -> list[str]:
    """Name a component with all its members, or all those of one type, by its own name and what follows a slash."""
    left, names = set(urns), []
    for component, children in members.items():
        groups: dict[str, set[str]] = {"*": {urn for urn in children if by_urn[urn].is_custom}}
        for urn in groups["*"]:
            groups.setdefault(by_urn[urn].kind, set()).add(urn)
        for kind, group in groups.items():
            if len(group) > 1 and group <= left | used and group & left:
                left -= group | {component}
                names.append(f"{by_urn[component].name}/{kind}")
    return sorted(names + _names(left, by_urn))


def _names(urns: Any, by_urn: dict[str, Resource]) -> list[str]:
    return sorted(by_urn[urn].name if urn in by_urn else urn for urn in urns)


def _identity(resource: Resource) -> str:
    """Return the URN without its stack and project."""
    return resource.urn.split("::", 2)[2]


def _is_plain(value: Any) -> bool:
    """Whether a value says nothing that the name of its source does not say too."""
    return not isinstance(value, dict) and "{" not in str(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _block(name: str, facts: dict[str, dict[str, str] | None]) -> str:
    there = [stack for stack in STACKS if facts[stack] is not None]
    head = name if len(there) == len(STACKS) else f"{name}  [{', '.join(there)} only]"
    keys = sorted({key for stack in there for key in facts[stack] or {}}, key=_rank)
    return "\n".join([head, *(f"  {key}: {_values(key, there, facts)}" for key in keys)]) + "\n"


def _rank(key: str) -> tuple[int, str]:
    """Put links and options in front of what comes from others, and that in front of the inputs."""
    if key in _LINKS:
        return _LINKS.index(key), key
    return len(_LINKS) + (not key.endswith(" from")), key


def _values(key: str, there: list[str], facts: dict[str, dict[str, str] | None]) -> str:
    values = {stack: (facts[stack] or {}).get(key, "—") for stack in there}
    leading = LEADING if LEADING in values else there[0]
    others = [f"{stack}: {value}" for stack, value in values.items() if value != values[leading]]
    return " | ".join([values[leading], *others])


def current_graph() -> str:
    """Write the graph of the program as it is on disk."""
    return graph_text({stack: recorded(stack) for stack in STACKS})


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(current_graph())
