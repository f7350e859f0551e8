"""Tags on objects: setting them, and their values with what is inherited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.errors import invalid_value
from local_account.parsing import Cursor, Name

if TYPE_CHECKING:
    from local_account.catalog.store import CatalogObject
    from local_account.session.session import Session

_TAG_VALUE_LENGTH = 256


def tags_of(session: Session, item: CatalogObject, column: str | None = None) -> dict[str, str]:
    """Return the values of the tags on an object or one of its columns, by full name, with those it inherits.

    What is nearest wins: column, then table or view, schema, database
    (https://docs.snowflake.com/en/user-guide/object-tagging/inheritance).
    """
    found: dict[str, str] = {}
    for container in _containers(session, item):
        found |= container["TAGS"] or {}
    found |= item["TAGS"] or {}
    if column is not None:
        found |= (item["COLUMN_TAGS"] or {}).get(column, {})
    return found


def _containers(session: Session, item: CatalogObject) -> list[CatalogObject]:
    name, catalog = item.name, session.account.catalog
    if item.kind == "SCHEMA":
        return [o for o in (catalog.find("DATABASE", Name(str(name.schema))),) if o]
    if not name.database:
        return []
    found = catalog.find("DATABASE", Name(name.database)), catalog.find("SCHEMA", Name.of(name.database, name.schema))
    return [o for o in found if o]


def is_about_tags(cursor: Cursor) -> bool:
    """Tell whether SET TAG or UNSET TAG is next."""
    return cursor.looking_at("SET", "TAG") or cursor.looking_at("UNSET", "TAG")


def alter_tags(session: Session, item: CatalogObject, cursor: Cursor, column: str | None = None) -> None:
    """Read and apply SET TAG name = 'value', ... or UNSET TAG name, ... to an object or one of its columns."""
    setting = cursor.accept("SET")
    if not setting:
        cursor.expect("UNSET")
    cursor.expect("TAG")
    tags = item.properties.setdefault("TAGS", {})
    if column is not None:
        tags = item.properties.setdefault("COLUMN_TAGS", {}).setdefault(column, {})
    while True:
        name = session.resolve(cursor.name())
        tag = session.account.catalog.get("TAG", name)
        if not (session.allows("APPLY", "TAG", name) or session.allows("APPLY TAG", "ACCOUNT")):
            session.require("APPLY", "TAG", name)
        if setting:
            cursor.expect("=")
            tags[str(name)] = _tag_value(tag, str(cursor.value()))
        else:
            tags.pop(str(name), None)
        if not cursor.accept(","):
            return


def _tag_value(tag: CatalogObject, value: str) -> str:
    if len(value) > _TAG_VALUE_LENGTH:
        raise invalid_value(f"A tag's value has at most {_TAG_VALUE_LENGTH} characters.")
    if tag["ALLOWED_VALUES"] and value not in tag["ALLOWED_VALUES"]:
        raise invalid_value(f"Tag value '{value}' is not one of the allowed values of {tag.name}: "
                            f"{', '.join(tag['ALLOWED_VALUES'])}.")  # fmt: skip
    return value
