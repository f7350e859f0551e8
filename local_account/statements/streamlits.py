"""STREAMLIT objects: what an app's page is made of; the page itself is served by the command line."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Any

from local_account.catalog.objects import Streamlit
from local_account.errors import invalid_value, not_supported
from local_account.identifiers import Name
from local_account.stages.files import find_location
from local_account.statements.declared import (
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
from local_account.statements.kinds import describes

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_LETTERS = string.ascii_lowercase + string.digits
_PACKAGES = "python==3.11.*,streamlit==1.52.2,snowflake-snowpark-python"


def _clauses(cursor: Cursor) -> dict[str, Any]:
    if cursor.looking_at("FROM"):
        raise not_supported("CREATE STREAMLIT ... FROM (use ROOT_LOCATION)")
    return {}


def _prepare(session: Session, item: Streamlit, given: dict[str, Any]) -> None:
    for key in ("ROOT_LOCATION", "MAIN_FILE"):
        if not (given.get(key) or item.get(key)):
            raise invalid_value(f"Streamlit {item.name} needs {key}.")
    if root := given.get("ROOT_LOCATION"):
        location = find_location(session, str(root))
        if location.is_external:
            raise invalid_value(f"ROOT_LOCATION '{root}' must be on an internal stage.")
        given["ROOT_LOCATION"] = f"@{location.stage.name}" + (f"/{location.path}" if location.path else "")
    if warehouse := given.get("QUERY_WAREHOUSE"):
        session.require("USAGE", "WAREHOUSE", Name(warehouse))
    if item.url_id is None:
        item.url_id = "".join(secrets.choice(_LETTERS) for _ in range(20))


def _add_version(session: Session, item: Streamlit, _cursor: Cursor) -> None:
    # The files below ROOT_LOCATION are the live version.
    session.require("OWNERSHIP", STREAMLIT.name, item.name)


STREAMLIT = declare(
    Kind(
        Streamlit,
        {"ROOT_LOCATION": Property(), "MAIN_FILE": Property(), "QUERY_WAREHOUSE": Property("name"),
         "TITLE": Property()},
        (
            CREATED_ON, NAME, DATABASE_NAME, SCHEMA_NAME, ("title", "text", lambda _s, o: o.title), OWNER, COMMENT,
            ("query_warehouse", "text", lambda _s, o: o.query_warehouse), prop("url_id"), ROLE_TYPE,
        ),
        clauses=_clauses,
        prepare=_prepare,
        describe=False,
        actions={"ADD LIVE VERSION FROM LAST": _add_version},
    )
)  # fmt: skip


@describes(Streamlit)
def describe_streamlit(
    _session: Session, item: Streamlit
) -> tuple[list[tuple[str, str]], list[tuple[str | None, ...]]]:
    """Describe one app."""
    columns = (
        "name", "title", "root_location", "main_file", "query_warehouse", "url_id", "default_packages",
        "user_packages", "import_urls", "external_access_integrations", "external_access_secrets",
    )  # fmt: skip
    row = (
        item.name.name, item.title, item.root_location, item.main_file, item.query_warehouse,
        item.url_id, _PACKAGES, "[]", "[]", "[]", "{}",
    )  # fmt: skip
    return [(c, "text") for c in columns], [row]
