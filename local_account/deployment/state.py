"""What the last deployments left: one record per resource, in a JSON file that survives a kill at any moment."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Literal

Inputs = dict[str, Any]


@dataclass
class Record:
    """One resource.

    depends_on: URNs of whatever must outlive it; uses: the part of them whose outputs are among its inputs; pending:
    an operation that was begun and not known to have ended.
    """

    urn: str
    type: str
    name: str
    inputs: Inputs
    role: str | None = None
    id: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)
    depends_on: list[str] = field(default_factory=list)
    uses: list[str] = field(default_factory=list)
    is_protected: bool = False
    pending: Literal["create", "update", "delete"] | None = None


class State:
    """The records by URN, oldest first, written through on every change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.records: dict[str, Record] = {}
        if path.exists():
            loaded = json.loads(path.read_text())
            self.records = {item["urn"]: Record(**item) for item in loaded["resources"]}

    def find(self, urn: str) -> Record | None:
        """Return a resource's record, or None."""
        return self.records.get(urn)

    def put(self, record: Record) -> None:
        """Write a record; one that is new stands last."""
        self.records[record.urn] = record
        self.save()

    def remove(self, urn: str) -> None:
        """Forget a resource."""
        del self.records[urn]
        self.save()

    def users_of(self, urn: str) -> list[Record]:
        """Return the resources that live on an output of this one, directly or through others, last first."""
        found = {urn}
        for record in self.in_order():
            if found & set(record.uses):
                found.add(record.urn)
        return [record for record in reversed(self.in_order()) if record.urn in found - {urn}]

    def in_order(self) -> list[Record]:
        """Return all records, each behind whatever it depends on."""
        graph = {
            urn: [other for other in record.depends_on if other in self.records] for urn, record in self.records.items()
        }
        return [self.records[urn] for urn in TopologicalSorter(graph).static_order()]

    def save(self) -> None:
        """Write the file in one step: a reader or a kill sees the old or the new one, never a part."""
        if not self.records:
            self._path.unlink(missing_ok=True)
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".json.new")
        fresh.write_text(json.dumps({"resources": [asdict(record) for record in self.records.values()]}))
        fresh.replace(self._path)
