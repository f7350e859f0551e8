"""E-mail integrations and alerts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.deployment.kinds.base import Query, SqlKind, or_replace
from c360.deployment.sql import COMMENT, Clause, alterations, clauses, identifier, literal, literals

if TYPE_CHECKING:
    from c360.deployment.model import Inputs


@dataclass(frozen=True)
class MailIntegration(SqlKind):
    """An integration for e-mail."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE with its type."""
        return [f"CREATE {self.keyword} {self.name(inputs)} TYPE = EMAIL{clauses(inputs, self.properties)}"]


def _schedule(schedule: dict[str, Any]) -> str:
    if cron := schedule.get("cron"):
        return literal(f"USING CRON {cron['expression']} {cron['timeZone']}")
    return literal(f"{schedule['interval']} MINUTE")


@dataclass(frozen=True)
class Alert(SqlKind):
    """An alert; it is suspended while it changes, and resumed where it shall look."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE, and the RESUME of an alert that shall look."""
        created = f"CREATE ALERT {self.name(inputs)}{clauses(inputs, (*self.only_create, *self.properties))}"
        return [
            f"{created} IF (EXISTS ({inputs['condition']})) THEN {inputs['action']}",
            *self._resume(inputs),
        ]

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Change schedule, comment, condition and action in place."""
        changing = {p.key for p in self.properties} | {"condition", "action", "enabled"}
        if any(old.get(key) != new.get(key) for key in {*old, *new} - changing):
            return None
        statement = f"ALTER ALERT {self.name(new)}"
        condition = f"{statement} MODIFY CONDITION EXISTS ({new['condition']})"
        return [
            f"{statement} SUSPEND",
            *alterations(statement, old, new, self.properties),
            *([condition] if old["condition"] != new["condition"] else []),
            *([f"{statement} MODIFY ACTION {new['action']}"] if old["action"] != new["action"] else []),
            *self._resume(new),
        ]

    def adopt(self, inputs: Inputs, _query: Query, /) -> list[str] | None:
        """Create it over what is there, which holds no data."""
        return or_replace(self.create(inputs))

    def _resume(self, inputs: Inputs) -> list[str]:
        return [f"ALTER ALERT {self.name(inputs)} RESUME"] if inputs.get("enabled") else []


KINDS = {
    "snowflake:index/emailNotificationIntegration:EmailNotificationIntegration": MailIntegration(
        "NOTIFICATION INTEGRATION",
        (Clause("enabled", "ENABLED"), Clause("allowedRecipients", "ALLOWED_RECIPIENTS", literals), COMMENT),
        parts=("name",),
    ),
    "snowflake:index/alert:Alert": Alert(
        "ALERT",
        (Clause("alertSchedule", "SCHEDULE", _schedule), COMMENT),
        only_create=(Clause("warehouse", "WAREHOUSE", identifier),),
    ),
}
