"""SET TAG and UNSET TAG, the same for every kind of object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.catalog.objects import Relation, Tag
from local_account.errors import invalid_value

if TYPE_CHECKING:
    from local_account.catalog.base import CatalogObject
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_TAG_VALUE_LENGTH = 256


def is_about_tags(cursor: Cursor) -> bool:
    """Tell whether SET TAG or UNSET TAG is next."""
    return cursor.looking_at("SET", "TAG") or cursor.looking_at("UNSET", "TAG")


def alter_tags(session: Session, item: CatalogObject, cursor: Cursor, column: str | None = None) -> None:
    """Read and apply SET TAG name = 'value', ... or UNSET TAG name, ... to an object or one of its columns."""
    setting = cursor.accept("SET")
    if not setting:
        cursor.expect("UNSET")
    cursor.expect("TAG")
    tags = item.tags
    if column is not None and isinstance(item, Relation):
        tags = item.column_tags.setdefault(column, {})
    while True:
        name = session.resolve(cursor.name())
        tag = session.account.catalog.get(Tag, name)
        if not (session.allows("APPLY", "TAG", name) or session.allows("APPLY TAG", "ACCOUNT")):
            session.require("APPLY", "TAG", name)
        if setting:
            cursor.expect("=")
            tags[str(name)] = _tag_value(tag, str(cursor.value()))
        else:
            tags.pop(str(name), None)
        if _begins_a_column(cursor) or not cursor.accept(","):
            return


def _begins_a_column(cursor: Cursor) -> bool:
    """Tell whether the comma that is next leads to the next column of ALTER TABLE: `, [COLUMN] name SET TAG ...`."""
    behind = cursor.peek(2)
    return cursor.looking_at(",", "COLUMN") or (behind is not None and behind.upper in ("SET", "UNSET"))


def _tag_value(tag: Tag, value: str) -> str:
    if len(value) > _TAG_VALUE_LENGTH:
        raise invalid_value(f"A tag's value has at most {_TAG_VALUE_LENGTH} characters.")
    if tag.allowed_values and value not in tag.allowed_values:
        raise invalid_value(f"Tag value '{value}' is not one of the allowed values of {tag.name}: "
                            f"{', '.join(tag.allowed_values)}.")  # fmt: skip
    return value
