"""Users and their passwords, which the catalog keeps as salted hashes."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from snowflake.connector.errors import DatabaseError

from local_account.catalog.objects import User
from local_account.identifiers import Name

if TYPE_CHECKING:
    from local_account.catalog.store import Catalog


def create_user(catalog: Catalog, name: str, password: str | None, default_role: str | None = None) -> None:
    """Add a user; without a password it cannot log in."""
    stored = hashed(password) if password else None
    catalog.save(User(Name(name), "USERADMIN", login_name=name, password=stored, default_role=default_role))


def log_in(catalog: Catalog, user: str, password: str | None) -> str:
    """Check a password; return the user's name. Raises: DatabaseError (390100)."""
    found = catalog.find(User, Name(user.upper()))
    stored = found.password if found else None
    if found is None or found.disabled or not stored or not matches(password or "", stored):
        raise DatabaseError(msg="Incorrect username or password was specified.", errno=390100, sqlstate="08001")
    return found.name.name


def hashed(password: str) -> str:
    """Return salt and scrypt hash of a password, as hexadecimal text."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{hashlib.scrypt(password.encode(), salt=salt, n=1024, r=8, p=1).hex()}"


def matches(password: str, stored: str) -> bool:
    """Tell whether a password has the stored hash."""
    salt, digest = stored.split(":")
    given = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=1024, r=8, p=1).hex()
    return secrets.compare_digest(given, digest)
