"""YAML with places: the files of a model as plain data in which every mapping knows where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Reads plain YAML; by the C library, where there is one, in a tenth of the time."""

AT = "at"
"""The key under which a mapping keeps its place."""


@dataclass(frozen=True)
class Place:
    """Where something stands.

    Attributes:
        file: name of the file, from the model's folder.
        line: from 1.
        keys: places of a mapping's keys.
        items: places of the entries of a mapping's lists, by key.
    """

    file: str = ""
    line: int = 0
    keys: dict[str, Place] = field(default_factory=dict)
    items: dict[str, list[Place]] = field(default_factory=dict)

    def of(self, key: str, index: int | None = None) -> Place:
        """Return the place of a key, or of an entry of its list; that of the mapping where it has no such key."""
        entries = self.items.get(key, [])
        if index is not None and index < len(entries):
            return entries[index]
        return self.keys.get(key, self)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Fault:
    """Something that is wrong in the files: where, and what to do, in a sentence."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class SourceError(ValueError):
    """Files that are no model; `faults` are what is wrong in them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def read_file(path: Path, name: str) -> dict[str, Any]:
    """Read a YAML file whose top is a mapping.

    Args:
        path: the file.
        name: what places call it.

    Returns: its mappings, each with its place under `AT`.

    Raises:
        SourceError: where it is no YAML, holds something else, or names a key twice.
    """
    loader = LOADER(path.read_text())
    try:
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not YAML"
        line = mark.line + 1 if mark else 1
        raise SourceError([Fault(Place(name, line), f"The file cannot be read: {problem}.")]) from error
    if not isinstance(node, yaml.MappingNode):
        raise SourceError([Fault(Place(name, 1), "The file must be a mapping such as `tables: ...`.")])
    return _mapping(loader, node, name)


def _value(loader: yaml.SafeLoader, node: yaml.Node, file: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, file)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, file) for item in node.value]
    return loader.construct_object(node)


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode, file: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    place = Place(file, node.start_mark.line + 1)
    for key, value in node.value:
        name = str(key.value)
        place.keys[name] = Place(file, key.start_mark.line + 1)
        if name in found or name == AT:
            raise SourceError([Fault(place.keys[name], f"The key {name} cannot stand here a second time.")])
        found[name] = _value(loader, value, file)
        if isinstance(value, yaml.SequenceNode):
            place.items[name] = [Place(file, item.start_mark.line + 1) for item in value.value]
    return found | {AT: place}
