"""STREAMLIT objects: what an app's page is made of; the page itself is served by the command line."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type

from local_account.catalog import CatalogObject
from local_account.errors import does_not_exist, invalid_value, not_supported
from local_account.listing import visible
from local_account.parsing import Cursor, Name
from local_account.registry import Statement, handles
from local_account.results import Result, status_result, table_result
from local_account.stage_files import find_location

if TYPE_CHECKING:
    from local_account.session import Session

KIND = "STREAMLIT"
_OPTIONS = {"ROOT_LOCATION", "MAIN_FILE", "QUERY_WAREHOUSE", "TITLE", "COMMENT"}
_PACKAGES = "python==3.11.*,streamlit==1.52.2,snowflake-snowpark-python"


@handles("CREATE STREAMLIT")
def create_streamlit(session: Session, statement: Statement) -> Result:
    """Create an app over the files below ROOT_LOCATION."""
    cursor = statement.cursor
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name())
    if cursor.looking_at("FROM"):
        raise not_supported("CREATE STREAMLIT ... FROM (use ROOT_LOCATION)")
    options = _options(session, cursor)
    for key in ("ROOT_LOCATION", "MAIN_FILE"):
        if not options.get(key):
            raise invalid_value(f"CREATE STREAMLIT {name} needs {key}.")
    if if_not_exists and session.account.catalog.find(KIND, name):
        return status_result(f"{name.name} already exists, statement succeeded.")
    comment = str(options.pop("COMMENT", "") or "")
    letters = string.ascii_lowercase + string.digits
    options["url_id"] = "".join(secrets.choice(letters) for _ in range(20))
    session.create_object(
        CatalogObject(KIND, name, session.role, options, comment), replace="OR REPLACE" in statement.modifiers
    )
    return status_result(f"Streamlit {name.name} successfully created.")


def _options(session: Session, cursor: Cursor) -> dict[str, Any]:
    options = cursor.properties()
    for key in options:
        if key not in _OPTIONS:
            raise not_supported(f"The option {key} of a Streamlit app")
    if root := options.get("ROOT_LOCATION"):
        location = find_location(session, str(root))
        if location.is_external:
            raise invalid_value(f"ROOT_LOCATION '{root}' must be on an internal stage.")
        options["ROOT_LOCATION"] = f"@{location.stage.name}" + (f"/{location.path}" if location.path else "")
    if warehouse := options.get("QUERY_WAREHOUSE"):
        session.require("USAGE", "WAREHOUSE", Name(str(warehouse)))
    return options


@handles("ALTER STREAMLIT")
def alter_streamlit(session: Session, statement: Statement) -> Result:
    """Change an app's options or name."""
    cursor = statement.cursor
    if_exists = cursor.accept("IF", "EXISTS")
    name = session.resolve(cursor.name())
    catalog = session.account.catalog
    item = catalog.find(KIND, name)
    if item is None:
        if if_exists:
            return status_result("Statement executed successfully.")
        raise does_not_exist(KIND, name)
    session.require("OWNERSHIP", KIND, name)
    if cursor.accept("SET"):
        options = _options(session, cursor)
        item.comment = str(options.pop("COMMENT", item.comment) or "")
        item.properties |= options
        catalog.save(item)
    elif cursor.accept("UNSET"):
        while not cursor.done:
            key = cursor.identifier()
            item.comment = "" if key == "COMMENT" else item.comment
            item.properties.pop(key, None)
            cursor.accept(",")
        catalog.save(item)
    elif cursor.accept("RENAME", "TO"):
        session.rename_object(item, session.resolve(cursor.name()))
    elif not cursor.accept("ADD", "LIVE", "VERSION", "FROM", "LAST"):
        raise not_supported(f"ALTER STREAMLIT ... {cursor.rest()}")
    if not cursor.done:
        raise cursor.unexpected("the end of the statement")
    return status_result("Statement executed successfully.")


@handles("DROP STREAMLIT")
def drop_streamlit(session: Session, statement: Statement) -> Result:
    """Drop an app; its files stay on their stage."""
    cursor = statement.cursor
    if_exists = cursor.accept("IF", "EXISTS")
    name = session.resolve(cursor.name())
    item = session.account.catalog.find(KIND, name)
    if item is None:
        if if_exists:
            return status_result("Drop statement executed successfully (object already dropped).")
        raise does_not_exist(KIND, name)
    session.drop_object(item)
    return status_result(f"{name.name} successfully dropped.")


@handles("SHOW STREAMLITS")
def show_streamlits(session: Session, statement: Statement) -> Result:
    """List apps with Snowflake's columns."""
    rows = [
        (
            i.created_on, i.name.name, i.name.database, i.name.schema, i["TITLE"], i.owner, i.comment,
            i["QUERY_WAREHOUSE"], i["url_id"], "ROLE",
        )
        for i in visible(session, KIND, statement.cursor)
    ]  # fmt: skip
    names = ("name", "database_name", "schema_name", "title", "owner", "comment", "query_warehouse", "url_id",
             "owner_role_type")  # fmt: skip
    return table_result([("created_on", "timestamp_ltz"), *((n, "text") for n in names)], rows)


@handles("DESCRIBE STREAMLIT", "DESC STREAMLIT")
def describe_streamlit(session: Session, statement: Statement) -> Result:
    """Describe one app."""
    name = session.resolve(statement.cursor.name())
    item = session.account.catalog.get(KIND, name)
    session.require("USAGE", KIND, name)
    columns = (
        "name", "title", "root_location", "main_file", "query_warehouse", "url_id", "default_packages",
        "user_packages", "import_urls", "external_access_integrations", "external_access_secrets",
    )  # fmt: skip
    row = (
        item.name.name, item["TITLE"], item["ROOT_LOCATION"], item["MAIN_FILE"], item["QUERY_WAREHOUSE"],
        item["url_id"], _PACKAGES, "[]", "[]", "[]", "{}",
    )  # fmt: skip
    return table_result([(c, "text") for c in columns], [row], statement_type.DESCRIBE)
