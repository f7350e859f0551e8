"""Databases, schemas, warehouses, resource monitors and roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from c360.deployment.kinds.base import SqlKind
from c360.deployment.sql import Property, clauses, identifier, text

if TYPE_CHECKING:
    from c360.deployment.model import Inputs

_COMMENT = Property("comment", "COMMENT", text)
_RETENTION = Property("dataRetentionTimeInDays", "DATA_RETENTION_TIME_IN_DAYS")


@dataclass(frozen=True)
class ResourceMonitor(SqlKind):
    """A resource monitor; its triggers are always stated together, because the statement replaces all of them."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE."""
        return [f"CREATE {self.keyword} {self.name(inputs)} WITH{clauses(inputs, self.properties)}{_triggers(inputs)}"]

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Set quota and triggers; another name is another monitor."""
        if old["name"] != new["name"]:
            return None
        return [f"ALTER {self.keyword} {self.name(new)} SET{clauses(new, self.properties)}{_triggers(new)}"]


def _triggers(inputs: Inputs) -> str:
    triggers = [(percent, "NOTIFY") for percent in sorted(inputs.get("notifyTriggers") or [])]
    for key, action in (("suspendTrigger", "SUSPEND"), ("suspendImmediateTrigger", "SUSPEND_IMMEDIATE")):
        triggers += [(inputs[key], action)] if inputs.get(key) is not None else []
    listed = "".join(f" ON {percent} PERCENT DO {action}" for percent, action in triggers)
    return f" TRIGGERS{listed}" if listed else ""


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
            Property("resourceMonitor", "RESOURCE_MONITOR", identifier),
            Property("statementTimeoutInSeconds", "STATEMENT_TIMEOUT_IN_SECONDS"),
            _COMMENT,
        ),
        only_create=(Property("initiallySuspended", "INITIALLY_SUSPENDED"),),
        parts=("name",),
    ),
    "snowflake:index/resourceMonitor:ResourceMonitor": ResourceMonitor(
        "RESOURCE MONITOR", (Property("creditQuota", "CREDIT_QUOTA"),), parts=("name",)
    ),
    "snowflake:index/accountRole:AccountRole": SqlKind("ROLE", (_COMMENT,), parts=("name",)),
}
