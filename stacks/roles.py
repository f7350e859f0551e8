"""The roles of people and jobs, and what each of them gets."""

from __future__ import annotations

from components.access_plan import AccessPlan, Future, Level, RoleAccess, plan_access
from stacks.environment import ANALYST, ENGINEER, MARKETING, PLATFORM, SCHEMAS, WAREHOUSES

ROLE_COMMENTS = {
    ENGINEER: "Builds and runs the platform: full rights in every schema",
    MARKETING: "Reads GOLD and uses the app",
    ANALYST: "Reads every schema",
}

# Who is a member of one of these reads personal data that masking policies hide from everybody else.
PII_CONTACT, PII_FULL = "PII_CONTACT", "PII_FULL"
PII_ROLE_COMMENTS = {
    PII_CONTACT: "Reads what it takes to reach customers: names, e-mail addresses, ZIP codes",
    PII_FULL: "Reads all personal data",
}
PII_TAG = "PII"
# What grants call the storage integration and the one for e-mail.
LAKE_INTEGRATION, MAIL_INTEGRATION = "INTEGRATION", "MAIL_INTEGRATION"

ACCESS = {
    ENGINEER: RoleAccess(
        schemas=dict.fromkeys(SCHEMAS, "full"),
        warehouses=dict.fromkeys(WAREHOUSES, "full"),
        account=("EXECUTE TASK", "EXECUTE ALERT"),
        # dbt creates the schemas of its models IF NOT EXISTS.
        database=("MONITOR", "CREATE SCHEMA"),
        integrations=(LAKE_INTEGRATION, MAIL_INTEGRATION),
        # dbt tags the columns of the tables that it builds.
        applies=(PII_TAG,),
        sees=(PII_FULL,),
    ),
    MARKETING: RoleAccess(schemas={"GOLD": "read", PLATFORM: "use"}, warehouses={"app": "use"}, sees=(PII_CONTACT,)),
    ANALYST: RoleAccess(schemas=dict.fromkeys(SCHEMAS, "read"), warehouses={"app": "use"}),
}

# What a schema holds for its readers and users beside tables and views.
MORE: dict[tuple[str, Level], Future] = {
    ("GOLD", "read"): {"SEMANTIC VIEWS": ("SELECT", "REFERENCES")},
    (PLATFORM, "use"): {"STREAMLITS": ("USAGE",)},
}


def platform_access() -> AccessPlan:
    """Derive the platform's access roles, members and grants, by names without an environment's suffix."""
    return plan_access(ACCESS, SCHEMAS, MORE)
