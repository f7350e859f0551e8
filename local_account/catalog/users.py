"""Users, their passwords, which the catalog keeps as salted hashes, and the keys that they log in by."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from snowflake.connector.errors import DatabaseError

from local_account.catalog.objects import User
from local_account.identifiers import Name

if TYPE_CHECKING:
    from local_account.catalog.store import Catalog

# What a client says it logs in by, where it sends a token that its private key signed.
BY_KEY = "SNOWFLAKE_JWT"
_RSA, _ELLIPTIC = ("RS256",), ("ES256", "ES384", "ES512")


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


def log_in_by_key(catalog: Catalog, user: str, token: str | None) -> str:
    """Check a token against the public keys of the user that it names; return the user's name.

    The account's name in the token is not compared, because this account answers to any.
    Source: docs.snowflake.com/en/user-guide/key-pair-auth and developer-guide/sql-api/authenticating.

    Args:
        catalog: that holds the users.
        user: as the client says; empty where only the token says it, as from the Go driver.
        token: what the client signed.

    Raises:
        DatabaseError: 390144.
    """
    found = catalog.find(User, Name((user or _named(token or "")).upper()))
    if found and not found.disabled and token:
        keys = (found.rsa_public_key, found.rsa_public_key_2)
        if any(_is_signed(token, key, found.name.name) for key in keys if key):
            return found.name.name
    raise DatabaseError(msg="JWT token is invalid.", errno=390144, sqlstate="08001")


def _named(token: str) -> str:
    """Return the user that a token names, unproved."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return ""
    return str(claims.get("sub", "")).rpartition(".")[2]


def _is_signed(token: str, key: str, name: str) -> bool:
    """Tell whether a token holds now, names the user and the key, and is signed by its private half."""
    try:
        der = base64.b64decode("".join(key.split()), validate=True)
        public_key = load_der_public_key(der)
        if not isinstance(public_key, RSAPublicKey | EllipticCurvePublicKey):
            return False
        algorithms = _RSA if isinstance(public_key, RSAPublicKey) else _ELLIPTIC
        claims = jwt.decode(token, public_key, algorithms, options={"require": ["exp", "iss", "sub"]})
    except (jwt.PyJWTError, UnsupportedAlgorithm, ValueError):
        return False
    fingerprint = base64.b64encode(hashlib.sha256(der).digest()).decode()
    subject = str(claims["sub"])
    return subject.endswith(f".{name}") and claims["iss"] == f"{subject}.SHA256:{fingerprint}"


def hashed(password: str) -> str:
    """Return salt and scrypt hash of a password, as hexadecimal text."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{hashlib.scrypt(password.encode(), salt=salt, n=1024, r=8, p=1).hex()}"


def matches(password: str, stored: str) -> bool:
    """Tell whether a password has the stored hash."""
    salt, digest = stored.split(":")
    given = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=1024, r=8, p=1).hex()
    return secrets.compare_digest(given, digest)
