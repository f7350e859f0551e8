"""The users as whom dbt logs in to this account: one for each command, with the rights of one role."""

from __future__ import annotations

import itertools
import re
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from local_account.catalog.objects import User
from local_account.catalog.recovery import forget
from local_account.catalog.rights import Grant
from local_account.catalog.users import create_user
from local_account.errors import insufficient_privileges
from local_account.identifiers import Name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_account.session.session import AccountState, Session


def require_role(session: Session, role: str) -> None:
    """Make sure that the session's role may act as another. Raises: ProgrammingError (3001)."""
    if role not in session.account.access.roles_of(session.role):
        raise insufficient_privileges("USAGE", "ROLE", role, session.role)


@contextmanager
def login(session: Session, project: Path, role: str) -> Iterator[dict[str, Any]]:
    """Give dbt a user of its own for the time of a command, who has the profile's role and no other."""
    account = session.account
    require_role(session, role)
    user, password = _new_user(account, user_name(project, role), role)
    account.access.add([Grant("USAGE", "ROLE", role, user, "USER")])
    try:
        yield connection_of(account, user, password, role)
    finally:
        forget(account.catalog, account.access, "USER", Name(user))


def connection_of(account: AccountState, user: str, password: str, role: str) -> dict[str, Any]:
    """Return what a profile's output says of how to reach the account, and as whom."""
    return {
        "type": "snowflake", "account": "local", "user": user, "password": password, "host": account.host,
        "port": account.port, "protocol": "http", "role": role,
    }  # fmt: skip


def user_name(project: Path, role: str) -> str:
    """Return the name of a project's user. Unless runs overlap, it stays the same, and dbt can use what it parsed."""
    return re.sub(r"\W", "_", f"DBT_{project.name}_{role}").upper()


def _new_user(account: AccountState, name: str, role: str) -> tuple[str, str]:
    password = secrets.token_urlsafe(24)
    with account.lock, account.catalog.together():
        taken = {u.name.name for u in account.catalog.list(User)}
        user = next(n for n in itertools.chain([name], (f"{name}_{i}" for i in itertools.count(2))) if n not in taken)
        create_user(account.catalog, user, password, default_role=role)
        item = account.catalog.get(User, Name(user))
        item.of_a_dbt_run = True
        account.catalog.save(item)
    return user, password


def remove_leftover_users(account: AccountState) -> None:
    """Remove the users of runs that a kill cut off."""
    for user in account.catalog.list(User):
        if user.of_a_dbt_run:
            forget(account.catalog, account.access, "USER", user.name)
