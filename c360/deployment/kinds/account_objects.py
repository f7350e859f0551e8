"""Databases, schemas, warehouses, resource monitors and roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from c360.deployment.kinds.base import SqlKind
from c360.deployment.sql import COMMENT, Clause, clauses, identifier, literal

if TYPE_CHECKING:
    from c360.deployment.model import Inputs

_RETENTION = Clause("dataRetentionTimeInDays", "DATA_RETENTION_TIME_IN_DAYS")


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
    "snowflake:index/database:Database": SqlKind("DATABASE", (_RETENTION, COMMENT), parts=("name",)),
    "snowflake:index/schema:Schema": SqlKind("SCHEMA", (_RETENTION, COMMENT), parts=("database", "name")),
    "snowflake:index/warehouse:Warehouse": SqlKind(
        "WAREHOUSE",
        (
            Clause("warehouseType", "WAREHOUSE_TYPE", literal),
            Clause("warehouseSize", "WAREHOUSE_SIZE", literal),
            Clause("maxClusterCount", "MAX_CLUSTER_COUNT"),
            Clause("minClusterCount", "MIN_CLUSTER_COUNT"),
            Clause("autoSuspend", "AUTO_SUSPEND"),
            Clause("autoResume", "AUTO_RESUME"),
            Clause("resourceMonitor", "RESOURCE_MONITOR", identifier),
            Clause("statementTimeoutInSeconds", "STATEMENT_TIMEOUT_IN_SECONDS"),
            COMMENT,
        ),
        only_create=(Clause("initiallySuspended", "INITIALLY_SUSPENDED"),),
        parts=("name",),
    ),
    "snowflake:index/resourceMonitor:ResourceMonitor": ResourceMonitor(
        "RESOURCE MONITOR", (Clause("creditQuota", "CREDIT_QUOTA"),), parts=("name",)
    ),
    "snowflake:index/accountRole:AccountRole": SqlKind("ROLE", (COMMENT,), parts=("name",)),
}
