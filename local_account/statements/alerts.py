"""ALERT objects: a condition and what is done where it holds; they run by EXECUTE ALERT, not by their schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_account.catalog.objects import Alert
from local_account.catalog.rights import ACCOUNT
from local_account.errors import insufficient_privileges, invalid_value
from local_account.identifiers import Name
from local_account.results import Result, status_result, table_result
from local_account.statements import listing
from local_account.statements.declared import (
    COMMENT,
    CREATED_ON,
    DATABASE_NAME,
    NAME,
    OWNER,
    ROLE_TYPE,
    SCHEMA_NAME,
    Kind,
    Property,
    declare,
    prop,
    shown,
)
from local_account.statements.kinds import describes
from local_account.statements.registry import Statement, handles
from local_account.tasks.schedules import parse_schedule

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_CONDITIONS = ("SELECT", "WITH", "SHOW", "CALL")


def _clauses(cursor: Cursor) -> dict[str, Any]:
    """Read `WAREHOUSE = .. SCHEDULE = .. COMMENT = .. IF (EXISTS (condition)) THEN action`."""
    found: dict[str, Any] = cursor.properties("IF")
    if cursor.accept("IF"):
        cursor.expect("(", "EXISTS")
        found["CONDITION"] = _condition(cursor)
        cursor.expect(")", "THEN")
        found["ACTION"] = _action(cursor)
    return found


def _condition(cursor: Cursor) -> str:
    """Consume `(query)`; return the query."""
    cursor.expect("(")
    text = cursor.inside().rest()
    if not text.upper().startswith(_CONDITIONS):
        raise invalid_value(f"The condition of an alert must be one of {', '.join(_CONDITIONS)}, not '{text[:40]}'.")
    return text


def _action(cursor: Cursor) -> str:
    text = cursor.rest()
    if not text:
        raise invalid_value("An alert needs a statement after THEN.")
    return text


def _prepare(session: Session, item: Alert, given: dict[str, Any]) -> None:
    if warehouse := given.get("WAREHOUSE"):
        session.require("USAGE", "WAREHOUSE", Name(warehouse))
    if schedule := given.get("SCHEDULE"):
        parse_schedule(schedule)
    for key in ("CONDITION", "ACTION"):
        if not (given.get(key) or item.get(key)):
            raise invalid_value(f"Alert {item.name} needs IF (EXISTS (condition)) THEN action.")


def _may_run(session: Session, alert: Alert) -> None:
    if not session.account.access.allows(alert.owner, "EXECUTE ALERT", "ACCOUNT", ACCOUNT):
        raise insufficient_privileges("EXECUTE ALERT", "account", ACCOUNT, alert.owner)


def _state(state: str) -> Any:
    def act(session: Session, alert: Alert, _cursor: Cursor) -> None:
        session.require("OPERATE", "ALERT", alert.name)
        if state == "started":
            _may_run(session, alert)
        alert.state = state

    return act


def _modify_condition(session: Session, alert: Alert, cursor: Cursor) -> None:
    session.require("OWNERSHIP", "ALERT", alert.name)
    alert.condition = _condition(cursor)


def _modify_action(session: Session, alert: Alert, cursor: Cursor) -> None:
    session.require("OWNERSHIP", "ALERT", alert.name)
    alert.action = _action(cursor)


ALERT = declare(
    Kind(
        Alert,
        {"WAREHOUSE": Property("name"), "SCHEDULE": Property(), "CONDITION": Property(), "ACTION": Property()},
        (
            CREATED_ON, NAME, DATABASE_NAME, SCHEMA_NAME, OWNER, COMMENT,
            prop("WAREHOUSE"), prop("SCHEDULE"), prop("STATE"), prop("CONDITION"), prop("ACTION"),
            ROLE_TYPE,
        ),
        clauses=_clauses,
        prepare=_prepare,
        describe=False,
        actions={
            "RESUME": _state("started"),
            "SUSPEND": _state("suspended"),
            "MODIFY CONDITION EXISTS": _modify_condition,
            "MODIFY ACTION": _modify_action,
        },
    )
)  # fmt: skip


@describes(Alert)
def describe_alert(session: Session, item: Alert) -> tuple[list[tuple[str, str]], list[list[Any]]]:
    """DESCRIBE ALERT name: the columns of SHOW ALERTS."""
    return shown(session, ALERT, [item])


@handles("EXECUTE ALERT")
def execute_alert(session: Session, statement: Statement) -> Result:
    """EXECUTE ALERT name: evaluate the condition as the owner, and run the action where it returns a row."""
    name = session.resolve(statement.cursor.name())
    alert = session.account.catalog.get(Alert, name)
    session.require("OPERATE", "ALERT", name)
    _may_run(session, alert)
    owner = session.derive(role=alert.owner, database=name.database, schema=name.schema, warehouse=alert.warehouse)
    try:
        if owner.execute(alert.condition).arrow.num_rows:
            owner.execute(alert.action)
    finally:
        owner.close()
    return status_result("Statement executed successfully.")


@handles("SHOW TERSE ALERTS")
def show_terse(session: Session, statement: Statement) -> Result:
    """SHOW TERSE ALERTS [LIKE ..] [IN ..]."""
    rows = [
        (o.created_on, o.name.name, "ALERT", o.name.database, o.name.schema, o.schedule, o.state)
        for o in listing.visible(session, Alert, statement.cursor)
    ]
    names = ("name", "kind", "database_name", "schema_name", "schedule", "state")
    return table_result([("created_on", "timestamp_ltz"), *((n, "text") for n in names)], rows)
