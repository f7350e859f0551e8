"""A session: who runs statements, where names resolve, and the one way a statement runs."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from snowflake.connector.errors import DatabaseError, Error, ProgrammingError

from local_account.account import QueryRecord
from local_account.catalog.recovery import forget
from local_account.catalog.rights import ACCOUNT, ACCOUNT_KINDS, grant_kind
from local_account.errors import does_not_exist, insufficient_privileges
from local_account.parsing import Name
from local_account.queries import run
from local_account.results import Result, table_result
from local_account.statements.registry import find_handler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from local_account.account import Account
    from local_account.catalog.store import CatalogObject


def containers(name: Name) -> list[tuple[str, Name]]:
    """Return the database, and the schema, around a resolved name; a schema's own name is (database, schema)."""
    if name.database and name.schema:
        return [("DATABASE", Name(name.database)), ("SCHEMA", Name.of(name.database, name.schema))]
    return [("DATABASE", Name(name.schema))] if name.schema else []


# Kinds of which one name belongs to one object only: a query may name any of them.
RELATIONS = ("TABLE", "VIEW")


class Session:
    """The context of statements: user, current role, warehouse, database, schema, parameters, one DuckDB connection.

    task is set while a task's body runs (see the task scheduler); temporaries are this session's temporary tables.
    """

    def __init__(self, account: Account, user: str, role: str, parameters: dict[str, Any], session_id: int) -> None:
        self.account = account
        self.user = user
        self.role = role
        self.session_id = session_id
        self.parameters: dict[str, Any] = {k.upper(): v for k, v in parameters.items()}
        self.warehouse: str | None = None
        self.database: str | None = None
        self.schema: str | None = None
        self.task: Any = None
        self.queries: list[str] = []
        self.temporaries: dict[str, str] = {}
        self.registered: list[str] = []
        self.lock = threading.RLock()
        self.connection = account.fakesnow.open()
        self.token = ""
        self.in_transaction = False
        self.autocommit = str(self.parameters.get("AUTOCOMMIT", True)).upper() != "FALSE"

    @property
    def duck(self) -> DuckDBPyConnection:
        """The raw DuckDB cursor of this session, for internal use."""
        return self.connection._duck_conn  # noqa: SLF001 - fakesnow has no public accessor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def enter(self, *, warehouse: str | None = None, database: str | None = None, schema: str | None = None) -> None:
        """Set what the role may use of a warehouse, database and schema, as a login does."""
        access = self.account.access
        if warehouse and access.allows(self.role, "USAGE", "WAREHOUSE", Name(warehouse)):
            self.warehouse = warehouse
        if database and self._usable("DATABASE", Name(database)):
            wanted = schema or "PUBLIC"
            usable = self._usable("SCHEMA", Name.of(database, wanted))
            self.use(database, wanted if usable else None)

    def _usable(self, kind: str, name: Name) -> bool:
        return bool(self.account.access.held(self.role, kind, name))

    def use(self, database: str | None, schema: str | None) -> None:
        """Make a database and schema current, in the data plane too."""
        self.database, self.schema = database, schema
        connection = self.connection
        connection.database, connection._schema = database, schema  # noqa: SLF001 - fakesnow sets these by USE
        connection.database_set, connection.schema_set = bool(database), bool(schema)
        if database:
            inner = "_fs_information_schema" if schema == "INFORMATION_SCHEMA" else schema or "main"
            self.duck.execute(f"SET schema = '{database}.{inner}'")
        else:
            self.duck.execute("SET schema = 'memory.main'")

    def execute(self, sql: str, binds: Sequence[Any] | None = None, query_id: str | None = None) -> Result:
        """Run one statement, whatever its kind, with the rights of the current role.

        Args:
            sql: one Snowflake statement; a closing semicolon is allowed.
            binds: values of ? or :n placeholders, in order.
            query_id: the id that the client was told, or None for a new one.

        Returns: its result.
        Raises: ProgrammingError as Snowflake answers it.
        """
        with self.lock:
            text = sql.strip().rstrip(";").rstrip()
            tag = str(self.parameters.get("QUERY_TAG") or "")
            query = QueryRecord(query_id or str(uuid.uuid4()), text, self.user, self.role, self.session_id, tag)
            self.account.record(query)
            try:
                result = self._dispatch(text, list(binds or ()))
            except Error as error:
                query.error = str(getattr(error, "raw_msg", None) or error)
                if isinstance(error, ProgrammingError | DatabaseError):
                    error.sfqid = query.query_id
                raise
            except Exception as error:
                query.error = str(error)
                raise
            finally:
                query.ended = datetime.now(UTC)
                self.queries = [*self.queries[-99:], query.query_id]
            result = replace(result, query_id=query.query_id)
            query.rows = result.affected if result.affected is not None else result.arrow.num_rows
            self.account.results.add(result)
            return result

    def _dispatch(self, sql: str, binds: list[Any]) -> Result:
        if found := find_handler(sql, binds):
            handler, statement = found
            return handler(self, statement)
        return run.execute(self, sql, binds)

    def resolve(self, name: Name, kind: str = "SCHEMA OBJECT") -> Name:
        """Fill database and schema of a name from the session; `kind` says how deep names of the kind are.

        Raises: ProgrammingError (90105, 90106) where the session has no current database or schema.
        """
        if grant_kind(kind) in ACCOUNT_KINDS:
            return Name(name.name)
        if kind == "SCHEMA":
            # parsed as (schema, name): the first part is the database
            return Name.of(name.database or name.schema or self._current("database"), name.name)
        if name.database:
            return name
        database = self._current("database")
        return Name.of(database, name.schema or self._current("schema"), name.name)

    def _current(self, what: str) -> str:
        value: str | None = getattr(self, what)
        if value is None:
            raise ProgrammingError(
                msg=f"SQL compilation error:\nCannot perform operation. This session does not have a current {what}. "
                f"Call 'USE {what.upper()}', or use a qualified name.",
                errno=90105 if what == "database" else 90106,
                sqlstate="22000",
            )
        return value

    def derive(
        self, *, role: str | None = None, database: str | None = None, schema: str | None = None,
        warehouse: str | None = None,
    ) -> Session:  # fmt: skip
        """Open a child session of the same user with its own connection; what is not given is inherited."""
        account = self.account
        child = Session(account, self.user, role or self.role, dict(self.parameters), account.next_session_id())
        child.warehouse = warehouse or self.warehouse
        child.task = self.task
        chosen = database or self.database
        child.use(chosen, schema or (self.schema if chosen == self.database else None))
        account.sessions[child.session_id] = child
        return child

    def allows(self, privilege: str, kind: str, name: Name = ACCOUNT) -> bool:
        """Tell whether the current role has a privilege on a (resolved) object."""
        return self.account.access.allows(self.role, privilege, kind, name)

    def require(self, privilege: str, kind: str, name: Name = ACCOUNT) -> None:
        """Check a privilege of the current role, and USAGE on the database and schema around the object.

        Raises: ProgrammingError: 2003 where the role has no right at all there, 3001 where it lacks just this one.
        """
        access, role = self.account.access, self.role
        self.require_containers(name)
        held = access.held(role, kind, name)
        if privilege in held or "OWNERSHIP" in held:
            return
        if not held and kind != "ACCOUNT":
            raise does_not_exist(kind, name)
        raise insufficient_privileges(privilege, kind, name, role)

    def create_object(self, item: CatalogObject, *, replace: bool = False, copy_grants: bool = False) -> None:
        """Add an object to the catalog with the grants of a new one, if the role may.

        Args:
            item: the object, its name resolved.
            replace: whether an object of that name gives way.
            copy_grants: whether the grants on the replaced object stay.

        Raises: ProgrammingError where the role lacks CREATE <kind>, or the name is taken and `replace` is not set.
        """
        kind = grant_kind(item.kind)
        if item.name.database:
            schema = Name.of(item.name.database, item.name.schema)
            self.require_containers(item.name)
            self.require(f"CREATE {kind}", "SCHEMA", schema)
        else:
            self.require(f"CREATE {kind}", "ACCOUNT")
        existing = self.account.catalog.find(item.kind, item.name)
        if existing and replace:
            self.require("OWNERSHIP", kind, item.name)
        kept = self.account.access.on(kind, item.name) if copy_grants else []
        with self.account.catalog.together():
            self.account.catalog.create(item, replace=replace)
            self.account.access.created(item)
            self.account.access.add(kept)

    def drop_object(self, item: CatalogObject) -> None:
        """Remove an object and the grants on it; the role must own it."""
        self.require("OWNERSHIP", grant_kind(item.kind), item.name)
        forget(self.account.catalog, self.account.access, item.kind, item.name)

    def rename_object(self, item: CatalogObject, name: Name) -> None:
        """Give an object another name, with its grants; the role must own it, and may create one where it goes."""
        old, kind = item.name, grant_kind(item.kind)
        self.require("OWNERSHIP", kind, old)
        if name.database:
            self.require(f"CREATE {kind}", "SCHEMA", Name.of(name.database, name.schema))
        with self.account.catalog.together():
            self.account.catalog.rename(item.kind, old, name)
            self.account.access.renamed(item.kind, old, name)

    def describe(self, sql: str, query_id: str | None = None) -> Result:
        """Tell a statement's result columns without executing it; what only reads the catalog is run."""
        with self.lock:
            text = sql.strip().rstrip(";").rstrip()
            if found := find_handler(text):
                reads = found[1].phrase.startswith(("SHOW", "DESC", "LIST", "LS"))
                return self.execute(text, query_id=query_id) if reads else table_result([("status", "text")], [])
            return run.describe(self, text)

    def require_containers(self, name: Name) -> None:
        """Check USAGE on the database and schema around a resolved name, and that both exist."""
        for container, at in containers(name):
            if not self.account.access.allows(self.role, "USAGE", container, at):
                raise does_not_exist(container, at)

    def find_relation(self, name: Name) -> str | None:
        """Return the kind (TABLE or VIEW) of a resolved name, or None where there is none."""
        return next((kind for kind in RELATIONS if self.account.catalog.find(kind, name)), None)

    @property
    def tag(self) -> str:
        """What statements are labelled with: the running task's name, or the query tag."""
        return str(self.task.task) if self.task else str(self.parameters.get("QUERY_TAG") or "")

    def interrupt(self) -> None:
        """Stop the statement that runs now."""
        self.duck.interrupt()

    def close(self) -> None:
        """End the session: its transaction is rolled back, its temporary tables are gone."""
        self.account.sessions.pop(self.session_id, None)
        self.connection.close()
