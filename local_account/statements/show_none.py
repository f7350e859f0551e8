"""SHOW of kinds of objects of which there are none here, because nothing makes them: their columns, and no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.results import Result, table_result
from local_account.statements import listing
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.session.session import Session

_POLICY = "created_on:t name database_name schema_name kind owner comment owner_role_type options"
# https://docs.snowflake.com/en/sql-reference/sql/show: the columns of each; text, `t` a moment, `n` a number.
_IN_SCHEMAS = {
    "STREAMS": "created_on:t name database_name schema_name owner comment table_name source_type base_tables type stale"
               " mode stale_after:t invalid_reason owner_role_type",
    "PIPES": "created_on:t name database_name schema_name definition owner notification_channel comment integration"
             " pattern error_integration owner_role_type invalid_reason kind",
    "DYNAMIC TABLES": "created_on:t name database_name schema_name cluster_by rows:n bytes:n owner target_lag"
                      " refresh_mode refresh_mode_reason warehouse comment text automatic_clustering scheduling_state"
                      " last_suspended_on:t is_clone is_replica data_timestamp:t owner_role_type",
    "EXTERNAL TABLES": "created_on:t name database_name schema_name invalid invalid_reason owner comment stage location"
                       " file_format_name file_format_type cloud region notification_channel last_refreshed_on:t"
                       " table_format last_refresh_details owner_role_type",
    "MATERIALIZED VIEWS": "created_on:t name reserved database_name schema_name cluster_by rows:n bytes:n"
                          " source_database_name source_schema_name source_table_name refreshed_on:t compacted_on:t"
                          " owner invalid invalid_reason behind_by comment text is_secure automatic_clustering"
                          " owner_role_type budget",
    "EVENT TABLES": "created_on:t name database_name schema_name owner comment owner_role_type",
    "SECRETS": "created_on:t name schema_name database_name owner comment secret_type oauth_scopes owner_role_type",
    "ROW ACCESS POLICIES": _POLICY,
    "PASSWORD POLICIES": _POLICY,
    "SESSION POLICIES": _POLICY,
    "AGGREGATION POLICIES": _POLICY,
    "PROJECTION POLICIES": _POLICY,
}  # fmt: skip
_INTEGRATION = "name type category enabled comment created_on:t"
_IN_THE_ACCOUNT = {
    "NETWORK POLICIES": "created_on:t name comment entries_in_allowed_ip_list:n entries_in_blocked_ip_list:n"
                        " entries_in_allowed_network_rules:n entries_in_blocked_network_rules:n",
    "DELEGATED AUTHORIZATIONS": "created_on:t user_name role_name integration_name integration_status",
    "API INTEGRATIONS": _INTEGRATION,
    "CATALOG INTEGRATIONS": _INTEGRATION,
    "EXTERNAL ACCESS INTEGRATIONS": _INTEGRATION,
    "SECURITY INTEGRATIONS": _INTEGRATION,
}  # fmt: skip


@handles(*(f"SHOW {kind}" for kind in (*_IN_SCHEMAS, *_IN_THE_ACCOUNT)))
def show(session: Session, statement: Statement) -> Result:
    """SHOW kind [LIKE ..] [IN ..] [STARTS WITH ..] [LIMIT ..]: always none."""
    kind = statement.phrase.removeprefix("SHOW ")
    one = kind.removesuffix("IES") + "Y" if kind.endswith("IES") else kind.removesuffix("S")
    listing.read(session, one if kind in _IN_SCHEMAS else "INTEGRATION", statement.cursor)
    names = _IN_SCHEMAS.get(kind) or _IN_THE_ACCOUNT[kind]
    return table_result(listing.column_list(names), [])
