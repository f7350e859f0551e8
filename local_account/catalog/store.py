"""The catalog: every control-plane object of the account, kept in one SQLite file so that it survives a kill."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, overload

from local_account.catalog.base import CatalogObject
from local_account.catalog.objects import CLASSES, Relation, Table, View
from local_account.errors import already_exists, does_not_exist, not_supported
from local_account.identifiers import Name, same_for_duckdb

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterator
    from pathlib import Path

Objects = list[CatalogObject]
_Object = TypeVar("_Object", bound=CatalogObject)
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
            loaded = read_object({"kind": kind} | json.loads(body))
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

    @property
    def version(self) -> int:
        """A number that another change of objects or grants makes greater."""
        return self.db.total_changes

    def note(self, body: dict[str, Any]) -> int:
        """Write down what is about to happen; return the note's id."""
        with self.lock:
            return int(self.db.execute("insert into notes (body) values (?)", (json.dumps(body),)).lastrowid or 0)

    def note_again(self, note: int, body: dict[str, Any]) -> None:
        """Write down otherwise what is about to happen."""
        with self.lock:
            self.db.execute("update notes set body = ? where id = ?", (json.dumps(body), note))

    def notes(self) -> list[tuple[int, dict[str, Any]]]:
        """Return the notes that were not discarded, in the order of writing."""
        with self.lock:
            return [(key, json.loads(body)) for key, body in self.db.execute("select id, body from notes order by id")]

    def discard(self, note: int) -> None:
        """Remove a note."""
        with self.lock:
            self.db.execute("delete from notes where id = ?", (note,))

    @overload
    def find(self, kind: type[_Object], name: Name) -> _Object | None: ...

    @overload
    def find(self, kind: str, name: Name) -> CatalogObject | None: ...

    def find(self, kind: type[CatalogObject] | str, name: Name) -> CatalogObject | None:
        """Return the object of a kind, given by its class or its name in SQL, or None."""
        return self._objects.get((_name_of(kind), str(name)))

    @overload
    def get(self, kind: type[_Object], name: Name) -> _Object: ...

    @overload
    def get(self, kind: str, name: Name) -> CatalogObject: ...

    def get(self, kind: type[CatalogObject] | str, name: Name) -> CatalogObject:
        """Return the object. Raises: ProgrammingError (2003) where it is missing."""
        found = self.find(kind, name)
        if found is None:
            raise does_not_exist(_name_of(kind), name)
        return found

    def find_relation(self, name: Name) -> Relation | None:
        """Return the table or view of a name, or None."""
        return self.find(Table, name) or self.find(View, name)

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
        body = item.to_json()
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

    @overload
    def list(
        self, kind: type[_Object], database: str | None = None, schema: str | None = None
    ) -> builtins.list[_Object]: ...

    @overload
    def list(self, kind: str, database: str | None = None, schema: str | None = None) -> Objects: ...

    def list(
        self, kind: type[CatalogObject] | str, database: str | None = None, schema: str | None = None
    ) -> builtins.list[Any]:
        """Return the objects of a kind, optionally within a database and schema, ordered by name."""
        wanted = _name_of(kind)
        with self.lock:
            found = [o for (k, _), o in self._objects.items() if k == wanted]
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
            raise already_exists(new)
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


def _name_of(kind: type[CatalogObject] | str) -> str:
    return kind if isinstance(kind, str) else kind.KIND


def new_object(kind: str, name: Name, owner: str) -> CatalogObject:
    """Make an object of a kind, given by its name in SQL, with nothing set."""
    return CLASSES[kind](name, owner)


def read_object(body: dict[str, Any]) -> CatalogObject:
    """Read an object of any kind that its `to_json` wrote."""
    kept = dict(body)
    cls = CLASSES[kept.pop("kind")]
    return cls.from_json(_of_earlier_version(cls, kept) if "properties" in kept else kept)


def _of_earlier_version(cls: type[CatalogObject], body: dict[str, Any]) -> dict[str, Any]:
    """Bring what versions up to November 2026 wrote, a dict of properties by their names in SQL, into today's form."""
    found = {key: body[key] for key in ("owner", "comment", "created_on")}
    found["name"] = [body["name"][part] for part in ("database", "schema", "name") if body["name"][part]]
    parameters: dict[str, Any] = {}
    for key, value in body["properties"].items():
        if key == "name":
            found["called"] = value
        elif value is not None and key.lower() in cls.__dataclass_fields__:
            found[key.lower()] = value
        elif value is not None:
            parameters[key] = value
    return found | {"parameters": parameters}
