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
from local_account.catalog.objects import NotificationIntegration, StorageIntegration
from local_account.errors import does_not_exist, invalid_value, message_of, not_supported
from local_account.identifiers import Name
from local_account.parsing import Cursor
from local_account.queries.rewrite import scalar_function
from local_account.results import Result, table_result
from local_account.stages.storage_access import IAM_USER_ARN, IntegrationStorage
from local_account.statements.declared import alter_as
from local_account.statements.kinds import alter_by, alters, comment_of, creates, drop_by, drops, unset
from local_account.statements.listing import visible
from local_account.statements.mail import NOTIFICATION_INTEGRATION
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.catalog.base import CatalogObject
    from local_account.session.session import Session

_ROLE_ARN = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_SETTABLE = (
    "ENABLED", "STORAGE_AWS_ROLE_ARN", "STORAGE_AWS_EXTERNAL_ID", "STORAGE_AWS_OBJECT_ACL",
    "STORAGE_ALLOWED_LOCATIONS", "STORAGE_BLOCKED_LOCATIONS", "COMMENT",
)  # fmt: skip
_UNSETTABLE = ("ENABLED", "STORAGE_BLOCKED_LOCATIONS", "STORAGE_AWS_OBJECT_ACL", "STORAGE_AWS_EXTERNAL_ID")
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


@creates(StorageIntegration, "Integration {name} successfully created.")
def create_integration(session: Session, statement: Statement, name: Name) -> StorageIntegration:
    """Create a storage integration for S3."""
    given = statement.cursor.properties()
    if given.pop("TYPE", None) != "EXTERNAL_STAGE":
        raise invalid_value("A storage integration needs TYPE = EXTERNAL_STAGE.")
    if given.pop("STORAGE_PROVIDER", None) != "S3":
        raise not_supported("A STORAGE_PROVIDER other than 'S3'")
    for required in ("ENABLED", "STORAGE_AWS_ROLE_ARN", "STORAGE_ALLOWED_LOCATIONS"):
        if required not in given:
            raise invalid_value(f"Missing option(s): [{required}]")
    if any(o.name == name and not isinstance(o, StorageIntegration) for o in session.account.catalog.integrations()):
        raise invalid_value(f"Integration {name} exists with another type.")
    given = _checked(given)
    made = StorageIntegration(name, session.role, comment_of(given), storage_aws_external_id=_new_external_id())
    made.set(given)
    return made


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
    if isinstance(_named(session, statement.cursor), NotificationIntegration):
        return alter_as(NOTIFICATION_INTEGRATION, session, statement)
    return alter_by(alter_integration, StorageIntegration, session, statement)


@alters(StorageIntegration)
def alter_integration(session: Session, item: StorageIntegration, cursor: Cursor) -> None:
    """Set or unset properties of a storage integration."""
    session.require("OWNERSHIP", "INTEGRATION", item.name)
    if cursor.accept("SET"):
        if cursor.looking_at("TAG"):
            raise not_supported("ALTER STORAGE INTEGRATION ... SET TAG")
        changes = _checked(cursor.properties())
        item.comment = comment_of(changes, item.comment)
        item.set(changes)
    else:
        cursor.expect("UNSET")
        unset(item, cursor, _UNSETTABLE)
        item.storage_aws_external_id = item.storage_aws_external_id or _new_external_id()
    session.account.catalog.save(item)


@drops(StorageIntegration)
def drop_integration(session: Session, item: StorageIntegration) -> None:
    """Drop a storage integration; stages that name it stay and can no longer be read."""
    session.drop_object(item)


@handles("DROP INTEGRATION")
def drop_any_integration(session: Session, statement: Statement) -> Result:
    """DROP INTEGRATION without its type: the name tells the type."""
    kind = type(_named(session, statement.cursor) or StorageIntegration(Name("X"), ""))
    return drop_by(lambda s, item: s.drop_object(item), kind, session, statement)


@handles("SHOW STORAGE INTEGRATIONS")
def show_integrations(session: Session, statement: Statement) -> Result:
    """List storage integrations with Snowflake's columns."""
    rows = [
        (o.name.name, "EXTERNAL_STAGE", "STORAGE", str(o.enabled).lower(), o.comment, o.created_on)
        for o in visible(session, StorageIntegration, statement.cursor)
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
    described = _DESCRIBED_STORAGE if isinstance(found, StorageIntegration) else _DESCRIBED_MAIL
    rows = [
        (key, kind, IAM_USER_ARN if key == "STORAGE_AWS_IAM_USER_ARN" else _printed(found.get(key)), default)
        for key, (kind, default) in described.items()
    ]
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
    integration = session.account.catalog.find(StorageIntegration, Name(name))
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
