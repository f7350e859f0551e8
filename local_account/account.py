"""The account: its state on disk, its sessions, and the services that share them."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import DatabaseError

from local_account.catalog.recovery import reconcile
from local_account.catalog.rights import ACCOUNT, Access, Grant
from local_account.catalog.store import Catalog, CatalogObject
from local_account.data_plane.plane import DataPlane
from local_account.dbt.runs import discard, load_ahead
from local_account.parsing import Name
from local_account.statements.registry import load_handlers

if TYPE_CHECKING:
    from pathlib import Path

    from local_account.results import Result
    from local_account.session.session import Session

_ROLE_PARENTS = {"PUBLIC": None, "USERADMIN": "SECURITYADMIN", "SECURITYADMIN": "ACCOUNTADMIN",
                 "SYSADMIN": "ACCOUNTADMIN", "ACCOUNTADMIN": None}  # fmt: skip
_ACCOUNT_PRIVILEGES = {
    "ACCOUNTADMIN": ("CREATE INTEGRATION", "EXECUTE TASK", "EXECUTE MANAGED TASK", "EXECUTE ALERT", "MANAGE WAREHOUSES",
                     "MONITOR USAGE", "MONITOR EXECUTION", "APPLY MASKING POLICY", "APPLY TAG",
                     "APPLY ROW ACCESS POLICY", "CREATE RESOURCE MONITOR", "MODIFY"),
    "SYSADMIN": ("CREATE DATABASE", "CREATE WAREHOUSE"),
    "SECURITYADMIN": ("MANAGE GRANTS",),
    "USERADMIN": ("CREATE ROLE", "CREATE USER"),
}  # fmt: skip
_RESULTS_KEPT = 200
_RESULT_BYTES = 256 << 20


@dataclass
class QueryRecord:
    """One executed statement, for LAST_QUERY_ID, QUERY_HISTORY and the monitoring endpoint."""

    query_id: str
    text: str
    user: str
    role: str
    session_id: int
    tag: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    error: str | None = None
    rows: int | None = None

    @property
    def status(self) -> str:
        """RUNNING, SUCCESS or FAILED_WITH_ERROR."""
        return "RUNNING" if self.ended is None else "FAILED_WITH_ERROR" if self.error else "SUCCESS"


class RecentResults:
    """The newest results by query id, bounded in number and bytes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._bytes = 0

    def add(self, result: Result) -> None:
        """Keep a result, dropping the oldest where there are too many."""
        size = result.arrow.nbytes
        if size > _RESULT_BYTES // 4:
            return
        with self._lock:
            self._results[result.query_id] = result
            self._bytes += size
            while len(self._results) > _RESULTS_KEPT or self._bytes > _RESULT_BYTES:
                _, old = self._results.popitem(last=False)
                self._bytes -= old.arrow.nbytes

    def get(self, query_id: str) -> Result | None:
        """Return a result, or None where it is gone."""
        return self._results.get(query_id)


class Account:
    """One local account over the state in a folder.

    home: the folder; aws and scheduler are set by `start`, which brings up what runs beside the sessions; loads_dbt:
    have a process load dbt when the first session opens, on the core that statements leave idle.
    """

    name = "LOCAL"
    region = "AWS_US_EAST_1"

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.host = "127.0.0.1"
        self.port = 0
        self.lock = threading.RLock()
        self.altering = threading.Lock()
        self.catalog = Catalog(home / "catalog.db")
        self.access = Access(self.catalog)
        self.fakesnow = DataPlane(home / "databases", home / "temporary")
        self.results = RecentResults()
        self.history: OrderedDict[str, QueryRecord] = OrderedDict()
        self.sessions: dict[int, Session] = {}
        self.aws: Any = None
        self.scheduler: Any = None
        self.loads_dbt = False
        self._session_ids = iter(range(1, 1 << 60))
        load_handlers()
        if not self.catalog.list("ROLE"):
            self._seed()
        reconcile(self.catalog, self.access, self.fakesnow)

    def _seed(self) -> None:
        for role in _ROLE_PARENTS:
            self.catalog.save(CatalogObject("ROLE", Name(role), owner=""))
        self.access.add(
            Grant("USAGE", "ROLE", role, parent, granted_by="") for role, parent in _ROLE_PARENTS.items() if parent
        )
        self.access.add(
            Grant(privilege, "ACCOUNT", str(ACCOUNT), role)
            for role, privileges in _ACCOUNT_PRIVILEGES.items()
            for privilege in privileges
        )
        self.create_user("LOCAL", "local", default_role="DATA_ENGINEER")
        self.access.add([Grant("USAGE", "ROLE", "ACCOUNTADMIN", "LOCAL", "USER")])

    def create_user(self, name: str, password: str | None, default_role: str | None = None) -> None:
        """Add a user; without a password it cannot log in."""
        properties = {"DEFAULT_ROLE": default_role, "LOGIN_NAME": name, "PASSWORD": password and hashed(password)}
        self.catalog.save(CatalogObject("USER", Name(name), owner="USERADMIN", properties=properties))

    def log_in(self, user: str, password: str | None) -> str:
        """Check a password; return the user's name. Raises: DatabaseError (390100)."""
        found = self.catalog.find("USER", Name(user.upper()))
        stored = found["PASSWORD"] if found else None
        if found is None or found["DISABLED"] or not stored or not matches(password or "", stored):
            raise DatabaseError(msg="Incorrect username or password was specified.", errno=390100, sqlstate="08001")
        return found.name.name

    def open_session(  # noqa: PLR0913, PLR0917 - what a login says
        self,
        user: str,
        role: str | None = None,
        database: str | None = None,
        schema: str | None = None,
        warehouse: str | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> Session:
        """Open a session of a user; what the role may not use is left unset, as Snowflake does at login.

        Raises: DatabaseError (390189) for a role that is not granted to the user.
        """
        from local_account.session.session import Session  # noqa: PLC0415 - session needs Account's type

        roles = self.access.roles_of(user, "USER")
        if role is None:
            item = self.catalog.find("USER", Name(user))
            default = item["DEFAULT_ROLE"] if item else None
            role = default if default in roles else "PUBLIC"
        if role not in roles:
            raise DatabaseError(
                msg=f"Role '{role}' specified in the connect string does not exist or not authorized. "
                "Contact your local system administrator, or attempt to login using another role, e.g. PUBLIC.",
                errno=390189,
                sqlstate="08001",
            )
        session = Session(self, user, role, parameters or {}, self.next_session_id())
        session.enter(warehouse=warehouse, database=database, schema=schema)
        self.sessions[session.session_id] = session
        if self.loads_dbt:
            self.loads_dbt = False
            load_ahead(self)
        return session

    def next_session_id(self) -> int:
        """Return a session id that was not used since the start."""
        return next(self._session_ids)

    def record(self, query: QueryRecord) -> None:
        """Remember a statement, forgetting the oldest."""
        with self.lock:
            self.history[query.query_id] = query
            while len(self.history) > 10 * _RESULTS_KEPT:
                self.history.popitem(last=False)

    def start(self, s3_port: int = 8085) -> None:
        """Start what runs beside the sessions: S3, IAM and STS, and the task scheduler.

        Args:
            s3_port: the port of S3, IAM and STS; 0 takes a free one.

        Raises: PortTakenError.
        """
        from local_account.aws.moto_server import AwsServer  # noqa: PLC0415 - moto takes seconds to import
        from local_account.tasks.scheduler import TaskScheduler  # noqa: PLC0415 - the scheduler needs Account's type

        self.aws = AwsServer(self.home, self.host, s3_port)
        self.aws.start()
        self.scheduler = TaskScheduler(self)
        self.scheduler.start()

    def close(self) -> None:
        """End tasks and sessions, and write the state."""
        if self.scheduler:
            self.scheduler.close()
        discard(self.home)
        if self.aws:
            self.aws.close()
        for session in list(self.sessions.values()):
            session.close()
        self.fakesnow.close()
        self.catalog.close()


def hashed(password: str) -> str:
    """Return salt and scrypt hash of a password, as hexadecimal text."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{hashlib.scrypt(password.encode(), salt=salt, n=1024, r=8, p=1).hex()}"


def matches(password: str, stored: str) -> bool:
    """Tell whether a password has the stored hash."""
    salt, digest = stored.split(":")
    given = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=1024, r=8, p=1).hex()
    return secrets.compare_digest(given, digest)
