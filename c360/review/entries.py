"""Lines of a report, and their merge over stacks: what happens to all of them is said once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from c360.review.snapshot import Snapshot

Translate = Callable[[str], str]
# A shorter text is more likely a word than a name of its own.
_SHORTEST_NAME = 6


@dataclass(frozen=True)
class Entry:
    """One bullet, or one row of a table.

    Attributes:
        cells: Cells of the row; a bullet has one.
        detail: Lines that are folded below a bullet.
    """

    cells: tuple[str, ...]
    detail: tuple[str, ...] = ()


@dataclass(frozen=True)
class Merged:
    """An entry that says the same for several stacks.

    Attributes:
        entry: The entry, with the names of the leading stack.
        stacks: The stacks that it holds for.
    """

    entry: Entry
    stacks: tuple[str, ...]


def merge(entries: Mapping[str, list[Entry]], translate: Mapping[str, Translate]) -> list[Merged]:
    """Merge the entries of stacks that say the same but for the stacks' own names.

    Args:
        entries: by stack.
        translate: how each stack's names become those of the stack whose names stand for all.
    """
    groups: dict[Entry, list[tuple[str, Entry]]] = {}
    for stack, found in entries.items():
        for entry in found:
            common = _translated(entry, translate[stack])
            groups.setdefault(common, []).append((stack, entry))
    return [
        Merged(members[0][1] if len(members) == 1 else common, tuple(stack for stack, _ in members))
        for common, members in groups.items()
    ]


def translations(snapshots: Mapping[str, Snapshot]) -> dict[str, Translate]:
    """Return for each stack how to write its names as those of the leading stack: prod, or else the first."""
    leading = "prod" if "prod" in snapshots else next(iter(snapshots), "")
    names = {stack: _names(snapshot) for stack, snapshot in snapshots.items()}
    return {stack: _translation(found, names[leading]) for stack, found in names.items()}


def _names(snapshot: Snapshot) -> dict[str, str]:
    """Return what a stack calls its things, by what they are in every stack."""
    found = {
        f"{r.kind} {r.name} {key}": str(r.inputs[key])
        for r in snapshot.resources
        for key in ("name", "bucket")
        if isinstance(r.inputs.get(key), str)
    }
    account = snapshot.outputs.get("aws", {}).get("account_id")
    return found | ({"aws account": str(account)} if account else {})


def _translation(own: Mapping[str, str], leading: Mapping[str, str]) -> Translate:
    renamed = {name: leading[what] for what, name in own.items() if leading.get(what, name) != name}
    renamed = {name: other for name, other in renamed.items() if len(name) >= _SHORTEST_NAME}
    if not renamed:
        return lambda text: text
    longest_first = sorted(renamed, key=lambda name: (-len(name), name))
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})(?![\w-])")
    return lambda text: pattern.sub(lambda match: renamed[match[1]], text)


def _translated(entry: Entry, translate: Translate) -> Entry:
    return Entry(tuple(map(translate, entry.cells)), tuple(map(translate, entry.detail)))
