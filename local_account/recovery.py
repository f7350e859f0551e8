"""Brings catalog and data plane together after a kill between the two writes of one statement.

What the data plane has and the catalog does not know is adopted, never dropped: it may be a table whose renaming was
cut short. What only the catalog knows is forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.catalog import CatalogObject
from local_account.parsing import Name

if TYPE_CHECKING:
    from local_account.access import Access
    from local_account.catalog import Catalog
    from local_account.engine import DataPlane

_INTERNAL = ("main", "pg_catalog", "information_schema", "_fs_information_schema")
_LISTS = {
    "SCHEMA": "select database_name, schema_name from duckdb_schemas()",
    "TABLE": "select database_name, schema_name, table_name from duckdb_tables() where not internal",
    "VIEW": "select database_name, schema_name, view_name from duckdb_views() where not internal",
    "SEQUENCE": "select database_name, schema_name, sequence_name from duckdb_sequences()"
    " where sequence_name not like '\\_fs\\_seq\\_%' escape '\\'",
}


def reconcile(catalog: Catalog, access: Access, data_plane: DataPlane) -> None:
    """Adopt databases, schemas, tables, views and sequences without an entry; drop entries without an object."""
    databases = data_plane.databases()
    _match(catalog, access, "DATABASE", {Name(name) for name in databases})
    cursor = data_plane.duck_conn.cursor()
    for kind, sql in _LISTS.items():
        found = {
            Name.of(*row) for row in cursor.execute(sql).fetchall() if row[0] in databases and row[1] not in _INTERNAL
        }
        _match(catalog, access, kind, found)


def _match(catalog: Catalog, access: Access, kind: str, found: set[Name]) -> None:
    known = {item.name for item in catalog.list(kind)}
    for name in known - found:
        catalog.drop(kind, name)
        access.dropped(kind, name)
    for name in found - known:
        item = CatalogObject(kind, name, _owner(catalog, name))
        catalog.save(item)
        access.created(item)


def _owner(catalog: Catalog, name: Name) -> str:
    """Return the owner of what is around an object, or ACCOUNTADMIN."""
    around = Name.of(name.database, name.schema) if name.database else Name(str(name.schema))
    container = catalog.find("SCHEMA" if name.database else "DATABASE", around)
    return container.owner if container else "ACCOUNTADMIN"
