"""The values of tags on objects, with what is inherited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.catalog.objects import Relation
from local_account.identifiers import Name

if TYPE_CHECKING:
    from local_account.catalog.base import CatalogObject
    from local_account.catalog.store import Catalog


def tags_of(catalog: Catalog, item: CatalogObject, column: str | None = None) -> dict[str, str]:
    """Return the values of the tags on an object or one of its columns, by full name, with those it inherits.

    What is nearest wins: column, then table or view, schema, database
    (https://docs.snowflake.com/en/user-guide/object-tagging/inheritance).
    """
    found: dict[str, str] = {}
    for container in _containers(catalog, item):
        found |= container.tags
    found |= item.tags
    if column is not None and isinstance(item, Relation):
        found |= item.column_tags.get(column, {})
    return found


def _containers(catalog: Catalog, item: CatalogObject) -> list[CatalogObject]:
    name = item.name
    if item.kind == "SCHEMA":
        return [o for o in (catalog.find("DATABASE", Name(str(name.schema))),) if o]
    if not name.database:
        return []
    found = catalog.find("DATABASE", Name(name.database)), catalog.find("SCHEMA", Name.of(name.database, name.schema))
    return [o for o in found if o]
