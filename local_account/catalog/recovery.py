"""Keeps catalog and data plane together: DDL changes both, and a kill or an error may come between.

What a statement makes of an object is noted before the data plane changes; behind that the catalog follows. Where a
statement was cut short, the data plane tells whether the catalog has to follow: it describes the object otherwise than
before. A table replaced by one with the same columns looks the same; its entry stays as it was.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from local_account.catalog import swaps
from local_account.catalog.objects import Schema
from local_account.catalog.store import new_object, read_object
from local_account.identifiers import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_account.catalog.base import CatalogObject
    from local_account.catalog.rights import Access
    from local_account.catalog.store import Catalog
    from local_account.data_plane.plane import DataPlane

_INTERNAL = ("main", "pg_catalog", "information_schema", "_fs_information_schema")
# How the data plane describes each object of a kind, and the parts of its name.
_LISTS = {
    "DATABASE": "select '', database_name from duckdb_databases()",
    "SCHEMA": "select '', database_name, schema_name from duckdb_schemas()",
    "TABLE": "select sql, database_name, schema_name, table_name from duckdb_tables() where not internal",
    "VIEW": "select sql, database_name, schema_name, view_name from duckdb_views() where not internal",
    "SEQUENCE": "select sql, database_name, schema_name, sequence_name from duckdb_sequences()"
    " where sequence_name not like '\\_fs\\_seq\\_%' escape '\\'",
}


@dataclass(frozen=True)
class _Change:
    """What a statement makes of an object.

    item: the object as it will be; old: the name of the object that becomes it, None for a new one, which may replace
    another; before: how the data plane described the old or replaced one, None where there was none.
    """

    item: CatalogObject
    old: Name | None
    before: str | None

    def to_json(self) -> dict[str, Any]:
        return {"item": self.item.to_json(), "old": self.old and self.old.parts, "before": self.before}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Self:
        return cls(read_object(body["item"]), Name.of(*body["old"]) if body["old"] else None, body["before"])


@contextmanager
def changing(
    catalog: Catalog, access: Access, data_plane: DataPlane, item: CatalogObject, old: Name | None = None
) -> Iterator[Callable[[], None]]:
    """Change the data plane in the block; behind it the catalog holds the object, whatever becomes of this process.

    The block is given a function that notes the object again, for what only the change tells of it: to be called before
    the change is there for good.

    Args:
        catalog: of the account whose object it is.
        access: that account's grants.
        data_plane: that account's data.
        item: a database, schema, table, view or sequence as it will be.
        old: the name of the object that becomes it and keeps its grants. Without it, `item` is a new object with the
            grants of one, also where it replaces another.
    """
    known = catalog.find(item.kind, old or item.name)
    before = _definitions(data_plane, item.kind).get(known.name) if known else None
    change = _Change(item, old, before)
    note = catalog.note(change.to_json())
    try:
        yield lambda: catalog.note_again(note, change.to_json())
    except BaseException:
        _settle(catalog, access, data_plane, note, change)
        raise
    with catalog.together():
        _follow(catalog, access, change)
        catalog.discard(note)


def forget(catalog: Catalog, access: Access, kind: str, name: Name) -> None:
    """Remove an object with everything inside it, and their grants, from the catalog.

    Raises: ProgrammingError (2003) where it is missing.
    """
    inside = {"DATABASE": (name.name,), "SCHEMA": (str(name.schema), name.name)}.get(kind)
    with catalog.together():
        for item in catalog.within(*inside) if inside else ():
            catalog.drop(item.kind, item.name)
            access.dropped(item.kind, item.name)
        catalog.drop(kind, name)
        access.dropped(kind, name)


def reconcile(catalog: Catalog, access: Access, data_plane: DataPlane) -> None:
    """Finish or undo what a kill cut short, when an account starts.

    What only the catalog knows is forgotten: its DROP was not whole. What only the data plane has is adopted, never
    dropped: it may hold somebody's data.
    """
    for note, body in catalog.notes():
        if swaps.NOTED in body:
            swaps.settle(catalog, access, data_plane, note, body)
            continue
        _settle(catalog, access, data_plane, note, _Change.from_json(body))
    for kind in _LISTS:
        found = _definitions(data_plane, kind).keys()
        for name in {item.name for item in catalog.list(kind)} - found:
            if catalog.find(kind, name):  # it may be gone with what was around it
                forget(catalog, access, kind, name)
        for name in found - {item.name for item in catalog.list(kind)}:
            _add(catalog, access, new_object(kind, name, _owner(catalog, name)))


def differences(catalog: Catalog, data_plane: DataPlane) -> list[tuple[str, Name]]:
    """Return the kind and name of what only the catalog, or only the data plane, has: nothing between statements."""
    found: list[tuple[str, Name]] = []
    for kind in _LISTS:
        known = {item.name for item in catalog.list(kind)}
        found += [(kind, name) for name in known ^ _definitions(data_plane, kind).keys()]
    return found


def _definitions(data_plane: DataPlane, kind: str) -> dict[Name, str]:
    databases = data_plane.databases()
    rows = data_plane.query(_LISTS[kind])
    return {
        Name.of(database, *rest): definition
        for definition, database, *rest in rows
        if database in databases and rest[:1] not in ([schema] for schema in _INTERNAL)
    }


def _settle(catalog: Catalog, access: Access, data_plane: DataPlane, note: int, change: _Change) -> None:
    now = _definitions(data_plane, change.item.kind).get(change.item.name)
    with catalog.together():
        if change.item.kind == "DATABASE":  # takes many statements: half of one is of no use, and nobody has used it
            if now is not None:
                data_plane.drop_database(change.item.name.name)
        elif now not in (None, change.before):
            _follow(catalog, access, change)
        catalog.discard(note)


def _follow(catalog: Catalog, access: Access, change: _Change) -> None:
    """Do to the catalog what was done to the data plane."""
    item, old = change.item, change.old
    if old is None:
        _add(catalog, access, item)
        if item.kind == "DATABASE":
            _add(catalog, access, Schema(Name.of(item.name.name, "PUBLIC"), item.owner))
    elif old == item.name:
        catalog.save(item)
    else:
        catalog.rename(item.kind, old, item.name)
        access.renamed(item.kind, old, item.name)


def _add(catalog: Catalog, access: Access, item: CatalogObject) -> None:
    catalog.save(item)
    access.created(item)


def _owner(catalog: Catalog, name: Name) -> str:
    """Return the owner of what is around an object, or ACCOUNTADMIN."""
    around = Name.of(name.database, name.schema) if name.database else Name(str(name.schema))
    container = catalog.find("SCHEMA" if name.database else "DATABASE", around)
    return container.owner if container else "ACCOUNTADMIN"
