"""How a user logs in: credentials come from the variables that the Snowflake provider of Pulumi reads too.

Kept apart from the configuration's models, which the command line should not load where it only connects.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# Parameters of the connector by variable; the private key is not among them, because it needs another form there.
_VARIABLES = {
    "SNOWFLAKE_AUTHENTICATOR": "authenticator",
    "SNOWFLAKE_HOST": "host",
    "SNOWFLAKE_PASSWORD": "password",
    "SNOWFLAKE_PORT": "port",
    "SNOWFLAKE_PROTOCOL": "protocol",
    "SNOWFLAKE_TOKEN": "token",
    "SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": "workload_identity_provider",
}
HOW = (
    "set SNOWFLAKE_AUTHENTICATOR=SNOWFLAKE_JWT and SNOWFLAKE_PRIVATE_KEY to the key's PEM text, or "
    "SNOWFLAKE_AUTHENTICATOR=WORKLOAD_IDENTITY, SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER=OIDC and SNOWFLAKE_TOKEN"
)


class CredentialsError(Exception):
    """Credentials that cannot be used; the text says which, and why."""


def login(address: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the connector's parameters with which a user logs in.

    Args:
        address: who logs in where, as `SnowflakeSettings.address` says; for an account on this computer the password is
            in it, and nothing else proves anything there.
        environment: variables by name, with the credentials for a real account.

    Raises:
        CredentialsError: for a private key that cannot be read.
    """
    return dict(address) if "password" in address else {**address, **credentials(environment)}


def credentials(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the connector's parameters that prove who is logging in.

    One set of SNOWFLAKE_* variables serves the provider, the files put on stages and the command line.

    Args:
        environment: variables by name.

    Raises:
        CredentialsError: for a private key that cannot be read.
    """
    found: dict[str, Any] = {key: environment[name] for name, key in _VARIABLES.items() if environment.get(name)}
    if pem := environment.get("SNOWFLAKE_PRIVATE_KEY"):
        found.setdefault("authenticator", "SNOWFLAKE_JWT")
        found["private_key"] = _private_key(pem, environment.get("SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"))
    return found


def _private_key(pem: str, passphrase: str | None) -> str:
    """Return the key as the connector takes it: PKCS #8 in DER, as base64."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - only a real account needs it

    try:
        key = serialization.load_pem_private_key(pem.encode(), passphrase.encode() if passphrase else None)
    except (ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise CredentialsError(f"SNOWFLAKE_PRIVATE_KEY holds no key in PEM that opens: {reason}") from error
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return base64.b64encode(der).decode()
