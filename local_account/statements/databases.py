"""Databases and schemas: recorded in the catalog, executed on the data plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import Database, Schema
from local_account.catalog.recovery import forget
from local_account.errors import invalid_value, not_supported
from local_account.statements import clones
from local_account.statements.kinds import Created, alters, comment_of, creates, drop_by
from local_account.statements.registry import Statement, handles
from local_account.statements.tag_clause import alter_tags, is_about_tags

if TYPE_CHECKING:
    from local_account.identifiers import Name
    from local_account.parsing import Cursor
    from local_account.results import Result
    from local_account.session.session import Session

_OPTIONS = ("DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "COMMENT", "LOG_LEVEL", "TRACE_LEVEL",
            "DEFAULT_DDL_COLLATION", "SUSPEND_TASK_AFTER_NUM_FAILURES", "TASK_AUTO_RETRY_ATTEMPTS",
            "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE", "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS",
            "USER_TASK_TIMEOUT_MS", "QUOTED_IDENTIFIERS_IGNORE_CASE", "ENABLE_CONSOLE_OUTPUT")  # fmt: skip
_RETENTION_DAYS = 90
Container = TypeVar("Container", Database, Schema)


def _add(session: Session, item: Container) -> None:
    """Make a database or schema, in place of one of that name, and use it."""
    if session.account.catalog.find(item.kind, item.name):
        _drop(session, item)
    with session.account.changing(item):
        if isinstance(item, Database):
            session.account.data_plane.create_database(item.name.name)
        else:
            session.connection.sql(f"CREATE SCHEMA {item.name.sql}")
    session.use(*((item.name.name, "PUBLIC") if isinstance(item, Database) else item.name.parts))


@creates(Database, add=_add, modifiers=("TRANSIENT",))
def create_database(session: Session, statement: Statement, name: Name) -> Created[Database]:
    """CREATE [OR REPLACE] [TRANSIENT] DATABASE [IF NOT EXISTS] name [CLONE source] [options]."""
    session.account.data_plane.file(name.name)  # raises where there can be none
    return _new(session, Database(name, session.role), statement)


@creates(Schema, add=_add, modifiers=("TRANSIENT",))
def create_schema(session: Session, statement: Statement, name: Name) -> Created[Schema]:
    """CREATE [OR REPLACE] [TRANSIENT] SCHEMA [IF NOT EXISTS] name [CLONE source] [WITH MANAGED ACCESS] [options]."""
    managed = statement.cursor.accept("WITH", "MANAGED", "ACCESS")
    return _new(session, Schema(name, session.role, managed_access=managed), statement)


def _new(session: Session, item: Container, statement: Statement) -> Created[Container]:
    session.account.catalog.require_distinct(item.kind, item.name)
    source = _source(session, item, statement.cursor) if statement.cursor.accept("CLONE") else None
    item.transient = item.transient or "TRANSIENT" in statement.modifiers
    options = _options(statement.cursor, item.kind)
    item.comment = comment_of(options)
    item.parameters |= options
    session.commit()  # as DDL does on Snowflake
    before = session.database, session.schema
    return item if source is None else (item, lambda: _fill(session, source, item, before))


def _source(session: Session, item: Database | Schema, cursor: Cursor) -> Database | Schema:
    """Consume the name of what is cloned. Raises: ProgrammingError (2) for its state at another time."""
    name = session.resolve(cursor.name(), item.kind)
    if cursor.looking_at("AT") or cursor.looking_at("BEFORE"):
        raise not_supported(f"CLONE ... {cursor.rest()}")
    if name == item.name:
        raise invalid_value(f"{item.kind.capitalize()} {name} cannot be cloned into itself.")
    source = session.account.catalog.get(type(item), name)
    clones.check(session, source)
    item.transient, item.parameters = source.transient, dict(source.parameters)
    return source


def _fill(
    session: Session, source: Database | Schema, item: Database | Schema, before: tuple[str | None, str | None]
) -> None:
    """Copy into a clone what its source has inside; where that fails, there is none, and the session is as before."""
    try:
        clones.copy(session, source, item)
        session.use(*((item.name.name, "PUBLIC") if isinstance(item, Database) else item.name.parts))
    except ProgrammingError:
        _drop(session, item)
        session.use(*before)
        raise


def _options(cursor: Cursor, kind: str) -> dict[str, Any]:
    options = cursor.properties()
    for key, value in options.items():
        if key not in _OPTIONS:
            raise not_supported(f"The option {key} of a {kind.lower()}")
        if key == "DATA_RETENTION_TIME_IN_DAYS" and not (isinstance(value, int) and 0 <= value <= _RETENTION_DAYS):
            raise invalid_value(f"invalid value [{value}] for parameter '{key}': 0 to {_RETENTION_DAYS} days.")
    return options


def _alter(session: Session, item: Container, cursor: Cursor) -> None:
    """ALTER DATABASE | SCHEMA [IF EXISTS] name SET ... | UNSET ... | ENABLE | DISABLE MANAGED ACCESS."""
    session.require("OWNERSHIP", item.kind, item.name)
    if is_about_tags(cursor):
        alter_tags(session, item, cursor)
    elif cursor.accept("SET"):
        options = _options(cursor, item.kind)
        item.comment = comment_of(options, item.comment)
        item.parameters |= options
    elif cursor.accept("UNSET"):
        _unset(item, cursor)
    elif isinstance(item, Schema) and cursor.accept("ENABLE", "MANAGED", "ACCESS"):
        item.managed_access = True
    elif isinstance(item, Schema) and cursor.accept("DISABLE", "MANAGED", "ACCESS"):
        item.managed_access = False
    else:
        raise not_supported(f"ALTER {item.kind} {cursor.rest()}")
    session.account.catalog.save(item)


alters(Database)(_alter)
alters(Schema)(_alter)


def _unset(item: Database | Schema, cursor: Cursor) -> None:
    while not cursor.done:
        key = cursor.identifier()
        if key not in _OPTIONS:
            raise not_supported(f"The option {key} of a {item.kind.lower()}")
        if key == "COMMENT":
            item.comment = ""
        item.parameters.pop(key, None)
        cursor.accept(",")


@handles("DROP DATABASE", "DROP SCHEMA")
def drop(session: Session, statement: Statement) -> Result:
    """DROP DATABASE | SCHEMA [IF EXISTS] name [CASCADE | RESTRICT]."""
    kind = Database if statement.phrase == "DROP DATABASE" else Schema

    def remove(session: Session, item: Database | Schema) -> None:
        session.require("OWNERSHIP", item.kind, item.name)
        if statement.cursor.accept("RESTRICT"):
            raise not_supported(f"DROP {item.kind} ... RESTRICT")
        session.commit()  # as DDL does on Snowflake
        _drop(session, item)

    return drop_by(remove, kind, session, statement)


def _drop(session: Session, item: Database | Schema) -> None:
    account, name = session.account, item.name
    database, schema = (name.name, None) if isinstance(item, Database) else (str(name.schema), name.name)
    for other in [session, *account.sessions.values()]:
        if other.database == database and schema in (None, other.schema):
            other.use(None if schema is None else database, None)
    if isinstance(item, Database):
        account.data_plane.drop_database(database)
    else:
        session.connection.sql(f"DROP SCHEMA {name.sql} CASCADE")
    forget(account.catalog, account.access, item.kind, name)


@handles("UNDROP")
def undrop(_session: Session, _statement: Statement) -> Result:
    """Refuse: dropped objects are gone."""
    raise not_supported("UNDROP")
