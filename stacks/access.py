"""Who may do what on the platform: the roles, and what each of them gets."""

from __future__ import annotations

from components.grants import Access, Grant, build_grants
from stacks.environment import ANALYST, ENGINEER, MARKETING, PLATFORM, SCHEMAS, WAREHOUSES

ROLE_COMMENTS = {
    ENGINEER: "Builds and runs the platform: full rights in every schema",
    MARKETING: "Reads GOLD and uses the app",
    ANALYST: "Reads every schema",
}

ACCESS = {
    ENGINEER: Access(
        schemas=dict.fromkeys(SCHEMAS, "full"),
        warehouses=dict.fromkeys(WAREHOUSES, "full"),
        account=("EXECUTE TASK",),
        # dbt creates the schemas of its models IF NOT EXISTS.
        database=("MONITOR", "CREATE SCHEMA"),
        uses_integration=True,
    ),
    MARKETING: Access(
        schemas={"GOLD": "read"},
        warehouses={"app": "use"},
        future={(PLATFORM, "STREAMLITS"): ("USAGE",)},
    ),
    ANALYST: Access(schemas=dict.fromkeys(SCHEMAS, "read"), warehouses={"app": "use"}),
}


def platform_grants() -> tuple[Grant, ...]:
    """List every grant of the platform, by names without an environment's suffix."""
    return build_grants(ACCESS, SCHEMAS)
