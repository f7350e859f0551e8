"""FILE FORMAT objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local_account.catalog.objects import FileFormat
from local_account.errors import invalid_value
from local_account.results import Result, table_result
from local_account.stages.formats import TYPES, complete
from local_account.statements.kinds import alters, comment_of, creates, describes, drops
from local_account.statements.listing import visible
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.identifiers import Name
    from local_account.parsing import Cursor
    from local_account.session.session import Session


@creates(FileFormat)
def create_file_format(session: Session, statement: Statement, name: Name) -> FileFormat:
    """Create a file format; its options are checked against its type."""
    options = statement.cursor.properties(twice="conflicting values file format parameter '{}'")
    comment = comment_of(options)
    kind = complete(options).type
    options.pop("TYPE", None)
    return FileFormat(name, session.role, comment, type=kind, options=options)


@alters(FileFormat)
def alter_file_format(session: Session, item: FileFormat, cursor: Cursor) -> None:
    """Set options, comment or name of a file format."""
    session.require("OWNERSHIP", FileFormat.KIND, item.name)
    if cursor.accept("RENAME", "TO"):
        session.rename_object(item, session.resolve(cursor.name()))
        return
    cursor.expect("SET")
    changes = cursor.properties()
    item.comment = comment_of(changes, item.comment)
    if str(changes.pop("TYPE", item.type)).upper() != item.type:
        raise invalid_value(f"The type of file format {item.name} cannot be changed; replace it.")
    item.options |= changes
    complete({"TYPE": item.type, **item.options})
    session.account.catalog.save(item)


@drops(FileFormat)
def drop_file_format(session: Session, item: FileFormat) -> None:
    """Drop a file format."""
    session.drop_object(item)


@handles("SHOW FILE FORMATS")
def show_file_formats(session: Session, statement: Statement) -> Result:
    """List file formats with Snowflake's columns."""
    rows = []
    for item in visible(session, FileFormat, statement.cursor):
        shown = {"TYPE": item.type, **complete({"TYPE": item.type, **item.options}).options}
        rows.append((
            item.created_on, item.name.name, item.name.database, item.name.schema, item.type, item.owner,
            item.comment, json.dumps(shown), "ROLE",
        ))  # fmt: skip
    names = ("name", "database_name", "schema_name", "type", "owner", "comment", "format_options", "owner_role_type")
    return table_result([("created_on", "timestamp_ltz"), *((n, "text") for n in names)], rows)


@describes(FileFormat)
def describe_file_format(
    _session: Session, item: FileFormat
) -> tuple[list[tuple[str, str]], list[tuple[str, str, str, str]]]:
    """Describe a file format: one row an option."""
    columns = [(n, "text") for n in ("property", "property_type", "property_value", "property_default")]
    return columns, format_rows(item.type, item.options)


def format_rows(kind: str, options: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return (property, type, value, default) for TYPE and every option of a format, as DESCRIBE prints them."""
    values = complete({"TYPE": kind, **options})
    rows = [("TYPE", "String", kind, "CSV")]
    rows += [(n, k, printed(values[n]), printed(default)) for n, (default, k) in TYPES[kind].items()]
    return rows


def printed(value: Any) -> str:
    """Return a property's value as DESCRIBE prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    return str(value)
