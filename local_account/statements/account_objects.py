"""Warehouses, roles, users, resource monitors and e-mail integrations, each declared once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local_account.catalog.moments import moment
from local_account.catalog.objects import ResourceMonitor, Role, User, Warehouse
from local_account.catalog.users import hashed
from local_account.errors import does_not_exist, insufficient_privileges, invalid_value
from local_account.identifiers import Name
from local_account.statements.declared import (
    COMMENT,
    CREATED_ON,
    NAME,
    OWNER,
    ROLE_TYPE,
    Kind,
    Property,
    choice,
    const,
    declare,
    prop,
    text,
)

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_SIZES = {"X-Small": "XSMALL", "Small": "SMALL", "Medium": "MEDIUM", "Large": "LARGE", "X-Large": "XLARGE",
          "2X-Large": "XXLARGE", "3X-Large": "XXXLARGE", "4X-Large": "X4LARGE", "5X-Large": "X5LARGE",
          "6X-Large": "X6LARGE"}  # fmt: skip


def _warehouse(session: Session, item: Warehouse, given: dict[str, Any]) -> None:
    low, high = (given.get(k, item.get(k)) or 1 for k in ("MIN_CLUSTER_COUNT", "MAX_CLUSTER_COUNT"))
    if low > high:
        raise invalid_value(f"MIN_CLUSTER_COUNT {low} is above MAX_CLUSTER_COUNT {high}.")
    monitor = given.get("RESOURCE_MONITOR")
    if monitor and session.account.catalog.find(ResourceMonitor, Name(monitor)) is None:
        raise does_not_exist("Resource monitor", monitor)
    given.pop("WAIT_FOR_COMPLETION", None)  # another size is there at once
    if given.pop("INITIALLY_SUSPENDED", None):
        item.state = "SUSPENDED"


def _add_warehouse(session: Session, item: Warehouse) -> None:
    """Make a warehouse, and use it: https://docs.snowflake.com/en/sql-reference/sql/create-warehouse#usage-notes."""
    session.add_object(item)
    session.warehouse = item.name.name


def _warehouse_state(state: str) -> Any:
    def act(session: Session, item: Warehouse, cursor: Cursor) -> None:
        cursor.accept("IF", "SUSPENDED")
        if not session.allows("OPERATE", "WAREHOUSE", item.name):
            raise insufficient_privileges("OPERATE", "warehouse", item.name, session.role)
        item.state = state
        item.resumed_on = datetime.now(UTC).isoformat()

    return act


WAREHOUSE = declare(
    Kind(
        Warehouse,
        {
            "WAREHOUSE_TYPE": choice("STANDARD", "SNOWPARK-OPTIMIZED"),
            "WAREHOUSE_SIZE": choice(*_SIZES, **{alias: size for size, alias in _SIZES.items()},
                                     XXXXLARGE="4X-Large", X2LARGE="2X-Large", X3LARGE="3X-Large"),
            "MAX_CLUSTER_COUNT": Property("integer", low=1, high=10),
            "MIN_CLUSTER_COUNT": Property("integer", low=1, high=10),
            "SCALING_POLICY": choice("STANDARD", "ECONOMY"),
            "AUTO_SUSPEND": Property("integer"),
            "AUTO_RESUME": Property("boolean"),
            "INITIALLY_SUSPENDED": Property("boolean"),
            "WAIT_FOR_COMPLETION": Property("boolean"),
            "RESOURCE_MONITOR": Property("name"),
            "ENABLE_QUERY_ACCELERATION": Property("boolean"),
            "QUERY_ACCELERATION_MAX_SCALE_FACTOR": Property("integer", high=100),
            "MAX_CONCURRENCY_LEVEL": Property("integer"),
            "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": Property("integer"),
            "STATEMENT_TIMEOUT_IN_SECONDS": Property("integer", high=604800),
            "RESOURCE_CONSTRAINT": Property(),
            "GENERATION": Property(),
        },
        (
            NAME,
            prop("STATE"),
            ("type", "text", lambda _s, o: o.warehouse_type),
            ("size", "text", lambda _s, o: o.warehouse_size),
            prop("MIN_CLUSTER_COUNT", "fixed"),
            prop("MAX_CLUSTER_COUNT", "fixed"),
            ("started_clusters", "fixed", lambda _s, o: int(o.state == "STARTED")),
            const("running", 0, "fixed"),
            const("queued", 0, "fixed"),
            const("is_default", "N"),
            ("is_current", "text", lambda s, o: "Y" if s.warehouse == o.name.name else "N"),
            prop("AUTO_SUSPEND", "fixed"),
            prop("AUTO_RESUME"),
            *(const(name) for name in ("available", "provisioning", "quiescing", "other")),
            CREATED_ON,
            ("resumed_on", "timestamp_ltz", lambda _s, o: moment(o.resumed_on) or o.created_on),
            ("updated_on", "timestamp_ltz", lambda _s, o: o.created_on),
            OWNER,
            COMMENT,
            prop("ENABLE_QUERY_ACCELERATION"),
            prop("QUERY_ACCELERATION_MAX_SCALE_FACTOR", "fixed"),
            ("resource_monitor", "text", lambda _s, o: o.resource_monitor or "null"),
            *(const(name, 0, "fixed") for name in ("actives", "pendings", "failed", "suspended")),
            ("uuid", "text", lambda _s, o: str(uuid.uuid5(uuid.NAMESPACE_OID, f"{o.name} {o.created_on}"))),
            prop("SCALING_POLICY"),
            const("budget", None),
            ROLE_TYPE,
            ("resource_constraint", "text", lambda _s, o: o.resource_constraint),
        ),
        prepare=_warehouse,
        add=_add_warehouse,
        actions={"SUSPEND": _warehouse_state("SUSPENDED"), "RESUME": _warehouse_state("STARTED")},
        modify="MODIFY",
    )
)  # fmt: skip


def _count(session: Session, item: Role, grantee_kind: str) -> int:
    return sum(g.grantee_kind == grantee_kind for g in session.account.access.on("ROLE", item.name))


ROLE = declare(
    Kind(
        Role,
        {},
        (
            CREATED_ON,
            NAME,
            const("is_default", "N"),
            ("is_current", "text", lambda s, o: "Y" if s.role == o.name.name else "N"),
            ("is_inherited", "text",
             lambda s, o: "Y" if o.name.name != s.role and o.name.name in s.account.access.roles_of(s.role) else "N"),
            ("assigned_to_users", "fixed", lambda s, o: _count(s, o, "USER")),
            ("granted_to_roles", "fixed", lambda s, o: _count(s, o, "ROLE")),
            ("granted_roles", "fixed",
             lambda s, o: sum(g.kind == "ROLE" for g in s.account.access.to(o.name.name))),
            OWNER,
            COMMENT,
        ),
        describe=False,
    )
)  # fmt: skip


def _user(session: Session, item: User, given: dict[str, Any]) -> None:
    if given.get("PASSWORD"):
        given["PASSWORD"] = hashed(str(given["PASSWORD"]))
    item.login_name = item.login_name or item.name.name
    item.display_name = item.display_name or item.name.name
    if item.name.name == session.user and given.get("DISABLED"):
        raise invalid_value("A user cannot disable itself.")


_USER_TEXT = ("LOGIN_NAME", "DISPLAY_NAME", "FIRST_NAME", "MIDDLE_NAME", "LAST_NAME", "EMAIL", "DEFAULT_NAMESPACE",
              "NETWORK_POLICY")  # fmt: skip
USER = declare(
    Kind(
        User,
        {
            "PASSWORD": Property(secret=True),
            "RSA_PUBLIC_KEY": Property(secret=True),
            "RSA_PUBLIC_KEY_2": Property(secret=True),
            "DISABLED": Property("boolean"),
            "MUST_CHANGE_PASSWORD": Property("boolean"),
            "DEFAULT_ROLE": Property("name"),
            "DEFAULT_WAREHOUSE": Property("name"),
            "DEFAULT_SECONDARY_ROLES": Property("list"),
            "DAYS_TO_EXPIRY": Property("integer"),
            "MINS_TO_UNLOCK": Property("integer"),
            "TYPE": choice("PERSON", "SERVICE", "LEGACY_SERVICE"),
            **{key: Property() for key in _USER_TEXT},
        },
        (
            NAME,
            CREATED_ON,
            *(prop(key) for key in ("LOGIN_NAME", "DISPLAY_NAME", "FIRST_NAME", "LAST_NAME", "EMAIL",
                                    "MINS_TO_UNLOCK", "DAYS_TO_EXPIRY")),
            COMMENT,
            prop("DISABLED"),
            prop("MUST_CHANGE_PASSWORD"),
            const("snowflake_lock", "false"),
            *(prop(key) for key in ("DEFAULT_WAREHOUSE", "DEFAULT_NAMESPACE", "DEFAULT_ROLE")),
            ("default_secondary_roles", "text", lambda _s, o: str(o.default_secondary_roles or "[]")),
            const("ext_authn_duo", "false"),
            const("ext_authn_uid"),
            const("mins_to_bypass_mfa"),
            OWNER,
            const("last_success_login", None, "timestamp_ltz"),
            const("expires_at_time", None, "timestamp_ltz"),
            const("locked_until_time", None, "timestamp_ltz"),
            ("has_password", "text", lambda _s, o: text(bool(o.password))),
            ("has_rsa_public_key", "text", lambda _s, o: text(bool(o.rsa_public_key))),
            prop("TYPE"),
            const("has_mfa", "false"),
            const("has_pat", "false"),
        ),
        prepare=_user,
    )
)  # fmt: skip


def _triggers(cursor: Cursor) -> dict[str, Any]:
    """Read `CREDIT_QUOTA = ... TRIGGERS ON 80 PERCENT DO NOTIFY ...`."""
    cursor.accept("WITH")
    found: dict[str, Any] = cursor.properties("TRIGGERS")
    if not cursor.accept("TRIGGERS"):
        return found
    limits: dict[str, list[str]] = {"NOTIFY": [], "SUSPEND": [], "SUSPEND_IMMEDIATE": []}
    while cursor.accept("ON"):
        percent = cursor.whole_number()
        cursor.expect("PERCENT", "DO")
        action = cursor.identifier()
        if action not in limits:
            raise invalid_value(f"Unknown action {action} of a trigger: NOTIFY, SUSPEND or SUSPEND_IMMEDIATE.")
        limits[action].append(f"{percent}%")
    return found | {f"{action}_AT": ",".join(values) or None for action, values in limits.items()}


MONITOR = declare(
    Kind(
        ResourceMonitor,
        {
            "CREDIT_QUOTA": Property("integer"),
            "FREQUENCY": choice("MONTHLY", "DAILY", "WEEKLY", "YEARLY", "NEVER"),
            "START_TIMESTAMP": Property(),
            "END_TIMESTAMP": Property(),
            "NOTIFY_USERS": Property("list"),
            "NOTIFY_AT": Property(),
            "SUSPEND_AT": Property(),
            "SUSPEND_IMMEDIATE_AT": Property(),
        },
        (
            NAME,
            ("credit_quota", "text", lambda _s, o: None if o.credit_quota is None else f"{o.credit_quota}.00"),
            const("used_credits", "0.00"),
            ("remaining_credits", "text", lambda _s, o: f"{o.credit_quota or 0}.00"),
            ("level", "text", lambda s, o: "WAREHOUSE" if any(
                w.resource_monitor == o.name.name for w in s.account.catalog.list(Warehouse)) else None),
            prop("FREQUENCY"),
            ("start_time", "timestamp_ltz", lambda _s, o: o.created_on),
            const("end_time", None, "timestamp_ltz"),
            ("notify_at", "text", lambda _s, o: o.notify_at),
            ("suspend_at", "text", lambda _s, o: o.suspend_at),
            ("suspend_immediately_at", "text", lambda _s, o: o.suspend_immediate_at),
            CREATED_ON,
            OWNER,
            COMMENT,
            ("notify_users", "text", lambda _s, o: ", ".join(o.notify_users)),
        ),
        clauses=_triggers,
        created="Statement executed successfully.",
    )
)  # fmt: skip
