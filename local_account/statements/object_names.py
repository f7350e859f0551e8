"""Which object a statement names: its kind, its full name, and a routine's by the types of its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.errors import does_not_exist
from local_account.identifiers import Name
from local_account.scripting.values import convert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_account.catalog.base import CatalogObject
    from local_account.parsing import Cursor
    from local_account.session.session import Session
    from local_account.types import DataType


def read_kind(cursor: Cursor, kinds: Iterable[str]) -> str:
    """Consume the longest of some kinds of objects. Raises: ProgrammingError (1003) where none stands."""
    for kind in sorted(kinds, key=len, reverse=True):
        if cursor.accept(*kind.split()):
            return kind
    raise cursor.unexpected("a kind of object that the local account knows")


def read_name(session: Session, cursor: Cursor, kind: str) -> Name:
    """Consume and resolve an object's name; a routine's carries its argument types."""
    if kind not in ("PROCEDURE", "FUNCTION"):
        return session.resolve(cursor.name(), kind)
    name, types = read_signature(cursor)
    return routine_key(session.resolve(name), types)


def find(session: Session, kind: str, name: Name) -> CatalogObject:
    """Return the object that a grant's kind and name mean. Raises: ProgrammingError (2003)."""
    catalog = session.account.catalog
    if kind == "INTEGRATION":
        found = next((o for o in catalog.integrations() if o.name == name), None)
    else:
        found = catalog.find(kind, name) or (catalog.find("VIEW", name) if kind == "TABLE" else None)
    if found is None:
        raise does_not_exist(kind, name)
    return found


def routine_key(name: Name, types: list[DataType]) -> Name:
    """Return the catalog's key of a procedure or function: overloads differ in their argument types.

    Args:
        name: the routine's full name without arguments.
        types: the arguments' types; their sizes do not count.
    """
    signature = ", ".join(t.name for t in types)
    return Name(f"{name.name}({signature})", name.schema, name.database)


def read_signature(cursor: Cursor) -> tuple[Name, list[DataType]]:
    """Consume `name(type, ...)` as DROP, DESCRIBE and GRANT write it."""
    name, types = cursor.name(), []
    cursor.expect("(")
    while not cursor.accept(")"):
        types.append(argument_type(cursor))
        cursor.accept(",")
    return name, types


def argument_type(cursor: Cursor) -> DataType:
    """Consume the type of an argument or result. Raises: ProgrammingError (2) where no variable can hold it."""
    found = cursor.data_type()
    convert(None, found)
    return found
