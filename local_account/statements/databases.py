"""Databases and schemas: recorded in the catalog, executed on the data plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_account.catalog.recovery import forget
from local_account.catalog.store import CatalogObject
from local_account.errors import already_exists, does_not_exist, invalid_value, not_supported
from local_account.identifiers import Name
from local_account.results import Result, status_result
from local_account.statements.registry import Statement, handles
from local_account.statements.tag_clause import alter_tags, is_about_tags

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_OPTIONS = ("DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "COMMENT", "LOG_LEVEL", "TRACE_LEVEL",
            "DEFAULT_DDL_COLLATION", "SUSPEND_TASK_AFTER_NUM_FAILURES", "TASK_AUTO_RETRY_ATTEMPTS",
            "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE", "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS",
            "USER_TASK_TIMEOUT_MS", "QUOTED_IDENTIFIERS_IGNORE_CASE", "ENABLE_CONSOLE_OUTPUT")  # fmt: skip
_RETENTION_DAYS = 90
_DONE = "Statement executed successfully."


@handles("CREATE DATABASE", "CREATE SCHEMA")
def create(session: Session, statement: Statement) -> Result:
    """CREATE [OR REPLACE] [TRANSIENT] DATABASE | SCHEMA [IF NOT EXISTS] name [WITH MANAGED ACCESS] [options]."""
    cursor, kind = statement.cursor, statement.phrase.split()[1]
    guarded = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name(), kind)
    properties: dict[str, Any] = {"TRANSIENT": "TRANSIENT" in statement.modifiers}
    if kind == "SCHEMA" and cursor.accept("WITH", "MANAGED", "ACCESS"):
        properties["MANAGED_ACCESS"] = True
    options = _options(cursor, kind)
    comment = options.pop("COMMENT", "")
    session.commit()
    catalog = session.account.catalog
    if kind == "DATABASE":
        existing = catalog.find(kind, name)
    else:
        existing = catalog.find(kind, name)
        if not session.allows("USAGE", "DATABASE", Name(str(name.schema))):
            raise does_not_exist("Database", name.schema)
    if existing and guarded:
        return status_result(f"{name.name} already exists, statement succeeded.")
    if existing and "OR REPLACE" not in statement.modifiers:
        raise already_exists(kind, name)
    if kind == "DATABASE":
        session.require("CREATE DATABASE", "ACCOUNT")
    else:
        session.require("CREATE SCHEMA", "DATABASE", Name(str(name.schema)))
    catalog.require_distinct(kind, name)
    if kind == "DATABASE":
        session.account.data_plane.file(name.name)  # raises where there can be none
    if existing:
        session.require("OWNERSHIP", kind, name)
        _drop(session, kind, name)
    _create(session, CatalogObject(kind, name, session.role, properties | options, comment))
    if kind == "DATABASE":
        session.use(name.name, "PUBLIC")
    else:
        session.use(name.schema, name.name)
    return status_result(f"{kind.capitalize()} {name.name} successfully created.")


def _create(session: Session, item: CatalogObject) -> None:
    with session.account.changing(item):
        if item.kind == "DATABASE":
            session.account.data_plane.create_database(item.name.name)
        else:
            session.connection.sql(f"CREATE SCHEMA {item.name.sql}")


def _options(cursor: Cursor, kind: str) -> dict[str, Any]:
    options = cursor.properties()
    for key, value in options.items():
        if key not in _OPTIONS:
            raise not_supported(f"The option {key} of a {kind.lower()}")
        if key == "DATA_RETENTION_TIME_IN_DAYS" and not (isinstance(value, int) and 0 <= value <= _RETENTION_DAYS):
            raise invalid_value(f"invalid value [{value}] for parameter '{key}': 0 to {_RETENTION_DAYS} days.")
    return options


@handles("ALTER DATABASE", "ALTER SCHEMA")
def alter(session: Session, statement: Statement) -> Result:
    """ALTER DATABASE | SCHEMA [IF EXISTS] name SET ... | UNSET ... | ENABLE | DISABLE MANAGED ACCESS."""
    cursor, kind = statement.cursor, statement.phrase.split()[1]
    guarded = cursor.accept("IF", "EXISTS")
    name = session.resolve(cursor.name(), kind)
    catalog = session.account.catalog
    if guarded and not catalog.find(kind, name):
        return status_result(_DONE)
    session.require("OWNERSHIP", kind, name)
    item = catalog.get(kind, name)
    if is_about_tags(cursor):
        alter_tags(session, item, cursor)
    elif cursor.accept("SET"):
        options = _options(cursor, kind)
        item.comment = options.pop("COMMENT", item.comment)
        item.properties |= options
    elif cursor.accept("UNSET"):
        while not cursor.done:
            key = cursor.identifier()
            if key == "COMMENT":
                item.comment = ""
            elif key in _OPTIONS:
                item.properties.pop(key, None)
            else:
                raise not_supported(f"The option {key} of a {kind.lower()}")
            cursor.accept(",")
    elif kind == "SCHEMA" and cursor.accept("ENABLE", "MANAGED", "ACCESS"):
        item.properties["MANAGED_ACCESS"] = True
    elif kind == "SCHEMA" and cursor.accept("DISABLE", "MANAGED", "ACCESS"):
        item.properties["MANAGED_ACCESS"] = False
    else:
        raise not_supported(f"ALTER {kind} {cursor.rest()}")
    catalog.save(item)
    return status_result(_DONE)


@handles("DROP DATABASE", "DROP SCHEMA")
def drop(session: Session, statement: Statement) -> Result:
    """DROP DATABASE | SCHEMA [IF EXISTS] name [CASCADE | RESTRICT]."""
    cursor, kind = statement.cursor, statement.phrase.split()[1]
    guarded = cursor.accept("IF", "EXISTS")
    name = session.resolve(cursor.name(), kind)
    session.commit()
    if guarded and not session.account.catalog.find(kind, name):
        return status_result(f"{name.name} already dropped or does not exist, statement succeeded.")
    session.require("OWNERSHIP", kind, name)
    if cursor.accept("RESTRICT"):
        raise not_supported(f"DROP {kind} ... RESTRICT")
    _drop(session, kind, name)
    return status_result(f"{name.name} successfully dropped.")


def _drop(session: Session, kind: str, name: Name) -> None:
    account = session.account
    database, schema = (name.name, None) if kind == "DATABASE" else (str(name.schema), name.name)
    for other in [session, *account.sessions.values()]:
        if other.database == database and schema in (None, other.schema):
            other.use(None if kind == "DATABASE" else database, None)
    if kind == "DATABASE":
        account.data_plane.drop_database(database)
    else:
        session.connection.sql(f"DROP SCHEMA {name.sql} CASCADE")
    forget(account.catalog, account.access, kind, name)


@handles("UNDROP")
def undrop(_session: Session, _statement: Statement) -> Result:
    """Refuse: dropped objects are gone."""
    raise not_supported("UNDROP")
