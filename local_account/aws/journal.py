"""The journal of S3 and IAM changes: what is written down, how it is shortened, how it is read back.

One JSON line a request in `journal.jsonl`; a body over 64 KiB is a file of its own beside it, so that a journal of
gigabytes of objects is read line by line and replayed from disk.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INLINE_BYTES = 64 * 1024
_DELETED_KEY = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL)


@dataclass
class Entry:
    """One request that changed something.

    seed: what moto's random numbers started from; at: UTC time of the request, ISO 8601; environ: the WSGI variables
    that describe it; body: base64, or the name of the body's file with `body_file`; upload_id: the id that moto gave a
    multipart upload.
    """

    seed: int
    at: str
    environ: dict[str, Any]
    body: str = ""
    body_file: str | None = None
    upload_id: str | None = None

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.environ["REQUEST_METHOD"]

    @property
    def query(self) -> dict[str, str]:
        """The first value of each query parameter."""
        return {k: v[0] for k, v in parse_qs(self.environ.get("QUERY_STRING", ""), keep_blank_values=True).items()}

    @property
    def target(self) -> tuple[str, str]:
        """The bucket and key of an S3 request; both empty for IAM."""
        # WSGI hands over the decoded path as Latin-1 text.
        path = self.environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace").lstrip("/")
        bucket, _, key = path.partition("/")
        return bucket, key

    @property
    def copied_from(self) -> tuple[str, str] | None:
        """The bucket and key that a copy reads, or None."""
        source = self.environ.get("HTTP_X_AMZ_COPY_SOURCE")
        if not source:
            return None
        bucket, _, key = unquote(source).split("?")[0].lstrip("/").partition("/")
        return bucket, key


class Journal:
    """The journal in a folder; not safe across threads (the server writes under its own lock)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bodies = folder / "bodies"
        self.bodies.mkdir(parents=True, exist_ok=True)
        self._path = folder / "journal.jsonl"
        self._file: IO[str] | None = None

    def entries(self) -> list[Entry]:
        """Read every whole line; a line cut off by a kill was never answered and is dropped."""
        if not self._path.exists():
            return []
        found = []
        for line in self._path.read_text().split("\n")[:-1]:
            entry = Entry(**json.loads(line))
            if entry.body_file is None or (self.bodies / entry.body_file).exists():
                found.append(entry)
        return found

    def open_compacted(self) -> list[Entry]:
        """Shorten the journal to what still matters, open it for appending, and return its entries."""
        kept = compact(self.entries(), self)
        fresh = self._path.with_suffix(".new")
        fresh.write_text("".join(json.dumps(asdict(e)) + "\n" for e in kept))
        fresh.replace(self._path)
        used = {e.body_file for e in kept}
        for file in self.bodies.iterdir():
            if file.name not in used:
                file.unlink()
        self._file = self._path.open("a")
        return kept

    def append(self, entry: Entry) -> None:
        """Write one entry down; it outlives a kill of this process once this returns."""
        if self._file is None:
            raise RuntimeError(f"The journal {self._path} is not open.")
        self._file.write(json.dumps(asdict(entry)) + "\n")
        self._file.flush()

    def keep_body(self, entry: Entry, body: IO[bytes]) -> None:
        """Store a request's body with its entry."""
        body.seek(0, os.SEEK_END)
        size = body.tell()
        body.seek(0)
        if size <= INLINE_BYTES:
            entry.body = base64.b64encode(body.read()).decode()
        else:
            entry.body_file = f"{entry.seed:x}"
            with (self.bodies / entry.body_file).open("wb") as file:
                shutil.copyfileobj(body, file, 1 << 20)
        body.seek(0)

    def drop_body(self, entry: Entry) -> None:
        """Remove the body of an entry that is not kept."""
        if entry.body_file:
            (self.bodies / entry.body_file).unlink()

    def body_of(self, entry: Entry) -> bytes:
        """Return the body of an entry."""
        return (self.bodies / entry.body_file).read_bytes() if entry.body_file else base64.b64decode(entry.body)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
            self._file = None


def compact(entries: list[Entry], journal: Journal) -> list[Entry]:
    """Drop the requests whose effect a later one has undone: overwritten and deleted objects, abandoned uploads.

    Only current versions of objects are kept, also in a bucket with versioning.
    """
    return _without_idle_deletes(_without_undone(entries, journal), journal)


def _without_undone(entries: list[Entry], journal: Journal) -> list[Entry]:
    """Walk back from the newest entry, remembering which buckets and keys a later request replaced or deleted."""
    kept: list[Entry] = []
    dead_keys: set[tuple[str, str]] = set()
    dead_buckets: set[str] = set()
    completed: set[str] = set()
    for entry in reversed(entries):
        bucket, key = entry.target
        query = entry.query
        upload = entry.upload_id or query.get("uploadId")
        ends_upload = entry.method == "POST" and "uploadId" in query
        deleted = _deletes(entry, journal)
        replaced = (bucket, key) in dead_keys and upload not in completed
        if bucket in dead_buckets or (replaced and not deleted):
            continue
        if bucket and not key and entry.method == "DELETE" and not query:
            dead_buckets.add(bucket)
            continue
        if upload and ends_upload:
            completed.add(upload)
        if upload and upload not in completed:
            continue
        kept.append(entry)
        dead_keys.update(deleted)
        if key and (ends_upload or (entry.method == "PUT" and not query)):
            dead_keys.add((bucket, key))
        if entry.copied_from:
            dead_keys.discard(entry.copied_from)
    return kept[::-1]


def _without_idle_deletes(entries: list[Entry], journal: Journal) -> list[Entry]:
    """Drop deletions of objects of which nothing is left."""
    kept: list[Entry] = []
    present: set[tuple[str, str]] = set()
    for entry in entries:
        deleted = _deletes(entry, journal)
        if deleted and not present.intersection(deleted):
            continue
        kept.append(entry)
        present.add(entry.target)
        present.difference_update(deleted)
    return kept


def _deletes(entry: Entry, journal: Journal) -> list[tuple[str, str]]:
    """The objects that a request deletes (their current versions)."""
    bucket, key = entry.target
    if key and entry.method == "DELETE" and not entry.query:
        return [(bucket, key)]
    if bucket and not key and entry.method == "POST" and "delete" in entry.query:
        return [(bucket, k) for k in _deleted_keys(journal.body_of(entry))]
    return []


def _deleted_keys(body: bytes) -> Iterator[str]:
    for match in _DELETED_KEY.finditer(body):
        yield match[1].decode().replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
