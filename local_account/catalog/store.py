"""The catalog: every control-plane object of the account, kept in one SQLite file so that it survives a kill."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local_account.errors import already_exists, does_not_exist, not_supported
from local_account.identifiers import Name, same_for_duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class CatalogObject:
    """One object: its kind (`TASK`, `WAREHOUSE`, ...), full name, owner role, and properties as JSON-able values."""

    kind: str
    name: Name
    owner: str
    properties: dict[str, Any] = field(default_factory=dict)
    comment: str = ""
    created_on: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __getitem__(self, key: str) -> Any:
        return self.properties.get(key)


Objects = list[CatalogObject]
# Kinds of which one name belongs to one object only: a query may name any of them.
RELATIONS = ("TABLE", "VIEW")
RESERVED = {
    "DATABASE": ("system", "temp", "memory", "_fs_global"),
    "SCHEMA": ("main", "pg_catalog", "information_schema", "_fs_information_schema"),
}


class Catalog:
    """Control-plane objects by (kind, name), written through to disk on every change; safe across threads."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.execute("pragma journal_mode=wal")
        self.db.execute("pragma synchronous=normal")
        self.db.execute("create table if not exists objects (kind text, key text, body text, primary key (kind, key))")
        self.db.execute("create table if not exists notes (id integer primary key, body text)")
        self._objects: dict[tuple[str, str], CatalogObject] = {}
        for kind, body in self.db.execute("select kind, body from objects order by rowid"):
            loaded = from_json({"kind": kind} | json.loads(body))
            self._objects[kind, str(loaded.name)] = loaded

    @contextmanager
    def together(self) -> Iterator[None]:
        """Have all changes of the block reach the disk at once; after a kill in it, none has happened."""
        with self.lock:
            if self.db.in_transaction:
                yield
                return
            self.db.execute("begin")
            try:
                yield
            finally:  # also after an error: the file holds what memory holds
                self.db.execute("commit")

    def note(self, body: dict[str, Any]) -> int:
        """Write down what is about to happen; return the note's id."""
        with self.lock:
            return int(self.db.execute("insert into notes (body) values (?)", (json.dumps(body),)).lastrowid or 0)

    def notes(self) -> list[tuple[int, dict[str, Any]]]:
        """Return the notes that were not discarded, in the order of writing."""
        with self.lock:
            return [(key, json.loads(body)) for key, body in self.db.execute("select id, body from notes order by id")]

    def discard(self, note: int) -> None:
        """Remove a note."""
        with self.lock:
            self.db.execute("delete from notes where id = ?", (note,))

    def find(self, kind: str, name: Name) -> CatalogObject | None:
        """Return the object, or None."""
        return self._objects.get((kind, str(name)))

    def get(self, kind: str, name: Name) -> CatalogObject:
        """Return the object. Raises: ProgrammingError (2003) where it is missing."""
        found = self.find(kind, name)
        if found is None:
            raise does_not_exist(kind, name)
        return found

    def create(self, item: CatalogObject, *, replace: bool = False) -> None:
        """Add an object. Raises: ProgrammingError (2002) where the name is taken and `replace` is not set."""
        if not replace and self.find(item.kind, item.name):
            raise already_exists(item.kind, item.name)
        self.save(item)

    def require_distinct(self, kind: str, name: Name) -> None:
        """Refuse the name of a new object where DuckDB would take it for another's.

        Args:
            kind: DATABASE, SCHEMA, TABLE, VIEW or SEQUENCE; a table and a view cannot share a name.
            name: its full name.

        Raises: ProgrammingError (2) for a name that is DuckDB's own, or differs from another in the case of letters.
        """
        if name.name.lower() in RESERVED.get(kind, ()):
            raise not_supported(f"{kind.capitalize()} {name} (a name that DuckDB keeps for itself)")
        kinds = RELATIONS if kind in RELATIONS else (kind,)
        with self.lock:
            names = [o.name for (k, _), o in self._objects.items() if k in kinds]
        for other in names:
            if other != name and other.parts[:-1] == name.parts[:-1] and same_for_duckdb(other.name, name.name):
                raise not_supported(f"{kind.capitalize()} {name} beside {other}, which differs in case only,")

    def save(self, item: CatalogObject) -> None:
        """Write an object as it is now."""
        body = to_json(item)
        del body["kind"]
        with self.lock:
            self._objects[item.kind, str(item.name)] = item
            self.db.execute(
                "insert into objects values (?, ?, ?) on conflict (kind, key) do update set body = excluded.body",
                (item.kind, str(item.name), json.dumps(body)),
            )

    def drop(self, kind: str, name: Name) -> None:
        """Remove an object. Raises: ProgrammingError (2003) where it is missing."""
        self.get(kind, name)
        with self.lock:
            del self._objects[kind, str(name)]
            self.db.execute("delete from objects where kind = ? and key = ?", (kind, str(name)))

    def list(self, kind: str, database: str | None = None, schema: str | None = None) -> Objects:
        """Return the objects of a kind, optionally within a database and schema, ordered by name."""
        with self.lock:
            found = [o for (k, _), o in self._objects.items() if k == kind]
        return sorted(
            (o for o in found if database in (None, database_of(o)) and schema in (None, o.name.schema)),
            key=lambda o: o.name.parts,
        )

    def all(self) -> Objects:
        """Return every object, whatever its kind."""
        with self.lock:
            return list(self._objects.values())

    def integrations(self) -> Objects:
        """Return the integrations of every type."""
        with self.lock:
            return [o for (kind, _), o in self._objects.items() if kind.endswith("INTEGRATION")]

    def owned_by(self, role: str) -> Objects:
        """Return the objects that a role owns."""
        with self.lock:
            return sorted((o for o in self._objects.values() if o.owner == role), key=lambda o: (o.kind, o.name.parts))

    def rename(self, kind: str, old: Name, new: Name) -> CatalogObject:
        """Give an object another name. Raises: ProgrammingError (2003, 2002) where it is missing, the name taken."""
        item = self.get(kind, old)
        if old != new and self.find(kind, new):
            raise already_exists(kind, new)
        with self.together():
            self.drop(kind, old)
            item.name = new
            self.save(item)
        return item

    def within(self, database: str, schema: str | None = None) -> Objects:
        """Return every object inside a database (or one of its schemas), whatever its kind."""
        with self.lock:
            found = list(self._objects.values())
        return [
            o for o in found
            if (o.name.database == database and schema in (None, o.name.schema))
            or (o.kind == "SCHEMA" and o.name.schema == database and schema is None)
        ]  # fmt: skip

    def close(self) -> None:
        """Close the file."""
        self.db.close()


def database_of(item: CatalogObject) -> str | None:
    """Return the database that an object lives in; a schema's name is (database, schema)."""
    return item.name.schema if item.kind == "SCHEMA" else item.name.database


def to_json(item: CatalogObject) -> dict[str, Any]:
    """Write an object as JSON-able values."""
    return asdict(item) | {"created_on": item.created_on.isoformat()}


def from_json(body: dict[str, Any]) -> CatalogObject:
    """Read an object that `to_json` wrote."""
    created_on = datetime.fromisoformat(body["created_on"])
    return CatalogObject(**body | {"name": Name(**body["name"]), "created_on": created_on})
