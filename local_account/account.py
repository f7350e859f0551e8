"""The account as a whole: its state with the statements' route, and the services that run beside the sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import DatabaseError

from local_account import route
from local_account.aws.moto_server import AwsServer
from local_account.catalog.objects import Role, User
from local_account.catalog.recovery import reconcile
from local_account.catalog.rights import ACCOUNT, Grant
from local_account.catalog.users import create_user
from local_account.cortex.request_log import RequestLog
from local_account.cortex.service import CortexAnalyst
from local_account.dbt.runs import DbtProcesses
from local_account.dbt.users import remove_leftover_users
from local_account.identifiers import Name
from local_account.ml.models import Models
from local_account.session.session import AccountState, Session
from local_account.stages.files import remove_leftover_stages
from local_account.statements.registry import load_handlers
from local_account.tasks.scheduler import TaskScheduler

if TYPE_CHECKING:
    from pathlib import Path

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


class Account(AccountState):
    """One local account over the state in a folder.

    Models and dbt are there at once; `start` brings up what needs threads and ports: S3, IAM and STS, and the tasks.

    Args:
        home: folder of the state.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(home, route)
        load_handlers()
        if not self.catalog.list("ROLE"):
            self._seed()
        reconcile(self.catalog, self.access, self.data_plane)
        remove_leftover_stages(self)
        self.dbt = DbtProcesses(self)
        self.aws: AwsServer | None = None
        self.scheduler: TaskScheduler | None = None
        self.provide(self.dbt)
        self.provide(Models(self))
        self.request_log = RequestLog(home / "cortex.db")
        self.provide(self.request_log)
        self.analyst = CortexAnalyst(self.request_log)

    def _seed(self) -> None:
        for role in _ROLE_PARENTS:
            self.catalog.save(Role(Name(role), owner=""))
        self.access.add(
            Grant("USAGE", "ROLE", role, parent, granted_by="") for role, parent in _ROLE_PARENTS.items() if parent
        )
        self.access.add(
            Grant(privilege, "ACCOUNT", str(ACCOUNT), role)
            for role, privileges in _ACCOUNT_PRIVILEGES.items()
            for privilege in privileges
        )
        create_user(self.catalog, "LOCAL", "local", default_role="DATA_ENGINEER")
        self.access.add([Grant("USAGE", "ROLE", "ACCOUNTADMIN", "LOCAL", "USER")])

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
        roles = self.access.roles_of(user, "USER")
        if role is None:
            item = self.catalog.find(User, Name(user))
            default = item.default_role if item else None
            role = default if default in roles else "PUBLIC"
        if role not in roles:
            raise DatabaseError(
                msg=f"Role '{role}' specified in the connect string does not exist or not authorized. "
                "Contact your local system administrator, or attempt to login using another role, e.g. PUBLIC.",
                errno=390189,
                sqlstate="08001",
            )
        session = Session(self, user, role, parameters or {})
        session.enter(warehouse=warehouse, database=database, schema=schema)
        return session

    def start(self, s3_port: int = 8085) -> None:
        """Start what runs beside the sessions: S3, IAM and STS, and the task scheduler.

        Args:
            s3_port: the port of S3, IAM and STS; 0 takes a free one.

        Raises: PortTakenError.
        """
        self.aws = AwsServer(self.home, self.host, s3_port)
        self.aws.start()
        self.provide(self.aws)
        remove_leftover_users(self)
        self.scheduler = TaskScheduler(self)
        self.provide(self.scheduler)
        self.scheduler.start()

    def close(self) -> None:
        """End tasks, services and sessions, and write the state."""
        if self.scheduler:
            self.scheduler.close()
        self.dbt.close()
        if self.aws:
            self.aws.close()
        self.request_log.close()
        super().close()
