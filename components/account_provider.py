"""What dynamic providers share that reach the account through the Snowflake connector."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import ConfigureRequest, ResourceProvider

from components.connections import SnowflakeSettings
from components.credentials import login

if TYPE_CHECKING:
    from collections.abc import Mapping


class AccountError(RuntimeError):
    """A statement that the account refused, or a file that is not what the program read."""


class MissingObjectError(AccountError):
    """An object is gone, or the role may not see it."""


# Snowflake's number of that error.
_DOES_NOT_EXIST = 2003
_SHOWN = 160  # characters of a statement in an error


class AccountProvider(ResourceProvider):
    """Runs statements in the account, one connection a role."""

    # The provider holds no secret: its connection comes from the stack's configuration and the environment.
    serialize_as_secret_always = False
    _address: dict[str, Any]

    def configure(self, req: ConfigureRequest) -> None:
        """Read where the account is; the engine hands structured configuration over as JSON."""
        settings = req.config.require("snowflake")
        values = json.loads(settings) if isinstance(settings, str) else settings
        self._address = SnowflakeSettings.model_validate(values).address()

    def run(self, role: str, statement: str) -> list[Any]:
        """Run one statement and return its rows.

        Raises:
            MissingObjectError: where an object that it names is not there for the role.
            AccountError: where it is refused for another reason.
        """
        # Imported late: a preview needs no connection.
        import snowflake.connector  # noqa: PLC0415

        key = (role, json.dumps(self._address, sort_keys=True))
        try:
            if key not in CONNECTIONS or CONNECTIONS[key].is_closed():
                CONNECTIONS[key] = snowflake.connector.connect(**login(self._address, os.environ), role=role)
            return list(CONNECTIONS[key].cursor().execute(statement).fetchall())
        except snowflake.connector.errors.Error as error:
            kind = MissingObjectError if error.errno == _DOES_NOT_EXIST else AccountError
            shown = statement if len(statement) <= _SHOWN else f"{statement[:_SHOWN]} ..."
            raise kind(f"{shown} failed: {error}") from error


# One connection per role for all resources of a deployment.
CONNECTIONS: dict[tuple[str, str], Any] = {}


def close_connections() -> None:
    """Close the connections that providers share."""
    while CONNECTIONS:
        CONNECTIONS.popitem()[1].close()


def outputs(props: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource's inputs as its outputs."""
    return {key: value for key, value in props.items() if key != "__provider"}
