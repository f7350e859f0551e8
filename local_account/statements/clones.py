"""CREATE SCHEMA and CREATE DATABASE ... CLONE: what is inside is made again, table by table.

https://docs.snowflake.com/en/sql-reference/sql/create-clone
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import (
    Database,
    FileFormat,
    Function,
    Procedure,
    Schema,
    Sequence,
    Table,
    View,
)
from local_account.errors import not_supported
from local_account.identifiers import Name, written
from local_account.queries.columns import columns
from local_account.statements.get_ddl import query_of, sequence_ddl

if TYPE_CHECKING:
    from local_account.catalog.base import CatalogObject
    from local_account.session.session import Session

_IN_THE_CATALOG = (FileFormat, Procedure, Function)
_COPIED = (Table, View, Sequence, *_IN_THE_CATALOG)


def check(session: Session, source: Database | Schema) -> None:
    """Check that a role may read what it clones, and that nothing inside is of a kind that is not copied.

    Raises: ProgrammingError: 2003 and 3001 without USAGE, 2 for such a kind.
    """
    session.require("USAGE", source.kind, source.name)
    inside = session.account.catalog.within(*source.name.parts)
    if other := next((item for item in inside if not isinstance(item, (*_COPIED, Schema))), None):
        raise not_supported(f"CLONE of a {source.kind.lower()} with a {other.kind.lower()}, such as {other.name},")


def copy(session: Session, source: Database | Schema, target: Database | Schema) -> None:
    """Make what is inside of one database or schema in another one, which has only just been made."""
    catalog = session.account.catalog
    schemas = [source] if isinstance(source, Schema) else catalog.list(Schema, source.name.name)
    places = {schema.name: target.name if isinstance(target, Schema) else Name.of(target.name.name, schema.name.name)
              for schema in schemas}  # fmt: skip
    for place in places.values():
        if catalog.find(Schema, place) is None:
            session.execute(f"create schema {_sql(place)}")
    for kind in (Sequence, *_IN_THE_CATALOG, Table):
        for old, place in places.items():
            for item in catalog.list(kind, *old.parts):
                _copy(session, item, Name.of(*place.parts, item.name.name))
    views = {Name.of(*place.parts, view.name.name): view
             for old, place in places.items() for view in catalog.list(View, *old.parts)}  # fmt: skip
    _copy_views(session, views)


def _copy_views(session: Session, views: dict[Name, View]) -> None:
    """Make views again, which may read each other: one that cannot be made yet waits for the others.

    Raises: ProgrammingError: what the last one that cannot be made runs into.
    """
    while views:
        count, failure = len(views), None
        for name, view in list(views.items()):
            try:
                _copy_view(session, view, name)
            except ProgrammingError as error:
                failure = error
            else:
                del views[name]
        if failure and len(views) == count:
            raise failure


def _sql(name: Name) -> str:
    return ".".join(map(written, name.parts))


def _copy(session: Session, item: CatalogObject, name: Name) -> None:
    match item:
        case Table():
            session.execute(f"create table {_sql(name)} clone {_sql(item.name)}")
        case Sequence():
            session.execute(sequence_ddl(session, item, _sql(name), goes_on=True))
        case _:
            made = item.copy()
            made.name = name
            session.add_object(made)


def _copy_view(session: Session, item: View, name: Name) -> None:
    """Make a view again by its text: names in it without a schema mean those of the clone's, as on Snowflake."""
    listed = ", ".join(written(column.name) for column in columns(session, item.name))
    secure = "secure view" if item.secure else "view"
    session.execute(f"create {secure} {_sql(name)} ({listed}) as {query_of(item)}")
    made = session.account.catalog.get(View, name).copy()
    made.comment, made.column_comments = item.comment, dict(item.column_comments)
    made.masking, made.column_tags, made.tags = dict(item.masking), dict(item.column_tags), dict(item.tags)
    session.account.catalog.save(made)
