"""Storage integrations: what an external stage may reach, and as whom."""

from __future__ import annotations

import json
import re
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type
from snowflake.connector.errors import ProgrammingError

from local_account.aws.moto_server import AwsServer
from local_account.catalog.store import CatalogObject
from local_account.errors import does_not_exist, invalid_value, message_of, not_supported
from local_account.identifiers import Name
from local_account.parsing import Cursor
from local_account.queries.rewrite import scalar_function
from local_account.results import Result, status_result, table_result
from local_account.stages.storage_access import IAM_USER_ARN, IntegrationStorage
from local_account.statements import kinds as objects
from local_account.statements.listing import visible
from local_account.statements.mail import NOTIFICATION_INTEGRATION
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.session.session import Session

KIND = "STORAGE INTEGRATION"
_ROLE_ARN = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_SETTABLE = (
    "ENABLED", "STORAGE_AWS_ROLE_ARN", "STORAGE_AWS_EXTERNAL_ID", "STORAGE_AWS_OBJECT_ACL",
    "STORAGE_ALLOWED_LOCATIONS", "STORAGE_BLOCKED_LOCATIONS", "COMMENT",
)  # fmt: skip
# DESCRIBE's rows: property -> (type, default)
_DESCRIBED_MAIL = {
    "ENABLED": ("Boolean", "false"),
    "ALLOWED_RECIPIENTS": ("List", ""),
    "DEFAULT_RECIPIENTS": ("List", ""),
    "DEFAULT_SUBJECT": ("String", ""),
    "COMMENT": ("String", ""),
}
_DESCRIBED_STORAGE = {
    "ENABLED": ("Boolean", "false"),
    "STORAGE_PROVIDER": ("String", ""),
    "STORAGE_ALLOWED_LOCATIONS": ("List", "[]"),
    "STORAGE_BLOCKED_LOCATIONS": ("List", "[]"),
    "STORAGE_AWS_IAM_USER_ARN": ("String", ""),
    "STORAGE_AWS_ROLE_ARN": ("String", ""),
    "STORAGE_AWS_EXTERNAL_ID": ("String", ""),
    "STORAGE_AWS_OBJECT_ACL": ("String", ""),
    "COMMENT": ("String", ""),
}


@handles("CREATE STORAGE INTEGRATION")
def create_integration(session: Session, statement: Statement) -> Result:
    """Create a storage integration for S3."""
    cursor = statement.cursor
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    name = Name(cursor.identifier())
    given = cursor.properties()
    if given.pop("TYPE", None) != "EXTERNAL_STAGE":
        raise invalid_value("A storage integration needs TYPE = EXTERNAL_STAGE.")
    if given.pop("STORAGE_PROVIDER", None) != "S3":
        raise not_supported("A STORAGE_PROVIDER other than 'S3'")
    for required in ("ENABLED", "STORAGE_AWS_ROLE_ARN", "STORAGE_ALLOWED_LOCATIONS"):
        if required not in given:
            raise invalid_value(f"Missing option(s): [{required}]")
    properties = _checked(given)
    comment = str(properties.pop("COMMENT", "") or "")
    if if_not_exists and session.account.catalog.find(KIND, name):
        return status_result(f"{name.name} already exists, statement succeeded.")
    if any(o.name == name and o.kind != KIND for o in session.account.catalog.integrations()):
        raise invalid_value(f"Integration {name} exists with another type.")
    properties = {
        "STORAGE_PROVIDER": "S3",
        "STORAGE_BLOCKED_LOCATIONS": [],
        "STORAGE_AWS_OBJECT_ACL": "",
        "STORAGE_AWS_EXTERNAL_ID": _new_external_id(),
    } | properties
    created = CatalogObject(KIND, name, session.role, properties, comment)
    session.create_object(created, replace="OR REPLACE" in statement.modifiers)
    return status_result(f"Integration {name.name} successfully created.")


def _new_external_id() -> str:
    return f"LOCAL_SFCRole={secrets.token_urlsafe(21)}"


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """Return the properties with their values checked. Raises: ProgrammingError for the first wrong one."""
    checked = dict(given)
    for key, value in given.items():
        if key not in _SETTABLE:
            raise not_supported(f"Option {key} of a storage integration")
        if key == "ENABLED" and not isinstance(value, bool):
            raise invalid_value(f"invalid value '{value}' for parameter 'ENABLED'")
        if key == "STORAGE_AWS_ROLE_ARN" and not _ROLE_ARN.fullmatch(str(value)):
            raise invalid_value(f"invalid value '{value}' for property 'STORAGE_AWS_ROLE_ARN'")
        if key.endswith("_LOCATIONS"):
            checked[key] = _locations(key, value)
    return checked


def _locations(key: str, value: Any) -> list[str]:
    locations = value if isinstance(value, list) else [value]
    if key == "STORAGE_ALLOWED_LOCATIONS" and not locations:
        raise invalid_value("STORAGE_ALLOWED_LOCATIONS must name at least one location.")
    for location in locations:
        if location != "*" and not re.match(r"s3://[^/]+/", str(location)):
            raise invalid_value(f"Invalid location '{location}' in {key}: it must be s3://<bucket>/<path>/ or *.")
    return [str(location) for location in locations]


def _named(session: Session, cursor: Cursor) -> CatalogObject | None:
    """Return the integration of any type that a statement names next, without consuming the name."""
    ahead = Cursor(cursor.sql, cursor.tokens, cursor.index)
    ahead.accept("IF", "EXISTS")
    name = Name(ahead.identifier())
    return next((o for o in session.account.catalog.integrations() if o.name == name), None)


@handles("ALTER INTEGRATION")
def alter_any_integration(session: Session, statement: Statement) -> Result:
    """ALTER INTEGRATION without its type, as the provider writes it: the name tells the type."""
    found = _named(session, statement.cursor)
    if found is not None and found.kind == NOTIFICATION_INTEGRATION.name:
        return objects.alter(session, statement, NOTIFICATION_INTEGRATION)
    return alter_integration(session, statement)


@handles("ALTER STORAGE INTEGRATION")
def alter_integration(session: Session, statement: Statement) -> Result:
    """Set or unset properties of a storage integration."""
    cursor = statement.cursor
    if_exists = cursor.accept("IF", "EXISTS")
    name = Name(cursor.identifier())
    found = session.account.catalog.find(KIND, name)
    if found is None and if_exists:
        return status_result("Statement executed successfully.")
    if found is None:
        raise does_not_exist("Integration", name)
    session.require("OWNERSHIP", "INTEGRATION", name)
    if cursor.accept("SET"):
        if cursor.looking_at("TAG"):
            raise not_supported("ALTER STORAGE INTEGRATION ... SET TAG")
        changes = _checked(cursor.properties())
    else:
        cursor.expect("UNSET")
        changes = _defaults(cursor)
    if "COMMENT" in changes:
        found.comment = str(changes.pop("COMMENT") or "")
    found.properties |= changes
    session.account.catalog.save(found)
    return status_result("Statement executed successfully.")


def _defaults(cursor: Cursor) -> dict[str, Any]:
    """Read the list of UNSET and return what its properties become."""
    defaults = {"ENABLED": False, "STORAGE_BLOCKED_LOCATIONS": [], "STORAGE_AWS_OBJECT_ACL": "", "COMMENT": "",
                "STORAGE_AWS_EXTERNAL_ID": _new_external_id()}  # fmt: skip
    changes = {}
    while not cursor.done:
        key = cursor.identifier()
        if key not in defaults:
            raise invalid_value(f"Property {key} of a storage integration cannot be unset.")
        changes[key] = defaults[key]
        cursor.accept(",")
    return changes


@handles("DROP STORAGE INTEGRATION", "DROP INTEGRATION")
def drop_integration(session: Session, statement: Statement) -> Result:
    """Drop a storage integration; stages that name it stay and can no longer be read."""
    cursor = statement.cursor
    if_exists = cursor.accept("IF", "EXISTS")
    name = Name(cursor.identifier())
    found = next((o for o in session.account.catalog.integrations() if o.name == name), None)
    if found is None and if_exists:
        return status_result("Drop statement executed successfully (object already dropped).")
    if found is None:
        raise does_not_exist("Integration", name)
    session.drop_object(found)
    return status_result(f"{name.name} successfully dropped.")


@handles("SHOW STORAGE INTEGRATIONS")
def show_integrations(session: Session, statement: Statement) -> Result:
    """List storage integrations with Snowflake's columns."""
    rows = [
        (o.name.name, "EXTERNAL_STAGE", "STORAGE", str(o["ENABLED"]).lower(), o.comment, o.created_on)
        for o in visible(session, KIND, statement.cursor)
    ]
    columns = [(n, "text") for n in ("name", "type", "category", "enabled", "comment")]
    return table_result([*columns, ("created_on", "timestamp_ltz")], rows)


@handles(
    "DESCRIBE STORAGE INTEGRATION", "DESC STORAGE INTEGRATION", "DESCRIBE NOTIFICATION INTEGRATION",
    "DESC NOTIFICATION INTEGRATION", "DESCRIBE INTEGRATION", "DESC INTEGRATION",
)  # fmt: skip
def describe_integration(session: Session, statement: Statement) -> Result:
    """Describe an integration of any type: one row a property."""
    found = _named(session, statement.cursor)
    name = Name(statement.cursor.identifier())
    kind = " ".join(statement.phrase.split()[1:])
    if found is None or kind not in ("INTEGRATION", found.kind):
        raise does_not_exist("Integration", name)
    session.require("USAGE", "INTEGRATION", name)
    values = found.properties | {"COMMENT": found.comment}
    described = _DESCRIBED_MAIL
    if found.kind == KIND:
        described, values = _DESCRIBED_STORAGE, values | {"STORAGE_AWS_IAM_USER_ARN": IAM_USER_ARN}
    rows = [(key, kind, _printed(values.get(key)), default) for key, (kind, default) in described.items()]
    columns = [(n, "text") for n in ("property", "property_type", "property_value", "property_default")]
    return table_result(columns, rows, statement_type.DESCRIBE)


def _printed(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value or "")


@scalar_function("SYSTEM$VALIDATE_STORAGE_INTEGRATION")
def validate_storage_integration(session: Session, name: str, url: str, file: str, action: str) -> str:
    """Try read, write, list or delete (or all) of a test file through an integration.

    Returns: JSON with status and the result of each action, as on Snowflake.
    """
    actions = ("read", "write", "list", "delete") if action.lower() == "all" else (action.lower(),)
    if any(a not in ("read", "write", "list", "delete") for a in actions):
        raise invalid_value(f"invalid validation action '{action}': it must be read, write, list, delete or all.")
    integration = session.account.catalog.find(KIND, Name(name))
    if integration is None:
        raise does_not_exist("Integration", name)
    session.require("USAGE", "INTEGRATION", Name(name))
    outcome: dict[str, Any] = {}
    order = [a for a in ("write", "read", "list", "delete") if a in actions]
    for each in order:
        try:
            _probe(IntegrationStorage(session.account.service(AwsServer), integration, url), each, file)
        except ProgrammingError as error:
            outcome[each] = {"status": "failure", "message": message_of(error)}
        else:
            outcome[each] = {"status": "success"}
    status = "success" if all(o["status"] == "success" for o in outcome.values()) else "failure"
    return json.dumps({"status": status, "actions": {a: outcome[a] for a in actions}})


def _probe(storage: IntegrationStorage, action: str, file: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        local = Path(folder) / "probe"
        if action == "write":
            local.write_bytes(b"probe")
            storage.upload(local, file)
        elif action == "list":
            storage.files("")
        else:
            found = next((f for f in storage.files(file) if f.name == file), None)
            if found is None:
                raise invalid_value(f"File {file} does not exist.")
            storage.download(found, local) if action == "read" else storage.remove(found)
