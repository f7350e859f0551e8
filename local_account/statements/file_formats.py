"""FILE FORMAT objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type

from local_account.catalog.store import CatalogObject
from local_account.errors import invalid_value, not_supported
from local_account.results import Result, status_result, table_result
from local_account.stages.formats import KIND, TYPES, complete
from local_account.statements.kinds import alters, drops
from local_account.statements.listing import visible
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session


@handles("CREATE FILE FORMAT")
def create_file_format(session: Session, statement: Statement) -> Result:
    """Create a file format; its options are checked against its type."""
    cursor = statement.cursor
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name())
    options = cursor.properties()
    comment = str(options.pop("COMMENT", "") or "")
    kind = complete(options).type
    options.pop("TYPE", None)
    if if_not_exists and session.account.catalog.find(KIND, name):
        return status_result(f"{name.name} already exists, statement succeeded.")
    created = CatalogObject(KIND, name, session.role, {"TYPE": kind, "OPTIONS": options}, comment)
    session.create_object(created, replace="OR REPLACE" in statement.modifiers)
    return status_result(f"File format {name.name} successfully created.")


@alters(KIND)
def alter_file_format(session: Session, found: CatalogObject, cursor: Cursor) -> None:
    """Set options, comment or name of a file format."""
    session.require("OWNERSHIP", KIND, found.name)
    if cursor.accept("RENAME", "TO"):
        session.rename_object(found, session.resolve(cursor.name()))
        return
    cursor.expect("SET")
    changes = cursor.properties()
    if "COMMENT" in changes:
        found.comment = str(changes.pop("COMMENT") or "")
    if str(changes.pop("TYPE", found["TYPE"])).upper() != found["TYPE"]:
        raise invalid_value(f"The type of file format {found.name} cannot be changed; replace it.")
    options = {**found["OPTIONS"], **changes}
    complete({"TYPE": found["TYPE"], **options})
    found.properties["OPTIONS"] = options
    session.account.catalog.save(found)


@drops(KIND)
def drop_file_format(session: Session, found: CatalogObject) -> None:
    """Drop a file format."""
    session.drop_object(found)


@handles("SHOW FILE FORMATS")
def show_file_formats(session: Session, statement: Statement) -> Result:
    """List file formats with Snowflake's columns."""
    rows = []
    for item in visible(session, KIND, statement.cursor):
        shown = {"TYPE": item["TYPE"], **complete({"TYPE": item["TYPE"], **item["OPTIONS"]}).options}
        rows.append((
            item.created_on, item.name.name, item.name.database, item.name.schema, item["TYPE"], item.owner,
            item.comment, json.dumps(shown), "ROLE",
        ))  # fmt: skip
    names = ("name", "database_name", "schema_name", "type", "owner", "comment", "format_options", "owner_role_type")
    return table_result([("created_on", "timestamp_ltz"), *((n, "text") for n in names)], rows)


@handles("DESCRIBE FILE FORMAT", "DESC FILE FORMAT")
def describe_file_format(session: Session, statement: Statement) -> Result:
    """Describe a file format: one row an option."""
    name = session.resolve(statement.cursor.name())
    if not statement.cursor.done:
        raise not_supported(f"DESCRIBE FILE FORMAT ... {statement.cursor.rest()}")
    found = session.account.catalog.get(KIND, name)
    session.require("USAGE", KIND, name)
    rows = format_rows(found["TYPE"], found["OPTIONS"])
    columns = [(n, "text") for n in ("property", "property_type", "property_value", "property_default")]
    return table_result(columns, rows, statement_type.DESCRIBE)


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
