"""CORTEX_ANALYST_REQUESTS: who asked what about a semantic model, and what was answered."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING

from fakesnow import statement_type

from local_account.catalog.objects import SemanticView
from local_account.cortex.request_log import RequestLog
from local_account.errors import invalid_value
from local_account.identifiers import Name
from local_account.queries.rewrite import table_function
from local_account.queries.rights import require_on_relation
from local_account.results import Result, table_result
from local_account.stages.files import find_location

if TYPE_CHECKING:
    from local_account.cortex.request_log import LoggedRequest
    from local_account.session.session import Session

# https://docs.snowflake.com/en/sql-reference/local/cortex_analyst_requests_v
_COLUMNS = [
    ("TIMESTAMP", "timestamp_ntz"), ("SEMANTIC_MODEL_TYPE", "text"), ("SEMANTIC_MODEL_NAME", "text"),
    ("TABLES_REFERENCED", "variant"), ("REQUEST_ID", "text"), ("USER_ID", "text"), ("USER_NAME", "text"),
    ("SOURCE", "text"), ("GENERATED_SQL", "text"), ("LATEST_QUESTION", "text"), ("REQUEST_BODY", "variant"),
    ("RESPONSE_BODY", "variant"), ("RESPONSE_STATUS_CODE", "fixed"), ("WARNINGS", "variant"),
    ("PRIMARY_ROLE_NAME", "text"), ("RESPONSE_METADATA", "variant"), ("FEEDBACK", "variant"),
]  # fmt: skip


@table_function("CORTEX_ANALYST_REQUESTS")
def cortex_analyst_requests(session: Session, model_type: str, model_name: str) -> Result:
    """Return the requests about a model: TABLE(SNOWFLAKE.LOCAL.CORTEX_ANALYST_REQUESTS('SEMANTIC_VIEW', 'D.S.V')).

    https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-analyst/admin-observability says who may: of a view
    those with MONITOR or OWNERSHIP, of a file those with WRITE on its stage; all of them with SELECT on the tables.
    """
    match str(model_type).upper():
        case "SEMANTIC_VIEW":
            name = session.resolve(Name.parse(str(model_name)))
            session.require("MONITOR", SemanticView.KIND, name)
            shown = str(name)
        case "FILE_ON_STAGE":
            location = find_location(session, str(model_name))
            session.require("WRITE", location.stage.KIND, location.stage.name)
            shown = f"@{location.stage.name}/{location.path}"
        case other:
            raise invalid_value(f"'{other}' is not a type of semantic model: use 'SEMANTIC_VIEW' or 'FILE_ON_STAGE'.")
    found = session.account.service(RequestLog).about(str(model_type).upper(), shown)
    for table in sorted({table for logged in found for table in logged.tables}):
        require_on_relation(session, "SELECT", Name.parse(table))
    return table_result(_COLUMNS, [_row(logged) for logged in found], statement_type.SELECT)


def _row(logged: LoggedRequest) -> tuple[object, ...]:
    answer = logged.response_body
    return (
        logged.received.astimezone(UTC).replace(tzinfo=None), logged.model_type, logged.model_name,
        json.dumps(logged.tables), logged.request_id, logged.user, logged.user, "{}", logged.sql, logged.question,
        json.dumps(logged.request_body), json.dumps(answer), logged.status, json.dumps(answer.get("warnings", [])),
        logged.role, json.dumps(answer.get("response_metadata", {})), json.dumps(logged.feedback),
    )  # fmt: skip
