"""Warehouses, roles, users, resource monitors and e-mail integrations, each declared once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local_account.catalog.users import hashed
from local_account.errors import does_not_exist, insufficient_privileges, invalid_value
from local_account.identifiers import Name
from local_account.statements.kinds import (
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
    timestamp,
)

if TYPE_CHECKING:
    from local_account.catalog.store import CatalogObject
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_SIZES = {"X-Small": "XSMALL", "Small": "SMALL", "Medium": "MEDIUM", "Large": "LARGE", "X-Large": "XLARGE",
          "2X-Large": "XXLARGE", "3X-Large": "XXXLARGE", "4X-Large": "X4LARGE", "5X-Large": "X5LARGE",
          "6X-Large": "X6LARGE"}  # fmt: skip


def _warehouse(session: Session, item: CatalogObject, given: dict[str, Any]) -> None:
    low, high = (given.get(k, item[k]) or 1 for k in ("MIN_CLUSTER_COUNT", "MAX_CLUSTER_COUNT"))
    if low > high:
        raise invalid_value(f"MIN_CLUSTER_COUNT {low} is above MAX_CLUSTER_COUNT {high}.")
    monitor = given.get("RESOURCE_MONITOR")
    if monitor and session.account.catalog.find("RESOURCE MONITOR", Name(monitor)) is None:
        raise does_not_exist("Resource monitor", monitor)
    given.pop("WAIT_FOR_COMPLETION", None)  # another size is there at once
    if given.pop("INITIALLY_SUSPENDED", None):
        item.properties["STATE"] = "SUSPENDED"
    item.properties.setdefault("STATE", "STARTED")


def _warehouse_state(state: str) -> Any:
    def act(session: Session, item: CatalogObject, cursor: Cursor) -> None:
        cursor.accept("IF", "SUSPENDED")
        if not session.allows("OPERATE", "WAREHOUSE", item.name):
            raise insufficient_privileges("OPERATE", "warehouse", item.name, session.role)
        item.properties["STATE"] = state
        item.properties["RESUMED_ON"] = datetime.now(UTC).isoformat()
        session.account.catalog.save(item)

    return act


WAREHOUSE = declare(
    Kind(
        "WAREHOUSE",
        {
            "WAREHOUSE_TYPE": choice("STANDARD", "STANDARD", "SNOWPARK-OPTIMIZED"),
            "WAREHOUSE_SIZE": choice("X-Small", *_SIZES, **{alias: size for size, alias in _SIZES.items()},
                                     XXXXLARGE="4X-Large", X2LARGE="2X-Large", X3LARGE="3X-Large"),
            "MAX_CLUSTER_COUNT": Property("integer", 1, low=1, high=10),
            "MIN_CLUSTER_COUNT": Property("integer", 1, low=1, high=10),
            "SCALING_POLICY": choice("STANDARD", "STANDARD", "ECONOMY"),
            "AUTO_SUSPEND": Property("integer", 600),
            "AUTO_RESUME": Property("boolean", default=True),
            "INITIALLY_SUSPENDED": Property("boolean"),
            "WAIT_FOR_COMPLETION": Property("boolean"),
            "RESOURCE_MONITOR": Property("name"),
            "ENABLE_QUERY_ACCELERATION": Property("boolean", default=False),
            "QUERY_ACCELERATION_MAX_SCALE_FACTOR": Property("integer", 8, high=100),
            "MAX_CONCURRENCY_LEVEL": Property("integer"),
            "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": Property("integer"),
            "STATEMENT_TIMEOUT_IN_SECONDS": Property("integer", high=604800),
            "RESOURCE_CONSTRAINT": Property(),
            "GENERATION": Property(),
        },
        (
            NAME,
            prop("STATE"),
            ("type", "text", lambda _s, o: o["WAREHOUSE_TYPE"]),
            ("size", "text", lambda _s, o: o["WAREHOUSE_SIZE"]),
            prop("MIN_CLUSTER_COUNT", "fixed"),
            prop("MAX_CLUSTER_COUNT", "fixed"),
            ("started_clusters", "fixed", lambda _s, o: int(o["STATE"] == "STARTED")),
            const("running", 0, "fixed"),
            const("queued", 0, "fixed"),
            const("is_default", "N"),
            ("is_current", "text", lambda s, o: "Y" if s.warehouse == o.name.name else "N"),
            prop("AUTO_SUSPEND", "fixed"),
            prop("AUTO_RESUME"),
            *(const(name) for name in ("available", "provisioning", "quiescing", "other")),
            CREATED_ON,
            ("resumed_on", "timestamp_ltz", lambda _s, o: timestamp(o["RESUMED_ON"]) or o.created_on),
            ("updated_on", "timestamp_ltz", lambda _s, o: o.created_on),
            OWNER,
            COMMENT,
            prop("ENABLE_QUERY_ACCELERATION"),
            prop("QUERY_ACCELERATION_MAX_SCALE_FACTOR", "fixed"),
            ("resource_monitor", "text", lambda _s, o: o["RESOURCE_MONITOR"] or "null"),
            *(const(name, 0, "fixed") for name in ("actives", "pendings", "failed", "suspended")),
            ("uuid", "text", lambda _s, o: str(uuid.uuid5(uuid.NAMESPACE_OID, f"{o.name} {o.created_on}"))),
            prop("SCALING_POLICY"),
            const("budget", None),
            ROLE_TYPE,
            ("resource_constraint", "text", lambda _s, o: o["RESOURCE_CONSTRAINT"]),
        ),
        prepare=_warehouse,
        actions={"SUSPEND": _warehouse_state("SUSPENDED"), "RESUME": _warehouse_state("STARTED")},
        modify="MODIFY",
    )
)  # fmt: skip


def _count(session: Session, item: CatalogObject, grantee_kind: str) -> int:
    return sum(g.grantee_kind == grantee_kind for g in session.account.access.on("ROLE", item.name))


ROLE = declare(
    Kind(
        "ROLE",
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


def _user(session: Session, item: CatalogObject, given: dict[str, Any]) -> None:
    if given.get("PASSWORD"):
        given["PASSWORD"] = hashed(str(given["PASSWORD"]))
    item.properties.setdefault("LOGIN_NAME", item.name.name)
    item.properties.setdefault("DISPLAY_NAME", item.name.name)
    if item.name.name == session.user and given.get("DISABLED"):
        raise invalid_value("A user cannot disable itself.")


_USER_TEXT = ("LOGIN_NAME", "DISPLAY_NAME", "FIRST_NAME", "MIDDLE_NAME", "LAST_NAME", "EMAIL", "DEFAULT_NAMESPACE",
              "NETWORK_POLICY")  # fmt: skip
USER = declare(
    Kind(
        "USER",
        {
            "PASSWORD": Property(secret=True),
            "RSA_PUBLIC_KEY": Property(secret=True),
            "RSA_PUBLIC_KEY_2": Property(secret=True),
            "DISABLED": Property("boolean", default=False),
            "MUST_CHANGE_PASSWORD": Property("boolean", default=False),
            "DEFAULT_ROLE": Property("name"),
            "DEFAULT_WAREHOUSE": Property("name"),
            "DEFAULT_SECONDARY_ROLES": Property("list"),
            "DAYS_TO_EXPIRY": Property("integer"),
            "MINS_TO_UNLOCK": Property("integer"),
            "TYPE": choice(None, "PERSON", "SERVICE", "LEGACY_SERVICE"),
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
            ("default_secondary_roles", "text", lambda _s, o: str(o["DEFAULT_SECONDARY_ROLES"] or "[]")),
            const("ext_authn_duo", "false"),
            const("ext_authn_uid"),
            const("mins_to_bypass_mfa"),
            OWNER,
            const("last_success_login", None, "timestamp_ltz"),
            const("expires_at_time", None, "timestamp_ltz"),
            const("locked_until_time", None, "timestamp_ltz"),
            ("has_password", "text", lambda _s, o: text(bool(o["PASSWORD"]))),
            ("has_rsa_public_key", "text", lambda _s, o: text(bool(o["RSA_PUBLIC_KEY"]))),
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
        percent = int(cursor.value())
        cursor.expect("PERCENT", "DO")
        action = cursor.identifier()
        if action not in limits:
            raise invalid_value(f"Unknown action {action} of a trigger: NOTIFY, SUSPEND or SUSPEND_IMMEDIATE.")
        limits[action].append(f"{percent}%")
    return found | {f"{action}_AT": ",".join(values) or None for action, values in limits.items()}


MONITOR = declare(
    Kind(
        "RESOURCE MONITOR",
        {
            "CREDIT_QUOTA": Property("integer"),
            "FREQUENCY": choice("MONTHLY", "MONTHLY", "DAILY", "WEEKLY", "YEARLY", "NEVER"),
            "START_TIMESTAMP": Property(),
            "END_TIMESTAMP": Property(),
            "NOTIFY_USERS": Property("list"),
            "NOTIFY_AT": Property(),
            "SUSPEND_AT": Property(),
            "SUSPEND_IMMEDIATE_AT": Property(),
        },
        (
            NAME,
            ("credit_quota", "text", lambda _s, o: None if o["CREDIT_QUOTA"] is None else f"{o['CREDIT_QUOTA']}.00"),
            const("used_credits", "0.00"),
            ("remaining_credits", "text", lambda _s, o: f"{o['CREDIT_QUOTA'] or 0}.00"),
            ("level", "text", lambda s, o: "WAREHOUSE" if any(
                w["RESOURCE_MONITOR"] == o.name.name for w in s.account.catalog.list("WAREHOUSE")) else None),
            prop("FREQUENCY"),
            ("start_time", "timestamp_ltz", lambda _s, o: o.created_on),
            const("end_time", None, "timestamp_ltz"),
            ("notify_at", "text", lambda _s, o: o["NOTIFY_AT"]),
            ("suspend_at", "text", lambda _s, o: o["SUSPEND_AT"]),
            ("suspend_immediately_at", "text", lambda _s, o: o["SUSPEND_IMMEDIATE_AT"]),
            CREATED_ON,
            OWNER,
            COMMENT,
            ("notify_users", "text", lambda _s, o: ", ".join(o["NOTIFY_USERS"] or [])),
        ),
        clauses=_triggers,
        created="Statement executed successfully.",
    )
)  # fmt: skip
