"""Databases, schemas, warehouses and roles."""

from __future__ import annotations

from local_account.deployment.kinds.base import SqlKind
from local_account.deployment.sql import Property, text

_COMMENT = Property("comment", "COMMENT", text)
_RETENTION = Property("dataRetentionTimeInDays", "DATA_RETENTION_TIME_IN_DAYS")

KINDS = {
    "snowflake:index/database:Database": SqlKind("DATABASE", (_RETENTION, _COMMENT), parts=("name",)),
    "snowflake:index/schema:Schema": SqlKind("SCHEMA", (_RETENTION, _COMMENT), parts=("database", "name")),
    "snowflake:index/warehouse:Warehouse": SqlKind(
        "WAREHOUSE",
        (
            Property("warehouseType", "WAREHOUSE_TYPE", text),
            Property("warehouseSize", "WAREHOUSE_SIZE", text),
            Property("maxClusterCount", "MAX_CLUSTER_COUNT"),
            Property("minClusterCount", "MIN_CLUSTER_COUNT"),
            Property("autoSuspend", "AUTO_SUSPEND"),
            Property("autoResume", "AUTO_RESUME"),
            Property("statementTimeoutInSeconds", "STATEMENT_TIMEOUT_IN_SECONDS"),
            _COMMENT,
        ),
        only_create=(Property("initiallySuspended", "INITIALLY_SUSPENDED"),),
        parts=("name",),
    ),
    "snowflake:index/accountRole:AccountRole": SqlKind("ROLE", (_COMMENT,), parts=("name",)),
}
