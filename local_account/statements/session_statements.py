"""Statements and functions of the session: USE, ALTER SESSION, transactions, CURRENT_...(), RESULT_SCAN."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fakesnow import statement_type
from snowflake.connector.errors import ProgrammingError

from local_account.catalog.rights import ACCOUNT
from local_account.errors import does_not_exist, insufficient_privileges, invalid_value, not_supported
from local_account.identifiers import Name
from local_account.queries.rewrite import scalar_function, table_function
from local_account.results import Result, status_result, table_result
from local_account.session import parameters
from local_account.statements.listing import like
from local_account.statements.object_names import read_kind, read_name
from local_account.statements.registry import Statement, handles
from local_account.types import DataType

if TYPE_CHECKING:
    from local_account.session.session import Session

_DONE = "Statement executed successfully."
# The one that ALTER DBT PROJECT ... DEPLOY FROM came with.
_NEWEST_BUNDLE = "2026_06"


@handles("USE ROLE")
def use_role(session: Session, statement: Statement) -> Result:
    """USE ROLE name."""
    role = statement.cursor.identifier()
    if role not in session.account.access.roles_of(session.user, "USER"):
        if session.account.catalog.find("ROLE", Name(role)):
            raise ProgrammingError(
                msg=f"SQL access control error:\nRequested role '{role}' is not assigned to the executing user. "
                "Specify another role to activate.",
                errno=3013,
                sqlstate="42501",
            )
        raise does_not_exist("Role", role)
    session.role = role
    return status_result(_DONE, statement_type.USE)


@handles("USE SECONDARY ROLES")
def use_secondary_roles(_session: Session, statement: Statement) -> Result:
    """USE SECONDARY ROLES NONE; ALL would widen every check beyond the current role."""
    word = statement.cursor.identifier()
    if word != "NONE":
        raise invalid_value(f"USE SECONDARY ROLES {word} is not supported by the local account; use NONE.")
    return status_result(_DONE, statement_type.USE)


@handles("USE WAREHOUSE")
def use_warehouse(session: Session, statement: Statement) -> Result:
    """USE WAREHOUSE name."""
    name = Name(statement.cursor.identifier())
    if not session.account.access.held(session.role, "WAREHOUSE", name):
        raise does_not_exist("Warehouse", name)
    session.require("USAGE", "WAREHOUSE", name)
    session.warehouse = name.name
    return status_result(_DONE, statement_type.USE)


@handles("USE DATABASE", "USE SCHEMA", "USE")
def use_namespace(session: Session, statement: Statement) -> Result:
    """USE [DATABASE] name; USE SCHEMA [database.]name."""
    name = statement.cursor.name()
    if statement.phrase == "USE SCHEMA" or (statement.phrase == "USE" and name.schema):
        at = session.resolve(name, "SCHEMA")
        if at.name != "INFORMATION_SCHEMA":
            _require_usage(session, "SCHEMA", at)
        _require_usage(session, "DATABASE", Name(str(at.schema)))
        session.use(at.schema, at.name)
    else:
        _require_usage(session, "DATABASE", name)
        public = Name.of(name.name, "PUBLIC")
        usable = session.account.access.held(session.role, "SCHEMA", public)
        session.use(name.name, "PUBLIC" if usable else None)
    return status_result(_DONE, statement_type.USE)


def _require_usage(session: Session, kind: str, name: Name) -> None:
    if not session.account.access.held(session.role, kind, name):
        raise ProgrammingError(
            msg=f"SQL compilation error:\nObject does not exist, or operation cannot be performed: {kind} '{name}'.",
            errno=2043,
            sqlstate="02000",
        )
    if kind == "DATABASE":
        session.require("USAGE", kind, name)


@handles("ALTER SESSION")
def alter_session(session: Session, statement: Statement) -> Result:
    """ALTER SESSION SET key = value ... | UNSET key, ..."""
    cursor = statement.cursor
    if cursor.accept("UNSET"):
        while not cursor.done:
            session.parameters.pop(parameters.checked(cursor.identifier()), None)
            cursor.accept(",")
        return status_result(_DONE)
    cursor.expect("SET")
    for key, value in cursor.properties().items():
        parameters.set_session(session, key, value)
    return status_result(_DONE)


def _require_end(statement: Statement) -> None:
    """Refuse what Snowflake's grammar has not, such as ROLLBACK TO SAVEPOINT."""
    if not statement.cursor.done:
        raise statement.cursor.unexpected("the end of the statement")


@handles("BEGIN TRANSACTION", "BEGIN WORK", "BEGIN NAME", "START TRANSACTION")
def begin(session: Session, statement: Statement) -> Result:
    """BEGIN [WORK | TRANSACTION] [NAME name]: open a transaction; inside one it does nothing, as on Snowflake."""
    cursor = statement.cursor
    if statement.phrase == "BEGIN NAME" or cursor.accept("NAME"):
        cursor.identifier()
    _require_end(statement)
    session.begin()
    return status_result(_DONE, statement_type.TCL)


@handles("COMMIT")
def commit(session: Session, statement: Statement) -> Result:
    """COMMIT [WORK]: make the open transaction's changes permanent."""
    statement.cursor.accept("WORK")
    _require_end(statement)
    session.commit()
    return status_result(_DONE, statement_type.TCL)


@handles("ROLLBACK")
def rollback(session: Session, statement: Statement) -> Result:
    """ROLLBACK [WORK]: undo the open transaction's changes."""
    statement.cursor.accept("WORK")
    _require_end(statement)
    session.rollback()
    return status_result(_DONE, statement_type.TCL)


@scalar_function("CURRENT_ROLE")
def current_role(session: Session) -> str:
    """Return the current role's name."""
    return session.role


@scalar_function("CURRENT_SECONDARY_ROLES")
def current_secondary_roles(_session: Session) -> str:
    """Return the active secondary roles: none."""
    return '{"roles":"","value":""}'


@scalar_function("CURRENT_AVAILABLE_ROLES")
def current_available_roles(session: Session) -> str:
    """Return every role of the user as a JSON list."""
    roles = sorted(session.account.access.roles_of(session.user, "USER"))
    return "[ " + ", ".join(f'"{r}"' for r in roles) + " ]"


@scalar_function("IS_ROLE_IN_SESSION")
def is_role_in_session(session: Session, role: str) -> bool:
    """Tell whether the current role is the role or inherits it."""
    return role.upper() in session.account.access.roles_of(session.role)


@scalar_function("CURRENT_WAREHOUSE")
def current_warehouse(session: Session) -> str | None:
    """Return the current warehouse's name."""
    return session.warehouse


@scalar_function("CURRENT_DATABASE", "CURRENT_CATALOG")
def current_database(session: Session) -> str | None:
    """Return the current database's name."""
    return session.database


@scalar_function("CURRENT_SCHEMA")
def current_schema(session: Session) -> str | None:
    """Return the current schema's name."""
    return session.schema


@scalar_function("CURRENT_SCHEMAS")
def current_schemas(session: Session) -> str:
    """Return the search path."""
    return f'["{session.database}.{session.schema}"]' if session.schema else "[]"


@scalar_function("CURRENT_USER", "SESSION_USER")
def current_user(session: Session) -> str:
    """Return the user's name."""
    return session.user


@scalar_function("CURRENT_ACCOUNT", "CURRENT_ACCOUNT_NAME", "CURRENT_ORGANIZATION_NAME")
def current_account(session: Session) -> str:
    """Return the account's name."""
    return session.account.name


@scalar_function("CURRENT_REGION")
def current_region(session: Session) -> str:
    """Return the account's region."""
    return session.account.region


@scalar_function("CURRENT_SESSION")
def current_session(session: Session) -> str:
    """Return the session's id."""
    return str(session.session_id)


@scalar_function("CURRENT_IP_ADDRESS")
def current_ip_address(_session: Session) -> str:
    """Return where clients talk to the account from: this computer."""
    return "127.0.0.1"


@scalar_function("CURRENT_ROLE_TYPE")
def current_role_type(_session: Session) -> str:
    """Return ROLE: there are no database roles here."""
    return "ROLE"


@scalar_function("CURRENT_CLIENT")
def current_client(session: Session) -> str:
    """Return the client's name and version."""
    return str(session.parameters.get("CLIENT_APP_ID", "Local"))


@scalar_function("LAST_QUERY_ID")
def last_query_id(session: Session, number: int = -1) -> str | None:
    """Return the id of an earlier statement of this session: -1 the last, 1 the first."""
    index = number - 1 if number > 0 else number
    return session.queries[index] if -len(session.queries) <= index < len(session.queries) else None


@scalar_function("SYSTEM$CANCEL_ALL_QUERIES")
def cancel_all_queries(session: Session, session_id: int | str) -> str:
    """Stop what runs in a session of the same user."""
    other = session.account.sessions.get(int(session_id))
    if other and other.user == session.user:
        other.interrupt()
    return "canceled all running queries."


@scalar_function("SYSTEM$ABORT_SESSION")
def abort_session(session: Session, session_id: int | str) -> str:
    """Refuse: sessions end by their client."""
    raise insufficient_privileges("OWNERSHIP", "session", session_id, session.role)


@scalar_function("SYSTEM$BEHAVIOR_CHANGE_BUNDLE_STATUS")
def behavior_change_bundle_status(_session: Session, bundle: str) -> str:
    """Return ENABLED for each bundle whose changes this account shows; it knows no later one.

    https://docs.snowflake.com/en/sql-reference/functions/system_behavior_change_bundle_status
    """
    if not re.fullmatch(r"20\d\d_\d\d", str(bundle)) or str(bundle) > _NEWEST_BUNDLE:
        raise invalid_value(f"No behavior change bundle '{bundle}' is known here, only those up to {_NEWEST_BUNDLE}.")
    return "ENABLED"


@table_function("RESULT_SCAN")
def result_scan(session: Session, query_id: str) -> Result:
    """Return an earlier statement's rows, of the same user only."""
    result = session.account.results.get(str(query_id))
    query = session.account.history.get(str(query_id))
    if result is None or query is None or query.user != session.user:
        raise ProgrammingError(msg=f"Statement {query_id} not found", errno=709, sqlstate="02000")
    return result


@handles("SHOW VARIABLES")
def show_variables(session: Session, statement: Statement) -> Result:
    """SHOW VARIABLES [LIKE pattern]: those of the session, each with the kind of its value."""
    cursor = statement.cursor
    pattern = str(cursor.value()) if cursor.accept("LIKE") else "%"
    if not cursor.done:
        raise not_supported(f"SHOW VARIABLES {cursor.rest()}")
    rows = []
    for name in sorted(found for found in session.variables if like(pattern, found)):
        value = session.variables[name]
        ((shown, kind),) = session.connection.sql(f"select {value}, typeof({value})")
        text = str(shown).lower() if isinstance(shown, bool) else str(shown)
        kind = DataType.of_duckdb(kind).protocol
        rows.append((session.session_id, *session.variables_set[name], name, text, kind, ""))
    moments = [(name, "timestamp_ltz") for name in ("created_on", "updated_on")]
    texts = [(name, "text") for name in ("name", "value", "type", "comment")]
    return table_result([("session_id", "fixed"), *moments, *texts], rows)


@handles("SHOW PARAMETERS")
def show_parameters(session: Session, statement: Statement) -> Result:
    """SHOW PARAMETERS [LIKE pattern] [IN | FOR SESSION | ACCOUNT | <kind> name]."""
    cursor = statement.cursor
    pattern = str(cursor.value()) if cursor.accept("LIKE") else "%"
    scope, name = "SESSION", ACCOUNT
    if cursor.accept("IN") or cursor.accept("FOR"):
        scope = read_kind(cursor, parameters.SCOPES)
        if scope not in ("SESSION", "ACCOUNT"):
            name = read_name(session, cursor, scope)
            if not session.account.access.sees(session.role, scope, name):
                raise does_not_exist(scope, name)
    rows = [row for row in parameters.rows(session, scope, name) if like(pattern, row[0])]
    columns = [(c, "text") for c in ("key", "value", "default", "level", "description", "type")]
    return table_result(columns, rows)
