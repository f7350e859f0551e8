"""What the last deployments left: one record per resource, in a file that survives a kill at any moment."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Literal

from c360.deployment.model import DeploymentError, Inputs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Record:
    """One resource as the last deployment left it.

    Attributes:
        urn: Its URN.
        type: Its type token.
        name: Its logical name.
        inputs: Inputs that it has in the account.
        role: Role that deployed it; None for AWS.
        id: What the account knows it by.
        outputs: Outputs that the account answered with.
        depends_on: URNs of whatever must outlive it.
        uses: The part of them whose outputs are among its inputs.
        is_protected: Whether it cannot be deleted.
        pending: An operation that was begun and not known to have ended.
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
    """The records by URN, oldest first.

    Every change is appended to a journal beside the file before the account is touched, so that a kill loses nothing
    and a change costs one line; `save` folds the journal into the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._journal_path = path.with_suffix(".journal")
        self.records: dict[str, Record] = {}
        if path.exists():
            self.records = {item["urn"]: Record(**item) for item in json.loads(path.read_text())["resources"]}
        for change in _changes(self._journal_path):
            if (record := change.get("put")) is not None:
                self.records[record["urn"]] = Record(**record)
            else:
                self.records.pop(change["remove"], None)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._journal = self._journal_path.open("a")

    def find(self, urn: str) -> Record | None:
        """Return a resource's record, or None."""
        return self.records.get(urn)

    def put(self, record: Record) -> None:
        """Write a record; one that is new stands last."""
        self.records[record.urn] = record
        self._write({"put": asdict(record)})

    def remove(self, urn: str) -> None:
        """Forget a resource."""
        del self.records[urn]
        self._write({"remove": urn})

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
        """Fold the journal into the file in one step: a reader or a kill sees the old or the new one, never a part."""
        fresh = self._path.with_suffix(".json.new")
        fresh.write_text(json.dumps({"resources": [asdict(record) for record in self.records.values()]}, indent=1))
        fresh.replace(self._path)
        self._journal.close()
        self._journal_path.unlink()
        if not self.records:
            self._path.unlink()

    def _write(self, change: dict[str, Any]) -> None:
        self._journal.write(json.dumps(change) + "\n")
        self._journal.flush()


@contextmanager
def opened(path: Path) -> Iterator[State]:
    """Open the records for one deployment alone, and fold its journal into them when the block ends, however it ends.

    Two deployments from one folder would each create what the other has not noted yet. The lock is on the folder itself
    and leaves no file; the system drops it with the process.

    Args:
        path: the file of the records; its folder is made.

    Raises:
        DeploymentError: where another deployment from the folder has not ended.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeploymentError(
                f"Another deployment from {path.parent} has not ended: wait for its end, then repeat this command."
            ) from None
        state = State(path)
        try:
            yield state
        finally:
            state.save()
    finally:
        os.close(folder)


def _changes(journal: Path) -> Iterator[dict[str, Any]]:
    """Yield the changes of a journal; a kill may have left half a line at its end."""
    for line in journal.read_text().splitlines() if journal.exists() else []:
        try:
            yield json.loads(line)
        except ValueError:
            return
