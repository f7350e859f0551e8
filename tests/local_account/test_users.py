"""Users, their passwords and their keys."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from snowflake.connector.auth.keypair import AuthByKeyPair
from snowflake.connector.errors import DatabaseError

from local_account.catalog.objects import User
from local_account.catalog.store import Catalog
from local_account.catalog.users import create_user, hashed, log_in, log_in_by_key, matches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.accounts import Connect

RSA, OTHER_RSA = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _public(key: Key) -> str:
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def _token(key: Key, user: str = "SERVICE", **claims: Any) -> str:
    """Sign what the connector would, with claims that say otherwise."""
    fingerprint = AuthByKeyPair.calculate_public_key_fingerprint(key)
    wanted = {"iss": f"ORG-ACCOUNT.{user}.{fingerprint}", "sub": f"ORG-ACCOUNT.{user}", "exp": time.time() + 60}
    algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
    return jwt.encode({key: value for key, value in (wanted | claims).items() if value}, key, algorithm)


def _give_keys(catalog: Catalog, *keys: str) -> User:
    (user,) = [user for user in catalog.list(User) if user.name.name == "SERVICE"]
    user.rsa_public_key, user.rsa_public_key_2 = (*keys, None, None)[:2]
    catalog.save(user)
    return user


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.db")
    create_user(catalog, "ANNE", "secret", default_role="READER")
    create_user(catalog, "SERVICE", None)
    yield catalog
    catalog.close()


def test_a_hash_matches_its_password_only_and_is_salted() -> None:
    stored = hashed("secret")
    assert matches("secret", stored)
    assert not matches("Secret", stored)
    assert hashed("secret") != stored
    assert "secret" not in stored


def test_a_user_logs_in_by_name_in_any_case(catalog: Catalog) -> None:
    assert log_in(catalog, "anne", "secret") == "ANNE"


@pytest.mark.parametrize(
    ("user", "password"), [("ANNE", "wrong"), ("ANNE", None), ("ANNE", ""), ("NOBODY", "secret"), ("SERVICE", None)]
)
def test_everybody_else_gets_one_and_the_same_answer(catalog: Catalog, user: str, password: str | None) -> None:
    with pytest.raises(DatabaseError, match="Incorrect username or password was specified") as caught:
        log_in(catalog, user, password)
    assert caught.value.errno == 390100


def test_a_disabled_user_is_refused(catalog: Catalog) -> None:
    (anne,) = [user for user in catalog.list(User) if user.name.name == "ANNE"]
    anne.disabled = True
    with pytest.raises(DatabaseError):
        log_in(catalog, "ANNE", "secret")


@pytest.mark.parametrize("key", [RSA, ec.generate_private_key(ec.SECP256R1())], ids=["RSA", "EC"])
def test_a_user_logs_in_by_either_of_its_keys(catalog: Catalog, key: Key) -> None:
    _give_keys(catalog, _public(OTHER_RSA), _public(key))
    assert log_in_by_key(catalog, "service", _token(key)) == "SERVICE"
    assert log_in_by_key(catalog, "", _token(key)) == "SERVICE"  # the Go driver says the name in the token only


@pytest.mark.parametrize(
    ("token", "keys"),
    [
        (_token(OTHER_RSA), [_public(RSA)]),  # another one's key
        (_token(RSA, exp=time.time() - 60), [_public(RSA)]),
        (_token(RSA, exp=None), [_public(RSA)]),
        (_token(RSA, user="ANNE"), [_public(RSA)]),
        (_token(RSA, iss="ORG-ACCOUNT.SERVICE.SHA256:x"), [_public(RSA)]),
        ("no token", [_public(RSA)]),
        (None, [_public(RSA)]),
        (_token(RSA), []),
        (_token(RSA), ["x"]),
    ],
)
def test_every_other_token_is_refused(catalog: Catalog, token: str | None, keys: list[str]) -> None:
    _give_keys(catalog, *keys)
    with pytest.raises(DatabaseError, match="JWT token is invalid") as caught:
        log_in_by_key(catalog, "SERVICE", token)
    assert caught.value.errno == 390144


def test_a_disabled_user_is_refused_by_key_too(catalog: Catalog) -> None:
    user = _give_keys(catalog, _public(RSA))
    user.disabled = True
    catalog.save(user)
    with pytest.raises(DatabaseError):
        log_in_by_key(catalog, "SERVICE", _token(RSA))


def test_the_connector_logs_in_by_a_key_pair(connect: Connect) -> None:
    connect().cursor().execute(f"create user KEYHOLDER type = service rsa_public_key = '{_public(RSA)}'")
    key = base64.b64encode(RSA.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()
    settings = {"user": "keyholder", "authenticator": "SNOWFLAKE_JWT", "private_key": key, "role": "PUBLIC"}
    connection = connect(**settings, password=None)
    assert connection.cursor().execute("select current_user()").fetchone() == ("KEYHOLDER",)
