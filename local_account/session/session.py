"""Sessions: who runs statements, with which rights and where names resolve, and what an account's sessions share."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.recovery import changing, forget
from local_account.catalog.rights import ACCOUNT, ACCOUNT_KINDS, Access, grant_kind
from local_account.catalog.store import Catalog
from local_account.catalog.swaps import swapping
from local_account.data_plane.plane import DataPlane
from local_account.errors import does_not_exist, execution_error, insufficient_privileges
from local_account.identifiers import Name
from local_account.session.history import QueryHistory, RecentResults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from local_account.catalog.base import CatalogObject
    from local_account.catalog.objects import Relation
    from local_account.results import Result
    from local_account.session.task_run import TaskRun

_Service = TypeVar("_Service")

_PATIENCE_SECONDS = 0.2

# Kinds of which one name belongs to one object only: a query may name any of them.
RELATIONS = ("TABLE", "VIEW")


def containers(name: Name) -> list[tuple[str, Name]]:
    """Return the database, and the schema, around a resolved name; a schema's own name is (database, schema)."""
    if name.database and name.schema:
        return [("DATABASE", Name(name.database)), ("SCHEMA", Name.of(name.database, name.schema))]
    return [("DATABASE", Name(name.schema))] if name.schema else []


class Route(Protocol):
    """The way of a statement through the account; the module `route` is one."""

    def execute(self, session: Session, sql: str, binds: list[Any], query_id: str | None = None) -> Result:
        """Run one statement with the rights of a session."""
        ...

    def describe(self, session: Session, sql: str, query_id: str | None = None) -> Result:
        """Tell a statement's result columns."""
        ...


class AccountState:
    """What the sessions of an account share: its state on disk, what it remembers, and the services beside them.

    Args:
        home: folder of the state.
        route: how statements run. It stands above the sessions, so the account hands it down to them.

    Attributes:
        host: where its server listens.
        port: of the Snowflake protocol; 0 while it is not served.
        lock: held by whoever makes up a name that nobody else may take meanwhile.
        altering: held by an ALTER of a relation: two that began with the same copy would lose what one of them sets.
        sessions: the open ones, by id.
    """

    name = "LOCAL"
    region = "AWS_US_EAST_1"

    def __init__(self, home: Path, route: Route) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.host = "127.0.0.1"
        self.port = 0
        self.route = route
        self.lock = threading.RLock()
        self.altering = threading.Lock()
        self.catalog = Catalog(home / "catalog.db")
        self.access = Access(self.catalog)
        self.data_plane = DataPlane(home / "databases", home / "temporary")
        self.results = RecentResults()
        self.history = QueryHistory()
        self.sessions: dict[int, Session] = {}
        self._session_ids = iter(range(1, 1 << 60))
        self._services: dict[type, object] = {}

    def next_session_id(self) -> int:
        """Return a session id that was not used since the start."""
        return next(self._session_ids)

    def provide(self, service: object) -> None:
        """Let statements find a service by its class."""
        self._services[type(service)] = service

    def service(self, kind: type[_Service]) -> _Service:
        """Return the service of a class. Raises: ProgrammingError where it is not running."""
        found = self._services.get(kind)
        if not isinstance(found, kind):
            raise execution_error(f"The statement needs the account's {kind.__name__}, which is not running.")
        return found

    def changing(self, item: CatalogObject, old: Name | None = None) -> AbstractContextManager[Callable[[], None]]:
        """Change the data plane in the block, and the catalog with it, whole or not at all; see `recovery.changing`."""
        return changing(self.catalog, self.access, self.data_plane, item, old)

    def swapping(self, one: Name, other: Name) -> AbstractContextManager[list[str]]:
        """Let two tables change names in the block, and in the catalog with it; see `swaps.swapping`."""
        return swapping(self.catalog, self.access, self.data_plane, one, other)

    def close(self) -> None:
        """End the sessions and write the state."""
        for session in list(self.sessions.values()):
            session.close()
        self.data_plane.close()
        self.catalog.close()


class Session:
    """The context of statements: user, current role, warehouse, database, schema, parameters, transaction.

    Attributes:
        connection: its door to the data plane.
        task: the run of the task whose body it executes.
        variables: what SET made, as SQL by name in upper case; variables_set: when it was made, and changed.
        queries: the ids of its newest statements, the last one last.
        temporaries: its temporary tables and views, by full name.
        lock: held by the statement that runs.
        leaving: what is done when it ends, beside what DuckDB does.
        token: what its client shows with each request.
        in_transaction: whether a transaction is open; autocommit: whether each change is one of its own.
    """

    def __init__(self, account: AccountState, user: str, role: str, parameters: dict[str, Any]) -> None:
        self.account = account
        self.user = user
        self.role = role
        self.session_id = account.next_session_id()
        self.parameters: dict[str, Any] = {k.upper(): v for k, v in parameters.items()}
        self.warehouse: str | None = None
        self.database: str | None = None
        self.schema: str | None = None
        self.task: TaskRun | None = None
        self.variables: dict[str, str] = {}
        self.variables_set: dict[str, tuple[datetime, datetime]] = {}
        self.queries: list[str] = []
        self.temporaries: dict[str, Relation] = {}
        self.lock = threading.RLock()
        self.leaving = ExitStack()
        self.connection = account.data_plane.connect()
        self.connection.column_types.declared = self._declared
        self.token = ""
        self.in_transaction = False
        self.autocommit = str(self.parameters.get("AUTOCOMMIT", True)).upper() != "FALSE"
        account.sessions[self.session_id] = self

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
        self.connection.use(database, schema)

    def execute(self, sql: str, binds: Sequence[Any] | None = None, query_id: str | None = None) -> Result:
        """Run one statement, whatever its kind, with the rights of the current role.

        Args:
            sql: one Snowflake statement; a closing semicolon is allowed.
            binds: values of ? or :n placeholders, in order.
            query_id: the id that the client was told, or None for a new one.

        Returns: its result.
        Raises: ProgrammingError as Snowflake answers it.
        """
        return self.account.route.execute(self, sql, list(binds or ()), query_id)

    def describe(self, sql: str, query_id: str | None = None) -> Result:
        """Tell a statement's result columns without executing it; what only reads the catalog is run.

        Args and raises: as `execute`.
        """
        return self.account.route.describe(self, sql, query_id)

    def begin(self) -> None:
        """Open a transaction; inside one it does nothing, as on Snowflake."""
        if not self.in_transaction:
            self.connection.begin()
            self.in_transaction = True

    def begin_unless_autocommit(self) -> None:
        """Open a transaction for a change, where AUTOCOMMIT is off."""
        if not self.autocommit:
            self.begin()

    @contextmanager
    def as_one_statement(self) -> Iterator[None]:
        """Make what the block changes happen whole or not at all, within the open transaction or in one of its own."""
        self.begin_unless_autocommit()
        if self.in_transaction:
            mark = self.connection.mark
            try:
                yield
            except BaseException:
                self.connection.statement_failed(mark)
                raise
            return
        self.begin()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()

    def commit(self) -> None:
        """Make the open transaction's changes permanent.

        Raises: ProgrammingError where another one came first, or where its changes were lost; see `Connection.commit`.
        """
        if self.in_transaction:
            self.in_transaction = False
            self.connection.commit()

    def rollback(self) -> None:
        """Undo the open transaction's changes."""
        if self.in_transaction:
            self.in_transaction = False
            self.connection.rollback()

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
        child = Session(self.account, self.user, role or self.role, dict(self.parameters))
        child.warehouse = warehouse or self.warehouse
        child.task = self.task
        chosen = database or self.database
        child.use(chosen, schema or (self.schema if chosen == self.database else None))
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

    def require_creation(self, kind: str, name: Name, existing: CatalogObject | None = None) -> None:
        """Check that the role may create an object, in place of one that exists.

        Raises: ProgrammingError where it lacks CREATE <kind> around the name, or does not own what gives way.
        """
        kind = grant_kind(kind)
        if existing:
            self.require("OWNERSHIP", grant_kind(existing.kind), existing.name)
        around = containers(name)
        container, at = around[-1] if around else ("ACCOUNT", ACCOUNT)
        self.require(f"CREATE {kind}", container, at)

    def add_object(self, item: CatalogObject, *, copy_grants: bool = False) -> None:
        """Put a new object into the catalog, in place of one of that name, with the grants of a new one.

        Args:
            item: the object, its name resolved.
            copy_grants: whether the grants on the replaced object stay.
        """
        kept = self.account.access.on(grant_kind(item.kind), item.name) if copy_grants else []
        with self.account.catalog.together():
            self.account.catalog.save(item)
            self.account.access.created(item)
            self.account.access.add(kept)

    def drop_object(self, item: CatalogObject) -> None:
        """Remove an object and the grants on it; the role must own it, and gets what a dropped role owned."""
        self.require("OWNERSHIP", grant_kind(item.kind), item.name)
        if item.kind == "ROLE":
            self._hand_over(item.name.name, self.role)
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
            if kind == "ROLE":
                self._hand_over(old.name, name.name)
        if kind == "ROLE":
            for session in list(self.account.sessions.values()):
                if session.role == old.name:
                    session.role = name.name

    def _hand_over(self, owner: str, new: str) -> None:
        """Give what a role owns to another one."""
        with self.account.catalog.together():
            for owned in self.account.catalog.owned_by(owner):
                owned.owner = new
                self.account.catalog.save(owned)

    def require_containers(self, name: Name) -> None:
        """Check USAGE on the database and schema around a resolved name, and that both exist."""
        for container, at in containers(name):
            if not self.account.access.allows(self.role, "USAGE", container, at):
                raise does_not_exist(container, at)

    def find_relation(self, name: Name) -> str | None:
        """Return the kind (TABLE or VIEW) of a resolved name, or None where there is none."""
        return next((kind for kind in RELATIONS if self.account.catalog.find(kind, name)), None)

    def _declared(self, parts: Sequence[str]) -> Mapping[str, str]:
        """Return the types of a relation's columns as they were declared; nothing of what the catalog does not know."""
        item = self.account.catalog.find_relation(Name.of(*parts))
        return item.column_types if item else {}

    @property
    def tag(self) -> str:
        """What statements are labelled with: the running task's name, or the query tag."""
        return str(self.task.task) if self.task else str(self.parameters.get("QUERY_TAG") or "")

    def interrupt(self) -> None:
        """Stop the statement that runs now."""
        self.connection.interrupt()

    def end(self) -> None:
        """Stop what runs, and close the session once it has stopped."""
        while not self.lock.acquire(timeout=_PATIENCE_SECONDS):
            self.interrupt()  # again, for a statement that had not reached DuckDB the last time
        try:
            self.close()
        finally:
            self.lock.release()

    def close(self) -> None:
        """Close the session: its transaction is rolled back, its temporary tables and stages are gone."""
        self.account.sessions.pop(self.session_id, None)
        self.connection.close()
        self.leaving.close()
