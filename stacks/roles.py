"""The roles of people and jobs, and what each of them gets."""

from __future__ import annotations

from components.access_plan import AccessPlan, Future, Level, Privileges, RoleAccess, plan_access
from stacks.apps import APP_STAGE, APPS
from stacks.environment import (
    ANALYST,
    APP_ANALYST,
    APP_MARKETING,
    APP_OPERATIONS,
    ENGINEER,
    MARKETING,
    PLATFORM,
    SCHEMAS,
    WAREHOUSES,
)

ROLE_COMMENTS = {
    ENGINEER: "Builds and runs the platform: full rights in every schema",
    MARKETING: "Reads GOLD and uses the app",
    ANALYST: "Reads every schema, and uses the analysts' app",
    APP_MARKETING: "Owns the app of the marketing team, whose pages read with its rights",
    APP_ANALYST: "Owns the app of the analysts, whose pages read with its rights",
    APP_OPERATIONS: "Owns the app of operations, whose pages read with its rights",
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

# What pages about customers write by, whoever looks at them.
_WRITTEN_BY_PAGES = ("RECORD_ANALYST_QUESTION", "RECORD_ANALYST_FEEDBACK", "RECORD_EXPORT")


def _app_owner(
    schemas: dict[str, Level], *procedures: str, account: Privileges = (), sees: tuple[str, ...] = ()
) -> RoleAccess:
    """Say what the owner of an app gets: its pages' data, the files, and the procedures that its pages write by."""
    return RoleAccess(
        schemas={PLATFORM: "host", **schemas},
        warehouses={"app": "use"},
        account=account,
        sees=sees,
        objects={("STAGE", APP_STAGE): ("READ",), **{("PROCEDURE", name): ("USAGE",) for name in procedures}},
    )


def _uses_apps(role: str) -> dict[tuple[str, str], Privileges]:
    """Say which apps a role of people may look at."""
    return {("STREAMLIT", app.name): ("USAGE",) for app in APPS if app.people == role}


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
        objects=_uses_apps(ENGINEER),
    ),
    MARKETING: RoleAccess(
        schemas={"GOLD": "read", PLATFORM: "use"},
        warehouses={"app": "use"},
        sees=(PII_CONTACT,),
        objects=_uses_apps(MARKETING),
    ),
    ANALYST: RoleAccess(schemas=dict.fromkeys(SCHEMAS, "read"), warehouses={"app": "use"}, objects=_uses_apps(ANALYST)),
    APP_MARKETING: _app_owner({"GOLD": "read"}, *_WRITTEN_BY_PAGES, "SAVE_CAMPAIGN_LIST", sees=(PII_CONTACT,)),
    APP_ANALYST: _app_owner({"GOLD": "read"}, *_WRITTEN_BY_PAGES),
    # It tells of runs, not of customers; credits of warehouses are the account's to tell.
    APP_OPERATIONS: _app_owner({"OBSERVABILITY": "read"}, account=("MONITOR USAGE",)),
}

# What a schema holds for its readers and users beside tables and views.
MORE: dict[tuple[str, Level], Future] = {
    ("GOLD", "read"): {"SEMANTIC VIEWS": ("SELECT", "REFERENCES")},
}


def platform_access() -> AccessPlan:
    """Derive the platform's access roles, members and grants, by names without an environment's suffix."""
    return plan_access(ACCESS, SCHEMAS, MORE)
