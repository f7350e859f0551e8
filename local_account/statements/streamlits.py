"""STREAMLIT objects: what an app's page is made of; the page itself is served by the command line."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type

from local_account.errors import invalid_value, not_supported
from local_account.identifiers import Name
from local_account.results import Result, table_result
from local_account.stages.files import find_location
from local_account.statements.kinds import (
    COMMENT,
    CREATED_ON,
    DATABASE_NAME,
    NAME,
    OWNER,
    ROLE_TYPE,
    SCHEMA_NAME,
    Kind,
    Property,
    declare,
    prop,
)
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.catalog.store import CatalogObject
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_LETTERS = string.ascii_lowercase + string.digits
_PACKAGES = "python==3.11.*,streamlit==1.52.2,snowflake-snowpark-python"


def _clauses(cursor: Cursor) -> dict[str, Any]:
    if cursor.looking_at("FROM"):
        raise not_supported("CREATE STREAMLIT ... FROM (use ROOT_LOCATION)")
    return {}


def _prepare(session: Session, item: CatalogObject, given: dict[str, Any]) -> None:
    for key in ("ROOT_LOCATION", "MAIN_FILE"):
        if not (given.get(key) or item[key]):
            raise invalid_value(f"Streamlit {item.name} needs {key}.")
    if root := given.get("ROOT_LOCATION"):
        location = find_location(session, str(root))
        if location.is_external:
            raise invalid_value(f"ROOT_LOCATION '{root}' must be on an internal stage.")
        given["ROOT_LOCATION"] = f"@{location.stage.name}" + (f"/{location.path}" if location.path else "")
    if warehouse := given.get("QUERY_WAREHOUSE"):
        session.require("USAGE", "WAREHOUSE", Name(warehouse))
    if item["url_id"] is None:
        item.properties["url_id"] = "".join(secrets.choice(_LETTERS) for _ in range(20))


def _add_version(session: Session, item: CatalogObject, _cursor: Cursor) -> None:
    # The files below ROOT_LOCATION are the live version.
    session.require("OWNERSHIP", STREAMLIT.name, item.name)


STREAMLIT = declare(
    Kind(
        "STREAMLIT",
        {"ROOT_LOCATION": Property(), "MAIN_FILE": Property(), "QUERY_WAREHOUSE": Property("name"),
         "TITLE": Property()},
        (
            CREATED_ON, NAME, DATABASE_NAME, SCHEMA_NAME, ("title", "text", lambda _s, o: o["TITLE"]), OWNER, COMMENT,
            ("query_warehouse", "text", lambda _s, o: o["QUERY_WAREHOUSE"]), prop("url_id"), ROLE_TYPE,
        ),
        clauses=_clauses,
        prepare=_prepare,
        describe=False,
        actions={"ADD LIVE VERSION FROM LAST": _add_version},
    )
)  # fmt: skip


@handles("DESCRIBE STREAMLIT", "DESC STREAMLIT")
def describe_streamlit(session: Session, statement: Statement) -> Result:
    """Describe one app."""
    name = session.resolve(statement.cursor.name())
    item = session.account.catalog.get(STREAMLIT.name, name)
    session.require("USAGE", STREAMLIT.name, name)
    columns = (
        "name", "title", "root_location", "main_file", "query_warehouse", "url_id", "default_packages",
        "user_packages", "import_urls", "external_access_integrations", "external_access_secrets",
    )  # fmt: skip
    row = (
        item.name.name, item["TITLE"], item["ROOT_LOCATION"], item["MAIN_FILE"], item["QUERY_WAREHOUSE"],
        item["url_id"], _PACKAGES, "[]", "[]", "[]", "{}",
    )  # fmt: skip
    return table_result([(c, "text") for c in columns], [row], statement_type.DESCRIBE)
